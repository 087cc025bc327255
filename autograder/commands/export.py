"""Write the marks as Canvas or Moodle import them, or as plain CSV."""

from pathlib import Path

import click

from autograder import options


@click.command()
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT]...")
@options.course("The graded course folder.")
@click.option("--format", "kind", type=click.Choice(("canvas", "moodle", "csv")), required=True)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="ASSIGNMENT=NAME",
    help='What the LMS calls an assignment, e.g. 04_momentum="Momentum (1234)".',
)
@options.made("--out", "out", "The file; by default grades-FORMAT.csv in the course folder.")
def command(
    assignments: tuple[str, ...], folder: Path, kind: str, columns: tuple[str, ...], out: Path | None
) -> None:
    """Write marks as a file for an LMS, late penalties included.

    Names, emails and lms_user_id come from the gradebook: `nbgrader db student import` puts them there. What
    was not handed in, and what waits for a person, is left empty.
    """
    from autograder import atomic
    from autograder.errors import Trouble
    from autograder.grading.course import Course
    from autograder.grading.out_of_step import ungraded
    from autograder.reporting.gather import gather
    from autograder.reporting.lms.export import export

    for each in columns:
        if "=" not in each:
            raise Trouble(f"--column takes ASSIGNMENT=NAME; got {each!r}.")
    course = Course.open(folder)
    book = gather(course)
    chosen = course.project.chosen(assignments) if assignments else []
    named = [each.partition("=") for each in columns]
    known = {each.name for each in book.assignments}
    called = {
        lesson if lesson in known else course.project.chosen([lesson])[0]: title for lesson, _, title in named
    }
    made = export(book, kind, called, chosen)
    place = out or course.folder / f"grades-{kind}.csv"
    atomic.deliver(place, made.text)
    click.echo(f"{place}: {len(book.students)} students.")
    for note in [*made.notes, *ungraded(course, chosen or course.assignments())]:
        click.echo(f"  {note}")
