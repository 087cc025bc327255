"""What lies below ``submitted/`` and is not graded: every piece of it with the reason and the cure.

Graded is ``submitted/STUDENT/ASSIGNMENT/``.  People get that wrong in every possible way, and a folder that is
passed over without a word is a student without a mark.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from autograder.grading.course import Course
from autograder.printing import is_text, printable
from autograder.repair.reading import LEFT_BY_PROGRAMS

MOST = 200
"""Pieces that are named; a folder with more is no class's any more."""

OF_ONE = 10
"""Pieces that are named of one student, whose folder hides nobody else's."""


@dataclass(frozen=True)
class Left:
    """Something that is not graded: where it lies below ``submitted/``, whose it may be, and why with the cure."""

    place: str
    student: str
    why: str

    def __str__(self) -> str:
        return f"not graded: {self.place}: {self.why}"


def left_over(course: Course) -> list[Left]:
    """Return everything below ``submitted/`` that belongs to no submission."""
    found = []
    for each in pieces(course):
        found.append(each)
        if len(found) == MOST:
            found.append(Left("...", "", f"more than {MOST} pieces; is this the right folder?"))
            break
    return found


def pieces(course: Course) -> Iterator[Left]:
    """Yield what is not graded, student by student."""
    lessons = course.project.lessons()
    for student in entries(course.submitted):
        name = printable(student.name)
        if student.is_symlink():
            yield Left(name, name, "a link is not followed. Put the folder itself there.")
        elif not is_text(student.name):
            yield Left(name, name, "its name holds what is no text. Rename it; then it is graded.")
        elif not student.is_dir():
            yield Left(name, "", "a file beside the students' folders. It belongs into STUDENT/ASSIGNMENT/.")
        elif nearest(student.name, lessons) and not any(each.name in lessons for each in entries(student)):
            inside = [printable(each.name) for each in entries(student)]
            cure = f"{inside[0]}/{nearest(student.name, lessons)}/" if inside else "STUDENT/ASSIGNMENT/"
            yield Left(name, "", f"the folders are the wrong way round. It must be {cure}")
        else:
            found = list(islice(of_student(student, lessons), OF_ONE + 1))
            yield from found[:OF_ONE]
            if len(found) > OF_ONE:
                yield Left(f"{name}/...", name, f"more than {OF_ONE} pieces that are no assignments.")


def of_student(folder: Path, lessons: list[str]) -> Iterator[Left]:
    """Yield what lies in a student's folder and is no assignment of ours."""
    student = printable(folder.name)
    for each in entries(folder):
        place, wanted = f"{student}/{printable(each.name)}", nearest(each.name, lessons)
        cure = f"Rename it to {wanted}." if wanted else f"The assignments are: {', '.join(lessons)}."
        if each.is_symlink():
            yield Left(place, student, "a link is not followed. Put the folder itself there.")
        elif each.name in lessons and each.is_dir():
            continue
        elif not each.is_dir():
            into = f"{student}/{wanted or 'ASSIGNMENT'}/"
            yield Left(place, student, f"a file beside the assignments' folders. It belongs into {into}")
        elif deeper := [inner.name for inner in entries(each) if inner.name in lessons]:
            yield Left(
                place, student, f"{deeper[0]} lies one folder too deep. Move it to {student}/{deeper[0]}/."
            )
        else:
            yield Left(place, student, f"no assignment is called {printable(each.name)}. {cure}")


def entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, without what programs leave there; nothing of one that cannot be read."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    kept = [name for name in names if not name.startswith(".") and not LEFT_BY_PROGRAMS.search(name)]
    return [folder / name for name in kept]


def nearest(name: str, lessons: list[str]) -> str:
    """Return the assignment that a name is meant to be, empty if it is like none."""
    said = plain(re.sub(r"\.ipynb(\.\w+)?$", "", name))
    known = {plain(lesson): lesson for lesson in lessons}
    known |= {plain(lesson).lstrip("f0123456789"): lesson for lesson in lessons}
    close = difflib.get_close_matches(said, known, 1, 0.75)
    return known.get(said) or (known[close[0]] if close else "")


def plain(name: str) -> str:
    """Return a name without case, signs and the number of a copy."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"(\(\d+\)|-copy\d*|copy)\s*$", "", name.casefold()))
