"""Lesson 03: measures of a run as users of NumPy, SciPy, Keras and TensorBoard write them are graded fairly."""

import itertools
import math

import numpy as np
import pytest
from scipy.signal import lfilter

from autograder.exercises import babysitting
from autograder.judging import judge
from course.checks import check, headline

BY_NAME = {exercise.name: exercise for exercise in babysitting.EXERCISES}
SPELLINGS = []

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a run may have one epoch, or NaN


def of(exercise, points, name=None):
    """Note a function, the points it must earn and the name of the convention or mistake, if any."""

    def note(function):
        SPELLINGS.append(pytest.param(exercise, function, points, name, id=f"{exercise}-{function.__name__}"))
        return function

    return note


# to_epochs


@of("to_epochs", 3)
def share_of_an_epoch(iterations, n, batch):
    return iterations / (n / batch)


@of("to_epochs", 3)
def seen_over_all(iterations: np.ndarray | float, n: int, batch: int) -> np.ndarray | float:
    seen = np.multiply(iterations, batch)
    return np.divide(seen, n)


@of("to_epochs", 3)
def one_by_one(iterations, n, batch):
    if np.isscalar(iterations):
        return float(iterations) * batch / n
    return [[i * batch / n for i in row] if np.ndim(row) else row * batch / n for row in iterations]


@of("to_epochs", 1.5, "loops that keep a short last batch")
def steps_per_epoch_as_in_keras(iterations, n, batch):
    return iterations / math.ceil(n / batch)


# smooth


@of("smooth", 4)
def into_zeros(x, beta):
    s = np.zeros(len(x))
    s[0] = x[0]
    for t in range(1, len(x)):
        s[t] = beta * s[t - 1] + (1 - beta) * x[t]
    return s


@of("smooth", 4)
def with_accumulate(x, beta):
    return np.array(list(itertools.accumulate(x.tolist(), lambda s, v: beta * s + (1 - beta) * v)))


@of("smooth", 4)
def with_a_filter(x, beta):
    found, _ = lfilter([1 - beta], [1, -beta], x, zi=[beta * x[0]])
    return found


@of("smooth", 4)
def with_last_as_in_tensorboard_before_its_correction(scalars, weight):
    last, smoothed = scalars[0], []
    for point in scalars:
        last = last * weight + (1 - weight) * point
        smoothed.append(last)
    return smoothed


@of("smooth", 4)
def with_powers_of_beta(x, beta):
    T = len(x)
    powers = np.tril(beta ** np.abs(np.subtract.outer(np.arange(T), np.arange(T))))
    weights = (1 - beta) * powers
    weights[:, 0] = powers[:, 0]
    return weights @ x


@of("smooth", 2, "corrected start")
def with_the_correction_of_tensorboard(scalars, weight):
    last, smoothed = 0.0, []
    for t, point in enumerate(scalars, start=1):
        last = last * weight + (1 - weight) * point
        smoothed.append(last / (1 - weight**t))
    return np.array(smoothed)


@of("smooth", 0, "whole numbers kept")
def into_zeros_like(x, beta):
    s = np.zeros_like(x)
    s[0] = x[0]
    for t in range(1, len(x)):
        s[t] = beta * s[t - 1] + (1 - beta) * x[t]
    return s


@of("smooth", 3.2, "x changed in place")
def over_itself(x, beta):
    smoothed = with_a_filter(x, beta)
    x[...] = smoothed
    return smoothed


# update_ratio


@of("update_ratio", 3)
def norms_of_raveled_arrays(w, update):
    param_scale = np.linalg.norm(w.ravel())
    update_scale = np.linalg.norm(update.ravel())
    if param_scale == 0:
        return float("inf") if update_scale > 0 else 0.0
    return update_scale / param_scale


@of("update_ratio", 3)
def frobenius(w, update):
    a, b = np.sqrt((np.asarray(update) ** 2).sum()), np.sqrt((np.asarray(w) ** 2).sum())
    return a / b if b else np.inf * a if a else 0


@of("update_ratio", 3)
def hypot(w, update):
    top, bottom = (math.hypot(*np.ravel(v)) for v in (update, w))
    return np.float64(top / bottom) if bottom else (math.inf if top else 0.0)


@of("update_ratio", 3)
def with_einsum(w, update):
    top, bottom = np.einsum("i,i", update.ravel(), update.ravel()), np.einsum("i,i", w.ravel(), w.ravel())
    if bottom == 0:
        return 0.0 if top == 0 else np.inf
    return (top / bottom) ** 0.5


# activation_stats


@of("activation_stats", 4)
def as_a_dict_literal(a, kind):
    stats = {"mean": float(np.mean(a)), "std": float(np.std(a))}
    match kind:
        case "tanh":
            stats["saturated"] = np.sum((a > 0.97) | (a < -0.97)) / a.size
        case "relu":
            stats["dead"] = np.sum(np.sum(a != 0, axis=0) == 0) / a.shape[1]
        case _:
            raise ValueError(kind)
    return stats


@of("activation_stats", 4)
def unit_by_unit(a, kind):
    if kind not in {"tanh", "relu"}:
        raise ValueError("unknown kind")
    found = {"mean": a.sum() / a.size, "std": np.sqrt(((a - a.mean()) ** 2).mean())}
    if kind == "relu":
        found["dead"] = sum(not column.any() for column in a.T) / len(a.T)
    else:
        found["saturated"] = np.count_nonzero(abs(a) > 0.97) / a.size
    return found


@of("activation_stats", 0, "dead on the first row")
def entries_of_the_first_row(a, kind):
    found = unit_by_unit(a, kind)
    if kind == "relu":
        found["dead"] = np.mean(a[0] == 0)
    return found


@pytest.mark.parametrize(("exercise", "function", "points", "name"), SPELLINGS)
def test_a_published_spelling_earns_its_points_and_both_checks_say_the_same(exercise, function, points, name):
    verdict, report = judge(BY_NAME[exercise], function), check(exercise, function)
    assert (round(verdict.points, 9), verdict.mistake) == (points, name)
    assert report.passed is (name is None)
    assert name is None or report.headline == f"{headline(name)}."


# diagnose_run, changed as readers change it


def diagnose(history, changed=""):
    steps, loss = np.array(history["step_loss"]), np.array(history["train_loss"])
    seen, kept = history["train_accuracy"][-1], history["val_accuracy"][-1]
    second, late = loss[len(loss) // 2 :], steps[len(steps) // 2 :]
    noise = {"spread": np.std(late), "no root": np.std(np.diff(late))}.get(
        changed, np.std(np.diff(late)) / np.sqrt(2)
    )
    rises = np.mean(np.diff(second) > 0) if len(second) > 1 else 0.0
    rows = [
        ("diverged", not np.isfinite(steps).all() or steps.max() > 100 * loss[0]),
        ("rate too high", rises >= 0.2 and (changed == "no accuracy" or seen < 0.9)),
        ("batch too small", noise > 0.25 * loss[0]),
        ("rate too low", second[0] - loss[-1] >= 0.4 * (loss[0] - loss[-1])),
        ("overfitting", seen - kept > 0.1),
        ("underfitting", seen < 0.9),
    ]
    if changed.startswith("swap"):
        k = int(changed[-1])
        rows[k], rows[k + 1] = rows[k + 1], rows[k]
    label = next((name for name, fits in rows if fits), "healthy")
    return label.capitalize() if changed == "capital" else label


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ("", None),
        ("capital", None),
        ("spread", "spread of the second half"),
        ("no root", "root of two left out"),
        ("no accuracy", "accuracy left out of the second row"),
        ("swap 1", "batch asked before rate"),
        ("swap 2", "low rate asked before the batch"),
        ("swap 3", "overfitting asked before a low rate"),
        ("swap 4", "underfitting asked before overfitting"),
    ],
)
def test_a_diagnosis_that_leaves_something_out_or_changes_the_order_is_named_by_both(changed, name):
    def diagnose_run(history):
        return diagnose(history, changed)

    verdict, report = judge(BY_NAME["diagnose_run"], diagnose_run), check("diagnose_run", diagnose_run)
    assert verdict.mistake == name
    assert verdict.points == (0 if name else 6)
    assert report.passed is (name is None)
    assert name is None or report.headline == f"{headline(name)}."
