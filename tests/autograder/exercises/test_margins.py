"""A known mistake is told from a right answer, and from every other one, by far more than rounding.

Another processor, or another spelling of the same mistake, gives other last digits.  What differs by less than
``FACTOR`` times the tolerance would be named on one machine and not on the next.
"""

import itertools
import math

import pytest

from autograder.judging.signatures import recorded
from course.checks import NoSuchCheck, precision, recording, whole
from course.probes.base import Unusable
from tests.autograder.exercises.test_styles import LESSONS, exercises_of
from tests.autograder.lesson_pages import SLOW

FACTOR = 100.0
BY_DESIGN = {("svm_loss", "gradient in single precision"): "the digits of float32 are the mistake"}

EVERY = [
    pytest.param(
        exercise, id=f"{lesson}-{exercise.name}", marks=pytest.mark.long if lesson[:2] in SLOW else ()
    )
    for lesson in LESSONS
    for exercise in exercises_of(lesson)
]


def apart(one, other):
    """Return the greatest relative difference of two outcomes; inf if more than numbers differs."""
    if isinstance(one, Unusable) or isinstance(other, Unusable):
        alike = isinstance(one, Unusable) and isinstance(other, Unusable) and one.message == other.message
        return 0.0 if alike else math.inf
    error = precision.error(one, other)
    return error if error > 1.0 else max(error, precision.error(other, one))


@pytest.mark.parametrize("exercise", EVERY)
def test_the_visible_check_tells_known_mistakes_apart_with_a_margin(exercise):
    try:
        record = recording(exercise.name)
    except NoSuchCheck:
        pytest.skip("no visible check")
    tolerance, right = record.get("tolerance", 1e-9), record["outcome"]
    outcomes = {"right": right} | {each["name"]: whole(each, right) for each in record["known"]}
    near = [
        (one, other)
        for one, other in itertools.combinations(outcomes, 2)
        if tolerance < apart(outcomes[one], outcomes[other]) < FACTOR * tolerance
        and (exercise.name, other) not in BY_DESIGN
    ]
    assert near == []


@pytest.mark.long
@pytest.mark.parametrize("exercise", EVERY)
def test_the_graded_checks_reject_known_mistakes_with_a_margin(exercise):
    right = recorded(exercise)
    near = []
    for known in (*exercise.conventions, *exercise.mistakes):
        theirs = recorded(exercise, known)
        ratios = (apart(theirs[check.name], right[check.name]) / check.tolerance for check in exercise.checks)
        if not any(ratio >= FACTOR for ratio in ratios) and (exercise.name, known.name) not in BY_DESIGN:
            near.append(known.name)
    assert near == []
