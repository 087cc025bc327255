"""What is kept of a graded submission: marks in the gradebook, the notebook in ``autograded/``, and its record."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import replace
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.examine.inside.folders import take_away
from autograder.grading import records
from autograder.grading.course import Course
from autograder.grading.gradebook_write import enter_marks, take_penalty, time_notes, timestamp
from autograder.marks import Record
from autograder.repair.finding import EXCHANGED
from autograder.repair.reading import read
from autograder.running import versions
from autograder.running.tasks import Result


def save(course: Course, book: Gradebook, result: Result) -> None:
    """Write the marks of one submission, its notebook and its record."""
    record = enter(course, book, result)
    if record.late:
        take_penalty(course.gradebook, course.config, record)
    folder = course.autograded / record.student / record.assignment
    replace_folder(folder)
    text = json.dumps(result.notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (folder / f"{record.assignment}.ipynb").write_text(text, encoding="utf-8")
    carry_over(course.submitted / record.student / record.assignment, folder)
    records.write(course, record)


def enter(course: Course, book: Gradebook, result: Result) -> Record:
    """Write the marks of one submission into the gradebook; return its record with what lateness costs it.

    The record of an earlier run is taken away first: what it says stops being true.
    """
    record = result.record
    records.forget(course, record.student, record.assignment)
    folder = course.submitted / record.student / record.assignment
    when = timestamp(folder, course.home)
    late = enter_marks(book, record, result.notebook, when)
    notes = [*record.notes, *time_notes(folder, book.find_assignment(record.assignment).duedate, course.home)]
    stamp = None if when is None else when.isoformat()
    return replace(record, notes=notes, timestamp=stamp, late=late, penalty=versions.penalty(course.config))


def carry_over(submitted: Path, folder: Path) -> None:
    """Copy what nbgrader's exchange put beside a notebook; without it `nbgrader release_feedback` stops."""
    for name in EXCHANGED:
        with contextlib.suppress(OSError):  # not there, or a link to elsewhere
            (folder / name).write_bytes(read(submitted / name)[:1000])


def replace_folder(folder: Path) -> None:
    """Make an empty folder in place of whatever stands there.  Raises ``OSError``."""
    if os.path.lexists(folder):
        take_away(folder)
    folder.mkdir(parents=True)
