"""Run one submission: read, repair, execute.  This is what every worker does."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from nbformat import NotebookNode, from_dict

from autograder.examine.run import run_in_examiner
from autograder.lesson import Master
from autograder.marks import KEPT, Limits, Ran, Status, zero
from autograder.project import Project
from autograder.repair import reading
from autograder.repair.rebuild import Repaired, blank, repair
from autograder.running.tasks import Done, Handed, Task


@lru_cache(maxsize=32)
def master(lesson: str, root: Path) -> Master:
    """Return a lesson, read once per process."""
    return Master.read(lesson, Project(root))


def fetch(folder: Path, lesson: Master) -> Handed:
    """Return what lies in a student's folder."""
    try:
        data, notes, content = reading.handed_in(folder, lesson.name, lesson.stubs)
    except OSError as error:
        return Handed(trouble=f"The file could not be read: {error.strerror}.")
    return Handed(data=data, notes=notes, content=content)


def read(folder: Path, lesson: Master) -> Repaired:
    """Return the notebook to run for a student's folder."""
    return mended(fetch(folder, lesson), lesson)


def mended(handed: Handed, lesson: Master) -> Repaired:
    """Return the notebook to run for what was handed in."""
    if handed.trouble:
        return Repaired(notebook=blank(lesson), status="unreadable", notes=[handed.trouble])
    return replace(repair(handed.data, lesson, handed.notes), content=handed.content)


def execute(repaired: Repaired, limits: Limits) -> Ran:
    """Run a repaired notebook; one that was not handed in or cannot be read gets its zeros without running."""
    if repaired.status == "graded":
        ran = run_in_examiner(repaired.notebook, limits)
    else:
        kind = "unfinished" if repaired.status == "missing" else "error"
        notebook = repaired.notebook
        ran = Ran(notebook=notebook, verdicts=zero(notebook.cells, kind, repaired.notes[0]))
    about = {"status": repaired.status, "notes": repaired.notes, "content": repaired.content}
    ran.notebook.metadata[KEPT] = about
    return ran


def work(task: Task) -> Done:
    """Read, repair and run one submission.  This is what a worker does."""
    lesson = master(task.assignment, task.root)
    repaired = mended(task.handed or fetch(task.folder, lesson), lesson)
    ran = execute(repaired, task.limits)
    return replace(done(task, repaired.status, repaired.notes, ran), content=repaired.content)


def done(task: Task, status: Status, notes: list[str], ran: Ran) -> Done:
    """Return a result as plain data."""
    plain = json.loads(json.dumps(ran.notebook))
    names = {"student": task.student, "assignment": task.assignment}
    return Done(**names, status=status, notes=notes, notebook=plain, verdicts=ran.verdicts)


def gave_up(task: Task, why: str) -> Done:
    """Return zeros for a submission that the grader itself could not get through; it says so."""
    lesson = master(task.assignment, task.root)
    text = f"This could not be graded and needs the instructor: {why}"[:300]
    notebook = blank(lesson)
    notebook.metadata[KEPT] = {"status": "unreadable", "notes": [text]}
    ran = Ran(notebook=notebook, verdicts=zero(lesson.cells, "error", text))
    return done(task, "unreadable", [text], ran)


def notebook_of(result: Done) -> NotebookNode:
    """Return the notebook of a result."""
    return from_dict(result.notebook)
