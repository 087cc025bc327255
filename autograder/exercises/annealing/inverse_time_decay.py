"""Exercise ``inverse_time_decay``: the rate falls like one over time.

The reference adds up the inverse of the rate, which grows in a straight line; the notebook divides once.
"""

from __future__ import annotations

import math

from autograder.exercises.annealing.shared import asked_with_k, settings
from autograder.judging import Exercise
from course.probes.base import Calls

DEFAULTS = {"k": 0.1}


def reference(iteration, config=None):
    """Return one over a straight line that starts at one over the initial rate."""
    c = settings(config, **DEFAULTS)
    inverse = 1 / c["initial_rate"]
    return 1 / (inverse + inverse * c["k"] / c["per_epoch"] * iteration)


inverse_time_decay = Exercise(
    "inverse_time_decay",
    points=3,
    reference=reference,
    checks=asked_with_k(),
    visible=Calls(
        arguments=[
            (i, {"initial_rate": 2.0, "per_epoch": 20, "k": 0.5, "learning_rate": 0.3})
            for i in (0, 10, 40, 170)
        ]
    ),
    read="Exercise 3. Inverse time decay",
)


def epochs(iteration, c):
    return iteration / c["per_epoch"]


@inverse_time_decay.mistake
def iterations_taken_for_epochs(iteration, config=None):
    """The rate falls far too fast: k is per epoch and you multiply it by iterations. How many epochs have
    passed?"""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] / (1 + c["k"] * iteration)


@inverse_time_decay.mistake
def compounded_from_the_current_rate(iteration, config=None):
    """You start from `learning_rate`, which is already decayed, so the decay is applied again at every
    call. Start from `initial_rate`."""
    c = settings(config, **DEFAULTS)
    return c.get("learning_rate", c["initial_rate"]) / (1 + c["k"] * epochs(iteration, c))


@inverse_time_decay.mistake
def one_forgotten(iteration, config=None):
    """At the start you divide by zero. What must stand below the line so that the first rate is the initial
    one?"""
    c = settings(config, **DEFAULTS)
    below = c["k"] * epochs(iteration, c)
    return c["initial_rate"] / below if below else math.inf


@inverse_time_decay.mistake
def brackets_forgotten(iteration, config=None):
    """The rate grows: `a / 1 + b` is `(a / 1) + b`. The whole sum stands below the line."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] / 1 + c["k"] * epochs(iteration, c)


@inverse_time_decay.mistake
def multiplied_instead_of_divided(iteration, config=None):
    """The rate grows like time. Which side of the line does 1 + kt belong on?"""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * (1 + c["k"] * epochs(iteration, c))


@inverse_time_decay.mistake
def minus_below_the_line(iteration, config=None):
    """The sum below the line passes through zero and the rate changes its sign. Look for a minus."""
    c = settings(config, **DEFAULTS)
    below = 1 - c["k"] * epochs(iteration, c)
    return c["initial_rate"] / below if below else math.inf


@inverse_time_decay.mistake
def whole_epochs_only(iteration, config=None):
    """The rate stands still within an epoch. An epoch and a half is 1.5 epochs: look for `//` or `int`."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] / (1 + c["k"] * (iteration // c["per_epoch"]))


@inverse_time_decay.mistake
def root_of_time(iteration, config=None):
    """Your rate falls like one over the root of time, which some proofs use. Here time itself stands below
    the line."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] / math.sqrt(1 + c["k"] * epochs(iteration, c))


@inverse_time_decay.mistake
def k_outside_the_product(iteration, config=None):
    """You divide by k plus the time. k multiplies the time, and a one is added."""
    c = settings(config, **DEFAULTS)
    below = c["k"] + epochs(iteration, c)
    return c["initial_rate"] / below if below else math.inf


@inverse_time_decay.mistake
def calls_counted_instead_of_time(iteration, config=None):
    """Every call shrinks the last rate once more, so a run that restarts in the middle gets the wrong one.
    Work it out from the iteration alone."""
    c = settings(config, **DEFAULTS)
    step = c["k"] / c["per_epoch"]
    share = (1 + step * (iteration - 1)) / (1 + step * iteration) if iteration else 1.0
    return c.get("learning_rate", c["initial_rate"]) * share


@inverse_time_decay.variant
def multiplied_out(iteration, config=None):
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * c["per_epoch"] / (c["per_epoch"] + c["k"] * iteration)
