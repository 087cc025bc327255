"""Systematic mutants of a piece of source code: one change each, with a name that survives reformatting.

The name, ``key``, is the statement before and after as ``ast`` writes it, cut to what surrounds the change:
``v = mu * v - rate * dw -> v = mu * v + rate * dw``.  A second mutant of that name gets a number.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.mutating.dependence import depends
from autograder.mutating.expressions import OPERATORS, UNSEEN, key, replacements

AROUND = 24
"""Characters that a key shows on each side of the change."""

LONGEST = 90
"""Characters of a line in a key; of a longer one the middle is left out."""

OTHERS = ("body", "orelse", "finalbody", "handlers", "decorator_list", "returns", "annotation")
"""Fields of a statement that hold no expression of its own, or one that does not run."""

SILENT = ("errstate", "catch_warnings", "simplefilter", "suppress")
"""Functions that only keep complaints away."""


@dataclass(frozen=True)
class Mutant:
    """One change: its key, and the whole source with it."""

    key: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Return all mutants of a module's source, none twice and none that reads as the original."""
    tree = ast.parse(source)
    seen, count, found = {ast.unparse(tree)}, Counter[str](), []
    for before, after in changes(tree):
        text = ast.unparse(tree)
        if text in seen:
            continue
        seen.add(text)
        named = shortened(before, after)
        count[named] += 1
        found.append(Mutant(named if count[named] == 1 else f"{named} ({count[named]})", text))
    return found


def changes(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Make one change after another to a tree, each undone when the next is asked for.

    Yields the line before and after.
    """
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for block in blocks(tree):
        yield from in_order(block)
        for place, statement in enumerate(block):
            before = line(statement)
            for after in removed(block, place):
                yield before, after
            if isinstance(statement, ast.Raise | ast.Assert) or is_silencing(statement):
                continue  # what it says is not judged
            for field, node in list(ast.iter_fields(statement)):
                if field not in OTHERS:
                    for _ in within(statement, field, node):
                        yield before, line(statement)
            for changed in otherwise(statement, arguments):
                block[place] = changed
                yield before, line(changed)
            block[place] = statement


def is_silencing(statement: ast.stmt) -> bool:
    """Whether a statement is a ``with`` that keeps complaints away."""
    return isinstance(statement, ast.With) and all(
        isinstance(item.context_expr, ast.Call)
        and ast.unparse(item.context_expr.func).split(".")[-1] in SILENT
        for item in statement.items
    )


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield every list of statements: of the module, of functions, loops and branches."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block:
                yield block


def within(parent: ast.AST, field: str, value: object) -> Iterator[None]:
    """Change the expressions in one field of a node, one at a time, at any depth."""
    if isinstance(value, list):
        for place, each in enumerate(value):
            if isinstance(each, ast.expr):
                for other in replacements(each):
                    value[place] = other
                    yield
                value[place] = each
            yield from deeper(each)
    elif isinstance(value, ast.expr):
        for other in replacements(value):
            setattr(parent, field, other)
            yield
        setattr(parent, field, value)
        yield from deeper(value)
    else:
        yield from deeper(value)


def deeper(node: object) -> Iterator[None]:
    """Change what is inside an expression; texts of f-strings and annotations are left alone."""
    if isinstance(node, ast.FormattedValue):
        yield from within(node, "value", node.value)
    elif isinstance(node, ast.keyword) and node.arg in UNSEEN:
        return
    elif isinstance(node, ast.AST) and not isinstance(node, ast.stmt):
        skipped = ("annotation", "ctx", "op", "ops")
        for field, value in list(ast.iter_fields(node)):
            if field not in skipped and isinstance(value, ast.AST | list):
                yield from within(node, field, value)


def otherwise(statement: ast.stmt, arguments: set[str]) -> Iterator[ast.stmt]:
    """Yield a statement changed as a whole: a condition negated, ``=`` for ``+=``, an argument in place.

    arguments  names of the functions' arguments
    """
    if isinstance(statement, ast.If | ast.While):
        negated = copy.copy(statement)
        negated.test = ast.UnaryOp(ast.Not(), statement.test)
        yield negated
    if isinstance(statement, ast.If):
        for truth in (True, False) if statement.orelse else (True,):
            settled = copy.copy(statement)
            settled.test = ast.Constant(truth)
            yield settled
    if isinstance(statement, ast.AugAssign):
        yield ast.Assign([statement.target], statement.value)
        if type(statement.op) in OPERATORS:
            yield ast.AugAssign(statement.target, OPERATORS[type(statement.op)](), statement.value)
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        target, value = statement.targets[0], statement.value
        if (
            target.id in arguments
            and isinstance(value, ast.BinOp)
            and target.id == getattr(value.left, "id", "")
        ):
            yield ast.AugAssign(target, value.op, value.right)
    if isinstance(statement, ast.Return) and statement.value is not None:
        for word in key(statement.value):
            yield ast.Return(word)


def removed(block: list[ast.stmt], place: int) -> Iterator[str]:
    """Take one statement out of a block, unless nothing would work without it."""
    statement = block[place]
    if isinstance(statement, ast.Pass | ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        return
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return
    if isinstance(statement, ast.If) and statement.orelse:
        return
    block[place] = ast.Pass()
    yield "(removed)"
    block[place] = statement


def in_order(block: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Exchange neighbours of a block of which one needs what the other does."""
    simple = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr
    for place in range(len(block) - 1):
        first, second = block[place], block[place + 1]
        if not (isinstance(first, simple) and isinstance(second, simple)):
            continue
        if not depends(first, second):
            continue
        block[place], block[place + 1] = second, first
        yield f"{line(first)}; {line(second)}", "(exchanged)"
        block[place], block[place + 1] = first, second


def line(statement: ast.stmt) -> str:
    """Return a statement as one line, of a compound one its head."""
    if hasattr(statement, "body"):
        headed = copy.copy(statement)
        headed.body = [ast.Pass()]
        for field in ("orelse", "finalbody", "handlers", "decorator_list"):
            if hasattr(headed, field):
                setattr(headed, field, [])
        if isinstance(statement, ast.Try):
            return "try:"
        return ast.unparse(ast.fix_missing_locations(headed)).removesuffix("\n    pass").strip()
    return " ".join(ast.unparse(ast.fix_missing_locations(statement)).split())


def shortened(before: str, after: str) -> str:
    """Return ``before -> after``, both cut to what surrounds the change."""
    if after.startswith("("):  # removed, exchanged
        return f"{cut(before, 0, len(before))} -> {after}"
    start = alike(before, after)
    end = min(alike(before[::-1], after[::-1]), min(len(before), len(after)) - start)
    return " -> ".join(cut(text, start, len(text) - end) for text in (before, after))


def alike(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))


def cut(text: str, start: int, end: int) -> str:
    """Return a text from ``start`` to ``end`` with some whole words around, and dots for the rest."""
    first, last = max(start - AROUND, 0), min(end + AROUND, len(text))
    while first > 0 and (text[first - 1].isalnum() or text[first - 1] == "_"):
        first -= 1
    while last < len(text) and (text[last].isalnum() or text[last] == "_"):
        last += 1
    text = ("…" if first else "") + text[first:last].strip() + ("…" if last < len(text) else "")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 30]}…{text[-29:]}"
