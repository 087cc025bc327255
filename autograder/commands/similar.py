"""Show answers that resemble each other beyond what the exercise forces, side by side."""

from pathlib import Path

import click

from autograder import options


@click.command()
@click.argument("assignment")
@options.course("The folder that holds submitted/.")
@options.made("--out", "out", "Where the page goes; by default similar-ASSIGNMENT.html in the course folder.")
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Part of what the shorter wrote beyond what is forced.",
)
@click.option(
    "--shortest",
    type=click.IntRange(min=1),
    default=60,
    show_default=True,
    help="Characters shared, at least.",
)
def command(assignment: str, folder: Path, out: Path | None, least: float, shortest: int) -> None:
    """Look for answers of ASSIGNMENT that resemble each other, as a place to look and never as a verdict."""
    from autograder import atomic
    from autograder.errors import Trouble
    from autograder.grading.course import Course
    from autograder.lesson import Master
    from autograder.reporting import resemblance
    from autograder.reporting.resemblance_page import page

    course = Course.open(folder)
    (name,) = course.project.chosen([assignment])
    lesson = Master.read(name, course.project)
    found = resemblance.answers(course, lesson)
    if not found:
        raise Trouble(f"Nobody handed in {name}: {course.submitted} holds no folder of that name.")
    ours = resemblance.given(lesson, course.project)
    pairs = resemblance.pairs(found, ours, least=least, shortest=shortest)
    place = out or course.folder / f"similar-{name}.html"
    atomic.deliver(place, page(name, len(found), pairs, least=least, shortest=shortest))
    some = "1 pair" if len(pairs) == 1 else f"{len(pairs)} pairs"
    click.echo(f"{place}: {some} of {len(found)} submissions to look at. It is no verdict.")
