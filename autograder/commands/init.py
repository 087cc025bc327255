"""Make a course folder: where the submissions, the gradebook and the feedback of one term lie."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
def command(folder: Path) -> None:
    """Make DIR a course folder, with an empty submitted/ and the settings of this checkout for nbgrader.

    Files that are there already are left as they are.
    """
    from autograder.errors import Trouble
    from autograder.grading import config

    submitted = folder / "submitted"
    if submitted.exists() and not submitted.is_dir():
        raise Trouble(f"{submitted} must be a folder and is a file. Rename it, and run this again.")
    submitted.mkdir(parents=True, exist_ok=True)
    made = config.write(folder, replace=False)
    left = [name for name in config.FILES if name not in made]
    foreign = [name for name in left if b"autograder" not in (folder / name).read_bytes()]
    if foreign:
        raise Trouble(
            f"{folder} has settings that are not of this checkout, so lessons would not be found or submissions "
            f"could run scripts in formgrader: {', '.join(foreign)}. Rename what is named, run this again, and "
            "copy your own settings into the new file."
        )
    click.echo(f"{folder} is a course folder. Submissions go to {submitted}/STUDENT/ASSIGNMENT/.")
    if left:
        click.echo(f"  left as they were: {', '.join(left)}")
