"""Visible checks: run a probe, compare with recorded outcomes, say what is wrong.

What is known about right and wrong is data in ``course/recorded``: what a right function and functions with
known mistakes did on one small probe.  No rule and no mistake is stored as code.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from course.checks import precision
from course.checks.comparing import comparison
from course.checks.left_out import Settings, defaults_say, own_defaults
from course.checks.needs import needs
from course.checks.raising import place, where_raised
from course.checks.report import Report
from course.checks.saying import begins_with, both, changed_says, first_difference, headline, unasked
from course.checks.two_slips import first_slip, two_slips
from course.probes.base import Calls, Unusable, of_another_kind
from course.probes.comparing import only_wrong, same
from course.probes.in_place import Shielded
from course.probes.wording import no_function
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
    probe, right = record["probe"], record["outcome"]
    tolerance = record.get("tolerance", 1e-9)
    read: dict[str, Any] = {key: record.get(key, "") for key in ("read", "section", "lesson")}
    other = no_function(function, name)
    if other:
        return Report(name=name, passed=False, headline="Not a function.", detail=other, **read)
    with np.errstate(all="ignore"):
        try:
            outcome = probe(function)
        except Unusable as trouble:
            if trouble.kind == "unfinished":
                return Report(name=name, passed=None, headline="Not written yet.")
            first, detail = trouble.message.splitlines()[0], where_raised(trouble, function)
            return Report(name=name, passed=False, headline=first, detail=detail, **read)
        except Exception as error:  # nothing that a function returns may end its check
            return Report(name=name, passed=False, headline=of_another_kind(error).message, **read)
        if same(outcome, right, tolerance):
            changed = changed_in_place(record, function)
            if changed is None:
                return Report(name=name, passed=True, headline=record["praise"])
            return Report(name=name, passed=False, headline=changed[0], detail=changed[1], **read)
        if isinstance(probe, Calls):  # from here on only answers that are wrong differ from the recorded ones
            outcome = [
                due if same(mine, due, tolerance) else mine for mine, due in zip(outcome, right, strict=True)
            ]
        try:
            first, detail, asked = finding(record, outcome, function)
            outcome = only_wrong(outcome, right, tolerance)
            detail = detail or place(probe, outcome, right, function)
            read["picture"] = comparison(name, probe, outcome, right)
        except Exception as error:
            first, detail, asked = of_another_kind(error).message, "", ""
        return Report(name=name, passed=False, headline=first, detail=detail, question=asked, **read)


def finding(record: dict[str, Any], outcome: Any, function: Callable) -> tuple[str, str, str]:
    """Return what is wrong with what a function did: a headline, a detail, and a question or nothing."""
    right, tolerance = record["outcome"], record.get("tolerance", 1e-9)
    for known in record["known"]:
        if same(outcome, whole(known, right), tolerance):
            asked = known.get("question", "")
            return f"{headline(known['name'])}.", unasked(known["says"], asked), asked
    if "settings" in record:
        names = other_defaults(record, outcome, function)
        if names:
            first, rest = defaults_say(names)
            return f"{headline(first)}.", rest, ""
    changed = changed_in_place(record, function)
    if changed is not None:
        return *changed, ""
    digits = precision.lost(outcome, right)
    if digits is not None:
        first, _, rest = precision.says(digits).partition("\n")
        return first, rest, ""
    rounds = [(outcome, right, lambda known: whole(known, right), tolerance)]
    pair = two_slips(rounds, record["known"])
    if pair is not None:
        first, rest = both([(each["name"], each["says"]) for each in pair])
        return f"{first}.", rest, ""
    few = precision.coarse(outcome, right)
    if few is not None:
        first, _, rest = precision.says(few, "float16").partition("\n")
        return first, rest, ""
    begun = first_slip(rounds, record["known"])
    rest = begins_with(begun["name"], begun["says"]) if begun else ""
    wrong = only_wrong(outcome, right, tolerance)
    return first_difference(record["probe"], wrong, right, record.get("returns", ())), rest, ""


def changed_in_place(record: dict[str, Any], function: Callable) -> tuple[str, str] | None:
    """Return what is said of a function that is right but for arguments that it changes in place, or None."""
    if "may_change" not in record:
        return None
    called = Shielded(function, record["arguments"], record["may_change"])
    try:
        outcome = record["probe"](called)
    except Unusable:
        return None
    called.repeat()
    names = called.changed()
    if not names or not same(outcome, record["outcome"], record.get("tolerance", 1e-9)):
        return None
    first, rest = changed_says(names)
    return f"{headline(first)}.", rest


def other_defaults(record: dict[str, Any], outcome: Any, function: Callable) -> list[str]:
    """Return the settings whose default is not the documented one, if all else is right."""

    def does(one: Callable) -> Any:
        try:
            return outcome if one is function else record["probe"](one)
        except Unusable as trouble:
            return trouble

    def alike(one: Any, other: Any) -> bool:
        return same(one, other, record.get("tolerance", 1e-9))

    return own_defaults(Settings(**record["settings"]), does, alike, function, record["outcome"])


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
