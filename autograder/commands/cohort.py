"""Invent a class: notebooks filled in the way people do, and the marks each must get."""

from pathlib import Path

import click

from autograder.project import Project


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--students", type=click.IntRange(min=1), required=True, help="How many students.")
@click.option("--seed", type=int, required=True, help="The same seed gives the same bytes.")
@click.option(
    "--assignment", "assignments", multiple=True, help="04_momentum, 04 or momentum; none means all."
)
def command(folder: Path, students: int, seed: int, assignments: tuple[str, ...]) -> None:
    """Write an invented class to DIR, with nbgrader_config.py and truth.csv."""
    from autograder.cohort.write import write

    project = Project.here()
    made = write(folder, project, project.chosen(assignments), students, seed)
    for each in made.left_out:
        click.echo(f"  left out: {each}")
    click.echo(
        f"{made.submissions} submissions, drawn from {made.mistakes} known mistakes; {len(made.left_out)} of the "
        f"answers drawn could not be made into a cell. The marks they must get: {folder / 'truth.csv'}"
    )
