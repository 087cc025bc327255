"""Tables from outside: Moodle's grading worksheet and lists of teams, in whatever form a program saved them.

A spreadsheet program changes the delimiter and the encoding, and Moodle translates the headings.  So a column is
known by what stands in it, not by its name.
"""

import csv
import io
import re
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from statistics import median

from autograder.errors import Trouble
from autograder.grading.course import Course
from autograder.printing import folded
from autograder.reporting.gather import enrolled
from autograder.reporting.lms.senders import Line, Roster
from autograder.times.reading import decoded, read_time

LARGEST = 20_000_000
DELIMITERS = ",;\t|"
NUMBERED = re.compile(r"\D{0,60}?(\d+)")
"""What stands in Moodle's first column: "Participant 123", in the site's language."""

DATED = re.compile(r"^(?!.* - )(?=.*(?<!\d)(19|20|25)\d\d(?!\d))(.*?\d+){4}")
"""A year and at least three numbers more: a time of some day in any form.

A hyphen between spaces stands between parts of a status: "Submitted for grading - Extension granted until: ...".
"""

TOLD = re.compile(r"\s*\"?sep=(.)\"?\r?\n")
"""A line that tells a spreadsheet program the delimiter."""

CANVAS_GROUP = "groupname"
"""The heading, in every language, over the groups in the list that Canvas exports."""

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
    told = TOLD.match(text)
    try:
        tables = [
            rows_of(text[told.end() if told else 0 :], each) for each in (told[1] if told else DELIMITERS)
        ]
    except csv.Error as error:
        raise Trouble(f"{file} cannot be read as a table: {error}.") from None
    return max(tables, key=lambda rows: median(map(len, rows)) if rows else 0)


def rows_of(text: str, delimiter: str) -> list[list[str]]:
    """Return the rows of a text, without empty ones."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]


def worksheet(file: Path, zone: tzinfo) -> tuple[dict[str, Line], list[str]]:
    """Return the lines of Moodle's offline grading worksheet by participant's number, and what could not be read.

    zone  of the times in it, which name none

    Raises ``Trouble`` for another file.
    """
    heads, *rows = table(file) or [[]]
    if heads and NUMBERED.fullmatch(heads[0]):  # somebody took the headings away
        rows.insert(0, heads)
    rows = [[*row, *[""] * (len(heads) - len(row))] for row in rows]
    if not rows or not mostly(NUMBERED.fullmatch, [row[0] for row in rows]):
        raise Trouble(
            f"{file} is not Moodle's grading worksheet: its first column must number the participants "
            '("Participant 123"). In Moodle: the assignment, View all submissions, Download grading worksheet.'
        )
    columns = {at: [row[at] for row in rows if row[at].strip(" -")] for at in range(1, len(heads))}
    names = first_where(is_name, columns)
    emails = first_where(re.compile(r"[^@\s]+@[^@\s]+").fullmatch, columns)
    times = first_where(DATED.search, columns)  # Moodle puts the submission before the grading
    if emails is None and names is None:
        raise Trouble(
            f"{file} is not Moodle's grading worksheet: it has neither names nor e-mail addresses, "
            "so no line of it can be given to a student."
        )
    found: dict[str, Line] = {}
    trouble = []
    for row in rows:
        number = NUMBERED.fullmatch(row[0])
        if number is None:
            trouble.append(f"{file.name}: {row[0]!r} numbers no participant")
            continue
        name, email, said = (row[at] if at is not None else "" for at in (names, emails, times))
        time = read_time(said, zone) if said.strip(" -") else None
        if time is not None and time.when is None:
            trouble.append(f"{row[0]}: {time.against(None)}")
        when = time.when if time else None
        label = row[0][: number.start(1)]
        line = Line(name=name, email=email, handed_in=when, said=said, label=label)
        if found.get(number[1], line) != line:
            trouble.append(
                f"{row[0]}: stands in two lines that differ, of which the last counts; take one out"
            )
        found[number[1]] = line
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
    found = Roster(students, lines)
    if list_of_teams:
        found.teams = teams(list_of_teams, found.called)
    return found, due, unread


def is_name(cell: str) -> bool:
    """Whether a cell may be a person's name: no address, and more letters than digits, for some are Test 1."""
    return "@" not in cell and sum(map(str.isalpha, cell)) > sum(map(str.isdigit, cell))


def mostly(holds: Callable[[str], object], cells: list[str]) -> bool:
    """Whether something holds of nine tenths of some cells."""
    return bool(cells) and sum(map(bool, map(holds, cells))) >= 0.9 * len(cells)


def first_where(holds: Callable[[str], object], columns: Mapping[int, list[str]]) -> int | None:
    """Return the place of the first column of which something mostly holds."""
    return next((at for at, cells in columns.items() if mostly(holds, cells)), None)


def teams(file: Path, is_student: Callable[[str], object]) -> Teams:
    """Return folded name of each team -> its members, from a table of team and members or of student and team.

    is_student  whether a text is what somebody in the gradebook is called

    One member a row or several; Canvas's own list of groups is one too.  Raises ``Trouble`` for another file.
    """
    rows = table(file)
    heads = [folded(cell) for cell in rows[0]] if rows else []
    if CANVAS_GROUP in heads:
        at = heads.index(CANVAS_GROUP)
        pairs = [
            (row[at], [next(filter(is_student, row), row[0])]) for row in rows[1:] if row[at:][:1] != [""]
        ]
    else:
        rows = rows[1:] if is_heading(rows, is_student) else rows
        swapped = mostly(is_student, [row[0] for row in rows])
        pairs = [(row[1], row[:1]) if swapped and len(row) > 1 else (row[0], row[1:]) for row in rows]
    found: Teams = {}
    for team, cells in pairs:
        members = [each for cell in cells for each in apart(cell, is_student)]
        if not team or not members:
            raise Trouble(
                f"{file}: the row {', '.join([team, *cells])!r} must be a team and at least one member."
            )
        known = found.setdefault(folded(team), [])
        known += [each for each in members if each not in known]
    if not found:
        raise Trouble(f"{file} names no team. Write a row for each member: team, student.")
    if not any(is_student(each) for members in found.values() for each in members):
        raise Trouble(
            f"{file}: no member of a team is in the gradebook. Write a row for each: team, student."
        )
    return found


def is_heading(rows: list[list[str]], is_student: Callable[[str], object]) -> bool:
    """Whether the first row is none of a team: it names no student, others do, and no other row begins like it."""
    first, *others = rows or [[""]]
    alone = folded(first[0]) not in {folded(row[0]) for row in others}
    known = [is_student(each) for row in others for cell in row for each in apart(cell, is_student)]
    return alone and not any(map(is_student, first)) and any(known)


def apart(cell: str, is_student: Callable[[str], object]) -> list[str]:
    """Return the students that one cell names: one, or several between commas and the like."""
    parts = [each.strip() for each in re.split(r"[;,|&\n]", cell)]
    return parts if not is_student(cell) and any(map(is_student, parts)) else [cell] if cell else []
