"""A second chance for a function that calls functions of earlier exercises: their slips are not its own.

Where a used function is wrong, the reference stands in for it under its name while the later one is judged again.
The better of the two verdicts counts.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from autograder.judging.judge import judge
from autograder.judging.records import Exercise
from autograder.marks import Verdict


def follow_through(exercise: Exercise, candidate: Callable, earlier: Mapping[str, Exercise]) -> Verdict:
    """Return the verdict on a candidate, judged with right functions in place of wrong ones that it may call.

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
