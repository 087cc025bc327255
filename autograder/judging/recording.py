"""Write what an exercise knows as data for the visible check: outcomes only, never code."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.judging.judge import observe
from autograder.judging.records import Check, Exercise
from course.probing import Unusable, same
from course.recorded import encode


def record(exercise: Exercise) -> str:
    """Return the recording of an exercise's visible probe as JSON text.

    Raises ``ValueError`` for an exercise without one.
    """
    if exercise.visible is None:
        raise ValueError(f"{exercise.name} has no visible probe.")
    check = Check(name="visible", probe=exercise.visible, says="")
    outcome = observe(check, exercise.reference)
    known = []
    for each in (*exercise.conventions, *exercise.mistakes):
        theirs = observe(check, each.make())
        if not isinstance(theirs, Unusable) and not same(theirs, outcome):
            known.append({"name": each.name, "says": each.says, "outcome": theirs})
    data = {
        "probe": exercise.visible,
        "outcome": outcome,
        "praise": exercise.praise,
        "read": exercise.read,
        "known": known,
    }
    return json.dumps(encode(data), indent=None, separators=(",", ":"), ensure_ascii=False) + "\n"


def write(exercise: Exercise, folder: Path) -> Path:
    """Write the recording of an exercise into a folder and return the file."""
    file = folder / f"{exercise.name}.json"
    file.write_text(record(exercise), encoding="utf-8")
    return file
