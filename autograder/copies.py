"""Find answers under other names: functions compared by what they do to their names, not by the names.

Docstrings and annotations are taken out and every name is replaced by the order of its first appearance, so
``w - lr * dw`` and ``x - rate * g`` are alike; attributes, strings and numbers stay.  An answer is looked for as a
run of consecutive statements anywhere: a copy that is pasted into a longer function is a copy.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from autograder.judging import Exercise
from autograder.manuscript import MARKERS, Problem
from autograder.text import grader_of

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
        yield Answer(name, len(statements), shape(statements))


def found(answers: Iterable[Answer], code: str, place: str) -> Iterator[Problem]:
    """Yield where a piece of Python holds one of the answers under any names."""
    try:
        tree = ast.parse(re.sub(r"^\s*[%!].*$", "", code, flags=re.MULTILINE))  # magics are not Python
    except SyntaxError:
        return
    wanted = {(each.size, each.shape): each for each in answers}
    sizes = {size for size, _ in wanted}
    for block in blocks(tree):
        for size in sizes:
            for start in range(len(block) - size + 1):
                window = block[start : start + size]
                each = wanted.get((size, shape(window)))
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


def without_docstring(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements without strings that stand alone."""
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
    return "\n".join(ast.dump(Renamed(order).visit(copied(each))) for each in statements)


def copied(statement: ast.stmt) -> ast.stmt:
    """Return a copy that may be changed."""
    return ast.parse(ast.unparse(statement)).body[0]


class Renamed(ast.NodeTransformer):
    """Give every name, argument and inner function its number, and drop docstrings and annotations."""

    def __init__(self, order: dict[str, str]):
        self.order = order

    def number(self, name: str) -> str:
        """Return the number of a name."""
        return self.order.setdefault(name, f"v{len(self.order)}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Rename, as the class says."""
        return ast.Name(self.number(node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Rename, as the class says."""
        return ast.arg(self.number(node.arg), None)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Rename, as the class says."""
        node.name, node.returns = self.number(node.name), None
        node.body = without_docstring(node.body) or [ast.Pass()]
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Rename, as the class says."""
        if node.value is None:
            return ast.Pass()
        return self.generic_visit(ast.Assign([node.target], node.value))
