"""What a report is made of: plain records, whatever they were read from."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from autograder.marks import SIGNS, Record, Verdict

VERDICTS = (*SIGNS, "unrecorded")
"""How a graded cell can have ended; ``unrecorded`` is a mark whose verdict nobody kept."""

STATUSES = ("graded", "unreadable", "missing")
"""How a submission arrived; ``missing`` was never handed in, or without a notebook."""


@dataclass(frozen=True, kw_only=True)
class Student:
    """One student as the gradebook knows them; only ``id`` is always there."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def name(self) -> str:
        """The full name, or the id if there is none."""
        return f"{self.first_name} {self.last_name}".strip() or self.id

    @property
    def sortable(self) -> str:
        """``Last, First`` as gradebooks sort by, or the id if there is no name."""
        return ", ".join(part for part in (self.last_name, self.first_name) if part) or self.id


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One graded cell of a lesson; ``manual`` ones get their points from a person."""

    grade_id: str
    exercise: str
    points: float
    manual: bool = False


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One lesson with its graded cells in the order of the notebook; ``due`` is in UTC without a zone."""

    name: str
    cells: tuple[Cell, ...]
    due: datetime | None = None

    @property
    def points(self) -> float:
        """The most a submission can earn."""
        return sum(cell.points for cell in self.cells)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What one graded cell of one submission got.

    points  as the gradebook has them, None while they wait for a person
    said    the verdict of grading, None if nobody kept it
    """

    cell: Cell
    points: float | None
    said: Verdict | None = None

    @property
    def verdict(self) -> str:
        """One of ``VERDICTS``."""
        return "unrecorded" if self.said is None else self.said.verdict

    @property
    def mistake(self) -> str:
        """The name of the known mistake or convention, empty without one."""
        return (self.said and self.said.mistake) or ""

    @property
    def message(self) -> str:
        """What the student reads."""
        return self.said.message if self.said else ""

    @property
    def changed(self) -> bool:
        """Whether a person changed the points, so that they are not those of the verdict."""
        if self.points is None or self.said is None:
            return False
        return abs(self.points - self.said.points) > 1e-9


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One assignment of one student, handed in or not.

    record     what grading kept of it; of one that was not handed in a record that says so
    handed_in  UTC without a zone, as nbgrader keeps it
    late       seconds after the due date, with the student's extension
    penalty    points nbgrader took off
    """

    student: Student
    assignment: Assignment
    record: Record
    handed_in: datetime | None = None
    late: float = 0.0
    penalty: float = 0.0
    marks: tuple[Mark, ...] = ()

    @property
    def status(self) -> str:
        """One of ``STATUSES``."""
        return self.record.status

    @property
    def earned(self) -> float:
        """Points before any penalty."""
        return sum(mark.points or 0.0 for mark in self.marks)

    @property
    def score(self) -> float:
        """Points that count."""
        return max(0.0, self.earned - self.penalty)

    @property
    def share(self) -> float:
        """Points that count as a part of the most."""
        return self.score / self.assignment.points if self.assignment.points else 0.0

    @property
    def waits(self) -> bool:
        """Whether a cell still waits for a person."""
        return any(mark.points is None for mark in self.marks)


def not_handed_in(student: Student, assignment: Assignment) -> Submission:
    """Return what stands for an assignment that a student did not hand in."""
    record = Record(student=student.id, assignment=assignment.name, status="missing")
    return Submission(student=student, assignment=assignment, record=record)


@dataclass(frozen=True, kw_only=True)
class ClassBook:
    """Everything a report is made of: a submission for every student and assignment, handed in or not.

    now  when it was put together, in UTC without a zone; what is due later is not missing yet
    """

    course: str
    students: tuple[Student, ...]
    assignments: tuple[Assignment, ...]
    submissions: tuple[Submission, ...] = field(repr=False)
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))

    def still_open(self, assignment: Assignment) -> bool:
        """Whether an assignment is due later."""
        return assignment.due is not None and assignment.due > self.now

    def of(self, assignment: Assignment) -> list[Submission]:
        """Return all submissions of one assignment."""
        return [each for each in self.submissions if each.assignment is assignment]
