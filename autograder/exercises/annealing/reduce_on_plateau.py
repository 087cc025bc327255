"""Exercise ``reduce_on_plateau``: the rate falls when the validation error has stopped falling.

The reference looks for the epochs at which a cut falls due, from the positions of the bests; the notebook
replays the run with a counter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.exercises.annealing.shared import in_a_loop, settings
from autograder.judging import Check, Exercise
from course.probes.base import Calls

DEFAULTS = {"factor": 0.5, "patience": 3}


def reference(history, config=None):
    """Return the initial rate times the factor for each epoch that ends a stretch of ``patience`` bad ones."""
    c = settings(config, **DEFAULTS)
    errors = np.array(history["val_error"], dtype=np.float64)
    before = np.minimum.accumulate(np.concatenate([[np.inf], errors]))[:-1]
    last = -1
    cuts = 0
    for epoch in range(len(errors)):
        if errors[epoch] < before[epoch]:
            last = epoch
        elif epoch - last == c["patience"]:
            last, cuts = epoch, cuts + 1
    return c["initial_rate"] * c["factor"] ** cuts


def history(val_error: Sequence[float], train_error: Sequence[float] | None = None) -> dict[str, list[float]]:
    """Return a history; by default the training error falls for ever."""
    falling = [0.5 * 0.9**epoch for epoch in range(len(val_error))]
    return {"train_error": list(train_error or falling), "val_error": list(val_error)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Epochs:
    """Ask after every epoch of a run, with one config that carries the last rate."""

    history: Mapping[str, Sequence[float]]
    config: Mapping[str, Any]

    def __call__(self, schedule: Callable) -> list[Any]:
        """Return the rate after each epoch.  Raises ``Unusable``."""
        length = len(self.history["val_error"])
        so_far = [{name: list(e[:n]) for name, e in self.history.items()} for n in range(length + 1)]
        return in_a_loop(schedule, self.config, so_far)


BUMPY = [0.9, 0.5, 0.6, 0.4, 0.45, 0.44, 0.43, 0.42, 0.41, *[0.39] * 3, 0.395, 0.38, *[0.4] * 5]

TIED = [0.3, 0.3, 0.3, 0.3, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1]

LONG = [0.5, *([0.6, 0.55, 0.7] * 4), 0.2, 0.3, 0.3]

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
                    (history(LONG), {"patience": 2, "factor": 0.1}),
                    (history(LONG), None),
                    (history(sorted(LONG, reverse=True), LONG), {"patience": 2}),
                ]
            ),
            says="Asked with the history of a run, and nothing else, the rate is not right.",
        ),
        Check(
            name="asked after every epoch",
            probe=Epochs(history=history(BUMPY), config={"initial_rate": 0.4, "factor": 0.6, "patience": 2}),
            says="In a training loop, which keeps the last rate in config, the schedule drifts away.",
        ),
    ],
    visible=Calls(
        arguments=[
            (
                {"train_error": train or [0.5 * 0.8**i for i in range(len(errors))], "val_error": errors},
                {"initial_rate": 2.0, "factor": 0.1, "patience": 2, "learning_rate": 0.3},
            )
            for errors, train in (
                ([0.5, 0.4], None),
                ([0.5, 0.4, 0.45, 0.46], None),
                ([0.5, 0.4, 0.4, 0.45], None),
                ([0.5, 0.55, 0.4, 0.45], None),
                ([0.5, 0.4, 0.45, 0.44, 0.43, 0.42], None),
                ([0.5, 0.4, 0.45, 0.44, 0.46, 0.47], None),
                ([0.5, 0.6, 0.6, 0.4], None),
                ([0.5, 0.4, 0.3, 0.2], [0.5, 0.5, 0.5, 0.5]),
                ([0.5, 0.6, 0.6, 0.6, 0.6, 0.4, 0.5, 0.5], None),
            )
        ]
    ),
    read="Exercise 4. Reduce on a plateau",
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
    best_after_cut=lambda best, error: best,
    follow=False,
    cuts_allowed=10**9,
):
    c = settings(config, **DEFAULTS)
    rate, best, wait = start(c), float("inf"), 0
    for error in history[watched]:
        if improves(error, best):
            best, wait = error, (0 if forgiven else wait)
        else:
            wait += 1
        if due(wait, c["patience"]) and cuts_allowed:
            rate, cuts_allowed = cut(rate, c["factor"]), cuts_allowed - 1
            wait = wait if wait_after_cut is None else wait_after_cut
            best = best_after_cut(best, error)
        best = error if follow else best
    return rate


@reduce_on_plateau.convention(share=0.5)
def one_epoch_more_patience(history, config=None):
    """You cut when more than `patience` epochs were bad, as PyTorch's ReduceLROnPlateau does. Here the
    epoch that makes it `patience` is the one that cuts, as in Keras."""
    return counter(history, config, due=lambda wait, patience: wait > patience)


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
def factor_subtracted(history, config=None):
    """You subtract the factor, and the rate ends below zero. To reduce by a factor is to multiply."""
    return counter(history, config, cut=lambda rate, factor: rate - factor)


@reduce_on_plateau.mistake
def factor_taken_as_the_part_removed(history, config=None):
    """You multiply by one minus the factor. A factor of 0.1 leaves a tenth of the rate, not nine tenths."""
    return counter(history, config, cut=lambda rate, factor: rate * (1 - factor))


@reduce_on_plateau.mistake
def compared_with_the_previous_epoch(history, config=None):
    """You compare with the epoch before, so a run that bounces never waits. Compare with the best so far."""
    return counter(history, config, follow=True)


@reduce_on_plateau.mistake
def a_tie_counts_as_better(history, config=None):
    """An error equal to the best starts the waiting again, so a flat line is never a plateau. Look for
    `<=`."""
    return counter(history, config, improves=lambda error, best: error <= best)


@reduce_on_plateau.mistake
def waiting_goes_on_after_a_cut(history, config=None):
    """After a cut the counter is not set back, so every bad epoch that follows cuts again. Give the new
    rate as much patience as the old one had."""
    return counter(history, config, wait_after_cut=None)


@reduce_on_plateau.mistake
def waiting_goes_on_after_a_better_epoch(history, config=None):
    """A better epoch does not set the counter back, so you count all bad epochs of the run. Patience counts
    bad epochs in a row."""
    return counter(history, config, forgiven=False)


@reduce_on_plateau.mistake
def best_forgotten_after_a_cut(history, config=None):
    """After a cut you forget the best error, so the next epoch always looks better. The best of the whole
    run is what counts."""
    return counter(history, config, best_after_cut=lambda best, error: float("inf"))


@reduce_on_plateau.mistake
def best_replaced_at_a_cut(history, config=None):
    """At a cut you put the newest error in the place of the best, so a worse epoch may pass for a better
    one. A cut changes the rate and the count; the best stays."""
    return counter(history, config, best_after_cut=lambda best, error: error)


@reduce_on_plateau.mistake
def one_epoch_too_impatient(history, config=None):
    """You cut one epoch early: the best epoch itself is counted as a bad one. Start the counter at zero."""
    return counter(history, config, due=lambda wait, patience: wait >= patience - 1 and wait > 0)


@reduce_on_plateau.mistake
def one_cut_only(history, config=None):
    """The rate is cut once and never again. After a cut, go on counting."""
    return counter(history, config, cuts_allowed=1)


@reduce_on_plateau.mistake
def only_the_last_epochs_looked_at(history, config=None):
    """You look at the last epochs alone, so earlier cuts are forgotten. Go through the whole history."""
    c = settings(config, **DEFAULTS)
    errors, patience = history["val_error"], int(c["patience"])
    stale = len(errors) > patience and min(errors[-patience:]) >= min(errors[:-patience])
    return c["initial_rate"] * (c["factor"] if stale else 1.0)


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
