"""Tables from outside: Moodle's grading worksheet and lists of teams, in whatever form a program saved them.

A spreadsheet program changes the delimiter and the encoding, and Moodle translates the headings.  So a column is
known by what stands in it, not by its name.
"""

from __future__ import annotations

import csv
import re
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path

from autograder.errors import Trouble
from autograder.grading.course import Course
from autograder.reporting.gather import enrolled
from autograder.reporting.lms.senders import Line, Roster, folded
from autograder.times import read_time

LARGEST = 20_000_000
DELIMITERS = ",;\t|"
NUMBERED = re.compile(r"\D{0,60}?(\d+)")
"""What stands in Moodle's first column: "Participant 123", in the site's language."""

DATED = re.compile(r"(?=.*\d{4})(?=.*\d[:h]\d\d)")

Teams = dict[str, list[str]]


def table(file: Path) -> list[list[str]]:
    """Return the rows of a table, without empty ones.  Raises ``Trouble`` for a file that is no table of text."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.") from None
    if len(data) > LARGEST:
        raise Trouble(f"{file} is larger than {LARGEST // 10**6} MB: it is no table of a class.")
    if data.startswith(b"PK"):
        raise Trouble(f"{file} is a spreadsheet. Save it as CSV, or take the file as Moodle wrote it.")
    text = decoded(data)
    if "\0" in text:
        raise Trouble(f"{file} is no table of text. Save it as CSV in UTF-8.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    except csv.Error as error:
        raise Trouble(f"{file} cannot be read as a table: {error}.") from None
    return [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]


def decoded(data: bytes) -> str:
    """Return a text in UTF-8 or UTF-16, with or without a mark, else as Windows in the west writes it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if data[1:2] == b"\0" and len(data) % 2 == 0:
        return data.decode("utf-16-le", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def worksheet(file: Path, zone: tzinfo) -> tuple[dict[str, Line], list[str]]:
    """Return the lines of Moodle's offline grading worksheet by participant's number, and what could not be read.

    zone  of the times in it, which name none

    Raises ``Trouble`` for another file.
    """
    heads, *rows = table(file) or [[]]
    rows = [[*row, *[""] * (len(heads) - len(row))] for row in rows]
    if not rows or not mostly(NUMBERED.fullmatch, [row[0] for row in rows]):
        raise Trouble(
            f"{file} is not Moodle's grading worksheet: its first column must number the participants "
            '("Participant 123"). In Moodle: the assignment, View all submissions, Download grading worksheet.'
        )
    columns = {at: [row[at] for row in rows if row[at].strip(" -")] for at in range(1, len(heads))}
    names = first_where(lambda cell: not re.search(r"[\d@]", cell), columns)
    emails = first_where(re.compile(r"[^@\s]+@[^@\s]+").fullmatch, columns)
    times = first_where(DATED.search, columns)  # Moodle puts the submission before the grading
    if emails is None and names is None:
        raise Trouble(
            f"{file} is not Moodle's grading worksheet: it has neither names nor e-mail addresses, "
            "so no line of it can be given to a student."
        )
    found, trouble = {}, []
    for row in rows:
        number = NUMBERED.fullmatch(row[0])
        if number is None:
            trouble.append(f"{file.name}: {row[0]!r} numbers no participant")
            continue
        name, email, said = (row[at] if at is not None else "" for at in (names, emails, times))
        time = read_time(said, zone) if said.strip(" -") else None
        if time is not None and time.when is None:
            trouble.append(f"{row[0]}: {time.against(None)}")
        found[number[1]] = Line(name=name, email=email, handed_in=time.when if time else None, said=said)
    return found, trouble


def roster(
    course: Course, sheet: Path | None, list_of_teams: Path | None, timezone: str
) -> tuple[Roster, dict[str, datetime | None], list[str]]:
    """Return the students as an archive names them, the due dates, and what of the worksheet could not be read.

    timezone  of the times in the worksheet

    Raises ``Trouble`` for a gradebook without students, and for a table or a time zone that is none.
    """
    try:
        zone = zoneinfo.ZoneInfo(timezone)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise Trouble(f"There is no time zone {timezone!r}. One is Europe/Berlin.") from None
    students, due = enrolled(course)
    lines, unread = worksheet(sheet, zone) if sheet else ({}, [])
    return Roster(students, lines, teams(list_of_teams) if list_of_teams else None), due, unread


def mostly(holds: Callable[[str], object], cells: list[str]) -> bool:
    """Whether something holds of nine tenths of some cells."""
    return bool(cells) and sum(map(bool, map(holds, cells))) >= 0.9 * len(cells)


def first_where(holds: Callable[[str], object], columns: Mapping[int, list[str]]) -> int | None:
    """Return the place of the first column of which something mostly holds."""
    return next((at for at, cells in columns.items() if mostly(holds, cells)), None)


def teams(file: Path) -> Teams:
    """Return folded name of each team -> its members, from a table of team and member, one member a row or several.

    A heading is told by its first cell: team, group or their like.  Raises ``Trouble`` for another file.
    """
    rows = table(file)
    if rows and folded(rows[0][0]) in ("team", "group", "gruppe", "groupe", "grupo", "gruppo", "groep"):
        rows = rows[1:]
    found: Teams = {}
    for row in rows:
        members = [cell for cell in row[1:] if cell]
        if not row[0] or not members:
            raise Trouble(f"{file}: the row {', '.join(row)!r} must be a team and at least one member.")
        found.setdefault(folded(row[0]), []).extend(members)
    if not found:
        raise Trouble(f"{file} names no team. Write a row for each member: team, student.")
    return found
