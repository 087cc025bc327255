"""A lesson's own answers and stubs as functions, taken from its text without running its pictures."""

import ast
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.building.manuscript import MARKERS, hidden_call
from autograder.building.text import grader_of, is_graded
from course.lessons import STUB

Cells = list[dict[str, Any]]


@dataclass(frozen=True)
class Handed:
    """What a graded cell hands to its exercise.

    candidate   the lesson's own answer
    source      of the solution cell
    expression  what the graded cell hands over
    names       all that stands above the graded cell, the solution cell's names among them
    """

    candidate: Callable
    source: str
    expression: str
    names: dict[str, Any]


def handed(cells: Cells, *, stubs: bool = False) -> dict[str, Handed]:
    """Return what each graded cell hands to its exercise, by the exercise's name, with where it comes from.

    Runs imports, functions, classes and literal constants of all cells, and solution cells whole.

    stubs  with the solution regions taken out, as in a release

    Raises whatever the cells raise.
    """
    import matplotlib

    matplotlib.use("Agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    found: dict[str, Handed] = {}
    sources: dict[str, str] = {}
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        if is_graded(cell):
            call = hidden_call(cell["source"])
            if call is not None:
                source = sources.get(call[1], "")
                found[call[1]] = Handed(eval(call[2], names), source, call[2], dict(names))
            continue
        source = "\n".join(
            line for line in cell["source"].splitlines() if not line.lstrip().startswith(("%", "!"))
        )
        identity = grader_of(cell).get("grade_id", "cell")
        where = f"<{identity}>"
        if grader_of(cell).get("solution"):
            sources[identity] = source
            exec(compile(without_regions(source) if stubs else source, where, "exec"), names)
            continue
        for statement in filter(is_quiet, ast.parse(source).body):
            # A function whose defaults come from a picture's values is the picture's; an answer never needs it.
            with contextlib.suppress(NameError):
                exec(compile(ast.Module([statement], []), where, "exec"), names)
    return found


def is_quiet(statement: ast.stmt) -> bool:
    """Whether a statement only names things: an import, a function, a class or a literal."""
    if isinstance(statement, ast.Assign):
        try:
            ast.literal_eval(statement.value)
        except ValueError:
            return False
        return True
    return isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)


def without_regions(source: str) -> str:
    """Return the source of a solution cell with stubs where its answers are, as nbgrader makes it."""
    lines, inside, any_region = [], False, False
    for line in source.splitlines():
        region, begins = MARKERS.get(line.strip(), ("", False))
        if region == "SOLUTION":
            inside, any_region = begins, True
            if begins:
                lines.append(line[: len(line) - len(line.lstrip())] + STUB)
        elif not inside:
            lines.append(line)
    return "\n".join(lines) if any_region else STUB
