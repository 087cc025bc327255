"""Grade the submissions of a course folder: run them in workers, record every one here as it comes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from autograder.errors import Trouble
from autograder.examine.launch import sandbox
from autograder.grading import records
from autograder.grading.course import Course
from autograder.grading.writer import Writer
from autograder.marks import Limits, Record, Row
from autograder.running import versions
from autograder.running.run_many import run_all
from autograder.running.run_one import master
from autograder.running.tasks import Result, Task
from autograder.running.workers import Workers

Progress = Callable[[Result], None]


def tasks(course: Course, assignments: list[str], limits: Limits) -> list[Task]:
    """Return every submission of the assignments, all that were handed in for none.  Raises ``Trouble``."""
    chosen = course.project.chosen(assignments) if assignments else course.assignments()
    found = [
        each
        for assignment in chosen
        if (students := course.handed_in(assignment))
        for each in tasks_of(course, assignment, students, limits)
    ]
    if not found:
        raise Trouble(
            f"Nothing to grade: {course.submitted} holds no submission of {', '.join(chosen) or 'any lesson'}. "
            f"A submission is {course.submitted.name}/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb."
        )
    return found


def tasks_of(course: Course, assignment: str, students: list[str], limits: Limits) -> list[Task]:
    """Return the submissions of some students for one assignment."""
    root = course.project.root
    parts, level = versions.parts(master(assignment, root)), sandbox.chosen()
    return [
        Task(
            student=student,
            assignment=assignment,
            folder=course.submitted / student / assignment,
            root=root,
            limits=limits,
            parts=parts,
            sandbox=level,
        )
        for student in students
    ]


def grade(
    course: Course,
    chosen: list[Task],
    *,
    jobs: int | Workers,
    faults: list[Record] | None = None,
    progress: Progress = lambda result: None,
) -> list[Row]:
    """Run the submissions and record every one as it comes; return all rows, ordered.

    jobs    who runs them, or how many processes do; 0 runs them in this one
    faults  takes those that the grader failed to get through; nothing is recorded of them

    This process is the only one that writes to the gradebook.
    """
    rows: list[Row] = []
    writer = Writer(course, {task.assignment for task in chosen}, partial(save, course))
    results = run_all(chosen, jobs)
    try:
        for result in results:
            progress(result)
            if result.record.status == "not graded":
                if faults is not None:
                    faults.append(result.record)
                continue
            rows += result.record.rows()
            writer.put(result)
    finally:
        results.close()
        writer.close()
    order = {name: at for task in chosen for at, name in enumerate(master(task.assignment, task.root).index)}
    return sorted(rows, key=lambda row: (row.assignment, row.student, order.get(row.grade_id, 0)))


def save(course: Course, ledger, result: Result) -> None:
    """Write the marks of one submission, its notebook and its record; called by the writer's thread alone."""
    record = enter(course, ledger, result)
    folder = course.autograded / record.student / record.assignment
    replace_folder(folder)
    text = json.dumps(result.notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (folder / f"{record.assignment}.ipynb").write_text(text, encoding="utf-8")
    records.write(course, record)


def enter(course: Course, ledger, result: Result) -> Record:
    """Write the marks of one submission into the gradebook; return its record with what lateness costs it.

    The record of an earlier run is taken away first: what it says stops being true.
    """
    from autograder.grading.gradebook_write import time_notes, timestamp

    record = result.record
    records.forget(course, record.student, record.assignment)
    folder = course.submitted / record.student / record.assignment
    when = timestamp(folder)
    late = ledger.record(record, result.notebook, when)
    notes = [*record.notes, *time_notes(folder, ledger.due(record.assignment))]
    stamp = None if when is None else when.isoformat()
    return replace(record, notes=notes, timestamp=stamp, late=late, penalty=versions.penalty(course.config))


def replace_folder(folder: Path) -> None:
    """Make a folder anew; nbgrader leaves the files of an earlier run read-only."""
    if folder.exists():
        for place, _, files in os.walk(folder):
            for name in files:
                os.chmod(Path(place, name), 0o644)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
