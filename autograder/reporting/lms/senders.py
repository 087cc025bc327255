"""Who sent a file, as Canvas and Moodle say it in its name, and which student of the gradebook that is."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from autograder.errors import Trouble
from autograder.reporting.class_book import Student

CANVAS = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<attempt>\d+)_(?P<title>.+)")
"""``lovelaceada_LATE_123_456_file.ipynb``: user id and id of the upload, which grows (lib/content_zipper.rb)."""

MOODLE = re.compile(r"(?P<name>.+?)_(?P<user>\d+)_assignsubmission_file(?:_?/|_)(?P<title>.+)")
"""``Ada Lovelace_123_assignsubmission_file/file.ipynb``, or ``_`` for ``/`` (mod/assign/classes/downloader.php)."""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """What the name of a file says.

    user     Canvas: the user's id; Moodle: the participant's number in this assignment
    attempt  a later upload has a larger one; 0 where the name does not say
    """

    name: str
    user: str
    title: str
    late: bool = False
    attempt: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """What Moodle's grading worksheet says of a participant."""

    email: str
    handed_in: datetime | None


def sender(kind: str, place: str) -> Sender | None:
    """Return who sent a file of an archive of Canvas or Moodle, None where its name does not say."""
    if kind == "canvas":
        found = CANVAS.fullmatch(place.rpartition("/")[2])
        extra = {"late": bool(found["late"]), "attempt": int(found["attempt"])} if found else {}
    else:
        found = MOODLE.search(place)
        extra = {}
    if found is None:
        return None
    name = found["name"].rpartition("/")[2]
    return Sender(name=name, user=found["user"], title=found["title"], **extra)  # type: ignore[arg-type]


def folded(name: str) -> str:
    """Return a name as both systems leave it recognisable: letters and digits in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in plain if each.isalnum())


class Roster:
    """The students of the gradebook, found by what an LMS calls them."""

    def __init__(self, students: Iterable[Student], worksheet: dict[str, Line] | None = None):
        self.worksheet = worksheet or {}
        self.by_lms_id: dict[str, list[Student]] = defaultdict(list)
        self.by_email: dict[str, list[Student]] = defaultdict(list)
        self.by_name: dict[str, list[Student]] = defaultdict(list)
        for each in students:
            if each.lms_id:
                self.by_lms_id[each.lms_id].append(each)
            for address in {each.email.casefold(), each.id.casefold()} - {""}:
                self.by_email[address].append(each)
            first, last = each.first_name, each.last_name
            names = {first + last, last + first, each.id, each.id + first + last}
            for key in {folded(name) for name in names} - {""}:
                self.by_name[key].append(each)

    def canvas(self, found: Sender) -> Student:
        """Return who sent a file: by Canvas's id, else by a name that only one student without an id has."""
        if found.user in self.by_lms_id:
            return only(self.by_lms_id[found.user], found)
        return only([each for each in self.by_name[folded(found.name)] if not each.lms_id], found)

    def moodle(self, found: Sender) -> Student:
        """Return who sent a file: by the worksheet's email address, else by name."""
        line = self.worksheet.get(found.user)
        if line is not None:
            return only(self.by_email[line.email.casefold()], found)
        return only(self.by_name[folded(found.name)], found)


def only(students: list[Student], found: Sender) -> Student:
    """Return the one student there is.  Raises ``Trouble`` for none and for several, saying who."""
    if len(students) == 1:
        return students[0]
    who = f"{found.name} ({found.user})"
    if not students:
        raise Trouble(f"{who} is not in the gradebook")
    raise Trouble(f"{who} could be {' or '.join(each.id for each in students)}")


def worksheet(file: Path, zone: tzinfo) -> dict[str, Line]:
    """Return the lines of Moodle's offline grading worksheet by the participant's number.

    zone  of the times in it, which have none

    Raises ``Trouble`` for another file.
    """
    from dateutil import parser  # type: ignore[import-untyped]

    with file.open(encoding="utf-8-sig", newline="") as stream:
        table = csv.DictReader(stream)
        if not {"Identifier", "Email address"} <= set(table.fieldnames or ()):
            raise Trouble(
                f"{file} is not Moodle's grading worksheet: it has no columns Identifier and Email address."
            )
        found = {}
        for row in table:
            number = re.search(r"\d+", row["Identifier"] or "")
            said = row.get("Last modified (submission)") or ""
            try:
                when = parser.parse(said).replace(tzinfo=zone) if said.strip(" -") else None
            except (ValueError, OverflowError):
                when = None
            if number:
                found[number[0]] = Line(email=(row["Email address"] or "").strip(), handed_in=when)
    return found
