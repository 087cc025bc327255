"""Find answers under other names: functions compared by what they do to their names, not by the names.

Docstrings and annotations are taken out and every name is replaced by the order of its first appearance, so
``w - lr * dw`` and ``x - rate * g`` are alike; attributes, strings and numbers stay.  An answer is looked for as a
run of consecutive statements anywhere: a copy that is pasted into a longer function is a copy.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from autograder.building.manuscript import MARKERS, Problem
from autograder.building.text import grader_of
from autograder.judging import Exercise
from autograder.lesson import without_commands

FEWEST_NODES = 20
"""Answers with fewer nodes are said too easily by accident: ``return a / b`` is nobody's secret."""


@dataclass(frozen=True)
class Answer:
    """A run of statements that must not be found again.

    size  number of statements
    """

    name: str
    size: int
    shape: str
    outline: str


def answers_of(exercise: Exercise) -> Iterator[Answer]:
    """Yield the reference of an exercise as an answer, unless it is too small to be told from chance."""
    function = inspect.unwrap(exercise.reference)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return
    if tree.body and isinstance(tree.body[0], ast.FunctionDef):
        yield from answer(f"the reference of {exercise.name!r}", tree.body[0].body)


def regions(cells: Iterable[dict[str, Any]]) -> Iterator[Answer]:
    """Yield the solution regions of a parsed lesson as answers."""
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        inside: list[str] | None = None
        for line in cell["source"].splitlines():
            region, begins = MARKERS.get(line.strip(), ("", False))
            if region == "SOLUTION" and begins:
                inside = []
            elif region == "SOLUTION" and inside is not None:
                name = f"the solution of {grader_of(cell).get('grade_id')!r}"
                yield from answer(name, body_of("\n".join(inside)))
                inside = None
            elif inside is not None:
                inside.append(line)


def body_of(region: str) -> list[ast.stmt]:
    """Return the statements of a piece of a function, none when it is not Python."""
    try:
        function = ast.parse("def region():\n" + textwrap.indent(textwrap.dedent(region), " ")).body[0]
    except SyntaxError:
        return []
    assert isinstance(function, ast.FunctionDef)
    return function.body


def answer(name: str, statements: list[ast.stmt]) -> Iterator[Answer]:
    """Yield an answer of the statements, if it is large enough."""
    statements = without_docstring(statements)
    if sum(1 for statement in statements for _ in ast.walk(statement)) >= FEWEST_NODES:
        yield Answer(name, len(statements), shape(statements), outline(statements))


def found(answers: Iterable[Answer], code: str, place: str) -> Iterator[Problem]:
    """Yield where a piece of Python holds one of the answers under any names."""
    try:
        tree = ast.parse(without_commands(code))
    except SyntaxError:
        return
    wanted = {each.shape: each for each in answers}
    outlines = {(each.size, each.outline) for each in wanted.values()}
    sizes = {size for size, _ in outlines}
    for block in blocks(tree):
        drawn = [outline([statement]) for statement in block]
        for size in sizes:
            for start in range(len(block) - size + 1):
                if (size, "\n".join(drawn[start : start + size])) not in outlines:
                    continue  # not even alike without names; the names need not be looked at
                window = block[start : start + size]
                each = wanted.get(shape(window))
                if each is not None:
                    what = f"these {size} statements are {each.name} under other names. Take them out."
                    yield Problem(f"{place}:{window[0].lineno}", what)


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield every list of statements of a module: bodies of functions, loops, branches, without docstrings."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            statements = getattr(node, field, None)
            if isinstance(statements, list) and statements:
                yield without_docstring(statements)


def without_docstring(statements: Any) -> Any:
    """Return a list of statements without strings that stand alone; the body of a lambda as it is."""
    if not isinstance(statements, list):
        return statements
    return [
        each
        for each in statements
        if not (
            isinstance(each, ast.Expr)
            and isinstance(each.value, ast.Constant)
            and isinstance(each.value.value, str)
        )
    ]


def shape(statements: list[ast.stmt]) -> str:
    """Return the statements as text with names replaced by the order of their appearance."""
    order: dict[str, str] = {}
    return "\n".join(
        spelled(each, lambda name: order.setdefault(name, f"v{len(order)}")) for each in statements
    )


def outline(statements: list[ast.stmt]) -> str:
    """Return the statements as text with all names alike: cheap, and equal wherever the shapes are."""
    return "\n".join(spelled(each, lambda name: "v") for each in statements)


UNSAID = ("ctx", "annotation", "returns", "type_comment", "type_params", "kind", "simple")


def spelled(node: Any, call: Callable[[str], str]) -> str:
    """Return a syntax tree as text, without docstrings and annotations.

    call  how a name, an argument or an inner function is called in the text
    """
    if isinstance(node, list):
        return "[" + ",".join(spelled(each, call) for each in node) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    if isinstance(node, ast.Name):
        return call(node.id)
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        node = ast.Assign([node.target], node.value)
    parts = []
    for field, value in ast.iter_fields(node):
        if field in UNSAID:
            continue
        if (isinstance(node, ast.arg) and field == "arg") or (
            isinstance(node, ast.FunctionDef) and field == "name"
        ):
            parts.append(call(value))
        else:
            parts.append(spelled(without_docstring(value) if field == "body" else value, call))
    return f"{type(node).__name__}({','.join(parts)})"
