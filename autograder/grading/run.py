"""Run submissions: one function for one submission, and a pool of processes for many."""

from __future__ import annotations

import importlib
import json
from collections import deque
from collections.abc import Generator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.errors import Trouble
from autograder.feedback.students import KEPT
from autograder.grading import reading
from autograder.grading.master import Master
from autograder.grading.workers import Mismatch, Processes, ThisProcess, Workers, end
from autograder.marks import Executor, Graded, Limits, Ran, Status, zero
from autograder.project import Project
from autograder.repair import Repaired, blank, repair

EXECUTORS = {
    "kernel": "autograder.kernel.run_in_kernel",
    "examiner": "autograder.examine.run.run_in_examiner",
}
"""The choices of ``--executor``: where each ``Executor`` is."""

TICK = 5.0
"""Seconds after which workers that said nothing are looked after."""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What a student handed in, as bytes; see ``reading.handed_in``.

    trouble  why it could not be read, in words for the student
    """

    data: bytes | None = None
    notes: list[str] = field(default_factory=list)
    content: str = ""
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One submission to run: plain data, so that it can go to another process.

    folder  where it lies, for a worker of this machine
    handed  what lies there, for a worker of another one
    """

    student: str
    assignment: str
    folder: Path
    root: Path
    executor: str = "examiner"
    limits: Limits = field(default_factory=Limits)
    handed: Handed | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of a submission: the notebook with outputs as plain data, and a verdict per graded cell.

    content  the fingerprint of what was graded, see ``reading.fingerprint``; empty where it was not graded at all
    """

    student: str
    assignment: str
    status: Status
    notes: list[str]
    notebook: dict[str, Any]
    verdicts: dict[str, Graded]
    content: str = ""


def executor(name: str) -> Executor:
    """Return an executor by the name of the setting.  Raises ``Trouble`` for one that is not there."""
    try:
        module, _, function = EXECUTORS[name].rpartition(".")
        return getattr(importlib.import_module(module), function)
    except KeyError:
        raise Trouble(f"There is no executor {name!r}. Choose from: {', '.join(EXECUTORS)}.") from None
    except ImportError as error:
        raise Trouble(f"The executor {name!r} is not available here: {error}.") from None


@lru_cache(maxsize=32)
def master(lesson: str, root: Path) -> Master:
    """Return a lesson, read once per process."""
    return Master.read(lesson, Project(root))


def fetch(folder: Path, lesson: Master) -> Handed:
    """Return what lies in a student's folder."""
    try:
        data, notes, content = reading.handed_in(folder, lesson.name, set(lesson.index))
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


def execute(repaired: Repaired, run: Executor, limits: Limits) -> Ran:
    """Run a repaired notebook; one that was not handed in or cannot be read gets its zeros without running."""
    if repaired.status == "graded":
        ran = run(repaired.notebook, limits)
    else:
        kind = "unfinished" if repaired.status == "missing" else "error"
        notebook = repaired.notebook
        ran = Ran(notebook=notebook, verdicts=zero(notebook.cells, kind, repaired.notes[0]))
    ran.notebook.metadata[KEPT] = {"status": repaired.status, "notes": repaired.notes}
    return ran


def work(task: Task) -> Done:
    """Read, repair and run one submission.  This is what a worker does."""
    lesson = master(task.assignment, task.root)
    repaired = mended(task.handed or fetch(task.folder, lesson), lesson)
    ran = execute(repaired, executor(task.executor), task.limits)
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


def run_all(tasks: list[Task], workers: Workers | int) -> Generator[Done, None, None]:
    """Yield each submission's result as it comes; each task yields once.

    workers  who runs them, or how many processes of this machine, 0 for this one

    A task that breaks is tried once more, by itself, because it may have taken its process and others along.
    """
    if isinstance(workers, int):
        workers = Processes(workers) if workers else ThisProcess()
    rest, broken = deque(tasks), []
    while rest:
        for task, outcome in finished(rest, workers):
            if isinstance(outcome, Done):
                yield outcome
            else:
                broken.append(task)
    for task in broken:
        for _, outcome in finished(deque([task]), workers):
            yield outcome if isinstance(outcome, Done) else gave_up(task, outcome)


def finished(tasks: deque[Task], workers: Workers) -> Generator[tuple[Task, Done | str], None, None]:
    """Take tasks and yield each with its result, or with what went wrong, until all are done or the pool broke."""
    sent: dict[Future, Task] = {}
    with workers.pool() as pool:
        try:
            while True:
                while tasks and len(sent) < workers.most:
                    try:
                        call, what = workers.sent(work, tasks[0])
                        future = pool.submit(call, what)
                    except BrokenExecutor:
                        break
                    sent[future] = tasks.popleft()
                if not sent:
                    return
                ready, _ = wait(sent, timeout=TICK, return_when=FIRST_COMPLETED)
                for future in ready:
                    yield sent.pop(future), outcome(future)
                    workers.under_way()
                if not ready:
                    workers.check()
        except BaseException:
            end(pool)
            raise


def outcome(future: Future) -> Done | str:
    """Return the result of a task, or in words what went wrong.  Raises ``Mismatch``."""
    try:
        return future.result()
    except BrokenExecutor:
        return "a grading process ended"
    except Mismatch:
        raise
    except (Exception, CancelledError) as error:
        return f"{type(error).__name__}: {error}"


def notebook_of(result: Done) -> NotebookNode:
    """Return the notebook of a result."""
    return from_dict(result.notebook)
