"""A lesson's text and its notebook: jupytext's py:percent in, a notebook with nothing accidental in it out.

The text is the source.  In the notebook a cell's id is its grade id, else its position; the notebook's metadata is
the kernelspec; there are no outputs; keys are sorted.  The same text gives the same bytes anywhere.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import Trouble

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT = ("nbgrader", "tags")
RELEASED = (*KEPT, "deletable", "editable")
GRADER_KEYS = ("grade", "grade_id", "locked", "points", "schema_version", "solution", "task")
RUNS_ON = "raises-exception"
"""The tag by which "Run all" continues past a graded cell that fails."""

CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
START = re.compile(r"^\s*#\s*%%%*(\s|$)")


@dataclass(frozen=True)
class Chunk:
    """One cell of the text, word for word: its ``# %%`` line, its lines, and the blank lines after it.

    line  number of its first line in the file, from 1
    """

    line: int
    text: str


def chunks(text: str) -> list[Chunk]:
    """Return the header of a text (everything before the first ``# %%``) and its cells."""
    found, start, lines = [], 0, text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if START.match(line) and number:
            found.append(Chunk(start + 1, "".join(lines[start:number])))
            start = number
    return [*found, Chunk(start + 1, "".join(lines[start:]))]


def parse(text: str, place: str) -> list[dict[str, Any]]:
    """Return the cells of a text as jupytext reads them: ``cell_type``, ``source``, ``metadata`` and ``line``.

    place  the file's name, for messages

    Raises ``Trouble`` for a text that is not a header followed by cells.
    """
    import jupytext

    if not text.startswith("# ---\n"):
        raise Trouble(
            f"{place}:1: a lesson starts with the kernelspec header (# ---). Copy it from another lesson."
        )
    try:
        read = jupytext.reads(text, fmt="py:percent")
    except Exception as error:
        raise Trouble(f"{place}: jupytext cannot read it: {' '.join(str(error).split())}") from error
    found = chunks(text)[1:]
    if len(found) != len(read.cells):
        raise Trouble(
            f"{place}: {len(found)} lines start a cell (# %%), but jupytext reads {len(read.cells)} cells. "
            "Every line belongs to a cell: look for text before the first, and for # %% inside a string."
        )
    if dict(read.metadata.get("kernelspec", {})) != KERNEL:
        raise Trouble(f"{place}:1: the kernelspec must be {KERNEL}. Copy the header from another lesson.")
    cells = []
    for cell, chunk in zip(read.cells, found, strict=True):
        if cell.cell_type not in ("code", "markdown"):
            raise Trouble(f"{place}:{chunk.line}: a cell is code or markdown; this one is {cell.cell_type}.")
        cells.append(
            {
                "cell_type": cell.cell_type,
                "source": cell.source,
                "metadata": json.loads(json.dumps(cell.metadata)),
                "line": chunk.line,
            }
        )
    return cells


def grader_of(cell: dict[str, Any]) -> dict[str, Any]:
    """Return the nbgrader entry of a cell's metadata, empty when there is none."""
    return cell["metadata"].get("nbgrader") or {}


def is_graded(cell: dict[str, Any]) -> bool:
    """Whether a cell is marked by its tests (a manually graded answer is not)."""
    grader = grader_of(cell)
    return bool(grader.get("grade")) and not grader.get("solution") and not grader.get("task")


def plain(cell: dict[str, Any]) -> dict[str, Any]:
    """Return what the text says of a cell: type, source, and the metadata that is ours."""
    metadata: dict[str, Any] = {}
    if grader_of(cell):
        metadata["nbgrader"] = {key: grader_of(cell)[key] for key in GRADER_KEYS if key in grader_of(cell)}
    tags = [tag for tag in cell["metadata"].get("tags", []) if not (tag == RUNS_ON and is_graded(cell))]
    if tags:
        metadata["tags"] = tags
    return {"cell_type": cell["cell_type"], "source": cell["source"], "metadata": metadata}


def source_notebook(cells: list[dict[str, Any]], place: str) -> dict[str, Any]:
    """Return the notebook of a parsed text.  Raises ``Trouble`` for a grade id that cannot be a cell's id."""
    made = []
    for position, cell in enumerate(cells, start=1):
        kept = plain(cell)
        identity = grader_of(cell).get("grade_id") or f"cell-{position:03d}"
        if not CELL_ID.fullmatch(identity):
            raise Trouble(
                f"{place}:{cell['line']}: a grade_id has letters, digits, _ and -; got {identity!r}."
            )
        if is_graded(cell):
            kept["metadata"]["tags"] = [*kept["metadata"].get("tags", []), RUNS_ON]
        made.append(entry(identity, kept))
    return notebook(made)


def entry(identity: str, cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell of the notebook format."""
    made = {"cell_type": cell["cell_type"], "id": identity, "metadata": cell["metadata"]}
    if cell["cell_type"] == "code":
        made |= {"execution_count": None, "outputs": []}
    return made | {"source": cell["source"]}


def notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a notebook of the given cells."""
    return {"cells": cells, "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}


def cleaned(made: dict[str, Any]) -> dict[str, Any]:
    """Return what nbgrader made with only the metadata that grading needs: its own, tags and locks."""
    cells = []
    for cell in made["cells"]:
        metadata = {key: cell["metadata"][key] for key in RELEASED if key in cell["metadata"]}
        cells.append(entry(cell["id"], {**cell, "metadata": metadata}))
    return notebook(cells)


def stripped(made: dict[str, Any]) -> dict[str, Any]:
    """Return a source notebook that JupyterLab saved without what running it left behind."""
    cells = []
    for cell in made["cells"]:
        kept = plain(cell)
        if is_graded(cell):
            kept["metadata"]["tags"] = [*kept["metadata"].get("tags", []), RUNS_ON]
        cells.append(entry(cell.get("id", ""), kept))
    return notebook(cells)


def dumps(made: dict[str, Any]) -> str:
    """Return a notebook as the text of its file: sources as lists of lines, keys sorted, one final newline."""
    cells = [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in made["cells"]]
    return json.dumps({**made, "cells": cells}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def load(file: Path) -> dict[str, Any]:
    """Return a notebook file with its sources as strings.  Raises ``Trouble`` for what is not a notebook."""
    try:
        made = json.loads(file.read_text(encoding="utf-8"))
        for cell in made["cells"]:
            cell["source"] = "".join(cell["source"])
            cell["cell_type"], cell["metadata"] = str(cell["cell_type"]), dict(cell["metadata"])
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Trouble(
            f"{file} is not a notebook ({type(error).__name__}: {error}). "
            "Was it cut short, or left in a merge conflict?"
        ) from error
    return made
