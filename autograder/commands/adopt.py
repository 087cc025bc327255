"""Carry edits made in JupyterLab back into the text."""

from pathlib import Path

import click

from autograder.project import Project


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
def command(notebook: Path) -> None:
    """Carry edits made in JupyterLab from source_notebooks/NAME/NAME.ipynb back into source_notebooks/NAME.py."""
    from autograder.building.adopt import adopt

    said = adopt(Project.here(), notebook)
    for line in said:
        click.echo(f"  {line}")
    name = notebook.stem
    click.echo(
        f"The text has the edits; now run `autograder build {name}`."
        if said
        else "There was nothing to adopt."
    )
