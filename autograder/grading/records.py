"""What is kept of every graded submission: marks in the gradebook, a notebook, and one small file beside them.

The gradebook holds numbers.  A record also says what was graded, by which checks, in which sandbox and what each
graded cell got and why.  A submission whose record still fits need not be graded again, and a report needs
nothing else.

``COURSE/.autograder/records/STUDENT/ASSIGNMENT.json``, UTF-8, one object with these keys:

``format``      1
``student``, ``assignment``  names as in ``submitted/``
``status``      ``graded``, ``missing`` (no notebook was there) or ``unreadable``
``notes``       what was mended in the file, sentences for the student
``content``     SHA-256 of what counts of the submission (see ``autograder.grading.grade``); empty where
                the machine failed us and not the student, so that the next run tries again
``timestamp``   when it was handed in, ISO 8601, or null
``late``        seconds after the due date when it was graded
``penalty``     SHA-256 of what late submissions cost by the settings and marks by hand of then, empty for nothing
                configured
``version``     SHA-256 over ``parts``
``parts``       what a mark depends on beside the submission: ``checks`` (the lesson's exercise package and the
                judge), ``lesson`` (our cells and the release), ``course``, ``grader`` and ``packages``
``sandbox``     ``bubblewrap``, ``landlock`` or ``process``
``limits``      as ``autograder grade`` was told
``graded``      when, ISO 8601 in UTC
``verdicts``    grade_id -> ``verdict``, ``points``, ``max_points``, ``mistake``, ``message``, in order

A file is complete or absent: it is written beside its place, brought to the disk and renamed.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import atomic
from autograder.examine.inside.folders import take_away
from autograder.grading import gradebook_read
from autograder.grading.course import Course
from autograder.grading.gradebook_read import Entry
from autograder.marks import Record, Verdict
from autograder.repair import finding, reading
from autograder.repair.finding import EXCHANGED
from autograder.running import versions
from autograder.running.run_one import Result

if TYPE_CHECKING:  # nbgrader takes 0.7 s of processor time to import
    from nbgrader.api import Gradebook

FORMAT = 1


def folder(course: Course) -> Path:
    """Return where the records of a course are."""
    return course.folder / ".autograder" / "records"


def place(course: Course, student: str, assignment: str) -> Path:
    """Return the file of one record."""
    return folder(course) / student / f"{assignment}.json"


def read(course: Course) -> Iterator[Record]:
    """Yield every record of a course, ordered by assignment and student.

        >>> for record in records.read(Course.open(Path("demo"))):
        ...     for grade_id, verdict in record.verdicts.items():
        ...         print(record.student, grade_id, verdict.points, verdict.mistake)

    A file that is no record is passed over, as if the submission had not been graded.
    """
    files = folder(course).glob("*/*.json")
    for file in sorted(files, key=lambda file: (file.stem, file.parent.name)):
        record = load(file)
        if record is not None:
            yield record


def find(course: Course, student: str, assignment: str) -> Record | None:
    """Return the record of one submission, None if there is none."""
    return load(place(course, student, assignment))


def load(file: Path) -> Record | None:
    """Return the record in a file, None if it holds none."""
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
        if fields.pop("format") != FORMAT:
            return None
        verdicts = {name: Verdict(**each) for name, each in fields.pop("verdicts").items()}
        record = Record(**fields, verdicts=verdicts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return record if (record.student, record.assignment) == (file.parent.name, file.stem) else None


def forget(course: Course, student: str, assignment: str) -> None:
    """Take a record away, before what it says stops being true."""
    file = place(course, student, assignment)
    if file.exists():
        file.unlink()
        atomic.settle(file.parent)


def write(course: Course, record: Record) -> None:
    """Put a record on the disk, in place of an earlier one."""
    text = json.dumps({"format": FORMAT, **asdict(record)}, indent=1, ensure_ascii=False) + "\n"
    atomic.write(place(course, record.student, record.assignment), text)


def save(course: Course, book: Gradebook, result: Result) -> None:
    """Write the marks of one submission, its notebook and its record."""
    from autograder.grading.gradebook_write import take_penalty

    record = enter(course, book, result)
    if record.late:
        take_penalty(course.gradebook, course.config, record)
    kept = course.autograded / record.student / record.assignment
    replace_folder(kept)
    text = json.dumps(result.notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (kept / f"{record.assignment}.ipynb").write_text(text, encoding="utf-8")
    carry_over(course.submitted / record.student / record.assignment, kept)
    write(course, record)


def enter(course: Course, book: Gradebook, result: Result) -> Record:
    """Write the marks of one submission into the gradebook; return its record with what lateness costs it.

    The record of an earlier run is taken away first: what it says stops being true.
    """
    from autograder.grading.gradebook_write import enter_marks, time_notes, timestamp

    record = result.record
    before = find(course, record.student, record.assignment)
    forget(course, record.student, record.assignment)
    handed_in = course.submitted / record.student / record.assignment
    when = timestamp(handed_in, course.home)
    ours = finding.stamp(handed_in) or (before and before.timestamp)  # else somebody entered a time by hand
    late = enter_marks(book, record, result.notebook, when, not ours)
    notes = [
        *record.notes,
        *time_notes(handed_in, book.find_assignment(record.assignment).duedate, course.home),
    ]
    stamp = None if when is None else when.isoformat()
    cost = versions.penalty(course.config)
    if late and cost:
        key = record.student, record.assignment
        book_has = gradebook_read.read(course.gradebook, course.course_id, key).get(key, Entry())
        cost = versions.penalty(course.config, book_has.by_hand())
    return replace(record, notes=notes, timestamp=stamp, late=late, penalty=cost)


def carry_over(submitted: Path, folder: Path) -> None:
    """Copy what nbgrader's exchange put beside a notebook; without it `nbgrader release_feedback` stops."""
    for name in EXCHANGED:
        with contextlib.suppress(OSError):  # not there, or a link to elsewhere
            (folder / name).write_bytes(reading.read(submitted / name)[:1000])


def replace_folder(folder: Path) -> None:
    """Make an empty folder in place of whatever stands there.  Raises ``OSError``."""
    if os.path.lexists(folder):
        take_away(folder)
    folder.mkdir(parents=True)
