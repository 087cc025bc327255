"""A lesson as grading needs it: our cells with the hidden tests, and the text students were given."""

from __future__ import annotations

import ast
import json
import re
import textwrap
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from autograder.errors import Trouble
from autograder.marks import is_autograded, is_manual, nbgrader_of, points_of
from autograder.project import Project

Cell = dict[str, Any]

COMMAND = re.compile(
    r"^([^\S\n]*)(?:[%!?/,;](?:.*\\\n)*.*|%{0,2}[^\W\d][\w.*]*\?{1,2}[^\S\n]*)$", flags=re.MULTILINE
)
"""A line for the shell, a magic, a question or a call without brackets, with the lines that continue it."""

RESULT = re.compile(r"^([^\S\n]*[^\W\d][\w., ]*=[^\S\n]*)[%!](?:.*\\\n)*.*$", flags=re.MULTILINE)
"""A line that keeps what a command or a magic gives."""

PROMPT = re.compile(r"^[^\S\n]*(?:>>>|In \[\d+\]:|\.\.\.:?)(?: |$)", flags=re.MULTILINE)

CELL_MAGIC = re.compile(r"\s*%%(\w+)")
RUN_HERE = ("time", "capture", "prun")
"""Cell magics that run the cell where it stands; all others take its text for something else."""

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

LONGEST = 60_000
"""Characters of a cell that is still looked into, which can take a second; a longer one is handed on as it is."""

NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, SystemError)
"""What the parser raises, also for what is nested too deeply for it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Master:
    """One lesson.

    name      ``04_momentum``
    cells     what is run: our locked cells from the source with hidden tests, the stub for each solution cell
    released  for each cell the text as students were given it
    metadata  of the notebook: the kernel and nothing else
    """

    name: str
    cells: list[Cell]
    released: list[str]
    metadata: dict[str, Any]

    @classmethod
    def read(cls, lesson: str, project: Project) -> Master:
        """Read a lesson from the source and the release.  Raises ``Trouble`` if it was not built."""
        source = notebook(project.notebook(lesson), lesson)
        release = notebook(project.released(lesson), lesson)
        if len(source["cells"]) != len(release["cells"]):
            raise Trouble(f"The release of {lesson} is older than its source. Run `autograder build`.")
        cells = [
            theirs if nbgrader_of(theirs).get("solution") else {**theirs, "source": ours["source"]}
            for ours, theirs in zip(source["cells"], release["cells"], strict=True)
        ]
        return cls(
            name=lesson,
            cells=cells,
            released=[cell["source"] for cell in release["cells"]],
            metadata={"kernelspec": source["metadata"].get("kernelspec", {})},
        )

    @cached_property
    def index(self) -> dict[str, int]:
        """Grade id -> place of the cell."""
        return {nbgrader_of(cell)["grade_id"]: at for at, cell in enumerate(self.cells) if nbgrader_of(cell)}

    @cached_property
    def answers(self) -> list[str]:
        """The grade ids a student fills in."""
        return [name for name, at in self.index.items() if nbgrader_of(self.cells[at]).get("solution")]

    @cached_property
    def graded(self) -> list[Cell]:
        """The cells that earn points by being run."""
        return [cell for cell in self.cells if is_autograded(cell)]

    @cached_property
    def by_hand(self) -> dict[str, float]:
        """Grade id -> points of the cells that a person marks and that are worth something."""
        return {
            nbgrader_of(cell)["grade_id"]: points_of(cell)
            for cell in self.cells
            if is_manual(cell) and points_of(cell)
        }

    @cached_property
    def stubs(self) -> dict[str, str]:
        """Grade id -> the text of a solution cell as students were given it, empty for the other labelled cells."""
        return {name: self.stub(name) if name in self.answers else "" for name in self.index}

    def giving_way(self, grade_id: str) -> str:
        """Return the stub of a solution cell, to be run only where nothing else has defined its function."""
        stub = textwrap.indent(self.stub(grade_id), "    ")
        return f"if {grade_id!r} not in globals():  # this cell was missing or empty\n{stub}"

    def is_unwritten(self, grade_id: str, source: str) -> bool:
        """Whether a solution cell after repair holds nothing of the student's."""
        return source.strip() in (self.stub(grade_id).strip(), self.giving_way(grade_id).strip())

    def stub(self, grade_id: str) -> str:
        """Return the text of a solution cell as students were given it."""
        return self.released[self.index[grade_id]]


def notebook(file: Path, lesson: str) -> dict[str, Any]:
    """Return one of our own notebooks as plain data, sources joined.  Raises ``Trouble`` if it is not there."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Trouble(f"{lesson} has not been built: {file} is missing. Run `autograder build`.") from None
    for cell in found["cells"]:
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return found


def without_commands(source: str) -> str:
    """Return a cell as plain Python, line by line: what only IPython reads becomes ``pass``, its results None.

    A cell that is Python as it stands is left alone: a line that begins with ``%`` or ``/`` may go on with a sum.
    """
    found = any(each.search(source) for each in (COMMAND, RESULT, PROMPT))
    if found and parsed(source) is None:
        source = PROMPT.sub("", source)
        source = RESULT.sub(lambda line: f"{line[1]}None{continued(line)}", source)
        source = COMMAND.sub(lambda line: f"{line[1]}pass{continued(line)}", source)
    return source


def continued(line: re.Match[str]) -> str:
    """Return the line ends of a command that goes on for several lines, so that no line changes its number."""
    return "\n" * line[0].count("\n")


def taking(source: str) -> str:
    """Return the magic in the first line that takes the whole cell for something else, empty if there is none."""
    found = CELL_MAGIC.match(source)
    return found[1] if found and found[1] not in RUN_HERE else ""


def tree(source: str) -> ast.Module | None:
    """Return the syntax tree of a cell, or None if it is not Python; lines for the shell count as statements.

    A cell that a magic takes holds no Python of its own: its tree is empty.
    """
    if taking(source):
        return ast.Module([], [])
    return parsed(without_commands(source)) if len(source) <= LONGEST else None


def parsed(source: str) -> ast.Module | None:
    """Return the syntax tree of a text, or None if it is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except NOT_PYTHON:
        return None


@lru_cache(maxsize=512)
def compiles(source: str) -> bool:
    """Whether a cell is Python."""
    return tree(source) is not None


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run in a cell's own scope, those inside ``if``, ``try``, ``with`` and loops too."""
    waiting = list(body)[::-1]
    while waiting:  # no recursion: a chain of a thousand ``elif`` is a thousand deep
        each = waiting.pop()
        yield each
        if isinstance(each, DEFINITIONS):
            continue
        inner = [node for node in ast.iter_child_nodes(each) if isinstance(node, ast.stmt)]
        for part in ("handlers", "cases"):
            inner += [statement for one in getattr(each, part, []) for statement in one.body]
        waiting += inner[::-1]


def definitions(source: str) -> list[str]:
    """Return the names of the functions and classes that a cell defines."""
    return list(bound(source)[0])


def names(source: str) -> set[str]:
    """Return every name that a cell binds: functions, classes, imports, assignments."""
    return set(bound(source)[1])


@lru_cache(maxsize=512)
def bound(source: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the names that a cell binds: those of functions and classes in their order, and all of them."""
    found = tree(source)
    defined, every = [], set()
    for each in statements(found.body) if found else ():
        if isinstance(each, DEFINITIONS):
            defined.append(each.name)
        if isinstance(each, ast.Import | ast.ImportFrom):
            every |= {(alias.asname or alias.name).split(".")[0] for alias in each.names}
        else:
            own = [node for node in ast.iter_child_nodes(each) if not isinstance(node, ast.stmt)]
            stored = (node for part in own for node in ast.walk(part) if isinstance(node, ast.Name))
            every |= {node.id for node in stored if isinstance(node.ctx, ast.Store)}
    return tuple(defined), frozenset((*defined, *every))
