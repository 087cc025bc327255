"""A late penalty by the day: the plugin alone, and in a gradebook."""

import pytest

from autograder.grading import gradebook
from autograder.grading.late import ByTheDay
from autograder.grading.master import Master
from tests.autograder.test_grade import LESSON, WRITTEN, course, graded, hand_in, here, one_alembic

__all__ = ["course", "here", "one_alembic"]
HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize(
    ("late", "taken"),
    [(60.0, None), (HOUR, None), (HOUR + 1, 1.0), (HOUR + DAY, 1.0), (HOUR + DAY + 1, 2.0), (90 * DAY, 5.0)],
    ids=["grace", "last second of grace", "first day", "its end", "second day", "never more than half"],
)
def test_every_day_begun_after_the_grace_takes_a_tenth(late, taken):
    assert ByTheDay().late_submission_penalty("ada", 10.0, late) == taken


def test_a_configured_penalty_reaches_the_gradebook(course, here):
    with (course.folder / "nbgrader_config.py").open("a") as file:
        file.write(
            'c.AssignLatePenalties.plugin_class = "autograder.grading.late.ByTheDay"\nc.ByTheDay.share = 0.2\n'
        )
    for student, day in (("ada", "01"), ("emmy", "03")):
        (hand_in(course, student, WRITTEN).parent / "timestamp.txt").write_text(f"2026-11-{day} 12:00:00 UTC")
    gradebook.prepare(course.gradebook, course.course_id, Master.read(LESSON, course.project))
    with gradebook.Gradebook(course.gradebook, course.course_id) as book:
        book.update_or_create_assignment(LESSON, duedate="2026-11-01 18:00:00 UTC")
    graded(course)
    with gradebook.Gradebook(course.gradebook, course.course_id) as book:
        got = {name: book.find_submission(LESSON, name).late_submission_penalty for name in ("ada", "emmy")}
    assert got == {"ada": 0.0, "emmy": pytest.approx(0.4 * 3.0)}
