"""What a slip must lead to: the notebook and the marks say the same name, or both accept it."""

from collections.abc import Callable

from autograder import exercises
from autograder.judging import judge
from course.checks import check, headline

BY_NAME = {each.name: each for module in exercises.lessons().values() for each in module.EXERCISES}


def assert_named(exercise: str, function: Callable, name: str) -> None:
    """Check that both name the mistake."""
    report, verdict = check(exercise, function), judge(BY_NAME[exercise], function)
    assert report.headline == f"{headline(name)}."
    assert verdict.mistake == name


def assert_accepted(exercise: str, function: Callable) -> None:
    """Check that both accept the answer."""
    assert check(exercise, function).passed
    assert judge(BY_NAME[exercise], function).verdict == "correct"
