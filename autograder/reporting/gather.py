"""Marks from the gradebook and verdicts from grading, put together; importing this module imports nbgrader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from nbgrader.api import Assignment as BookAssignment
from nbgrader.api import (
    BaseCell,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.api import Student as BookStudent

from autograder.errors import Trouble
from autograder.grading import (
    database,
    gradebook_write,  # noqa: F401  (lets nbgrader find alembic)
    records,
)
from autograder.grading.course import Course
from autograder.lesson import Master
from autograder.marks import Record, exercise_of
from autograder.reporting.class_book import (
    Assignment,
    Cell,
    ClassBook,
    Mark,
    Student,
    Submission,
    not_handed_in,
)

Key = tuple[str, str]
"""(student, assignment)."""


def gather(course: Course) -> ClassBook:
    """Return everything the course folder knows.  Raises ``Trouble`` when nothing was graded yet."""
    if not database.check(course.gradebook):
        raise Trouble(f"{course.folder} has no gradebook yet. Run `autograder grade` first.")
    with (
        database.told_plainly(course.gradebook),
        Gradebook(course.gradebook, course.course_id) as book,
    ):
        students = tuple(map(student_of, book.db.query(BookStudent).order_by(BookStudent.id)))
        assignments = tuple(assignments_of(book, course))
        if not assignments or not students:
            raise Trouble("The gradebook has no submission yet. Run `autograder grade` first.")
        kept = {(each.student, each.assignment): each for each in records.read(course)}
        found = list(submissions_of(book, students, assignments, kept))
    name = course.course_id or course.folder.name
    return ClassBook(course=name, students=students, assignments=assignments, submissions=tuple(found))


def enrolled(course: Course) -> tuple[list[Student], dict[str, datetime | None]]:
    """Return the students of the gradebook and the due dates, before anything need have been graded.

    Raises ``Trouble`` for a gradebook without students.
    """
    students: list[Student] = []
    due: dict[str, datetime | None] = {}
    if database.check(course.gradebook):  # opening one that is not there would make it
        with (
            database.told_plainly(course.gradebook),
            Gradebook(course.gradebook, course.course_id) as book,
        ):
            students = [student_of(each) for each in book.db.query(BookStudent).order_by(BookStudent.id)]
            due = {each.name: each.duedate for each in book.db.query(BookAssignment)}
    if not students:
        raise Trouble(
            f"The gradebook of {course.folder} has no students. `nbgrader db student import FILE.csv` enters them: "
            "id, first_name, last_name, email, lms_user_id."
        )
    return students, due


def student_of(found: BookStudent) -> Student:
    """Return a student of the gradebook as a record."""
    return Student(
        id=found.id,
        first_name=found.first_name or "",
        last_name=found.last_name or "",
        email=found.email or "",
        lms_id=found.lms_user_id or "",
    )


def assignments_of(book: Gradebook, course: Course) -> Iterator[Assignment]:
    """Yield the assignments with the cells that are worth points, in the order of their notebooks."""
    kinds: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    rows = (
        book.db.query(
            BookAssignment.name, BaseCell.type, BaseCell.name, GradeCell.max_score, TaskCell.max_score
        )
        .join(Notebook, Notebook.assignment_id == BookAssignment.id)
        .join(BaseCell, BaseCell.notebook_id == Notebook.id)
        .outerjoin(GradeCell.__table__, GradeCell.__table__.c.id == BaseCell.id)
        .outerjoin(TaskCell.__table__, TaskCell.__table__.c.id == BaseCell.id)
    )
    for lesson, kind, name, points, task in rows:
        kinds[lesson][kind][name] = float(points or task or 0.0)
    begun = {each for (each,) in book.db.query(SubmittedAssignment.assignment_id).distinct()}
    for each in book.db.query(BookAssignment).order_by(BookAssignment.name):
        if each.id not in begun:  # entered for its due date, and nobody has handed in
            continue
        found = kinds[each.name]
        order = order_of(each.name, course)
        cells = [
            Cell(grade_id=name, exercise=exercise_of(name), points=points, manual=name in by_hand)
            for name, points in {**found["GradeCell"], **found["TaskCell"]}.items()
            for by_hand in [{*found["SolutionCell"], *found["TaskCell"]}]
            if points
        ]
        cells.sort(key=lambda cell: (order.get(cell.grade_id, len(order)), cell.grade_id))
        yield Assignment(name=each.name, cells=tuple(cells), due=each.duedate)


def order_of(lesson: str, course: Course) -> dict[str, int]:
    """Return the place of every grade id in a lesson of the checkout, nothing for one it does not have."""
    try:
        return Master.read(lesson, course.project).index
    except Trouble:
        return {}


def submissions_of(
    book: Gradebook,
    students: tuple[Student, ...],
    assignments: tuple[Assignment, ...],
    kept: dict[Key, Record],
) -> Iterator[Submission]:
    """Yield a submission for every assignment and student: those of the gradebook, and the missing ones."""
    grades = grades_of(book)
    penalties: dict[str, float] = defaultdict(float)
    for part, points in book.db.query(
        SubmittedNotebook.assignment_id, SubmittedNotebook.late_submission_penalty
    ):
        penalties[part] += points or 0.0
    entered = {
        (found.student_id, found.assignment.name): found for found in book.db.query(SubmittedAssignment)
    }
    for assignment in assignments:
        for student in students:
            key = (student.id, assignment.name)
            if key not in entered:
                yield not_handed_in(student, assignment)
                continue
            found = entered[key]
            record = kept.get(key) or Record(student=student.id, assignment=assignment.name, status="graded")
            yield Submission(
                student=student,
                assignment=assignment,
                record=record,
                handed_in=found.timestamp,
                late=float(found.total_seconds_late),
                penalty=penalties[found.id],
                marks=tuple(
                    Mark(
                        cell=cell,
                        points=grades[key].get(cell.grade_id),
                        said=record.verdicts.get(cell.grade_id),
                    )
                    for cell in assignment.cells
                ),
            )


def grades_of(book: Gradebook) -> dict[Key, dict[str, float | None]]:
    """Return the points of every cell by student and assignment, None for one that waits for a person."""
    rows = (
        book.db.query(
            SubmittedAssignment.student_id,
            BookAssignment.name,
            BaseCell.name,
            Grade.score,
            Grade.manual_score,
            Grade.auto_score,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(BookAssignment, BookAssignment.id == SubmittedAssignment.assignment_id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
    )
    found: dict[Key, dict[str, float | None]] = defaultdict(dict)
    for student, assignment, cell, score, by_hand, by_machine in rows:
        waits = by_hand is None and by_machine is None
        found[student, assignment][cell] = None if waits else float(score)
    return found
