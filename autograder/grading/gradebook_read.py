"""What a gradebook holds, read in two questions and without importing nbgrader, which takes seconds.

Nothing is ever written here, and no database is made that is not there.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from autograder.grading import database

GRADES = """
SELECT submitted_assignment.student_id AS student, assignment.name AS lesson, base_cell.name AS cell,
       grade.auto_score, grade.manual_score, grade.extra_credit,
       submitted_notebook.late_submission_penalty AS penalty,
       submitted_assignment.timestamp, submitted_assignment.extension, assignment.duedate
FROM grade
JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN assignment ON submitted_assignment.assignment_id = assignment.id
JOIN base_cell ON grade.cell_id = base_cell.id
WHERE :course = '' OR assignment.course_id = :course
ORDER BY student, lesson, cell
"""
COMMENTS = """
SELECT submitted_assignment.student_id AS student, assignment.name AS lesson, base_cell.name AS cell,
       comment.auto_comment, comment.manual_comment
FROM comment
JOIN submitted_notebook ON comment.notebook_id = submitted_notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN assignment ON submitted_assignment.assignment_id = assignment.id
JOIN base_cell ON comment.cell_id = base_cell.id
WHERE :course = '' OR assignment.course_id = :course
ORDER BY student, lesson, cell
"""


@dataclass(kw_only=True)
class Held:
    """What the gradebook holds of one submission.

    scores  grade_id -> what grading gave
    manual  grade_id -> what a person gave
    late    seconds after the due date and its extension
    rest    what a page shows besides
    """

    scores: dict[str, float | None] = field(default_factory=dict)
    manual: dict[str, float | None] = field(default_factory=dict)
    late: float = 0.0
    rest: list[Any] = field(default_factory=list)

    def fingerprint(self) -> str:
        """Return the SHA-256 of all a feedback page shows of the gradebook."""
        return hashlib.sha256(
            json.dumps([self.scores, self.manual, self.late, self.rest]).encode()
        ).hexdigest()


def held(url: str, course_id: str) -> dict[tuple[str, str], Held]:
    """Return (student, assignment) -> what the gradebook holds; nothing for one that is not there, or new.

    Raises ``Trouble`` for one that cannot be read, so that nobody takes it for empty.
    """
    if not database.check(url):
        return {}
    from sqlalchemy import DateTime, Interval, create_engine, text

    times: dict[str, Any] = {"timestamp": DateTime(), "extension": Interval(), "duedate": DateTime()}
    engine = create_engine(url)
    found: dict[tuple[str, str], Held] = defaultdict(Held)
    try:
        with database.told_plainly(url), engine.connect() as connection:
            question = text(GRADES).columns(**times)
            for row in connection.execute(question, {"course": course_id}):
                one = found[row.student, row.lesson]
                one.scores[row.cell] = row.auto_score
                one.late = late(row.timestamp, row.duedate, row.extension)
                one.manual[row.cell] = row.manual_score
                one.rest.append([row.cell, row.extra_credit, row.penalty])
            for row in connection.execute(text(COMMENTS), {"course": course_id}):
                found[row.student, row.lesson].rest.append([row.cell, row.auto_comment, row.manual_comment])
    finally:
        engine.dispose()
    return dict(found)


def late(timestamp: datetime | None, duedate: datetime | None, extension: Any) -> float:
    """Return the seconds after the due date, as nbgrader counts them."""
    if timestamp is None or duedate is None:
        return 0.0
    due = duedate if extension is None else duedate + extension
    return max(0.0, (timestamp - due).total_seconds())
