"""Handing in and grading in a course folder of the small lesson."""

import json

from autograder.grading import grade, gradebook_read
from autograder.grading.grade import make_plan
from autograder.marks import Limits
from tests.autograder.small_lesson import LESSON, answered


def hand_in(course, student, answer=None, *, data=None, name=f"{LESSON}.ipynb"):
    folder = course.submitted / student / LESSON
    folder.mkdir(parents=True, exist_ok=True)
    if data is None:
        data = json.dumps(answered(course.project, answer)).encode()
    (folder / name).write_bytes(data)
    return folder / name


def grade_class(course, names=(LESSON,)):
    chosen = grade.tasks(course, list(names), Limits())
    return {row.student: row for record in grade.grade(course, chosen) for row in record.rows()}


def points(url, course_id=""):
    """(student, assignment, grade_id) -> the points that count, as the gradebook has them."""
    book = gradebook_read.read(url, course_id)
    return {(*key, name): entry.points(name) for key, entry in book.items() for name in entry.scores}


def scores(course):
    book = gradebook_read.read(course.gradebook)
    return {student: entry.points("twice-check") for (student, _), entry in book.items()}


def why(desk, **how):
    """The reasons for running a submission again, by student."""
    tasks = grade.tasks(desk.course, [], how.pop("limits", Limits()))
    plan = make_plan(desk.course, tasks, **how)
    return {student: reasons for (student, _), reasons in plan.why.items()}
