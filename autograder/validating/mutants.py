"""Mutants of an exercise: its reference and the lesson's own answer with one thing changed, each judged.

A mutant that earns everything survives.  It shows a hole in the checks, or it is right as well: then it is listed
in the exercise, ``equivalent={key: why}``.
"""

import ast
import inspect
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.judging import Exercise
from autograder.judging.judge import recognise
from autograder.judging.signatures import Signature, agree, cheapest, recorded
from autograder.mutating import children
from autograder.mutating.mutants import mutants
from autograder.validating import visible
from autograder.validating.answers import Handed
from autograder.validating.validate import Finding

LEAST = 1.0
"""Seconds of processor time that every mutant may take."""

TIMES = 20
"""How many times the right answer's time a mutant may take."""


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What became of one mutant.

    origin   what was changed: the reference, or the lesson's answer
    failed   names of the checks that it does not pass; what ended it, if it does not come so far
    mistake  the known mistake or convention that does the same in every check
    passes   whether it passes the visible check; None without one
    """

    key: str
    origin: str
    failed: tuple[str, ...]
    mistake: str | None = None
    passes: bool | None = None

    @property
    def survives(self) -> bool:
        """Whether it earns everything."""
        return not self.failed


@dataclass(frozen=True)
class Origin:
    """A right answer that can be changed.

    name  reference or lesson
    make  source -> what is judged; may raise anything
    """

    name: str
    source: str
    make: Callable[[str], Callable]


def fates(exercise: Exercise, answer: Handed | None, processes: int = 2) -> Iterator[Fate]:
    """Yield what becomes of every mutant of an exercise; one that both origins have is judged twice."""
    for known in (None, *exercise.conventions, *exercise.mistakes):
        recorded(exercise, known).complete()  # once, here: the children find it done
    for origin in origins(exercise, answer):
        began = time.process_time()
        failed = told(exercise, origin, origin.source)["failed"]
        if failed:
            raise AssertionError(f"{exercise.name}: the {origin.name} itself fails {failed}.")
        limit = max(LEAST, TIMES * (time.process_time() - began))
        found = mutants(without_keywords(origin.source, exercise.free))
        jobs = [lambda source=each.source: told(exercise, origin, source) for each in found]
        for mutant, result in zip(found, children.run(jobs, seconds=limit, processes=processes), strict=True):
            yield Fate(key=mutant.key, origin=origin.name, **(result or {"failed": ("time or memory",)}))


def findings(lesson: str, exercise: Exercise, found: Sequence[Fate]) -> list[Finding]:
    """Return what the mutants prove: each is rejected or listed with a reason, and no list is out of date."""
    survivors = {each.key for each in found if each.survives}
    rows = [("mutant", key, "rejected", "earns everything") for key in survivors - exercise.equivalent.keys()]
    for key, why in exercise.equivalent.items():
        got = "earns everything" if key in survivors else "rejected"
        if key not in {each.key for each in found}:
            got = "there is no such mutant"
        rows.append(("equivalent", key, "earns everything", got))
        if not why.strip():
            rows.append(("equivalent", key, "a reason", "no reason"))
    for each in found:
        untold = visible.untold(exercise, each.failed) if each.passes else ""
        if untold:
            rows.append(
                ("visible", each.key, "told beforehand", f"passes the visible check and fails: {untold}")
            )
    return [
        Finding(lesson=lesson, exercise=exercise.name, what=what, name=name, passed=expected == got,
                expected=expected, got=got)
        for what, name, expected, got in sorted(rows)
    ]  # fmt: skip


def told(exercise: Exercise, origin: Origin, source: str) -> dict[str, Any]:
    """Return what an exercise says to a changed answer, as plain data for ``Fate``."""
    try:
        candidate, another = origin.make(source), origin.make(source)
    except BaseException as error:
        return {"failed": (f"{type(error).__name__} when it is defined",)}
    signature, failed = Signature(exercise, candidate), []
    for check in exercise.checks:
        if not agree(signature[check.name], recorded(exercise)[check.name], check.tolerance):
            failed.append(check)
    known = None
    if failed:
        known = recognise(
            exercise, signature, cheapest(exercise.checks, recorded(exercise).complete().seconds)
        )
    return {
        "failed": tuple(check.name for check in failed),
        "mistake": known.name if known is not None else None,
        "passes": visible.passes(exercise, another),
    }


def origins(exercise: Exercise, answer: Handed | None) -> Iterator[Origin]:
    """Yield the reference of an exercise and the lesson's answer, as far as their source is known."""
    reference = exercise.reference
    module = inspect.getmodule(reference)
    if inspect.isfunction(reference) and module is not None:
        parts = [textwrap.dedent(inspect.getsource(each)) for each in (*own_functions(reference), reference)]
        yield Origin("reference", "\n".join(parts), maker(vars(module), reference.__name__))
    if answer is not None and answer.source:
        yield Origin("lesson", answer.source, maker(answer.names, answer.expression))


def without_keywords(source: str, names: Sequence[str]) -> str:
    """Return a source without some keyword arguments of its calls."""
    if not names:
        return source
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords = [each for each in node.keywords if each.arg not in names]
    return ast.unparse(tree)


def own_functions(function: Any) -> list[Any]:
    """Return the functions of its own module that a function calls, and that those call."""
    found: list[Any] = []
    waiting = [function]
    while waiting:
        each = waiting.pop()
        for name in each.__code__.co_names:
            called = each.__globals__.get(name)
            plain = inspect.isfunction(called) and not hasattr(called, "__wrapped__")
            if plain and called.__module__ == function.__module__ and called not in (function, *found):
                found.append(called)
                waiting.append(called)
    return found


def maker(names: Mapping[str, Any], expression: str) -> Callable[[str], Callable]:
    """Return a function that runs a source among some names and returns what an expression then is."""

    def make(source: str) -> Callable:
        room = dict(names)
        exec(compile(source, "<mutant>", "exec"), room)
        return eval(expression, room)

    return make
