"""A right answer earns everything in both checks, whoever wrote it."""

import inspect

import pytest

from autograder.building.agreement import exercises_of
from autograder.project import Project
from tests.autograder.exercises import other_peoples_answers, other_structures
from tests.autograder.exercises.test_styles import assert_right

ANSWERS = {
    name: [*other_peoples_answers.ANSWERS.get(name, ()), *other_structures.ANSWERS.get(name, ())]
    for name in other_peoples_answers.ANSWERS | other_structures.ANSWERS
}
EVERY = {each.name: each for lesson in Project.here().lessons() for each in exercises_of(lesson)}


@pytest.mark.parametrize(
    ("name", "answer"),
    [pytest.param(name, each, id=each.__name__) for name, answers in ANSWERS.items() for each in answers],
)
def test_it_earns_everything(name, answer):
    make = answer if inspect.isclass(answer) else lambda: answer
    assert_right(EVERY[name], make(), answer.__name__)


def test_every_exercise_has_one_here_or_an_accepted_variant():
    assert [name for name, each in EVERY.items() if not each.variants and name not in ANSWERS] == []
    assert ANSWERS.keys() <= EVERY.keys()
