"""Marks as the files that Canvas and Moodle import, and as plain CSV: UTF-8, commas, a point in numbers.

Neither needs a byte order mark, and both take the point for the decimal sign whatever their language.  What follows
is read from the importers themselves, not tried against a running one; of Canvas see ``canvas.py``.

Moodle (``grade/import/csv/classes/load_data.php``; docs.moodle.org, "Grade import"): any columns; the person who
imports says which one identifies a student and which are grades.  A row *without* an identifier is not skipped but
lands on the student of the row before, so a column of identifiers is written only if it is complete.  "No grade" is
a hyphen, as Moodle's own export writes it: in a column that is mapped to a new grade item an empty cell would be
taken for a number.  A student whom Moodle does not know stops the whole import, and so does a grade above 100 where
the site has not allowed it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from autograder.errors import Trouble
from autograder.reporting.class_book import Assignment, ClassBook, Student
from autograder.reporting.lms.canvas import canvas
from autograder.reporting.lms.cells import (
    counted,
    identifier,
    marks_of,
    name,
    points,
    safe_header,
    shared,
)
from autograder.spreadsheet import as_csv

LARGEST = 100.0
"""What Moodle takes for a grade unless the site allows more."""


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
    for lesson in [*lessons, *columns]:
        if lesson not in known:
            raise Trouble(f"The gradebook has no assignment {lesson!r}. It has: {', '.join(sorted(known))}.")
    chosen = [each for each in book.assignments if not lessons or each.name in lessons]
    headers = [safe_header(columns.get(each.name, each.name)) for each in chosen]
    if len(set(headers)) < len(headers):
        raise Trouble(f"Two columns would have one name: {', '.join(headers)}.")
    made = Exported(text="")
    rows = FORMATS[kind](book, chosen, headers, made.notes)
    made.text = as_csv(rows)
    waiting = sum(each.waits for each in book.submissions if each.assignment in chosen)
    if waiting:
        made.notes.append(f"{counted(waiting, 'mark')} left empty: a cell waits for a person, in formgrader.")
    late = sum(each.penalty > 0 for each in book.submissions if each.assignment in chosen)
    if late:
        made.notes.append(f"{counted(late, 'mark')} after a late penalty, as nbgrader applied it.")
    return made


MOODLE_FIELDS = {"Username": "username", "User ID": "userid (or useridnumber)", "Email address": "useremail"}
"""Our columns of identifiers -> what Moodle calls them."""


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
        missing = sum(value(student) in ("", "0") for student in book.students)  # PHP: a 0 is empty, too
        if twice := shared(book.students, value):
            notes.append(
                f"The column {title!r} is left out: {' and '.join(twice)} have the same, and Moodle would give one "
                "the marks of the other."
            )
        elif not missing:
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
                *(marks[student.id, each.name] or "-" for each in chosen),
            ]
        )
    choices = " or ".join(f'"Map from" {title} and "Map to" {MOODLE_FIELDS[title]}' for title in complete)
    notes.append(f"In Moodle choose {choices}, and map each assignment to its grade item.")
    notes.append("A student whom Moodle does not know stops the whole import.")
    if any(each.score > LARGEST for each in book.submissions if each.assignment in chosen):
        notes.append(f"A mark is above {LARGEST:g}: Moodle refuses it unless the site allows such grades.")
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
