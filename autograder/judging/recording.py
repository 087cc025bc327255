"""Write what an exercise knows as data for the visible check: outcomes only, never code.

Another processor sums in another order and gets other last digits.  So outcomes are stored with ``DIGITS`` digits,
and a recording that says the same as a new one, compared by ``course.probes.comparing.same``, is kept as it is.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from autograder.judging.places import Place
from autograder.judging.records import Check, Exercise
from autograder.judging.signatures import observe
from course.probes.base import Unusable
from course.probes.comparing import same
from course.probes.in_place import Shielded
from course.recorded import argument, encode

DIGITS = 12
"""Significant digits of a recorded outcome: a thousand times finer than the tolerance of ``same``, 1e-9."""


def record(exercise: Exercise, place: Place | None = None, lesson: str = "") -> str:
    """Return the recording of an exercise's visible probe as JSON text.

    place   where the lesson teaches it; gives the section and the exercise to read
    lesson  ``04_momentum``, whose notebook has that section

    Raises ``ValueError`` for an exercise without a visible probe.
    """
    if exercise.visible is None:
        raise ValueError(f"{exercise.name} has no visible probe.")
    check = Check(name="visible", probe=exercise.visible, says="")
    outcome = observe(check, exercise.reference)
    tolerance, known = exercise.visible_tolerance, []
    for each in (*exercise.conventions, *exercise.mistakes):
        theirs = observe(check, each.make())
        if not isinstance(theirs, Unusable) and not same(theirs, outcome, tolerance):
            entry = {"name": each.name, "says": each.says, **differing(theirs, outcome, tolerance)}
            known.append(entry | ({"question": each.asks} if each.asks else {}))
    data = {
        "probe": exercise.visible,
        "outcome": outcome,
        "praise": exercise.praised(),
        "read": place.exercise if place else exercise.read,
        "section": place.section if place else "",
        "lesson": lesson,
        "known": known,
    }
    settings = exercise.settings()
    if settings.defaults:
        data["settings"] = {
            **{key: entry for key, entry in vars(settings).items() if entry is not None},
            "defaults": {k: argument(v) for k, v in settings.defaults.items()},
        }
    if takes_arrays(exercise, check):
        data |= {"arguments": settings.arguments, "may_change": list(exercise.may_change)}
    if exercise.returns:
        data["returns"] = list(exercise.returns)
    if tolerance != Check.tolerance:
        data["tolerance"] = tolerance
    return written(encode(data))


def takes_arrays(exercise: Exercise, check: Check) -> bool:
    """Whether the visible check hands over arrays, lists or dicts that must be left as they are."""
    watched = Guards(exercise.reference, exercise.settings().arguments, exercise.may_change)
    observe(check, watched)
    return watched.guarded


class Guards(Shielded):
    """A shielded function that notes whether there was anything to guard."""

    guarded = False

    def guards(self, name: str, value: Any) -> bool:
        """Note what is guarded."""
        found = super().guards(name, value)
        self.guarded = self.guarded or found
        return found


def differing(outcome: Any, right: Any, tolerance: float) -> dict[str, Any]:
    """Return an outcome as an entry of a recording: of named parts only those that are not right."""
    if not (isinstance(outcome, dict) and isinstance(right, dict) and outcome.keys() == right.keys()):
        return {"outcome": outcome}
    return {
        "differs": {part: each for part, each in outcome.items() if not same(each, right[part], tolerance)}
    }


def kept(old: str, new: str) -> str:
    """Return the old recording if it says the same as the new one, else the new one.

    An old one that ``record`` would have written otherwise, with more digits or other spaces, is not kept.
    """
    try:
        before = json.loads(old)
        as_written = written(before) == old
    except (ValueError, KeyError, TypeError):
        return new
    return old if as_written and alike(before, json.loads(new)) else new


def written(data: dict[str, Any]) -> str:
    """Return an encoded recording as the text of its file: a probe exactly, outcomes with ``DIGITS`` digits."""
    known = [
        {key: rounded(entry) if key in ("outcome", "differs") else entry for key, entry in each.items()}
        for each in data["known"]
    ]
    data = {**data, "outcome": rounded(data["outcome"]), "known": known}
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False) + "\n"


def rounded(data: Any) -> Any:
    """Return encoded data with ``DIGITS`` digits; whole numbers that a float holds exactly, NaN and inf stay."""
    if isinstance(data, dict):
        return {key: rounded(entry) for key, entry in data.items()}
    if isinstance(data, list):
        return [rounded(entry) for entry in data]
    if isinstance(data, float) and not (data.is_integer() and abs(data) < 2**53):
        return float(f"{data:.{DIGITS}g}")
    return data


def alike(old: Any, new: Any) -> bool:
    """Whether two pieces of encoded data have the same structure and texts, and numbers that are ``same``."""
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        if old.keys() != new.keys():
            return False
        if old.keys() == {"array", "shape"}:
            arrays = np.array(old["array"]), np.array(new["array"])
            return old["shape"] == new["shape"] and same(*arrays)
        return all(alike(old[key], new[key]) for key in old)
    if isinstance(old, list):
        return len(old) == len(new) and all(map(alike, old, new))
    return same(old, new) if isinstance(old, float) else old == new


def write(exercise: Exercise, folder: Path, place: Place | None = None) -> Path:
    """Write the recording of an exercise into a folder and return the file."""
    file = folder / f"{exercise.name}.json"
    file.write_text(record(exercise, place), encoding="utf-8")
    return file
