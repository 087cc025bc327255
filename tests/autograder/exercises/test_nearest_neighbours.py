"""The exercises of lesson F1 by other routes, and slips of readers as they write them."""

import math
import warnings
from collections import Counter
from statistics import mode

import numpy as np
import pytest

from autograder.exercises.nearest_neighbours import (
    EXERCISES,
    cross_validate,
    distances,
    folds,
    shifted_share,
    vote,
)
from autograder.judging import judge
from course.checks import check, headline
from course.pixels import moved
from course.probes.neighbours.asking import for_the_test_rows
from course.probes.neighbours.folding import Clerk, labelled
from course.probes.neighbours.nearest import neighbours

BY_NAME = {exercise.name: exercise for exercise in EXERCISES}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def test_the_points_add_up_to_24():
    assert {each.name: each.points for each in EXERCISES} == {
        "distances": 5, "vote": 4, "folds": 3, "cross_validate": 5, "ask_once": 3, "shifted_share": 4,
    }  # fmt: skip


# By other routes


def test_the_reference_measures_what_the_standard_library_measures():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(4, 5)), rng.normal(size=(3, 5))
    wanted = [[math.dist(x, y) for y in Y] for x in X]
    assert np.allclose(distances.reference(X, Y), wanted, rtol=1e-14, atol=0)


def test_multiplying_out_gives_a_square_below_0_for_some_equal_rows():
    X = np.random.default_rng(3).normal(size=(100, 50))
    squares = (X**2).sum(axis=1) + (X**2).sum(axis=1) - 2 * np.diagonal(X @ X.copy().T)
    assert (squares < 0).sum() >= 3


def test_the_reference_votes_as_a_counter_does_that_keeps_the_order_of_arrival():
    labels = neighbours(7, 200, 9)
    for k in range(1, 10):
        wanted = [Counter(row[:k].tolist()).most_common(1)[0][0] for row in labels]
        assert vote.reference(labels, k) == wanted == [mode(row[:k].tolist()) for row in labels]


def test_ties_are_frequent_in_the_rows_that_are_voted_on():
    tied = [sorted(Counter(row[:4].tolist()).values())[-2:] for row in neighbours(21, 40, 12)]
    assert sum(len(set(each)) == 1 and len(each) == 2 for each in tied) >= 8


@pytest.mark.parametrize(("n", "parts"), [(7, 3), (20, 4), (5, 5)])
def test_the_reference_deals_every_row_once(n, parts):
    found = folds.reference(n, parts, np.random.default_rng(1))
    assert sorted(np.concatenate(found).tolist()) == list(range(n))
    assert max(map(len, found)) - min(map(len, found)) <= 1


def test_cross_validation_by_hand():
    X, y = np.arange(6.0)[:, None], np.array([0, 0, 1, 1, 0, 1])

    def majority_above(X_train, y_train, X, k):
        return np.full(len(X), int(y_train.sum() >= k))

    parts = [np.array([0, 1]), np.array([2, 5]), np.array([3, 4])]
    # training labels sum to 3, 1 and 2
    table = cross_validate.reference(majority_above, X, y, parts, [1, 2, 3])
    assert np.array_equal(table, [[0, 1, 0.5], [0, 0, 0.5], [0, 0, 0.5]])


def test_the_practice_classifier_cares_for_who_trains_and_for_k():
    X, y = labelled(1, 30, 6)
    answers = {
        (k, n): tuple(Clerk().predict(X[:n], y[:n], X, k).tolist()) for k in (1, 2, 3) for n in (15, 30)
    }
    assert len(set(answers.values())) == len(answers)
    assert tuple(y.tolist()) not in answers.values()


@pytest.mark.parametrize(("seed", "ks", "best"), [(41, [1, 2, 3, 4, 5], 2), (42, [3, 5, 2, 4], 0)])
def test_the_test_rows_would_choose_another_k(seed, ks, best):
    rows = (*labelled(seed, 40, 6), *labelled(seed + 100, 47, 6))
    assert for_the_test_rows(Clerk(), *rows, ks) != best


def test_moved_images_are_those_that_the_reference_makes():
    images, seen = np.random.default_rng(0).random((3, 4, 5)), []

    def look(shown):
        seen.append(np.array(shown))
        return np.zeros(len(shown))

    shifted_share.reference(look, images, np.zeros(3))
    wanted = [moved(images, *way) for way in [(0, 0), (0, -1), (0, 1), (-1, 0), (1, 0)]]
    assert np.array_equal(np.concatenate(seen), np.concatenate(wanted))


# Slips as readers write them


def assert_named(exercise, function, name, asked=""):
    report, verdict = check(exercise, function), judge(BY_NAME[exercise], function)
    assert report.headline == f"{headline(name)}.", report
    assert verdict.mistake == name
    assert asked in report.question


def assert_accepted(exercise, function):
    assert check(exercise, function).passed
    assert judge(BY_NAME[exercise], function).verdict == "correct"


def broadcast(reduce, *, floats=True):
    def table(X, Y):
        X, Y = (np.asarray(each, dtype=float) if floats else each for each in (X, Y))
        return reduce(X[:, None] - Y[None])

    return table


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (broadcast(lambda d: (d**2).sum(axis=-1)), "no root"),
        (broadcast(lambda d: np.sqrt(d**2).sum(axis=-1)), "l1 for l2"),
        (broadcast(lambda d: np.linalg.norm(d, axis=1)), "summed over the rows of y"),
        (broadcast(lambda d: np.linalg.norm(d, axis=0)), "summed over the rows of x"),
        (broadcast(np.linalg.norm), "everything summed"),
        (broadcast(lambda d: np.linalg.norm(d, axis=-1).T), "rows and columns of the table exchanged"),
        (broadcast(lambda d: np.sqrt((d**2).mean(axis=-1))), "root of every difference"),
        (broadcast(lambda d: np.sqrt((d**2).sum(axis=-1)), floats=False), "pixels of 8 bits overflow"),
    ],
)
def test_distances(function, name):
    assert_named("distances", function, name)


def test_a_distance_on_its_side_without_a_root_says_two_things_or_what_is_seen():
    report = check("distances", broadcast(lambda d: (d**2).sum(axis=-1).T))
    assert not report.passed
    assert "shape" in report.headline or "slips" in report.headline


def counting(pick):
    return lambda labels, k: [pick(np.bincount(row[:k]), row[:k]) for row in labels]


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (counting(lambda votes, near: votes.argmax()), "ties to the smallest label"),
        (counting(lambda votes, near: len(votes) - 1 - votes[::-1].argmax()), "ties to the largest label"),
        (counting(lambda votes, near: votes.max()), "number of votes returned"),
        (lambda labels, k: [mode(row.tolist()) for row in labels], "k ignored"),
        (lambda labels, k: [mode(row[1 : k + 1].tolist()) for row in labels], "nearest left out"),
        (lambda labels, k: np.median(labels[:, :k], axis=1), "median of the labels"),
        (lambda labels, k: [labels[i][0] for i in range(len(labels))], "nearest only"),
    ],
)
def test_votes(function, name):
    assert_named("vote", function, name)


@pytest.mark.parametrize(
    "function",
    [
        lambda labels, k: [mode(row[:k].tolist()) for row in labels],
        counting(lambda votes, near: max(near, key=lambda label: votes[label])),
        counting(lambda votes, near: next(label for label in near if votes[label] == votes.max())),
    ],
)
def test_votes_that_are_right(function):
    assert_accepted("vote", function)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda n, parts, rng: np.split(rng.permutation(n)[: n // parts * parts], parts), "rest left out"),
        (lambda n, parts, rng: np.array_split(np.arange(n), parts), "not shuffled"),
        (
            lambda n, parts, rng: [rng.permutation(n)[p::parts] for p in range(parts)],
            "mixed anew for every fold",
        ),
        (
            lambda n, parts, rng: np.array_split(np.random.default_rng(1).permutation(n), parts),
            "seed of its own",
        ),
        (
            lambda n, parts, rng: np.array_split(np.random.permutation(n), parts),
            "mixed by a generator of its own",
        ),
    ],
)
def test_folds(function, name):
    assert_named("folds", function, name)


def test_folds_that_come_as_pairs_are_told_what_they_are():
    def pairs(n, parts, rng):
        found = np.array_split(rng.permutation(n), parts)
        return [(np.setdiff1d(np.arange(n), part), part) for part in found]

    report = check("folds", pairs)
    assert not report.passed
    assert "fold" in report.headline


def test_folds_that_come_one_by_one_are_told_before_grading_that_a_list_is_due():
    def one_by_one(n, parts, rng):
        yield from np.array_split(rng.permutation(n), parts)

    for said in (check("folds", one_by_one).headline, judge(folds, one_by_one).message):
        assert "must return a list of arrays; it returned a generator" in said


def loops(train, judged, share=np.mean):
    def validate(predict, X, y, parts, ks):
        table = np.zeros((len(ks), len(parts)))
        for i, k in enumerate(ks):
            for j, part in enumerate(parts):
                rest = np.concatenate(parts[:j] + parts[j + 1 :])
                rows, asked = train(rest, part, y), judged(rest, part, y)
                table[i, j] = share(predict(X[rows], y[rows], X[asked], k) == y[asked])
        return table

    return validate


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (
            loops(lambda rest, part, y: np.arange(len(y)), lambda rest, part, y: part),
            "held out rows train too",
        ),
        (
            loops(lambda rest, part, y: part, lambda rest, part, y: rest),
            "the fold trains and the others judge",
        ),
        (loops(lambda rest, part, y: rest, lambda rest, part, y: rest), "judged on the training rows"),
        (loops(lambda rest, part, y: rest, lambda rest, part, y: part, np.sum), "counts for shares"),
    ],
)
def test_cross_validation(function, name):
    assert_named("cross_validate", function, name)


def choose(k_of, rows="test", asked=None):
    def once(predict, X, y, X_test, y_test, ks, table):
        k = k_of(ks, np.asarray(table))
        for each in ks if asked else ():
            predict(X, y, X_test, each)
        return k, np.mean(
            predict(X, y, *(X_test if rows == "test" else X,), k) == (y_test if rows == "test" else y)
        )

    return once


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (choose(lambda ks, table: table.mean(axis=1).argmax()), "place in the list for k"),
        (choose(lambda ks, table: ks[table.max(axis=1).argmax()]), "best single fold"),
        (choose(lambda ks, table: ks[table.mean(axis=1).argmin()]), "worst k"),
        (choose(lambda ks, table: ks[table.mean(axis=1).argmax()], rows="train"), "training rows asked"),
    ],
)
def test_the_test_rows(function, name):
    assert_named("ask_once", function, name)


def test_who_looks_at_the_test_rows_more_than_once_is_told_how_often_they_were_asked():
    report = check("ask_once", choose(lambda ks, table: ks[table.mean(axis=1).argmax()], asked=True))
    assert not report.passed
    assert "how often" in report.headline


def shares(ways, move=moved):
    def share(classify, images, y):
        return np.mean(classify(images) == y), np.mean(
            [np.mean(classify(move(images, *w)) == y) for w in ways]
        )

    return share


FOUR = [(0, 1), (0, -1), (1, 0), (-1, 0)]


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (shares(FOUR, lambda x, *w: np.roll(x, w, (1, 2))), "pixels come back on the other side"),
        (shares([(0, 1)]), "one direction only"),
        (shares([(0, 0), *FOUR]), "fifth share in the mean"),
        (shares([(2 * a, 2 * b) for a, b in FOUR]), "two pixels"),
        (lambda c, x, y: shares(FOUR)(c, x, y)[::-1], "shares exchanged"),
    ],
)
def test_one_pixel(function, name):
    assert_named("shifted_share", function, name)


def test_two_slips_are_both_named():
    def both(classify, images, y):
        before, after = shares([(0, 1)])(classify, images, y)
        return 1 - before, after

    report = check("shifted_share", both)
    assert not report.passed
    assert "share" in report.headline or "slips" in report.headline
