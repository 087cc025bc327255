"""Whose marks would change, by how much and why: grading to look at, before anything is written."""

from dataclasses import dataclass, field

from rich.table import Table

from autograder.grading import gradebook_read, records
from autograder.grading.course import Course
from autograder.grading.grade import REPRICED, Plan, Submission
from autograder.grading.gradebook_read import Entry
from autograder.marks import Record, Row, exercise_of
from autograder.repair import finding
from autograder.running import versions
from autograder.running.run_one import Result
from course.lessons import order


@dataclass(frozen=True, kw_only=True)
class Change:
    """One mark that would be another one.

    row     what would be recorded
    before  the points in the gradebook, None where there are none
    earlier what the record says of it, None without a record
    manual  the points a person gave, which stay
    why     in words
    """

    row: Row
    before: float | None
    earlier: Row | None
    manual: float | None
    why: list[str]

    @property
    def difference(self) -> float:
        """Points more, or less."""
        return self.row.points - (self.before or 0.0)


@dataclass(kw_only=True)
class Outlook:
    """What a run would do.

    rows       every row as it would be
    changes    marks with other points, those of first submissions not among them
    first      submissions that have no mark yet
    reworded   rows with the same points and another verdict, mistake or message
    repriced   late submissions whose penalty would be worked out anew
    unchanged  submissions that need not be run
    """

    rows: list[Row] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    first: list[Submission] = field(default_factory=list)
    reworded: list[Change] = field(default_factory=list)
    repriced: list[Submission] = field(default_factory=list)
    unchanged: int = 0

    @property
    def nothing(self) -> bool:
        """Whether no mark would change and none would be new."""
        return not self.changes and not self.first and not self.repriced


class Watcher:
    """Compares results, as they come, with what is recorded."""

    def __init__(self, course: Course, plan: Plan):
        self.course, self.plan = course, plan
        self.book: dict[Submission, Entry] = gradebook_read.read(course.gradebook, course.course_id)
        self.outlook = Outlook(rows=plan.rows(), unchanged=len(plan.kept))

    def see(self, result: Result) -> None:
        """Take one result; of one that the grader failed to get through nothing is known."""
        if result.record.status == "not graded":
            return
        key = result.record.student, result.record.assignment
        rows = result.record.rows()
        self.outlook.rows += rows
        book = self.book.get(key)
        if book is None or all(book.scores.get(row.grade_id) is None for row in rows):
            self.outlook.first.append(key)
            return
        known = records.find(self.course, *key)
        if REPRICED in self.plan.why[key] or self.late_otherwise(key, known, book):
            self.outlook.repriced.append(key)
        earlier = {row.grade_id: row for row in known.rows()} if known else {}
        for row in rows:
            change = Change(
                row=row,
                before=book.scores.get(row.grade_id),
                earlier=earlier.get(row.grade_id),
                manual=book.manual.get(row.grade_id),
                why=self.plan.why[key],
            )
            if change.before != row.points:
                self.outlook.changes.append(change)
            elif change.earlier is not None and wording(change.earlier) != wording(row):
                self.outlook.reworded.append(change)

    def late_otherwise(self, key: Submission, known: Record | None, book: Entry) -> bool:
        """Whether a submission would be late by another time than when it was graded, and that costs something."""
        from autograder.grading.gradebook_write import timestamp

        if known is None or not versions.penalty(self.course.config):
            return False
        folder = self.course.submitted.joinpath(*key)
        kept = None if finding.stamp(folder) or known.timestamp else book.handed_in
        return known.late != gradebook_read.late(timestamp(folder, self.course.home) or kept, book.due)


def wording(row: Row) -> tuple[str, str | None, str]:
    """Return what a student reads beside the points."""
    return row.verdict, row.mistake, row.message


def table(changes: list[Change]) -> Table:
    """Return a table of changes: who, what, from, to, why."""
    made = Table(title="Marks that would change", title_justify="left", pad_edge=False)
    for name in ("student", "assignment", "exercise"):
        made.add_column(name)
    for name in ("now", "would be"):
        made.add_column(name, justify="right")
    made.add_column("verdict")
    made.add_column("why")
    for each in sorted(changes, key=lambda each: (order(each.row.assignment), each.row.student)):
        earlier = each.earlier.verdict if each.earlier else "?"
        same = earlier == each.row.verdict
        stays = [] if each.manual is None else [f"a person gave {each.manual:g}, which stays"]
        made.add_row(
            each.row.student,
            each.row.assignment,
            exercise_of(each.row.grade_id),
            "none" if each.before is None else f"{each.before:g}",
            f"{each.row.points:g} of {each.row.max_points:g}",
            each.row.verdict if same else f"{earlier} → {each.row.verdict}",
            "; ".join([*each.why, *stays]),
        )
    return made


def summary(outlook: Outlook) -> list[str]:
    """Return in sentences what a run would do; the last one says that nothing was done."""
    lines = []
    if outlook.changes:
        students = len({each.row.student for each in outlook.changes})
        more = sum(max(each.difference, 0.0) for each in outlook.changes)
        less = sum(min(each.difference, 0.0) for each in outlook.changes)
        marks = counted(len(outlook.changes), "mark")
        lines.append(
            f"{marks} of {counted(students, 'student')} would change: {more:+g} and {less:+g} points."
        )
    if outlook.first:
        shown = ", ".join(f"{student} {assignment}" for student, assignment in sorted(outlook.first)[:6])
        rest = " and more" if len(outlook.first) > 6 else ""
        lines.append(f"{counted(len(outlook.first), 'submission')} would be graded first: {shown}{rest}.")
    if outlook.reworded:
        marks = counted(len(outlook.reworded), "mark")
        lines.append(f"{marks} would keep the points and get another message.")
    if outlook.repriced:
        some = counted(len(outlook.repriced), "late submission")
        lines.append(f"The penalty of {some} would be worked out anew.")
    if outlook.nothing:
        lines.append("No mark would change.")
    if outlook.unchanged:
        lines.append(f"{counted(outlook.unchanged, 'submission')} unchanged, not run.")
    return [*lines, "Nothing was written."]


def counted(number: int, thing: str) -> str:
    """Return a number with its noun."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
