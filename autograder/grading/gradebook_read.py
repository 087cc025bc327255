"""What the gradebook holds, read through nbgrader's tables.  Nothing is written, and no database is made.

nbgrader is imported when there is something to read: it takes 0.7 s of processor time, and a course that was never
graded can do without until its first submission runs.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from autograder.grading import database

if TYPE_CHECKING:
    from sqlalchemy.orm import Query, Session

Key = tuple[str, str]
"""(student, assignment)."""


@dataclass(kw_only=True)
class Entry:
    """What the gradebook holds of one submission.

    scores     grade_id -> points that grading gave, None while a person has to give them
    manual     grade_id -> points that a person gave, None where nobody did
    extra      grade_id -> extra credit
    handed_in  UTC without a zone
    due        when it was to be handed in, with its extension, likewise
    late       seconds after that
    penalty    points taken off for that
    comments   (grade_id, by grading, by a person)
    """

    scores: dict[str, float | None] = field(default_factory=dict)
    manual: dict[str, float | None] = field(default_factory=dict)
    extra: dict[str, float | None] = field(default_factory=dict)
    handed_in: datetime | None = None
    due: datetime | None = None
    late: float = 0.0
    penalty: float = 0.0
    comments: list[tuple[str, str | None, str | None]] = field(default_factory=list)

    def points(self, grade_id: str) -> float | None:
        """Return the points that count, None while they wait for a person."""
        manual = self.manual.get(grade_id)
        given = self.scores.get(grade_id) if manual is None else manual
        return None if given is None else given + (self.extra.get(grade_id) or 0.0)

    def by_hand(self) -> list[list[Any]]:
        """Return what a person gave: grade id, points and extra credit."""
        return [
            [name, points, self.extra.get(name)]
            for name, points in sorted(self.manual.items())
            if points is not None or self.extra.get(name)
        ]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was handed in yet: the gradebook has it for an extension alone."""
        given = [*self.scores.values(), *self.manual.values()]
        return self.handed_in is None and not any(self.extra.values()) and given.count(None) == len(given)

    def waits(self) -> set[str]:
        """Return the grade ids whose points a person has to give."""
        return {name for name in self.scores if self.points(name) is None}

    def fingerprint(self) -> str:
        """Return the SHA-256 of all a feedback page shows of the gradebook."""
        shown = [self.scores, self.manual, self.extra, self.late, self.penalty, self.comments]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


@contextmanager
def reading(url: str) -> Iterator[Session | None]:
    """Lend a session on a gradebook, None for one that is not there or holds nothing yet.

    Raises ``Trouble`` for one that cannot be read, so that nobody takes it for empty.
    """
    if not database.check(url):
        yield None
        return
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    engine = create_engine(url)
    try:
        with database.told_plainly(url), Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def read(url: str, course_id: str = "", only: Key | None = None) -> dict[Key, Entry]:
    """Return (student, assignment) -> what the gradebook holds of it, or of one submission alone."""
    with reading(url) as session:
        return {} if session is None else entries(session, course_id, only)


def students(url: str) -> dict[str, list[str]]:
    """Return the students of a gradebook, by their ids: first and last name, email and lms_user_id, where known."""
    with reading(url) as session:
        if session is None:
            return {}
        from nbgrader.api import Student

        about = (Student.first_name, Student.last_name, Student.email, Student.lms_user_id)
        return {
            name: [(each or "").strip() for each in rest] for name, *rest in session.query(Student.id, *about)
        }


def entries(session: Session, course_id: str = "", only: Key | None = None) -> dict[Key, Entry]:
    """Return (student, assignment) -> what the gradebook holds of it, in two queries whatever the class."""
    from nbgrader.api import Assignment, Comment, Grade, SubmittedAssignment, SubmittedNotebook

    found: dict[Key, Entry] = defaultdict(Entry)
    grades = session.query(
        Grade.auto_score,
        Grade.manual_score,
        Grade.extra_credit,
        SubmittedNotebook.late_submission_penalty,
        SubmittedAssignment.timestamp,
        SubmittedAssignment.extension,
        Assignment.duedate,
    )
    for *marks, penalty, when, extension, due, student, lesson, cell in of_submissions(
        grades, Grade, course_id, only
    ):
        entry = found[student, lesson]
        entry.scores[cell], entry.manual[cell], entry.extra[cell] = marks
        entry.handed_in, entry.due = when, due and due + (extension or timedelta())
        entry.late, entry.penalty = late(when, entry.due), penalty or 0.0
    comments = session.query(Comment.auto_comment, Comment.manual_comment)
    for auto, manual, student, lesson, cell in of_submissions(comments, Comment, course_id, only):
        found[student, lesson].comments.append((cell, auto, manual))
    return dict(found)


def of_submissions(query: Query, kind: Any, course_id: str, only: Key | None) -> Query:
    """Return a query of grades or comments with student, assignment and cell added, in their order."""
    from nbgrader.api import Assignment, BaseCell, SubmittedAssignment, SubmittedNotebook

    about = (SubmittedAssignment.student_id, Assignment.name, BaseCell.name)
    query = (
        query.select_from(kind)
        .join(SubmittedNotebook, kind.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(BaseCell, kind.cell_id == BaseCell.id)
        .add_columns(*about)
        .order_by(*about)
    )
    if course_id:
        query = query.filter(Assignment.course_id == course_id)
    if only is not None:
        query = query.filter(SubmittedAssignment.student_id == only[0], Assignment.name == only[1])
    return query


def late(timestamp: datetime | None, due: datetime | None) -> float:
    """Return the seconds after the time at which something was due, as nbgrader counts them."""
    return 0.0 if timestamp is None or due is None else max(0.0, (timestamp - due).total_seconds())
