"""Check one notebook: the verdicts of grading, for whoever learns alone."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
@click.option("--executor", type=click.Choice(("kernel", "examiner")), default="examiner", show_default=True)
@click.option(
    "--sandbox",
    type=click.Choice(("bubblewrap", "process", "best")),
    default="best",
    show_default=True,
    help="Where the examiner runs submissions; `process` keeps nothing in. `autograder doctor` says what works.",
)
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Seconds a cell."
)
def command(notebook: Path, as_json: bool, executor: str, sandbox: str, timeout: float) -> None:
    """Check NOTEBOOK: what grading would say, with no course folder and no gradebook.

    Exits with 1 when something is not right yet.
    """
    from autograder.examine.sandbox import choose
    from autograder.grading.alone import check, told
    from autograder.marks import Limits
    from autograder.project import Project

    if executor == "examiner":
        choose(sandbox)
    found = check(notebook, Project.here(), executor, Limits(cell=timeout))
    if as_json:
        click.echo(json.dumps([row.published() for row in found.rows], indent=1, ensure_ascii=False))
    else:
        click.echo(told(found))
    if not found.right:
        raise SystemExit(1)
