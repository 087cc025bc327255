"""How many steps does a rule need to leave the saddle?"""

from collections.abc import Callable
from functools import partial

import numpy as np

from autograder.exercises.adaptive_rates.shared import heavy, hoarding, leaky, normalised
from autograder.judging import Check, Exercise
from course.descend import descend, first_step_where
from course.mine import plain_gradient_descent
from course.probes.base import Calls, call
from course.probes.composed import Look
from course.probes.rules import by_the_direction, escape_twice, escape_twice_anew, waiting
from course.surfaces import saddle


def reference(rule, config, y0, limit=2000):
    """Let the course's own loop walk, and look at the whole path; the lesson walks step by step."""
    trace = descend(rule, saddle, (1.0, y0), steps=limit, config=config)
    return first_step_where(np.abs(trace.points[:, 1]) > 1)


def asked_twice(candidate: Callable) -> list[bool]:
    """Whether a second call with the same config says the same, and the config is what it was."""
    config = {"learning_rate": 0.2}
    first = call(candidate, hoarding, config, 1e-3)
    second = call(candidate, hoarding, config, 1e-3)
    return [first == second, sorted(config) == ["learning_rate"]]


steps_to_escape = Exercise(
    "steps_to_escape",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="counts",
            probe=Calls(
                arguments=[
                    (plain_gradient_descent, {"learning_rate": 0.3}, 0.01),
                    (plain_gradient_descent, {"learning_rate": 1.1}, 0.01),
                    (heavy, {"learning_rate": 0.1}, 0.01),
                    (leaky, {"learning_rate": 0.05}, 1e-3),
                    (normalised, {"learning_rate": 0.1}, 0.3),
                ],
                may_be_none=True,
            ),
            says="From a small positive y0, a rule does not leave at the step you counted.",
        ),
        Check(
            name="below",
            probe=Calls(
                arguments=[(plain_gradient_descent, {"learning_rate": 0.3}, -0.01)], may_be_none=True
            ),
            says="From a negative y0 the count is not right. The saddle falls away on both sides.",
        ),
        Check(
            name="never",
            probe=Calls(
                arguments=[
                    (plain_gradient_descent, {"learning_rate": 0.3}, 0.0, 9),
                    (waiting, {"learning_rate": 0.2, "wait": 0}, 0.5, 4),
                    (plain_gradient_descent, {"learning_rate": 0.2}, 0.05, 8),
                    (plain_gradient_descent, {"learning_rate": 0.2}, 0.05, 9),
                    (waiting, {"wait": 2000}, 0.5),
                    (waiting, {"wait": 2001}, 0.5),
                ],
                may_be_none=True,
            ),
            says="A walk of at most `limit` steps, the last one included, is not answered rightly, by the step at"
            " which |y| passed 1, or by None.",
        ),
        Check(
            name="exactly one",
            probe=Calls(arguments=[(plain_gradient_descent, {"learning_rate": 0.5}, 0.25)], may_be_none=True),
            says="A walk that comes to |y| = 1 exactly is not answered rightly: only beyond 1 has it left.",
        ),
        Check(
            name="asked_twice",
            probe=asked_twice,
            says="Asked twice with the same config, it does not say the same twice, or the config has changed.",
        ),
    ],
    visible=Look(
        probes={
            "From several starts": Calls(
                arguments=[
                    (plain_gradient_descent, {"learning_rate": 0.1}, 0.01),
                    (plain_gradient_descent, {"learning_rate": 0.1}, -0.5),
                    (plain_gradient_descent, {"learning_rate": 1.2}, 0.01),
                    (plain_gradient_descent, {"learning_rate": 0.1}, 0.0),
                    (plain_gradient_descent, {"learning_rate": 0.5}, 0.25),
                    (plain_gradient_descent, {"learning_rate": 0.5}, 0.3, 2),
                    (plain_gradient_descent, {"learning_rate": 0.5}, 0.3, 1),
                    (by_the_direction, {"learning_rate": 0.1}, 0.3),
                    (waiting, {"wait": 2000}, 0.5),
                    (waiting, {"wait": 2001}, 0.5),
                ],
                may_be_none=True,
            ),
            "With a rule that writes over w and into config": escape_twice,
            "With a rule that returns a new w and a new config": escape_twice_anew,
        }
    ),
    equivalent={
        "…answer = (np.array([1.0, y0]), dict(config), None) -> …answer = (np.array([1.0, y0], dtype='float32'),"
        " dict(config), None)": "A count differs only where |y| comes within rounding of 1.",
        "…array([2 * w[0], -2 * w[1]]), state) -> …array([2 * w[0], -2 * w[1]], dtype='float32'), state)": (
            "A count differs only where |y| comes within rounding of 1."
        ),
    },
    read="Exercise 5. Steps to escape",
    effect="You count on having left a saddle at which the run still sits.",
)


def walk(
    rule, config, y0, limit=2000, *, start=1.0, slope=(2.0, -2.0), out=lambda p: abs(p[1]) > 1, forget=False
):
    """Return the number of the first step after which ``out``, or None."""
    w, held = np.array([start, y0]), dict(config)
    for step in range(1, limit + 1):
        w, held = rule(w.copy(), np.array(slope) * w, held)
        held = dict(config) if forget else held
        if out(w):
            return step
    return None


@steps_to_escape.mistake
def None_for_every_start(rule, config, y0, limit=2000):
    """It answers None wherever it starts. Either the return is missing, or x is compared instead of y, or the
    second entry of the gradient lacks its minus and the rule walks in a bowl."""
    return walk(rule, config, y0, 0)


@steps_to_escape.mistake
def one_step_too_many(rule, config, y0, limit=2000):
    """The count is one too high: the start was counted as a step. After the first update the number is 1."""
    found = walk(rule, config, y0, limit)
    return None if found is None else found + 1


@steps_to_escape.mistake
def one_step_too_few(rule, config, y0, limit=2000):
    """The count is one too low: a loop that begins at 0 is one behind. After the first update the number is 1."""
    found = walk(rule, config, y0, limit)
    return None if found is None else found - 1


steps_to_escape.table(
    {
        """absolute value forgotten: From a negative y0 the rule leaves towards smaller y, and the comparison
        misses it. Compare abs(y) with 1.
        """: partial(walk, out=lambda p: p[1] > 1),
        """distance for y: The distance from the saddle is compared with 1, and x contributes to it. Look at y
        alone.
        """: partial(walk, out=lambda p: np.sqrt(np.sum(p**2)) > 1),
        """negative loss for escape: The loss is below zero as soon as |y| exceeds |x|, long before |y|
        exceeds 1. Look at y alone.
        """: partial(walk, out=lambda p: p[0] ** 2 < p[1] ** 2),
        """start at x zero: The walk begins at (0, y0). It must begin at (1, y0): some rules let x slow y
        down.
        """: partial(walk, start=0.0),
        """state lost between steps: The config is not carried on: every step starts with an empty memory. The
        config the rule returns goes into its next call.
        """: partial(walk, forget=True),
    }
)


@steps_to_escape.mistake
def config_not_carried_on(rule, config, y0, limit=2000):
    """The config the rule returns is thrown away. A rule that returns a new one starts every step with an empty
    memory: the config it returns goes into its next call."""
    w, held = np.array([1.0, y0]), dict(config)
    for step in range(1, limit + 1):
        w, _ = rule(w, np.array([2.0, -2.0]) * w, held)
        if abs(w[1]) > 1:
            return step
    return None


@steps_to_escape.mistake
def config_neither_copied_nor_carried_on(rule, config, y0, limit=2000):
    """Every call gets the caller's config. Begin with a copy, `dict(config)`; after that the config the rule
    returns goes into its next call."""
    w = np.array([1.0, y0])
    for step in range(1, limit + 1):
        w, _ = rule(w, np.array([2.0, -2.0]) * w, config)
        if abs(w[1]) > 1:
            return step
    return None


@steps_to_escape.mistake
def limit_for_None(rule, config, y0, limit=2000):
    """A rule that never leaves is answered by the number of steps tried. That reads like an escape: return
    None."""
    found = walk(rule, config, y0, limit)
    return limit if found is None else found


steps_to_escape.table(
    {
        """limit ignored: The walk goes on past `limit` steps. Let the loop run over range(1, limit + 1).
        """: lambda rule, config, y0, limit=2000: walk(rule, config, y0),
        """last step left out: The walk ends one step before `limit`. `range(1, limit)` stops at limit - 1:
        which range ends with limit?
        """: lambda rule, config, y0, limit=2000: walk(rule, config, y0, limit - 1),
        """one itself taken for beyond: A walk that comes to |y| = 1 exactly is counted as gone. Is the
        comparison `>` or `>=`?
        """: partial(walk, out=lambda p: abs(p[1]) >= 1),
    }
)


@steps_to_escape.in_place
def config_not_copied(rule, config, y0, limit=2000):
    """The rule leaves its state in the caller's config, so the second walk starts with the memory of the first.
    Begin with a copy: `dict(config)`."""
    w = np.array([1.0, y0])
    for step in range(1, limit + 1):
        w, config = rule(w, np.array([2.0, -2.0]) * w, config)
        if abs(w[1]) > 1:
            return step
    return None


@steps_to_escape.variant
def walked_with_a_counter(rule, config, y0, limit=2000):
    place, held, count = np.array([1.0, float(y0)]), {**config}, 0
    while count < limit and not np.abs(place)[1] > 1:
        slope = np.array([2 * place[0], -2 * place[1]])
        place, held = rule(place, slope, held)
        count += 1
    return count if np.abs(place)[1] > 1 else None


@steps_to_escape.variant_as_in("d2l")
def as_train_2d_with_results(rule, config, y0, limit=2000):
    def f_grad(x1, x2):
        return (2 * x1, -2 * x2)

    hyperparams, states, results = dict(config), None, [(1.0, y0)]
    for _i in range(limit):
        (x1, x2), states = rule(
            np.array(results[-1], dtype=float), np.array(f_grad(*results[-1])), states or hyperparams
        )
        results.append((x1, x2))
        if abs(x2) > 1:
            return len(results) - 1
    return None
