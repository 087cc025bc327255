"""What the text of a cell says: what it binds and takes away, and why it may define nothing."""

import ast
import difflib
import re
from collections.abc import Iterator

from autograder.lesson import (
    DEFINITIONS,
    LONGEST,
    NOT_PYTHON,
    definitions,
    names,
    statements,
    taking,
    tree,
    without_commands,
)

CURES = {
    "invalid non-printable character": "It cannot be seen and came with pasted text: type that line again.",
    "invalid character": "It came with pasted text: type it again.",
    "```": "The line of ``` belongs to the page that this was copied from: delete it.",
    "unindent does not match": "Use spaces only, four for each level, and no tabs.",
}
"""What to do about a syntax error, by a part of its text or of its line."""


def top(source: str) -> Iterator[ast.stmt]:
    """Yield the statements that run in a cell's own scope; none of a cell that is not Python."""
    found = tree(source)
    return statements(found.body) if found else iter(())


def opening(source: str) -> str:
    """Return the first line of a cell, quoted and short."""
    line = next((each.strip() for each in source.splitlines() if each.strip()), "")
    return f"`{line[:47]}...`" if len(line) > 50 else f"`{line}`"


def taken(source: str) -> str:
    """Return what a magic in the first line did with a cell, to go on after "the cell above"."""
    magic = taking(source)
    if not magic:
        return ""
    return f"begins with `%%{magic}`, which takes the whole cell: nothing in it is defined. Remove that line."


def takes_away(source: str, name: str) -> str:
    """Return what in a cell takes a name away, as it stands there; empty if nothing does."""
    if name in unbound(source):
        return f"`del {name}`"
    return "`%reset`" if re.search(r"^[^\S\n]*%reset\b", source, flags=re.MULTILINE) else ""


def unbound(source: str) -> Iterator[str]:
    """Yield the names that a cell deletes."""
    for each in top(source):
        if isinstance(each, ast.Delete):
            yield from (node.id for node in each.targets if isinstance(node, ast.Name))


def mentioned(source: str) -> set[str]:
    """Return the names that a cell binds, or, of one that is not Python, every word in it."""
    return names(source) if tree(source) is not None else set(re.findall(r"\w+", source[:LONGEST]))


def syntax_error(source: str) -> str:
    """Return where and what the first syntax error of a cell is, to go on after "the cell above"; or nothing."""
    if "\0" in source:
        line = source[: source.index("\0")].count("\n") + 1
        return f"has an invisible character (NUL) in line {line}. Type that line anew."
    if tree(source) is not None or len(source) > LONGEST:
        return ""
    try:
        ast.parse(without_commands(source))
    except SyntaxError as error:
        place = f"in line {error.lineno}" if error.lineno else "in one of its lines"
        text = "```" if (error.text or "").lstrip().startswith("```") else error.msg
        cure = next((f" {cure}" for part, cure in CURES.items() if part in text), "")
        return f"has a syntax error {place}: {error.msg}{'' if error.msg.endswith('?') else '.'}{cure}"
    except NOT_PYTHON:
        return "cannot be read as Python: one of its expressions is nested too deeply or too long."
    return ""


def other_name(name: str, source: str) -> str:
    """Return what a cell defines instead of the name that was asked for."""
    for each in top(source):
        if isinstance(each, DEFINITIONS) and name in (getattr(one, "name", "") for one in each.body):
            outer = f"inside `{each.name[:60]}`"
            return f"The cell above defines `{name}` {outer}, where the check cannot see it. Move it out of there."
    found = definitions(source)[:200]
    if not found:
        return f"The cell above defines no function. It should define `{name}`."
    nearest = (difflib.get_close_matches(name, found, 1, 0.0) or found)[0]
    return f"The cell above defines `{nearest[:60]}`. Call it `{name}`."


def assigned(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement gives to values; what a definition or an import binds is none of them."""
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Delete, *DEFINITIONS)):
        return
    for part in ast.iter_child_nodes(statement):
        if not isinstance(part, ast.stmt):
            stored = (each for each in ast.walk(part) if isinstance(each, ast.Name))
            yield from (each.id for each in stored if isinstance(each.ctx, ast.Store))


def imported(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement imports."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        yield from ((each.asname or each.name).partition(".")[0] for each in statement.names)


def starred(source: str) -> Iterator[str]:
    """Yield the modules all of whose names a cell imports."""
    for each in top(source):
        if isinstance(each, ast.ImportFrom) and each.names[0].name == "*":
            yield each.module or ""
    if re.search(r"^[^\S\n]*%pylab\b(?!.*--no-import-all)", source, flags=re.MULTILINE):
        yield "numpy"


def uses(source: str) -> set[str]:
    """Return every name that a cell uses anywhere."""
    found = tree(source) or ast.Module([], [])
    return {each.id for each in ast.walk(found) if isinstance(each, ast.Name)}


def raises_stub(node: ast.AST) -> bool:
    """Whether a statement is the one that stubs end with."""
    raised = node.exc if isinstance(node, ast.Raise) else None
    raised = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
