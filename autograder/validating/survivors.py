"""The table of mutants: how many of each exercise are rejected, and the lines of those that are not."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.building.agreement import exercises_of
from autograder.errors import Trouble
from autograder.project import Project
from autograder.validating import mutants
from autograder.validating.mutants import Fate
from autograder.validating.validate import Finding, answers_of, cells_of


@dataclass(frozen=True, kw_only=True)
class Tried:
    """An exercise whose mutants were judged."""

    lesson: str
    exercise: str
    seconds: float
    fates: list[Fate]
    findings: list[Finding]

    def counts(self) -> tuple[str, ...]:
        """Return its row of the table."""
        rejected = sum(not fate.survives for fate in self.fates) / max(len(self.fates), 1)
        listed, survive = (
            sum(each.what == what for each in self.findings) for what in ("equivalent", "mutant")
        )
        named = sum(fate.mistake is not None for fate in self.fates)
        return (
            str(len(self.fates)),
            f"{rejected:.1%}",
            str(listed),
            str(survive),
            str(named),
            f"{self.seconds:.1f}",
        )

    def lines(self) -> Iterator[str]:
        """Yield what is left to do; a survivor as an entry of ``equivalent`` that lacks its reason."""
        origins = {fate.key: fate.origin for fate in self.fates}
        for each in self.findings:
            if each.passed:
                continue
            if each.what == "mutant":
                yield f'{json.dumps(each.name, ensure_ascii=False)}: "",  # {origins[each.name]}'
            elif each.what == "visible":
                yield f"{each.got}: {each.name}  ({origins[each.name]})"
            else:
                yield f"{each.name!r} is listed: expected {each.expected}, got {each.got}"


def tried(project: Project, lessons: Sequence[str], exercise: str = "") -> Iterator[Tried]:
    """Judge the mutants of each exercise of some lessons, or of one exercise.

    Raises ``Trouble`` for an exercise that none of the lessons has, and for a lesson that cannot be read.
    """
    chosen = [
        (lesson, each) for lesson in lessons for each in exercises_of(lesson) if exercise in ("", each.name)
    ]
    if not chosen:
        raise Trouble(f"There is no exercise {exercise!r} in {', '.join(lessons)}.")
    for lesson, each in chosen:
        answer = answers_of(project, lesson, cells_of(project, lesson)).get(each.name)
        began = time.perf_counter()
        fates = list(mutants.fates(each, answer))
        yield Tried(
            lesson=lesson,
            exercise=each.name,
            seconds=time.perf_counter() - began,
            fates=fates,
            findings=mutants.findings(lesson, each, fates),
        )


def shown(project: Project, lessons: Sequence[str], exercise: str = "") -> list[Finding]:
    """Show a row for each exercise as it is done with its survivors, and one for each lesson; return all findings.

    Raises ``Trouble``.
    """
    from rich.console import Console

    console = Console(markup=False, highlight=False, soft_wrap=True)
    everything: list[Tried] = []
    columns = ("mutants", "rejected", "equivalent", "survive", "named", "s")
    console.print(row("exercise", columns), style="bold")
    for each in tried(project, lessons, exercise):
        failed = not all(found.passed for found in each.findings)
        console.print(row(f"{each.lesson[:2]} {each.exercise}", each.counts()), style="red" if failed else "")
        for line in each.lines():
            console.print(f"    {line}")
        everything.append(each)
    console.print(row("lesson", columns), style="bold")
    for lesson in dict.fromkeys(each.lesson for each in everything):
        console.print(row(lesson, together([each for each in everything if each.lesson == lesson]).counts()))
    total = together(everything)
    console.print(row("all", total.counts()), style="bold")
    return total.findings


def together(some: Sequence[Tried]) -> Tried:
    """Return several exercises as if they were one."""
    return Tried(
        lesson="",
        exercise="",
        seconds=sum(each.seconds for each in some),
        fates=[fate for each in some for fate in each.fates],
        findings=[found for each in some for found in each.findings],
    )


def row(name: str, columns: Sequence[str]) -> str:
    """Return a row of the table."""
    return f"{name:32}" + "".join(f"{each:>11}" for each in columns)
