"""Which cells are run: all code, except locked cells that draw and that nothing else depends on."""

from __future__ import annotations

import ast
import re

from nbformat import NotebookNode

from autograder.lesson import names, tree
from autograder.marks import Limits


def wanted(notebook: NotebookNode, limits: Limits) -> list[int]:
    """Return the places of the cells to run, in order.

    A cell tagged ``picture`` is left out, unless a later cell that is run uses a name it binds: the first picture
    of a lesson often stands in the cell that imports.
    """
    chosen: list[int] = []
    needed: set[str] = set()
    for at, cell in reversed(list(enumerate(notebook.cells))):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        drawn = "picture" in cell.metadata.get("tags", [])
        if drawn and not limits.pictures and not needed & names(cell.source):
            continue
        chosen.append(at)
        needed |= free_names(cell.source)
    return chosen[::-1]


def free_names(source: str) -> set[str]:
    """Return the names a cell uses and does not bind at its top level; every word of one that is not Python."""
    found = tree(source)
    if found is None:
        return set(re.findall(r"\w+", source))
    read = {each.id for each in ast.walk(found) if isinstance(each, ast.Name)}
    return read - names(source)
