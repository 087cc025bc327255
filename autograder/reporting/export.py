"""Marks as the files that Canvas and Moodle import, and as plain CSV.

Canvas (``lib/gradebook_importer.rb``): the first columns are ``Student``, ``ID``, ``SIS User ID``, ``SIS Login ID``
and ``Section``, then one for each assignment, best named ``Title (id)``; the second row holds ``Points Possible``.
Canvas looks a student up by ``ID``, then by the SIS ids, then by name, and reads an empty cell as "no grade".

Moodle (``grade/import/csv``): any columns; the person who imports says which one identifies a student and which
are grades.  A row *without* an identifier is not skipped but lands on the student of the row before, so a column
of identifiers is written only if it is complete.  An empty cell is "no grade".

A text that a spreadsheet would run as a formula is marked as text where it is a name, and refused where it
identifies somebody, because a marked identifier would be another one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from autograder.errors import Trouble
from autograder.grading.report import harmless
from autograder.reporting.records import Assignment, ClassBook, Student, Submission

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell must not begin with; some spreadsheets read the wide forms too."""


@dataclass(kw_only=True)
class Exported:
    """A file, and what whoever imports it should know."""

    text: str
    notes: list[str] = field(default_factory=list)


def export(book: ClassBook, kind: str, columns: dict[str, str], lessons: Sequence[str] = ()) -> Exported:
    """Return the marks of a class in one of the formats.

    kind     ``canvas``, ``moodle`` or ``csv``
    columns  assignment -> what its column is called in the LMS; by default as the assignment
    lessons  the assignments to write, all for none

    A submission of which a cell still waits for a person has no mark yet and is left empty, and so is one that was
    not handed in.  Raises ``Trouble`` for an assignment nobody has heard of and an identifier like a formula.
    """
    known = {each.name for each in book.assignments}
    for name in [*lessons, *columns]:
        if name not in known:
            raise Trouble(f"The gradebook has no assignment {name!r}. It has: {', '.join(sorted(known))}.")
    chosen = [each for each in book.assignments if not lessons or each.name in lessons]
    headers = [safe_header(columns.get(each.name, each.name)) for each in chosen]
    if len(set(headers)) < len(headers):
        raise Trouble(f"Two columns would have one name: {', '.join(headers)}.")
    made = Exported(text="")
    rows = FORMATS[kind](book, chosen, headers, made.notes)
    made.text = written(rows)
    waiting = sum(each.waits for each in book.submissions if each.assignment in chosen)
    if waiting:
        made.notes.append(f"{counted(waiting, 'mark')} left empty: a cell waits for a person, in formgrader.")
    late = sum(each.penalty > 0 for each in book.submissions if each.assignment in chosen)
    if late:
        made.notes.append(f"{counted(late, 'mark')} after a late penalty, as nbgrader applied it.")
    return made


def canvas(
    book: ClassBook, chosen: list[Assignment], headers: list[str], notes: list[str]
) -> list[list[str]]:
    """Return the rows of Canvas's gradebook."""
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *headers]]
    rows.append(["    Points Possible", "", "", "", "", *(points(each.points) for each in chosen)])
    marks = marks_of(book)
    for student in book.students:
        numeric = student.lms_id.isdigit()
        rows.append(
            [
                name(student.sortable),
                student.lms_id if numeric else "",
                "" if numeric else identifier(student.lms_id, student),
                identifier(student.id, student),
                "",
                *(marks[student.id, each.name] for each in chosen),
            ]
        )
    without = sum(not student.lms_id for student in book.students)
    if without:
        notes.append(
            f"{counted(without, 'student')} without lms_user_id: Canvas looks for the id as a login, then the name."
        )
    return rows


def moodle(
    book: ClassBook, chosen: list[Assignment], headers: list[str], notes: list[str]
) -> list[list[str]]:
    """Return rows for Moodle's import: "Map from" username, user id or email address."""
    identifiers: dict[str, Callable[[Student], str]] = {
        "Username": lambda student: student.id,
        "User ID": lambda student: student.lms_id,
        "Email address": lambda student: student.email,
    }
    complete = {}
    for title, value in identifiers.items():
        missing = sum(not value(student) for student in book.students)
        if not missing:
            complete[title] = value
        elif missing < len(book.students):
            notes.append(
                f"The column {title!r} is left out: {counted(missing, 'student')} without one, and Moodle would "
                "give their marks to others."
            )
    rows = [["First name", "Surname", *complete, *headers]]
    marks = marks_of(book)
    for student in book.students:
        rows.append(
            [
                name(student.first_name),
                name(student.last_name),
                *(identifier(value(student), student) for value in complete.values()),
                *(marks[student.id, each.name] for each in chosen),
            ]
        )
    choices = " or ".join(complete)
    notes.append(f'In Moodle choose "Map from" {choices}, and map each assignment to its grade item.')
    return rows


def plain(book: ClassBook, chosen: list[Assignment], headers: list[str], notes: list[str]) -> list[list[str]]:
    """Return one row for every student and assignment, with everything that a mark is made of."""
    rows = [
        [
            "assignment", "student", "last_name", "first_name", "email", "lms_user_id", "status",
            "handed_in", "due", "seconds_late", "raw_score", "late_penalty", "score", "max_score",
        ]
    ]  # fmt: skip
    titles = dict(zip((each.name for each in chosen), headers, strict=True))
    marks = marks_of(book)
    for each in book.submissions:
        if each.assignment.name not in titles:
            continue
        student = each.student
        graded = marks[student.id, each.assignment.name] != ""
        rows.append(
            [
                titles[each.assignment.name],
                identifier(student.id, student),
                name(student.last_name),
                name(student.first_name),
                identifier(student.email, student),
                identifier(student.lms_id, student),
                "waiting" if each.waits else each.status,
                each.handed_in.isoformat(sep=" ") if each.handed_in else "",
                each.assignment.due.isoformat(sep=" ") if each.assignment.due else "",
                f"{each.late:.0f}",
                points(each.earned) if graded else "",
                points(each.penalty) if graded else "",
                marks[student.id, each.assignment.name],
                points(each.assignment.points),
            ]
        )
    return rows


FORMATS = {"canvas": canvas, "moodle": moodle, "csv": plain}


def marks_of(book: ClassBook) -> dict[tuple[str, str], str]:
    """Return the mark of every student and assignment as text, empty where there is none."""
    return {(each.student.id, each.assignment.name): mark(each) for each in book.submissions}


def mark(submission: Submission) -> str:
    """Return the points that count, empty for what was not handed in or waits for a person.

    A folder without a notebook in it was handed in: nbgrader has zeros for it, and so has the export.
    """
    return points(submission.score) if submission.marks and not submission.waits else ""


def points(number: float) -> str:
    """Return points with two decimals at most, as Canvas keeps them."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def name(text: str) -> str:
    """Return a person's name; one that a spreadsheet would run is marked as text."""
    bare = " ".join(text.split())
    return f"'{bare}" if bare.startswith(FORMULA) else str(harmless(bare))


def identifier(text: str, student: Student) -> str:
    """Return what identifies a student, as it is.  Raises ``Trouble`` for what a spreadsheet would run."""
    if text.startswith(FORMULA) or text != text.strip():
        raise Trouble(
            f"The student {student.id!r} has the identifier {text!r}, which a spreadsheet would run as a formula. "
            "Correct it with `nbgrader db student add`."
        )
    return text


def safe_header(text: str) -> str:
    """Return the name of a column.  Raises ``Trouble`` for what a spreadsheet would run."""
    if not text.strip() or text.startswith(FORMULA):
        raise Trouble(f"A column cannot be called {text!r}.")
    return text


def counted(number: int, what: str) -> str:
    """Return a number of things in words."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def written(rows: list[list[str]]) -> str:
    """Return rows as CSV, quoted where that is needed."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
