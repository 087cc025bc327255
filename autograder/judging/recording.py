"""Write what an exercise knows as data for the visible check: outcomes only, never code."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

from autograder.judging.judge import observe
from autograder.judging.places import Place
from autograder.judging.records import Check, Exercise, Known
from course.probes.base import Unusable, same
from course.recorded import encode


def record(exercise: Exercise, place: Place | None = None, lesson: str = "") -> str:
    """Return the recording of an exercise's visible probe as JSON text.

    place   where the lesson teaches it; gives the section to read and the question to ask oneself
    lesson  ``04_momentum``, whose notebook has that section

    Raises ``ValueError`` for an exercise without a visible probe.
    """
    if exercise.visible is None:
        raise ValueError(f"{exercise.name} has no visible probe.")
    check = Check(name="visible", probe=exercise.visible, says="")
    outcome = observe(check, exercise.reference)
    known = []
    for each in (*exercise.conventions, *exercise.mistakes):
        theirs = observe(check, each.make())
        if not isinstance(theirs, Unusable) and not same(theirs, outcome):
            asked = question(each)
            entry = {"name": each.name, "says": each.says, "outcome": theirs}
            known.append(entry | ({"question": asked} if asked else {}))
    data = {
        "probe": exercise.visible,
        "outcome": outcome,
        "praise": exercise.praise,
        "read": place.exercise if place else exercise.read,
        "section": place.section if place else "",
        "lesson": lesson,
        "question": place.question if place else "",
        "known": known,
    }
    return json.dumps(encode(data), indent=None, separators=(",", ":"), ensure_ascii=False) + "\n"


def question(known: Known) -> str:
    """Return the question that the docstring of a mistake asks, in its first paragraph or as its second, if any."""
    paragraphs = (inspect.getdoc(known.function) or "").split("\n\n")
    texts = [known.says, *(" ".join(each.split()) for each in paragraphs[1:2])]
    sentences = [each for text in texts for each in re.split(r"(?<=[.?:])\s+(?=[A-Z`])", text)]
    return next((each for each in sentences if each.endswith("?")), "")


def write(exercise: Exercise, folder: Path, place: Place | None = None) -> Path:
    """Write the recording of an exercise into a folder and return the file."""
    file = folder / f"{exercise.name}.json"
    file.write_text(record(exercise, place), encoding="utf-8")
    return file
