"""Answers without any thought in them: what was handed over, a constant, an empty list.  None earns a point."""

import numpy as np
import pytest

from autograder.building.agreement import exercises_of
from autograder.judging import judge
from autograder.project import Project
from tests.autograder.exercises.test_styles import quietly

TRIVIAL = {
    "the first argument": lambda *given, **_: given[0],
    "the second argument": lambda *given, **_: given[1],
    "the last argument": lambda *given, **_: given[-1],
    "a float copy of the first": lambda *given, **_: np.array(given[0], dtype=float),
    "the first and its config": lambda *given, **_: (
        given[0],
        given[2] if len(given) > 2 and given[2] else {},
    ),
    "the first negated": lambda *given, **_: -given[0],
    "zeros": lambda *given, **_: np.zeros_like(np.asarray(given[0], dtype=float)),
    "the initial rate": lambda *given, **_: {"initial_rate": 0.1, **(given[-1] or {})}["initial_rate"],
    "0": lambda *_, **__: 0.0,
    "1": lambda *_, **__: 1.0,
    "True": lambda *_, **__: True,
    "an empty list": lambda *_, **__: [],
}
EVERY = {each.name: each for lesson in Project.here().lessons() for each in exercises_of(lesson)}


@pytest.mark.long
@pytest.mark.parametrize("name", EVERY)
def test_an_answer_without_thought_earns_nothing(name):
    with quietly():
        points = {what: judge(EVERY[name], answer).points for what, answer in TRIVIAL.items()}
    assert points == dict.fromkeys(TRIVIAL, 0)
