"""Which cell runs where.

Every code cell that is not graded runs in the candidate.  Graded cells run in the examiner.  A locked cell runs
in the examiner as well if a graded cell needs a name it defines, directly or through other such cells, and if it
uses no name that the student could have defined: the imports, in practice.  The examiner runs only the statements
that matter for those names, so that it need not load what only draws.

A locked cell tagged ``picture``, or ``measured`` if it shows numbers that take long, is left out, unless a cell
that runs needs a name that only it defines.
"""

import ast
import builtins
import re
import symtable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from nbformat import NotebookNode

from autograder.lesson import DEFINITIONS, LONGEST, NOT_PYTHON, without_commands
from autograder.marks import is_autograded, is_ours

SHOWN = frozenset({"picture", "measured"})
"""Tags of our cells that only show something."""

OF_SCIPY = re.compile(r"\bscipy(?:\.| import )(\w+)")
SLOW_OF_SCIPY = frozenset(
    (
        "fft",
        "integrate",
        "interpolate",
        "linalg",
        "ndimage",
        "optimize",
        "signal",
        "sparse",
        "spatial",
        "special",
        "stats",
    )
)
"""Packages that a warm interpreter loads once: in every candidate that imports one it would take up to 0.5 s."""

GIVEN = frozenset((*dir(builtins), "__name__", "__file__", "display", "get_ipython"))


@dataclass(frozen=True, kw_only=True)
class Step:
    """One code cell.

    at            place in the notebook
    in_candidate  whether the candidate runs it
    in_examiner   what of it the examiner runs, empty for nothing
    graded        whether it earns points
    uses          names it reads and does not define
    """

    at: int
    source: str
    in_candidate: bool = False
    in_examiner: str = ""
    graded: bool = False
    uses: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Return the step as plain data."""
        return vars(self).copy()


def plan(notebook: NotebookNode) -> list[Step]:
    """Return the steps of a repaired notebook in order."""
    steps: list[Step] = []
    left_out = only_shown(notebook)
    defined: set[str] = set()  # by locked cells that use no name of the student's
    locked: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for at, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        if is_autograded(cell):
            source = without_commands(cell.source)
            asked = sorted(names(source)[0])
            steps.append(Step(at=at, source=source, in_examiner=source, graded=True, uses=asked))
            continue
        if at in left_out:
            continue
        steps.append(Step(at=at, source=cell.source, in_candidate=True))
        if is_ours(cell):
            uses, defines = names(cell.source)
            if uses <= defined:
                locked[at] = uses, defines
                defined |= defines
    needed = {name for step in steps for name in step.uses}
    kept = {}
    for at in reversed(locked):
        if locked[at][1] & needed:
            kept[at] = needed_statements(notebook.cells[at].source, frozenset(needed))
            needed |= names(kept[at])[0]
    return [replace(each, in_examiner=kept.get(each.at, each.in_examiner)) for each in steps]


@lru_cache(maxsize=1024)
def needed_statements(source: str, needed: frozenset[str]) -> str:
    """Return the statements of one of our cells that define a needed name, or may do something to one.

    A function that is not needed is left out; any other statement that uses a needed name is kept.
    """
    statements = [one for each in ast.parse(without_commands(source)).body for one in split_import(each)]
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


def split_import(statement: ast.stmt) -> list[ast.stmt]:
    """Return an import of several names as one import each, anything else as it is."""
    if isinstance(statement, ast.Import):
        return [ast.Import(names=[each]) for each in statement.names]
    if isinstance(statement, ast.ImportFrom):
        module, level = statement.module, statement.level
        return [ast.ImportFrom(module=module, names=[each], level=level) for each in statement.names]
    return [statement]


def only_shown(notebook: NotebookNode) -> set[int]:
    """Return the places of the cells that only show something, and define nothing that another cell needs."""
    code = {at: names(cell.source) for at, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    shown = {at for at in code if shows(notebook.cells[at])}
    while True:
        provided: set[str] = set()
        missing = {}
        for at, (uses, defines) in code.items():
            if at in shown:
                missing.update(dict.fromkeys(defines - provided, at))
                continue
            needed = {missing[name] for name in uses - provided if name in missing}
            if needed:
                shown -= needed
                break
            provided |= defines
        else:
            return shown


def shows(cell: NotebookNode) -> bool:
    """Whether a cell is one of ours that says of itself that it only shows something."""
    return is_ours(cell) and not SHOWN.isdisjoint(cell.metadata.get("tags", []))


@lru_cache(maxsize=4096)
def names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names a cell uses without defining them, and those it defines at its top level.

    A cell that is not Python uses a name nobody has.
    """
    try:
        if len(source) > LONGEST:
            raise ValueError("the cell is too long")
        table = symtable.symtable(without_commands(source), "cell", "exec")
    except NOT_PYTHON:
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
    """Return the import statements in our own cells: those the examiner runs, and those the candidate runs.

    The candidate's also load what answers use of SciPy.
    """
    examiner = [import_statements(step.in_examiner) for step in steps]
    cells = [notebook.cells[step.at] for step in steps if step.in_candidate]
    candidate = [import_statements(cell.source) for cell in cells if is_ours(cell)]
    used = {name for cell in cells for name in OF_SCIPY.findall(cell.source)} & SLOW_OF_SCIPY
    candidate += [f"import scipy.{name}" for name in sorted(used)]
    return list(filter(None, dict.fromkeys(examiner))), list(filter(None, dict.fromkeys(candidate)))


def import_statements(source: str) -> str:
    """Return the import statements at the top level of a cell."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return ""
    return "\n".join(ast.unparse(each) for each in body if isinstance(each, ast.Import | ast.ImportFrom))
