"""What an answer earns is said once, in the guide, and every exercise keeps to it."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from autograder.building.agreement import exercises_of
from autograder.judging import constants, judge
from autograder.judging.judge import ROUNDED
from autograder.judging.records import IN_PLACE
from autograder.judging.signatures import Signature, cheapest, compared, recorded
from autograder.project import Project
from autograder.validating import visible
from course.probes.in_place import Shielded, copied, unchanged
from tests.autograder.exercises.test_styles import quietly
from tests.autograder.lesson_pages import SLOW

PROJECT = Project.here()
TABLE = (Path(PROJECT.root) / "docs" / "instructors" / "marks.md").read_text(encoding="utf-8")
SHARES = {
    "everything": 1.0,
    "nine tenths": 0.9,
    "four fifths": 0.8,
    "three quarters": 0.75,
    "half": 0.5,
    "nothing": 0.0,
}
OF_ITS_OWN = re.compile(r"default|hard coded|step of its own|\ba leak of")
AT_LEAST = {"betas hard coded": 2, "no defaults": 2}
"""Conventions that are several constants at once."""

every_exercise = pytest.mark.parametrize(
    "exercise",
    [
        pytest.param(each, id=each.name, marks=pytest.mark.long if lesson.startswith(SLOW) else ())
        for lesson in PROJECT.lessons()
        for each in exercises_of(lesson)
    ],
)


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
    assert earned("right but for an argument") == [IN_PLACE]
    assert earned("right but for a result") == [IN_PLACE]
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


def spoil(value):
    """Change every array, list and dict in an argument in place."""
    if isinstance(value, np.ndarray):
        value += np.ones((), value.dtype)
    elif isinstance(value, dict):
        for entry in value.values():
            spoil(entry)
        value["another key"] = 1.0
    elif isinstance(value, list | tuple):
        for entry in value:
            spoil(entry)
        if isinstance(value, list):
            value.append(1)


class Spoils:
    """A right function that changes one of its arguments after it has found the right result.

    names  of its arguments, in order; the last one covers those that follow it
    """

    def __init__(self, right, names, spoilt):
        self.right, self.names, self.spoilt = right, names, spoilt

    def __call__(self, *args, **kwargs):
        last = len(self.names) - 1
        places = [k for k in range(len(args)) if self.names[min(k, last)] == self.spoilt]
        answer = self.right(
            *(copied(each) if k in places else each for k, each in enumerate(args)),
            **{name: copied(each) if name == self.spoilt else each for name, each in kwargs.items()},
        )
        for argument in (*(args[k] for k in places), kwargs.get(self.spoilt)):
            spoil(argument)
        return answer


def guarded(exercise):
    """Return the names of the arguments of an exercise that hold data and are their caller's, and what it gets."""
    names, found = list(inspect.signature(exercise.reference).parameters), []

    class Guards(Shielded):
        def guards(self, name, value):
            found.extend([name] * (held := super().guards(name, value)))
            return held

    with quietly():
        judge(exercise, Guards(exercise.reference, names, exercise.may_change))
    return names, [name for name in names if name in found]


@every_exercise
def test_an_argument_changed_in_place_costs_the_same_everywhere(exercise):
    names, arguments = guarded(exercise)
    for argument in arguments:
        candidate = Spoils(exercise.reference, names, argument)
        with quietly():
            found = judge(exercise, candidate)
            assert visible.passes(exercise, candidate) is not True, argument
        assert found.points == pytest.approx(IN_PLACE * exercise.points), f"{argument}: {found.message}"
        assert re.search("changed|overwritten|in place", found.message), found.message


class OneArray:
    """A right answer that returns the same array for every result of one shape; the state of a rule is its own."""

    def __init__(self, right):
        self.right, self.kept, self.filled = right, {}, 0
        self.__signature__ = inspect.signature(right)

    def __call__(self, *args, **kwargs):
        self.place = 0
        answer = self.right(*args, **kwargs)
        if "config" in self.__signature__.parameters and type(answer) is tuple:
            return self.put(answer[:-1]) + answer[-1:]
        return self.put(answer)

    def put(self, value):
        if type(value) is dict:
            return {name: self.put(each) for name, each in value.items()}
        if type(value) in (list, tuple):
            return type(value)(map(self.put, value))
        if not isinstance(value, np.ndarray) or value.ndim == 0:
            return value
        self.place += 1
        kept = self.kept.setdefault((self.place, value.shape, value.dtype), np.empty_like(value))
        kept[...] = value
        self.filled += 1
        return kept


@every_exercise
def test_a_result_that_a_later_call_overwrites_costs_the_same_everywhere(exercise):
    candidate = OneArray(exercise.reference)
    with quietly():
        found = judge(exercise, candidate)
        if not candidate.filled:
            pytest.skip("it returns no arrays")
        assert visible.passes(exercise, candidate) is not True
    assert found.points == pytest.approx(IN_PLACE * exercise.points), found.message
    assert "later call overwrites" in found.message


def test_a_result_that_is_part_of_what_was_handed_over_is_the_callers():
    rows = Shielded(lambda X, k: [X[:k], X], ["X", "k"])
    for k in (1, 2):
        rows(np.arange(6.0).reshape(3, 2) * k, k)
    rows.repeat()
    assert rows.changed() == []


def passes_every_check(exercise, candidate):
    """Whether a candidate passes all checks; those that cost the reference least are run first, up to a failure."""
    right = recorded(exercise).complete()
    does = Signature(exercise, candidate, alone=True)
    return all(
        compared(does[check.name], right[check.name], check.tolerance)
        for check in cheapest(exercise.checks, right.seconds)
    )


@pytest.mark.long
@every_exercise
def test_what_is_right_but_for_an_argument_changed_in_place_says_so(exercise):
    """Every known function that is right once it is called with copies is recorded as such, and nothing else is."""
    names = list(inspect.signature(exercise.reference).parameters)
    for known in (*exercise.conventions, *exercise.mistakes):
        with quietly():
            shielded = Shielded(known.make(), names, exercise.may_change)
            right = passes_every_check(exercise, shielded) and shielded.changed() != []
        assert right == known.in_place, known.name


def raises(*_, **__):
    raise ValueError("no")


@every_exercise
def test_what_is_no_answer_earns_nothing(exercise):
    for answer in (None, np.nan, np.zeros((2, 3, 4, 5)), {}, "right"):
        with quietly():
            assert judge(exercise, lambda *_, _answer=answer, **__: _answer).points == 0, answer
    with quietly():
        assert judge(exercise, raises).points == 0


def test_a_function_in_a_dict_is_no_argument_changed_in_place():
    """Across processes a function comes back as something that stands for it, and a text as an equal one."""
    rules = {"sgd": lambda w, dw: w, "colour": "blue", "start": np.zeros(2)}
    back = {"sgd": lambda w, dw: w, "colour": "".join(["bl", "ue"]), "start": np.zeros(2)}
    assert unchanged(rules, back)
    assert not unchanged(rules, back | {"start": np.ones(2)})
    assert not unchanged(rules, back | {"colour": "red"})
