"""Faults that nobody thinks of when they hand in: each costs its own submission at most, and is named."""

import csv
import json
import os
import socket

import pytest

from autograder.examine.launch import sandbox
from tests.autograder.grading.processes import Desk
from tests.autograder.small_lesson import LESSON, RIGHT, answered

HONEST = ["ada", "mia", "zoe"]


def cell_with(**fields):
    """A change: the answered cell with other fields."""

    def change(notebook):
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == "twice":
                cell.update(fields)

    return change


def deep_metadata(notebook):
    for _ in range(800):
        notebook["metadata"] = {"a": notebook["metadata"]}


def every_cell_is_the_answer(notebook):
    for cell in notebook["cells"]:
        cell["metadata"]["nbgrader"] = {
            "grade_id": "twice",
            "solution": True,
            "points": 1e308,
            "locked": [{}],
        }


def halves_of_characters(notebook):
    notebook["metadata"]["\ud83d"] = {"kernelspec": "\udc00"}
    for at, cell in enumerate(notebook["cells"]):
        cell["id"] = f"\ud83d{at}"
        cell["metadata"]["\udfff"] = "\ud800"


CHANGED = {
    "halves of characters in ids and keys": halves_of_characters,
    "metadata without end": deep_metadata,
    "every cell is the answer": every_cell_is_the_answer,
    "an id of a megabyte": cell_with(id="x" * 1_000_000),
    "a source that is a tree": cell_with(source={"a": [RIGHT]}),
    "a source of numbers": cell_with(source=[1, None, ["def"], {"x": 2}]),
    "another language": lambda notebook: notebook.update(
        metadata={"kernelspec": {"name": "bash", "language": "R"}}
    ),
    "cells that are no cells": lambda notebook: notebook["cells"].extend([None, 7, "x", [], {}]),
    "form feeds and other ends of lines": cell_with(
        source=RIGHT.replace("\n", "\x0c\u2028\x85\n") + "\v\x1c"
    ),
    "a name in another form": cell_with(source=RIGHT.replace("twice", "t\u1d42ice")),
}
TEXTS = {
    "not a number": '{"cells": [NaN, Infinity, -Infinity, 1e999], "nbformat": 1E400}',
    "a number without end": '{"cells": [' + "9" * 100_000 + "]}",
    "the same key twice": '{"cells": [], "cells": 7, "cells": {"cells": []}}',
    "brackets": "[" * 200_000,
    "bytes that are none": "\udcff\udcfe{",
}
NAMES = [
    "-rf",
    "con",
    "a" * 200,
    "%s{0}$HOME`x`",
    "'; drop table grade; --",
    "__class__",
    "autograded",
    "~",
    "a.",
]


@pytest.mark.long
def test_each_costs_its_own_submission_at_most(built_once, tmp_path):
    level = next((each for each in sandbox.SAFE if not sandbox.works(each)), None)
    if level is None:
        pytest.skip("no level that keeps submissions in")
    desk = Desk(built_once, tmp_path, level)
    for student in [*HONEST, *NAMES]:
        desk.hand_in(student, RIGHT)
    for student, change in CHANGED.items():
        notebook = answered(built_once, RIGHT)
        change(notebook)
        desk.hand_in(student, RIGHT)
        (desk.submitted / student / LESSON / f"{LESSON}.ipynb").write_text(json.dumps(notebook))
    for student, text in TEXTS.items():
        desk.hand_in(student, RIGHT)
        (desk.submitted / student / LESSON / f"{LESSON}.ipynb").write_text(text, errors="surrogateescape")
    for student in ("a socket", "a folder", "a hole", "a link in a circle"):
        (desk.submitted / student / LESSON).mkdir(parents=True)
    place = desk.submitted / "a socket" / LESSON / f"{LESSON}.ipynb"
    here = os.getcwd()
    os.chdir(place.parent)  # a path of a socket is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(place.name)
    os.chdir(here)
    (desk.submitted / "a folder" / LESSON / f"{LESSON}.ipynb").mkdir()
    with (desk.submitted / "a hole" / LESSON / f"{LESSON}.ipynb").open("wb") as file:
        file.truncate(1 << 40)
    circle = desk.submitted / "a link in a circle" / LESSON
    (circle / "a").symlink_to(circle)
    (circle / f"{LESSON}.ipynb").symlink_to(f"{LESSON}.ipynb")
    stamps = {"mia": "9999-12-31 23:59:59 -12:00", "zoe": "2026-02-30 10:00:00 UTC"}
    for student, text in stamps.items():
        (desk.submitted / student / LESSON / "timestamp.txt").write_text(text)
    process = desk.start()
    process.wait(400)
    said = desk.log.read_text(errors="surrogateescape")
    rows = {row["student"]: row for row in json.loads((desk.folder / "rows.json").read_text())}
    assert {name: rows[name]["points"] for name in HONEST} == dict.fromkeys(HONEST, 3.0), said
    assert {name: rows[name]["points"] for name in NAMES} == dict.fromkeys(NAMES, 3.0), said
    assert {*CHANGED, *TEXTS} <= set(rows)
    assert [name for name in TEXTS if rows[name]["points"]] == []
    for name in ("a socket", "a folder", "a hole", "a link in a circle"):
        assert name in said
    for name in stamps:
        assert f"time not read: {name}/{LESSON}/timestamp.txt" in " ".join(said.split())
    written = (desk.folder / "grades.csv").read_text(encoding="utf-8")
    table = list(csv.DictReader(written.splitlines()))
    assert {row["student"].lstrip("'") for row in table} >= {*HONEST, *CHANGED}
    statuses = {"graded", "missing", "unreadable", "not graded", "not used", "time not read"}
    assert {row["status"] for row in table} <= statuses
    assert "Traceback" not in said
    assert process.returncode in (0, 1)
    assert desk.left_behind() == []
