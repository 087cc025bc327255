"""Exercise ``step_decay``: the rate falls by a factor every few epochs.

The reference walks through the epochs and multiplies at each boundary; the notebook counts boundaries in
one power.
"""

from __future__ import annotations

from autograder.exercises.annealing.shared import Loop, asked, settings
from autograder.judging import Exercise
from course.probes.base import Calls

DEFAULTS = {"factor": 0.5, "every": 5}


def reference(iteration, config=None):
    """Return the initial rate, multiplied by the factor once for each full stretch of epochs."""
    c = settings(config, **DEFAULTS)
    rate = c["initial_rate"]
    for epoch in range(1, int(iteration) // c["per_epoch"] + 1):
        if epoch % c["every"] == 0:
            rate = rate * c["factor"]
    return rate


step_decay = Exercise(
    "step_decay",
    points=3,
    reference=reference,
    checks=asked(
        [
            *((i, {"initial_rate": 0.8, "per_epoch": 10, "factor": 0.3, "every": 3}) for i in (0, 29, 30)),
            *((i, {"initial_rate": 2.0, "per_epoch": 7, "every": 2}) for i in (13, 14, 15, 27, 28, 100)),
            *((i, {"per_epoch": 12, "factor": 0.1}) for i in (59, 60, 61, 125, 1000)),
            *((i, None) for i in (0, 499, 500, 2600)),
        ],
        Loop(config={"initial_rate": 0.4, "per_epoch": 4, "factor": 0.6, "every": 3}, iterations=60),
    ),
    visible=Calls(
        arguments=[
            (i, {"initial_rate": 1.0, "per_epoch": 20, "factor": 0.25, "every": 4, "learning_rate": 0.3})
            for i in (0, 50, 65, 79, 80, 170)
        ]
    ),
    read="Exercise 1. Step decay",
)


@step_decay.mistake
def iterations_taken_for_epochs(iteration, config=None):
    """The rate falls every few iterations: `every` counts epochs. How many epochs have passed at this
    iteration?"""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * c["factor"] ** (iteration // c["every"])


@step_decay.mistake
def compounded_from_the_current_rate(iteration, config=None):
    """You start from `learning_rate`, which is already decayed, so the decay is applied again at every
    call. Start from `initial_rate`."""
    c = settings(config, **DEFAULTS)
    rate = c.get("learning_rate", c["initial_rate"])
    return rate * c["factor"] ** (iteration // c["per_epoch"] // c["every"])


@step_decay.mistake
def factor_subtracted(iteration, config=None):
    """You subtract the factor, and the rate ends below zero. To reduce by a factor is to multiply."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] - c["factor"] * (iteration // c["per_epoch"] // c["every"])


@step_decay.mistake
def factor_taken_as_the_part_removed(iteration, config=None):
    """You multiply by one minus the factor. A factor of 0.1 leaves a tenth of the rate, not nine tenths."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * (1 - c["factor"]) ** (iteration // c["per_epoch"] // c["every"])


@step_decay.mistake
def one_epoch_early(iteration, config=None):
    """The rate falls one epoch too early. The first epoch is epoch 0: look for a plus one."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * c["factor"] ** ((iteration // c["per_epoch"] + 1) // c["every"])


@step_decay.mistake
def one_iteration_late(iteration, config=None):
    """The rate falls one iteration too late. Which iteration is the first of an epoch? Look at the
    boundary."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * c["factor"] ** max((iteration - 1) // c["per_epoch"] // c["every"], 0)


@step_decay.mistake
def one_iteration_early(iteration, config=None):
    """The rate falls one iteration too early. The last iteration of an epoch still belongs to it: look at
    the boundary."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * c["factor"] ** ((iteration + 1) // c["per_epoch"] // c["every"])


@step_decay.mistake
def rounded_to_the_nearest(iteration, config=None):
    """The rate falls half way through a stretch. Count full stretches: round down, not to the nearest."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * c["factor"] ** int(iteration / (c["per_epoch"] * c["every"]) + 0.5)


@step_decay.mistake
def no_steps(iteration, config=None):
    """The rate falls a little at every iteration. Between two drops it is constant: look for `/` in place
    of `//`."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * c["factor"] ** (iteration / c["per_epoch"] / c["every"])


@step_decay.mistake
def a_drop_at_every_epoch(iteration, config=None):
    """The rate falls at every epoch: `every` makes no difference."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * c["factor"] ** (iteration // c["per_epoch"])


@step_decay.mistake
def one_drop_only(iteration, config=None):
    """The rate falls once and never again. How many stretches have passed?"""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * (c["factor"] if iteration // c["per_epoch"] >= c["every"] else 1.0)


@step_decay.mistake
def calls_counted_instead_of_time(iteration, config=None):
    """The rate falls at the moment you are asked on a boundary, so a run that restarts in the middle gets
    the wrong one. Work it out from the iteration alone."""
    c = settings(config, **DEFAULTS)
    boundary = iteration > 0 and iteration % (c["per_epoch"] * c["every"]) == 0
    return c.get("learning_rate", c["initial_rate"]) * (c["factor"] if boundary else 1.0)


@step_decay.mistake
def factor_times_the_count(iteration, config=None):
    """You multiply the factor by the number of drops, so the rate starts at zero and then grows. Each drop
    multiplies once more: raise to a power, `**` in place of `*`."""
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * c["factor"] * (iteration // c["per_epoch"] // c["every"])


@step_decay.variant
def by_floor_of_a_quotient(iteration, config=None):
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * pow(c["factor"], iteration // (c["per_epoch"] * c["every"]))
