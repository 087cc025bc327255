"""Marks as Canvas imports them.

Canvas (``lib/gradebook_importer.rb``, parse_assignments, process_student and the converters): the first columns are
``Student``, ``ID``, ``SIS User ID``, ``SIS Login ID`` and ``Section``, then one for each assignment, best named
``Title (id)``; the row ``Points Possible`` comes second.  Canvas looks a student up by ``ID``, then by the SIS ids,
then by name, and reads an empty cell as "no grade", also in place of one that is there.  It drops a column that is
called like one of its totals, takes the first of two columns of one name, and writes a field of digits, points and
commas anew as a number, so an identifier that would not survive that is refused.
"""

import re

from autograder.errors import Trouble
from autograder.reporting.class_book import Assignment, ClassBook, Student
from autograder.reporting.lms.cells import counted, identifier, marks_of, name, points, shared

OWN = {"Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Section"}
OWN |= {"Integration ID", "Root Account"}
TOTALS = re.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
"""Columns that Canvas takes for its own: by their name, and by what is in it."""


def canvas(
    book: ClassBook, chosen: list[Assignment], headers: list[str], notes: list[str]
) -> list[list[str]]:
    """Return the rows of Canvas's gradebook."""
    for header in headers:
        if header in OWN or TOTALS.search(header) or as_canvas_reads(header) != header:
            raise Trouble(
                f"Canvas takes a column called {header!r} for something else. --column names another."
            )
    if twice := shared(book.students, lambda student: student.lms_id):
        raise Trouble(
            f"{' and '.join(twice)} have the same lms_user_id, and Canvas would give one the marks of the other. "
            "Correct it with `nbgrader db student add ID --lms-user-id`."
        )
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *headers]]
    rows.append(["    Points Possible", "", "", "", "", *(points(each.points) for each in chosen)])
    marks = marks_of(book)
    for student in book.students:
        numeric = student.lms_id.isdigit()
        rows.append(
            [
                name(student.sortable),
                student.lms_id if numeric else "",
                "" if numeric else unchanged(identifier(student.lms_id, student), student),
                unchanged(identifier(student.id, student), student),
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


def as_canvas_reads(text: str) -> str:
    """Return a field as Canvas reads it: digits, points and commas are a number, its last sign decimal.

    1.234,5 is 1234.5 and 17.3.2026 is 173.2026; ada.1 stays.
    """
    if not re.fullmatch(r"-?[0-9.,]+%?", text):
        return text
    *whole, last = re.split("[.,]", text)
    return f"{''.join(whole)}.{last}" if whole else last


def unchanged(text: str, student: Student) -> str:
    """Return an identifier.  Raises ``Trouble`` for one that Canvas would read as another."""
    if as_canvas_reads(text) != text:
        raise Trouble(
            f"The student {student.id!r} has the identifier {text!r}, which Canvas reads as the number "
            f"{as_canvas_reads(text)}. Give them their Canvas id with `nbgrader db student add --lms-user-id`."
        )
    return text
