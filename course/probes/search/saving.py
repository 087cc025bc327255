"""A checkpoint, watched while it is saved: under which names, in which order, and what is left beside it."""

import copy
import itertools
import json
import math
from collections.abc import Callable
from typing import Any

from course.probes.base import call
from course.probes.comparing import same
from course.probes.search.shelf import Shelf

NAMES = ("ann-000_0001.json", "bob-003_0012.json", "bob-000_0001.json")
"""Files that differ in the worker, in the run and in the epoch; the first and the last end alike."""
RECORDS = (
    {"run": "ann-000", "epoch": 1, "val_accuracy": 0.0975, "settings": {"learning_rate": 1e-05, "reg": 0.0}},
    {
        "run": "bob-003",
        "epoch": 12,
        "val_accuracy": math.nan,
        "settings": {"learning_rate": 0.5, "reg": 1e-3},
    },
    {"run": "bob-000", "epoch": 1, "val_accuracy": 0.12, "settings": {"learning_rate": 0.01, "reg": 1e-4}},
)


def kept(save: Callable) -> dict[str, Any]:
    """Return what checkpoints look like when they are saved, one of them twice, and how they got there."""
    shelf, steps = Shelf(), []
    asked = (*NAMES, NAMES[0])
    for name, record in zip(asked, (*RECORDS, {**RECORDS[0], "epoch": 2}), strict=True):
        shelf.done.clear()
        call(save, shelf, name, copy.deepcopy(dict(record)))
        steps.append(list(shelf.done))
    written = [{entry[1] for entry in each if entry[0] == "write"} for each in steps]
    return {
        "written under the final name": any(name in each for name, each in zip(asked, written, strict=True)),
        "half a file looks finished": any(
            each.endswith(".json")
            for names, name in zip(written, asked, strict=True)
            for each in names - {name}
        ),
        "the finished files": sorted(name for name in shelf.files if name.endswith(".json")),
        "what they hold": [content(shelf.files.get(name)) for name in NAMES],
        "files of other names": sum(not name.endswith(".json") for name in shelf.files),
        "one temporary name for both": any(
            a & b for a, b in itertools.combinations(written[: len(NAMES)], 2)
        ),
    }


def content(text: str | None) -> int | str:
    """Return whose record a text is, by number, 3 for the one that replaced the first; in words if nobody's."""
    if text is None:
        return "no file"
    try:
        record = json.loads(text)
    except ValueError:
        return "no JSON"
    known = [*RECORDS, {**RECORDS[0], "epoch": 2}]
    return next((k for k, each in enumerate(known) if same(record, each)), "something else")


def visible_save(save: Callable) -> dict[str, Any]:
    """Watch ``save``."""
    return kept(save)
