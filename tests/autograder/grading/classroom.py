"""Handing in and grading in a course folder of the small lesson."""

import json

from autograder.grading import course_run, gradebook, resume
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
    chosen = course_run.tasks(course, list(names), "kernel", Limits())
    return {row.student: row for row in course_run.grade(course, chosen, jobs=0)}


def scores(course):
    held = gradebook.scores(course.gradebook, course.course_id)
    return {key[0]: value for key, value in held.items() if "check" in key[2]}


def why(desk, **how):
    """The reasons for running a submission again, by student."""
    tasks = course_run.tasks(desk.course, [], "kernel", how.pop("limits", Limits()))
    plan = resume.plan(desk.course, tasks, **how)
    return {student: reasons for (student, _), reasons in plan.why.items()}
