"""Pack the feedback pages of one assignment as Canvas or Moodle take them."""

from pathlib import Path

import click

from autograder import options


@click.command()
@click.argument("assignment")
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="ZIP")
@options.course("The graded course folder.")
@click.option("--format", "kind", type=click.Choice(("canvas", "moodle")), required=True)
@options.lists
@options.made("--out", "out", "The file; by default feedback-FORMAT-ASSIGNMENT.zip in the course folder.")
def command(
    assignment: str,
    archive: Path,
    folder: Path,
    kind: str,
    worksheet: Path | None,
    teams: Path | None,
    timezone: str,
    out: Path | None,
) -> None:
    """Pack the feedback pages of ASSIGNMENT for upload, named as in ZIP, the download that was collected.

    Exits with 1 when a page could not be packed, and says whose.
    """
    from autograder.errors import Trouble
    from autograder.grading.course import Course
    from autograder.reporting.lms import give_back, worksheets

    course = Course.open(folder)
    lesson = course.project.chosen([assignment])[0]
    roster, _, _ = worksheets.roster(course, worksheet, teams, timezone)
    made = give_back.pack(course, lesson, archive, kind, roster)
    if not made.files:
        raise Trouble("\n".join(["There is no page to pack.", *(f"  {line}" for line in made.refused)]))
    place = out or course.folder / f"feedback-{kind}-{lesson}.zip"
    give_back.write(made, place)
    click.echo(f"{place}: feedback for {len(made.students)} students.")
    click.echo(f"  {WHERE[kind]}")
    for line in made.refused:
        click.echo(f"  not packed: {line}")
    if made.refused:
        raise SystemExit(1)


WHERE = {
    "moodle": "In Moodle: the assignment, View all submissions, Upload multiple feedback files in a zip.",
    "canvas": "In Canvas: the gradebook, the menu of the assignment, Upload Submissions. Students get a notebook.",
}
