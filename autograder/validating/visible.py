"""Visible and graded checks agree: what passes the one and loses points in the other is told beforehand.

A function may pass the visible check and earn less than everything only if each check that it fails says, in
``beyond``, what the visible check does not look at.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from autograder.judging import Check, Exercise
from autograder.judging.judge import changed_by
from autograder.judging.signatures import agree, observe, recorded
from course.probes.base import Unusable


def passes(exercise: Exercise, candidate: Callable) -> bool | None:
    """Whether the visible check of an exercise passes a function; None for an exercise without one."""
    if exercise.visible is None:
        return None
    outcome = observe(visible(exercise), candidate)
    if isinstance(outcome, Unusable) or not agree(outcome, right(exercise), exercise.visible_tolerance):
        return False
    return not changed_by(exercise, candidate, exercise.visible)


def visible(exercise: Exercise) -> Check:
    """Return the visible probe as a check."""
    assert exercise.visible is not None
    return Check(name="visible", probe=exercise.visible, says="", tolerance=exercise.visible_tolerance)


@cache
def right(exercise: Exercise) -> Any:
    """Return what the reference does on the visible probe."""
    return observe(visible(exercise), exercise.reference)


def untold(exercise: Exercise, failed: Iterable[str]) -> str:
    """Return the checks among those failed that do not say what lies beyond the visible check, in words."""
    silent = {check.name for check in exercise.checks if not check.beyond}
    return ", ".join(name for name in failed if name in silent)


def failed_by(exercise: Exercise, known: Any) -> list[str]:
    """Return the names of the checks that a known function fails."""
    mine, theirs = recorded(exercise, known), recorded(exercise)
    return [
        check.name
        for check in exercise.checks
        if not agree(mine[check.name], theirs[check.name], check.tolerance)
    ]
