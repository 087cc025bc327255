"""A project of one small lesson, made anew for each test that changes it."""

import shutil
from pathlib import Path

import pytest

from autograder import exercises
from autograder.building.build import build
from autograder.project import Project

FIXTURES = Path(__file__).parents[1] / "fixtures"
LESSON = "90_doubling"


@pytest.fixture(scope="session")
def doubling():
    """Make ``autograder.exercises.doubling`` importable; the fixture's own module, found like any other."""
    folder = str(FIXTURES / "lesson" / "exercises")
    exercises.__path__.append(folder)
    yield exercises.lesson("doubling")
    exercises.__path__.remove(folder)


@pytest.fixture(scope="session")
def built_once(doubling, tmp_path_factory):
    """Return a built project that no test may change."""
    project = Project(tmp_path_factory.mktemp("project"))
    project.source.mkdir()
    project.recorded.mkdir(parents=True)
    shutil.copy(FIXTURES / "lesson" / f"{LESSON}.py", project.source)
    shutil.copy(Project.here().root / "nbgrader_config.py", project.root)
    build(project)
    return project


@pytest.fixture
def project(built_once, tmp_path):
    """Return a built project of one's own."""
    shutil.copytree(built_once.root, tmp_path / "project")
    return Project(tmp_path / "project")
