"""Whether a lesson's text and its exercise module say the same: which exercises there are, and their points."""

import importlib.util
import pkgutil
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder import exercises
from autograder.building.manuscript import Problem, hidden_call
from autograder.building.text import grader_of, is_graded
from autograder.errors import Trouble
from autograder.judging import Exercise
from autograder.judging.places import places


def modules() -> list[str]:
    """Return the names of all exercise modules, found by looking."""
    return sorted(found.name for found in pkgutil.iter_modules(exercises.__path__))


def module_of(lesson: str) -> ModuleType | None:
    """Return the exercise module of a lesson (``04_momentum``), None when there is none.

    Raises ``Trouble`` for one that cannot be imported.
    """
    name = lesson.partition("_")[2]
    if importlib.util.find_spec(f"{exercises.__name__}.{name}") is None:
        return None
    try:
        return exercises.lesson(name)
    except Exception as error:
        raise Trouble(
            f"autograder/exercises/{name} cannot be imported: {type(error).__name__}: {error}{line_of(error)}. "
            "Mend it, then go on."
        ) from error


def line_of(error: Exception) -> str:
    """Return the last line of an exercise that an error passed through, in words; nothing if there is none."""
    lines = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if any(Path(folder) in Path(frame.filename).parents for folder in exercises.__path__)
        and Path(frame.filename).name != "__init__.py"
    ]
    return f", in {Path(lines[-1].filename).name}, line {lines[-1].lineno}" if lines else ""


def exercises_of(lesson: str) -> Sequence[Exercise]:
    """Return the exercises of a lesson, none when it has no module.  Raises ``Trouble``."""
    module = module_of(lesson)
    return () if module is None else module.EXERCISES


def disagreements(lesson: str, cells: list[dict[str, Any]], place: str) -> Iterator[Problem]:
    """Yield where the graded cells and the exercises differ, looked at from both sides.  Raises ``Trouble``."""
    known = {exercise.name: exercise for exercise in exercises_of(lesson)}
    module = lesson.partition("_")[2]
    seen, taught = set(), places(cells)
    for cell in cells:
        call = hidden_call(cell["source"]) if is_graded(cell) else None
        if call is None:
            continue
        where, (imported, name, _) = f"{place}:{cell['line']}", call
        seen.add(name)
        if imported != module:
            yield Problem(
                where, f"it grades with the module {imported!r}; this lesson's module is {module!r}."
            )
        elif module_of(lesson) is None:
            yield Problem(
                where, f"there is no autograder/exercises/{module}; a lesson's exercises have its name."
            )
        elif name not in known:
            names = ", ".join(known) or "none"
            yield Problem(
                where,
                f"there is no exercise {name!r} in EXERCISES of autograder/exercises/{module}/__init__.py "
                f"(there is: {names}).",
            )
        elif float(grader_of(cell)["points"]) != float(known[name].points):
            points = grader_of(cell)["points"]
            yield Problem(
                where, f"{name!r} has {points:g} points here and {known[name].points:g} in its Exercise."
            )
        elif name in taught and taught[name].exercise != known[name].read:
            yield Problem(
                where,
                f"{name!r} stands below '{taught[name].exercise}'; its Exercise says read='{known[name].read}'.",
            )
    for name in known.keys() - seen:
        yield Problem(
            f"autograder/exercises/{module}", f"the exercise {name!r} has no graded cell '{name}-check'."
        )
