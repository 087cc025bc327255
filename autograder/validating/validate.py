"""Every exercise proves its checks: what is right earns full marks, what is wrong is rejected by its own name.

Removing any one check must break that proof (ablation): otherwise the check carries nothing.  Signatures are
worked out once per function, and everything else is a comparison of signatures.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from autograder.building import copies, text
from autograder.building.agreement import exercises_of
from autograder.errors import Trouble
from autograder.judging import Check, Exercise, Known, Verdict, judge
from autograder.judging.signatures import agree, recorded
from autograder.judging.verdicts import not_right
from autograder.project import Project
from autograder.validating import answers, visible

FIRST_LINE = 80
NUMBERS = re.compile(r"array\(|\[\s*-?\d+\.?\d*(e-?\d+)?[,\s]|\d\.\d{4}")
"""What looks like an expected array in a message: ``array(``, a list of numbers, or a number of many digits."""
MARKDOWN = re.compile(r"(?<![\w*])(\*{1,2}|_)\w([^*_]*[\w?.!])?\1(?![\w*])|\]\(|\$[^ ]")
"""Markdown beside code in backticks: emphasis, a link, a formula. Messages are shown as they are."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was validated.

    what  reference, stub, mistake, convention, variant, solution, route, message, ablation, visible or lesson
    name  of the function, check or message it is about
    got   what happened; equal to ``expected`` when it passed
    """

    lesson: str
    exercise: str
    what: str
    name: str
    passed: bool
    expected: str
    got: str

    def record(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        return asdict(self)


def validate(project: Project, lesson: str) -> Iterator[tuple[str, float, list[Finding]]]:
    """Yield (exercise, seconds, findings) for each exercise of a lesson (``04_momentum``).

    Raises ``Trouble`` for a text that cannot be parsed or a module that cannot be imported.
    """
    cells = cells_of(project, lesson)
    solutions, stubs = (answers_of(project, lesson, cells, stubs=stubs) for stubs in (False, True))
    regions = {answer.name: answer for answer in copies.regions(cells)}
    for exercise in exercises_of(lesson):
        began = time.perf_counter()
        found = [
            Finding(lesson=lesson, exercise=exercise.name, what=what, name=name, passed=expected == got,
                    expected=expected, got=got)
            for what, name, expected, got in [
                *marks(exercise),
                *messages(exercise),
                *ablations(exercise),
                *notebook(exercise, solutions, stubs),
                *routes(exercise, regions),
                *unseen(exercise),
            ]
        ]  # fmt: skip
        yield exercise.name, time.perf_counter() - began, found


def cells_of(project: Project, lesson: str) -> answers.Cells:
    """Return the cells of a lesson's text, none without one.  Raises ``Trouble`` for one that cannot be parsed."""
    file = project.text(lesson)
    return text.parse(file.read_text(encoding="utf-8"), project.relative(file)) if file.is_file() else []


def answers_of(
    project: Project, lesson: str, cells: answers.Cells, *, stubs: bool = False
) -> dict[str, answers.Handed]:
    """Return what a lesson's graded cells hand over, by exercise.  Raises ``Trouble`` if its cells do not run."""
    try:
        return answers.handed(cells, stubs=stubs)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise Trouble(
            f"The solution cells of {project.relative(project.text(lesson))} do not run: {said}"
        ) from error


Row = tuple[str, str, str, str]
Answers = dict[str, answers.Handed]


def stub(*args: Any, **kwargs: Any) -> Any:
    """Do nothing yet."""
    raise NotImplementedError("not written yet")


@cache
def judged(exercise: Exercise, known: Known) -> Verdict:
    """Return the verdict on a known function, worked out once."""
    return judge(exercise, known.make())


def said(verdict: Verdict) -> str:
    """Return a verdict in a few words."""
    share = verdict.points / verdict.max_points if verdict.max_points else 0.0
    return f"{verdict.verdict} {share:.0%}" + (f" ({verdict.mistake})" if verdict.mistake else "")


def marks(exercise: Exercise) -> Iterator[Row]:
    """Full marks for what is right, nothing and its own name for what is wrong."""
    yield "reference", exercise.reference.__name__, "correct 100%", said(judge(exercise, exercise.reference))
    yield "stub", "stub", "unfinished 0%", said(judge(exercise, stub))
    if not exercise.mistakes:
        yield "mistake", "none", "at least one known mistake", "no known mistake"
    for known in exercise.mistakes:
        got = said(judged(exercise, known))
        yield "mistake", known.name, f"mistake 0% ({known.name})", got + twins(exercise, known, got)
    for known in exercise.conventions:
        expected = f"convention {known.share:.0%} ({known.name})"
        got = said(judged(exercise, known))
        yield "convention", known.name, expected, got + twins(exercise, known, got)
    for known in exercise.variants:
        yield "variant", known.name, "correct 100%", said(judged(exercise, known))


def twins(exercise: Exercise, known: Known, got: str) -> str:
    """Return a hint when a wrong name came from two entries that are the same sequence."""
    for other in (*exercise.conventions, *exercise.mistakes):
        if other is not known and got.endswith(f"({other.name})") and alike(exercise, known, other):
            return ": the same sequence, keep one entry"
    return ""


def alike(exercise: Exercise, one: Known, other: Known | None, checks: list[Check] | None = None) -> bool:
    """Whether two known functions (None: the reference) have the same outcomes in all the checks."""
    mine, theirs = recorded(exercise, one), recorded(exercise, other)
    return all(
        agree(mine[check.name], theirs[check.name], check.tolerance)
        for check in (exercise.checks if checks is None else checks)
    )


def messages(exercise: Exercise) -> Iterator[Row]:
    """What a student reads: a short first line, no array, and no Markdown but code in backticks."""
    read = [(known.name, judged(exercise, known).message) for known in wrong(exercise)]
    read += [(check.name, not_right(exercise, check).message) for check in exercise.checks]
    read += [("praise", "\n" + exercise.praise), ("effect", "\n" + exercise.effect)]
    for name, message in read:
        length = len(message.partition("\n")[0])
        got = f"{length} characters" if length > FIRST_LINE else "short"
        if found := NUMBERS.search(message):
            got = f"numbers: {found[0]}"
        if (found := MARKDOWN.search(re.sub("`[^`]*`", "", message))) or message.count("`") % 2:
            got = f"Markdown: {found[0] if found else '`'}"
        yield "message", name, "short", got


def wrong(exercise: Exercise) -> list[Known]:
    """Return what must not earn full marks, in the order in which ``judge`` recognises it."""
    return [*exercise.conventions, *exercise.mistakes]


def ablations(exercise: Exercise) -> Iterator[Row]:
    """Without any one check, some known mistake must no longer be told by its name."""
    table = Table(exercise)
    lost = [known.name for known in wrong(exercise) if table.named(known, exercise.checks) is not known]
    yield (
        "ablation",
        "all checks",
        "every mistake named",
        f"not named: {lost}" if lost else "every mistake named",
    )
    for check in exercise.checks:
        rest = [each for each in exercise.checks if each is not check]
        missed = any(table.named(known, rest) is not known for known in wrong(exercise))
        yield (
            "ablation",
            check.name,
            "needed",
            "needed" if missed else "no mistake needs it; merge it, or add the mistake it is for",
        )


class Table:
    """Which known functions agree in which checks, each pair compared once."""

    def __init__(self, exercise: Exercise):
        self.exercise = exercise
        self.known: dict[tuple[str, int, int], bool] = {}

    def agree(self, check: Check, one: Known, other: Known | None) -> bool:
        """Whether two known functions (None: the reference) have the same outcome in a check."""
        key = (check.name, id(one), id(other))
        if key not in self.known:
            self.known[key] = alike(self.exercise, one, other, [check])
        return self.known[key]

    def named(self, known: Known, checks: list[Check] | Any) -> Known | None:
        """Return whom ``judge`` would recognise with these checks only; None if all of them pass."""
        failed = [check for check in checks if not self.agree(check, known, None)]
        if not failed:
            return None
        for subset in (checks, failed):
            for each in wrong(self.exercise):
                if all(self.agree(check, known, each) for check in subset):
                    return each
        return None


def unseen(exercise: Exercise) -> Iterator[Row]:
    """What passes the visible check and loses points fails only checks that say so; what is right passes it."""
    for known in exercise.variants:
        got = "does not pass" if visible.passes(exercise, known.make()) is False else "passes"
        yield "visible", known.name, "passes", got
    for known in wrong(exercise):
        if visible.passes(exercise, known.make()):
            untold = visible.untold(exercise, visible.failed_by(exercise, known))
            got = f"passes the visible check and fails: {untold}" if untold else "told beforehand"
            yield "visible", known.name, "told beforehand", got


def notebook(exercise: Exercise, solutions: Answers, stubs: Answers) -> Iterator[Row]:
    """The lesson's own answer earns full marks, and its stub none."""
    if solutions:
        if exercise.name not in solutions:
            yield "solution", exercise.name, "a graded cell in the lesson", "no graded cell"
            return
        yield (
            "solution",
            exercise.name,
            "correct 100%",
            said(judge(exercise, solutions[exercise.name].candidate)),
        )
        yield "stub", "in the lesson", "unfinished 0%", said(judge(exercise, stubs[exercise.name].candidate))


def routes(exercise: Exercise, regions: dict[str, copies.Answer]) -> Iterator[Row]:
    """Reference and lesson's answer are written differently, so that each checks the other."""
    answer = regions.get(f"the solution of {exercise.name!r}")
    for reference in copies.answers_of(exercise):
        if answer is not None:
            got = "the same statements" if reference.shape == answer.shape else "another route"
            yield "route", exercise.name, "another route", got
