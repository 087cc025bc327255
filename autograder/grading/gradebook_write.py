"""Marks into nbgrader's gradebook, through its API: submissions from their records, once their lessons are entered.

`autograder grade` and the preprocessor behind `nbgrader autograde` both write with ``enter_marks``.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from nbformat import from_dict
from nbformat.v4 import new_notebook
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum

from autograder.grading import database
from autograder.grading.course import Course
from autograder.grading.gradebook_lessons import enter_lesson, refuse_another_course
from autograder.lesson import Master
from autograder.marks import ADDED, Record, Verdict, nbgrader_of, points_of
from autograder.repair import finding
from autograder.times.reading import read_time


@contextmanager
def opened(course: Course, lessons: Collection[Master]) -> Iterator[Gradebook]:
    """Lend the gradebook of a course with some lessons entered.  Raises ``Trouble`` for what goes wrong with it."""
    with database.told_plainly(course.gradebook):
        database.remove_half_made(course.gradebook)
        for lesson in lessons:
            if course.course_id:
                refuse_another_course(course, lesson.name)
            enter_lesson(course.gradebook, course.course_id, lesson)
        with Gradebook(course.gradebook, course.course_id) as book:
            book.db().expire_on_commit = False  # nobody else writes: what was read once stays true
            notebooks = [book.find_notebook(lesson.name, lesson.name) for lesson in lessons]
            cells = [each.grade_cells for each in notebooks]
            yield book
            del notebooks, cells  # held so far: what nobody holds is read again for every submission


def enter_usual_course(url: str) -> None:
    """Enter the course that nbgrader asks for when it makes pages.

    It enters what is missing, and two processes that do so at the same time refuse each other.
    """
    with database.told_plainly(url), Gradebook(url):
        pass


def enter_marks(
    book: Gradebook,
    record: Record,
    notebook: Mapping[str, Any],
    handed_in: datetime | None = None,
    keep_time: bool = True,
) -> float:
    """Write every mark of one submission, replacing whatever an earlier run left; return the seconds late.

    keep_time  whether the gradebook keeps its time where ``handed_in`` is not known
    """
    when = {} if handed_in is None and keep_time else {"timestamp": handed_in}
    book.update_or_create_student(record.student)
    with book.db().no_autoflush:  # nbgrader builds the whole submission before it adds it
        submission = book.update_or_create_submission(record.assignment, record.student, **when)
        if not submission.notebooks:  # made for an extension, before the lesson was entered
            add_notebooks(book, submission)
    own_cells = any(cell.get("id", "").startswith(ADDED) for cell in notebook["cells"])
    answers = {
        nbgrader_of(cell)["grade_id"]: cell
        for cell in notebook["cells"]
        if nbgrader_of(cell) and (own_cells or not nbgrader_of(cell).get("task"))
    }  # a task is answered in cells of the student's own
    for part in submission.notebooks:
        part.late_submission_penalty = None
        for grade in part.grades:
            enter_mark(grade, record.verdicts.get(grade.cell.name), answers.get(grade.cell.name))
        for comment in part.comments:
            comment.auto_comment = "No response." if unanswered(answers.get(comment.cell.name)) else None
    book.db.commit()
    return float(submission.total_seconds_late)


def add_notebooks(book: Gradebook, submission: SubmittedAssignment) -> None:
    """Give a submission the notebooks of its lesson, with a place for every mark and comment."""
    for notebook in submission.assignment.notebooks:
        part = SubmittedNotebook(notebook=notebook, assignment=submission)
        cells = [*notebook.grade_cells, *notebook.task_cells]
        book.db.add_all([part, *(Grade(cell=cell, notebook=part) for cell in cells)])
        words = [*notebook.solution_cells, *notebook.task_cells]
        book.db.add_all([Comment(cell=cell, notebook=part) for cell in words])
    book.db.commit()


def enter_mark(grade: Grade, verdict: Verdict | None, cell: Mapping[str, Any] | None) -> None:
    """Write one mark.  A manual cell waits for a person unless it was left empty or is worth nothing."""
    if verdict is not None:
        grade.auto_score = verdict.points
    elif cell is not None and points_of(cell) and not unanswered(cell):
        grade.auto_score = None
    else:
        grade.auto_score = 0.0
    grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None


def unanswered(cell: Mapping[str, Any] | None) -> bool:
    """Whether a cell for an answer still is the stub that students were given; a task that is not there is not."""
    if cell is None:
        return True
    if not nbgrader_of(cell).get("solution"):
        return False
    given = nbgrader_of(cell).get("checksum")
    return given is not None and given == compute_checksum(from_dict(cell))


def take_penalty(url: str, config: Any, record: Record) -> None:
    """Let nbgrader's plugin say what a late submission costs, and write it down.

    config  nbgrader's settings of the course
    """
    names = {"notebook": record.assignment, "assignment": record.assignment, "student": record.student}
    AssignLatePenalties(config=config).preprocess(new_notebook(), {"nbgrader": names | {"db_url": url}})


USUAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? UTC")
"""How nbgrader's exchange writes a time, unless it is configured otherwise."""


def timestamp(folder: Path, home: tzinfo | None = None) -> datetime | None:
    """Return when a submission was handed in, if it says so in a way that can be read.

    home  where the exchange keeps its clock
    """
    said = finding.stamp(folder)
    when = read_time(said, home=home).when if said else None
    return None if when is None else when.replace(tzinfo=None)


def time_notes(folder: Path, due: datetime | None, home: tzinfo | None = None) -> list[str]:
    """Return what was read from a timestamp that is not written as nbgrader writes it, for whoever grades."""
    said = finding.stamp(folder)
    time = read_time(said, home=home) if said else None
    if time is None or (time.when and USUAL.fullmatch(said)):
        return []
    return [f"timestamp.txt: {time.against(due)}."]
