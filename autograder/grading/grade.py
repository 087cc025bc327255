"""Grade a course folder: run in workers, record here, write feedback, say what happened."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from autograder.errors import Trouble
from autograder.grading import plan, records
from autograder.grading.course import Course
from autograder.grading.writer import Writer
from autograder.marks import Limits, Row
from autograder.running import versions
from autograder.running.run_many import run_all
from autograder.running.run_one import master, notebook_of
from autograder.running.tasks import Done, Task
from autograder.running.workers import Workers

Progress = Callable[[Done], None]


def tasks(course: Course, assignments: list[str], limits: Limits) -> list[Task]:
    """Return every submission of the assignments, all that were handed in for none.  Raises ``Trouble``."""
    root = course.project.root
    chosen = course.project.chosen(assignments) if assignments else course.assignments()
    found = [
        Task(
            student=student,
            assignment=assignment,
            folder=course.submitted / student / assignment,
            root=root,
            limits=limits,
        )
        for assignment in chosen
        for student in course.handed_in(assignment)
    ]
    if not found:
        raise Trouble(
            f"Nothing to grade: {course.submitted} holds no submission of {', '.join(chosen) or 'any lesson'}. "
            f"A submission is {course.submitted.name}/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb."
        )
    return found


def grade(
    course: Course, chosen: list[Task], *, jobs: int | Workers, progress: Progress = lambda done: None
) -> list[Row]:
    """Run the submissions and record every one as it comes; return all rows, ordered.

    jobs  who runs them, or how many processes do; 0 runs them in this one

    This process is the only one that writes to the gradebook.
    """
    for lesson in dict.fromkeys(task.assignment for task in chosen):
        master(lesson, course.project.root)  # a lesson that is not built is said before anything runs
    now = plan.circumstances(chosen)
    rows: list[Row] = []
    writer = Writer(course, {task.assignment for task in chosen}, partial(record, course, now=now))
    results = run_all(chosen, jobs)
    try:
        for result in results:
            progress(result)
            rows += plan.record(result, now[result.assignment]).marks()
            writer.put(result)
    finally:
        results.close()
        writer.close()
    order = {name: at for task in chosen for at, name in enumerate(master(task.assignment, task.root).index)}
    return sorted(rows, key=lambda row: (row.assignment, row.student, order.get(row.grade_id, 0)))


def record(course: Course, ledger, result: Done, now: dict[str, plan.Circumstances]) -> None:
    """Write the marks of one submission, its notebook and its record; called by the writer's thread alone."""
    from autograder.grading.gradebook_write import timestamp

    student, assignment = result.student, result.assignment
    records.forget(course, student, assignment)
    when = timestamp(course.submitted / student / assignment)
    late = ledger.record(student, assignment, notebook_of(result), result.verdicts, when)
    kept = plan.record(result, now[assignment], when, late, versions.penalty(course.config))
    folder = course.autograded / student / assignment
    replace_folder(folder)
    text = json.dumps(plan.signed(result, kept), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (folder / f"{assignment}.ipynb").write_text(text, encoding="utf-8")
    records.write(course, kept)


def replace_folder(folder: Path) -> None:
    """Make a folder anew; nbgrader leaves the files of an earlier run read-only."""
    if folder.exists():
        for place, _, files in os.walk(folder):
            for name in files:
                os.chmod(Path(place, name), 0o644)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
