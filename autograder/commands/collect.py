"""Put submissions from an archive of Canvas or Moodle into submitted/."""

from pathlib import Path

import click

from autograder import options


@click.command()
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="ZIP")
@options.course("The course folder.")
@click.option("--format", "kind", type=click.Choice(("canvas", "moodle")), required=True)
@click.option(
    "--assignment", default="", help="Of all notebooks; by default each says it by the cells it has."
)
@options.lists
@click.option("--replace", is_flag=True, help="Put a notebook in the place of another that is there.")
def command(
    archive: Path,
    folder: Path,
    kind: str,
    assignment: str,
    worksheet: Path | None,
    teams: Path | None,
    timezone: str,
    replace: bool,
) -> None:
    """Collect the submissions that Canvas or Moodle packed into ZIP, the latest of each student.

    Students are those of the gradebook, known by lms_user_id, email or name; `nbgrader db student import` puts them
    there. Exits with 1 when something could not be placed, or nothing was, and says what; grades.csv and the report
    say it too, until ZIP is collected again.
    """
    from autograder.grading import not_placed
    from autograder.grading.course import Course
    from autograder.reporting.lms import worksheets
    from autograder.reporting.lms.collect import collect

    course = Course(folder.resolve())
    chosen = course.project.chosen([assignment])[0] if assignment else ""
    roster, due, unread = worksheets.roster(course, worksheet, teams, timezone)
    made = collect(course, archive, kind, roster, due, assignment=chosen, replace=replace)
    click.echo(
        f"{len(made.placed)} submissions placed in {course.submitted}, {len(made.same)} were there already."
    )
    for student, lesson in made.kept:
        click.echo(
            f"  left as it was: {student} {lesson} (there is another notebook; --replace takes this one)"
        )
    for note in [*made.notes, *unread]:
        click.echo(f"  {note}")
    for each in made.refused:
        click.echo(f"  not placed: {each.what}")
    not_placed.remember(course.folder, made.archive, made.refused, made.lessons, made.seen)
    if made.refused:
        click.echo(
            f"  {not_placed.NAME} in the course folder keeps that until the archive is collected again."
        )
    if not (made.placed or made.same or made.kept):
        click.echo(
            "  Nothing in the archive was placed. Is it the download of all submissions of one assignment?"
        )
    if made.refused or unread or not (made.placed or made.same or made.kept):
        raise SystemExit(1)
