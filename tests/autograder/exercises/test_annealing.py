"""Lesson 07: schedules held to hand-worked numbers and to PyTorch's rule, mistakes as the syllabus lists them."""

import math

import numpy as np
import pytest

from autograder.exercises import annealing
from autograder.exercises.annealing.reduce_on_plateau import BUMPY, history
from autograder.judging import judge
from course.probes.base import same

BY_NAME = {exercise.name: exercise for exercise in annealing.EXERCISES}
POINTS = {
    "step_decay": 3,
    "exponential_decay": 3,
    "inverse_time_decay": 3,
    "reduce_on_plateau": 4,
    "translate_momentum_buffer": 2,
}

# What syllabus.md lists for this lesson -> the names under which it is reported.
SYLLABUS = {
    "step_decay": {
        "iterations taken for epochs",
        "compounded from the current rate",
        "factor subtracted",
        "one epoch early",
        "one iteration late",
    },
    "exponential_decay": {"missing minus", "iterations taken for epochs", "compounded from the current rate"},
    "inverse_time_decay": {"iterations taken for epochs", "compounded from the current rate"},
    "reduce_on_plateau": {
        "training error watched",
        "factor subtracted",
        "compounded from the current rate",
        "one epoch too impatient",
    },
    "translate_momentum_buffer": {"velocity left alone", "ratio inverted"},
}


def test_points_are_those_of_the_syllabus():
    assert {name: exercise.points for name, exercise in BY_NAME.items()} == POINTS
    assert sum(POINTS.values()) == 15


@pytest.mark.parametrize("name", BY_NAME)
def test_every_mistake_of_the_syllabus_is_known(name):
    assert {known.name for known in BY_NAME[name].mistakes} >= SYLLABUS[name]


@pytest.mark.parametrize("name", BY_NAME)
def test_every_mistake_is_named_and_earns_nothing(name):
    for known in BY_NAME[name].mistakes:
        verdict = judge(BY_NAME[name], known.function)
        assert (verdict.points, verdict.mistake) == (0, known.name)


@pytest.mark.parametrize(
    ("name", "config", "iteration", "rate"),
    [
        ("step_decay", {"initial_rate": 1.0, "per_epoch": 10}, 49, 1.0),
        ("step_decay", {"initial_rate": 1.0, "per_epoch": 10}, 50, 0.5),
        ("step_decay", {"initial_rate": 3.0, "per_epoch": 10, "factor": 0.1, "every": 20}, 400, 0.03),
        ("exponential_decay", {"initial_rate": 1.0, "per_epoch": 10, "k": 0.5}, 20, math.exp(-1)),
        ("inverse_time_decay", {"initial_rate": 1.0, "per_epoch": 10, "k": 0.5}, 20, 0.5),
    ],
)
def test_reference_gives_the_worked_number(name, config, iteration, rate):
    assert BY_NAME[name].reference(iteration, config) == pytest.approx(rate, rel=1e-14)


def test_exponential_is_the_limit_of_many_small_cuts():
    # (1 - k/n)^(nt) tends to exp(-kt) with relative error k^2 t / 2n = 1e-7 here
    k, t, n = 0.2, 5.0, 10**6
    rate = annealing.exponential_decay.reference(50, {"initial_rate": 1.0, "per_epoch": 10, "k": k})
    assert rate == pytest.approx((1 - k / n) ** (n * t), rel=3e-7)


def test_plateau_gives_the_worked_number_and_waits_after_each_cut():
    rule = annealing.reduce_on_plateau.reference
    config = {"initial_rate": 1.0, "patience": 2}
    assert rule(history([0.5, 0.4, 0.4, 0.6, 0.45]), config) == 0.5
    flat = [rule(history([0.5] * n), config) for n in range(8)]
    assert flat == [1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]


def test_the_bumpy_history_of_the_probe_cuts_more_than_once():
    rates = {annealing.reduce_on_plateau.reference(history(BUMPY[:n]), None) for n in range(20)}
    assert len(rates) >= 3


def test_pytorchs_patience_is_a_convention_with_half_the_points():
    (known,) = annealing.reduce_on_plateau.conventions
    verdict = judge(annealing.reduce_on_plateau, known.function)
    assert (verdict.verdict, verdict.points) == ("convention", 2)
    assert "PyTorch" in verdict.message


def test_translated_velocity_follows_pytorchs_rule_through_a_schedule():
    rng = np.random.default_rng(0)
    gradients, mu = rng.standard_normal((40, 3)), 0.9
    rates = [0.1 * 0.5 ** (i // 10) for i in range(40)]
    w = np.ones(3)
    b, theirs = np.zeros(3), []
    for rate, g in zip(rates, gradients, strict=True):  # PyTorch: the rate is outside
        b = mu * b + g
        w = w - rate * b
        theirs.append(w)
    w, v, ours = np.ones(3), np.zeros(3), []
    for i, g in enumerate(gradients):  # CS231n: the rate is inside
        if i and rates[i] != rates[i - 1]:
            v = annealing.translate_momentum_buffer.reference(v, rates[i - 1], rates[i])
        v = mu * v - rates[i] * g
        w = w + v
        ours.append(w)
    assert same(ours, theirs, 1e-13)  # forty steps of rounding
    untranslated = judge(annealing.translate_momentum_buffer, lambda v, old, new: v)
    assert untranslated.mistake == "velocity left alone"


@pytest.mark.parametrize("name", ["step_decay", "exponential_decay", "inverse_time_decay"])
def test_a_float_iteration_and_a_numpy_result_are_accepted(name):
    reference = BY_NAME[name].reference
    assert judge(BY_NAME[name], lambda i, c=None: np.float64(reference(i, c))).verdict == "correct"


@pytest.mark.parametrize("name", BY_NAME)
def test_messages_fit_the_page_and_show_no_expected_number(name):
    for known in (*BY_NAME[name].mistakes, *BY_NAME[name].conventions):
        verdict = judge(BY_NAME[name], known.function)
        assert len(verdict.message.splitlines()[0]) <= 80
        assert verdict.message.splitlines()[-1].startswith("Read: Exercise")


@pytest.mark.parametrize("exercise", [e for e in annealing.EXERCISES if e.visible], ids=lambda e: e.name)
def test_the_visible_probe_never_gives_a_mistake_anothers_name(exercise):
    seen = [(known.name, exercise.visible(known.function)) for known in exercise.mistakes]
    right = exercise.visible(exercise.reference)
    wrong = [(name, outcome) for name, outcome in seen if not same(outcome, right)]
    for name, outcome in wrong:
        assert [other for other, theirs in wrong if same(outcome, theirs)] == [name]
