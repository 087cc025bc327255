"""Check one notebook: the verdicts of grading, for whoever learns alone."""

import json
from pathlib import Path

import click

from autograder import options


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
@options.running(sandbox="best", seconds=30.0)
@click.option(
    "--show-solution",
    "exercise",
    metavar="EXERCISE",
    help="Print the solution of one exercise, if a real attempt at it was checked before.",
)
def command(notebook: Path, as_json: bool, sandbox: str, timeout: float, exercise: str | None) -> None:
    """Check NOTEBOOK: what grading would say, with no course folder and no gradebook.

    Exits with 1 when something is not right yet.
    """
    from autograder.examine.launch.sandbox import SAID, choose
    from autograder.grading import attempts
    from autograder.grading.check_one import check, lesson_of, told
    from autograder.marks import Limits, exercise_of
    from autograder.project import Project

    project = Project.here()
    if exercise is not None:
        click.echo(attempts.solution(lesson_of(notebook, project), exercise, project), nl=False)
        return
    if choose(sandbox) == "fresh":
        click.echo(SAID["fresh"], err=True)
    found = check(notebook, project, Limits(cell=timeout))
    attempts.write(found.assignment, found.closed)
    if as_json:
        rows = [
            row.published() | {"closed": found.closed.get(exercise_of(row.grade_id))} for row in found.rows
        ]
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        click.echo(told(found))
    if not found.right:
        raise SystemExit(1)
