"""Exercise ``smooth_decay``: three schedules that fall a little at every iteration.

The reference halves once per half-life, adds up the inverse of the rate and draws a line from both its ends; the
notebook writes the three formulas.
"""

import math
from functools import partial
from typing import Any

import numpy as np

from autograder.exercises.annealing.shared import EFFECT, settings
from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.composed import Look, Several
from course.probes.schedules import Loop, TinyRates

DEFAULTS = {"kind": "exponential", "k": 0.1, "epochs": 10}
KINDS = ("exponential", "1/t", "linear")


def reference(iteration, config=None):
    """Return the rate of an exponential, a 1/t or a linear schedule."""
    c = settings(config, **DEFAULTS)
    start, per_epoch = c["initial_rate"], c["per_epoch"]
    if c["kind"] == "exponential":
        return start * 0.5 ** (iteration / per_epoch * (c["k"] / math.log(2)))
    if c["kind"] == "1/t":
        inverse = 1 / start
        return 1 / (inverse + inverse * c["k"] / per_epoch * iteration)
    return float(np.interp(iteration, [0, c["epochs"] * per_epoch], [start, 0.0]))


def questions(kind: str, *more: Any) -> list[tuple]:
    """Return the questions about one kind: its own settings, then those left out."""
    own: dict[str, Any] = {"kind": kind, "initial_rate": 0.8, "per_epoch": 10}
    return [
        *((i, {**own, "k": 0.3, "epochs": 7}) for i in (0, 1, 25, 30, 69)),
        *(
            (i, {"kind": kind, "initial_rate": 2.0, "per_epoch": 7, "learning_rate": 0.07})
            for i in (3, 14, 60)
        ),
        *((i, {"kind": kind}) for i in (0, 50, 734)),
        *more,
    ]


def looped(kind: str, iterations: int) -> Loop:
    """Return a training loop with a schedule of one kind."""
    own = {"kind": kind, "initial_rate": 0.4, "per_epoch": 8, "k": 0.25, "epochs": 6}
    return Loop(times=list(range(iterations)), config=own)


def check(kind: str, says: str, *more: Any) -> Check:
    """Return the check of one kind, asked out of the blue and step after step."""
    asked = Calls(arguments=questions(kind, *more))
    return Check(
        name=f"the {kind} schedule",
        probe=Several(probes={"asked": asked, "loop": looped(kind, 40)}),
        says=says,
    )


def tiny(kind: str, *times: int) -> TinyRates:
    """Return the question about very small rates of one kind."""
    return TinyRates(times=times, config={"kind": kind, "per_epoch": 1})


SMALL = {
    "exponential": tiny("exponential", 2, 5),
    "1/t": tiny("1/t", 2, 5),
    "linear": tiny("linear", 2, 5),
    "after the end": tiny("linear", 9, 30),
}


VISIBLE = {"initial_rate": 2.0, "per_epoch": 20, "k": 0.4, "epochs": 8, "learning_rate": 0.3}

smooth_decay = Exercise(
    "smooth_decay",
    points=4,
    reference=reference,
    checks=[
        check(
            "exponential",
            'With kind "exponential" the rate is not that of the formula.',
            *((i, None) for i in (0, 150)),
            (40, {"kind": "exponential", "per_epoch": 12, "k": 0}),
        ),
        check("1/t", 'With kind "1/t" the rate is not that of the formula.'),
        check("linear", 'With kind "linear" the rate is not that of the formula.'),
        Check(
            name="very small rates, and after the end",
            probe=Several(probes=SMALL),
            says="A rate that is already very small, or one after the last epoch, is not that of the formula.",
        ),
    ],
    visible=Look(
        probes={
            **{
                f'With kind "{kind}"': Calls(
                    arguments=[(i, {"kind": kind, **VISIBLE}) for i in (0, 10, 25, 40, 150)]
                )
                for kind in KINDS
            },
            "With a k of 0": Calls(
                arguments=[(25, {"kind": kind, **VISIBLE, "k": 0.0}) for kind in KINDS[:2]]
            ),
            "With the defaults": Calls(
                arguments=[(150, None), (150, {"kind": "1/t"}), (150, {"kind": "linear"})]
            ),
            **{f'In a training loop with kind "{kind}"': looped(kind, 12) for kind in KINDS},
            **{f"When the rate is very small ({kind})": SMALL[kind] for kind in KINDS},
            "After the last epoch of the line": SMALL["after the end"],
        }
    ),
    may_change=("config",),
    read="Exercise 2. Smooth decay",
    constants={"initial_rate": 0.1, "per_epoch": 100, "k": 0.1, "epochs": 10},
    effect=EFFECT,
)


@smooth_decay.variant
def by_parts(
    iteration,
    config=None,
    *,
    time=lambda i, c: i / c["per_epoch"],
    start=lambda c: c["initial_rate"],
    exponential=lambda rate, k, t: rate * math.exp(-k * t),
    inverse=lambda rate, k, t: rate / (1 + k * t),
    linear=lambda rate, total, t: rate * max(0.0, 1 - t / total),
    kind=lambda c: c["kind"],
):
    c = settings(config, **DEFAULTS)
    t, rate = time(iteration, c), start(c)
    if kind(c) == "exponential":
        return exponential(rate, c["k"], t)
    if kind(c) == "1/t":
        return inverse(rate, c["k"], t)
    return linear(rate, c["epochs"], t)


@smooth_decay.variant_as_in("PyTorch")
def as_a_table_of_lambdas(iteration, config=None):
    """A factor of the base rate, as ``torch.optim.lr_scheduler.LambdaLR`` takes it."""
    c = settings(config, **DEFAULTS)
    lr_lambda = {
        "exponential": lambda epoch: np.exp(-c["k"] * epoch),
        "1/t": lambda epoch: 1.0 / (1.0 + c["k"] * epoch),
        "linear": lambda epoch: np.maximum(0.0, 1.0 - epoch / c["epochs"]),
    }
    return c["initial_rate"] * lr_lambda[c["kind"]](iteration / c["per_epoch"])


@smooth_decay.variant
def multiplied_out(iteration, config=None):
    c = settings(config, **DEFAULTS)
    total = c["per_epoch"] * c["epochs"]
    match c["kind"]:
        case "exponential":
            return c["initial_rate"] / math.exp(c["k"] * iteration / c["per_epoch"])
        case "1/t":
            return c["initial_rate"] * c["per_epoch"] / (c["per_epoch"] + c["k"] * iteration)
    return 0.0 if iteration >= total else c["initial_rate"] * (total - iteration) / total


@smooth_decay.variant
def as_kerass_polynomial_decay(iteration, config=None):
    """``PolynomialDecay`` of power one for the line: the step is cut at the end, not the rate."""
    c = settings(config, **DEFAULTS)
    total = c["per_epoch"] * c["epochs"]
    line = (1 - min(iteration, total) / total) ** 1.0
    decay = {"exponential": np.power(np.e, -c["k"] * iteration / c["per_epoch"]), "linear": line}
    return c["initial_rate"] * decay.get(c["kind"], (1 + c["k"] * iteration / c["per_epoch"]) ** -1)


@smooth_decay.convention(share=0.5)
def k_as_the_base(iteration, config=None):
    """In the exponential you raise k to the number of epochs, as Keras and optax do with their decay rate. That
    is the same kind of schedule with another setting: here the base is e, and k stands in the exponent."""
    return by_parts(iteration, config, exponential=lambda rate, k, t: rate * k**t)


@smooth_decay.convention(share=0.5)
def a_floor_under_the_rate(iteration, config=None):
    """You stop at a smallest rate, as `stop_factor_lr` of d2l and `end_learning_rate` of Keras do. The formulas
    here have no floor but zero: look for `max` or `clip`."""
    return max(by_parts(iteration, config), 1e-6)


@smooth_decay.mistake
def iterations_taken_for_epochs(iteration, config=None):
    """The rate falls far too fast: `k` is per epoch, `epochs` counts epochs, and you put iterations in. How many
    epochs have passed?"""
    return by_parts(iteration, config, time=lambda i, c: i)


@smooth_decay.mistake
def compounded_from_the_current_rate(iteration, config=None):
    """You start from `learning_rate`, which is already decayed, so the decay is applied again at every
    call. Start from `initial_rate`."""
    return by_parts(iteration, config, start=lambda c: c.get("learning_rate", c["initial_rate"]))


@smooth_decay.mistake
def initial_rate_overwritten(iteration, config=None):
    """You write the decayed rate back into `config["initial_rate"]`, so the next call starts from it and the
    decay compounds. Leave the settings in config as they are."""
    rate = by_parts(iteration, config)
    if config is not None:
        config["initial_rate"] = rate
    return rate


smooth_decay.table(
    {
        """whole epochs only: The rate stands still within an epoch. An epoch and a half is 1.5 epochs: look
        for `//` or `int`.
        """: partial(by_parts, time=lambda i, c: i // c["per_epoch"]),
        """epochs counted from one: The first rate is already below the initial one: your time starts at one.
        At iteration 0 no time has passed.
        """: partial(by_parts, time=lambda i, c: i / c["per_epoch"] + 1),
        """iterations counted from one: You are one iteration ahead: at iteration 0 no time has passed. Look
        for a plus one.
        """: partial(by_parts, time=lambda i, c: (i + 1) / c["per_epoch"]),
        """iterations per epoch multiplied: You multiply the iteration by `per_epoch`. Does an epoch hold many
        iterations, or an iteration many epochs?
        """: partial(by_parts, time=lambda i, c: i * c["per_epoch"]),
        """kind ignored: Every kind gives the exponential. Does your code look at `kind`?
        """: partial(by_parts, kind=lambda c: "exponential"),
    }
)


@smooth_decay.mistake
def kinds_exchanged(iteration, config=None):
    """With "exponential" you return the 1/t rate, and with "1/t" the exponential one. Look at your `if`."""
    other = {"exponential": "1/t", "1/t": "exponential"}
    return by_parts(iteration, config, kind=lambda c: other.get(c["kind"], c["kind"]))


smooth_decay.table(
    {
        """one over t for every other kind: With "linear" you return the 1/t rate: your `else` takes both.
        There are three kinds.
        """: partial(by_parts, kind=lambda c: "1/t" if c["kind"] == "linear" else c["kind"]),
        """missing minus: The exponential grows. Look at the sign of the exponent.
        """: partial(by_parts, exponential=lambda rate, k, t: rate * math.exp(min(k * t, 600))),
        """decay subtracted: In the exponential you subtract k times the time, and the rate ends below zero.
        The exponential multiplies.
        """: partial(by_parts, exponential=lambda rate, k, t: rate - k * t),
        """one minus k as the base: In the exponential you multiply by 1 - k once per epoch. That is close
        while k is small; the formula has e to the power -k.
        """: partial(by_parts, exponential=lambda rate, k, t: rate * (1 - k) ** t),
        """exponential of base two: Your exponential halves once in every 1/k epochs: its base is 2. The
        formula has e: `np.exp`.
        """: partial(by_parts, exponential=lambda rate, k, t: rate * 2.0 ** (-k * t)),
        """initial rate forgotten in the exponential: Your exponential starts at one. What does it multiply?
        """: partial(by_parts, exponential=lambda rate, k, t: math.exp(-k * t)),
        """initial rate forgotten in one over t: Your 1/t starts at one. What stands above the line?
        """: partial(by_parts, inverse=lambda rate, k, t: 1 / (1 + k * t)),
        """one forgotten: In 1/t you divide by zero at the start. What must stand below the line so that the
        first rate is the initial one?
        """: partial(by_parts, inverse=lambda rate, k, t: rate / (k * t) if k * t else math.inf),
        """brackets forgotten: In 1/t the rate grows: `a / 1 + b` is `(a / 1) + b`. The whole sum stands below
        the line.
        """: partial(by_parts, inverse=lambda rate, k, t: rate / 1 + k * t),
        """multiplied instead of divided: In 1/t the rate grows like time. Which side of the line does 1 + kt
        belong on?
        """: partial(by_parts, inverse=lambda rate, k, t: rate * (1 + k * t)),
        """minus below the line: In 1/t the sum below the line passes through zero and the rate changes its
        sign. Look for a minus.
        """: partial(by_parts, inverse=lambda rate, k, t: rate / (1 - k * t) if k * t != 1 else math.inf),
        """root of time: In 1/t the rate falls like one over the root of time, as some proofs and d2l's
        `SquareRootScheduler` have it. Here time itself stands below the line.
        """: partial(by_parts, inverse=lambda rate, k, t: rate / math.sqrt(1 + k * t)),
        """k outside the product: In 1/t you divide by k plus the time. k multiplies the time, and a one is
        added.
        """: partial(by_parts, inverse=lambda rate, k, t: rate / (k + t) if k + t else math.inf),
        """one over one plus time: In 1/t the setting k makes no difference. Does it multiply the time?
        """: partial(by_parts, inverse=lambda rate, k, t: rate / (1 + t)),
        """negative after the end: The line goes on below zero after the last epoch, and a negative rate
        climbs. What is the smallest rate that you may return?
        """: partial(by_parts, linear=lambda rate, total, t: rate * (1 - t / total)),
        """line rises: The line rises from zero. Which share of the epochs is still to come?
        """: partial(by_parts, linear=lambda rate, total, t: rate * min(1.0, t / total)),
    }
)


@smooth_decay.mistake
def line_falls_at_k(iteration, config=None):
    """The line falls by k per epoch and does not end where the epochs end. `linear` has `epochs` for its
    setting."""
    c = settings(config, **DEFAULTS)
    return by_parts(iteration, config, linear=lambda rate, total, t: rate * max(0.0, 1 - c["k"] * t))


@smooth_decay.mistake
def line_ends_one_epoch_early(iteration, config=None):
    """The line reaches zero one epoch too early. The run has `epochs` epochs: look for a minus one."""
    return by_parts(iteration, config, linear=lambda rate, total, t: rate * max(0.0, 1 - t / (total - 1)))


@smooth_decay.mistake
def line_ends_one_iteration_early(iteration, config=None):
    """The line reaches zero at the last iteration of the run, so that step is lost. Zero belongs to the
    iteration after it: look for a minus one."""
    c = settings(config, **DEFAULTS)
    last = c["per_epoch"] * c["epochs"] - 1
    return by_parts(
        iteration, config, linear=lambda rate, total, t: rate * max(0.0, 1 - t * c["per_epoch"] / last)
    )


@smooth_decay.mistake
def initial_rate_forgotten_in_the_line(iteration, config=None):
    """Your line starts at one. What does the share of the epochs to come multiply?"""
    return by_parts(iteration, config, linear=lambda rate, total, t: max(0.0, 1 - t / total))


@smooth_decay.mistake
def calls_counted_instead_of_time(iteration, config=None):
    """Every call multiplies the last rate once more, so a run that restarts in the middle gets the wrong
    one. Work it out from the iteration alone."""
    c = settings(config, **DEFAULTS)
    last = by_parts(iteration - 1, config) if iteration else 0.0
    share = by_parts(iteration, config) / last if last else 1.0
    return c.get("learning_rate", c["initial_rate"]) * share
