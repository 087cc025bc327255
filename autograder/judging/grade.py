"""The one call of a hidden test: judge, and tell the interpreter it runs in.

It works unchanged in JupyterLab, under ``nbgrader autograde`` and in the examiner.  Full marks are silence,
a convention is a number of points shown as the cell's result, anything else is an exception that shows a
message and no source line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable

from autograder.judging.judge import judge
from autograder.judging.records import Exercise
from autograder.marks import MIME, Verdict


class Failed(Exception):
    """A candidate that did not earn full marks.

    Its text is the verdict as JSON, its traceback the message.
    """

    def __init__(self, verdict: Verdict):
        super().__init__(json.dumps(verdict.record()))
        self.verdict = verdict

    def _render_traceback_(self) -> list[str]:
        return self.verdict.message.splitlines()


class Mark(float):
    """Points for a convention; shown as the cell's result, so that nbgrader reads the number."""

    verdict: Verdict

    def __new__(cls, verdict: Verdict):
        """Return the points as a float that carries the verdict."""
        mark = super().__new__(cls, verdict.points)
        mark.verdict = verdict
        return mark

    def _repr_mimebundle_(self, **_: object) -> dict:
        return {"text/plain": repr(float(self)), MIME: self.verdict.record()}


def grader(exercises: Iterable[Exercise]) -> Callable[[str, Callable], None]:
    """Return ``grade(name, candidate)`` for the exercises of one lesson."""
    by_name = {exercise.name: exercise for exercise in exercises}

    def grade(name: str, candidate: Callable) -> None:
        """Judge ``candidate`` as exercise ``name``.  Raises ``Failed``."""
        verdict = judge(by_name[name], candidate)
        if verdict.verdict == "convention":
            sys.displayhook(Mark(verdict))
        elif verdict.verdict != "correct":
            raise Failed(verdict) from None

    return grade
