"""Make a course folder: where the submissions, the gradebook and the feedback of one term lie."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
def command(folder: Path) -> None:
    """Make DIR a course folder, with an empty submitted/ and the settings of this checkout for nbgrader.

    Files that are there already are left as they are.
    """
    from autograder.grading import config

    (folder / "submitted").mkdir(parents=True, exist_ok=True)
    made = config.write(folder, replace=False)
    left = [name for name in config.FILES if name not in made]
    click.echo(f"{folder} is a course folder. Submissions go to {folder / 'submitted'}/STUDENT/ASSIGNMENT/.")
    if left:
        click.echo(f"  left as they were: {', '.join(left)}")
