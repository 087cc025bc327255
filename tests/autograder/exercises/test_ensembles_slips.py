"""Slips of readers of lesson 10, written as they write them: the notebook and the marks say the same name."""

import warnings

import numpy as np
import pytest
from scipy import stats
from scipy.special import entr, log_softmax, softmax

from autograder.exercises.ensembles import EXERCISES
from autograder.judging import judge
from course.checks import check, headline

BY_NAME = {exercise.name: exercise for exercise in EXERCISES}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def assert_named(exercise, function, name, asked=""):
    report, verdict = check(exercise, function), judge(BY_NAME[exercise], function)
    assert report.headline == f"{headline(name)}."
    assert verdict.mistake == name
    assert asked in report.question


# Exercise 1


def total_in_the_first(scores):
    total = scores[0]
    total[:] = softmax(total, axis=1)
    for each in scores[1:]:
        total += softmax(each, axis=1)
    return total / len(scores)


def shifted_in_place(scores):
    for each in scores:
        each -= each.max(axis=1, keepdims=True)
    return np.mean([softmax(each, axis=1) for each in scores], axis=0)


def by_hand(scores):
    odds = [np.exp(each) for each in scores]
    return sum(each / each.sum(axis=1, keepdims=True) for each in odds) / len(odds)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (total_in_the_first, "the input is changed"),
        (shifted_in_place, "the input is changed"),
        (by_hand, "exp overflows"),
        (lambda scores: [softmax(each, axis=1) for each in scores], "predictions not averaged"),
        (lambda scores: np.mean([softmax(each, axis=1) for each in scores]), "mean over everything"),
        (
            lambda scores: softmax(np.mean(scores, axis=0), axis=0),
            "scores averaged and softmax down the rows",
        ),
        (lambda scores: softmax(np.mean(scores, axis=0)), "scores averaged and softmax over everything"),
        (lambda scores: softmax(scores[0], axis=1) / len(scores), "returned inside the loop"),
        (lambda scores: sum(softmax(each, axis=1) for each in scores) / 5, "divided by five"),
    ],
)
def test_averages(function, name):
    assert_named("average_predictions", function, name)


# Exercise 2


def gain(*, middle=np.mean, ddof=1, quantile=lambda n: stats.t.ppf(0.975, n - 1), count=None, spread=None):
    def honest_gain(members, ensembles):
        gains = ensembles - members.mean(axis=1)
        n = len(gains) if count is None else count(members)
        half = quantile(n) * (gains if spread is None else spread(ensembles)).std(ddof=ddof) / np.sqrt(n)
        return middle(gains), middle(gains) - half, middle(gains) + half

    return honest_gain


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (gain(middle=np.median), "median of the gains"),
        (gain(ddof=0, quantile=lambda n: 1.96), "divided by D and normal quantile rounded"),
        (gain(ddof=0, quantile=lambda n: stats.norm.ppf(0.975)), "divided by D and normal quantile"),
        (gain(ddof=0, quantile=lambda n: stats.t.ppf(0.975, n)), "divided by D and degrees not reduced"),
        (gain(count=lambda members: members.size), "networks counted as draws"),
        (gain(count=lambda members: members.shape[1]), "members of a draw counted as draws"),
        (gain(spread=lambda ensembles: ensembles), "not paired"),
    ],
)
def test_reports_of_a_gain(function, name):
    assert_named("honest_gain", function, name)


# Exercise 3


def checkpoints(pick, *, soften=lambda s: softmax(s, axis=1), join=lambda p: np.mean(p, axis=0)):
    def ensemble(params, train_epoch, scores, epochs, keep):
        kept = []
        for _ in range(epochs):
            train_epoch(params)
            kept.append({name: w.copy() for name, w in params.items()})
        return join([soften(scores(each)) for each in pick(kept, epochs, keep)])

    return ensemble


def last(kept, epochs, keep):
    return kept[-keep:]


def sum_of_the_late(params, train_epoch, scores, epochs, keep):
    total = 0.0
    for epoch in range(epochs):
        train_epoch(params)
        if epoch > epochs - keep:
            total += softmax(scores(params), axis=1)
    return total / keep


def the_end_alone(params, train_epoch, scores, epochs, keep):
    for _ in range(epochs):
        train_epoch(params)
    return softmax(scores(params), axis=1)


THROUGH = "which epochs get through?"


@pytest.mark.parametrize(
    ("function", "name", "asked"),
    [
        (checkpoints(lambda c, e, k: c[e - k - 1 :]), "one checkpoint too many", THROUGH),
        (checkpoints(lambda c, e, k: c[e - k + 1 :]), "one checkpoint too few", THROUGH),
        (checkpoints(lambda c, e, k: c[k:]), "the first ones left out", THROUGH),
        (sum_of_the_late, "one too few in the sum", THROUGH),
        (checkpoints(last, join=list), "predictions not averaged", "What shape"),
        (checkpoints(last, join=np.mean), "mean over everything", "Which axis"),
        (checkpoints(last, soften=lambda s: softmax(s, axis=0)), "softmax down the rows", "Which axis"),
        (the_end_alone, "the last checkpoint alone", ""),
    ],
)
def test_checkpoints(function, name, asked):
    assert_named("checkpoint_ensemble", function, name, asked)


# Exercise 4


def entries_replaced(average, params, decay=0.99):
    if average is None:
        return {name: w.copy() for name, w in params.items()}
    for name in params:
        params[name] = decay * average[name] + (1 - decay) * params[name]
    return params


def matrices_alone(average, params, decay=0.99):
    if average is None:
        return {name: w.copy() for name, w in params.items()}
    return {name: decay * average[name] + (1 - decay) * w for name, w in params.items() if name[0] == "W"}


def swapped(average, params, decay=0.99):
    average = average or params
    return {name: (1 - decay) * average[name] + decay * w for name, w in params.items()}


def one_dict(average, params, decay=0.99):
    average = params if average is None else average
    for name in params:
        average[name] = decay * average[name] + (1 - decay) * params[name]
    return average


def shared_and_swapped(average, params, decay=0.99):
    if average is None:
        return params
    return {name: (1 - decay) * average[name] + decay * w for name, w in params.items()}


@pytest.mark.parametrize(
    ("function", "name", "asked"),
    [
        (one_dict, "average and weights are one dict", "`average is params`"),
        (
            shared_and_swapped,
            "first average shares the arrays and decay swapped",
            "how much of the old average is left",
        ),
        (entries_replaced, "average kept in params", "what is in `params`?"),
        (matrices_alone, "biases lost after the first call", "Which names"),
        (swapped, "decay swapped", "how much of the old average is left"),
    ],
)
def test_running_averages(function, name, asked):
    assert_named("ema_update", function, name, asked)


# Exercise 5


def distil(*, axis=1, factor=lambda T: T**2, slope=lambda T: T, join=np.mean, hard=(1, 1), student=True):
    """Return the formula of the third hint with one thing changed; hard: temperatures of the labels' part."""

    def loss_and_gradient(z, v, y, temperature=2.0, alpha=0.9):
        rows, T = np.arange(len(y)), temperature
        in_loss, in_gradient = (T if each == "T" else 1 for each in hard)
        p, log_q = softmax(v / T, axis=axis), log_softmax(z / T if student else z, axis=axis)
        labels = -log_softmax(z / in_loss, axis=axis)[rows, y]
        loss = join((1 - alpha) * labels - alpha * factor(T) * (p * log_q).sum(axis=1))
        d = softmax(z / in_gradient, axis=axis)
        d[rows, y] -= 1
        return loss, ((1 - alpha) * d + alpha * slope(T) * (np.exp(log_q) - p)) / len(y)

    return loss_and_gradient


def scores_shifted_in_place(z, v, y, temperature=2.0, alpha=0.9):
    z -= z.max(axis=1, keepdims=True)
    return distil()(z, v, y, temperature, alpha)


def of_parts(gradient, loss=lambda loss: loss):
    """Return the right loss with what is made of the labels' and the teacher's part of its gradient."""

    def loss_and_gradient(z, v, y, temperature=2.0, alpha=0.9):
        value = distil()(z, v, y, temperature, alpha)[0]
        hard, soft = distil()(z, v, y, temperature, 0.0)[1], distil()(z, v, y, temperature, 1.0)[1]
        return loss(value), gradient((1 - alpha) * hard, alpha * soft, len(y))

    return loss_and_gradient


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (of_parts(lambda hard, soft, rows: hard - soft), "soft gradient with the wrong sign"),
        (of_parts(lambda hard, soft, rows: -hard - soft), "gradient with the wrong sign"),
        (of_parts(lambda hard, soft, rows: soft), "labels part missing in the gradient"),
        (of_parts(lambda hard, soft, rows: hard), "soft part missing in the gradient"),
        (of_parts(lambda hard, soft, rows: rows * (hard + soft)), "gradient not divided by the rows"),
    ],
)
def test_gradients_of_a_right_loss(function, name):
    assert_named("distill_loss", function, name)


def divergence(log):
    """Return the loss with the teacher's entropy, whose logarithm is taken in one way or another."""

    def loss_and_gradient(z, v, y, temperature=2.0, alpha=0.9):
        value, gradient = distil()(z, v, y, temperature, alpha)
        p = softmax(v / temperature, axis=1)
        return value + alpha * temperature**2 * log(p).sum(axis=1).mean(), gradient

    return loss_and_gradient


def test_a_divergence_that_knows_of_zero_is_right_and_one_that_does_not_loses_a_part_in_both_checks():
    safe, plain = divergence(lambda p: -entr(p)), divergence(lambda p: p * np.log(p))
    assert check("distill_loss", safe).passed
    assert judge(BY_NAME["distill_loss"], safe).verdict == "correct"
    assert_named("distill_loss", plain, "zero times the logarithm of zero")
    assert judge(BY_NAME["distill_loss"], plain).points == 3.75


def test_the_formula_without_a_change_is_right():
    assert check("distill_loss", distil()).passed
    assert judge(BY_NAME["distill_loss"], distil()).verdict == "correct"


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (scores_shifted_in_place, "the input is changed"),
        (distil(slope=lambda T: 1), "soft gradient without its T"),
        (distil(factor=lambda T: 1, slope=lambda T: 1), "T squared and chain rule missing"),
        (distil(factor=lambda T: T), "T for T squared in the loss"),
        (distil(join=np.sum), "loss summed over the rows"),
        (distil(hard=("T", 1)), "labels part softened in the loss only"),
        (distil(hard=(1, "T")), "labels part softened in the gradient only"),
        (distil(hard=("T", "T")), "labels part softened without its slope"),
        (distil(axis=0), "softmax down the rows"),
        (distil(student=False), "student not softened"),
    ],
)
def test_distillation(function, name):
    assert_named("distill_loss", function, name)


# Exercise 5


def calibrated(
    confidence=lambda p, y: p.max(axis=1), inside=lambda c, lo, hi: (c > lo) & (c <= hi + 1e-12), total=None
):
    def calibration_error(p, y, bins=10):
        c, right, error = confidence(p, y), p.argmax(axis=1) == y, 0.0
        for k in range(bins):
            here = inside(c, k / bins, (k + 1) / bins)
            if total == "empty":
                error += abs(right[here].mean() - c[here].mean()) * here.mean()
            elif here.any():
                error += abs(right[here].mean() - c[here].mean()) * (
                    1 if total == "unweighted" else here.mean()
                )
        return error

    return calibration_error


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (calibrated(total="empty"), "empty bins are NaN"),
        (calibrated(total="unweighted"), "bins not weighted"),
        (calibrated(lambda p, y: p[np.arange(len(y)), y]), "probability of the label"),
        (calibrated(inside=lambda c, lo, hi: (c >= lo) & (c < hi)), "certain rows left out"),
    ],
)
def test_slips_of_a_calibration_error_are_named(function, name):
    assert_named("calibration_error", function, name)


def test_a_calibration_error_may_be_written_with_either_edge_and_return_any_number():
    for function in (calibrated(), lambda p, y, bins=10: np.float32(calibrated()(p, y, bins))):
        verdict = judge(BY_NAME["calibration_error"], function)
        assert verdict.points >= 0.9 * verdict.max_points
