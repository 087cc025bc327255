"""The one call of a hidden test: judge, and tell the interpreter it runs in.

It works unchanged in JupyterLab, under ``nbgrader autograde`` and in the examiner.  Full marks are silence,
a convention is a number of points shown as the cell's result, anything else is an exception that shows a
message and no source line.
"""

import inspect
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

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


def follow_through(exercise: Exercise, candidate: Callable, earlier: Mapping[str, Exercise]) -> Verdict:
    """Return the verdict on a candidate, judged with right functions in place of wrong ones that it may call.

    A slip of an earlier exercise is not its own: where a function that it uses is wrong, the reference stands in
    under its name while the later one is judged again.  The better of the two verdicts counts.

    earlier  name -> the exercises of the lesson
    """
    found = judge(exercise, candidate)
    if found.verdict == "correct" or not exercise.uses:
        return found
    references = {
        name: earlier[name].reference for name in exercise.uses if not is_right(earlier[name], candidate)
    }
    if not references:
        return found
    with standing_in(candidate, references):
        again = judge(exercise, candidate)
    return max(found, again, key=lambda verdict: verdict.points)


def is_right(exercise: Exercise, beside: Callable) -> bool:
    """Whether the function of an exercise, found by its name beside another one, earns all its points."""
    remote = getattr(type(beside), "__global__", None)
    try:
        function = names_of(beside)[exercise.name] if remote is None else remote(beside, exercise.name)
    except (KeyError, NameError):
        return False
    return judge(exercise, function).verdict == "correct"


@contextmanager
def standing_in(candidate: Callable, functions: Mapping[str, Callable]) -> Iterator[None]:
    """Let functions stand under their names where a candidate looks them up, and put back what stood there."""
    remote = getattr(type(candidate), "__standing_in__", None)
    if remote is not None:
        with remote(candidate, functions):
            yield
        return
    names = names_of(candidate)
    before = {name: names[name] for name in functions if name in names}
    names.update(functions)
    try:
        yield
    finally:
        for name in functions:
            del names[name]
        names.update(before)


def names_of(candidate: Callable) -> dict[str, Any]:
    """Return the global names that a function of this process sees."""
    found = getattr(inspect.unwrap(candidate), "__globals__", None)
    return vars(sys.modules["__main__"]) if found is None else found
