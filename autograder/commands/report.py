"""Say what a class did: one page, or tables, with every mistake and where it is taught."""

from pathlib import Path

import click

from autograder import options


@click.command()
@options.course("The graded course folder.")
@options.made("--out", "out", "Where the page goes; by default report.html in the course folder.")
@click.option(
    "--csv",
    "tables",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Also write the tables as CSV files into this folder.",
)
@options.made("--json", "file", "Also write everything as JSON to this file.")
def command(folder: Path, out: Path | None, tables: Path | None, file: Path | None) -> None:
    """Write a page about a graded class: marks, exercises, mistakes, who is stuck, every submission.

    It needs no network and can be read on a phone, printed and searched.
    """
    from autograder import atomic
    from autograder.grading.course import Course
    from autograder.grading.out_of_step import ungraded
    from autograder.reporting import tables as written
    from autograder.reporting.gather import gather
    from autograder.reporting.page import page

    course = Course.open(folder)
    book = gather(course)
    place = out or course.folder / "report.html"
    atomic.deliver(place, page(book, course, place))
    click.echo(f"{place}: {len(book.submissions)} submissions of {len(book.students)} students.")
    for note in ungraded(course, course.assignments()):
        click.echo(f"  {note}")
    if tables is not None:
        for name in written.write_csv(book, course.project, tables):
            click.echo(f"  {tables / name}")
    if file is not None:
        written.write_json(book, course.project, file)
        click.echo(f"  {file}")
