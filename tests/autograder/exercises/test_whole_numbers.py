"""Whole numbers are a trap for `zeros_like`: the graded check sets it only where the visible check does."""

from collections import defaultdict

import numpy as np
import pytest

from autograder.building.agreement import exercises_of
from autograder.judging.signatures import observe
from autograder.project import Project
from autograder.validating import visible
from tests.autograder.exercises.test_styles import quietly

EXERCISES = [each for lesson in Project.here().lessons() for each in exercises_of(lesson)]


def arrays(value, name):
    """Yield the arrays in an argument with their names."""
    if isinstance(value, np.ndarray):
        yield name, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from arrays(each, f"{name}[{key}]")
    elif isinstance(value, list | tuple):
        for each in value:
            yield from arrays(each, f"{name}[...]")


def kinds(exercise, run):
    """Return the kinds of number of every array argument while a check runs."""
    names, found = exercise.settings().arguments, defaultdict(set)

    def watched(*args, **kwargs):
        for name, value in (*zip(names, args, strict=False), *kwargs.items()):
            for place, array in arrays(value, name):
                found[place].add(array.dtype.kind)
        return exercise.reference(*args, **kwargs)

    with quietly():
        run(watched)
    return found


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_whole_numbers_come_beside_others_in_the_graded_check_only_if_in_the_visible_one(exercise):
    shown = kinds(exercise, lambda watched: visible.passes(exercise, watched))
    graded = kinds(exercise, lambda watched: [observe(each, watched) for each in exercise.checks])
    mixed = {place for place, found in graded.items() if "f" in found and found & {"i", "u"}}
    assert {place for place in mixed if not shown[place] & {"i", "u"}} == set()
