"""Options that several commands take: written once, each command says what they mean for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

SANDBOXES = ("bubblewrap", "landlock", "process", "fresh", "safe", "best")

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def course(says: str) -> Decorator:
    """Return ``--course``, the folder of a course, as ``folder``; by default the one we are in."""
    return click.option(
        "--course",
        "folder",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        default=Path(),
        show_default="here",
        help=says,
    )


def lists(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say who is who in an archive: ``worksheet``, ``teams`` and ``timezone``."""
    file = click.Path(path_type=Path, exists=True, dir_okay=False)
    words = "Moodle's grading worksheet (CSV): email addresses and times."
    command = click.option(
        "--timezone", default="UTC", show_default=True, help="Of the times in the worksheet."
    )(command)
    command = click.option(
        "--teams",
        type=file,
        default=None,
        help="Who is in which team (CSV: team, student): a team's notebook counts for every member.",
    )(command)
    return click.option("--worksheet", type=file, default=None, help=words)(command)


def made(option: str, name: str, says: str) -> Decorator:
    """Return an option for a file that is written, as ``name``; None where it is not asked for."""
    kind = click.Path(path_type=Path, dir_okay=False)
    return click.option(option, name, type=kind, default=None, help=says)


def running(*, sandbox: str, seconds: float) -> Decorator:
    """Return ``--sandbox`` and ``--timeout``, with what they are by default."""
    places = (
        "Where the examiner runs submissions. `process` and `fresh` keep nothing in; `safe` takes the first of "
        "`bubblewrap` and `landlock` that works, `best` the first of all. `autograder doctor` says what works."
    )
    found = (
        click.option(
            "--sandbox", type=click.Choice(SANDBOXES), default=sandbox, show_default=True, help=places
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0.1),
            default=seconds,
            show_default=True,
            help="Seconds a cell.",
        ),
    )

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(found):
            command = option(command)
        return command

    return add
