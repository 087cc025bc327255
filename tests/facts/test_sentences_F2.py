"""Sentences of lesson F2 that a change of the course, or another processor, could make false."""

import numpy as np
import pytest

from autograder.exercises.linear_classifier.shared import assemble, cross_entropy, hinge
from course.data import spiral
from course.figures.linear import learned
from course.interactive.linear import SIZE, mirrored, two_clouds
from course.pixels import digit_images, moved
from course.threads import one_thread

IMAGES = digit_images()
X, Y = IMAGES.train.reshape(-1, 64), IMAGES.y_train
FRESH, Y_FRESH = IMAGES.fresh.reshape(-1, 64), IMAGES.y_fresh


def softmax_gradient(W, X, y, reg):
    return assemble(W, X, y, reg, cross_entropy)


def svm_gradient(W, X, y, reg):
    return assemble(W, X, y, reg, hinge)


def scores(W, X):
    return X @ W[:, :-1].T + W[:, -1]


def share(W, X, y):
    return (scores(W, X).argmax(axis=1) == y).mean()


def descend(X, y, reg, steps, rate, classes=10):
    W = np.zeros((classes, X.shape[1] + 1))
    for _ in range(steps):
        W = W - rate * softmax_gradient(W, X, y, reg)[1]
    return W


@one_thread()
def test_ten_templates_get_95_percent_and_lose_half_of_it_by_a_pixel():
    W = learned(IMAGES)
    assert W.size == 650
    assert share(W, FRESH, Y_FRESH) == pytest.approx(0.95, abs=0.008)
    assert share(W, moved(IMAGES.fresh, 0, 1).reshape(-1, 64), Y_FRESH) < 0.5
    hole = W[0, :-1].reshape(8, 8)[3:5, 3:5]
    assert hole.min() < -0.3
    assert hole.max() < 0.05


@one_thread()
def test_the_penalty_takes_five_points_of_the_share_and_fifty_of_the_confidence():
    found = {}
    for reg in (1e-4, 1e-1):
        s = scores(descend(X, Y, reg, 100, 1.0), FRESH)
        p = np.exp(s - s.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        found[reg] = (p.argmax(axis=1) == Y_FRESH).mean(), p.max(axis=1).mean()
    assert found[1e-4][0] - found[1e-1][0] == pytest.approx(0.05, abs=0.02)
    assert found[1e-4][1] > 0.8
    assert found[1e-1][1] == pytest.approx(0.31, abs=0.01)


@one_thread()
@pytest.mark.parametrize("seed", range(3))
def test_forty_steps_down_the_slope_beat_400_tries_of_either_search(seed):
    rng, some = np.random.default_rng(seed), (X[:300], Y[:300], 0.0)
    drawn = min(softmax_gradient(0.1 * rng.normal(size=(10, 65)), *some)[0] for _ in range(400))
    W, best = np.zeros((10, 65)), np.log(10)
    for _ in range(399):
        trial = W + 0.05 * rng.normal(size=W.shape)
        loss = softmax_gradient(trial, *some)[0]
        W, best = (trial, loss) if loss < best else (W, best)
    slope = softmax_gradient(descend(*some, 39, 1.0), *some)[0]
    assert 2.1 < drawn < np.log(10)
    assert 0.9 < best < 1.3
    assert slope < 0.5


@one_thread()
@pytest.mark.parametrize("seed", range(3))
def test_batches_go_farther_than_full_gradients_on_the_same_rows(seed):
    rng, W = np.random.default_rng(seed), np.zeros((10, 65))
    for _ in range(10):
        order = rng.permutation(len(Y))
        for start in range(0, len(Y), 50):
            part = order[start : start + 50]
            W = W - 0.5 * softmax_gradient(W, X[part], Y[part], 1e-3)[1]
    full = descend(X, Y, 1e-3, 10, 0.5)
    assert softmax_gradient(W, X, Y, 0.0)[0] < 0.4
    assert softmax_gradient(full, X, Y, 0.0)[0] > 1.3
    assert share(W, FRESH, Y_FRESH) > share(full, FRESH, Y_FRESH) + 0.03


@one_thread()
def test_ten_full_gradients_go_farthest_at_a_rate_of_2_and_batches_farther_still():
    ends = {}
    for rate in (1.0, 2.0, 3.0):
        losses = [softmax_gradient(descend(X, Y, 1e-3, steps, rate), X, Y, 0.0)[0] for steps in (8, 9, 10)]
        ends[rate] = losses[-1]
        assert (np.diff(losses) < 0).all() == (rate < 3)
    assert ends[2.0] == min(ends.values())
    assert ends[2.0] > 0.6  # batches of 50 come below 0.4


@one_thread()
def test_straight_cuts_get_about_half_of_the_spiral():
    points, y = spiral(np.random.default_rng(0))
    assert share(descend(points, y, 1e-3, 400, 1.0, classes=3), points, y) == pytest.approx(0.52, abs=0.04)


def test_at_the_best_turn_the_arrow_points_outwards_without_a_penalty_and_inwards_with_one():
    points, y = two_clouds(np.random.default_rng(1))
    for reg, outwards in ((0.0, True), (0.3, False)):
        ways = [SIZE * np.array([np.cos(a), np.sin(a)]) for a in np.radians(np.arange(15, 375, 30))]
        best = min(ways, key=lambda w: softmax_gradient(mirrored(w), points, y, reg)[0])
        dW = softmax_gradient(mirrored(best), points, y, reg)[1]
        along = -(dW[0, :2] - dW[1, :2]) @ best / SIZE
        assert (along > 0) == outwards
        assert abs(along) > 0.01
