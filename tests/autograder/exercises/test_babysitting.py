"""Lesson 03: references by hand, recorded runs made again, labels far from the thresholds of the rule."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from autograder.exercises import babysitting
from autograder.exercises.babysitting.diagnose_run import LABELS, curves, late, rule, tail, wiggle
from autograder.exercises.babysitting.record_curves import SETUPS, rounded
from autograder.judging import judge
from course import histories
from course.checks import check
from course.data import digits
from tests.autograder.exercises.named_slips import assert_named

BY_NAME = {exercise.name: exercise for exercise in babysitting.EXERCISES}


def test_points_are_those_of_the_syllabus():
    assert {e.name: e.points for e in babysitting.EXERCISES} == {
        "to_epochs": 3, "smooth": 4, "update_ratio": 3, "activation_stats": 4, "diagnose_run": 6,
    }  # fmt: skip


def test_epochs_by_hand():
    reference = BY_NAME["to_epochs"].reference
    assert reference(500, 50_000, 100) == 1
    assert reference(np.array([0, 3]), 10, 4).tolist() == [0, 1.2]


def test_smoothing_by_hand_and_against_its_closed_form():
    reference = BY_NAME["smooth"].reference
    assert reference([4.0, 0.0, 0.0, 8.0], 0.5).tolist() == [4, 2, 1, 4.5]
    x, beta = np.random.default_rng(0).standard_normal(12), 0.8
    weights = (1 - beta) * beta ** np.arange(11, -1, -1)
    weights[0] = beta**11
    assert reference(x, beta)[-1] == pytest.approx(weights @ x)


def test_update_ratio_by_hand():
    reference = BY_NAME["update_ratio"].reference
    assert reference([3.0, 4.0], [0.0, -0.005]) == pytest.approx(1e-3)
    assert reference(np.eye(2), 0.01 * np.eye(2)) == pytest.approx(0.01)
    assert reference([0.0], [1.0]) == math.inf
    assert reference([0.0], [0.0]) == 0


def test_activation_statistics_by_hand():
    reference = BY_NAME["activation_stats"].reference
    assert reference([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]], "relu") == pytest.approx(
        {"mean": 0.5, "std": np.std([0, 1, 0, 0, 0, 2]), "dead": 1 / 3}
    )
    assert reference([[0.98, -0.98], [0.97, 0.0]], "tanh")["saturated"] == 0.5


def test_every_label_is_met_in_the_graded_runs_and_by_the_name_of_its_run():
    reference = BY_NAME["diagnose_run"].reference
    found = {name: reference(history) for name, history in curves().items()}
    meant = {
        "low": "rate too low", "high": "rate too high", "small": "batch too small", "diverged": "diverged",
        "overfitting": "overfitting", "underfitting": "underfitting", "healthy": "healthy",
    }  # fmt: skip
    assert found == {name: meant[name.split()[0]] for name in SETUPS}
    assert set(found.values()) == {*LABELS, "healthy"}


def test_some_graded_runs_hold_numbers_that_are_none():
    assert any(math.isnan(v) for history in curves().values() for v in history["step_loss"])


@pytest.mark.parametrize("name", ["low 1", "small 1", "overfitting 1", "underfitting 4", "diverged 1"])
def test_the_recorded_runs_can_be_made_again(name):
    made = rounded(histories.make(SETUPS[name], digits()))
    for column, values in json.loads(json.dumps(made)).items():
        # Five digits are kept; another BLAS may differ in the last of them, and long steps multiply the difference.
        tolerance = 0.05 if name.startswith(("diverged", "small")) else 1e-3
        np.testing.assert_allclose(values, curves()[name][column], rtol=tolerance, atol=1e-4)


MARGINS = {"largest": 50, "wiggle": 0.05, "rises": 0.05, "late": 0.05, "gap": 0.02, "accuracy": 0.02}
"""How far every number that decides a label lies from its threshold, at least.

A student may write >= for > or 0.2499 for 0.25 without losing marks, and a run made again on another processor ends
elsewhere without changing its label.
"""


def near(history):
    """Return which of the numbers that decide the label of a run are too near to their thresholds."""
    steps, loss = np.array(history["step_loss"]), np.array(history["train_loss"])
    accuracy, tail = history["train_accuracy"][-1], loss[len(loss) // 2 :]
    largest = steps.max() / loss[0]
    if not np.isfinite(steps).all() or largest > 100 + MARGINS["largest"]:
        return []
    distances = {"largest": 100 - largest}
    rises = np.mean(np.diff(tail) > 0) - 1 / 5
    distances["rises"] = max(abs(rises), accuracy - 0.9) if accuracy > 0.9 else abs(rises)
    label = BY_NAME["diagnose_run"].reference(history)
    if label != "rate too high":
        distances["wiggle"] = abs(np.std(np.diff(steps[len(steps) // 2 :])) / np.sqrt(2) / loss[0] - 0.25)
        if label != "batch too small":
            distances["late"] = abs((tail[0] - loss[-1]) / (loss[0] - loss[-1]) - 0.4)
            if label != "rate too low":
                distances["gap"] = abs(accuracy - history["val_accuracy"][-1] - 0.1)
    if rises > 0 or label in ("underfitting", "healthy"):
        distances["accuracy"] = abs(accuracy - 0.9)
    return [name for name, distance in distances.items() if distance < MARGINS[name]]


def test_the_recorded_runs_lie_clear_of_the_thresholds():
    assert {name: near(history) for name, history in curves().items() if near(history)} == {}


@pytest.mark.long
def test_runs_made_again_here_get_the_label_of_the_recorded_ones_clear_of_the_thresholds():
    reference = BY_NAME["diagnose_run"].reference
    made = {name: histories.make(setup, digits()) for name, setup in SETUPS.items()}
    assert {name: reference(history) for name, history in made.items()} == {
        name: reference(history) for name, history in curves().items()
    }
    assert {name: near(history) for name, history in made.items() if near(history)} == {}


def test_the_seven_runs_of_the_lesson_are_seven_cases_clear_of_the_thresholds():
    reference = BY_NAME["diagnose_run"].reference
    made = histories.lesson(digits())
    assert sorted(map(reference, made.values())) == sorted([*LABELS, "healthy"])
    assert {name: near(history) for name, history in made.items() if near(history)} == {}


@pytest.mark.long
def test_the_run_whose_rate_is_too_high_is_read_so_from_any_start():
    reference = BY_NAME["diagnose_run"].reference
    setup = histories.SETUPS["C"]
    runs = [histories.make(replace(setup, seed=seed), digits()) for seed in range(12)]
    assert [(reference(run), near(run)) for run in runs] == 12 * [("rate too high", [])]


def test_a_label_in_another_spelling_is_fair():
    reference = BY_NAME["diagnose_run"].reference
    verdict = judge(BY_NAME["diagnose_run"], lambda history: reference(history).title().replace(" ", "_"))
    assert verdict.verdict == "correct"


def too_high(share):
    return {
        "rate too high": lambda h: np.mean(np.diff(tail(h)) > 0) >= share and h["train_accuracy"][-1] < 0.9
    }


def noisy(threshold, factor=1.0):
    return {"batch too small": lambda h: factor * wiggle(late(h)) > threshold(h)}


OTHER_NUMBERS = {
    "half for a fifth": too_high(1 / 2),
    "a third for a fifth": too_high(1 / 3),
    "a tenth for a fifth": too_high(1 / 10),
    "the mean of the step losses for the first loss": noisy(lambda h: 0.25 * h["step_loss"].mean()),
    "their mean, and no root": noisy(lambda h: 0.25 * h["step_loss"].mean(), factor=math.sqrt(2)),
    "the mean loss per epoch for the first loss": noisy(lambda h: 0.25 * h["train_loss"].mean()),
    "a tenth for a quarter": noisy(lambda h: 0.1 * h["train_loss"][0]),
    "1000 times for 100 times": {
        "diverged": lambda h: (
            not np.isfinite(h["step_loss"]).all() or h["step_loss"].max() > 1000 * h["train_loss"][0]
        )
    },
    "10 times for 100 times": {
        "diverged": lambda h: (
            not np.isfinite(h["step_loss"]).all() or h["step_loss"].max() > 10 * h["train_loss"][0]
        )
    },
    "a gap of 0.2 for 0.1": {
        "overfitting": lambda h: h["train_accuracy"][-1] - h["val_accuracy"][-1] > 0.2
    },
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a run may have one epoch, or NaN
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("changed", OTHER_NUMBERS)
def test_another_number_in_the_rule_is_not_called_a_mistake_that_it_is_not(changed, batch_first):
    order = ("diverged", "batch too small", "rate too high", *LABELS[3:]) if batch_first else None

    def diagnose_run(history):
        return rule(history, OTHER_NUMBERS[changed], order=order)

    verdict, report = judge(BY_NAME["diagnose_run"], diagnose_run), check("diagnose_run", diagnose_run)
    assert (verdict.points, verdict.mistake) == (0, None)
    assert not report.passed
    assert report.headline.startswith("Not right yet")


@pytest.mark.parametrize(
    ("at_zero", "name"),
    [(0.0, "zero whenever the weights are zero"), (np.inf, "inf whenever the weights are zero")],
)
def test_a_ratio_at_weights_of_zero_depends_on_whether_something_moved(at_zero, name):
    def update_ratio(w, update):
        length = np.linalg.norm(np.ravel(w))
        return np.linalg.norm(np.ravel(update)) / length if length > 0 else at_zero

    assert_named("update_ratio", update_ratio, name)


def test_none_for_an_unknown_kind_is_no_forgotten_return():
    def activation_stats(a, kind):
        stats = {"mean": a.mean(), "std": a.std()}
        if kind == "tanh":
            return {**stats, "saturated": (np.abs(a) > 0.97).mean()}
        if kind == "relu":
            return {**stats, "dead": (a == 0).all(axis=0).mean()}
        return None

    said = "'sigmoid') you returned None, where a ValueError is due."
    verdict = judge(babysitting.activation_stats, activation_stats)
    assert said in verdict.message
    assert "return statement" not in verdict.message
    assert said in check("activation_stats", activation_stats).headline
