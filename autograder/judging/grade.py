"""The one call of a hidden test: judge, and tell the interpreter it runs in.

It works unchanged in JupyterLab, under ``nbgrader autograde`` and in the examiner.  Full marks are silence,
a convention is a number of points shown as the cell's result, anything else is an exception that shows a
message and no source line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable

from autograder.judging.follow_through import follow_through
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


class AtFault(Exception):
    """The checks failed by themselves: no mark, and nothing that a student can mend."""


class Mark(float):
    """Points that hold whatever the cell asserts afterwards, shown as its result so that nbgrader reads them.

    Those of a convention, and those of a function that may call functions of earlier exercises: a slip in these can
    make such an assertion fail.
    """

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
        """Judge ``candidate`` as exercise ``name``.  Raises ``Failed``, or ``AtFault`` where judging went wrong."""
        exercise = by_name[name]
        try:
            verdict = follow_through(exercise, candidate, by_name)
        except Exception as error:
            said = f"The check of {name} failed by itself ({type(error).__name__}: {error})."
            raise AtFault(f"{said} This is no mistake of yours: tell your instructor.") from error
        if verdict.verdict == "convention" or (verdict.verdict == "correct" and exercise.uses):
            sys.displayhook(Mark(verdict))
        elif verdict.verdict != "correct":
            raise Failed(verdict) from None

    return grade
