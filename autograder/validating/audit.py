"""Validation of all lessons: as a table on the screen, and again in other conditions to find flakes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from autograder.building.agreement import disagreements, modules
from autograder.errors import Trouble
from autograder.project import Project
from autograder.validating.validate import Finding, cells_of, validate
from course.lessons import order

COLUMNS = {
    "mistake": "mistakes",
    "convention": "part",
    "variant": "right",
    "solution": "lesson",
    "message": "words",
    "ablation": "checks",
    "visible": "told",
}
"""Kind of finding -> heading; together with the longest names they fit 80 columns."""
Row = tuple[str, str, float, list[Finding]]


def lessons(project: Project, names: Iterable[str] = ()) -> list[str]:
    """Return full names of lessons, all for none; a module without a text counts as ``00_name``.

    Raises ``Trouble`` for a name that is neither a text nor a module.
    """
    known = {lesson.partition("_")[2]: lesson for lesson in project.lessons()}
    for module in modules():
        known.setdefault(module, f"00_{module}")
    everything = sorted(known.values(), key=order)
    chosen = []
    for name in names:
        fits = [each for each in everything if name in (each, each[:2], each[3:])]
        if not fits:
            raise Trouble(f"There is no lesson {name!r}. The lessons are: {', '.join(everything)}.")
        chosen += [each for each in fits if each not in chosen]
    return chosen or everything


def findings(project: Project, chosen: list[str]) -> Iterator[Row]:
    """Yield (lesson, exercise, seconds, findings); a lesson that cannot be read is a finding too."""
    for lesson in chosen:
        try:
            exercise = ""
            for exercise, seconds, found in validate(project, lesson):
                yield lesson, exercise, seconds, found
            if not exercise:
                refuse_without_exercises(project, lesson)
        except Trouble as trouble:
            yield lesson, "-", 0.0, [
                Finding(lesson=lesson, exercise="-", what="lesson", name=lesson, passed=False,
                        expected="can be read", got=str(trouble))
            ]  # fmt: skip


def refuse_without_exercises(project: Project, lesson: str) -> None:
    """Raise ``Trouble`` when a lesson without exercises has a graded cell that asks for one."""
    place = project.relative(project.text(lesson))
    found = next(disagreements(lesson, cells_of(project, lesson), place), None)
    if found is not None:
        raise Trouble(str(found))


def shown(rows: Iterable[Row]) -> list[Finding]:
    """Show one table per lesson as it is done, then every failure with its reason; return all findings."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    console, everything = Console(), []
    for lesson, group in groupby(rows, key=itemgetter(0)):
        name = Column("exercise", no_wrap=True, min_width=25)
        table = Table(
            name,
            *COLUMNS.values(),
            "s",
            title=lesson,
            title_justify="left",
            box=None,
            pad_edge=False,
            padding=(0, 1, 0, 0),
        )
        for _, exercise, seconds, found in group:
            everything += found
            style = "" if all(each.passed for each in found) else "red"
            counts = [count([each for each in found if each.what == name]) for name in COLUMNS]
            table.add_row(exercise, *counts, f"{seconds:.1f}", style=style)
        console.print(table)
    failed = [each for each in everything if not each.passed]
    for each in failed:
        place = escape(f"{each.lesson} {each.exercise}, {each.what} {each.name!r}")
        console.print(
            f"[red]{place}[/red]: expected {escape(each.expected)}, got {escape(each.got)}", soft_wrap=True
        )
    console.print(f"{len(everything)} findings, {len(failed)} failed.")
    return everything


def count(found: list[Finding]) -> str:
    """Return how many passed, of how many."""
    return f"{sum(each.passed for each in found)}/{len(found)}" if found else "-"


def flakes(project: Project, chosen: list[str], repeat: int) -> list[str]:
    """Validate in fresh processes with other hash seeds and thread counts; return what differs from the first run.

    Raises ``Trouble`` when a run cannot be read.
    """
    first, *others = (run(project, chosen, number) for number in range(repeat + 1))
    differing = []
    for number, other in enumerate(others, start=1):
        for key in first.keys() | other.keys():
            if first.get(key) != other.get(key):
                mine, theirs = first.get(key, "absent"), other.get(key, "absent")
                differing.append(f"run {number}, {' '.join(key)}: {theirs!r}, before {mine!r}")
    return sorted(differing)


def run(project: Project, chosen: list[str], number: int) -> dict[tuple[str, ...], str]:
    """Return what one fresh process finds, by lesson, exercise, kind and name."""
    threads = str((1, 2, 4)[number % 3])
    conditions = {"PYTHONHASHSEED": str(number), "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "validate", "--json", *chosen],
        cwd=project.root,
        env={**os.environ, **conditions},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise Trouble(
            f"Run {number} of the validation printed no findings: {done.stderr.strip()[-300:]}"
        ) from error
    return {(each["lesson"], each["exercise"], each["what"], each["name"]): each["got"] for each in found}
