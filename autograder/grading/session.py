"""One run of ``autograder grade`` as a person sees it: progress, files, a table."""

from __future__ import annotations

import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

import psutil
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from autograder.grading import course_run, pages, report
from autograder.grading.course import Course
from autograder.grading.run import Done
from autograder.grading.workers import Workers
from autograder.marks import Limits, Row


def run(
    course: Course,
    assignments: list[str],
    *,
    executor: str,
    limits: Limits,
    jobs: int,
    workers: Workers | None = None,
    json_file: Path | None = None,
    feedback: bool = True,
) -> list[Row]:
    """Grade, write ``grades.csv`` and the pages, print the table; return the rows.

    jobs     processes of this machine, for the pages too
    workers  who runs the submissions, if not those
    """
    chosen = course_run.tasks(course, assignments, executor, limits)
    console = Console(stderr=True)
    with bar(console) as progress:
        known = partial(tell, progress, progress.add_task("grading", total=len(chosen), latest=""))
        rows = course_run.grade(course, chosen, jobs=jobs if workers is None else workers, progress=known)
    report.write_csv(course.folder / "grades.csv", rows)
    if json_file is not None:
        report.write_json(json_file, rows)
    troubles = []
    if feedback:
        with bar(console) as progress:
            shown = progress.add_task("feedback", total=len(chosen), latest="")
            submissions = [(task.student, task.assignment) for task in chosen]
            troubles = pages.write(course, submissions, jobs=jobs, progress=lambda: progress.advance(shown))
    wide = Console(width=None if sys.stdout.isatty() else 140)
    wide.print(report.class_table(rows))
    for line in [*aside(rows), *troubles]:
        wide.print(line, markup=False, highlight=False)
    return rows


def tell(progress: Progress, shown: TaskID, done: Done) -> None:
    """Show a submission's mark as soon as it is known; the first with the seconds since this program started."""
    first = progress.tasks[shown].completed == 0
    progress.update(shown, advance=1, latest=total(done))
    if first:
        seconds = time.time() - psutil.Process().create_time()
        line = f"first mark after {seconds:.1f} s: {total(done)}"
        progress.console.print(line, markup=False, highlight=False)


def total(done: Done) -> str:
    """Return who got how much for what, in words."""
    verdicts = [graded.verdict for graded in done.verdicts.values()]
    earned, most = sum(each.points for each in verdicts), sum(each.max_points for each in verdicts)
    return f"{done.student} {done.assignment}: {earned:g} of {most:g} points"


def bar(console: Console) -> Progress:
    """Return a progress bar with rate and time left; without a terminal it prints nothing until the end."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[latest]}", markup=False),
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
