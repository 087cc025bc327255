"""A course folder in which cells are run in this process, and a class of three that was graded."""

import pytest

from autograder.grading import run
from tests.autograder.conftest import course_in
from tests.autograder.small_lesson import RIGHT, WRONG, run_here


@pytest.fixture
def here(monkeypatch):
    monkeypatch.setattr(run, "executor", lambda name: run_here)


@pytest.fixture
def course(project, tmp_path, one_alembic):
    """A course folder of the small lesson, nobody has handed in yet."""
    return course_in(tmp_path / "course", project)


@pytest.fixture
def graded(desk):
    """A class of three, graded."""
    for student, answer in (("ada", RIGHT), ("emmy", WRONG), ("kurt", None)):
        desk.hand_in(student, answer, when="2026-11-02 09:30:00 UTC")
    desk.grade()
    desk.ran.clear()
    return desk
