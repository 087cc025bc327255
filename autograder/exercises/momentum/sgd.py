"""Gradient descent, ``w <- w - lr * g``."""

import numpy as np

from autograder.exercises.momentum.shared import unpack
from autograder.judging import Exercise
from autograder.judging.config_slips import slips_with_the_config
from autograder.judging.rules import (
    EFFECT,
    changing_rate,
    defaults,
    first_look,
    gradient_untouched,
    hyperparameters,
    shapes,
    state,
)
from course.probes.base import Path

AWAY = {"learning_rate": 0.03}
USUAL = {"learning_rate": 0.01}


def reference(w, dw, config=None):
    """Row by row over the flattened arrays, so that it shares no expression with the lesson's solution."""
    config = {} if config is None else config
    rate = config.setdefault("learning_rate", 1e-2)
    pairs = zip(np.ravel(w), np.ravel(dw), strict=True)
    return np.array([entry + rate * -slope for entry, slope in pairs]).reshape(np.shape(w)), config


sgd = Exercise(
    "sgd",
    points=4,
    reference=reference,
    checks=[
        hyperparameters(AWAY, {"learning_rate": 0.2}),
        defaults(),
        changing_rate(),
        shapes(USUAL),
        state(USUAL, {"learning_rate": 1e-2}),
        gradient_untouched(USUAL),
    ],
    visible=first_look(
        Path(
            start=[1.0, -2.0, 0.5],
            gradients=[[10.0, -10.0, 1.0], [0.5, 2.0, -4.0], [-3.0, 0.0, 8.0], [2.0, 1.0, -1.0]],
            config={"learning_rate": 0.1},
            changes={2: {"learning_rate": 0.3}},
        )
    ),
    constants={"learning_rate": 1e-2},
    may_change=("w", "config"),
    read="Exercise 1. Gradient descent",
    effect=EFFECT,
    ravine_rate=0.05,
)


@sgd.mistake
def gradient_added(w, dw, config=None):
    """The gradient is added, so every step climbs. It points uphill: look at the sign in front of it."""
    config, rate, _, _ = unpack(w, config)
    return w + rate * dw, config


@sgd.mistake
def rate_hard_coded(w, dw, config=None):
    """The step is the same whatever `config["learning_rate"]` says. A number, or a default that overrides
    the caller, stands where the config should be read."""
    config, _, _, _ = unpack(w, config)
    return w - 1e-2 * dw, config


@sgd.mistake
def rate_forgotten(w, dw, config=None):
    """The whole gradient is subtracted: the learning rate does not appear in the step."""
    config, _, _, _ = unpack(w, config)
    return w - dw, config


@sgd.mistake
def gradient_normalised(w, dw, config=None):
    """Every step has the same length, so the size of the gradient is lost. The gradient is divided by its
    norm; plain descent leaves it as it is."""
    config, rate, _, _ = unpack(w, config)
    norm = np.linalg.norm(dw)
    return w - rate * dw / (norm if norm > 0 else 1.0), config


@sgd.mistake
def sign_of_the_gradient_only(w, dw, config=None):
    """Every entry moves by the same amount, so only the sign of the gradient is used. The step is
    proportional to the gradient itself."""
    config, rate, _, _ = unpack(w, config)
    return w - rate * np.sign(dw), config


@sgd.mistake
def step_returned(w, dw, config=None):
    """What comes back is the step and not the place it leads to: `w` is missing from the sum."""
    config, rate, _, _ = unpack(w, config)
    return -rate * dw, config


@sgd.convention(share=0.75)
def another_default_rate(w, dw, config=None):
    """With a learning rate in the config the steps are right; without one they are not. Look at the default
    in the table of the exercise."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    return w - config["learning_rate"] * dw, config


@sgd.mistake
def loop_over_a_vector(w, dw, config=None):
    """Vectors work, a single number does not: the code counts the entries of the first axis, and an array of
    shape () has no axis. Array arithmetic needs no loop."""
    config, rate, _, _ = unpack(w, config)
    return np.array([w[i] - rate * dw[i] for i in range(len(w))]), config


@sgd.mistake
def rate_of_the_first_call(w, dw, config=None):
    """The rate of the first call is kept: when the caller changes `config["learning_rate"]` later, the steps do
    not change. Read it at every call."""
    config, rate, _, _ = unpack(w, config)
    return w - config.setdefault("kept", rate) * dw, config


@sgd.mistake
class one_config_for_all_parameters:
    """Called without a config, all parameters get one and the same dictionary, so a rate that the caller sets for
    one is set for all. Write `config=None`, and make a new dictionary inside the function.

    When is a default made: once, or at every call?
    """

    def __init__(self):
        self.made_once = {}

    def __call__(self, w, dw, config=None):
        return in_place(w, dw, self.made_once if config is None else config)


@sgd.in_place
def dw_scaled_in_place(w, dw, config=None):
    """The path is right, but the caller's gradient is different after the call: `dw *= ...` writes into it.
    Make the product a new array."""
    config, rate, _, _ = unpack(w, config)
    dw *= rate
    return w - dw, config


@sgd.variant_as_in("CS231n")
def new_array(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    return w - config["learning_rate"] * dw, config


@sgd.variant
def in_place(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    w -= config["learning_rate"] * dw
    return w, config


@sgd.variant
def copied_config(w, dw, config=None):
    config = {"learning_rate": 1e-2, **(config or {})}
    next_w = w.copy()
    next_w += -config["learning_rate"] * dw
    return next_w, config


@sgd.variant
def get_and_other_names(weights, gradient, settings=None):
    settings = settings if settings is not None else {}
    return np.subtract(weights, np.multiply(settings.get("learning_rate", 0.01), gradient)), settings


@sgd.variant
def gradient_copied_first(w, dw, config=None):
    config = dict(config) if config else {}
    lr = config.setdefault("learning_rate", 1e-2)
    step = dw.copy()
    step *= lr
    return [w - step, config]


slips_with_the_config(sgd, copied_config, {"learning_rate": 1e-2})
