"""What lies below ``submitted/`` and is not graded: every piece of it with the reason and the cure.

Graded is ``submitted/STUDENT/ASSIGNMENT/``.  People get that wrong in every possible way, and a folder that is
passed over without a word is a student without a mark.
"""

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path

from autograder.deadline import READING, Overtime, within
from autograder.grading import not_placed
from autograder.grading.course import Course
from autograder.lesson import Master
from autograder.printing import is_text, printable
from autograder.project import Project
from autograder.repair import finding
from autograder.repair.finding import EXCHANGED, LEFT_BY_PROGRAMS
from autograder.repair.kinds import kind
from autograder.repair.reading import Unreadable, pieces, read
from autograder.times.reading import read_time

MOST = 200
"""Pieces that are named; a folder with more is no class's any more."""

OF_ONE = 15
"""Pieces that are named of one student, whose folder hides nobody else's."""

A_LINK = "a link is not followed. Put the folder itself there."
UNREAD = "its name holds what is no text. Rename it; then it is graded."
UNKNOWN = "no assignment is called so. Rename it to one, such as {}."

COPY = r"\s*\(\d+\)|[\s_-]*(copy|copie|kopie|kopi|copia|cópia|kopia|kopya|másolat)\s*(\(?\d+\)?)?"
"""What systems put behind the name of a copy."""

COPY_OF = r"(copy of|kopie von|copie de|copia de|copia di|cópia de|kopi af|kopi av|kopie van)\s+"
"""What they put before it."""


NUMBERED = r"(?:lesson|lektion|notebook|assignment|homework|hw|exercise|aufgabe|bung|week|tp)?(f?)0*(\d{1,2})"
"""A lesson's number, as people write it, without signs."""


STAMP = "timestamp.txt"
COUNTS = "It counts as in time until somebody writes one that can be read, in UTC."
AGAIN = f"collect the archive again, or take the line out of {not_placed.NAME}"
"""What is to be done about something that was not placed."""


@dataclass(frozen=True)
class Left:
    """Something that is not graded: where it lies below ``submitted/``, whose it may be, and why with the cure.

    matters  whether somebody's work may be lost by it
    """

    place: str
    student: str
    why: str
    matters: bool = True

    @property
    def status(self) -> str:
        """What stands in the table of marks."""
        if self.place.endswith(f"/{STAMP}"):
            return "time not read"
        return "not graded" if self.matters else "not used"

    def __str__(self) -> str:
        return f"{self.status}: {self.place}: {self.why}"


def said(left: Iterable[Left]) -> list[str]:
    """Return lines for the screen: all that matters, and how much more there is."""
    left = list(left)
    beside = sum(not each.matters for each in left)
    lines = [str(each) for each in left if each.matters]
    return [*lines, f"{beside} more not used, see grades.csv and the report."] if beside else lines


def left_over(course: Course) -> list[Left]:
    """Return everything below ``submitted/`` that belongs to no submission, what matters first.

    What an archive held and was not placed there comes before it.
    """
    found = [
        Left(each.archive, each.student, f"{each.what} ({AGAIN})") for each in not_placed.read(course.folder)
    ]
    for each in Desk(course.project, course.home).pieces(course.submitted):
        found.append(each)
        if len(found) >= MOST:
            found.append(Left("...", "", f"more than {MOST} pieces; is this the right folder?"))
            break
    return sorted(found, key=lambda each: not each.matters)


class Desk:
    """What there is to know of the lessons while folders are looked through."""

    def __init__(self, project: Project, home: tzinfo | None = None):
        self.project, self.home = project, home
        self.lessons = project.lessons()

    @cached_property
    def masters(self) -> dict[str, Master]:
        """The lessons that are built."""
        built = [name for name in self.lessons if self.project.released(name).is_file()]
        return {name: Master.read(name, self.project) for name in built}

    def pieces(self, submitted: Path) -> Iterator[Left]:
        """Yield what is not graded, student by student."""
        for student in entries(submitted):
            name = printable(student.name)
            inside = entries(student)
            lesson = nearest(student.name, self.lessons, numbered=False)
            if student.is_symlink():
                yield Left(name, name, A_LINK)
            elif not is_text(student.name):
                yield Left(name, name, UNREAD)
            elif not student.is_dir():
                yield Left(
                    name, "", "a file beside the students' folders. It belongs into STUDENT/ASSIGNMENT/."
                )
            elif student.name.startswith("."):
                yield Left(name, "", "a hidden folder. Rename it to the student's id; then it is graded.")
            elif not os.access(student, os.R_OK | os.X_OK):
                yield Left(name, name, "a folder that cannot be read. Change its permissions.")
            elif not inside:
                only = ", ".join(printable(each) for each in sorted(os.listdir(student))[:4])
                why = f"nothing but what programs leave ({only})" if only else "an empty folder"
                yield Left(name, name, f"{why}. Nothing was handed in.", matters=bool(only))
            elif lesson and not any(each.name in self.lessons for each in inside):
                cure = f"{printable(inside[0].name)}/{lesson}/"
                yield Left(name, "", f"the folders are the wrong way round. It must be {cure}")
            else:
                yield from first(name, islice(self.of_student(student), MOST))

    def of_student(self, folder: Path) -> Iterator[Left]:
        """Yield what lies in a student's folder and is no submission of ours."""
        student = printable(folder.name)
        for each in entries(folder):
            place = f"{student}/{printable(each.name)}"
            if each.is_symlink():
                yield Left(place, student, A_LINK)
            elif each.name in self.lessons and each.is_dir():
                try:
                    with within(READING):
                        found = list(self.of_submission(each, student))
                except Overtime:
                    found = [
                        Left(
                            place, student, "it took too long to look through. Take out what is no notebook."
                        )
                    ]
                yield from found
            elif not each.is_dir():
                wanted = self.meant(each)
                into = f"{student}/{wanted or 'ASSIGNMENT'}/"
                is_notebook = each.name.lower().endswith(".ipynb")
                what = "a file" if is_notebook else finding.entry(folder, each).trouble or kind(each.name)
                yield Left(place, student, f"{what}, beside the assignments' folders. It belongs into {into}")
            elif deeper := self.deeper(each):
                yield Left(place, student, f"{deeper} lies in it. Move it to {student}/{deeper}/.")
            else:
                wanted = self.meant(each)
                cure = f"no assignment is called so. Rename it to {wanted}." if wanted else self.unknown()
                yield Left(place, student, cure)

    def meant(self, place: Path) -> str:
        """Return the assignment that a file or folder is of: by the cells of its notebooks, else by its name."""
        inside = finding.contents(place) if place.is_dir() else [finding.entry(place.parent, place)]
        with suppress(Overtime), within(READING):
            for each in inside:
                if each.rank != finding.HIDDEN and (found := self.another(each, "")):
                    return found
        return nearest(place.name, self.lessons)

    def unknown(self) -> str:
        """Return what is said of a folder that is like no assignment."""
        return UNKNOWN.format(self.lessons[0] if self.lessons else "ASSIGNMENT")

    def deeper(self, folder: Path) -> str:
        """Return the assignment whose folder or notebook lies somewhere in a folder, empty for none."""
        for each in finding.contents(folder):
            for name in (*each.file.relative_to(folder).parts[:-1], each.file.stem):
                if name in self.lessons:
                    return name
        return ""

    def of_submission(self, folder: Path, student: str) -> Iterator[Left]:
        """Yield what lies in the folder of an assignment and is not the notebook that counts."""
        lesson = folder.name
        if os.path.lexists(folder / STAMP):
            time = read_time(finding.stamp(folder), home=self.home)
            if time.when is None:
                yield Left(f"{student}/{lesson}/{STAMP}", student, f"{time.against(None)}. {COUNTS}")
        found = [each for each in finding.contents(folder) if each.place not in EXCHANGED]
        if [each.place for each in found] == [f"{lesson}.ipynb"]:
            return
        place = f"{student}/{lesson}"
        stubs = self.masters[lesson].stubs if lesson in self.masters else {}
        chosen, notes = finding.locate(folder, lesson, stubs)
        if chosen is None and found:  # an empty folder has its zeros, and a word on the screen
            yield Left(place, student, f"no notebook was handed in. {notes[0]}")
        if chosen is None:
            return
        for each in found:
            if each.file == chosen or each.rank == finding.HIDDEN:
                continue
            another = self.another(each, lesson)
            if another:
                why = f"a notebook of {another}. Move it to {student}/{another}/."
            else:
                why = f"lies beside the notebook that counts, {chosen.relative_to(folder)}."
            yield Left(f"{place}/{each.place}", student, why, matters=bool(another))

    def another(self, entry: finding.Entry, lesson: str) -> str:
        """Return the other lesson whose notebook a file is, empty for none."""
        if entry.trouble or not os.access(entry.file, os.R_OK):
            return ""
        if entry.rank == finding.HELD and not holds_cells(entry.file):
            return ""
        best, shared = finding.lesson_of(read(entry.file), self.masters)
        return best if best and shared[best] > shared.get(lesson, 0) else ""


def first(student: str, left: Iterable[Left]) -> Iterator[Left]:
    """Yield what matters most of one student, at most ``OF_ONE`` pieces and how many more there are."""
    found = sorted(left, key=lambda each: not each.matters)
    yield from found[:OF_ONE]
    if rest := found[OF_ONE:]:
        yield Left(f"{student}/...", student, f"more than {OF_ONE} pieces.", matters=rest[0].matters)


def holds_cells(file: Path) -> bool:
    """Whether a file is a notebook by what it holds."""
    try:
        return bool(pieces(read(file))[0])
    except (Unreadable, OSError):
        return False


def entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, without what programs leave there; nothing of one that cannot be read."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [folder / name for name in names if not LEFT_BY_PROGRAMS.search(name)]


def nearest(name: str, lessons: list[str], *, numbered: bool = True) -> str:
    """Return the assignment that a name is meant to be, empty if it is like none.

    numbered  whether a number alone may say it: ``lesson 4``
    """
    said = plain(re.sub(r"(\.ipynb)?(\.\w{1,5})?$", "", name) if "." in name else name)
    known = {plain(lesson): lesson for lesson in lessons}
    known |= {plain(lesson).lstrip("f0123456789"): lesson for lesson in lessons}
    if said in known:
        return known[said]
    within = [lesson for words, lesson in known.items() if len(words) > 4 and words in said]
    if len(set(within)) == 1:
        return within[0]
    if close := difflib.get_close_matches(said, known, 1, 0.75):
        return known[close[0]]
    found = re.fullmatch(NUMBERED, said) if numbered else None
    number = f"{found[1]}{int(found[2])}" if found else ""
    return next((lesson for lesson in lessons if plain(lesson.partition("_")[0]).lstrip("0") == number), "")


@lru_cache(maxsize=1024)
def plain(name: str) -> str:
    """Return a name without case, signs and what tells a copy."""
    bare = re.sub(rf"^{COPY_OF}", "", name.casefold())
    return re.sub(r"[^a-z0-9]", "", re.sub(rf"({COPY})+\s*$", "", bare))
