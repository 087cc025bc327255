"""One run of ``autograder grade`` as a person sees it: progress, files, a table."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from autograder.grading import course_run, pages, report
from autograder.grading.course import Course
from autograder.marks import Limits, Row


def run(
    course: Course,
    assignments: list[str],
    *,
    executor: str,
    limits: Limits,
    jobs: int,
    json_file: Path | None = None,
    feedback: bool = True,
) -> list[Row]:
    """Grade, write ``grades.csv`` and the pages, print the table; return the rows."""
    chosen = course_run.tasks(course, assignments, executor, limits)
    console = Console(stderr=True)
    with bar(console) as progress:
        shown = progress.add_task("grading", total=len(chosen))
        rows = course_run.grade(course, chosen, jobs=jobs, progress=lambda done: progress.advance(shown))
    report.write_csv(course.folder / "grades.csv", rows)
    if json_file is not None:
        report.write_json(json_file, rows)
    troubles = []
    if feedback:
        with bar(console) as progress:
            shown = progress.add_task("feedback", total=len(chosen))
            submissions = [(task.student, task.assignment) for task in chosen]
            troubles = pages.write(course, submissions, jobs=jobs, progress=lambda: progress.advance(shown))
    wide = Console(width=None if sys.stdout.isatty() else 140)
    wide.print(report.class_table(rows))
    for line in [*aside(rows), *troubles]:
        wide.print(line, markup=False, highlight=False)
    return rows


def bar(console: Console) -> Progress:
    """Return a progress bar with rate and time left; without a terminal it prints nothing until the end."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=not console.is_terminal)


def aside(rows: list[Row]) -> list[str]:
    """Return a line for every kind of submission that was not graded as it should be."""
    kinds = {(row.student, row.assignment): row.status for row in rows}
    counts = Counter(status for status in kinds.values() if status != "graded")
    said = {"missing": "handed in without a notebook", "unreadable": "could not be read"}
    lines = []
    for status, count in sorted(counts.items()):
        who = sorted(
            f"{student} {assignment}" for (student, assignment), each in kinds.items() if each == status
        )
        lines.append(f"{count} {said[status]}: {', '.join(who[:6])}{' and more' if count > 6 else ''}")
    return lines
