"""Exercise ``exponential_decay``: the rate loses the same share in every moment.

The reference halves it once per half-life; the notebook takes the exponential.
"""

from __future__ import annotations

import math

from autograder.exercises.annealing.shared import asked_with_k, settings
from autograder.judging import Exercise
from course.probes.base import Calls

DEFAULTS = {"k": 0.1}


def reference(iteration, config=None):
    """Return the initial rate halved once per half-life of ln 2 / k epochs."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * 0.5 ** (iteration / c["per_epoch"] * (c["k"] / math.log(2)))


exponential_decay = Exercise(
    "exponential_decay",
    points=3,
    reference=reference,
    checks=asked_with_k(),
    visible=Calls(
        arguments=[
            (i, {"initial_rate": 2.0, "per_epoch": 20, "k": 0.4, "learning_rate": 0.3})
            for i in (0, 10, 20, 170)
        ]
    ),
    read="Exercise 2. Exponential decay",
)


@exponential_decay.convention(share=0.5)
def k_as_the_base(iteration, config=None):
    """You raise k to the number of epochs, as Keras and optax do with their decay rate. A schedule like
    ours, with another knob: here the base is e, and k stands in the exponent."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * c["k"] ** (iteration / c["per_epoch"])


@exponential_decay.mistake
def missing_minus(iteration, config=None):
    """The rate grows. Look at the sign of the exponent."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * math.exp(min(c["k"] * iteration / c["per_epoch"], 600))


@exponential_decay.mistake
def iterations_taken_for_epochs(iteration, config=None):
    """The rate falls far too fast: k is per epoch and you multiply it by iterations. How many epochs have
    passed?"""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * math.exp(-c["k"] * iteration)


@exponential_decay.mistake
def compounded_from_the_current_rate(iteration, config=None):
    """You start from `learning_rate`, which is already decayed, so the decay is applied again at every
    call. Start from `initial_rate`."""
    c = settings(config, **DEFAULTS)
    return c.get("learning_rate", c["initial_rate"]) * math.exp(-c["k"] * iteration / c["per_epoch"])


@exponential_decay.mistake
def whole_epochs_only(iteration, config=None):
    """The rate stands still within an epoch. An epoch and a half is 1.5 epochs: look for `//` or `int`."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * math.exp(-c["k"] * (iteration // c["per_epoch"]))


@exponential_decay.mistake
def iterations_per_epoch_multiplied(iteration, config=None):
    """You multiply the iteration by `per_epoch`. Does an epoch hold many iterations, or an iteration many
    epochs?"""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * math.exp(-c["k"] * iteration * c["per_epoch"])


@exponential_decay.mistake
def decay_subtracted(iteration, config=None):
    """You subtract k times the time, and the rate ends below zero. The exponential multiplies."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] - c["k"] * iteration / c["per_epoch"]


@exponential_decay.mistake
def one_minus_k_as_the_base(iteration, config=None):
    """You multiply by 1 - k once per epoch. That is close while k is small; the formula has e to the power
    -k."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * (1 - c["k"]) ** (iteration / c["per_epoch"])


@exponential_decay.mistake
def calls_counted_instead_of_time(iteration, config=None):
    """Every call multiplies the last rate once more, so a run that restarts in the middle gets the wrong
    one. Work it out from the iteration alone."""
    c = settings(config, **DEFAULTS)
    share = math.exp(-c["k"] / c["per_epoch"]) if iteration else 1.0
    return c.get("learning_rate", c["initial_rate"]) * share


@exponential_decay.variant
def as_a_quotient(iteration, config=None):
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] / math.exp(c["k"] * (iteration / c["per_epoch"]))
