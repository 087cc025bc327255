"""How long is a rule's very first step, in learning rates?"""

from collections.abc import Callable

import numpy as np

from autograder.exercises.adaptive_rates.shared import hoarding, in_place, leaky, normalised
from autograder.judging import Check, Exercise
from course.mine import plain_gradient_descent
from course.probes.base import Calls, call, one_step
from course.probes.composed import Look
from course.probes.rules import by_the_root, climbing, first_step_twice

GRADIENT = 100.0


def reference(rule, config):
    """Let the rule step with learning rate one: its first step is proportional to the rate."""
    moved, _ = one_step(rule, np.zeros(1), [GRADIENT], {**config, "learning_rate": 1.0})
    return float(np.linalg.norm(moved))


def asked_twice(candidate: Callable) -> list[bool]:
    """Whether a second call with the same config says the same, and the config is what it was."""
    config = {"learning_rate": 0.5}
    first = call(candidate, hoarding, config)
    second = call(candidate, hoarding, config)
    return [bool(np.ravel(first)[0] == np.ravel(second)[0]), sorted(config) == ["learning_rate"]]


first_step = Exercise(
    "first_step",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="rules",
            probe=Calls(
                arguments=[
                    (plain_gradient_descent, {"learning_rate": 0.1}),
                    (leaky, {"learning_rate": 1e-6}),
                    (leaky, {"learning_rate": 0.1, "decay_rate": 0.999}),
                    (normalised, {"learning_rate": 3.0}),
                    (climbing, {"learning_rate": 0.1}),
                ]
            ),
            says="For one of five rules the length of the first step, in learning rates, is not right.",
        ),
        Check(
            name="in_place",
            probe=Calls(arguments=[(in_place, {"learning_rate": 0.1}), (in_place, {"learning_rate": 2.0})]),
            says="For a rule that writes the new parameters over the old ones, the length is not right.",
        ),
        Check(
            name="asked_twice",
            probe=asked_twice,
            says="Asked twice with the same config, it does not say the same twice, or the config has changed.",
        ),
    ],
    visible=Look(
        probes={
            "With rules that only read": Calls(
                arguments=[
                    (plain_gradient_descent, {"learning_rate": 0.1}),
                    (plain_gradient_descent, {"learning_rate": 1e-3}),
                    (by_the_root, {"learning_rate": 0.1}),
                    (climbing, {"learning_rate": 0.1, "share": 0.25}),
                ]
            ),
            "With a rule that writes over w and into config": first_step_twice,
        }
    ),
    equivalent={
        "length = float(abs(next_w[0])) / config['learning_rate… -> length = float(abs(next_w[-1])) /"
        " config['learning_rate…": "There is one parameter: its first entry is its last.",
        "…one_step(rule, np.zeros(1), [GRADIENT], {**config… -> …one_step(rule, np.zeros(1, dtype='float32'),"
        " [GRADIENT], {**config…": "one_step makes float64 arrays of what it is given.",
    },
    read="Exercise 3. The first step",
    effect="How far the first step carries decides whether a run starts or blows up; warm-up is chosen "
    "by it.",
)


def moved(rule, config, gradient=GRADIENT, start=0.0):
    """Return where a parameter is after one step, as a number."""
    w, _ = rule(np.array([start]), np.array([gradient]), dict(config))
    return float(w[0])


first_step.table(
    {
        """not divided by the rate: This is the length of the step, not the number of learning rates in it.
        Divide by `config["learning_rate"]`.
        """: lambda rule, config: abs(moved(rule, config)),
        """signed: A length is not negative: the step goes down, its length is the absolute value.
        """: lambda rule, config: moved(rule, config) / config["learning_rate"],
        """gradient of one: The gradient handed to the rule is 1. The exercise asks for a gradient of 100:
        that shows which rules care about its size.
        """: lambda rule, config: abs(moved(rule, config, gradient=1.0)) / config["learning_rate"],
        """divided by the gradient: The step is measured per unit of gradient. The unit asked for is the
        learning rate alone.
        """: lambda rule, config: abs(moved(rule, config)) / config["learning_rate"] / GRADIENT,
        """position for distance: This is where the parameter is, not how far it went. Subtract the start, or
        start at zero.
        """: lambda rule, config: abs(moved(rule, config, start=1.0)) / config["learning_rate"],
    }
)


@first_step.mistake
def two_steps(rule, config):
    """The rule is called more than once. The very first step is one call with a fresh config."""
    w, held = rule(np.zeros(1), np.array([GRADIENT]), dict(config))
    w, _ = rule(w, np.array([GRADIENT]), held)
    return float(abs(w[0])) / config["learning_rate"]


@first_step.mistake
def start_overwritten(rule, config):
    """Rules may write over the w they are given, and then old and new are one array. Hand the rule a copy, and
    measure from the start you kept."""
    w = np.zeros(1)
    next_w, _ = rule(w, np.array([GRADIENT]), dict(config))
    return float(abs(next_w[0] - w[0])) / config["learning_rate"]


@first_step.in_place
def config_not_copied(rule, config):
    """The rule leaves its state in the caller's config, so a second call does not see a first step. Hand it a
    copy: `dict(config)`."""
    w, _ = rule(np.zeros(1), np.array([GRADIENT]), config)
    return float(abs(w[0])) / config["learning_rate"]


@first_step.mistake
def array_for_a_number(rule, config):
    """The value is right, but it is an array of one entry. Take it out: `abs(next_w[0])`."""
    return np.array([abs(moved(rule, config))]) / config["learning_rate"]


@first_step.variant
def difference_of_arrays(rule, config):
    start = np.zeros(1)
    after, _ = rule(start.copy(), GRADIENT * np.ones(1), {**config})
    return np.linalg.norm(after - start) / config["learning_rate"]


@first_step.variant
def started_elsewhere(rule, config):
    after = rule(np.array([0.0]), np.array([GRADIENT]), {**config})[0]
    return abs(after.item() - 0.0) / config["learning_rate"]


@first_step.variant_as_in("CS231n")
def next_w_of_a_copied_config(rule, config):
    w = np.zeros((1, 1))
    dw = GRADIENT * np.ones_like(w)
    lr = config["learning_rate"]
    next_w, _ = rule(w.copy(), dw, config.copy())
    return np.abs(next_w - w)[0, 0] / lr
