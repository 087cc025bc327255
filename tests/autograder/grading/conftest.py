"""A course folder in which cells are run in this process, and a class of three that was graded."""

import shutil

import pytest

from autograder.examine.launch import sandbox
from autograder.running import run_one
from tests.autograder.conftest import Desk, course_in
from tests.autograder.small_lesson import RIGHT, WRONG, run_here


@pytest.fixture
def here(monkeypatch):
    monkeypatch.setenv(sandbox.VARIABLE, "process")
    monkeypatch.setattr(run_one, "run_in_examiner", run_here)


@pytest.fixture
def course(project, tmp_path):
    """A course folder of the small lesson, nobody has handed in yet."""
    return course_in(tmp_path / "course", project)


@pytest.fixture(scope="session")
def graded_once(built_once, tmp_path_factory):
    """The folder of a class of three, graded, that no test may change."""
    made = Desk(built_once, tmp_path_factory.mktemp("graded") / "course")
    for student, answer in (("ada", RIGHT), ("emmy", WRONG), ("kurt", None)):
        made.hand_in(student, answer, when="2026-11-02 09:30:00 UTC")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(sandbox.VARIABLE, "process")
        patch.setattr(run_one, "run_in_examiner", made.judge)
        made.grade()
    return made.course.folder


@pytest.fixture
def graded(graded_once, desk):
    """A class of three, graded; a copy of one's own."""
    ours = shutil.ignore_patterns("nbgrader_config.py")
    shutil.copytree(graded_once, desk.course.folder, ignore=ours, dirs_exist_ok=True)
    return desk
