"""One notebook out of an archive into its student's folder, whatever stands there already."""

import os
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.grading.course import Course
from autograder.grading.not_placed import NotPlaced
from autograder.grading.records import replace_folder
from autograder.repair import reading
from autograder.reporting.class_book import Student
from autograder.reporting.lms.archive import Member
from autograder.reporting.lms.senders import Roster, Sender


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One notebook of one student; ``ids`` is how many of the assignment's cells it has."""

    student: Student
    assignment: str
    sender: Sender
    member: Member
    ids: int

    @property
    def rank(self) -> tuple:
        """What is larger for what is graded: the lesson's notebook before another, then the later one."""
        when = self.member.packed or datetime.min
        return (self.ids > 0, self.sender.attempt, when, self.is_named, self.member.place)

    @property
    def is_named(self) -> bool:
        """Whether the file is called as it was handed out."""
        return self.member.place.endswith(f"{self.assignment}.ipynb")


@dataclass(kw_only=True)
class Collected:
    """What became of an archive.

    placed   (student, assignment) now in ``submitted/`` with what the archive holds
    same     those that were there already, byte for byte
    kept     those that were there with something else, and were left
    archive  what it is called
    refused  what was put nowhere, and why
    notes    what whoever grades should know
    """

    archive: str
    placed: list[tuple[str, str]] = field(default_factory=list)
    same: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    refused: list[NotPlaced] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, what: str, student: str = "") -> None:
        """Take down something that was put nowhere."""
        self.refused.append(NotPlaced(self.archive, what, student))


def put(
    course: Course,
    one: Arrived,
    kind: str,
    roster: Roster,
    due: dict[str, datetime | None],
    replace: bool,
    made: Collected,
) -> None:
    """Write one notebook and its timestamp, unless something else is there; links are not followed."""
    key = (one.student.id, one.assignment)
    if one.student.id in ("", ".", "..") or {"/", "\\", "\0"} & set(one.student.id):
        made.refuse(f"{one.member.place}: the student's id {one.student.id!r} is no name of a folder")
        return
    folder = course.submitted / one.student.id / one.assignment
    notebook = folder / f"{one.assignment}.ipynb"
    why = not_a_folder_of_its_own(folder.parent)
    if why:
        made.refuse(f"{one.member.place}: {course.submitted.name}/{one.student.id} {why}", one.student.id)
        return
    assert one.member.data is not None
    if not replace and holds(folder):
        made.same.append(key) if content(notebook) == one.member.data else made.kept.append(key)
        return
    replace_folder(folder)
    notebook.write_bytes(one.member.data)
    if one.member.left or not one.member.place.lower().endswith(".ipynb"):
        made.notes.append(
            f"{one.student.id}: {one.member.place.rpartition('/')[2]} was taken as {notebook.name}"
        )
    when = handed_in(one, kind, roster, due.get(one.assignment))
    if when is not None:
        (folder / "timestamp.txt").write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")
    made.placed.append(key)


def not_a_folder_of_its_own(student: Path) -> str:
    """Return why nothing is written into a student's folder, to go on after its name; empty if it is fine."""
    if student.is_symlink():
        return "is a link to elsewhere; put a folder there"
    if os.path.lexists(student) and not student.is_dir():
        return "is no folder"
    name = unicodedata.normalize("NFC", student.name)
    if student.is_dir() and name not in (
        unicodedata.normalize("NFC", each) for each in os.listdir(student.parent)
    ):
        return "is the folder of another student here: this disk takes capital and small letters for the same"
    return ""


def holds(folder: Path) -> bool:
    """Whether anything is in an assignment's folder, or in its place."""
    if folder.is_dir() and not folder.is_symlink():
        return any(folder.iterdir())
    return os.path.lexists(folder)


def content(notebook: Path) -> bytes | None:
    """Return the bytes of a notebook, None for what is no file of its folder."""
    if notebook.parent.is_symlink():
        return None
    try:
        return reading.read(notebook)
    except OSError:
        return None


def handed_in(one: Arrived, kind: str, roster: Roster, due: datetime | None) -> datetime | None:
    """Return when a submission was handed in, in UTC, as far as the LMS says it."""
    if kind == "moodle":
        line = roster.worksheet.get(one.sender.user)
        return line.handed_in.astimezone(UTC) if line is not None and line.handed_in else None
    if due is None:
        return None
    return due + timedelta(seconds=1) if one.sender.late else min(due, one.member.packed or due)
