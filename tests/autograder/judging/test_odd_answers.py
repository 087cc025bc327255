"""Whatever an answer returns, it gets a verdict: the checks themselves never fail by it."""

from __future__ import annotations

import numpy as np
import pytest

from autograder import exercises
from autograder.judging.judge import judge
from autograder.judging.records import Check, Exercise
from autograder.project import Project

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
PAIRS = [(np.zeros(3), {}), (LARGE, {}), ("x", {}), ({}, {}), (1.0, LARGE), (np.nan, np.zeros((3, 4)))]
PAIRS += [
    (np.zeros(3), {name: each}) for name in ("learning_rate", "velocity") for each in ("x", None, LARGE)
]
OTHERS = [{}, {"a": 1}, {1: 2}, {"loss": LARGE}, {"a": [LARGE]}, float, print, range(3), slice(1), len]
ODD = [*NUMBERS, *TEXTS, *NESTED, *ARRAYS, *PAIRS, *OTHERS]


@pytest.mark.filterwarnings("ignore")  # the candidate's own, which are kept from the examiner
@pytest.mark.parametrize("lesson", Project.here().lessons())
def test_an_answer_of_any_kind_gets_a_verdict_and_no_marks_for_all_of_them(lesson):
    for exercise in exercises.lesson(lesson.split("_", 1)[1]).EXERCISES:
        points = [judge(exercise, lambda *_, _each=each, **__: _each).points for each in ODD]
        assert sum(each == exercise.points for each in points) <= len(ODD) // 4, exercise.name


def test_a_check_that_fails_with_the_reference_too_is_at_fault_itself():
    def probe(function):
        return {}["no such question"]

    broken = Exercise("any", points=1, reference=float, checks=[Check(name="any", probe=probe, says="")])
    with pytest.raises(KeyError):
        judge(broken, int)
