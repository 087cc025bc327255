"""Exercise ``step_decay``: the rate falls by a factor every few epochs.

The reference walks through the epochs and multiplies at each boundary; the notebook counts boundaries in
one power.
"""

import math
from functools import partial

from autograder.exercises.annealing.shared import EFFECT, settings
from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.composed import Look
from course.probes.schedules import Loop, TinyRates

DEFAULTS = {"factor": 0.5, "every": 5}


def reference(iteration, config=None):
    """Return the initial rate, multiplied by the factor once for each full stretch of epochs."""
    c = settings(config, **DEFAULTS)
    rate = c["initial_rate"]
    for epoch in range(1, iteration // c["per_epoch"] + 1):
        if epoch % c["every"] == 0:
            rate = rate * c["factor"]
    return rate


VISIBLE = {"initial_rate": 1.0, "per_epoch": 20, "factor": 0.25, "every": 4, "learning_rate": 0.3}

step_decay = Exercise(
    "step_decay",
    points=2,
    reference=reference,
    checks=[
        Check(
            name="asked at any iteration",
            probe=Calls(
                arguments=[
                    *(
                        (i, {"initial_rate": 0.8, "per_epoch": 10, "factor": 0.3, "every": 3})
                        for i in (0, 29, 30)
                    ),
                    *(
                        (i, {"initial_rate": 2.0, "per_epoch": 7, "every": 2})
                        for i in (13, 14, 15, 27, 28, 60)
                    ),
                    *(
                        (i, {"per_epoch": 12, "factor": 0.6, "learning_rate": 0.07})
                        for i in (55, 59, 60, 61, 125, 300)
                    ),
                    *((i, {"per_epoch": 10, "every": 1}) for i in (9, 10, 19, 20)),
                    (350, {"per_epoch": 60, "factor": 0.9, "every": 1}),
                    *((i, None) for i in (0, 499, 500, 2600)),
                ]
            ),
            says="Asked at one iteration, with nothing before it, the rate is not right.",
        ),
        Check(
            name="asked at every iteration",
            probe=Loop(
                times=list(range(60)), config={"initial_rate": 0.4, "per_epoch": 5, "factor": 0.6, "every": 3}
            ),
            says="In a training loop, which keeps the last rate in config, the rates are not those of the formula.",
        ),
        Check(
            name="very small rates",
            probe=TinyRates(times=(9, 10), config={"per_epoch": 1}),
            says="A rate that is already very small falls by another factor than the one given.",
        ),
    ],
    visible=Look(
        probes={
            "Asked at one iteration": Calls(
                arguments=[(i, VISIBLE) for i in (0, 5, 55, 60, 65, 75, 79, 80, 81, 170)]
            ),
            "With the defaults": Calls(arguments=[(0, None), (499, None), (500, {}), (1000, {})]),
            "With a drop at every epoch": Calls(
                arguments=[(i, {"per_epoch": 10, "every": 1}) for i in (9, 10)]
            ),
            "In a training loop": Loop(
                times=list(range(30)), config={"initial_rate": 0.8, "per_epoch": 3, "factor": 0.5, "every": 3}
            ),
            "When the rate is very small": TinyRates(times=(80, 200), config={"per_epoch": 20}),
        }
    ),
    may_change=("config",),
    read="Exercise 1. Step decay",
    constants={"initial_rate": 0.1, "per_epoch": 100, **DEFAULTS},
    equivalent={
        "epoch = iteration // per_epoch -> epoch = iteration / per_epoch": (
            "the second division rounds down, and an exact multiple stays exact"
        ),
    },
    effect=EFFECT,
)


@step_decay.variant
def by_parts(
    iteration,
    config=None,
    *,
    epochs=lambda i, c: i // c["per_epoch"],
    drops=lambda epoch, c: epoch // c["every"],
    fall=lambda rate, factor, n: rate * factor**n,
    start=lambda c: c["initial_rate"],
    before=lambda i: i,
):
    c = settings(config, **DEFAULTS)
    return fall(start(c), c["factor"], drops(epochs(before(iteration), c), c))


@step_decay.variant
def by_floor_of_a_quotient(iteration, config=None):
    c = settings(config, **DEFAULTS)
    return c["initial_rate"] * pow(c["factor"], iteration // (c["per_epoch"] * c["every"]))


@step_decay.variant_as_in("PyTorch")
def as_pytorchs_step_lr(iteration, config=None):
    """Closed form, as in ``torch.optim.lr_scheduler.StepLR``, with integer division by ``divmod``."""
    c = settings(config, **DEFAULTS)
    base_lr, gamma, step_size = c["initial_rate"], c["factor"], c["every"]
    last_epoch, _ = divmod(iteration, c["per_epoch"])
    return base_lr * gamma ** (last_epoch // step_size)


@step_decay.variant
def as_kerass_callback(iteration, config=None):
    c = settings(config, **DEFAULTS)
    epoch = int(iteration / c["per_epoch"])
    return c["initial_rate"] * math.pow(c["factor"], math.floor(epoch / c["every"]))


@step_decay.variant
def cut_in_a_loop(iteration, config=None):
    c = settings(config, **DEFAULTS)
    lr, epoch = c["initial_rate"], iteration // c["per_epoch"]
    while epoch >= c["every"]:
        lr *= c["factor"]
        epoch -= c["every"]
    return lr


@step_decay.convention(share=0.5)
def a_floor_under_the_rate(iteration, config=None):
    """You stop at a smallest rate, as d2l's `FactorScheduler` and Keras' `ReduceLROnPlateau` can. The formula
    here has no floor: look for `max` or `clip`."""
    return max(by_parts(iteration, config), 1e-6)


@step_decay.mistake
def iterations_taken_for_epochs(iteration, config=None):
    """The rate falls every few iterations: `every` counts epochs. How many epochs have passed at this
    iteration?"""
    return by_parts(iteration, config, epochs=lambda i, c: i)


@step_decay.mistake
def compounded_from_the_current_rate(iteration, config=None):
    """You start from `learning_rate`, which is already decayed, so the decay is applied again at every
    call. Start from `initial_rate`."""
    return by_parts(iteration, config, start=lambda c: c.get("learning_rate", c["initial_rate"]))


@step_decay.mistake
def present_rate_cut_where_an_epoch_begins(iteration, config=None):
    """You take the present rate, `learning_rate`, and cut it in every fifth epoch. That cuts it at each iteration
    of such an epoch, and a run that restarts in the middle has lost its earlier cuts. Work the rate out from
    `initial_rate` and the number of the iteration.

    Which rate does your function return at iteration 170, if it is the first that it is asked about?
    """
    config = {} if config is None else config
    initial, per_epoch = config.setdefault("initial_rate", 0.1), config.setdefault("per_epoch", 100)
    factor, every = config.setdefault("factor", 0.5), config.setdefault("every", 5)
    epoch = iteration // per_epoch
    return config.get("learning_rate", initial) * (factor if epoch and epoch % every == 0 else 1)


@step_decay.mistake
def initial_rate_overwritten(iteration, config=None):
    """You write the decayed rate back into `config["initial_rate"]`, so the next call starts from it and the
    decay compounds. Leave the settings in config as they are."""
    rate = by_parts(iteration, config)
    if config is not None:
        config["initial_rate"] = rate
    return rate


step_decay.table(
    {
        """factor subtracted: You subtract the factor, and the rate ends below zero. To reduce by a factor is
        to multiply.
        """: partial(by_parts, fall=lambda rate, factor, n: rate - factor * n),
        """factor taken as the part removed: You multiply by one minus the factor. A factor of 0.1 leaves a
        tenth of the rate, not nine tenths.
        """: partial(by_parts, fall=lambda rate, factor, n: rate * (1 - factor) ** n),
        """divided by the factor: The rate grows: you divide by the factor. It is a number below one that
        multiplies the rate.
        """: partial(by_parts, fall=lambda rate, factor, n: rate / factor**n),
        """one epoch early: The rate falls one epoch too early. The first epoch is epoch 0: look for a plus
        one.
        """: partial(by_parts, epochs=lambda i, c: i // c["per_epoch"] + 1),
        """one epoch late: The rate falls one epoch too late. It falls at the first iteration of epoch
        `every`: look for a minus one, or for `>` in place of `>=`.
        """: partial(by_parts, epochs=lambda i, c: max(i // c["per_epoch"] - 1, 0)),
        """one iteration late: The rate falls one iteration too late. Which iteration is the first of an
        epoch? Look at the boundary.
        """: partial(by_parts, before=lambda i: max(i - 1, 0)),
        """one iteration early: The rate falls one iteration too early. The last iteration of an epoch still
        belongs to it: look at the boundary.
        """: partial(by_parts, before=lambda i: i + 1),
        """epochs rounded up: You round epochs up, so the rate falls almost an epoch too early. Within epoch 3
        three epochs have passed, not four: round down.
        """: partial(by_parts, epochs=lambda i, c: -(-i // c["per_epoch"])),
        """epochs rounded to the nearest: You round epochs to the nearest, so the rate falls half an epoch too
        early. Round down, with `//`.
        """: partial(by_parts, epochs=lambda i, c: round(i / c["per_epoch"])),
        """stretches rounded up: The rate falls right after the start: you round the number of stretches up.
        Count those that have passed: round down.
        """: partial(by_parts, drops=lambda epoch, c: -(-epoch // c["every"])),
        """stretches rounded to the nearest: The rate falls half way through a stretch. Count full stretches:
        round down, not to the nearest.
        """: partial(
            by_parts, epochs=lambda i, c: i / c["per_epoch"], drops=lambda e, c: round(e / c["every"])
        ),
    }
)


@step_decay.mistake
def a_drop_counted_at_iteration_zero(iteration, config=None):
    """The rate falls right after the very first iteration: you count iteration 0 as the end of a stretch. How many
    stretches are over at iteration 1?"""
    c = settings(config, **DEFAULTS)
    drops = -(-iteration // (c["per_epoch"] * c["every"]))
    return c["initial_rate"] * c["factor"] ** drops


step_decay.table(
    {
        """no steps: The rate falls a little at every iteration. Between two drops it is constant: look for
        `/` in place of `//`.
        """: partial(by_parts, epochs=lambda i, c: i / c["per_epoch"], drops=lambda e, c: e / c["every"]),
        """a drop at every epoch: The rate falls at every epoch: `every` makes no difference.
        """: partial(by_parts, drops=lambda epoch, c: epoch),
        """a little at every epoch: The rate falls a little at every epoch. Between two drops it is constant:
        the second division needs `//` as well.
        """: partial(by_parts, drops=lambda epoch, c: epoch / c["every"]),
        """no drop at all: The rate stays at `initial_rate` for ever. How many stretches of `every` epochs
        have passed at this iteration?
        """: lambda iteration, config=None: settings(config)["initial_rate"],
        """one drop only: The rate falls once and never again. How many stretches have passed?
        """: partial(by_parts, drops=lambda epoch, c: min(epoch // c["every"], 1)),
        """low only at the boundaries: The rate falls in every epoch that `every` divides, and is back at the
        start in the next one. Keep every drop that has been made: how many are there?
        """: partial(by_parts, drops=lambda epoch, c: int(epoch > 0 and epoch % c["every"] == 0)),
    }
)


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
    return by_parts(iteration, config, fall=lambda rate, factor, n: rate * factor * n)
