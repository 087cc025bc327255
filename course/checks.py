"""Visible checks: run a probe, compare with recorded outcomes, say what is wrong.

What is known about right and wrong is data in ``course/recorded``: what a right function and functions with
known mistakes did on one small probe.  No rule and no mistake is stored as code.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from course.probing import Calls, Path, Raised, Unusable, same
from course.recorded import decode


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a visible check found.  Shown as text or HTML by the notebook.

    passed  True, False, or None while the function is not written yet
    """

    name: str
    passed: bool | None
    headline: str
    detail: str = ""
    read: str = ""

    def __str__(self) -> str:
        mark = {True: "passed", False: "not yet", None: "to do"}[self.passed]
        lines = [f"{self.name}: {mark}. {self.headline}", self.detail, self.read and f"Read: {self.read}"]
        return "\n".join(line for line in lines if line)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        colour = {True: "#009E73", False: "#D55E00", None: "#666666"}[self.passed]
        mark = {True: "✓ passed", False: "✗ not yet", None: "○ to do"}[self.passed]
        rest = "".join(
            f"<div>{html.escape(line)}</div>"
            for line in (self.detail, self.read and f"Read: {self.read}")
            if line
        )
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:.3em .8em">'
            f"<b>{html.escape(self.name)}</b> <span style='font-weight:600'>{mark}.</span> "
            f"{html.escape(self.headline)}{rest}</div>"
        )


def check(name: str, function: Callable) -> Report:
    """Return what a first look at ``function`` says; it costs no points and is not the graded check.

    name      the exercise, e.g. ``"sgd"``
    function  the reader's own

    Raises ``ValueError`` for a name without a recorded probe.
    """
    record = recording(name)
    probe: Callable = record["probe"]
    with np.errstate(all="ignore"):
        try:
            outcome = probe(function)
        except Unusable as trouble:
            if trouble.kind == "unfinished":
                return Report(name=name, passed=None, headline="Not written yet.")
            return Report(
                name=name, passed=False, headline=trouble.message.splitlines()[0], read=record["read"]
            )
    if same(outcome, record["outcome"]):
        return Report(name=name, passed=True, headline=record["praise"])
    for known in record["known"]:
        if same(outcome, known["outcome"]):
            return Report(
                name=name,
                passed=False,
                headline=f"{headline(known['name'])}.",
                detail=known["says"],
                read=record["read"],
            )
    return Report(
        name=name, passed=False, headline=first_difference(probe, outcome, record), read=record["read"]
    )


def headline(name: str) -> str:
    """Return the name of a mistake as a headline; a symbol such as t keeps its case."""
    first, _, rest = name.partition(" ")
    symbol = len(first) == 1 and first != "a"
    return name if symbol else f"{first[:1].upper()}{first[1:]} {rest}".rstrip()


def first_difference(probe: Callable, outcome: Any, record: dict) -> str:
    """Say where an outcome first leaves the recorded one, without its numbers."""
    if isinstance(probe, Calls):
        for arguments, mine, right in zip(probe.arguments, outcome, record["outcome"], strict=True):
            if not same(mine, right):
                shown = ", ".join(
                    getattr(a, "__name__", None)
                    or getattr(a, "name", None)  # a surface
                    or np.array2string(np.asarray(a), threshold=6, precision=4)
                    for a in arguments
                )
                if isinstance(mine, Raised):
                    return f"For ({shown}) it raised {mine.error}: {mine.text}"[:240]
                return f"The answer for ({shown}) is not right: it is {shorten(mine)}."[:240]
        return "Something differs."
    if not isinstance(probe, Path):
        return "What it did when it was watched here is not right yet."
    for step, (mine, right) in enumerate(zip(outcome, record["outcome"], strict=True)):
        if not same(mine, right):
            finite = "" if np.isfinite(mine).all() else " and is not finite"
            if step == 1:
                return f"Step 1 is already wrong{finite}."
            return f"Step {step} is the first that is wrong{finite}: look at what is carried over in config."
    return "Something differs."


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


@lru_cache
def recording(name: str) -> dict:
    """Return the recorded probe and outcomes of an exercise.  Raises ``ValueError``."""
    file = resources.files("course.recorded") / f"{name}.json"
    if not file.is_file():
        known = sorted(
            f.name[:-5] for f in resources.files("course.recorded").iterdir() if f.name.endswith(".json")
        )
        raise ValueError(f"There is no check called {name!r}. The checks are: {', '.join(known)}.")
    return decode(json.loads(file.read_text(encoding="utf-8")))


def written(function: Callable, *args: Any, **kwargs: Any) -> bool:
    """Whether a function was filled in: a call does anything but raise ``NotImplementedError``."""
    try:
        function(*args, **kwargs)
    except NotImplementedError:
        return False
    except Exception:
        return True
    return True
