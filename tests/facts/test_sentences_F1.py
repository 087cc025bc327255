"""Sentences of lesson F1 that a change of the course, or another processor, could make false."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.ndimage import label as parts_of
from scipy.spatial.distance import cdist

from autograder.exercises.nearest_neighbours import EXERCISES
from course.data import spiral
from course.figures.neighbours import opening
from course.interactive.neighbours import KS, POINTS
from course.pixels import DIRECTIONS, digit_images, moved, somewhere, with_wrong_labels

REFERENCES = {each.name: each.reference for each in EXERCISES}
IMAGES = digit_images()
X, Y = IMAGES.train.reshape(-1, 64), IMAGES.y_train
FRESH, Y_FRESH = IMAGES.fresh.reshape(-1, 64), IMAGES.y_fresh


def predict(X_train, y_train, X, k):
    order = np.argsort(cdist(X, X_train), axis=1, kind="stable")
    return np.array(REFERENCES["vote"](y_train[order], k))


def test_of_three_images_another_digit_is_nearest_and_the_moved_one_farthest():
    rows = np.array([each.ravel() for each in opening(IMAGES).values()])
    a, b, c = cdist(rows[:1], rows[1:])[0]
    assert c + 0.3 < b
    assert b + 1 < a
    asked, to_the_right = rows[0], rows[1]
    on_blank = (asked < 0.25)[to_the_right > 0.25].mean()
    assert on_blank == pytest.approx(1 / 3, abs=0.03)


def test_a_moved_digit_is_nearly_always_farther_than_some_digit_of_another_class():
    table = cdist(FRESH, X)
    others = np.array([row[y != Y].min() for row, y in zip(table, Y_FRESH, strict=True)])
    for way in DIRECTIONS.values():
        own = np.linalg.norm(moved(IMAGES.fresh, *way).reshape(-1, 64) - FRESH, axis=1)
        assert (own > others).mean() > 0.95


def test_99_percent_without_training_and_l1_is_no_better():
    assert (predict(X, Y, FRESH, 1) == Y_FRESH).mean() == pytest.approx(0.99)
    assert (Y[cdist(FRESH, X, "cityblock").argmin(axis=1)] == Y_FRESH).mean() == pytest.approx(
        0.983, abs=5e-4
    )
    assert 1197 * 64 == 76_608
    assert 300 * 1197 == 359_100
    megabytes = 300 * 1197 * 64 * 8 / 1e6
    assert megabytes == pytest.approx(184, abs=0.5)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_on_its_own_images_one_neighbour_is_perfect_and_worst_on_others(seed):
    y = with_wrong_labels(Y, 0.2, 10, np.random.default_rng(seed))
    own = {k: (predict(X, y, X, k) == y).mean() for k in (1, 9)}
    fresh = {k: (predict(X, y, FRESH, k) == Y_FRESH).mean() for k in (1, 3, 5, 9, 25)}
    assert own[1] == 1
    assert 0.75 < own[9] < 0.85
    assert fresh[1] < 0.85 < min(fresh[k] for k in (3, 5, 9, 25))
    assert fresh[9] > 0.97


def test_folds_lie_farther_apart_than_the_means_near_the_top():
    y, ks = with_wrong_labels(Y, 0.2, 10, np.random.default_rng(2)), [1, 5, 9, 25, 101]
    order = np.random.default_rng(0).permutation(1197)
    parts = [order[start::5] for start in range(5)]
    table = np.array(REFERENCES["cross_validate"](predict, X, y, parts, ks))
    means = table.mean(axis=1)
    assert means.argmax() == 2
    assert means.max() < 0.82
    for row in (1, 2, 3):
        assert np.ptp(table[row]) > 0.03
    assert means[1:4].max() - means[1:4].min() < 0.02
    assert (predict(X, y, FRESH, 9) == Y_FRESH).mean() == pytest.approx(0.99)


@pytest.mark.long
@pytest.mark.parametrize("k", [1, 9])
def test_one_pixel_costs_a_third_and_moved_copies_bring_it_back(k):
    def classify(images):
        return predict(X, Y, images.reshape(-1, 64), k)

    before, after = REFERENCES["shifted_share"](classify, IMAGES.fresh, Y_FRESH)
    assert before >= 0.99
    assert after == pytest.approx(0.657 if k == 1 else 0.632, abs=5e-4)
    copies = np.concatenate([IMAGES.train, *(moved(IMAGES.train, *way) for way in DIRECTIONS.values())])

    def learned(images):
        return predict(copies.reshape(-1, 64), np.tile(Y, 5), images.reshape(-1, 64), 1)

    assert min(REFERENCES["shifted_share"](learned, IMAGES.fresh, Y_FRESH)) > 0.985


def test_every_place_more_on_the_sheet_makes_the_digits_harder():
    found = []
    for side in (8, 10, 12, 16):
        shares = []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            sheets = [
                somewhere(each, side, rng).reshape(-1, side**2) for each in (IMAGES.train, IMAGES.fresh)
            ]
            shares.append((predict(sheets[0], Y, sheets[1], 1) == Y_FRESH).mean())
        found.append(shares)
    assert all(min(one) > max(other) for one, other in pairwise(found))
    assert max(found[-1]) < 0.75


def test_nine_neighbours_outvote_the_islands_and_a_hundred_lose_the_arms():
    rng = np.random.default_rng(3)
    points, y = spiral(rng)
    fresh, y_fresh = spiral(rng, points=200)
    noisy = with_wrong_labels(y, 0.2, 3, rng)
    shares = {k: (predict(points, noisy, fresh, k) == y_fresh).mean() for k in KS}
    assert shares[1] < 0.85
    assert shares[9] > 0.95
    assert shares[101] < 0.75
    side = np.linspace(-1.15, 1.15, POINTS)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    answers = {k: predict(points, noisy, grid, k).reshape(POINTS, POINTS) for k in (1, 9, 15)}
    pieces = {k: sum(parts_of(seen == label)[1] for label in range(3)) for k, seen in answers.items()}
    assert pieces[15] == 3
    assert pieces[9] < 12
    assert pieces[1] > 30
    assert (predict(points, noisy, points, 1) == noisy).mean() > 0.99
