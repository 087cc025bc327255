"""Verdicts on graded cells: what the judge said, or how the cell ended, in a sentence that leads to the cause.

Text on either stream, a last value or a plot of the cell means nothing here.
"""

import math
import textwrap
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.marks import SIGNS, Verdict, exercise_of, nbgrader_of, points_of
from autograder.printing import readable

WIDTH = 92
"""Characters of a line that a feedback page shows without a scroll bar."""


@dataclass(frozen=True, kw_only=True)
class End:
    """How a cell ended.

    how        ``ok``, ``error``, ``timeout``, ``dead`` or ``skipped``
    error      class of the exception
    text       its text
    traceback  lines as IPython shows them
    seconds    of wall clock
    """

    how: str
    error: str = ""
    text: str = ""
    traceback: list[str] = field(default_factory=list)
    seconds: float = 0.0


def read_verdict(notebook: NotebookNode, at: int, ends: dict[int, End]) -> Verdict:
    """Return the verdict on the graded cell at place ``at`` from how the cells so far ended."""
    cell = notebook.cells[at]
    end = ends.get(at, End(how="skipped"))
    name = exercise_of(nbgrader_of(cell)["grade_id"])
    if end.how == "ok":
        return verdict(cell, "correct")
    if end.how == "timeout":
        return verdict(cell, "timeout", f"{name}: ran too long", f"The check was stopped after {end.text}.")
    if end.how in ("dead", "skipped"):
        text = "The Python process ended while this cell was checked." if end.how == "dead" else end.text
        return verdict(cell, "error", f"{name}: not checked", text)
    if end.error == "NotImplementedError":
        return verdict(cell, "unfinished", "Not written yet.")
    if end.error == "AssertionError":
        return verdict(cell, "mistake", f"{name}: not right yet", end.text)
    return verdict(cell, "error", f"{name}: {end.error}", end.text)


def verdict(cell: NotebookNode, kind: Any, *lines: str) -> Verdict:
    """Return a verdict with all points for ``correct`` and none for anything else."""
    most = points_of(cell)
    first, *rest = [readable(line) for line in lines if line] or [""]
    message = "\n".join([first[:80], *rest])
    return Verdict(verdict=kind, points=most if kind == "correct" else 0.0, max_points=most, message=message)


def received(cell: NotebookNode, record: Any) -> Verdict | None:
    """Return a verdict from plain data, its points held to those of the cell; None if it is no verdict."""
    try:
        found = Verdict(**record)
        points = float(found.points)
        points = min(max(points, 0.0), points_of(cell)) if math.isfinite(points) else 0.0
    except (TypeError, ValueError):
        return None
    if found.verdict not in SIGNS or found.verdict == "correct" or not isinstance(found.message, str):
        return None
    return Verdict(
        verdict=found.verdict,
        points=points if found.verdict == "convention" else 0.0,
        max_points=points_of(cell),
        mistake=found.mistake if isinstance(found.mistake, str) else None,
        message=readable(found.message),
    )


def show(cell: NotebookNode, found: Verdict) -> None:
    """Put the message in place of whatever a graded cell left: no traceback, no source, no streams."""
    cell.outputs = []
    lines = [part for line in found.message.splitlines() for part in textwrap.wrap(line, WIDTH) or [""]]
    lines = lines or [found.verdict]
    if found.verdict == "convention":
        shown = {"output_type": "display_data", "data": {"text/plain": "\n".join(lines)}, "metadata": {}}
        cell.outputs = [from_dict(shown)]
    elif found.verdict != "correct":
        error = {"output_type": "error", "ename": found.verdict, "evalue": lines[0], "traceback": lines}
        cell.outputs = [from_dict(error)]
