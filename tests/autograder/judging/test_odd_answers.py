"""Whatever an answer returns, it gets a verdict: the checks themselves never fail by it."""

from __future__ import annotations

import numpy as np
import pytest

from autograder import exercises
from autograder.judging import signatures
from autograder.judging.judge import judge
from autograder.judging.records import Check, Exercise
from autograder.project import Project
from course import checks
from course.probes.base import Calls

LARGE = 10**400
NUMBERS = [
    0,
    -1,
    True,
    1j,
    np.nan,
    np.inf,
    -np.inf,
    1e308,
    np.float32(1),
    np.int8(3),
    np.array(3.0),
    LARGE,
    -LARGE,
]
TEXTS = ["x", "2e5", b"x", np.array("x"), np.array(["a", "b"]), [["x"]]]
NESTED = [
    [],
    [[]],
    (),
    (0,),
    (1, 2, 3),
    [1, [2, 3]],
    [None],
    (None, None),
    [np.zeros(2), np.zeros(3)],
    [LARGE],
]
ARRAYS = [
    np.array([]),
    np.zeros((0, 3)),
    np.zeros(1),
    np.zeros((2, 2, 2)),
    np.array([1 + 2j]),
    np.array([True]),
]
PAIRS = [
    (3, np.array([0.5, 0.6])),
    ([1.0], [1.0, 2.0]),
    (np.zeros(3), {}),
    (LARGE, {}),
    ("x", {}),
    ({}, {}),
    (1.0, LARGE),
    (np.nan, np.zeros((3, 4))),
]
PAIRS += [
    (np.zeros(3), {name: each}) for name in ("learning_rate", "velocity") for each in ("x", None, LARGE)
]
OTHERS = [{}, {"a": 1}, {1: 2}, {"loss": LARGE}, {"a": [LARGE]}, float, print, range(3), slice(1), len]
ODD = [*NUMBERS, *TEXTS, *NESTED, *ARRAYS, *PAIRS, *OTHERS]


def kind(lesson):
    """Return how long a lesson takes: one that draws, and one with a search in it, take seconds."""
    return pytest.mark.thorough if lesson[:2] in ("06", "07") else pytest.mark.long


@pytest.mark.filterwarnings("ignore")  # the candidate's own, which are kept from the examiner
@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(each, marks=() if each[:2] in ("F1", "04") else kind(each))
        for each in Project.here().lessons()
    ],
)
def test_an_answer_of_any_kind_gets_a_verdict_and_no_marks_for_all_of_them(lesson):
    for exercise in exercises.lesson(lesson.split("_", 1)[1]).EXERCISES:
        points = [judge(exercise, lambda *_, _each=each, **__: _each).points for each in ODD]
        assert sum(each == exercise.points for each in points) <= len(ODD) // 4, exercise.name


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "lesson", [pytest.param(each, marks=kind(each)) for each in Project.here().lessons()]
)
def test_an_answer_of_any_kind_ends_no_visible_check(lesson, monkeypatch):
    monkeypatch.setattr(checks, "comparison", lambda *_: None)  # the picture, which takes its time
    for exercise in exercises.lesson(lesson.split("_", 1)[1]).EXERCISES:
        for each in ODD if exercise.visible else ():
            assert checks.check(exercise.name, lambda *_, _each=each, **__: _each).headline, exercise.name


def test_a_check_that_fails_with_the_reference_too_is_at_fault_itself():
    def probe(function):
        return {}["no such question"]

    broken = Exercise("any", points=1, reference=float, checks=[Check(name="any", probe=probe, says="")])
    with pytest.raises(KeyError):
        judge(broken, int)


def one_check(reference, probe=None):
    probe = probe or Calls(arguments=[[[np.zeros(2), np.zeros(3)]]])
    return Exercise(
        "any", points=1, reference=reference, checks=[Check(name="any", probe=probe, says="Says.")]
    )


class TestWhatCannotBeCompared:
    @pytest.mark.parametrize("answer", [range(1 << 50), [range(1 << 50)], {"a": range(1 << 50)}])
    def test_an_answer_of_another_form_is_wrong(self, answer):
        assert judge(one_check(lambda x: np.zeros(3)), lambda x: answer).points == 0.0

    def test_a_comparison_that_fails_on_data_of_the_right_form_is_at_fault_itself(self, monkeypatch):
        def broken(*_):
            raise KeyError("no such thing")

        monkeypatch.setattr(signatures, "same", broken)
        with pytest.raises(KeyError):
            judge(one_check(lambda x: np.zeros(3)), lambda x: np.ones(3))

    @pytest.mark.parametrize(
        ("outcome", "expected", "said"),
        [
            (1, np.float64(2), True),
            (np.zeros(3), np.ones(3), True),
            ([1, {"a": "x"}], (2, {"a": "y"}), True),
            (np.zeros(3), np.zeros(4), False),
            (np.array([None]), np.zeros(1), False),
            ({"a": 1}, {"b": 1}, False),
            ("x", b"x", False),
            (range(3), [0, 1, 2], False),
            (None, None, True),
        ],
    )
    def test_of_one_form_are_the_same_keys_lengths_shapes_and_kinds(self, outcome, expected, said):
        assert signatures.alike(outcome, expected) is said

    def test_arguments_that_are_no_array_can_be_shown(self):
        found = judge(one_check(lambda x: 1.0), lambda x: 2.0)
        assert found.verdict == "mistake"
        assert "[0. 0.], [0. 0. 0.]" in found.message
