"""One notebook out of an archive into its student's folder, whatever stands there already."""

import os
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder import atomic
from autograder.examine.inside.folders import take_away
from autograder.grading.course import Course
from autograder.grading.not_placed import NotPlaced
from autograder.repair import finding, reading
from autograder.reporting.class_book import Student
from autograder.reporting.lms.archive import Member
from autograder.reporting.lms.senders import Roster, Sender
from autograder.times.reading import read_time

STAMP = "timestamp.txt"
"""What says when the notebook beside it was handed in."""


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
    timed    those of ``same`` that had no time and got the archive's
    lessons  of the notebooks in the archive, placed or not
    seen     students who sent something in it, and the places of that
    archive  what it is called
    refused  what was put nowhere, and why
    notes    what whoever grades should know
    """

    archive: str
    placed: list[tuple[str, str]] = field(default_factory=list)
    same: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    timed: list[tuple[str, str]] = field(default_factory=list)
    lessons: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
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
    same = content(notebook) == one.member.data
    when = handed_in(one, kind, roster, due.get(one.assignment))
    if holds(folder) and not replace:
        (made.same if same else made.kept).append(key)
        if same and when is not None:
            tell_time(folder, one, when, due.get(one.assignment) if kind == "canvas" else None, made)
        return
    before = finding.stamp(folder)
    stamp = written(when) if when is not None else before if same else ""
    if before and not stamp:
        made.notes.append(f"{one.student.id}: the time of the notebook before, {before}, went with it")
    files = {notebook.name: one.member.data, **({STAMP: stamp.encode()} if stamp else {})}
    put_in_place(folder, files)
    if one.member.left or not one.member.place.lower().endswith(".ipynb"):
        made.notes.append(
            f"{one.student.id}: {one.member.place.rpartition('/')[2]} was taken as {notebook.name}"
        )
    made.placed.append(key)


def put_in_place(folder: Path, files: dict[str, bytes]) -> None:
    """Put a folder with some files where another may stand, which stays until all of them are on the disk."""
    new = folder.with_name(f".{os.getpid()}.new")
    try:
        for name, data in files.items():
            atomic.write(new / name, data)
        if os.path.lexists(folder):
            take_away(folder)
        new.rename(folder)
    finally:
        if new.exists():
            take_away(new)


def written(when: datetime) -> str:
    """Return a time in UTC as nbgrader's exchange writes it."""
    return f"{when:%Y-%m-%d %H:%M:%S} UTC\n"


def tell_time(folder: Path, one: Arrived, when: datetime, due: datetime | None, made: Collected) -> None:
    """Write when a notebook that is there already was handed in, or say that another time stands there.

    due  where the time only says whether it was late
    """
    if not os.path.lexists(folder / STAMP):
        atomic.write(folder / STAMP, written(when))
        made.timed.append((one.student.id, one.assignment))
        return
    said = finding.stamp(folder)
    had = read_time(said).when
    had = had and had.replace(tzinfo=None)
    if had is None or ((had > due) != one.sender.late if due else had != when.replace(tzinfo=None)):
        arrived = f"the archive's is {written(when).strip()}; --replace takes that"
        made.notes.append(f"{one.student.id}: timestamp.txt was left as it was, {said}; {arrived}")


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
        said = roster.line(one.student, one.sender).handed_in
        return said.astimezone(UTC) if said else None
    if due is None:
        return None
    return due + timedelta(seconds=1) if one.sender.late else min(due, one.member.packed or due)
