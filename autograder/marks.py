"""A mark in its three forms: a verdict on a graded cell, the record of a submission, a row of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from nbformat import NotebookNode

MIME = "application/vnd.descent.verdict+json"
"""The kind of output by which a verdict is shown in a kernel."""

SIGNS = {
    "correct": "✓",
    "convention": "◐",
    "mistake": "✗",
    "error": "✗",
    "timeout": "✗",
    "unfinished": "○",
}
"""Every verdict of grading, in the order of tables, with the sign that stands for it."""

KEPT = "grading"
"""Where the metadata of a notebook in ``autograded/`` keeps status and notes."""

TEXT_STUB = "*Write your line here.*"
"""What stands in a cell for words until the student writes there."""

ADDED = "added-"
"""How the ids of the student's own cells begin after repair."""

Status = Literal["graded", "missing", "unreadable"]
"""How a submission ended; a broken one is repaired or set aside, and always has a status."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is said of one graded cell.

    verdict  one of ``SIGNS``; of points that a person gives ``waiting`` or ``marked``
    mistake  name of the known mistake or convention, or None
    message  what the student reads; the first line has at most 80 characters
    """

    verdict: str
    points: float
    max_points: float
    mistake: str | None = None
    message: str = ""

    def record(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Row(Verdict):
    """The verdict on one graded cell of one student: an object of ``grade --json``, a line of ``grades.csv``.

    checks   beginning of the fingerprint of the checks that gave the mark
    content  beginning of the fingerprint of what was graded
    sandbox  the level it ran at
    """

    student: str
    assignment: str
    grade_id: str
    status: str = "graded"
    checks: str = ""
    content: str = ""
    sandbox: str = ""

    def published(self) -> dict[str, Any]:
        """Return the object that ``--json`` promises."""
        return {name: getattr(self, name) for name in PUBLISHED}


PUBLISHED = ("student", "assignment", "grade_id", "points", "max_points", "verdict", "mistake", "message")
COLUMNS = (*PUBLISHED, "status", "checks", "content", "sandbox")
"""The fields of a row, as ``grade --json`` and as ``grades.csv`` have them."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One graded submission; ``autograder.grading.records`` describes the fields and keeps them on the disk."""

    student: str
    assignment: str
    status: str
    notes: list[str] = field(default_factory=list)
    content: str = ""
    timestamp: str | None = None
    late: float = 0.0
    penalty: str = ""
    version: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    sandbox: str = ""
    limits: dict[str, Any] = field(default_factory=dict)
    graded: str = ""
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        """Return a row for every graded cell, in the order of the lesson."""
        return [
            Row(
                **each.record(),
                student=self.student,
                assignment=self.assignment,
                grade_id=name,
                status=self.status,
                checks=self.parts.get("checks", "")[:12],
                content=self.content[:12],
                sandbox=self.sandbox,
            )
            for name, each in self.verdicts.items()
        ]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one submission may use.

    cell    seconds for each cell
    total   seconds for the notebook
    memory  bytes of address space of each process that runs the student's code
    output  characters kept of the outputs of one cell
    """

    cell: float = 30.0
    total: float = 900.0
    memory: int = 2 << 30  # a notebook with figures needs 0.4 GB
    output: int = 100_000


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What became of a notebook.

    notebook  the same cells with outputs; graded cells show their message and no traceback
    verdicts  grade_id of every autograded cell -> its verdict; none is ever absent
    notes     what else the student should know
    """

    notebook: NotebookNode
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def nbgrader_of(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return nbgrader's metadata of one of our cells, empty if it has none."""
    return cell.get("metadata", {}).get("nbgrader", {})


def is_ours(cell: Mapping[str, Any]) -> bool:
    """Whether a cell's text is the master's; without an id it is taken for the student's."""
    theirs = nbgrader_of(cell).get("solution") or nbgrader_of(cell).get("task")
    return bool(cell.get("id")) and not cell["id"].startswith(ADDED) and not theirs


def is_autograded(cell: Mapping[str, Any]) -> bool:
    """Whether a cell earns its points by being run."""
    ours = nbgrader_of(cell)
    return bool(ours.get("grade") and not ours.get("solution") and cell["cell_type"] == "code")


def is_manual(cell: Mapping[str, Any]) -> bool:
    """Whether a cell earns its points from a person."""
    ours = nbgrader_of(cell)
    return bool(ours.get("grade") and ours.get("solution")) or bool(ours.get("task"))


def exercise_of(grade_id: str) -> str:
    """Return the exercise a graded cell belongs to: ``sgd`` for ``sgd-check``."""
    return grade_id.removesuffix("-check")


def points_of(cell: Mapping[str, Any]) -> float:
    """Return the most a graded cell can earn."""
    return float(nbgrader_of(cell).get("points", 0))


def zero(cells: Iterable[Mapping[str, Any]], kind: str, message: str) -> dict[str, Verdict]:
    """Return the same verdict without points for every autograded cell among ``cells``."""
    return {
        nbgrader_of(cell)["grade_id"]: Verdict(
            verdict=kind, points=0.0, max_points=points_of(cell), message=message
        )
        for cell in cells
        if is_autograded(cell)
    }
