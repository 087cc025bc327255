"""Visible checks: run a probe, compare with recorded outcomes, say what is wrong.

What is known about right and wrong is data in ``course/recorded``: what a right function and functions with
known mistakes did on one small probe.  No rule and no mistake is stored as code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from course.checks.comparing import comparison
from course.checks.needs import needs
from course.checks.report import Report
from course.checks.saying import first_difference, headline, place, unasked, where_raised
from course.probes.base import Calls, Unusable, same
from course.recorded import decode

__all__ = ["NoSuchCheck", "Report", "check", "headline", "needs", "recording", "written"]


class NoSuchCheck(ValueError):
    """There is no check of that name; shown without our own frames."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def check(name: str, function: Callable) -> Report:
    """Return what a first look at ``function`` says; it costs no points and is not the graded check.

    name      the exercise, e.g. ``"sgd"``
    function  the reader's own

    Raises ``NoSuchCheck``, a ``ValueError``, for a name without a recorded probe.
    """
    record = recording(name)
    probe: Callable = record["probe"]
    read: dict[str, Any] = {
        "read": record["read"],
        "section": record.get("section", ""),
        "lesson": record.get("lesson", ""),
        "question": record.get("question", ""),
    }
    with np.errstate(all="ignore"):
        try:
            outcome = probe(function)
        except Unusable as trouble:
            if trouble.kind == "unfinished":
                return Report(name=name, passed=None, headline="Not written yet.")
            first = trouble.message.splitlines()[0]
            read["question"] = ""
            return Report(
                name=name, passed=False, headline=first, detail=where_raised(trouble, function), **read
            )
        tolerance = record.get("tolerance", 1e-9)
        if same(outcome, record["outcome"], tolerance):
            return Report(name=name, passed=True, headline=record["praise"])
        if isinstance(probe, Calls):  # from here on only answers that are wrong differ from the recorded ones
            pairs = zip(outcome, record["outcome"], strict=True)
            outcome = [right if same(mine, right, tolerance) else mine for mine, right in pairs]
        read["picture"] = comparison(name, probe, outcome, record["outcome"])
        for known in record["known"]:
            if same(outcome, whole(known, record["outcome"]), tolerance):
                asked = known.get("question", "")
                read["question"] = asked or read["question"]
                detail = unasked(known["says"], asked)
                return Report(
                    name=name, passed=False, headline=f"{headline(known['name'])}.", detail=detail, **read
                )
        detail = place(probe, outcome, record["outcome"], function)
        return Report(
            name=name,
            passed=False,
            headline=first_difference(probe, outcome, record["outcome"]),
            detail=detail,
            **read,
        )


def whole(known: dict[str, Any], right: Any) -> Any:
    """Return what a function with a known mistake did; of an outcome in parts the right ones are not recorded."""
    return {**right, **known["differs"]} if "differs" in known else known["outcome"]


@lru_cache
def recording(name: str) -> dict:
    """Return the recorded probe and outcomes of an exercise.  Raises ``NoSuchCheck``."""
    file = resources.files("course.recorded") / f"{name}.json"
    if not file.is_file():
        known = sorted(
            f.name[:-5] for f in resources.files("course.recorded").iterdir() if f.name.endswith(".json")
        )
        raise NoSuchCheck(f"There is no check called {name!r}. The checks are: {', '.join(known)}.")
    return decode(json.loads(file.read_text(encoding="utf-8")))


def attempt(function: Callable, *args: Any, **kwargs: Any) -> Any:
    """Return what a function returns, or None while it, or something it calls, is not written yet."""
    try:
        return function(*args, **kwargs)
    except NotImplementedError:
        return None


def written(function: Callable, *args: Any, **kwargs: Any) -> bool:
    """Whether a function was filled in: a call does anything but raise ``NotImplementedError``."""
    try:
        function(*args, **kwargs)
    except NotImplementedError:
        return False
    except Exception:
        return True
    return True
