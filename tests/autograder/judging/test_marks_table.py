"""What an answer earns is said once, in the guide, and every exercise keeps to it."""

import re
from pathlib import Path

import numpy as np
import pytest

from autograder.building.agreement import exercises_of
from autograder.judging import constants, judge
from autograder.judging.judge import ROUNDED
from autograder.project import Project
from tests.autograder.exercises.test_styles import quietly

PROJECT = Project.here()
TABLE = (Path(PROJECT.root) / "docs" / "instructors" / "marks.md").read_text(encoding="utf-8")
SHARES = {"everything": 1.0, "nine tenths": 0.9, "three quarters": 0.75, "half": 0.5, "nothing": 0.0}
EVERY = [exercise for lesson in PROJECT.lessons() for exercise in exercises_of(lesson)]
OF_ITS_OWN = re.compile(r"default|hard coded|step of its own|\ba leak of")
AT_LEAST = {"betas hard coded": 2, "no defaults": 2}
"""Conventions that are several constants at once."""

every_exercise = pytest.mark.parametrize("exercise", EVERY, ids=lambda each: each.name)


def earned(beginning):
    """Return the shares that the row of the table with this beginning names, in its order."""
    (row,) = [line for line in TABLE.splitlines() if line.startswith(f"| {beginning}")]
    said = row.rstrip(" |").rpartition("|")[2]
    found = {said.index(words): share for words, share in SHARES.items() if words in said}
    return [found[place] for place in sorted(found)]


def test_the_table_says_what_the_judge_gives():
    assert earned("right, in whatever style") == [1.0]
    assert earned("right but for its last digits") == [ROUNDED]
    assert earned("right but for a default of its own") == list(constants.SHARES.values())
    assert earned("anything else") == [0.0]


@every_exercise
def test_a_constant_of_ones_own_costs_the_same_everywhere(exercise):
    for known in exercise.conventions:
        if OF_ITS_OWN.search(known.name):
            assert known.share == constants.share(AT_LEAST.get(known.name, 1)), known.name


@every_exercise
def test_the_last_digits_cost_the_same_everywhere(exercise):
    for known in exercise.conventions:
        if re.fullmatch(r"(gradient )?(slopes )?in single precision|single precision", known.name):
            assert known.share == ROUNDED, known.name


def raises(*_, **__):
    raise ValueError("no")


@every_exercise
def test_what_is_no_answer_earns_nothing(exercise):
    for answer in (None, np.nan, np.zeros((2, 3, 4, 5)), {}, "right"):
        with quietly():
            assert judge(exercise, lambda *_, _answer=answer, **__: _answer).points == 0, answer
    with quietly():
        assert judge(exercise, raises).points == 0
