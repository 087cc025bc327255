"""What is known to go wrong in each exercise, the sentence that is said, and the section that teaches it."""

import importlib
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from autograder.lesson import notebook
from autograder.project import Project
from course.lessons import anchor

HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)

UNIVERSAL = "What is returned cannot be used; the message says what came back."
"""Said of troubles that belong to no exercise: None, NaN, another shape, another type."""


@dataclass(frozen=True, kw_only=True)
class Taught:
    """One known mistake or convention.

    says     the sentence the student reads
    section  the heading of the notebook where a student should look
    """

    says: str
    section: str


@cache
def known(lesson: str) -> dict[tuple[str, str], Taught]:
    """Return (exercise, name) -> what is known, for a lesson ``04_momentum``; nothing for one without exercises."""
    return {
        (exercise.name, each.name): Taught(says=each.says, section=exercise.read)
        for exercise in exercises(lesson)
        for each in (*exercise.mistakes, *exercise.conventions)
    }


@cache
def sections(lesson: str) -> dict[str, str]:
    """Return exercise -> the section that teaches it."""
    return {exercise.name: exercise.read for exercise in exercises(lesson)}


def exercises(lesson: str) -> tuple:
    """Return the exercises of a lesson ``04_momentum``, none if the checkout has no such lesson."""
    name = lesson.partition("_")[2]
    try:
        return tuple(importlib.import_module(f"autograder.exercises.{name}").EXERCISES)
    except ModuleNotFoundError as error:
        if error.name == f"autograder.exercises.{name}":
            return ()
        raise


def taught(lesson: str, exercise: str, mistake: str) -> Taught:
    """Return what is said of a mistake by name, also of one that belongs to no exercise."""
    section = sections(lesson).get(exercise, "")
    return known(lesson).get((exercise, mistake), Taught(says=UNIVERSAL, section=section))


def heading(lesson: str, exercise: str, project: Project) -> str:
    """Return the heading of the notebook that an exercise sends its readers to, without points and minutes."""
    return whole_heading(lesson, exercise, project).partition(" · ")[0]


def link(lesson: str, exercise: str, project: Project, page: Path) -> str:
    """Return the address of that heading in the released notebook from a page, empty where there is none."""
    found = whole_heading(lesson, exercise, project)
    if found not in headings(lesson, project):
        return ""
    try:
        file = Path(os.path.relpath(project.released(lesson), page.resolve().parent))
    except ValueError:  # another drive
        return ""
    return quote(file.as_posix()) + anchor(found)


def whole_heading(lesson: str, exercise: str, project: Project) -> str:
    """Return the heading that an exercise sends its readers to, with points and minutes if it has them."""
    section = sections(lesson).get(exercise, "")
    found = [each for each in headings(lesson, project) if each.partition(" · ")[0] == section]
    return found[0] if found else section


@cache
def headings(lesson: str, project: Project) -> list[str]:
    """Return every heading of a lesson as students have it, none for one that is not built."""
    if not project.released(lesson).is_file():
        return []
    cells = notebook(project.released(lesson), lesson)["cells"]
    return [
        found
        for cell in cells
        if cell["cell_type"] == "markdown"
        for found in HEADING.findall(cell["source"])
    ]
