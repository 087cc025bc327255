"""Write one zip for students: notebooks, the course, pins, instructions and launchers."""

from pathlib import Path

import click

from autograder import options


@click.command()
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT]...")
@options.made("--out", "out", "The zip; by default dist/descent.zip in the checkout.")
def command(assignments: tuple[str, ...], out: Path | None) -> None:
    """Write what students download and unpack; it runs without this checkout.

    ASSIGNMENT is 04_momentum, 04 or momentum; none means all.
    """
    from autograder.bundling.bundle import NOTEBOOKS, bundle
    from autograder.project import Project

    project = Project.here()
    place = out or project.root / "dist" / "descent.zip"
    names = bundle(project, assignments, place)
    lessons = sum(name.startswith(f"{NOTEBOOKS}/") for name in names)
    click.echo(f"{place}: {lessons} lessons, {len(names)} files, {place.stat().st_size / 1e6:.1f} MB.")
