"""Marks that a person gives: which cells they belong to, and which still wait."""

from collections.abc import Iterable
from dataclasses import replace

from autograder.grading import gradebook_read
from autograder.grading.course import Course
from autograder.grading.gradebook_read import Entry
from autograder.marks import Record, Row
from autograder.running.run_one import master

WAITING = "awaiting manual grade"
"""The status of a row in ``grades.csv`` whose points a person has not given yet; until then they count as none."""


def rows(course: Course, kept: Iterable[Record]) -> list[Row]:
    """Return a row for every mark by hand of the recorded submissions, as the gradebook has it now.

    verdict  ``marked`` by a person, ``waiting`` for one, or ``unfinished``: there is nothing to read
    """
    book = gradebook_read.read(course.gradebook, course.course_id)
    found = []
    for record in kept:
        try:
            cells = master(record.assignment, course.project.root).by_hand
        except Exception:  # a lesson that is gone has no cells to look up; its other rows are kept
            continue
        one = book.get((record.student, record.assignment), Entry())
        found += [row(record, name, most, one) for name, most in cells.items() if name in one.scores]
    return found


def counted(row: Row, book: Entry | None) -> Row:
    """Return a row with the points that count where a person gave others, or extra credit."""
    name = row.grade_id
    if book is None or (book.manual.get(name) is None and not book.extra.get(name)):
        return row
    points = book.points(name)
    return row if points is None else replace(row, points=points)


def row(record: Record, name: str, most: float, book: Entry) -> Row:
    """Return the row of one mark by hand."""
    auto, manual = book.scores.get(name), book.manual.get(name)
    verdict, status = ("marked", record.status) if manual is not None else ("waiting", WAITING)
    if manual is None and auto is not None:
        verdict, status = "unfinished", record.status
    points = manual if manual is not None else auto or 0.0
    about = {"student": record.student, "assignment": record.assignment, "grade_id": name, "status": status}
    return Row(**about, verdict=verdict, points=points, max_points=most)
