"""What lesson 11 says in words: scaling, baselines, a winner that falls, and a report chosen by its own luck."""

import json

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from autograder.exercises.capstone import fit
from autograder.project import Project
from course import measuring
from course.capstone import bench
from course.network import MLP
from course.threads import one_thread


@pytest.fixture(scope="module")
def lesson():
    """The lesson's own answers."""
    cells = json.loads(Project.here().notebook("11_capstone").read_text(encoding="utf-8"))["cells"]
    space = {"np": np, "MLP": MLP}
    for cell in cells:
        if cell["id"] in ("fit", "standardise", "train_digits"):
            exec("".join(cell["source"]), space)
    return space


def ways():
    desk = bench()
    mean, deviation = desk.X_train.mean(axis=0), desk.X_train.std(axis=0)
    return {
        "none": lambda X: X,
        "each": lambda X: (X - mean) / np.where(deviation == 0, 1, deviation),
        "one": lambda X: (X - mean) / (desk.X_train - mean).std(),
    }


def test_a_grey_spot_becomes_277_where_one_number_makes_nothing_above_3_6():
    largest = {name: np.abs(way(bench().X_val)).max() for name, way in ways().items()}
    assert round(largest["each"]) == 277
    assert 3.55 < largest["one"] < 3.6
    assert (bench().X_train.std(axis=0) == 0).any()  # 0/0


@pytest.mark.long
@pytest.mark.parametrize("loop", ["the lesson's", pytest.param("plain", marks=pytest.mark.thorough)])
def test_one_number_for_all_leads_by_about_a_point_with_either_loop(lesson, loop):
    desk, network = bench(), MLP(sizes=(64, 50, 10))
    found = {
        name: measuring.at_best_rate(
            lesson["fit"] if loop != "plain" else fit.reference,
            network,
            (way(desk.X_train), desk.y_train),
            (way(desk.X_val), desk.y_val),
        )
        for name, way in ways().items()
    }
    assert all(best.inside for best in found.values())
    lead = np.subtract(found["one"].reached, found["each"].reached)
    assert 0.005 < lead.mean() < 0.016
    assert lead.mean() > 2 * lead.std(ddof=1) / 8**0.5
    assert 0.008 < np.mean(found["one"].reached) - np.mean(found["none"].reached) < 0.035


def test_the_nearest_image_beats_the_network_on_the_split_of_the_lesson_and_on_five_others(lesson):
    desk = bench()
    X, y = np.r_[desk.X_train, desk.X_val], np.r_[desk.y_train, desk.y_val]
    orders = [np.arange(1497), *(np.random.default_rng([9, seed]).permutation(1497) for seed in range(5))]
    with one_thread():
        for seed, order in enumerate(orders):
            own, held = order[:1197], order[1197:]
            classify, accuracy = lesson["train_digits"](
                X[own], y[own], X[held], y[held], np.random.default_rng(seed)
            )
            nearest = (y[own][cdist(X[held], X[own]).argmin(axis=1)] == y[held]).mean()
            assert nearest > accuracy + 2.5 / 300
            assert (
                np.asarray(classify(X[own])) == y[own]
            ).mean() > accuracy  # training rows are fitted better
    assert (y == np.bincount(y).argmax()).mean() < 0.12  # the commonest label


def test_the_star_of_forty_falls_and_the_fresh_rows_are_no_harder():
    seen, worth = measuring.one_recipe(40)
    star = seen.argmax()
    assert seen[star] - worth[star] > 0.04
    assert abs(worth.mean() - seen.mean()) < 0.02
    assert 5 <= (worth > worth[star]).sum() <= 30


@pytest.mark.long
def test_a_report_chosen_by_its_own_rows_is_too_good_and_one_chosen_by_others_is_not():
    gaps = {}
    for name in ("test", "val", "train"):
        told = measuring.monitored(lambda history, name=name: int(np.argmax(history[name])))
        gap = told[:, 0] - told[:, 1]
        gaps[name] = gap.mean() / (gap.std(ddof=1) / len(gap) ** 0.5)
    assert gaps["test"] > 2.5
    assert abs(gaps["val"]) < 2
    assert abs(gaps["train"]) < 2
