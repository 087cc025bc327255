"""Lesson 03 watched: curves to smooth, and histories made for one question each.

They lie just on one side of a threshold, or fit two labels at once.

A history is a dict of lists as in ``course.histories``.  What label belongs to it is not known here.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course.probes.answers import required
from course.probes.base import Unusable, call
from course.probes.wording import describe

History = dict[str, list[float]]


def made(
    *,
    first: float = 2.0,
    epochs: int = 21,
    late: float = 0.2,
    rises: int = 0,
    flat: bool = False,
    wiggle: float = 0.05,
    wild: str = "second half",
    top: float | None = None,
    train: float = 0.95,
    validation: float = 0.93,
    updates: int = 60,
) -> History:
    """Return a history with the numbers asked for.

    first     training loss before any update
    epochs    entries of the lists per epoch; the first is before any update
    late      share of the whole fall of the training loss that lies in its second half
    rises     how many of the changes in that half are rises
    flat      whether these are no changes at all instead
    wiggle    of the step losses, over the first loss: deviation of the differences over the root of two
    wild      where they wiggle: ``second half``, ``first half``, ``before the half`` or ``trend`` (a steady fall)
    top       one step loss early on, over the first loss
    train, validation  last accuracies; those before are lower and alike
    updates   how many step losses there are
    """
    losses = [*falling(first, epochs, late, rises, flat)]
    steps = np.linspace(first, losses[-1] + 0.2 * first, updates)
    half, third = updates // 2, updates // 3
    steps[half:] = losses[-1] + 0.2 * first
    place = {"first half": slice(0, half), "before the half": slice(third, half)}.get(wild, slice(half, None))
    if wild == "trend":
        steps[half:] = np.linspace(1.6 * first, 0.1 * first, updates - half)
    else:
        there = steps[place]
        there += wiggle * first / np.sqrt(2) * (-1.0) ** np.arange(len(there))
    steps[0] = first
    if top is not None:
        steps[3] = top * first
    accuracies = {"train_accuracy": train, "val_accuracy": validation}
    earlier = min(train, validation, 0.6)
    return {"step_loss": steps.tolist(), "train_loss": losses} | {
        name: [*np.linspace(0.1, earlier, epochs - 1).tolist(), last] for name, last in accuracies.items()
    }


def falling(first: float, epochs: int, late: float, rises: int, flat: bool) -> np.ndarray:
    """Return training losses that fall to a fifth; the rest is about the second half."""
    fall, half = 0.8 * first, epochs // 2
    before = first - (1 - late) * fall * np.array([0.0, 0.5, *np.linspace(0.5, 1, half)[1:]])[: half + 1]
    changes = epochs - half - 1
    weights = np.full(changes, 0.4 / max(changes - 2, 1))
    weights[[0, -1]] = 0.3
    up = 0.0 if flat else 0.01 * fall
    weights[1 : rises + 1] = 0
    moves = -(late * fall + rises * up) * weights / weights.sum()
    moves[1 : rises + 1] = up
    return np.concatenate([before, before[-1] + np.cumsum(moves)])


def label(diagnose: Callable, history: Mapping[str, list[float]]) -> str:
    """Return what a history is called, in lower case and with spaces.  Raises ``Unusable``."""
    found = call(diagnose, {name: list(values) for name, values in history.items()})
    if found is None:
        raise Unusable("returns None", "It returned None. Does every branch of the rule return a label?")
    return re.sub(r"(?<=[a-z])[_-](?=[a-z])", " ", str(found).strip().lower())


def visible_smooth(smooth: Callable) -> dict[str, Any]:
    """Watch ``smooth``."""
    left = np.array([4.0, 0.0, 8.0])

    def of(*values: float, beta: float) -> np.ndarray:
        found = required(call(smooth, np.array(values), beta))
        try:
            return np.array(found, dtype=np.float64)
        except (TypeError, ValueError):
            raise Unusable("wrong type", f"It must return an array; it returned {describe(found)}.") from None

    call(smooth, left, 0.5)
    return {
        "[4, 0, 0, 8, 8] with beta = 0.5": of(4.0, 0.0, 0.0, 8.0, 8.0, beta=0.5),
        "[3, 3, 3] with beta = 0.9": of(3.0, 3.0, 3.0, beta=0.9),
        "[3, 1, 2] with beta = 0": of(3.0, 1.0, 2.0, beta=0.0),
        "[1, 2, 4, 8] with beta = 0.75": of(1.0, 2.0, 4.0, 8.0, beta=0.75),
        "[8, 4, 2, 1] with beta = 0.75": of(8.0, 4.0, 2.0, 1.0, beta=0.75),
        "whole numbers, [5, 2, 7, 4], with beta = 0.7": of(5, 2, 7, 4, beta=0.7),
        "x after the call": left,
    }


NAN, INF = float("nan"), float("inf")


def with_steps(history: History, *losses: float) -> History:
    """Return a history with other last step losses."""
    return {**history, "step_loss": [*history["step_loss"][: -len(losses)], *losses]}


def late_accuracies(history: History, **last_but_one: float) -> History:
    """Return a history with other accuracies in the last epoch but one."""
    return history | {
        name: [*history[name][:-2], each, history[name][-1]] for name, each in last_but_one.items()
    }


def with_a_bump(history: History) -> History:
    """Return a history whose training loss rises a little once, right after half of its epochs."""
    losses = list(history["train_loss"])
    half = len(losses) // 2
    losses[half + 1] = losses[half] + 0.1 * (losses[0] - losses[-1])
    return history | {"train_loss": losses}


def with_early_rises(history: History) -> History:
    """Return a history half of whose changes before the second half are rises of the training loss."""
    losses = list(history["train_loss"])
    for k in range(1, len(losses) // 2, 2):
        losses[k] = losses[k - 1] + 0.01 * (losses[0] - losses[-1])
    return history | {"train_loss": losses}


def ending_high(history: History, last: float, *, rises: bool = False) -> History:
    """Return a history whose training loss ends at ``last``; in its second half it falls a little, or rises."""
    losses = list(history["train_loss"])
    half = len(losses) // 2
    start = last - 0.1 * losses[0] if rises else last + 0.1 * losses[0]
    there = (
        np.linspace(losses[0], start, half + 1).tolist()
        + np.linspace(start, last, len(losses) - half)[1:].tolist()
    )
    return history | {"train_loss": there}


def with_wild_early_epochs(history: History) -> History:
    """Return a history whose training loss jumps up and down before its second half, the step losses do not."""
    losses = list(history["train_loss"])
    for k in range(1, len(losses) // 2):
        losses[k] = (1.6 if k % 2 else 0.4) * losses[0]
    return history | {"train_loss": losses}


def thresholds(first: float) -> dict[str, History]:
    """Return runs on both sides of every threshold of the rule, one for each, named by what they are."""

    def of(**more: Any) -> History:
        return made(first=first, **more)

    return {
        "NaN among the step losses": with_steps(of(), NAN, NAN, 0.2 * first),
        "inf among the step losses": with_steps(of(), INF, 0.2 * first),
        "a single epoch, with NaN": {
            "step_loss": [first, NAN], "train_loss": [first], "train_accuracy": [0.1], "val_accuracy": [0.1],
        },
        "a step loss of 100.5 times the first loss": of(top=100.5),
        "a step loss of 2000 times the first loss": of(top=2000.0),
        "a step loss of 30 times the first loss": of(top=30.0),
        "a step loss of 15 times the first loss": of(top=15.0),
        "a step loss of 99.5 times the first loss": of(top=99.5),
        "a fifth of the late changes are rises, accuracy 0.8": of(rises=2, train=0.8, validation=0.79),
        "a tenth of the late changes are rises, accuracy 0.8": of(rises=1, train=0.8, validation=0.79),
        "six of ten late changes are rises, accuracy 0.5": of(rises=6, train=0.5, validation=0.49),
        "a fifth of the late changes are no changes, accuracy 0.8": of(
            rises=2, flat=True, train=0.8, validation=0.79
        ),
        "a fifth of the late changes are rises, accuracy 0.91": of(rises=2, train=0.91, validation=0.9),
        "a fifth of the late changes are rises, accuracy 0.89": of(rises=2, train=0.89, validation=0.88),
        "half of the early changes are rises, none of the late changes, accuracy 0.8": with_early_rises(
            of(train=0.8, validation=0.79)
        ),
        "one of 14 late changes is a rise, accuracy 0.8": of(epochs=29, rises=1, train=0.8, validation=0.79),
        "three of 16 late changes are rises, accuracy 0.8": of(epochs=33, rises=3, train=0.8, validation=0.79),
        "three of 14 late changes are rises, accuracy 0.8": of(epochs=29, rises=3, train=0.8, validation=0.79),
        "a wiggle of 0.26 times the first loss": of(wiggle=0.26),
        "a wiggle of 0.24 times the first loss": of(wiggle=0.24),
        "a wiggle of 0.19 times the first loss": of(wiggle=0.19),
        "a wiggle of 0.165 times the first loss": of(wiggle=0.165),
        "a wiggle of 0.117 times the first loss": of(wiggle=0.117),
        "a wiggle of 0.3 times the first loss": of(wiggle=0.3),
        "a wiggle in the first half only": of(wiggle=0.6, wild="first half"),
        "a wiggle just before the second half": of(wiggle=0.9, wild="before the half"),
        "step losses that fall steadily": of(wild="trend"),
        "0.41 of the fall in the second half": of(late=0.41),
        "0.39 of the fall in the second half": of(late=0.39),
        "0.7 of the fall in the second half": of(late=0.7),
        "a last loss of half the first, accuracy 0.8": ending_high(
            of(train=0.8, validation=0.79), 0.5 * first
        ),
        "all late changes are rises, up to twice the first loss, accuracy 0.3": ending_high(
            of(train=0.3, validation=0.29), 2 * first, rises=True
        ),
        "a loss per epoch that jumps early, step losses that do not": with_wild_early_epochs(of()),
        "a gap of 0.11": of(train=0.97, validation=0.86),
        "a gap of 0.09": of(train=0.97, validation=0.88),
        "a gap of 0.3": of(train=0.97, validation=0.67),
        "validation 0.2 above training": of(train=0.75, validation=0.95),
        "a gap of 0.11 in the last epoch, none before": late_accuracies(
            of(train=0.97, validation=0.86), val_accuracy=0.96
        ),
        "accuracy 0.89 in the last epoch, 0.95 before": late_accuracies(
            of(train=0.89, validation=0.88), train_accuracy=0.95
        ),
        "0.39 of the fall in the second half, with a bump": with_a_bump(of(late=0.39)),
        "accuracy 0.89": of(train=0.89, validation=0.88),
        "accuracy 0.91": of(train=0.91, validation=0.9),
    }  # fmt: skip


def overlaps(first: float) -> dict[str, History]:
    """Return runs that fit two labels of the rule, one for each pair."""
    fits: dict[str, dict[str, Any]] = {
        "rate too high": {"rises": 3, "train": 0.6, "validation": 0.59},
        "batch too small": {"wiggle": 0.6},
        "rate too low": {"late": 0.5},
        "overfitting": {"validation": 0.4},
        "underfitting": {"train": 0.6, "validation": 0.59},
    }
    names = list(fits)
    found = {
        f"fits {one} and {other}": made(first=first, **{**fits[one], **fits[other], **both(one, other)})
        for k, one in enumerate(names)
        for other in names[k + 1 :]
    }
    gone = {f"fits diverged and {name}": made(first=first, top=150.0, **fit) for name, fit in fits.items()}
    return found | gone


def both(one: str, other: str) -> dict[str, float]:
    """Return the accuracies of a run that fits two labels which both ask about them."""
    if "overfitting" in (one, other):
        low = {one, other} & {"rate too high", "underfitting"}
        return {"train": 0.6 if low else 0.95, "validation": 0.4}
    return {}


def visible_diagnosis(diagnose: Callable) -> dict[str, str]:
    """Watch ``diagnose_run``; two runs with a small first loss tell what is measured by it and what is not."""
    runs, small = thresholds(2.3) | overlaps(2.3), thresholds(0.7)
    for name in ("a step loss of 100.5 times the first loss", "a wiggle of 0.3 times the first loss"):
        runs[f"{name}, from 0.7"] = small[name]
    return {name: label(diagnose, history) for name, history in runs.items()}
