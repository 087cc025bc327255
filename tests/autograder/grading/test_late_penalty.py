"""A late penalty by the day: the plugin alone, in a gradebook, and when its settings change."""

from datetime import timedelta

import pytest
from traitlets.config import Config

from autograder.grading import gradebook_lessons, gradebook_write, session
from autograder.grading.course import Course
from autograder.grading.late_penalty import ByTheDay
from autograder.grading.out_of_step import ungraded
from autograder.lesson import Master
from autograder.marks import Limits
from autograder.reporting.gather import gather
from autograder.running import versions
from tests.autograder.grading.classroom import why
from tests.autograder.small_lesson import LESSON, RIGHT

HOUR, DAY = 3600.0, 86400.0
BY_THE_DAY = (
    'c.AssignLatePenalties.plugin_class = "autograder.grading.late_penalty.ByTheDay"\nc.ByTheDay.share = {}\n'
)


@pytest.mark.parametrize(
    ("late", "taken"),
    [(60.0, None), (HOUR, None), (HOUR + 1, 1.0), (HOUR + DAY, 1.0), (HOUR + DAY + 1, 2.0), (90 * DAY, 5.0)],
    ids=["grace", "last second of grace", "first day", "its end", "second day", "never more than half"],
)
def test_every_day_begun_after_the_grace_takes_a_tenth(late, taken):
    assert ByTheDay().late_submission_penalty("ada", 10.0, late) == taken


@pytest.fixture
def late(desk):
    """A class of two, ada in time and emmy two days late, not graded yet."""
    for student, day in (("ada", "01"), ("emmy", "03")):
        desk.hand_in(student, RIGHT, when=f"2026-11-{day} 12:00:00 UTC")
    gradebook_lessons.enter_lesson(desk.course.gradebook, "", Master.read(LESSON, desk.course.project))
    with gradebook_write.Gradebook(desk.course.gradebook, "") as book:
        book.update_or_create_assignment(LESSON, duedate="2026-11-01 18:00:00 UTC")
    desk.plain = (desk.course.folder / "nbgrader_config.py").read_text()
    return desk


def configure(desk, more):
    """Give a course its settings again, with some more."""
    (desk.course.folder / "nbgrader_config.py").write_text(desk.plain + more)
    desk.course = Course(desk.course.folder)


def penalties(desk):
    with gradebook_write.Gradebook(desk.course.gradebook, "") as book:
        return {name: book.find_submission(LESSON, name).late_submission_penalty for name in ("ada", "emmy")}


def test_a_penalty_that_changed_is_a_reason_to_grade_who_was_late_again(late, capsys):
    configure(late, BY_THE_DAY.format(0.2))
    late.grade()
    assert penalties(late) == {"ada": 0.0, "emmy": pytest.approx(0.4 * 3.0)}
    assert why(late) == {}

    configure(late, BY_THE_DAY.format(0.1))
    assert why(late) == {"emmy": ["late penalty changed"]}
    found = session.preview(late.course, [], limits=Limits())
    assert not found.nothing
    assert "The penalty of 1 late submission would be worked out anew." in capsys.readouterr().out
    late.ran.clear()
    late.grade()
    assert late.ran == ["emmy"]
    assert penalties(late) == {"ada": 0.0, "emmy": pytest.approx(0.2 * 3.0)}
    assert why(late) == {}

    configure(late, "")
    assert why(late) == {"emmy": ["late penalty changed"]}
    late.grade()
    assert penalties(late) == {"ada": 0.0, "emmy": 0.0}


def test_a_dry_run_shows_an_extension_and_another_time_where_lateness_costs_something(late):
    def repriced():
        return session.preview(late.course, [], limits=Limits()).repriced

    configure(late, BY_THE_DAY.format(0.2))
    late.grade()
    late.hand_in("ada", RIGHT, when="2026-11-01 13:00:00 UTC")
    assert repriced() == []
    with gradebook_write.Gradebook(late.course.gradebook, "") as book:
        book.update_or_create_submission(LESSON, "emmy", extension=timedelta(days=3))
    assert repriced() == [("emmy", LESSON)]
    late.grade()
    late.hand_in("emmy", RIGHT, when="2026-11-05 12:00:00 UTC")
    assert repriced() == [("emmy", LESSON)]
    configure(late, "")
    late.grade()
    late.hand_in("emmy", RIGHT, when="2026-11-07 12:00:00 UTC")
    assert repriced() == []


def test_the_penalty_is_a_share_of_marks_by_hand_too(late):
    configure(late, BY_THE_DAY.format(0.2))
    late.grade()
    with gradebook_write.Gradebook(late.course.gradebook, "") as book:
        for student in ("ada", "emmy"):
            book.find_grade("twice-check", LESSON, LESSON, student).manual_score = 1.0
        book.db.commit()
    assert why(late) == {"emmy": ["late penalty changed"]}
    (note,) = ungraded(late.course, [LESSON])
    assert note.endswith(f"settings or marks by hand: emmy {LESSON}. Run `autograder grade`.")
    late.grade()
    assert penalties(late) == {"ada": 0.0, "emmy": pytest.approx(0.4 * 1.0)}
    assert why(late) == {}
    assert ungraded(late.course, [LESSON]) == []


def test_what_lateness_costs_is_told_by_plugin_settings_and_file(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    file = tmp_path / "house_rules.py"
    file.write_text("class Mine: pass\n")
    ours = Config({"AssignLatePenalties": {"plugin_class": "house_rules.Mine"}})
    told = [versions.penalty(ours), versions.penalty(Config(ours, Mine={"share": 0.3}))]
    file.write_text("class Mine: share = 1\n")
    told.append(versions.penalty(ours))
    told.append(versions.penalty(Config({"LateSubmissionPlugin": {"penalty_method": "zero"}})))
    assert len(set(told)) == 4
    assert versions.penalty(Config({"ByTheDay": {"share": 0.3}})) == versions.penalty(Config()) == ""


def test_an_extension_before_anything_is_graded_is_no_submission_and_costs_no_mark(desk):
    def extend(*students):
        with gradebook_write.Gradebook(desk.course.gradebook, "") as book, book.db().no_autoflush:
            book.update_or_create_assignment(LESSON, duedate="2026-11-01 18:00:00 UTC")
            for student in students:
                book.add_student(student)
                book.update_or_create_submission(LESSON, student, extension=timedelta(days=3))

    extend("ada", "emmy")
    desk.hand_in("ada", RIGHT, when="2026-11-03 12:00:00 UTC")
    desk.grade()
    extend("kurt")
    found = {each.student.id: each for each in gather(desk.course).submissions}
    assert {name: (each.status, each.score, each.waits) for name, each in found.items()} == {
        "ada": ("graded", 3.0, False),
        "emmy": ("missing", 0.0, False),
        "kurt": ("missing", 0.0, False),
    }
    assert found["ada"].late == 0.0
    desk.ran.clear()
    desk.grade()
    assert desk.ran == []
