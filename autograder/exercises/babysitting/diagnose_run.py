"""Read the curves of a run by a published rule."""

from __future__ import annotations

import copy
import itertools
import json
import math
import statistics
from functools import lru_cache

import numpy as np

from autograder.exercises.babysitting.record_curves import FILE
from autograder.judging import Check, Exercise
from course.probes.base import Calls, Unusable, call


def reference(history):
    """Plain loops over the lists, no NumPy: the rule as the lesson prints it, one line after the other."""
    steps, losses = history["step_loss"], history["train_loss"]
    if any(not math.isfinite(v) or v > 100 * losses[0] for v in [*steps, *losses]):
        return "diverged"
    tail = losses[len(losses) // 2 :]
    rises = sum(b > a for a, b in itertools.pairwise(tail))
    accuracy = history["train_accuracy"][-1]
    if 5 * rises >= len(tail) - 1 and accuracy < 0.9:
        return "rate too high"
    late = steps[len(steps) // 2 :]
    jumps = [b - a for a, b in itertools.pairwise(late)]
    if statistics.pstdev(jumps) / math.sqrt(2) > 0.25 * losses[0]:
        return "batch too small"
    if tail[0] - losses[-1] >= 0.4 * (losses[0] - losses[-1]):
        return "rate too low"
    if accuracy - history["val_accuracy"][-1] > 0.1:
        return "overfitting"
    return "underfitting" if accuracy < 0.9 else "healthy"


@lru_cache
def curves():
    """Return the recorded histories; NaN and inf are written as JSON's extension of them."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def labels(*names):
    """Return a probe: the labels a candidate gives to these runs."""

    def probe(candidate):
        found = []
        for name in names:
            label = call(candidate, copy.deepcopy(curves()[name]))
            if label is None:
                raise Unusable(
                    "returns None", "It returned None. Does every branch of the rule return a label?"
                )
            found.append(str(label).strip().lower().replace("_", " "))
        return found

    return probe


def series(steps, losses, train, val):
    return {"step_loss": steps, "train_loss": losses, "train_accuracy": train, "val_accuracy": val}


diagnose_run = Exercise(
    "diagnose_run",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="diverged",
            probe=labels("diverged 1", "diverged 2", "diverged 3"),
            says="A run that diverged was called something else. NaN compares as False with everything.",
        ),
        Check(
            name="rates",
            probe=labels("low 1", "high 1", "low 2", "high 2", "high 3", "high 4", "healthy 1"),
            says="A rate that was too high or too low was not recognised, or a good one was blamed.",
        ),
        Check(
            name="batch",
            probe=labels("small 1", "small 2", "healthy 2"),
            says="Noise from a small batch was not recognised: look at the mini-batch losses of the second half.",
        ),
        Check(
            name="capacity",
            probe=labels(*(f"{kind}fitting {k}" for k in "123" for kind in ("over", "under")), "underfitting 4"),
            says="Overfitting and underfitting were not told apart by the two accuracies.",
        ),
    ],
    visible=Calls(
        arguments=[
            (series([2.3, math.nan, math.nan, math.nan], [2.3, math.nan], [0.1, 0.1], [0.1, 0.1]),),
            (series([2.3, 2.2, 2.1, 2.0, 1.9, 1.8], [2.3, 2.15, 2.0, 1.9, 1.75], [0.1, 0.2, 0.3, 0.4, 0.5],
                    [0.1, 0.2, 0.3, 0.4, 0.5]),),
            (series([2.3, 1.0, 2.6, 0.4, 2.9, 0.2, 2.8, 0.1], [2.3, 1.2, 1.0, 0.9, 0.85], [0.1, 0.6, 0.7, 0.8, 0.8],
                    [0.1, 0.6, 0.7, 0.8, 0.8]),),
            (series([2.3, 1.4, 1.5, 1.4, 1.6, 1.5], [2.3, 1.4, 1.5, 1.4, 1.6], [0.1, 0.5, 0.5, 0.5, 0.4],
                    [0.1, 0.3, 0.3, 0.3, 0.25]),),
            (series([2.3, 0.8, 0.3, 0.2, 0.1, 0.1], [2.3, 0.8, 0.3, 0.2, 0.1], [0.1, 0.8, 0.95, 0.98, 1.0],
                    [0.1, 0.6, 0.7, 0.72, 0.73]),),
            (series([2.3, 1.7, 1.6, 1.5, 1.5, 1.5],
                    [2.3, 2.0, 1.8, 1.75, 1.7, 1.67, 1.65, 1.62, 1.6, 1.58, 1.56, 1.57, 1.54, 1.53, 1.52, 1.51],
                    [0.1, 0.2, 0.22, 0.25, 0.26, 0.27, 0.28, 0.29, 0.3, 0.31, 0.33, 0.32, 0.34, 0.35, 0.35, 0.35],
                    [0.1, 0.2, 0.3, 0.35, 0.36, 0.37, 0.38, 0.39, 0.4, 0.4, 0.45, 0.45, 0.5, 0.5, 0.5, 0.5]),),
            (series([2.3, 1.0, 2.6, 0.4, 2.9, 0.2, 2.8, 0.1], [2.3, 1.4, 1.2, 1.5, 1.4, 1.6],
                    [0.1, 0.5, 0.6, 0.5, 0.5, 0.4], [0.1, 0.5, 0.6, 0.5, 0.5, 0.4]),),
            (series([2.3, 0.8, 0.3, 0.2, 0.1, 0.1], [2.3, 0.8, 0.3, 0.2, 0.1], [0.1, 0.8, 0.95, 0.98, 1.0],
                    [0.1, 0.8, 0.93, 0.95, 0.97]),),
        ]
    ),
    read="reading a run, Exercise 5",
    effect="A wrong diagnosis costs a whole run: the cure of one trouble makes another worse.",
)  # fmt: skip


def rule(history, changed=None, *, order=None):
    """Ask the questions of the rule in order; each mistake below changes one of them."""
    questions = QUESTIONS | (changed or {})
    h = {name: np.array(values, dtype=np.float64) for name, values in history.items()}
    for label in order or LABELS:
        if questions[label](h):
            return label
    return "healthy"


def tail(h):
    return h["train_loss"][len(h["train_loss"]) // 2 :]


def wiggle(values):
    return np.std(np.diff(values)) / np.sqrt(2)


def gap(h):
    return h["train_accuracy"][-1] - h["val_accuracy"][-1]


LABELS = ("diverged", "rate too high", "batch too small", "rate too low", "overfitting", "underfitting")
QUESTIONS = {
    "diverged": lambda h: (
        not np.isfinite(h["step_loss"]).all() or h["step_loss"].max() > 100 * h["train_loss"][0]
    ),
    "batch too small": lambda h: (
        wiggle(h["step_loss"][len(h["step_loss"]) // 2 :]) > 0.25 * h["train_loss"][0]
    ),
    "rate too high": lambda h: np.mean(np.diff(tail(h)) > 0) >= 1 / 5 and h["train_accuracy"][-1] < 0.9,
    "rate too low": lambda h: tail(h)[0] - tail(h)[-1] >= 0.4 * (h["train_loss"][0] - tail(h)[-1]),
    "overfitting": lambda h: gap(h) > 0.1,
    "underfitting": lambda h: h["train_accuracy"][-1] < 0.9,
}


@diagnose_run.mistake
def NaN_slips_through(history):
    """A run that became NaN was not called diverged: NaN > anything is False. Ask np.isfinite first."""
    return rule(history, {"diverged": lambda h: h["step_loss"].max() > 100 * h["train_loss"][0]})


@diagnose_run.mistake
def only_NaN_is_divergence(history):
    """A loss a hundred times the first has diverged as well, even if it is still a number."""
    return rule(history, {"diverged": lambda h: not np.isfinite(h["step_loss"]).all()})


@diagnose_run.mistake
def wiggle_of_the_epochs(history):
    """The wiggle was taken from the loss per epoch, where the noise of a batch is averaged away. Use step_loss."""
    return rule(history, {"batch too small": lambda h: wiggle(h["train_loss"]) > 0.25 * h["train_loss"][0]})


@diagnose_run.mistake
def spread_instead_of_wiggle(history):
    """The spread of the losses also grows when they fall. The wiggle is that of their differences, step to step."""
    return rule(history, {"batch too small": lambda h: np.std(h["step_loss"]) > 0.25 * h["train_loss"][0]})


@diagnose_run.mistake
def too_high_only_above_the_start(history):
    """A rate can be too high and still end below the first loss: it is stuck there, and rises again and again."""
    return rule(history, {"rate too high": lambda h: tail(h)[-1] > h["train_loss"][0]})


@diagnose_run.mistake
def one_rise_is_enough(history):
    """One rise of the loss was taken for a rate that is too high. Many runs rise once; a fifth must rise."""
    return rule(
        history, {"rate too high": lambda h: (np.diff(tail(h)) > 0).any() and h["train_accuracy"][-1] < 0.9}
    )


@diagnose_run.mistake
def too_low_by_the_last_loss(history):
    """A high last loss was taken for a low rate. What tells is that it still falls as fast as before."""
    return rule(history, {"rate too low": lambda h: tail(h)[-1] > 0.4 * h["train_loss"][0]})


@diagnose_run.mistake
def first_half_for_second(history):
    """The fall of the first half was measured. A low rate shows in the second: it falls as much as the first."""
    return rule(
        history,
        **{
            "rate too low": lambda h: (
                h["train_loss"][0] - tail(h)[0] >= 0.4 * (h["train_loss"][0] - tail(h)[-1])
            )
        },
    )


@diagnose_run.mistake
def gap_reversed(history):
    """The gap was taken as validation less training, so overfitting never shows. It is training less validation."""
    return rule(history, {"overfitting": lambda h: -gap(h) > 0.1})


@diagnose_run.mistake
def training_only(history):
    """Validation was not looked at, so learning by heart passes for health. Compare the accuracies."""
    return rule(history, {"overfitting": lambda h: False})


@diagnose_run.mistake
def batch_asked_before_rate(history):
    """A rate that is too high makes the steps wild too, so the rule asks about it first. Keep the order."""
    return rule(history, order=("diverged", "batch too small", "rate too high", *LABELS[3:]))


@diagnose_run.mistake
def underfitting_asked_first(history):
    """A low accuracy has many causes, and the rule asks about them before it blames capacity. Keep its order."""
    return rule(history, order=("diverged", "underfitting", *LABELS[1:5]))


@diagnose_run.variant
def with_numpy(history):
    return rule(history)


@diagnose_run.variant
def spelled_as_identifiers(history):
    return rule(history).replace(" ", "_").upper()
