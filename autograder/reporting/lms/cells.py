"""The cells of an exported table: marks, names and identifiers that no spreadsheet runs and no LMS mistakes.

A text that a spreadsheet would run as a formula is marked as text where it is a name, and refused where it
identifies somebody, because a marked identifier would be another one.
"""

from collections.abc import Callable, Iterable

from autograder.errors import Trouble
from autograder.reporting.class_book import ClassBook, Student, Submission
from autograder.spreadsheet import FORMULA


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
    return f"'{bare}" if bare.startswith(FORMULA) else bare


def identifier(text: str, student: Student) -> str:
    """Return what identifies a student, as it is.  Raises ``Trouble`` for a formula or spaces at an end."""
    if text.startswith(FORMULA):
        raise Trouble(
            f"The student {student.id!r} has the identifier {text!r}, which a spreadsheet would run as a formula. "
            "Correct it with `nbgrader db student add`."
        )
    if text != text.strip():
        raise Trouble(
            f"The student {student.id!r} has an identifier that begins or ends with a space, which no LMS knows. "
            "Rename the folder in submitted/, grade again, and take this one out with `nbgrader db student remove`."
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


def shared(students: Iterable[Student], value: Callable[[Student], str]) -> list[str]:
    """Return the ids of the first students who have one identifier, nothing where each has one of their own."""
    found: dict[str, list[str]] = {}
    for student in students:
        found.setdefault(value(student).casefold(), []).append(student.id)
    return next((each for of, each in found.items() if of not in ("", "0") and len(each) > 1), [])
