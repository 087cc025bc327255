"""Marks from the gradebook and verdicts from grading, put together; importing this module imports nbgrader."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from nbgrader.api import Assignment as BookAssignment
from nbgrader.api import BaseCell, GradeCell, Notebook, TaskCell
from nbgrader.api import Student as BookStudent
from sqlalchemy.orm import Session

from autograder.errors import Trouble
from autograder.grading import records
from autograder.grading.course import Course
from autograder.grading.gradebook_read import Entry, Key, entries, reading
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
from course import lessons


def gather(course: Course) -> ClassBook:
    """Return everything the course folder knows.  Raises ``Trouble`` when nothing was graded yet."""
    with reading(course.gradebook) as session:
        if session is None:
            raise Trouble(f"{course.folder} has no gradebook yet. Run `autograder grade` first.")
        book = entries(session, course.course_id)
        students = tuple(students_of(session))
        assignments = tuple(assignments_of(session, course, {assignment for _, assignment in book}))
    if not assignments or not students:
        raise Trouble("The gradebook has no submission yet. Run `autograder grade` first.")
    kept = {(each.student, each.assignment): each for each in records.read(course)}
    found = tuple(
        submission_of(student, assignment, book.get((student.id, assignment.name)), kept)
        for assignment in assignments
        for student in students
    )
    name = course.course_id or course.folder.name
    return ClassBook(course=name, students=students, assignments=assignments, submissions=found)


def enrolled(course: Course) -> tuple[list[Student], dict[str, datetime | None]]:
    """Return the students of the gradebook and the due dates, before anything need have been graded.

    Raises ``Trouble`` for a gradebook without students.
    """
    students: list[Student] = []
    due: dict[str, datetime | None] = {}
    with reading(course.gradebook) as session:
        if session is not None:
            students = list(students_of(session))
            due = dict(session.query(BookAssignment.name, BookAssignment.duedate).all())
    if not students:
        raise Trouble(
            f"The gradebook of {course.folder} has no students. `nbgrader db student import FILE.csv` enters them: "
            "id, first_name, last_name, email, lms_user_id."
        )
    return students, due


def students_of(session: Session) -> Iterator[Student]:
    """Yield the students of the gradebook."""
    about = (BookStudent.first_name, BookStudent.last_name, BookStudent.email, BookStudent.lms_user_id)
    for name, *rest in session.query(BookStudent.id, *about).order_by(BookStudent.id):
        first, last, email, lms_id = ((each or "").strip() for each in rest)
        yield Student(id=name, first_name=first, last_name=last, email=email, lms_id=lms_id)


def assignments_of(session: Session, course: Course, handed_in: set[str]) -> Iterator[Assignment]:
    """Yield the assignments with the cells that are worth points, in the order of their notebooks.

    One that was only entered for its due date, and that nobody has handed in, is left out.
    """
    kinds: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    rows = (
        session.query(
            BookAssignment.name, BaseCell.type, BaseCell.name, GradeCell.max_score, TaskCell.max_score
        )
        .join(Notebook, Notebook.assignment_id == BookAssignment.id)
        .join(BaseCell, BaseCell.notebook_id == Notebook.id)
        .outerjoin(GradeCell.__table__, GradeCell.__table__.c.id == BaseCell.id)
        .outerjoin(TaskCell.__table__, TaskCell.__table__.c.id == BaseCell.id)
    )
    for lesson, kind, name, points, task in rows:
        kinds[lesson][kind][name] = float(points or task or 0.0)
    due_dates = session.query(BookAssignment.name, BookAssignment.duedate).all()
    for lesson, due in sorted(due_dates, key=lambda row: lessons.order(row[0])):
        if lesson not in handed_in:
            continue
        found = kinds[lesson]
        order = order_of(lesson, course)
        by_hand = {*found["SolutionCell"], *found["TaskCell"]}
        cells = [
            Cell(grade_id=name, exercise=exercise_of(name), points=points, manual=name in by_hand)
            for name, points in {**found["GradeCell"], **found["TaskCell"]}.items()
            if points
        ]
        cells.sort(key=lambda cell: (order.get(cell.grade_id, len(order)), cell.grade_id))
        yield Assignment(name=lesson, cells=tuple(cells), due=due)


def order_of(lesson: str, course: Course) -> dict[str, int]:
    """Return the place of every grade id in a lesson of the checkout, nothing for one it does not have."""
    try:
        return Master.read(lesson, course.project).index
    except Trouble:
        return {}


def submission_of(
    student: Student, assignment: Assignment, entry: Entry | None, kept: dict[Key, Record]
) -> Submission:
    """Return what is known of one assignment of one student, handed in or not."""
    record = kept.get((student.id, assignment.name))
    if entry is None or (record is None and entry.is_empty):
        return not_handed_in(student, assignment)
    record = record or Record(student=student.id, assignment=assignment.name, status="graded")
    return Submission(
        student=student,
        assignment=assignment,
        record=record,
        handed_in=entry.handed_in,
        late=entry.late,
        penalty=entry.penalty,
        marks=tuple(
            Mark(
                cell=cell,
                points=entry.points(cell.grade_id),
                said=record.verdicts.get(cell.grade_id),
            )
            for cell in assignment.cells
        ),
    )
