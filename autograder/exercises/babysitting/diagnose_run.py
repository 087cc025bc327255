"""Read the curves of a run by a published rule."""

import itertools
import json
import math
import statistics
from functools import lru_cache, partial

import numpy as np

from autograder.exercises.babysitting.record_curves import FILE
from autograder.judging import Check, Exercise
from course.probes.histories import label, overlaps, thresholds, visible_diagnosis


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


def labels(*words, of=(), other=""):
    """Return a probe: the labels of the recorded and the made runs whose names hold one of these words.

    of, other  if only some labels are asked about, these, and what is noted for the others; another word stays
    """
    wanted = {name: run for name, run in runs().items() if any(word in name for word in words)}

    def noted(found):
        return other if of and found in {*LABELS, "healthy"} - {*of} else found

    return lambda candidate: {name: noted(label(candidate, run)) for name, run in wanted.items()}


@lru_cache
def runs():
    """Return real runs, and runs made for one question each, by name."""
    found = {f"recorded {name}": run for name, run in curves().items()}
    for first in (0.7, 5.0):
        found |= {f"{name}, from {first}": run for name, run in (thresholds(first) | overlaps(first)).items()}
    return found


EXACTLY = "No run lies exactly on a threshold that is not counted in epochs."

diagnose_run = Exercise(
    "diagnose_run",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="diverged",
            probe=labels(
                "recorded diverged", "among", "NaN", "a step loss of", of=("diverged",), other="not diverged"
            ),
            says="A run that diverged was not called so, or another was. NaN compares as False with everything.",
        ),
        Check(
            name="rates",
            probe=labels(
                "recorded low",
                "recorded high",
                "recorded healthy 1",
                "late changes",
                "of the fall",
                "last loss",
                of=("rate too high", "rate too low"),
                other="neither too high nor too low",
            ),
            says="A rate that was too high or too low was not recognised, or another run was called so.",
        ),
        Check(
            name="batch",
            probe=labels(
                "recorded small",
                "recorded healthy 2",
                "wiggle",
                "fall steadily",
                "jumps early",
                of=("batch too small",),
                other="not batch too small",
            ),
            says="A batch that was too small was not recognised, or another run was called so: look at the"
            " mini-batch losses of the second half.",
        ),
        Check(
            name="capacity",
            probe=labels(
                "recorded over",
                "recorded under",
                "recorded healthy",
                "a gap",
                "above training",
                "accuracy 0.89",
                "accuracy 0.91",
            ),
            says="When all other rows have said no, the two accuracies decide between overfitting, underfitting and"
            " healthy.",
        ),
        Check(
            name="order",
            probe=labels("fits "),
            says="A run that fits two rows gets the label of the first: ask in the order of the table.",
        ),
    ],
    visible=visible_diagnosis,
    read="Exercise 5. Diagnose a run",
    equivalent={
        "if accuracy - held_out > 0.1: -> if accuracy - held_out >= 0.1:": EXACTLY,
        "…history['val_accuracy'][-1] > 0.1: -> …history['val_accuracy'][-1] >= 0.1:": EXACTLY,
        "if tail[0] - loss[-1] >= 0.4 * (loss[0] - loss[-1…"
        " -> if tail[0] - loss[-1] > 0.4 * (loss[0] - loss[-1…": EXACTLY,
        "if tail[0] - losses[-1] >= 0.4 * (losses[0] - losses…"
        " -> if tail[0] - losses[-1] > 0.4 * (losses[0] - losses…": EXACTLY,
        "…// 2:])) / np.sqrt(2) > 0.25 * loss[0]: -> …// 2:])) / np.sqrt(2) >= 0.25 * loss[0]:": EXACTLY,
        "…pstdev(jumps) / math.sqrt(2) > 0.25 * losses[0]:"
        " -> …pstdev(jumps) / math.sqrt(2) >= 0.25 * losses[0]:": EXACTLY,
        "…>= 1 / 5 and accuracy < 0.9: -> …>= 1 / 5 and accuracy <= 0.9:": EXACTLY,
        "…tail) - 1 and accuracy < 0.9: -> …tail) - 1 and accuracy <= 0.9:": EXACTLY,
        "…underfitting' if accuracy < 0.9 else 'healthy' -> …underfitting' if accuracy <= 0.9 else 'healthy'": (
            EXACTLY
        ),
        "…not math.isfinite(v) or v > 100 * losses[0] for v in…"
        " -> …not math.isfinite(v) or v >= 100 * losses[0] for v in…": EXACTLY,
        "…steps).all() or steps.max() > 100 * loss[0]: -> …steps).all() or steps.max() >= 100 * loss[0]:": (
            EXACTLY
        ),
        "if statistics.pstdev(jumps) / math.sqrt… -> if statistics.stdev(jumps) / math.sqrt…": (
            "The rule does not say by which number a deviation divides, and a run has hundreds of steps."
        ),
        "jumps = [b - a for a, b in itertools.pairwise… -> jumps = [a - b for a, b in itertools.pairwise…": (
            "The deviation does not see the sign."
        ),
        "…array(history['step_loss']), np.array(history['train_loss…"
        " -> …array(history['step_loss'], dtype='float32'), np.array(history['train_loss…": (
            "Seven digits decide the same."
        ),
        "…array(history['train_loss'])) -> …array(history['train_loss'], dtype='float32'))": (
            "Seven digits decide the same."
        ),
    },
    effect="A wrong diagnosis costs a whole run: the cure of one trouble makes another worse.",
)


def rule(history, changed=None, *, order=None):
    """Ask the questions of the rule in order; each mistake below changes one of them."""
    questions = QUESTIONS | (changed or {})
    h = {name: np.array(values, dtype=np.float64) for name, values in history.items()}
    for name in order or LABELS:
        if questions[name](h):
            return name
    return "healthy"


def tail(h):
    return h["train_loss"][len(h["train_loss"]) // 2 :]


def late(h):
    return h["step_loss"][len(h["step_loss"]) // 2 :]


def wiggle(values):
    return np.std(np.diff(values)) / np.sqrt(2)


def gap(h):
    return h["train_accuracy"][-1] - h["val_accuracy"][-1]


LABELS = ("diverged", "rate too high", "batch too small", "rate too low", "overfitting", "underfitting")
QUESTIONS = {
    "diverged": lambda h: (
        not np.isfinite(h["step_loss"]).all() or h["step_loss"].max() > 100 * h["train_loss"][0]
    ),
    "batch too small": lambda h: wiggle(late(h)) > 0.25 * h["train_loss"][0],
    "rate too high": lambda h: np.mean(np.diff(tail(h)) > 0) >= 1 / 5 and h["train_accuracy"][-1] < 0.9,
    "rate too low": lambda h: tail(h)[0] - tail(h)[-1] >= 0.4 * (h["train_loss"][0] - tail(h)[-1]),
    "overfitting": lambda h: gap(h) > 0.1,
    "underfitting": lambda h: h["train_accuracy"][-1] < 0.9,
}


diagnose_run.table(
    {
        """NaN slips through: A run that became NaN was not called diverged: NaN > anything is False. Ask
        np.isfinite first.
        """: lambda history: rule(
            history, {"diverged": lambda h: h["step_loss"].max() > 100 * h["train_loss"][0]}
        ),
        """only NaN is divergence: A loss a hundred times the first has diverged as well, even if it is still
        a number.
        """: lambda history: rule(history, {"diverged": lambda h: not np.isfinite(h["step_loss"]).all()}),
        """wiggle of the epochs: The wiggle was taken from the loss per epoch, where the noise of a batch is
        averaged away. Use step_loss.
        """: lambda history: rule(
            history, {"batch too small": lambda h: wiggle(h["train_loss"]) > 0.25 * h["train_loss"][0]}
        ),
        """spread instead of wiggle: The spread of the losses also grows when they fall. The wiggle is that of
        their differences, step to step.
        """: lambda history: rule(
            history, {"batch too small": lambda h: np.std(h["step_loss"]) > 0.25 * h["train_loss"][0]}
        ),
        """too high only above the start: A rate can be too high and still end below the first loss: it is
        stuck there, and rises again and again.
        """: lambda history: rule(history, {"rate too high": lambda h: tail(h)[-1] > h["train_loss"][0]}),
        """one rise is enough: One rise of the loss was taken for a rate that is too high. Many runs rise
        once; a fifth must rise.
        """: lambda history: rule(
            history,
            {"rate too high": lambda h: (np.diff(tail(h)) > 0).any() and h["train_accuracy"][-1] < 0.9},
        ),
        """too low by the last loss: A high last loss was taken for a low rate. What tells is that it still
        falls as fast as before.
        """: lambda history: rule(
            history, {"rate too low": lambda h: tail(h)[-1] > 0.4 * h["train_loss"][0]}
        ),
    }
)


@diagnose_run.mistake
def first_half_for_second(history):
    """The fall of the first half was measured. A low rate shows in the second: it falls as much as the first."""
    early = {
        "rate too low": lambda h: (
            h["train_loss"][0] - tail(h)[0] >= 0.4 * np.subtract(*h["train_loss"][[0, -1]])
        )
    }
    return rule(history, early)


@diagnose_run.mistake
def gap_reversed(history):
    """The gap was taken as validation less training, so overfitting never shows. It is training less validation."""
    return rule(history, {"overfitting": lambda h: -gap(h) > 0.1})


@diagnose_run.mistake
def training_only(history):
    """Validation was not looked at, so overfitting passes for health. Compare the two accuracies."""
    return rule(history, {"overfitting": lambda h: False})


@diagnose_run.mistake
def spread_of_the_second_half(history):
    """The spread of the step losses was taken. The wiggle is that of their differences: np.diff first."""
    spread = {"batch too small": lambda h: np.std(late(h)) > 0.25 * h["train_loss"][0]}
    return rule(history, spread)


@diagnose_run.mistake
def root_of_two_left_out(history):
    """The deviation of the differences is the root of two too large: divide it by np.sqrt(2).

    By how much do two independent numbers of deviation 1 differ?
    """
    whole = {"batch too small": lambda h: np.std(np.diff(late(h))) > 0.25 * h["train_loss"][0]}
    return rule(history, whole)


@diagnose_run.mistake
def wiggle_of_the_whole_run(history):
    """The step losses of the whole run were taken; early ones move by learning. Take the second half."""
    whole = {"batch too small": lambda h: wiggle(h["step_loss"]) > 0.25 * h["train_loss"][0]}
    return rule(history, whole)


@diagnose_run.mistake
def wiggle_of_the_first_half(history):
    """The step losses of the first half were taken; they move by learning. Take the second half."""
    early = {
        "batch too small": lambda h: (
            wiggle(h["step_loss"][: len(h["step_loss"]) // 2]) > 0.25 * h["train_loss"][0]
        )
    }
    return rule(history, early)


@diagnose_run.mistake
def accuracy_left_out_of_the_second_row(history):
    """Rises alone were taken for a rate that is too high. The row also asks for a training accuracy below 0.9."""
    return rule(history, {"rate too high": lambda h: np.mean(np.diff(tail(h)) > 0) >= 1 / 5})


@diagnose_run.mistake
def rises_of_the_whole_run(history):
    """The rises of the whole run were counted; early epochs fall even so. Take the second half."""
    risen = {
        "rate too high": lambda h: (
            np.mean(np.diff(h["train_loss"]) > 0) >= 1 / 5 and h["train_accuracy"][-1] < 0.9
        )
    }
    return rule(history, risen)


@diagnose_run.mistake
def rises_of_the_first_half(history):
    """The rises of the first half were counted. Take the second half: train_loss[len(train_loss) // 2:]."""
    risen = {
        "rate too high": lambda h: (
            np.mean(np.diff(h["train_loss"][: len(h["train_loss"]) // 2 + 1]) > 0) >= 1 / 5
            and h["train_accuracy"][-1] < 0.9
        )
    }
    return rule(history, risen)


@diagnose_run.mistake
def more_than_a_fifth(history):
    """Two rises in ten changes are a fifth, and the row asks for at least a fifth: >= and not >."""
    risen = {
        "rate too high": lambda h: np.mean(np.diff(tail(h)) > 0) > 1 / 5 and h["train_accuracy"][-1] < 0.9
    }
    return rule(history, risen)


@diagnose_run.mistake
def loss_per_epoch_for_divergence(history):
    """A run can diverge between two epochs: ask whether the step losses are finite, not those per epoch."""
    gone = {
        "diverged": lambda h: (
            not np.isfinite(h["train_loss"]).all() or h["train_loss"].max() > 100 * h["train_loss"][0]
        )
    }
    return rule(history, gone)


@diagnose_run.mistake
def absolute_threshold(history):
    """The losses were compared with 100 and 0.25 themselves. Multiply both by the first training loss."""
    fixed = {
        "diverged": lambda h: not np.isfinite(h["step_loss"]).all() or h["step_loss"].max() > 100,
        "batch too small": lambda h: wiggle(late(h)) > 0.25,
    }
    return rule(history, fixed)


diagnose_run.table(
    {
        """absolute threshold for divergence: The step losses were compared with 100 itself. Multiply it by the
        first training loss.
        """: lambda history: rule(
            history,
            {"diverged": lambda h: not np.isfinite(h["step_loss"]).all() or h["step_loss"].max() > 100},
        ),
        """absolute threshold for the wiggle: The wiggle was compared with 0.25 itself. Multiply it by the first
        training loss.
        """: lambda history: rule(history, {"batch too small": lambda h: wiggle(late(h)) > 0.25}),
    }
)


diagnose_run.table(
    {
        """overfitting asked before a low rate: A run that still falls in a line is not judged by its gap: the
        rule asks about the low rate first.
        """: partial(rule, order=(*LABELS[:3], "overfitting", "rate too low", "underfitting")),
        """underfitting asked before overfitting: A low accuracy with a wide gap is overfitting: the rule asks
        about the gap first. Keep the order.
        """: partial(rule, order=(*LABELS[:4], "underfitting", "overfitting")),
        """low rate asked before the batch: Where the steps are wild the fall says little: the rule asks about
        the batch first. Keep the order.
        """: partial(rule, order=(*LABELS[:2], "rate too low", "batch too small", *LABELS[4:])),
        """batch asked before rate: A rate that is too high makes the steps wild too, so the rule asks about
        it first. Keep the order.
        """: partial(rule, order=("diverged", "batch too small", "rate too high", *LABELS[3:])),
        """underfitting asked first: A low accuracy has many causes, and the rule asks about them before it
        blames capacity. Keep its order.
        """: partial(rule, order=("diverged", "underfitting", *LABELS[1:5])),
    }
)


@diagnose_run.variant
def with_numpy(history):
    return rule(history)


@diagnose_run.variant
def one_long_chain(history):
    loss, steps = np.asarray(history["train_loss"], float), np.asarray(history["step_loss"], float)
    seen, kept = history["train_accuracy"][-1], history["val_accuracy"][-1]
    second, noise = loss[len(loss) // 2 :], np.diff(steps[len(steps) // 2 :]).std() / 2**0.5
    if np.any(~np.isfinite(steps)) or np.any(steps > 100 * loss[0]):
        result = "Diverged"
    elif (second[1:] > second[:-1]).sum() * 5 >= len(second) - 1 and seen < 0.9:
        result = "Rate too high"
    elif noise > loss[0] / 4:
        result = "Batch-too-small"
    elif second[0] - loss[-1] >= 0.4 * (loss[0] - loss[-1]):
        result = "rate_too_low"
    else:
        result = "overfitting" if seen - kept > 0.1 else "UNDERFITTING" if seen < 0.9 else "healthy"
    return result


@diagnose_run.variant
def spelled_as_identifiers(history):
    return rule(history).replace(" ", "_").upper()


@diagnose_run.variant_as_in("CS231n")
def from_the_histories_of_a_solver(history):
    loss_history = np.array(history["step_loss"])
    train_loss, N = np.array(history["train_loss"]), len(history["train_loss"])
    train_acc, val_acc = history["train_accuracy"][-1], history["val_accuracy"][-1]
    if not np.all(np.isfinite(loss_history)) or np.max(loss_history) > 100 * train_loss[0]:
        return "diverged"
    num_up = 0
    for i in range(N // 2 + 1, N):
        if train_loss[i] > train_loss[i - 1]:
            num_up += 1
    if num_up >= 0.2 * (N - N // 2 - 1) and train_acc < 0.9:
        return "rate too high"
    second = loss_history[loss_history.shape[0] // 2 :]
    diffs = second[1:] - second[:-1]
    sigma = np.sqrt(np.mean((diffs - np.mean(diffs)) ** 2) / 2)
    if sigma > 0.25 * train_loss[0]:
        return "batch too small"
    if train_loss[N // 2] - train_loss[-1] >= 0.4 * (train_loss[0] - train_loss[-1]):
        return "rate too low"
    if train_acc - val_acc > 0.1:
        return "overfitting"
    if train_acc < 0.9:
        return "underfitting"
    return "healthy"
