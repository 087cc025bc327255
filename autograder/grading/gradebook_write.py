"""Marks into nbgrader's gradebook, through its API, from verdicts alone.

Both `autograder grade` and the preprocessor behind `nbgrader autograde` write with ``record``.  Importing this
module imports nbgrader, which takes seconds; only the process that owns the gradebook does so.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from nbformat import from_dict
from nbformat.v4 import new_notebook
from sqlalchemy import create_engine, inspect, text

from autograder.grading.lazy_packages import later
from autograder.lesson import Master
from autograder.marks import ADDED, Record, Verdict, nbgrader_of, points_of
from autograder.repair import reading
from autograder.times import read_time


def own_programs_first() -> None:
    """Let nbgrader find ``alembic``, which it starts by name, beside this Python: nobody need activate anything."""
    beside = str(Path(sys.executable).parent)
    if beside not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])


own_programs_first()
later("nbgrader", __version__="_version")
later("nbgrader.auth", Authenticator="base")

from nbgrader.api import Base, BaseCell, Grade, Gradebook  # noqa: E402  (not before)
from nbgrader.dbutil import ALEMBIC_DIR  # noqa: E402
from nbgrader.utils import compute_checksum  # noqa: E402

from autograder.grading import cells  # noqa: E402

SETTING = re.compile(r"^(revision|down_revision)\s*=\s*['\"](\w+)['\"]", re.MULTILINE)


def create(url: str) -> None:
    """Make the tables of a gradebook, as nbgrader does and with its version, unless there are some.

    nbgrader starts a program to learn the version it writes.  It is the one revision in its folder of migrations
    that no other comes after.
    """
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            if inspect(connection).get_table_names():
                return
            Base.metadata.create_all(connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head()})
    finally:
        engine.dispose()


def head() -> str:
    """Return the version of nbgrader's tables: what ``alembic heads`` says."""
    revisions, before = set(), set()
    for file in Path(ALEMBIC_DIR, "versions").glob("*.py"):
        source = file.read_text(encoding="utf-8")
        found = dict(SETTING.findall(source))
        revisions.add(found["revision"])
        before.add(found.get("down_revision"))
    (last,) = revisions - before
    return last


def prepare(url: str, course_id: str, master: Master) -> None:
    """Enter a lesson into the gradebook, unless it is there.  Raises ``Trouble`` if its cells changed."""
    create(url)
    cells.prepare(url, course_id, master)


USUAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? UTC")
"""How nbgrader's exchange writes a time, unless it is configured otherwise."""


class Ledger:
    """The one writer of a gradebook.

    config  nbgrader's settings of the course, for its plugin that says what a late submission costs
    """

    def __init__(self, url: str, course_id: str, config: Any = None):
        self.url = url
        self.config = config
        self.book = Gradebook(url, course_id)
        self.book.db().expire_on_commit = False  # nobody else writes: what was read once stays true

    def close(self) -> None:
        """Let the database go."""
        self.book.close()

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        """Let nbgrader's steps be one transaction, ended by who asks for this: one wait for the disk, not three."""
        session = self.book.db()
        session.commit = session.flush
        try:
            yield
        finally:
            del session.commit

    def due(self, assignment: str) -> datetime | None:
        """Return when an assignment was due, in UTC without a zone; None if nobody said."""
        return self.book.find_assignment(assignment).duedate

    def record(self, record: Record, notebook: dict[str, Any], timestamp: datetime | None = None) -> float:
        """Write every mark of one submission, replacing whatever an earlier run left; return the seconds late."""
        when = {} if timestamp is None else {"timestamp": timestamp}
        with self.at_once():
            self.book.update_or_create_student(record.student)
            with self.book.db().no_autoflush:  # nbgrader builds the whole submission before it adds it
                submission = self.book.update_or_create_submission(record.assignment, record.student, **when)
        answers = {
            nbgrader_of(cell)["grade_id"]: cell
            for cell in notebook["cells"]
            if nbgrader_of(cell) and not (nbgrader_of(cell).get("task") and not has_own_cells(notebook))
        }
        for part in submission.notebooks:
            part.late_submission_penalty = None
            for grade in part.grades:
                mark(grade, record.verdicts.get(grade.cell.name), answers.get(grade.cell.name))
            for comment in part.comments:
                comment.auto_comment = "No response." if unanswered(answers.get(comment.cell.name)) else None
        self.book.db.commit()
        if submission.total_seconds_late > 0:
            from nbgrader.preprocessors import AssignLatePenalties

            names = {"notebook": record.assignment, "assignment": record.assignment}
            names |= {"student": record.student, "db_url": self.url}
            AssignLatePenalties(config=self.config).preprocess(new_notebook(), {"nbgrader": names})
        return float(submission.total_seconds_late)


def mark(grade: Grade, verdict: Verdict | None, cell: Mapping[str, Any] | None) -> None:
    """Write one mark.  A manual cell waits for a person unless it was left empty or is worth nothing."""
    if verdict is not None:
        grade.auto_score = verdict.points
    elif cell is not None and points_of(cell) and not unanswered(cell):
        grade.auto_score = None
    else:
        grade.auto_score = 0.0
    grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None


def has_own_cells(notebook: Mapping[str, Any]) -> bool:
    """Whether the student added a cell; a task is answered in cells of their own, so without one it is not."""
    return any(cell.get("id", "").startswith(ADDED) for cell in notebook["cells"])


def unanswered(cell: Mapping[str, Any] | None) -> bool:
    """Whether a cell for an answer still is the stub that students were given; a task that is not there is not."""
    if cell is None:
        return True
    if not nbgrader_of(cell).get("solution"):
        return False
    given = nbgrader_of(cell).get("checksum")
    return given is not None and given == compute_checksum(from_dict(cell))


def waiting(names: Mapping[str, Any]) -> set[str]:
    """Return the grade ids of a submission that wait for a person.

    names  nbgrader's: db_url, notebook, assignment, student
    """
    with Gradebook(names["db_url"]) as book:
        found = book.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
        return {
            each.cell.name for each in found.grades if each.auto_score is None and each.manual_score is None
        }


def timestamp(folder: Path) -> datetime | None:
    """Return when a submission was handed in, if it says so in a way that can be read."""
    said = reading.stamp(folder)
    when = read_time(said).when if said else None
    return None if when is None else when.replace(tzinfo=None)


def time_notes(folder: Path, due: datetime | None) -> list[str]:
    """Return what was read from a timestamp that is not written as nbgrader writes it, for whoever grades."""
    said = reading.stamp(folder)
    if not said or USUAL.fullmatch(said):
        return []
    time = read_time(said)
    unread = "" if time.when else ". It counts as in time until somebody writes one that can be read, in UTC"
    return [f"timestamp.txt: {time.against(due)}{unread}."]


def scores(url: str, course_id: str) -> dict[tuple[str, str, str], Any]:
    """Return (student, assignment, grade_id) -> score as the gradebook has it."""
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)
    with Gradebook(url, course_id) as book:
        found = book.db.query(Grade, BaseCell.name).join(BaseCell, BaseCell.id == Grade.cell_id).all()
        return {(grade.student.id, grade.assignment.name, name): grade.score for grade, name in found}
