"""Lesson 05: slips nobody recorded, and slips that are alike, are told apart by both checks."""

import numpy as np
import pytest

from autograder.exercises import adaptive_rates
from autograder.judging import judge
from course.checks import check

BY_NAME = {exercise.name: exercise for exercise in adaptive_rates.EXERCISES}


def test_a_mistake_nobody_recorded_is_told_which_property_failed():
    def adam(w, dw, config=None):  # right, but for a rate that is halved at every tenth step
        next_w, config = BY_NAME["adam"].reference(w, dw, config)
        steps = len(config["seen"])
        return (next_w + w) / 2 if steps % 10 == 0 else next_w, config

    verdict = judge(BY_NAME["adam"], adam)
    assert (verdict.verdict, verdict.mistake) == ("mistake", None)
    assert "documented defaults" in verdict.message


def test_visible_check_names_the_rule_it_called_with():
    report = check("first_step", lambda rule, config: 3.0)
    assert "plain_gradient_descent" in report.headline
    assert " at 0x" not in report.headline


def test_an_array_for_a_number_is_refused_by_the_first_look_and_by_the_graded_check():
    def first_step(rule, config):
        next_w, _ = rule(np.zeros(1), np.array([100.0]), dict(config))
        return abs(next_w) / config["learning_rate"]

    assert check("first_step", first_step).headline == "Array for a number."
    assert judge(BY_NAME["first_step"], first_step).mistake == "array for a number"


def adam_written(
    w,
    dw,
    config,
    *,
    averages=("beta1", "beta2"),
    weights=None,
    swapped="",
    corrections=("beta1", "beta2"),
    weigh_m=True,
):
    """Adam with one slip: which beta each average keeps, which weighs the new term, which corrects it."""
    c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "m": 0.0, "v": 0.0, "t": 0}
    c |= config or {}
    (a, b), (new_m, new_v), (p, q) = (
        [c[key] for key in keys] for keys in (averages, weights or averages, corrections)
    )
    c["t"] += 1
    old_m, new_m = (1 - a, a) if "m" in swapped else (a, (1 - new_m) if weigh_m else 1)
    old_v, new_v = (1 - b, b) if "v" in swapped else (b, 1 - new_v)
    c["m"] = old_m * c["m"] + new_m * dw
    c["v"] = old_v * c["v"] + new_v * dw * dw
    m, v = c["m"] / (1 - p ** c["t"]), c["v"] / (1 - q ** c["t"])
    return w - c["learning_rate"] * m / (np.sqrt(v) + c["epsilon"]), c


@pytest.mark.parametrize(
    ("slip", "name"),
    [
        ({"averages": ("beta2", "beta1")}, "betas exchanged in the averages"),
        ({"averages": ("beta2", "beta1"), "corrections": ("beta2", "beta1")}, "betas exchanged"),
        ({"corrections": ("beta2", "beta1")}, "corrections exchanged"),
        ({"corrections": ("beta2", "beta2")}, "first moment corrected with beta2"),
        ({"corrections": ("beta1", "beta1")}, "second moment corrected with beta1"),
        ({"weigh_m": False}, "first moment not weighted"),
        ({"weights": ("beta1", "beta1")}, "new square weighted with beta1"),
        ({"weights": ("beta2", "beta2")}, "new gradient weighted with beta2"),
        ({"averages": ("beta1", "beta1")}, "second moment averaged with beta1"),
        ({"averages": ("beta2", "beta2")}, "first moment averaged with beta2"),
        ({"swapped": "m"}, "first moment weights swapped"),
        ({"swapped": "v"}, "second moment weights swapped"),
        ({"swapped": "mv"}, "averages exchanged"),
    ],
)
def test_slips_with_the_betas_are_told_apart_by_both_checks(slip, name):
    def adam(w, dw, config=None):
        return adam_written(w, dw, config, **slip)

    assert check("adam", adam).headline == f"{name[0].upper()}{name[1:]}."
    assert judge(BY_NAME["adam"], adam).mistake == name


@pytest.mark.parametrize(
    ("copied", "name"), [(True, "config not carried on"), (False, "config neither copied nor carried on")]
)
def test_a_config_thrown_away_on_the_walk_is_named(copied, name):
    def steps_to_escape(rule, config, y0, limit=2000):
        w, held = np.array([1.0, y0]), dict(config) if copied else config
        for step in range(limit):
            w, _ = rule(w, np.array([2 * w[0], -2 * w[1]]), held)
            if abs(w[1]) > 1:
                return step + 1
        return None

    assert judge(BY_NAME["steps_to_escape"], steps_to_escape).mistake == name


@pytest.mark.parametrize(
    ("last", "beyond", "name"),
    [
        (lambda limit: limit, lambda y: abs(y) > 1, "last step left out"),
        (lambda limit: limit + 1, lambda y: abs(y) >= 1, "one itself taken for beyond"),
        (lambda limit: limit + 1, lambda y: y > 1, "absolute value forgotten"),
    ],
)
def test_the_two_ends_of_the_walk_are_looked_at_by_both_checks(last, beyond, name):
    def steps_to_escape(rule, config, y0, limit=2000):
        w, config = np.array([1.0, y0]), dict(config)
        for step in range(1, last(limit)):
            w, config = rule(w, np.array([2 * w[0], -2 * w[1]]), config)
            if beyond(w[1]):
                return step
        return None

    assert check("steps_to_escape", steps_to_escape).headline == f"{name[0].upper()}{name[1:]}."
    assert judge(BY_NAME["steps_to_escape"], steps_to_escape).mistake == name


def test_a_walk_without_an_answer_is_not_said_to_return_nan():
    def steps_to_escape(rule, config, y0, limit=2000):
        w, config = np.array([1.0, y0]), dict(config)
        for step in range(1, limit):
            w, config = rule(w, np.array([2 * w[0], -2 * w[1]]), config)
            if w[1] >= 1:
                return step
        return None

    message = judge(BY_NAME["steps_to_escape"], steps_to_escape).message
    assert "NaN" not in message
    assert "you returned None" in message
