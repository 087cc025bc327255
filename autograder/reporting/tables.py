"""The report as tables: CSV files for a spreadsheet, one JSON file for a program."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from autograder import atomic, spreadsheet
from autograder.project import Project
from autograder.reporting import statistics
from autograder.reporting.catalogue import heading, taught
from autograder.reporting.class_book import VERDICTS, ClassBook

Row = dict[str, Any]


def assignments(book: ClassBook, project: Project) -> Iterable[Row]:
    """Yield a row for each assignment."""
    for each in statistics.assignments(book):
        yield {
            "assignment": each.assignment.name,
            "points": each.assignment.points,
            "due": each.assignment.due and each.assignment.due.isoformat(sep=" "),
            "graded": each.arrived,
            "missing": each.missing,
            "unreadable": each.unreadable,
            "late": each.late,
            "waiting": each.waiting,
            "mean_share": rounded(each.mean),
            "median_share": rounded(each.median),
            **{f"from_{10 * at}_percent": count for at, count in enumerate(each.bins)},
        }


def exercises(book: ClassBook, project: Project) -> Iterable[Row]:
    """Yield a row for each graded cell: how hard it is and how well it tells students apart."""
    for each in statistics.exercises(book):
        yield {
            "assignment": each.assignment.name,
            "exercise": each.cell.exercise,
            "grade_id": each.cell.grade_id,
            "section": heading(each.assignment.name, each.cell.exercise, project),
            "points": each.cell.points,
            "n": each.n,
            "mean_share": rounded(each.share),
            "discrimination": rounded(each.discrimination),
            "discrimination_n": each.pairs,
            **{verdict: each.verdicts.get(verdict, 0) for verdict in VERDICTS},
        }


def mistakes(book: ClassBook, project: Project) -> Iterable[Row]:
    """Yield a row for each named mistake or convention, the most frequent first."""
    for each in statistics.mistakes(book):
        lesson, exercise = each.assignment.name, each.cell.exercise
        yield {
            "assignment": lesson,
            "exercise": exercise,
            "mistake": each.name,
            "kind": "convention" if each.convention else "mistake",
            "students": len(each.students),
            "says": taught(lesson, exercise, each.name).says,
            "section": heading(lesson, exercise, project),
            "who": " ".join(student.id for student in each.students),
        }


def stuck(book: ClassBook, project: Project) -> Iterable[Row]:
    """Yield a row for each student who is stuck."""
    for each in statistics.stuck(book):
        yield {
            "student": each.student.id,
            "name": each.student.name,
            "exercises_without_a_point": each.count,
            "since_assignment": each.since and each.since[0].assignment.name,
            "since_exercise": each.since and each.since[1].exercise,
            "last_missing": " ".join(each.missing),
        }


def submissions(book: ClassBook, project: Project) -> Iterable[Row]:
    """Yield a row for every assignment of every student, handed in or not."""
    for each in book.submissions:
        yield {
            "student": each.student.id,
            "name": each.student.name,
            "assignment": each.assignment.name,
            "status": each.status,
            "points": each.score,
            "before_penalty": each.earned,
            "penalty": each.penalty,
            "max_points": each.assignment.points,
            "seconds_late": each.late,
            "handed_in": each.handed_in and each.handed_in.isoformat(sep=" "),
            "waits": each.waits,
            "sandbox": each.record.sandbox,
            "version": each.record.version,
            "graded": each.record.graded,
            "notes": " ".join(each.record.notes),
        }


def marks(book: ClassBook, project: Project) -> Iterable[Row]:
    """Yield a row for every graded cell of every submission."""
    for each in book.submissions:
        for mark in each.marks:
            yield {
                "student": each.student.id,
                "assignment": each.assignment.name,
                "grade_id": mark.cell.grade_id,
                "points": mark.points,
                "max_points": mark.cell.points,
                "verdict": mark.verdict,
                "mistake": mark.mistake,
                "message": mark.message,
                "changed": mark.changed,
            }


TABLES: dict[str, Callable[[ClassBook, Project], Iterable[Row]]] = {
    each.__name__: each for each in (assignments, exercises, mistakes, stuck, submissions, marks)
}


EMPTY: dict[str, tuple[str, ...]] = {
    "mistakes": ("assignment", "exercise", "mistake", "kind", "students", "says", "section", "who"),
    "stuck": (
        *("student", "name", "exercises_without_a_point", "since_assignment", "since_exercise"),
        "last_missing",
    ),
}
"""The columns of the tables that may have no row, so that a program can read them all the same."""


def rounded(value: float | None) -> float | None:
    """Return a number with four decimals."""
    return None if value is None else round(value, 4)


def write_csv(book: ClassBook, project: Project, folder: Path) -> list[str]:
    """Write a file for each table and return their names.

    A text that a spreadsheet would take for a formula is marked as text.
    """
    for name, table in TABLES.items():
        rows = list(table(book, project))
        text = spreadsheet.table(tuple(rows[0]) if rows else EMPTY.get(name, ()), rows)
        atomic.deliver(folder / f"{name}.csv", text)
    return [f"{name}.csv" for name in TABLES]


def write_json(book: ClassBook, project: Project, file: Path) -> None:
    """Write all tables as one object of lists of objects."""
    data = {name: list(table(book, project)) for name, table in TABLES.items()}
    text = json.dumps({"course": book.course, **data}, indent=1, ensure_ascii=False)
    atomic.deliver(file, text + "\n")
