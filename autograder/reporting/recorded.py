"""The verdicts that grading left on disk: message, mistake, how the submission arrived, where it ran."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import Trouble
from autograder.grading import records
from autograder.grading.course import Course
from autograder.marks import Row

Key = tuple[str, str]
"""(student, assignment)."""

NEEDED = {"student", "assignment", "grade_id", "points", "verdict", "mistake", "message", "status"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was said of one graded cell, and the points it came with."""

    verdict: str
    points: float
    mistake: str = ""
    message: str = ""


@dataclass(kw_only=True)
class Recorded:
    """What grading kept of one submission.

    level    the sandbox it ran in
    version  a hash of the checks and of all else a mark depends on
    graded   when, ISO 8601 in UTC
    """

    status: str = "graded"
    level: str = ""
    version: str = ""
    graded: str = ""
    notes: tuple[str, ...] = ()
    cells: dict[str, Told] = field(default_factory=dict)


def read(course: Course) -> dict[Key, Recorded]:
    """Return what was kept, by student and assignment; nothing for a course that was never graded here.

    A submission without a record of its own is looked for in ``grades.csv``, as earlier versions wrote it.
    """
    found = from_table(course.folder / "grades.csv")
    for each in records.read(course):
        found[each.student, each.assignment] = Recorded(
            status=each.status,
            level=each.sandbox,
            notes=tuple(each.notes),
            version=each.version,
            graded=each.graded,
            cells={row.grade_id: told(row) for row in each.marks()},
        )
    return found


def told(row: Row) -> Told:
    """Return what a row says."""
    return Told(verdict=row.verdict, points=row.points, mistake=row.mistake or "", message=row.message)


def from_table(file: Path) -> dict[Key, Recorded]:
    """Return the verdicts in ``grades.csv``, which holds the submissions of the last run."""
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as stream:
        table = csv.DictReader(stream)
        if missing := NEEDED - set(table.fieldnames or ()):
            raise Trouble(f"{file} has no column {', '.join(sorted(missing))}. Run `autograder grade` again.")
        return from_rows(table)


def from_rows(rows: Iterable[dict[str, str]]) -> dict[Key, Recorded]:
    """Return verdicts from rows of text, in which a text that looked like a formula was marked with ``'``."""
    found: dict[Key, Recorded] = {}
    for row in rows:
        kept = found.setdefault((plain(row["student"]), row["assignment"]), Recorded(status=row["status"]))
        kept.cells[row["grade_id"]] = Told(
            verdict=row["verdict"],
            points=float(row["points"]),
            mistake=plain(row["mistake"]),
            message=plain(row["message"]),
        )
    return found


def plain(text: str) -> str:
    """Return a text without the mark that keeps a spreadsheet from running it."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t", "\r") else text
