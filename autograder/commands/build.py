"""Make source notebooks, releases and recordings from the text."""

import click

from autograder.errors import Trouble
from autograder.project import Project


@click.command()
@click.argument("lessons", nargs=-1, metavar="[ASSIGNMENT]...")
@click.option("--check", is_flag=True, help="Rebuild elsewhere and compare; change nothing.")
@click.option("--discard", is_flag=True, help="Overwrite notebooks edited in JupyterLab and not adopted.")
def command(lessons: tuple[str, ...], check: bool, discard: bool) -> None:
    """Make source notebooks, releases and recordings from source_notebooks/*.py.

    ASSIGNMENT is 04_momentum, 04 or momentum; none means all.
    """
    from autograder.building.build import build, differences

    project = Project.here()
    chosen = project.chosen(lessons)
    if check:
        found = differences(project, chosen)
        if found:
            lines = "\n".join(found)
            raise Trouble(
                f"The checkout is not what its text makes; run `autograder build` and commit.\n{lines}"
            )
        click.echo(f"The checkout is what its text makes: {', '.join(chosen)}.")
        return
    changed = build(project, chosen, discard=discard)
    for file in changed:
        click.echo(f"  {file}")
    click.echo(f"Built {', '.join(chosen)}: {len(changed)} files changed.")
