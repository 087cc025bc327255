"""The words of a visible check: names of mistakes, the first difference, the line that raised."""

from __future__ import annotations

import copy
import linecache
from collections.abc import Callable
from types import TracebackType
from typing import Any

import numpy as np

from course.probes.base import Calls, Path, Raised, Unusable, describe, same
from course.probes.composed import Given, Kept, Look, Turns
from course.probes.schedules import Loop


def headline(name: str) -> str:
    """Return the name of a mistake as a headline; a symbol such as t keeps its case."""
    first, _, rest = name.partition(" ")
    symbol = len(first) == 1 and first != "a"
    return name if symbol else f"{first[:1].upper()}{first[1:]} {rest}".rstrip()


def unasked(says: str, question: str) -> str:
    """Return what is said about a mistake without the question in it, which is shown by itself."""
    return " ".join(says.replace(question, "").split()) if question else says


def first_difference(probe: Callable, outcome: Any, expected: Any) -> str:
    """Say where an outcome first leaves the recorded one, without its numbers."""
    if isinstance(outcome, Raised):
        return f"It raised {outcome.error}: {outcome.text}"[:240]
    if isinstance(probe, Look):
        sides = list(probe.probes)
        seen = next((each for each in sides if not same(outcome[each], expected[each])), sides[0])
        said = first_difference(probe.probes[seen], outcome[seen], expected[seen])
        return said if seen == sides[0] else f"{seen}: {said[:1].lower()}{said[1:]}"
    if isinstance(probe, Calls):
        for arguments, mine, right in zip(probe.arguments, outcome, expected, strict=True):
            if not same(mine, right):
                shown = ", ".join(map(argument, arguments))
                if isinstance(mine, Raised):
                    return f"For ({shown}) it raised {mine.error}: {mine.text}"[:240]
                return f"The answer for ({shown}) is not right: {misfit(mine, right)}."[:240]
        return "Something differs."
    if isinstance(probe, Given):
        return "The array `dw` is different after a call: it belongs to the caller."
    if isinstance(probe, Kept):
        name = probe.changed(outcome)
        return f"The argument `{name}` is different after a call: it belongs to the caller."
    if isinstance(probe, Loop):
        return in_a_loop(outcome, expected)
    if isinstance(probe, Turns):
        outcome, expected = ([None, *zip(*paths, strict=True)] for paths in (outcome, expected))
    elif not isinstance(probe, Path):
        return watched(outcome, expected)
    for step, (mine, right) in enumerate(zip(outcome, expected, strict=True)):
        if not same(mine, right):
            finite = "" if np.isfinite(mine).all() else " and is not finite"
            if step == 1:
                return f"Step 1 is already wrong{finite}."
            return f"Step {step} is the first that is wrong{finite}: look at what is carried over in config."
    return "Something differs."


def in_a_loop(outcome: list, expected: list) -> str:
    """Say which answer of a training loop, which keeps one config, is the first that is wrong."""
    for call, (mine, right) in enumerate(zip(outcome, expected, strict=True), start=1):
        if not same(mine, right):
            return f"Call {call} with the same config is the first that is wrong: {misfit(mine, right)}."[
                :240
            ]
    return "Something differs."


def watched(outcome: Any, expected: Any) -> str:
    """Say which part of what a probe watched is the first that is not right, without its numbers."""
    if not isinstance(expected, dict) or not isinstance(outcome, dict):
        return "What it did when it was watched here is not right yet."
    part = next((part for part, right in expected.items() if not same(outcome.get(part), right)), "something")
    mine, right = outcome.get(part), expected.get(part)
    raised = [each for each in (mine if isinstance(mine, list) else [mine]) if isinstance(each, Raised)]
    if raised:
        return f"When it was watched here it raised {raised[0].error}: {raised[0].text}"[:240]
    got, due = shape_of(mine), shape_of(right)
    misshapen = got is not None and due is not None and got != due
    shapes = f" Its shape is {got}, where {due} is due." if misshapen else ""
    return f"What was watched here is not right yet: {part}.{shapes or word(mine, right)}"[:240]


def word(mine: Any, right: Any) -> str:
    """Return the reader's own word or few numbers where others are due, of a list the first that differs."""
    if isinstance(right, list) and isinstance(mine, list) and len(mine) == len(right):
        mine, right = next((pair for pair in zip(mine, right, strict=True) if not same(*pair)), (mine, right))
    if isinstance(mine, str) and isinstance(right, str):
        return f" Yours: {mine!r}."
    few = isinstance(mine, int | float | np.ndarray | np.generic) and np.size(mine) <= 3
    return f" Yours: {shorten(mine)}." if few else ""


def shape_of(answer: Any) -> tuple[int, ...] | None:
    """Return the shape of numbers, nested in lists or not; None for what has none."""
    try:
        numbers = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        return None
    return numbers.shape


def misfit(mine: Any, right: Any) -> str:
    """Say what an answer is, what is wrong with its kind, or that it is near, without the right one's numbers."""
    if isinstance(right, str) and not isinstance(mine, str):
        return f"it is {shorten(mine)}, where a word is due"
    if isinstance(right, list | tuple) and not isinstance(mine, list | tuple | np.ndarray):
        return f"it is {describe(mine)}, where {len(right)} things are due"
    text = shorten(mine)
    near = isinstance(mine, float | np.floating) and text == shorten(right)
    return f"it is {text}" + (", near but not exact" if near else "")


def argument(value: Any) -> str:
    """Return one argument of a call as a reader would write it."""
    name = getattr(value, "__name__", None) or getattr(value, "name", None)  # a function, a surface
    return name or np.array2string(np.asarray(value), threshold=6, precision=4)


def shorten(answer: Any) -> str:
    """Return the reader's own answer as text: numbers without their type, arrays in a few entries."""
    if isinstance(answer, float | np.floating):
        return f"{answer:.6g}"
    if isinstance(answer, np.ndarray | np.generic):
        return np.array2string(np.asarray(answer), threshold=6, precision=4)
    if isinstance(answer, tuple | list) and len(answer) <= 6:
        left, right = "()" if isinstance(answer, tuple) else "[]"
        return left + ", ".join(map(shorten, answer)) + right
    return repr(answer)


def place(probe: Callable, outcome: Any, expected: Any, function: Callable) -> str:
    """Return the line that raised, if a call of the probe raised first where it should not."""
    if isinstance(probe, Look):
        seen = next((each for each in probe.probes if not same(outcome[each], expected[each])), "")
        if not seen or not isinstance(outcome[seen], Raised):
            return ""
        try:
            probe.probes[seen](function)
        except Unusable as trouble:
            return where_raised(trouble, function)
    if not isinstance(probe, Calls):
        return ""
    for arguments, mine, right in zip(probe.arguments, outcome, expected, strict=True):
        if not same(mine, right):
            if isinstance(mine, Raised):
                try:
                    function(*copy.deepcopy(list(arguments)))
                except Exception as error:
                    return line_of(error.__traceback__, function)
            return ""
    return ""


def where_raised(trouble: Unusable, function: Callable) -> str:
    """Return the line of the reader's function in which it raised, or nothing."""
    cause = trouble.__cause__
    return line_of(cause.__traceback__, function) if cause is not None else ""


def line_of(traceback: TracebackType | None, function: Callable) -> str:
    """Return the last line of a traceback that lies in the cell of the function, in words."""
    code = getattr(function, "__code__", None)
    found = None
    while traceback is not None and code is not None:
        if traceback.tb_frame.f_code.co_filename == code.co_filename:
            found = traceback
        traceback = traceback.tb_next
    if found is None or code is None:
        return ""
    line = linecache.getline(code.co_filename, found.tb_lineno).strip()
    where = f"In line {found.tb_lineno} of the cell"
    return f"{where}: `{line[:80]}`" if line else f"{where}."
