"""The exercises of lesson F2 by other routes, gradients to ten digits, and slips of readers as they write them."""

import warnings

import numpy as np
import pytest
from scipy.special import log_softmax

from autograder.exercises.linear_classifier import (
    EXERCISES,
    minibatches,
    scores,
    softmax_gradient,
    svm_gradient,
    train_linear,
)
from autograder.judging import judge
from course.checks import check, headline
from course.probes.linear import Dealer, case, numbered, squares

BY_NAME = {exercise.name: exercise for exercise in EXERCISES}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def test_the_points_add_up_to_24():
    assert {each.name: each.points for each in EXERCISES} == {
        "scores": 3, "svm_gradient": 6, "softmax_gradient": 6, "minibatches": 4, "train_linear": 5,
    }  # fmt: skip


# By other routes


def test_the_reference_scores_are_a_matrix_product():
    W, X, _ = case(1, 6, 4, 3)
    assert np.allclose(scores.reference(W, X), np.c_[X, np.ones(6)] @ W.T, rtol=1e-13)


def hinge_of_complex(W, X, y, reg, delta=1.0):
    """The hinge of complex weights: which margins count is decided by their real parts."""
    s = X @ W[:, :-1].T + W[:, -1]
    m = s - s[np.arange(len(y)), y][:, None] + delta
    m = np.where((m.real > 0) & (y[:, None] != np.arange(len(W))), m, 0)
    return m.sum() / len(y) + reg / 2 * (W[:, :-1] ** 2).sum()


def complex_step(f, W, *rest):
    slopes = np.zeros(W.shape)
    for entry in np.ndindex(W.shape):
        step = np.zeros(W.shape, dtype=complex)
        step[entry] = 1e-30j
        slopes[entry] = f(W + step, *rest).imag / 1e-30
    return slopes


def centred(f, W, *rest, h=1e-6):
    slopes = np.zeros(W.shape)
    for entry in np.ndindex(W.shape):
        step = np.zeros(W.shape)
        step[entry] = h
        slopes[entry] = (f(W + step, *rest)[0] - f(W - step, *rest)[0]) / (2 * h)
    return slopes


def relative(a, b):
    return np.abs(a - b).max() / np.abs(b).max()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("reg", [0.0, 0.7])
def test_the_hinges_gradient_is_that_of_the_complex_step(seed, reg):
    W, X, y = case(seed, 7, 4, 3)
    for delta in (0.5, 1.0, 3.0):
        loss, dW = svm_gradient.reference(W, X, y, reg, delta)
        assert loss == pytest.approx(hinge_of_complex(W, X, y, reg, delta), rel=1e-13)
        assert relative(dW, complex_step(hinge_of_complex, W, X, y, reg, delta)) < 1e-13


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("reg", [0.0, 0.7])
def test_the_gradient_of_cross_entropy_is_that_of_centred_differences_and_of_the_formula(seed, reg):
    W, X, y = case(seed, 7, 4, 3)
    loss, dW = softmax_gradient.reference(W, X, y, reg)
    rows, B = np.arange(7), np.c_[X, np.ones(7)]
    logs, V = log_softmax(B @ W.T, axis=1), np.c_[W[:, :-1], np.zeros(3)]
    assert loss == pytest.approx(-logs[rows, y].mean() + reg / 2 * (V**2).sum(), rel=1e-13)
    assert relative(dW, (np.exp(logs) - np.eye(3)[y]).T @ B / 7 + reg * V) < 1e-13
    assert relative(dW, centred(softmax_gradient.reference, W, X, y, reg)) < 1e-7


def test_every_variant_of_a_loss_has_the_gradient_of_centred_differences():
    given = (*case(9, 7, 4, 3), 0.3)
    for exercise in (svm_gradient, softmax_gradient):
        for variant in exercise.variants:
            dW = variant.function(*given)[1]
            assert relative(dW, centred(variant.function, *given)) < 1e-7, variant.name


def test_no_margin_that_a_check_looks_at_lies_near_its_kink():
    for seed, *sizes in ((31, 5, 3, 4), (32, 1, 2, 3), (33, 7, 4, 3), (34, 6, 4, 3), (3, 6, 4, 3)):
        W, X, y = case(seed, *sizes)
        s = X @ W[:, :-1].T + W[:, -1]
        margins = s - s[np.arange(len(y)), y][:, None] + 1
        assert np.abs(margins[y[:, None] != np.arange(len(W))]).min() > 1e-3


def test_the_example_of_three_scores():
    s = np.array([3.2, 5.1, -1.7])
    W = s[:, None] * [0.0, 1.0]
    assert svm_gradient.reference(W, np.zeros((1, 1)), np.array([0]), 0.0)[0] == pytest.approx(2.9)
    p = np.exp(s[0]) / np.exp(s).sum()
    assert p == pytest.approx(0.13, abs=5e-3)
    loss = softmax_gradient.reference(W, np.zeros((1, 1)), np.array([0]), 0.0)[0]
    assert loss == pytest.approx(2.04, abs=5e-3) == -np.log(p)
    assert loss / np.log(10) == pytest.approx(0.89, abs=5e-3)


@pytest.mark.parametrize(("n", "size"), [(23, 5), (4, 9), (12, 4)])
def test_the_reference_deals_every_row_once_with_its_label(n, size):
    X, y = numbered(n)
    found = minibatches.reference(X, y, size, np.random.default_rng(0))
    rows = np.concatenate([each for each, _ in found])
    assert sorted(rows[:, 0].tolist()) == list(range(n))
    assert np.array_equal(np.concatenate([each for _, each in found]), 3 * rows[:, 0] + 1)


def test_the_practice_loss_of_the_loop_has_the_right_gradient():
    rng = np.random.default_rng(0)
    W, X, y = rng.normal(size=(1, 4)), rng.normal(size=(6, 3)), rng.normal(size=6)
    assert relative(squares(W, X, y)[1], centred(squares, W, X, y)) < 1e-7


def test_a_training_loop_by_hand():
    rng = np.random.default_rng(2)
    X, y, W = rng.normal(size=(5, 3)), rng.normal(size=5), np.zeros((1, 4))
    dealer, wanted, losses, v = Dealer(2), W.copy(), [], 0.0
    for _ in range(2):
        for rows, labels in dealer.batches(X, y):
            value, dW = squares(wanted, rows, labels)
            losses.append(value)
            v = 0.5 * v - 0.1 * dW
            wanted = wanted + v

    def rule(w, dw, config):
        config = {"v": 0.0, **config}
        config["v"] = 0.5 * config["v"] - 0.1 * dw
        return w + config["v"], config

    found = train_linear.reference(squares, W, X, y, rule, {}, Dealer(2).batches, 2)
    assert np.allclose(found[0], wanted, rtol=1e-13)
    assert found[1] == losses


# Slips as readers write them


def assert_named(exercise, function, name):
    report, verdict = check(exercise, function), judge(BY_NAME[exercise], function)
    assert report.headline == f"{headline(name)}.", report
    assert verdict.mistake == name


def linear_loss(of_scores, penalty=lambda W: (W[:, :-1] ** 2).sum() / 2, slope=None):
    def loss(W, X, y, reg, delta=1.0):
        ones = np.hstack([X, np.ones((len(X), 1))])
        value, d = of_scores(ones @ W.T, y, delta)
        V = np.c_[W[:, :-1], np.zeros(len(W))] if slope is None else slope(W)
        return value + reg * penalty(W), d.T @ ones + reg * V

    return loss


def hinge(s, y, delta, *, zero=True, count=True):
    n = np.arange(len(y))
    m = np.maximum(0, s - s[n, y][:, None] + delta)
    if zero:
        m[n, y] = 0
    d = (m > 0) * 1.0
    d[n, y] = -d.sum(axis=1) if count else -1.0 * (d.sum(axis=1) > 0)
    return m.sum() / len(y), d / len(y)


def softmax(s, y, delta, *, axis=1, one=1):
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p = p / p.sum(axis=axis, keepdims=True)
    value = -np.log(p[np.arange(len(y)), y]).mean()
    p[np.arange(len(y)), y] -= one
    return value, p / len(y)


@pytest.mark.parametrize(
    ("exercise", "function", "name"),
    [
        ("svm_gradient", linear_loss(lambda s, y, d: hinge(s, y, d, count=False)), "label subtracted once"),
        (
            "svm_gradient",
            linear_loss(hinge, lambda W: (W**2).sum() / 2, lambda W: W),
            "bias penalised",
        ),
        ("svm_gradient", linear_loss(hinge, lambda W: (W[:, :-1] ** 2).sum()), "penalty without its half"),
        (
            "svm_gradient",
            linear_loss(hinge, slope=lambda W: 2 * np.c_[W[:, :-1], np.zeros(len(W))]),
            "penalty of the gradient twice",
        ),
        (
            "softmax_gradient",
            linear_loss(lambda s, y, d: softmax(s, y, d, one=0)),
            "one at the label forgotten",
        ),
        (
            "softmax_gradient",
            linear_loss(lambda s, y, d: softmax(s, y, d, axis=0)),
            "probabilities down the columns",
        ),
        (
            "softmax_gradient",
            linear_loss(softmax, slope=lambda W: np.zeros(W.shape)),
            "penalty missing in the gradient",
        ),
    ],
)
def test_losses(exercise, function, name):
    if exercise == "softmax_gradient":
        assert_named(exercise, lambda W, X, y, reg: function(W, X, y, reg), name)
    else:
        assert_named(exercise, function, name)


def test_two_slips_in_a_loss_are_both_named():
    wrong = linear_loss(lambda s, y, d: hinge(s, y, d, count=False), lambda W: (W[:, :-1] ** 2).sum())
    report = check("svm_gradient", wrong)
    said = str(report)
    assert "Two slips at once" in said
    assert "Label subtracted once" in said
    assert "Penalty" in said


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda W, X: X @ W[:, :-1].T, "bias forgotten"),
        (lambda W, X: W @ np.c_[X, np.ones(len(X))].T, "rows and columns of the scores exchanged"),
        (lambda W, X: np.c_[np.ones(len(X)), X] @ W.T, "ones in the first column"),
    ],
)
def test_scores(function, name):
    assert_named("scores", function, name)


def dealt(order_of, labels_of=None, stop=lambda n, size: n):
    def batches(X, y, size, rng):
        order = order_of(len(y), rng)
        labels = order if labels_of is None else labels_of(len(y), rng)
        return [(X[order[i : i + size]], y[labels[i : i + size]]) for i in range(0, stop(len(y), size), size)]

    return batches


def permuted(n, rng):
    return rng.permutation(n)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (dealt(permuted, lambda n, rng: np.arange(n)), "labels not shuffled"),
        (dealt(permuted, permuted), "rows and labels shuffled apart"),
        (dealt(permuted, stop=lambda n, size: n // size * size), "last batch lost"),
        (dealt(lambda n, rng: rng.integers(n, size=n)), "drawn with replacement"),
        (dealt(lambda n, rng: np.arange(n)), "not shuffled"),
        (dealt(lambda n, rng: np.random.default_rng(7).permutation(n)), "seed of its own"),
    ],
)
def test_batches(function, name):
    assert_named("minibatches", function, name)
