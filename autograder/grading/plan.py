"""Which submissions need grading: those whose record no longer says what is there.

A record is written last, after marks and notebook, and taken away first, before either is touched.  So one that is
there is true of all three, however an earlier run ended; the gradebook, which others write too, is looked at again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from autograder.errors import Trouble
from autograder.grading import records
from autograder.grading.course import Course
from autograder.grading.gradebook_read import Held, held
from autograder.grading.records import Record
from autograder.marks import KEPT, Row
from autograder.repair import reading
from autograder.running import versions
from autograder.running.run_one import master
from autograder.running.tasks import Done, Task

Submission = tuple[str, str]
"""(student, assignment)."""

REPRICED = "late penalty changed"
"""The reason to grade a late submission again whose lateness costs something else by now."""


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """How the submissions of one lesson are graded now; see ``records`` for what the fields mean."""

    parts: dict[str, str]
    sandbox: str
    limits: dict[str, Any]

    @classmethod
    def of(cls, task: Task, level: str | None = None) -> Circumstances:
        """Return how a task is graded, at a level that is known or chosen now.  Raises ``Trouble``."""
        from autograder.examine.launch import sandbox

        parts = versions.parts(master(task.assignment, task.root))
        return cls(parts=parts, sandbox=level or sandbox.chosen(), limits=asdict(task.limits))


def circumstances(tasks: list[Task]) -> dict[str, Circumstances]:
    """Return how each lesson among the tasks will be graded."""
    return {name: Circumstances.of(task) for name, task in {task.assignment: task for task in tasks}.items()}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What there is to do.

    todo  the submissions to run
    kept  the records of those that stay as they are
    why   for each of ``todo`` the reasons, in words
    now   lesson -> how it is graded
    """

    todo: list[Task] = field(default_factory=list)
    kept: list[Record] = field(default_factory=list)
    why: dict[Submission, list[str]] = field(default_factory=dict)
    now: dict[str, Circumstances] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        """Return the rows of what stays."""
        return [row for record in self.kept for row in record.marks()]


def make_plan(course: Course, tasks: list[Task], *, force: bool = False) -> Plan:
    """Return which submissions are to be run, and why; all of them for ``force``."""
    made = Plan(now=circumstances(tasks))
    found = {
        (task.student, task.assignment): records.find(course, task.student, task.assignment) for task in tasks
    }
    book = held(course.gradebook, course.course_id) if any(found.values()) else {}
    for task in tasks:
        key = task.student, task.assignment
        record = found[key]
        why = (
            ["not graded yet"]
            if record is None
            else reasons(course, task, record, made.now[key[1]], book.get(key))
        )
        if force and not why:
            why = ["asked for by --force"]
        if why or record is None:
            made.todo.append(task)
            made.why[key] = why
        else:
            made.kept.append(record)
    return made


def reasons(course: Course, task: Task, record: Record, now: Circumstances, book: Held | None) -> list[str]:
    """Return in words why a record does not hold any more, nothing if it does."""
    why = []
    if not record.content:
        why.append("could not be graded last time")
    elif record.content != content(task):
        why.append("submission changed")
    why += versions.changed(record.parts, now.parts)
    if record.sandbox != now.sandbox:
        why.append(f"sandbox {record.sandbox} → {now.sandbox}")
    why += [
        f"limit of {name} {record.limits.get(name)} → {value}"
        for name, value in now.limits.items()
        if record.limits.get(name) != value
    ]
    if book is None or any(book.scores.get(row["grade_id"]) != row["points"] for row in record.rows):
        why.append("the gradebook holds other marks")
    elif book.late != record.late:
        why.append("due date or extension changed")
    elif book.late and record.penalty != versions.penalty(course.config):
        why.append(REPRICED)
    if not (course.autograded / task.student / task.assignment / f"{task.assignment}.ipynb").is_file():
        why.append("its notebook is not in autograded/")
    return why


def content(task: Task) -> str:
    """Return the fingerprint of what is handed in now; of what cannot be read it is empty."""
    lesson = master(task.assignment, task.root)
    try:
        return reading.handed_in(task.folder, lesson.name, lesson.stubs)[2]
    except OSError:
        return ""


def record(
    result: Done,
    now: Circumstances,
    timestamp: datetime | None = None,
    late: float = 0.0,
    penalty: str = "",
) -> Record:
    """Return what is to be kept of a result."""
    rows = [
        Row.of(result.student, result.assignment, grade_id, graded.verdict, result.status).published()
        for grade_id, graded in result.verdicts.items()
    ]
    return Record(
        student=result.student,
        assignment=result.assignment,
        status=result.status,
        notes=result.notes,
        content=result.content,
        timestamp=None if timestamp is None else timestamp.isoformat(),
        late=late,
        penalty=penalty,
        version=versions.of_data(now.parts),
        parts=now.parts,
        sandbox=result.notebook["metadata"].get("sandbox", now.sandbox),
        limits=now.limits,
        graded=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds={grade_id: round(graded.seconds, 3) for grade_id, graded in result.verdicts.items()},
        rows=rows,
    )


def signed(result: Done, kept: Record) -> dict[str, Any]:
    """Return the notebook for ``autograded/``: it says what was graded, by which checks, in which sandbox."""
    about = {"content": kept.content, "version": kept.version, "sandbox": kept.sandbox}
    about["checks"] = kept.parts.get("checks", "")
    metadata = result.notebook["metadata"]
    return {**result.notebook, "metadata": {**metadata, KEPT: {**metadata.get(KEPT, {}), **about}}}


@contextlib.contextmanager
def locked(course: Course) -> Iterator[None]:
    """Let nobody else grade this course meanwhile.  Raises ``Trouble`` if somebody does.

    The system gives the lock back however this process ends.
    """
    place = records.folder(course).parent
    place.mkdir(exist_ok=True)
    with open(place / "lock", "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            who = file.read().strip() or "unknown"
            raise Trouble(
                f"{course.folder} is being graded by another run (process {who}). Wait for it, or stop it; "
                "what it has graded by then is kept."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
