"""Prove every exercise's checks: right answers pass, every known mistake is rejected by its name."""

import json

import click

from autograder.errors import Trouble
from autograder.project import Project


@click.command()
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
@click.option("--json", "as_json", is_flag=True, help="Print all findings as a JSON list.")
@click.option(
    "--repeat", default=0, metavar="N", help="Again N times in other conditions; any difference fails."
)
@click.option("--mutants", is_flag=True, help="Change right answers one thing at a time: which pass?")
@click.option("--exercise", default="", metavar="NAME", help="With --mutants, this exercise alone.")
def command(lessons: tuple[str, ...], as_json: bool, repeat: int, mutants: bool, exercise: str) -> None:
    """Prove every exercise's checks, and that no check is superfluous.

    LESSON is 04_momentum, 04 or momentum; none means all.

    Each column counts what passed. Mistakes: rejected by their name. Part: conventions that earn their share.
    Right: accepted variants. Lesson: the lesson's own answer. Words: short messages without arrays. Checks: needed
    by some mistake. Told: the visible check says what it does not look at. s: seconds.
    """
    from autograder.building.build import outdated
    from autograder.validating import audit, survivors

    project = Project.here()
    chosen = audit.lessons(project, lessons)
    if mutants:
        found = survivors.shown(project, chosen, exercise)
    elif as_json:
        found = [each for *_, some in audit.findings(project, chosen) for each in some]
        click.echo(json.dumps([each.record() for each in found], indent=1))
    else:
        found = audit.shown(audit.findings(project, chosen))
    if not mutants and not as_json and all(each.passed for each in found):
        for lesson in chosen:
            for file in outdated(project, lesson):
                click.echo(f"{file} is out of date: run `autograder build {lesson}`.")
    if repeat:
        differing = audit.flakes(project, chosen, repeat)
        if differing:
            raise Trouble("\n".join(["Some findings are not the same in every run:", *differing]))
        click.echo(f"{repeat} more runs with other hash seeds and thread counts found the same.", err=as_json)
    if not all(each.passed for each in found):
        raise SystemExit(1)
