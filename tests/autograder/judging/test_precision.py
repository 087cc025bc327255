"""Answers that are right but for their last digits earn most of the points, and are told why."""

import math

import numpy as np
import pytest

from autograder.exercises import adaptive_rates, momentum
from autograder.judging import judge
from autograder.judging.judge import ROUNDED
from course.checks import check
from course.checks.precision import NEAR, coarse, digits, error

RULES = [each for module in (momentum, adaptive_rates) for each in module.EXERCISES if each.constants]


def single(value):
    """Return a value with every number in single precision."""
    if isinstance(value, dict):
        return {key: single(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(single, value))
    if isinstance(value, float | np.floating):
        return np.float32(value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(np.float32)
    return value


def rounded(value):
    """Return a value with every float rounded to seven places behind the point."""
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(rounded, value))
    if isinstance(value, float | np.floating) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        return np.round(value, 7)
    return value


@pytest.mark.parametrize("exercise", RULES, ids=lambda each: each.name)
@pytest.mark.parametrize("lost", [single, rounded])
def test_a_rule_that_loses_digits_earns_most_of_the_points(exercise, lost):
    def rule(w, dw, config=None):
        next_w, config = exercise.variants[0].function(w, dw, config)
        return lost(next_w), config

    found = judge(exercise, rule)
    assert (found.verdict, found.mistake) == ("convention", "float32 or rounding")
    assert found.points == ROUNDED * exercise.points
    assert "is there a float32 or a rounding in it?" in found.message


@pytest.mark.parametrize("exercise", RULES, ids=lambda each: each.name)
def test_a_rule_in_single_precision_throughout_earns_most_of_the_points(exercise):
    def rule(w, dw, config=None):
        return exercise.variants[0].function(single(w), single(dw), single(config or {}))

    found = judge(exercise, rule)
    assert found.mistake == "float32 or rounding", found.message
    assert "Right to about" in found.message.splitlines()[0]


def half(value):
    """Return a value with every number as a float16."""
    if isinstance(value, dict):
        return {key: half(entry) for key, entry in value.items()}
    if isinstance(value, float | np.floating) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        return np.float16(value)
    return value


@pytest.mark.parametrize("exercise", RULES, ids=lambda each: each.name)
@pytest.mark.parametrize("lost", [half, lambda value: np.round(value, 3)], ids=["float16", "rounded"])
def test_a_rule_that_keeps_few_digits_earns_nothing_and_is_told_why(exercise, lost):
    def rule(w, dw, config=None):
        next_w, config = exercise.variants[0].function(w, dw, config)
        return lost(next_w), config

    found = judge(exercise, rule)
    assert (found.verdict, found.mistake, found.points) == ("mistake", "float16 or rounding", 0.0)
    assert "is there a float16 or a rounding in it?" in found.message
    report = str(check(exercise.name, rule))
    assert "is there a float16 or a rounding in it?" in report


@pytest.mark.parametrize(
    ("mine", "right", "expected"),
    [
        (np.float16(0.1), 0.1, 3),
        ([1.0, np.round(np.pi, 2)], [1.0, np.pi], 3),
        ({"a": np.round(np.pi, 2), "b": np.float16(0.1)}, {"a": np.pi, "b": 0.1}, None),  # one or the other
        (0.1 * (1 + 1.23e-4), 0.1, None),
        (0.5, 0.1, None),
        (np.array([-0.01, 1.0]), np.array([0.01, 1.0]), None),  # short, and so is what is due
        ("up", "down", None),
        (
            [[1.0, np.array([[2.0, np.pi]])]],
            [[1.0, np.array([[2.0, 3.1]])]],
            None,
        ),  # pairs, as a loss is asked for
        ([[1.0, np.array([[2.0, 3.14]])]], [[1.0, np.array([[2.0, np.pi]])]], 3),
        ([np.nan], [1.0], None),
        (np.array([[0.1]]).astype(np.float16), np.array([0.1]), None),
    ],
)
def test_few_digits_are_told_from_other_errors(mine, right, expected):
    assert coarse(mine, right) == expected


@pytest.mark.parametrize(
    ("mine", "right", "expected"),
    [
        ([1.0, np.array([2.0, 4.0])], [1.0, np.array([2.0, 4.0])], 0.0),
        ([1.0, np.array([2.0, 4.004])], [1.0, np.array([2.0, 4.0])], 1e-3),
        ({"a": 1.01}, {"a": 1.0}, 1e-2),
        ({"a": 1.0}, {"b": 1.0}, math.inf),
        ([1.0], [1.0, 2.0], math.inf),
        (np.array([1.0]), np.array([[1.0]]), math.inf),
        (np.nan, np.nan, 0.0),
        (np.nan, 1.0, math.inf),
        (np.inf, np.inf, 0.0),
        (-np.inf, np.inf, math.inf),
        ("up", "down", math.inf),
        ("up", "up", 0.0),
        (True, 1.0, math.inf),
        (None, None, 0.0),
        (None, 1.0, math.inf),
        (0.0, 0.0, 0.0),
    ],
)
def test_the_error_is_relative_to_the_greatest_entry(mine, right, expected):
    assert error(mine, right) == pytest.approx(expected)


def test_digits_are_counted():
    assert [digits(each) for each in (1e-7, 3e-8, 0.02, 0.0, NEAR)] == [7, 7, 1, 15, 5]


@pytest.mark.parametrize(
    ("mine", "few"),
    [
        ([0.5, 0.745, 1.0], None),  # a limit of 1 for 0.99, and the rest is exact
        ([0.5, 0.74, 0.99], 2),
        ([0.5, 0.7451171875, 0.990234375], 3),
        ([0.5, 0.7451171875, 0.99], None),
    ],
)
def test_of_several_numbers_all_are_rounded_or_none_is(mine, few):
    assert coarse(mine, [0.5, 0.745, 0.99]) == few


def test_what_is_no_number_among_several_is_left_out_of_it():
    assert coarse([1.39, "an error"], [math.log(4), "an error"]) == 2
    assert coarse([math.inf], [math.inf]) is None
