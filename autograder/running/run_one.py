"""Run one submission: read, repair, execute.  This is what every worker does."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.deadline import READING, Overtime, within
from autograder.examine.limits import PATIENCE
from autograder.examine.run import run_in_examiner
from autograder.lesson import Master
from autograder.marks import KEPT, Limits, Ran, Record, zero
from autograder.printing import readable
from autograder.project import Project
from autograder.repair import finding
from autograder.repair.rebuild import Repaired, blank, repair
from autograder.running import versions

MARGIN = 60.0
"""Seconds for what is neither reading a notebook nor running it."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One submission to run: plain data, so that it can go to another process.

    folder     where it lies, for a worker of this machine
    parts      what its marks depend on, see ``autograder.running.versions``
    sandbox    the level it is to run at
    submitted  what lies in the folder, for a worker of another machine
    """

    student: str
    assignment: str
    folder: Path
    root: Path
    limits: Limits
    parts: dict[str, str]
    sandbox: str
    submitted: finding.Submitted | None = None

    @property
    def seconds(self) -> float:
        """Seconds after which it is given up, however it is stuck: an honest one ends long before."""
        return self.limits.total * PATIENCE + 2 * READING + MARGIN


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of a submission: its record, and the notebook with outputs as plain data."""

    record: Record
    notebook: dict[str, Any]


@lru_cache(maxsize=32)
def master(lesson: str, root: Path) -> Master:
    """Return a lesson, read once per process."""
    return Master.read(lesson, Project(root))


def fetch(folder: Path, lesson: Master) -> finding.Submitted:
    """Return what lies in a student's folder."""
    return finding.submitted(folder, lesson.name, lesson.stubs)


def read(folder: Path, lesson: Master) -> Repaired:
    """Return the notebook to run for a student's folder."""
    return mended(fetch(folder, lesson), lesson)


def mended(found: finding.Submitted, lesson: Master) -> Repaired:
    """Return the notebook to run for what was handed in."""
    if found.trouble:
        return Repaired(notebook=blank(lesson), status="unreadable", notes=[found.trouble])
    try:
        with within(READING):
            return replace(repair(found.data, lesson, found.notes), content=found.content)
    except Overtime:
        return Repaired(notebook=blank(lesson), status="unreadable", notes=[finding.TOO_SLOW])


def run(repaired: Repaired, limits: Limits) -> Ran:
    """Run a repaired notebook; one that was not handed in or cannot be read gets its zeros without running."""
    if repaired.status == "graded":
        return run_in_examiner(repaired.notebook, limits)
    missing = repaired.status == "missing"
    kind, said = ("unfinished", repaired.notes) if missing else ("error", repaired.notes[:1])
    return Ran(notebook=repaired.notebook, verdicts=zero(repaired.notebook.cells, kind, "\n".join(said)))


def grade(task: Task, repaired: Repaired) -> Result:
    """Run a repaired notebook; return its record and the notebook, which says by what it was graded."""
    ran = run(repaired, task.limits)
    record = Record(
        student=task.student,
        assignment=task.assignment,
        status=repaired.status,
        notes=[readable(note) for note in (*repaired.notes, *ran.notes)],
        content=repaired.content,
        version=versions.of_data(task.parts),
        parts=task.parts,
        sandbox=task.sandbox,
        limits=asdict(task.limits),
        graded=datetime.now(UTC).isoformat(timespec="seconds"),
        verdicts=ran.verdicts,
    )
    kept = {name: getattr(record, name) for name in ("status", "notes", "content", "version", "sandbox")}
    ran.notebook.metadata[KEPT] = {**kept, "checks": task.parts.get("checks", "")}
    return Result(record=record, notebook=json.loads(json.dumps(ran.notebook)))


def work(task: Task) -> Result:
    """Read, repair and run one submission.  This is what a worker does.  Raises ``Overtime``."""
    lesson = master(task.assignment, task.root)
    with within(task.seconds):
        return grade(task, mended(task.submitted or fetch(task.folder, lesson), lesson))


def gave_up(task: Task, why: str) -> Result:
    """Return the result of a submission that the grader could not get through: no marks, and why."""
    record = Record(student=task.student, assignment=task.assignment, status="not graded", notes=[why[:300]])
    return Result(record=record, notebook={})
