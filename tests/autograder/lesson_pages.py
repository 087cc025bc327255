"""The lessons, what is known to go wrong in each, and the feedback pages and visible checks that say so."""

import html
import re
from functools import cache
from pathlib import Path
from unittest import mock

from autograder import exercises
from autograder.examine.verdicts import show
from autograder.feedback import page as feedback_page
from autograder.judging.verdicts import verdict
from autograder.lesson import Master
from autograder.marks import exercise_of, is_autograded, nbgrader_of
from autograder.preprocessors import for_students
from autograder.project import Project
from autograder.repair.rebuild import blank
from course.checks import check, headline

PROJECT = Project.here()
FOLDER = Path(exercises.__file__).parent
LESSONS = [
    name
    for name in PROJECT.lessons()
    if (FOLDER / name[3:] / "__init__.py").is_file() and PROJECT.released(name).is_file()
]

SLOW = ("05", "06", "11", "12")
"""Lessons whose answers take seconds to judge."""

QUICK = ("F3", "04")
"""Lessons that stand for all of them in `make test`."""


@cache
def lesson(name):
    return exercises.lesson(name[3:]).EXERCISES


def known_of(exercise):
    return [*exercise.conventions, *exercise.mistakes]


@cache
def reports(exercise):
    """Return every known function of an exercise with what the visible check says to it."""
    return [(known, check(exercise.name, known.make())) for known in known_of(exercise)]


def graded(name, choose):
    """A graded notebook of a lesson in which every exercise has the mistake that ``choose`` returns, if any."""
    notebook = blank(Master.read(name, PROJECT))
    by_name = {each.name: each for each in lesson(name)}
    made = []
    for cell in notebook.cells:
        exercise = (
            by_name.get(exercise_of(nbgrader_of(cell).get("grade_id", ""))) if is_autograded(cell) else None
        )
        known = choose(exercise) if exercise else None
        if known is not None:
            kind = "convention" if known.share else "mistake"
            text = f"{headline(known.name)}\n{known.says}"
            show(cell, verdict(exercise, kind, known.share, known.name, text))
            made.append((exercise, known))
    return notebook, made


@cache
def pages_of(name):
    """Return every page that is needed to make every known mistake of a lesson once, and what is on it.

    The pictures, which take long, are left out; the tests of feedback look at them.
    """
    most = max(len(known_of(exercise)) for exercise in lesson(name))
    found = []
    for turn in range(most):
        notebook, made = graded(name, lambda e, turn=turn: dict(enumerate(known_of(e))).get(turn))
        with mock.patch.object(feedback_page, "picture", return_value=("", "")):
            found.append((feedback_page.render(for_students(notebook), name, {}), made))
    return found


def words(page):
    """Return what a page says, without its markup and the data of its pictures."""
    page = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    page = re.sub(r"</?a\b[^>]*>", "", page)
    alts = " ".join(re.findall(r'alt="([^"]*)"', page))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page) + " " + alts).replace("`", " ").split())
