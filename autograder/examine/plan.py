"""Which cell runs where.

Every code cell that is not graded runs in the candidate.  Graded cells run in the examiner.  A locked cell runs
in the examiner as well if a graded cell needs a name it defines, directly or through other such cells, and if it
uses no name that the student could have defined: the imports, in practice.  The examiner runs only the statements
that matter for those names, so that it need not load what only draws.

A locked cell tagged ``picture`` is left out, unless a cell that runs needs a name that only it defines.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from nbformat import NotebookNode

from autograder.marks import ADDED, Limits, is_autograded, nbgrader_of

GIVEN = frozenset((*dir(builtins), "__name__", "__file__", "display", "get_ipython"))
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMMAND = re.compile(r"^(\s*)[%!].*$", flags=re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One code cell.

    at       place in the notebook
    theirs   whether the candidate runs it
    ours     whether the examiner runs it
    within   what of it the examiner runs
    graded   whether it earns points
    uses     names it reads and does not define
    """

    at: int
    source: str
    theirs: bool = False
    ours: bool = False
    within: str = ""
    graded: bool = False
    uses: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Return the step as plain data."""
        return vars(self).copy()


def plan(notebook: NotebookNode, limits: Limits) -> list[Step]:
    """Return the steps of a repaired notebook in order."""
    steps: list[Step] = []
    left_out = only_drawing(notebook)
    provided: set[str] = set()
    known: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for at, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        if is_autograded(cell):
            uses, _ = names(cell.source)
            source = without_commands(cell.source)
            steps.append(Step(at=at, source=source, ours=True, within=source, graded=True, uses=sorted(uses)))
            continue
        if at not in left_out:
            steps.append(Step(at=at, source=cell.source, theirs=True))
        if is_ours(cell) and at not in left_out:
            uses, defines = names(cell.source)
            if uses <= provided:
                known[at] = uses, defines
                provided |= defines
    needed = {name for step in steps for name in step.uses}
    kept = {}
    for at in reversed(known):
        if known[at][1] & needed:
            kept[at] = part(notebook.cells[at].source, frozenset(needed))
            needed |= names(kept[at])[0]
    return [replace(each, ours=True, within=kept[each.at]) if each.at in kept else each for each in steps]


@lru_cache(maxsize=1024)
def part(source: str, needed: frozenset[str]) -> str:
    """Return the statements of one of our cells that define a needed name, or may do something to one.

    A function that is not needed is left out; any other statement that uses a needed name is kept.
    """
    statements = [one for each in ast.parse(without_commands(source)).body for one in single(each)]
    known = [names(ast.unparse(each)) for each in statements]
    every, kept = set(needed), set[int]()
    while True:
        before = len(kept)
        for at, (uses, defines) in enumerate(known):
            statement = statements[at]
            acts = not isinstance(statement, DEFINITIONS) or bool(statement.decorator_list)
            if at not in kept and (defines & every or (acts and uses & every)):
                kept.add(at)
                every |= uses
        if len(kept) == before:
            return "\n".join(ast.unparse(statements[at]) for at in sorted(kept))


def single(statement: ast.stmt) -> list[ast.stmt]:
    """Return an import of several names as one import each, anything else as it is."""
    if isinstance(statement, ast.Import):
        return [ast.Import(names=[each]) for each in statement.names]
    if isinstance(statement, ast.ImportFrom):
        module, level = statement.module, statement.level
        return [ast.ImportFrom(module=module, names=[each], level=level) for each in statement.names]
    return [statement]


def only_drawing(notebook: NotebookNode) -> set[int]:
    """Return the places of the cells tagged ``picture`` that no cell which runs depends on."""
    code = {at: names(cell.source) for at, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    drawn = {at for at in code if is_picture(notebook.cells[at])}
    while True:
        provided: set[str] = set()
        missing = {}
        for at, (uses, defines) in code.items():
            if at in drawn:
                missing.update(dict.fromkeys(defines - provided, at))
                continue
            needed = {missing[name] for name in uses - provided if name in missing}
            if needed:
                drawn -= needed
                break
            provided |= defines
        else:
            return drawn


def is_picture(cell: NotebookNode) -> bool:
    """Whether a cell is one of ours that shows a picture."""
    return is_ours(cell) and "picture" in cell.metadata.get("tags", [])


def is_ours(cell: NotebookNode) -> bool:
    """Whether a cell's text is the master's; without an id it is taken for the student's."""
    theirs = nbgrader_of(cell).get("solution") or nbgrader_of(cell).get("task")
    return bool(cell.get("id")) and not cell["id"].startswith(ADDED) and not theirs


def without_commands(source: str) -> str:
    """Return a cell as plain Python: lines for the shell become ``pass``."""
    return COMMAND.sub(r"\1pass", source)


@lru_cache(maxsize=4096)
def names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names a cell uses without defining them, and those it defines at its top level.

    A cell that is not Python uses a name nobody has.
    """
    try:
        table = symtable.symtable(without_commands(source), "cell", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return frozenset(["this cell is not Python"]), frozenset()
    defined = {each.get_name() for each in table.get_symbols() if each.is_assigned() or each.is_imported()}
    used: set[str] = set()
    tables = [table]
    while tables:
        each = tables.pop()
        tables += each.get_children()
        outermost = each is table
        used |= {
            symbol.get_name()
            for symbol in each.get_symbols()
            if symbol.is_referenced() and (outermost or symbol.is_global())
        }
    return frozenset(used - defined - GIVEN), frozenset(defined)


def imports(notebook: NotebookNode, steps: list[Step]) -> tuple[list[str], list[str]]:
    """Return the import statements in our own cells: those the examiner runs, and those the candidate runs."""
    examiner = [import_statements(step.within) for step in steps if step.ours]
    cells = [notebook.cells[step.at] for step in steps if step.theirs]
    candidate = [import_statements(cell.source) for cell in cells if is_ours(cell)]
    return list(filter(None, dict.fromkeys(examiner))), list(filter(None, dict.fromkeys(candidate)))


def import_statements(source: str) -> str:
    """Return the import statements at the top level of a cell."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return ""
    return "\n".join(ast.unparse(each) for each in body if isinstance(each, ast.Import | ast.ImportFrom))
