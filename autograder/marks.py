"""What passes between the parts of grading: limits in, a notebook with outputs and a verdict per graded cell out.

Marks come from verdicts; nothing downstream looks at outputs to find one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from nbformat import NotebookNode

MIME = "application/vnd.descent.verdict+json"
"""The kind of output by which a verdict is shown in a kernel."""

Kind = Literal["correct", "convention", "mistake", "unfinished", "error", "timeout"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is recorded for one graded cell.

    mistake  name of the known mistake or convention, or None
    message  what the student reads; the first line has at most 80 characters
    """

    verdict: Kind
    points: float
    max_points: float
    mistake: str | None = None
    message: str = ""

    def record(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        return asdict(self)


KEPT = "grading"
"""Where the metadata of a notebook in ``autograded/`` keeps status and notes."""

ADDED = "added-"
"""How the ids of the student's own cells begin after repair."""

Status = Literal["graded", "missing", "unreadable"]
"""How a submission ended; a broken one is repaired or set aside, and always has a status."""


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
class Graded:
    """The verdict on one graded cell and the seconds it took."""

    verdict: Verdict
    seconds: float = 0.0

    def record(self) -> dict[str, Any]:
        """Return verdict and time as plain data."""
        return {**self.verdict.record(), "seconds": round(self.seconds, 3)}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Graded:
        """Return what ``record`` gave as plain data."""
        fields = {key: value for key, value in record.items() if key != "seconds"}
        return cls(verdict=Verdict(**fields), seconds=record.get("seconds", 0.0))


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What became of a notebook.

    notebook  the same cells with outputs; graded cells show their message and no traceback
    verdicts  grade_id of every autograded cell -> ``Graded``; none is ever absent
    """

    notebook: NotebookNode
    verdicts: dict[str, Graded] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One graded cell of one student: what ``grade --json`` and ``grades.csv`` hold.

    checks   beginning of the fingerprint of the checks that gave the mark
    content  beginning of the fingerprint of what was graded
    sandbox  the level it ran at
    """

    student: str
    assignment: str
    grade_id: str
    points: float
    max_points: float
    verdict: str
    mistake: str | None
    message: str
    status: str = "graded"
    checks: str = ""
    content: str = ""
    sandbox: str = ""

    @classmethod
    def of(cls, student: str, assignment: str, grade_id: str, verdict: Verdict, status: str) -> Row:
        """Return the row of one verdict."""
        return cls(
            student=student, assignment=assignment, grade_id=grade_id, status=status, **verdict.record()
        )

    def published(self) -> dict[str, Any]:
        """Return the object that ``--json`` promises."""
        names = (
            "student",
            "assignment",
            "grade_id",
            "points",
            "max_points",
            "verdict",
            "mistake",
            "message",
        )
        return {name: getattr(self, name) for name in names}


def nbgrader_of(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return nbgrader's metadata of one of our cells, empty if it has none."""
    return cell.get("metadata", {}).get("nbgrader", {})


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


def zero(cells: Iterable[Mapping[str, Any]], kind: Any, message: str) -> dict[str, Graded]:
    """Return the same verdict without points for every autograded cell among ``cells``."""
    return {
        nbgrader_of(cell)["grade_id"]: Graded(
            verdict=Verdict(verdict=kind, points=0.0, max_points=points_of(cell), message=message)
        )
        for cell in cells
        if is_autograded(cell)
    }
