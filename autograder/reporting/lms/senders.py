"""Who sent a file, as Canvas and Moodle say it in its name, and which students of the gradebook those are.

A team's submission carries the team's name and number; the number may also be some participant's.  So a number
counts only where the name is like the student's, and a list of members says who is in a team.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from autograder.errors import Trouble
from autograder.printing import folded
from autograder.reporting.class_book import Student

CANVAS = re.compile(
    r"(?P<name>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?:(?P<attempt>\d+)_(?P<title>.+)|(?:text|link)\.html)"
)
"""``lovelaceada_LATE_123_456_file.ipynb``: user id and id of the upload, which grows (lib/content_zipper.rb).

A text or a link that was entered in place of a file has no id of an upload: ``lovelaceada_123_text.html``.
"""

MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<user>\d+))?_assignsubmission_(?:file|onlinetext|comments)(?:_?/|_)(?P<title>.*)"
)
"""``Ada Lovelace_123_assignsubmission_file/file.ipynb``, or ``_`` for ``/`` (mod/assign/classes/downloader.php).

The number is a participant's; of a team it is the group's, ``Team Blue_37``, and the team of all who are in no
group has none, ``Default group``.  Older versions pack one for each member: ``Team Blue-Ada Lovelace_123``.
"""

CURE = "correct the email in the roster"


@dataclass(frozen=True, kw_only=True)
class Sender:
    """What the name of a file says.

    user     Canvas: the user's id; Moodle: the number of the participant in this assignment, or of the team
    attempt  a later upload has a larger one; 0 where the name does not say
    """

    name: str
    user: str
    title: str
    late: bool = False
    attempt: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """What Moodle's grading worksheet says of a participant; what it does not say is empty.

    said   the text that was read as ``handed_in``
    label  what stands before the number; in a download without names it is in the place of a name
    """

    name: str = ""
    email: str = ""
    handed_in: datetime | None = None
    said: str = field(default="", compare=False)
    label: str = field(default="", compare=False)


def sender(kind: str, place: str) -> Sender | None:
    """Return who sent a file of an archive of Canvas or Moodle, None where its name does not say.

    Folders around it do not count: archives are packed again, and students hand in archives of their own.
    """
    if kind == "moodle":
        found = MOODLE.search(place)
        if found is None:
            return None
        name, user = found["name"].rpartition("/")[2], found["user"] or ""
        return Sender(name=name, user=user, title=found["title"]) if name else None
    for part in place.split("/"):
        found = CANVAS.fullmatch(part)
        if found is not None:
            late, attempt, title = bool(found["late"]), int(found["attempt"] or 0), found["title"] or part
            return Sender(name=found["name"], user=found["user"], title=title, late=late, attempt=attempt)
    return None


class Roster:
    """The students of the gradebook, found by what an LMS calls them.

    worksheet  participant's number -> line of Moodle's grading worksheet
    teams      folded name of a team -> its members, as addresses, ids or names
    notes      what whoever collects should know of those who were found
    """

    def __init__(
        self,
        students: Iterable[Student],
        worksheet: Mapping[str, Line] | None = None,
        teams: Mapping[str, Sequence[str]] | None = None,
    ):
        self.worksheet = worksheet or {}
        self.teams: Mapping[str, Sequence[str]] = teams or {}
        self.notes: set[str] = set()
        self.by_lms_id: dict[str, list[Student]] = defaultdict(list)
        self.by_email: dict[str, list[Student]] = defaultdict(list)
        self.by_name: dict[str, list[Student]] = defaultdict(list)
        for each in students:
            if each.lms_id:
                self.by_lms_id[each.lms_id].append(each)
            for address in {each.email.casefold(), each.id.casefold()} - {""}:
                self.by_email[address].append(each)
            for key in names_of(each):
                self.by_name[key].append(each)

    def who(self, kind: str, found: Sender) -> list[Student]:
        """Return the students a file counts for: one, or the members of a team.  Raises ``Trouble``, saying who."""
        members = self.teams.get(folded(found.name))
        if members is not None:
            return [self.member(each, found) for each in members]
        return [self.canvas(found) if kind == "canvas" else self.moodle(found)]

    def member(self, said: str, found: Sender) -> Student:
        """Return a member of a team."""
        return only(self.called(said), Sender(name=said, user=f"of {found.name}", title=found.title))

    def called(self, said: str) -> list[Student]:
        """Return the students of an address, an id or a name."""
        by_id = self.by_email.get(said.casefold()) or self.by_lms_id.get(said)
        return by_id or self.by_name.get(folded(said)) or []

    def canvas(self, found: Sender) -> Student:
        """Return who sent a file: by Canvas's id, else by a name that only one student without an id has."""
        if found.user in self.by_lms_id:
            return alike(only(self.by_lms_id[found.user], found), found)
        return only([each for each in self.by_name[folded(found.name)] if not each.lms_id], found)

    def moodle(self, found: Sender) -> Student:
        """Return who sent a file: by the worksheet's address or name for its number, else by its own name."""
        line = self.worksheet.get(found.user) or Line()
        itself = folded(found.name) in {folded(line.label), folded(line.name)} - {""}  # no team's number
        if line.email:
            known = self.by_email[line.email.casefold()]
            student = only(known, found) if known else self.by_name_alone(line, found)
            return student if itself else alike(student, found)
        named = self.by_name[folded(found.name)] or self.behind_a_team(found.name)
        if line.name and not named:
            student = only(self.by_name[folded(line.name)], found)
            return student if itself else alike(student, found)
        return only(named, found)

    def by_name_alone(self, line: Line, found: Sender) -> Student:
        """Return the student of a line whose address the gradebook does not have; of two of a name neither."""
        who = replace(found, user=f"{found.user}, {line.email}")
        name = next((each for each in (folded(found.name), folded(line.name)) if self.by_name.get(each)), "")
        student = only(self.by_name[name] if name else [], who)
        others = [each for each in self.worksheet.values() if each is not line]
        if student.email.casefold() in {each.email.casefold() for each in others} - {""}:
            raise Trouble(f"{who.name} ({who.user}) is not {student.id}, who has a line of their own: {CURE}")
        if any(folded(each.name) == name for each in others):
            raise Trouble(f"{who.name} ({who.user}) is one of several of that name in the worksheet: {CURE}")
        if student.email:
            self.notes.add(f"{student.id} is known by the name: {line.email} in Moodle, {student.email} here")
        return student

    def id_of(self, number: str) -> str:
        """Return the id of the student behind a line of the worksheet, empty for one who is none of ours."""
        try:
            return self.moodle(Sender(name=self.worksheet[number].name, user=number, title="")).id
        except Trouble:
            return ""

    @cached_property
    def numbers(self) -> dict[str, str]:
        """The number that Moodle's worksheet has for each student of the gradebook, by their ids."""
        found = {self.id_of(number): number for number in self.worksheet}
        return {student: number for student, number in found.items() if student}

    def is_team(self, found: Sender) -> bool:
        """Whether a file is of a team, whose number is nobody's in the worksheet."""
        return folded(found.name) in self.teams

    def line(self, student: Student, found: Sender) -> Line:
        """Return what the worksheet says of one of those who sent a file."""
        number = self.numbers.get(student.id, "") if self.is_team(found) else found.user
        return self.worksheet.get(number) or Line()

    def behind_a_team(self, name: str) -> list[Student]:
        """Return whose name stands behind that of a team: ``Team Blue-Ada Lovelace``."""
        parts = name.split("-")
        behind = ("-".join(parts[at:]) for at in range(1, len(parts)))
        return next((self.by_name[folded(each)] for each in behind if folded(each) in self.by_name), [])


def names_of(student: Student) -> set[str]:
    """Return what a student may be called, folded."""
    first, last = student.first_name, student.last_name
    names = {first + last, last + first, student.id, student.id + first + last}
    return {folded(name) for name in names} - {""}


def alike(student: Student, found: Sender) -> Student:
    """Return a student whose number a file carries.  Raises ``Trouble`` where its name is nothing like theirs."""
    said, known = folded(found.name), names_of(student)
    parts = {folded(part) for part in f"{student.first_name} {student.last_name}".split()} - {""}
    near = any(name in said or said in name for name in known | {each for each in parts if len(each) > 2})
    near = near or any(difflib.SequenceMatcher(None, said, name).ratio() >= 0.6 for name in known)
    if near or not parts:
        return student
    raise Trouble(
        f"{found.name} ({found.user}) carries the number of {student.id}, but the name is nothing like theirs: "
        "a team? Say who is in it with --teams FILE, or correct the name in the gradebook"
    )


def only(students: list[Student], found: Sender) -> Student:
    """Return the one student there is.  Raises ``Trouble`` for none and for several, saying who."""
    if len(students) == 1:
        return students[0]
    who = f"{found.name} ({found.user})" if found.user else found.name
    if not students:
        cure = "correct the roster, or for a team say who is in it with --teams FILE"
        raise Trouble(f"{who} is not in the gradebook: {cure}")
    raise Trouble(f"{who} could be {' or '.join(each.id for each in students)}")
