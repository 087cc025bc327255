"""What must never reach a student: looked for in everything a build is about to release.

The words SOLUTION and HIDDEN fail in a release *in any case* in code, where nothing but a leftover region writes
them.  Prose is another matter: a lesson may speak of a hidden layer or of the solution of an equation.  There the
upper-case words fail, and so does any line that looks like a marker, in any case.  ``autograder`` fails everywhere,
in any case: no student needs the word.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.building.manuscript import TEXT_MARKER, Problem
from autograder.building.text import grader_of
from autograder.marks import TEXT_STUB
from course.lessons import STUB

WORDS = re.compile(r"solution|hidden", re.IGNORECASE)
IGNORED = (".ipynb_checkpoints", "__pycache__")


def in_release(released: dict[str, Any], place: str) -> Iterator[Problem]:
    """Yield every leak in a notebook that students would get."""
    if "autograder" in json.dumps(released["metadata"]).lower():
        yield Problem(place, "the notebook's metadata names the autograder.")
    for number, cell in enumerate(released["cells"], start=1):
        where = f"{place}, cell {number} ({cell.get('id', 'no id')})"
        for what in (*in_words(cell), *in_cell(cell)):
            yield Problem(where, what)


def in_words(cell: dict[str, Any]) -> Iterator[str]:
    """Yield the forbidden words of one cell."""
    if "autograder" in json.dumps([cell["source"], cell["metadata"]]).lower():
        yield "it names the autograder, which students do not have. Put the line in the region of hidden tests."
    pattern = WORDS if cell["cell_type"] == "code" else TEXT_MARKER
    for line in cell["source"].splitlines():
        if found := pattern.search(line):
            yield f"the word {found[0].strip()!r} in {line.strip()[:50]!r}: a region leaked, or say it otherwise."
    for tag in cell["metadata"].get("tags", []):
        if WORDS.search(tag):
            yield f"the tag {tag!r} says what students must not know. Rename it."


def in_cell(cell: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with one cell apart from its words."""
    grader = grader_of(cell)
    stub = STUB if cell["cell_type"] == "code" else TEXT_STUB
    if grader.get("solution") and stub not in cell["source"]:
        yield f"it is the reader's to fill in, but holds no stub ({stub}). Were its markers mistyped?"
    if grader.get("grade") and not isinstance(grader.get("points"), int | float):
        yield "it is graded but has no points."
    if cell.get("outputs") or cell.get("execution_count") is not None:
        yield "it has outputs, which may show an answer. A build removes them; do not edit a release."


def unlisted(folder: Path, expected: set[str], place: str) -> Iterator[Problem]:
    """Yield every file below a folder that no build makes; nbgrader would hand it to students.

    folder    may be absent
    expected  paths relative to the folder
    """
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name not in expected and not any(part in IGNORED for part in file.parts):
            yield Problem(
                f"{place}/{name}", "no build makes this file. Remove it, or keep it outside this folder."
            )
