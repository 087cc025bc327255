"""An argument that is put back as it was, but for rounding, is not an argument that was changed."""

import numpy as np
import pytest

from autograder.building.agreement import exercises_of
from autograder.judging.judge import judge
from autograder.project import Project
from course.checks import check

EXERCISES = [each for lesson in Project.here().lessons() for each in exercises_of(lesson) if each.visible]


def arrays(value):
    """Yield the arrays of floats in an argument."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from arrays(each)
    elif isinstance(value, np.ndarray) and value.dtype == np.float64 and value.flags.writeable:
        yield value


class Restoring:
    """The reference of an exercise; it divides every array it is given, and multiplies it back."""

    def __init__(self, exercise):
        self.reference, self.rounded = exercise.reference, False

    def __call__(self, *args, **kwargs):
        answer = self.reference(*args, **kwargs)
        for given in arrays([*args, *kwargs.values()]):
            before = given.copy()
            with np.errstate(all="ignore"):
                given /= 1.1
                given *= 1.1
            self.rounded |= not np.array_equal(before, given, equal_nan=True)
        return answer


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_what_rounding_leaves_is_no_change(exercise):
    restoring = Restoring(exercise)
    seen, graded = check(exercise.name, restoring), judge(exercise, restoring)
    assert seen.passed, f"{seen.headline} {seen.detail}"
    assert graded.points == exercise.points, graded.message


def test_most_exercises_give_arrays_that_rounding_changes():
    rounded = 0
    for exercise in EXERCISES:
        restoring = Restoring(exercise)
        exercise.visible(restoring)
        rounded += restoring.rounded
    assert rounded > 30
