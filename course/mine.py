"""The reader's own functions from an earlier notebook, so that a later lesson can build on them."""

from __future__ import annotations

import ast
import contextlib
import json
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # whoever imports `course` for the names of lessons does not wait for NumPy
    import numpy as np

IMPORTED = ("numpy", "scipy", "math", "json", "copy", "itertools", "functools", "collections", "course")
"""What a loaded function may import, by way of the import lines of its notebook; nothing here draws or starts."""


def plain_gradient_descent(
    w: np.ndarray, dw: np.ndarray, config: dict | None = None
) -> tuple[np.ndarray, dict]:
    """Stand in for a rule that has not been written: the step every lesson starts from."""
    import numpy as np

    config = {"learning_rate": 1e-2} | (config or {})
    return np.subtract(w, np.multiply(dw, config["learning_rate"])), config


class NotFound(UserWarning):
    """A function of an earlier notebook could not be loaded; another one stands in."""


def mine(
    assignment: str,
    name: str,
    *,
    folder: str | Path | None = None,
    otherwise: Callable = plain_gradient_descent,
) -> Callable:
    """Return the reader's own ``name`` from an earlier notebook, else what stands in for it, with a warning.

    assignment  folder and notebook, e.g. ``"04_momentum"``
    name        the function and the grade id of its cell, e.g. ``"sgd_momentum"``, or a class of that notebook that
                uses such functions
    folder      where the assignments lie; by default found beside or above the working directory
    otherwise   what stands in, e.g. a schedule for a schedule

    The cell of that function runs, and before it what the function may lean on: the notebook's import lines of
    ``IMPORTED`` and the functions of its earlier answers.  Warns ``NotFound`` and says why.
    """
    reason, missing = f"{assignment}.ipynb was not found beside this notebook", True
    for file in places(assignment, folder):
        try:
            return load(file, name)
        except Exception as error:
            reason, missing = (
                f"{name} in {file.name} does not run yet ({type(error).__name__}: {error})",
                False,
            )
    stands_in = otherwise.__name__.replace("_", " ")
    fine = " That is fine: the lesson works without it." if missing else ""
    warnings.warn(f"{reason}: {stands_in} stands in for {name}.{fine}", NotFound, stacklevel=2)
    return otherwise


def source(assignment: str, name: str, *, folder: str | Path | None = None) -> str:
    """Return the text of the reader's own cell, to be read or pasted, else one line that says why there is none."""
    for file in places(assignment, folder):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            found = dict(answers(json.loads(file.read_text(encoding="utf-8"))))
            if name in found:
                return found[name]
    return f"# {assignment}.ipynb with {name} was not found beside this notebook."


def places(assignment: str, folder: str | Path | None) -> Iterator[Path]:
    """Yield the files in which the notebook of an assignment is kept."""
    here = Path.cwd()
    for place in [Path(folder)] if folder is not None else [here.parent, here]:
        for file in (place / assignment / f"{assignment}.ipynb", place / f"{assignment}.ipynb"):
            if file.is_file():
                yield file


def load(file: Path, name: str) -> Callable:
    """Return the function ``name`` that the solution cell ``name`` of a notebook defines.

    Raises ``KeyError`` when there is no such cell or function and ``NotImplementedError`` for a stub.
    """
    import numpy as np

    notebook = json.loads(file.read_text(encoding="utf-8"))
    space: dict[str, Any] = {"np": np}
    for text in code(notebook):
        run(text, space, ast.Import | ast.ImportFrom)
    for grade_id, text in answers(notebook):
        if grade_id != name:
            run(text, space, ast.FunctionDef)
            continue
        if "raise NotImplementedError" in text:
            raise NotImplementedError("not written yet")
        space.pop(name, None)
        exec(compile(text, str(file), "exec"), space)  # the reader's own code, on the reader's machine
        return space[name]
    return built(notebook, name, space)


def built(notebook: dict, name: str, space: dict[str, Any]) -> Callable:
    """Return the class ``name`` that any cell of a notebook defines, with the functions that it uses.

    Raises ``KeyError`` when there is no such class, ``NotImplementedError`` when it uses a stub.
    """
    stubs = {grade_id for grade_id, text in answers(notebook) if "raise NotImplementedError" in text}
    defined: dict[str, ast.stmt] = {}
    for text in code(notebook):
        defined.update((each.name, each) for each in statements(text, ast.FunctionDef | ast.ClassDef))
    if not isinstance(defined.get(name), ast.ClassDef):
        raise KeyError(f"no cell {name}")
    used = [name]
    for each in used:  # grows as functions name others
        names = {node.id for node in ast.walk(defined[each]) if isinstance(node, ast.Name)}
        used += sorted(names & defined.keys() - set(used))
    if unwritten := [each for each in used if each in stubs]:
        raise NotImplementedError(f"{unwritten[0]} is not written yet")
    exec(compile(ast.Module([defined[each] for each in used], []), "<an earlier notebook>", "exec"), space)
    return space[name]


def code(notebook: dict) -> Iterator[str]:
    """Yield the text of every code cell."""
    for cell in notebook["cells"]:
        if cell.get("cell_type", "code") == "code":
            yield "".join(cell["source"])


def answers(notebook: dict) -> Iterator[tuple[str, str]]:
    """Yield grade id and text of every code cell that is the reader's to fill in."""
    for cell in notebook["cells"]:
        ours = cell.get("metadata", {}).get("nbgrader", {})
        if cell.get("cell_type", "code") == "code" and ours.get("grade_id") and not ours.get("grade"):
            yield ours["grade_id"], "".join(cell["source"])


def run(text: str, space: dict[str, Any], kinds: Any) -> None:
    """Run the statements of these kinds at the top level of a cell; one that does not run is passed over."""
    for each in filter(wanted, statements(text, kinds)):
        with contextlib.suppress(Exception):
            exec(compile(ast.Module([each], []), "<an earlier notebook>", "exec"), space)


def statements(text: str, kinds: Any) -> list[Any]:
    """Return the statements of these kinds at the top level of a cell; none if the cell cannot be parsed."""
    python = re.sub(r"^(\s*)[%!].*$", r"\1pass", text, flags=re.MULTILINE)  # lines for the shell
    try:
        return [each for each in ast.parse(python).body if isinstance(each, kinds)]
    except SyntaxError:
        return []


def wanted(statement: ast.stmt) -> bool:
    """Whether a statement may run: a definition, or an import of what is listed."""
    names = [alias.name for alias in statement.names] if isinstance(statement, ast.Import) else []
    names += [statement.module or ""] if isinstance(statement, ast.ImportFrom) else []
    return all(each.split(".")[0] in IMPORTED for each in names)
