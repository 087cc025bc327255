"""Lesson 03: references by hand, recorded runs made again, labels far from the thresholds of the rule."""

import json
import math

import numpy as np
import pytest

from autograder.exercises import babysitting
from autograder.exercises.babysitting.diagnose_run import LABELS, curves
from autograder.exercises.babysitting.record_curves import SETUPS, rounded
from autograder.judging import judge
from course import histories
from course.data import digits

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
        # Five digits are kept; another BLAS may differ in the last of them.  A diverging run doubles differences.
        tolerance = 0.05 if name.startswith("diverged") else 1e-3
        np.testing.assert_allclose(values, curves()[name][column], rtol=tolerance, atol=1e-4)


def test_the_graded_runs_lie_clear_of_the_thresholds():
    # A student may write >= for > or 0.2499 for 0.25 without losing marks.
    for name, h in curves().items():
        if name.startswith("diverged"):
            continue
        steps, loss = np.array(h["step_loss"]), np.array(h["train_loss"])
        tail = loss[len(loss) // 2 :]
        wiggle = np.std(np.diff(steps[len(steps) // 2 :])) / np.sqrt(2) / loss[0]
        gap = h["train_accuracy"][-1] - h["val_accuracy"][-1]
        late = (tail[0] - loss[-1]) / (loss[0] - loss[-1])
        assert steps.max() < 50 * loss[0], name
        assert not 0.15 < wiggle < 0.35, name
        if wiggle > 0.25:
            continue
        rises = np.mean(np.diff(tail) > 0)
        assert not 0.3 < rises < 0.38 or h["train_accuracy"][-1] > 0.9, name
        if rises >= 1 / 3 and h["train_accuracy"][-1] < 0.9:
            continue
        assert not 0.37 < late < 0.43, name
        if late < 0.4:
            assert not 0.07 < gap < 0.13, name
            assert not 0.87 < h["train_accuracy"][-1] < 0.93, name


def test_the_seven_runs_of_the_lesson_are_seven_cases():
    reference = BY_NAME["diagnose_run"].reference
    labels = [reference(history) for history in histories.lesson(digits()).values()]
    assert sorted(labels) == sorted([*LABELS, "healthy"])


def test_a_label_in_another_spelling_is_fair():
    reference = BY_NAME["diagnose_run"].reference
    verdict = judge(BY_NAME["diagnose_run"], lambda history: reference(history).title().replace(" ", "_"))
    assert verdict.verdict == "correct"
