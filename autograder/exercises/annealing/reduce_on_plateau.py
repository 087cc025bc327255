"""Exercise ``reduce_on_plateau``: the rate falls when the validation error has stopped falling.

The reference looks for the epochs at which a cut falls due, from the positions of the bests; the notebook
replays the run with a counter.
"""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np

from autograder.exercises.annealing.shared import settings
from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.composed import Look
from course.probes.schedules import Loop, TinyRates

DEFAULTS = {"factor": 0.5, "patience": 3}


def reference(history, config=None):
    """Return the initial rate times the factor for each epoch that ends a stretch of ``patience`` bad ones."""
    c = settings(config, **DEFAULTS)
    errors = history["val_error"]
    before = [np.inf, *np.minimum.accumulate(errors)]
    last, cuts = 0, 0
    for epoch, error in enumerate(errors):
        if error < before[epoch]:
            last = epoch
        elif epoch - last == c["patience"]:
            last, cuts = epoch, cuts + 1
    return c["initial_rate"] * c["factor"] ** cuts


def history(val_error: Sequence[float], train_error: Sequence[float] | None = None) -> dict[str, list[float]]:
    """Return a history; by default the training error falls for ever."""
    falling = [round(0.5 * 0.9**epoch, 2) for epoch in range(len(val_error))]
    return {"train_error": list(train_error or falling), "val_error": list(val_error)}


def histories(errors: Sequence[float]) -> list[dict[str, list[float]]]:
    """Return what is known before the first epoch and after each."""
    return [history(errors[:epoch]) for epoch in range(len(errors) + 1)]


BUMPY = [0.9, 0.5, 0.6, 0.4, 0.45, 0.44, 0.43, 0.42, 0.41, *[0.39] * 3, 0.395, 0.38, *[0.4] * 5]

RISING = [0.5, 0.3, 0.35, 0.4, 0.45, 0.5, 0.2, 0.25, 0.3, 0.35, 0.4]

MEMORISED = [0.1, *[0.2] * 10]
"""A training error whose plateau is far longer than any of ``RISING``."""

TIED = [0.3, 0.3, 0.3, 0.3, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1]

LONG = [0.5, *([0.6, 0.55, 0.7] * 4), 0.2, 0.3, 0.3]

HARDLY = [0.5, 0.49999, 0.49998, 0.49997, 0.49996]
"""Each is better by less than the least improvement that libraries count."""

VISIBLE = {"initial_rate": 2.0, "factor": 0.1, "patience": 2, "learning_rate": 0.3}

reduce_on_plateau = Exercise(
    "reduce_on_plateau",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="asked at any epoch",
            probe=Calls(
                arguments=[
                    *(
                        (history(BUMPY[:n]), {"initial_rate": 0.8, "factor": 0.3})
                        for n in (0, 1, 6, 7, 12, 13, 19)
                    ),
                    *((history(TIED), {"initial_rate": 0.8, "patience": p}) for p in (1, 2, 4)),
                    (history([2.5, 3.0, 2.0, 2.2]), {"patience": 1}),
                    (history(LONG), {"patience": 2, "factor": 0.6, "learning_rate": 0.07}),
                    (history(LONG), None),
                    (history(sorted(LONG, reverse=True), LONG), {"patience": 2}),
                    (
                        history([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], [0.5, 0.6, 0.55, 0.7, 0.6, 0.65]),
                        {"patience": 2},
                    ),
                    *(
                        (history(RISING, MEMORISED), {"factor": f, "patience": p})
                        for f, p in ((0.5, 2), (0.7, 3))
                    ),
                ]
            ),
            says="Asked with the history of a run, and nothing else, the rate is not right.",
        ),
        Check(
            name="asked after every epoch",
            probe=Loop(times=histories(BUMPY), config={"initial_rate": 0.4, "factor": 0.6, "patience": 2}),
            says="In a training loop, which keeps the last rate in config, the rates are not those of the rule.",
        ),
        Check(
            name="small improvements",
            probe=Calls(arguments=[(history(HARDLY), {"patience": 2})]),
            says="An epoch whose error is lower than the best by very little is not counted as better.",
        ),
        Check(
            name="very small rates",
            probe=TinyRates(times=(history([0.5]), history([0.5] * 4)), config={}),
            says="A rate that is already very small is cut by another factor than the one given.",
        ),
    ],
    visible=Look(
        probes={
            "Asked with the history of a run": Calls(
                arguments=[
                    (history(errors, train), VISIBLE)
                    for errors, train in (
                        ([0.5, 0.4], None),
                        ([0.5, 0.4, 0.45, 0.46], None),
                        ([0.5, 0.4, 0.4, 0.45], None),
                        ([0.5, 0.4, 0.4, 0.45, 0.46], None),
                        ([0.5, 0.55, 0.4, 0.45], None),
                        ([0.5, 0.4, 0.45, 0.44, 0.43, 0.42], None),
                        ([0.5, 0.4, 0.45, 0.46, 0.47], [0.5, 0.6, 0.7, 0.8, 0.4]),
                        ([0.5, 0.4, 0.45, 0.44, 0.46, 0.47], None),
                        ([0.5, 0.6, 0.6, 0.4], None),
                        ([0.5, 0.4, 0.3, 0.2], [0.5, 0.5, 0.5, 0.5]),
                        ([0.5, 0.6, 0.6, 0.6, 0.6, 0.4, 0.5, 0.5], None),
                        ([0.5, 0.6, 0.55, 0.56, 0.57, 0.58], None),
                        ([2.5, 3.0, 2.0, 2.2], None),
                    )
                ]
            ),
            "Before the first epoch, when the lists are empty": Calls(
                arguments=[({"train_error": [], "val_error": []}, VISIBLE)]
            ),
            "With the defaults": Calls(arguments=[(history([0.5, 0.6, 0.7, 0.8, 0.9]), None)]),
            "In a training loop": Loop(
                times=histories([0.5, 0.6, 0.6, 0.4, 0.5, 0.45]),
                config={"initial_rate": 0.8, "factor": 0.5, "patience": 2},
            ),
            "When every epoch is better by very little": Calls(arguments=[(history(HARDLY), VISIBLE)]),
            "When the rate is very small": TinyRates(times=(history([0.5]), history([0.5] * 4)), config={}),
        }
    ),
    may_change=("config",),
    read="Exercise 4. Reduce on a plateau",
    constants={"initial_rate": 0.1, **DEFAULTS},
    equivalent=dict.fromkeys(
        (
            "best, bad = (np.inf, 0) -> best, bad = (np.inf, -1)",
            "best, bad = (np.inf, 0) -> best, bad = (np.inf, 1)",
            "last, cuts = (0, 0) -> last, cuts = (-1, 0)",
            "last, cuts = (0, 0) -> last, cuts = (1, 0)",
        ),
        "the first epoch is better than nothing, and the count starts there",
    ),
    effect="The rate falls while the loss still improves, or stays high when it no longer does.",
)


@reduce_on_plateau.variant
def counter(
    history,
    config=None,
    *,
    watched="val_error",
    cut=lambda rate, factor: rate * factor,
    start=lambda c: c["initial_rate"],
    improves=lambda error, best: error < best,
    due=lambda wait, patience: wait >= patience,
    wait_after_cut=0,
    forgiven=True,
    best_before=float("inf"),
    best_after_cut=lambda best, error: best,
    keep=lambda error, best: error,
    follow=False,
    cuts_allowed=10**9,
):
    c = settings(config, **DEFAULTS)
    rate, best, wait = start(c), best_before, 0
    for error in history[watched]:
        if improves(error, best):
            best, wait = keep(error, best), (0 if forgiven else wait)
        else:
            wait += 1
        if due(wait, c["patience"]) and cuts_allowed:
            rate, cuts_allowed = cut(rate, c["factor"]), cuts_allowed - 1
            wait = wait if wait_after_cut is None else wait_after_cut
            best = best_after_cut(best, error)
        best = error if follow else best
    return rate


@reduce_on_plateau.variant
def as_kerass_callback(history, config=None):
    """With a minimum over the past at every epoch, in place of a best that is carried along."""
    c = settings(config, **DEFAULTS)
    lr, wait = c["initial_rate"], 0
    val = list(history["val_error"])
    for epoch, current in enumerate(val):
        if all(current < earlier for earlier in val[:epoch]):
            wait = 0
            continue
        wait += 1
        if wait >= c["patience"]:
            lr *= c["factor"]
            wait = 0
    return lr


@reduce_on_plateau.variant_as_in("PyTorch")
def as_pytorchs_scheduler(history, config=None):
    """A class with ``step``, replayed; with the comparison that makes its patience ours."""

    class Plateau:
        def __init__(self, lr, factor, patience):
            self.lr, self.factor, self.patience = lr, factor, patience
            self.best, self.num_bad_epochs = float("inf"), 0

        def step(self, metrics):
            if metrics < self.best:
                self.best, self.num_bad_epochs = metrics, 0
            else:
                self.num_bad_epochs += 1
            if self.num_bad_epochs > self.patience - 1:
                self.lr = self.lr * self.factor
                self.num_bad_epochs = 0

    c = settings(config, **DEFAULTS)
    scheduler = Plateau(c["initial_rate"], c["factor"], c["patience"])
    for metrics in history["val_error"]:
        scheduler.step(metrics)
    return scheduler.lr


@reduce_on_plateau.variant
def cuts_counted(history, config=None):
    """From the first epoch on, in whole stretches between two bests."""
    c = settings(config, **DEFAULTS)
    cuts, best, bad = 0, math.inf, 0
    for error in history["val_error"]:
        bad = 0 if error < best else bad + 1
        best = min(best, error)
        cuts += bad > 0 and bad % c["patience"] == 0
    return c["initial_rate"] * c["factor"] ** cuts


reduce_on_plateau.table(
    {
        """one epoch more patience: You cut when more than `patience` epochs were bad, as PyTorch's
        ReduceLROnPlateau does. Here the epoch that makes it `patience` is the one that cuts, as in Keras.
        """: partial(counter, due=lambda wait, patience: wait > patience),
        """a least improvement: An epoch has to be better by a margin before it counts, as with `min_delta` of
        Keras or `threshold` of PyTorch. Here every lower error is better.
        """: partial(counter, improves=lambda error, best: error < best - 1e-4),
        """a floor under the rate: You stop at a smallest rate, as `min_lr` of Keras and PyTorch does. Here
        the rate has no floor: look for `max` or `clip`.
        """: lambda history, config=None: max(counter(history, config), 1e-6),
    },
    share=0.5,
)


@reduce_on_plateau.mistake
def training_error_watched(history, config=None):
    """You watch the training error, which goes on falling while the network overfits. Which part of the
    data shows a plateau?"""
    return counter(history, config, watched="train_error")


@reduce_on_plateau.mistake
def compounded_from_the_current_rate(history, config=None):
    """You start from `learning_rate`, which already holds the earlier cuts, and apply them again. Start
    from `initial_rate`."""
    return counter(history, config, start=lambda c: c.get("learning_rate", c["initial_rate"]))


@reduce_on_plateau.mistake
def initial_rate_overwritten(history, config=None):
    """You write the rate back into `config["initial_rate"]`, so the next call starts from it and makes the
    earlier cuts again. Leave the settings in config as they are."""
    rate = counter(history, config)
    if config is not None:
        config["initial_rate"] = rate
    return rate


reduce_on_plateau.table(
    {
        """factor subtracted: You subtract the factor, and the rate ends below zero. To reduce by a factor is
        to multiply.
        """: partial(counter, cut=lambda rate, factor: rate - factor),
        """factor taken as the part removed: You multiply by one minus the factor. A factor of 0.1 leaves a
        tenth of the rate, not nine tenths.
        """: partial(counter, cut=lambda rate, factor: rate * (1 - factor)),
        """divided by the factor: The rate grows: you divide by the factor. It is a number below one that
        multiplies the rate.
        """: partial(counter, cut=lambda rate, factor: rate / factor),
        """compared with the previous epoch: You compare with the epoch before, so a run that bounces never
        waits. Compare with the best so far.
        """: partial(counter, follow=True),
        """a tie counts as better: An error equal to the best starts the count again, so a flat line is never
        a plateau. Look for `<=`.
        """: partial(counter, improves=lambda error, best: error <= best),
        """a higher error counts as better: You look for the highest error, as one would for an accuracy.
        Which way is better here?
        """: partial(counter, improves=lambda error, best: error > best, best_before=float("-inf")),
        """the best is never updated: The best error is not replaced by a better one, so every epoch is
        compared with the first. Where do you keep the new best?
        """: partial(counter, keep=lambda error, best: error if best == float("inf") else best),
        """no best is kept: The rate is never cut: the best error stays infinite, and every epoch is better
        than that. Where do you keep the new best?
        """: partial(counter, keep=lambda error, best: best),
        """best starts at one: Your best starts at one, and an error that is measured by a loss can be larger.
        Start with infinity.
        """: partial(counter, best_before=1.0),
        """best starts at zero: No error ever counts as better than your best: every epoch is a bad one.
        Start the best at infinity, and compare with `<`.
        """: partial(counter, best_before=0.0),
        """first epoch counted as bad: The first epoch is counted as a bad one: it is compared with itself.
        Start with an infinite best.
        """: lambda history, config=None: counter(
            history, config, best_before=history["val_error"][0] if history["val_error"] else 0.0
        ),
        """waiting goes on after a cut: After a cut the counter is not set back, so every bad epoch that
        follows cuts again. Give the new rate as much patience as the old one had.
        """: partial(counter, wait_after_cut=None),
        """one cut for each stretch: A stretch of bad epochs cuts once, however long it is. After a cut the
        counter must start from zero: it runs past `patience` and is never equal to it again.
        """: partial(counter, wait_after_cut=None, due=lambda wait, patience: wait == patience),
        """waiting goes on after a better epoch: A better epoch does not set the counter back, so you count
        all bad epochs of the run. Patience counts bad epochs in a row.
        """: partial(counter, forgiven=False),
        """bad epochs of the whole run counted: You count all bad epochs of the run and cut for every one past
        `patience`. The counter starts again after a better epoch, and after a cut.
        """: partial(counter, forgiven=False, wait_after_cut=None),
        """best forgotten after a cut: After a cut you forget the best error, so the next epoch always looks
        better. The best of the whole run is what counts.
        """: partial(counter, best_after_cut=lambda best, error: float("inf")),
        """best replaced at a cut: At a cut you put the newest error in the place of the best, so a worse
        epoch may pass for a better one. A cut changes the rate and the count; the best stays.
        """: partial(counter, best_after_cut=lambda best, error: error),
        """one epoch too impatient: You cut one epoch early. Does the counter start at zero, and is it
        compared with `patience` itself?
        """: partial(counter, due=lambda wait, patience: wait >= patience - 1 and wait > 0),
        """counter starts at one after a cut: The second cut of a stretch comes one epoch early: after a cut
        the counter starts at one. Set it to zero.
        """: partial(counter, wait_after_cut=1),
        """one cut only: The rate is cut once and never again. After a cut, go on counting.
        """: partial(counter, cuts_allowed=1),
    }
)


@reduce_on_plateau.mistake
def only_the_last_epochs_looked_at(history, config=None):
    """You look at the last epochs alone, so earlier cuts are forgotten. Go through the whole history."""
    c = settings(config, **DEFAULTS)
    errors, patience = history["val_error"], int(c["patience"])
    stale = len(errors) > patience and min(errors[-patience:]) >= min(errors[:-patience])
    return c["initial_rate"] * (c["factor"] if stale else 1.0)


@reduce_on_plateau.mistake
def the_empty_history_forgotten(history, config=None):
    """Before the first epoch the lists are empty, and you ask for their first or smallest entry. Start with an
    infinite best."""
    history["val_error"][0]
    return counter(history, config)


@reduce_on_plateau.mistake
def smallest_of_the_empty_history(history, config=None):
    """Before the first epoch the lists are empty, and `min` of nothing raises. Start with an infinite best."""
    min(history["val_error"])
    return counter(history, config)


@reduce_on_plateau.mistake
def nothing_returned_for_an_empty_history(history, config=None):
    """Before the first epoch the lists are empty, and you return zero. No epoch was bad: the rate is the initial
    one."""
    return counter(history, config) if history["val_error"] else 0.0


@reduce_on_plateau.mistake
def calls_counted_instead_of_history(history, config=None):
    """You keep the counter in config and look at the newest epoch alone, so a run that restarts in the
    middle gets the wrong rate. Replay the whole history at every call."""
    config = {} if config is None else config
    c = settings(config, **DEFAULTS)
    if history["val_error"]:
        seen = config.setdefault("seen", [])
        seen.append(history["val_error"][-1])
        return counter({"val_error": seen}, c)
    return c["initial_rate"]
