"""What a class did, in numbers.  What is undefined is None and is shown as such, never as zero."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.reporting.class_book import Assignment, Cell, ClassBook, Mark, Student, Submission

BINS = 10
"""Bars of a distribution; the last holds full marks too."""

STREAK = 3
"""Exercises in a row without a point after which a student is called stuck."""

ABSENT = 2
"""Last assignments that were not handed in, after which a student is called stuck too."""

FEWEST = 3
"""Students from which on a correlation is worked out."""


@dataclass(frozen=True, kw_only=True)
class AssignmentStatistics:
    """One assignment: how many arrived how, and the shares of points of those that were graded.

    still_open  whether it is due later, so that what is missing may yet come
    bins        how many have a share in each tenth
    """

    assignment: Assignment
    arrived: int
    missing: int
    unreadable: int
    late: int
    waiting: int
    still_open: bool
    mean: float | None
    median: float | None
    bins: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ExerciseStatistics:
    """One graded cell, over the submissions that were graded.

    share           mean part of its points that was earned: 1 is easy, 0 is hard
    discrimination  correlation of that part with the points of all *other* cells of the assignment
    pairs           students the correlation is over
    """

    assignment: Assignment
    cell: Cell
    n: int
    share: float | None
    discrimination: float | None
    pairs: int
    verdicts: dict[str, int]


@dataclass(kw_only=True)
class MistakeStatistics:
    """One named mistake or convention and who made it."""

    assignment: Assignment
    cell: Cell
    name: str
    convention: bool
    students: list[Student] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """A student whose last exercises all earned nothing, or who has stopped handing in.

    count    exercises in a row without a point, up to the last one handed in
    since    the submission and the cell the row begins with, None without a row
    missing  the last assignments, in a row, that were not handed in
    """

    student: Student
    count: int
    since: tuple[Submission, Cell] | None
    missing: tuple[str, ...]


def assignments(book: ClassBook) -> list[AssignmentStatistics]:
    """Return the numbers of each assignment."""
    found = []
    for assignment in book.assignments:
        some = book.of(assignment)
        shares = np.array([each.share for each in some if each.status == "graded" and assignment.points])
        bins = np.bincount(np.minimum((shares * BINS + 1e-9).astype(int), BINS - 1), minlength=BINS)
        statuses = Counter(each.status for each in some)
        found.append(
            AssignmentStatistics(
                assignment=assignment,
                arrived=statuses["graded"],
                missing=statuses["missing"],
                unreadable=statuses["unreadable"],
                late=sum(each.late > 0 for each in some),
                waiting=sum(each.waits for each in some),
                still_open=book.still_open(assignment),
                mean=float(shares.mean()) if len(shares) else None,
                median=float(np.median(shares)) if len(shares) else None,
                bins=tuple(int(count) for count in bins),
            )
        )
    return found


def exercises(book: ClassBook) -> list[ExerciseStatistics]:
    """Return the numbers of each graded cell, in the order of the course."""
    found = []
    for assignment in book.assignments:
        some = [each for each in book.of(assignment) if each.status == "graded"]
        points = np.array([[points_of(mark) for mark in each.marks] for each in some], dtype=float)
        for at, cell in enumerate(assignment.cells):
            column = points[:, at] if len(some) else np.array([])
            known = ~np.isnan(column)
            value, pairs = discrimination(points, at) if len(some) else (None, 0)
            found.append(
                ExerciseStatistics(
                    assignment=assignment,
                    cell=cell,
                    n=int(known.sum()),
                    share=float(column[known].mean() / cell.points) if known.any() else None,
                    discrimination=value,
                    pairs=pairs,
                    verdicts=Counter(each.marks[at].verdict for each in some),
                )
            )
    return found


def points_of(mark: Mark) -> float:
    """Return points as a number, NaN for a cell that waits for a person."""
    return float("nan") if mark.points is None else mark.points


def discrimination(points: np.ndarray, at: int) -> tuple[float | None, int]:
    """Return the corrected item-total correlation of one cell and the number of students it is over.

    points  (students, cells); NaN where a cell waits for a person

    It is undefined, None, with fewer than three students, with one cell, and where the cell or the rest of the
    assignment is the same for all.  Only students all of whose cells are marked count.
    """
    whole = points[~np.isnan(points).any(axis=1)]
    if len(whole) < FEWEST or points.shape[1] < 2:
        return None, len(whole)
    item = whole[:, at]
    rest = whole.sum(axis=1) - item
    if np.ptp(item) < 1e-9 or np.ptp(rest) < 1e-9:
        return None, len(whole)
    return float(np.corrcoef(item, rest)[0, 1]), len(whole)


def mistakes(book: ClassBook) -> list[MistakeStatistics]:
    """Return every named mistake with who made it, the most frequent first."""
    found: dict[tuple[str, str, str], MistakeStatistics] = {}
    for submission in book.submissions:
        for mark in submission.marks:
            if not mark.mistake:
                continue
            key = (submission.assignment.name, mark.cell.grade_id, mark.mistake)
            each = found.setdefault(
                key,
                MistakeStatistics(
                    assignment=submission.assignment,
                    cell=mark.cell,
                    name=mark.mistake,
                    convention=mark.verdict == "convention",
                ),
            )
            each.students.append(submission.student)
    return sorted(found.values(), key=lambda each: -len(each.students))


def stuck(book: ClassBook) -> list[Stuck]:
    """Return who is stuck: the last three exercises or more without a point, or the last two assignments missing.

    Points count in what was handed in only, in the order of the course; what is due later is not missing.
    """
    by_student: dict[str, list[Submission]] = defaultdict(list)
    for submission in book.submissions:
        by_student[submission.student.id].append(submission)
    found = []
    for some in by_student.values():
        marks = [(each, mark) for each in some for mark in each.marks if each.status == "graded"]
        streak = trailing([pair for pair in marks if pair[1].points is not None])
        over = [each for each in some if each.status != "missing" or not book.still_open(each.assignment)]
        last = max((at for at, each in enumerate(over) if each.status != "missing"), default=-1)
        absent = [each.assignment.name for each in over[last + 1 :]]
        if len(streak) < STREAK and len(absent) < ABSENT:
            continue
        since = (streak[0][0], streak[0][1].cell) if len(streak) >= STREAK else None
        count = len(streak) if since else 0
        found.append(Stuck(student=some[0].student, count=count, since=since, missing=tuple(absent)))
    return sorted(found, key=lambda each: (-each.count, -len(each.missing), each.student.id))


def trailing(marks: Sequence[tuple[Submission, Mark]]) -> Sequence[tuple[Submission, Mark]]:
    """Return the longest end of a list of marks in which nothing was earned."""
    start = len(marks)
    while start and not marks[start - 1][1].points:
        start -= 1
    return marks[start:]


def count(book: ClassBook, what: str) -> int:
    """Return how many graded cells ended in a verdict."""
    return sum(mark.verdict == what for each in book.submissions for mark in each.marks)


def levels(submissions: Iterable[Submission]) -> dict[str, int]:
    """Return how many submissions ran in each sandbox, the most frequent first."""
    return dict(
        Counter(
            each.record.sandbox or "unrecorded" for each in submissions if each.status == "graded"
        ).most_common()
    )


def crashes(book: ClassBook) -> int:
    """Return how many graded cells failed because the student's code ended the Python process."""
    return sum(
        mark.verdict == "error" and "Python process" in mark.message
        for each in book.submissions
        for mark in each.marks
    )


def mixed_versions(book: ClassBook) -> list[str]:
    """Return the assignments whose submissions were marked by more than one version of the checks."""
    versions: dict[str, set[str]] = defaultdict(set)
    for each in book.submissions:
        if each.record.version:
            versions[each.assignment.name].add(each.record.version)
    return sorted(name for name, some in versions.items() if len(some) > 1)
