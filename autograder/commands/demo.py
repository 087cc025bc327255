"""Invent a class, grade it, and compare every mark with the truth."""

import os
from pathlib import Path

import click

from autograder import options
from autograder.project import Project


@click.command()
@click.option("--dir", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"))
@click.option("--students", type=click.IntRange(min=1), default=24, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option(
    "--assignment", "assignments", multiple=True, help="04_momentum, 04 or momentum; none means all."
)
@options.running(sandbox="best", seconds=15.0)
@click.option("--jobs", type=click.IntRange(min=0), default=None, help="Processes; by default one per core.")
def command(
    folder: Path,
    students: int,
    seed: int,
    assignments: tuple[str, ...],
    sandbox: str,
    timeout: float,
    jobs: int | None,
) -> None:
    """Invent a class in DIR, grade it with feedback, report on it, and say whether every mark equals the truth."""
    from autograder.examine.launch.sandbox import announce
    from autograder.running.workers import started

    announce(sandbox)
    project = Project.here()
    lessons = project.chosen(assignments)
    width = jobs if jobs is not None else os.cpu_count() or 1
    with started(width) as workers:  # it starts while we invent
        from autograder.cohort.compare import differences
        from autograder.cohort.write import read_marks, write
        from autograder.grading.course import Course
        from autograder.grading.session import run
        from autograder.marks import Limits

        made = write(folder, project, lessons, students, seed)
        click.echo(
            f"{made.submissions} submissions of {students} invented students; "
            f"their mistakes are drawn from the {made.mistakes} that the checks know by name."
        )
        course, limits = Course.open(folder), Limits(cell=timeout)
        rows = run(course, [], limits=limits, jobs=width, workers=workers)

    from autograder import atomic
    from autograder.grading import gradebook_read
    from autograder.reporting.gather import gather
    from autograder.reporting.page import page

    wrong = differences(rows, folder, gradebook_read.read(course.gradebook, course.course_id))
    for line in wrong:
        click.echo(f"  {line}")
    count = len(read_marks(folder / "truth.csv"))
    click.echo(f"every mark equals the truth: {count - len(wrong)} of {count}")
    report = folder / "report.html"
    atomic.deliver(report, page(gather(course), course, report))
    click.echo(
        f"grades: {folder / 'grades.csv'} · gradebook: {folder / 'gradebook.db'} · pages: {folder / 'feedback'}"
    )
    click.echo(f"what the class did, to open in a browser: {report}")
    if wrong:
        raise SystemExit(1)
