"""A project of one small lesson, made anew for each test that changes it."""

import json
import shutil
from pathlib import Path

import pytest
from matplotlib.axis import Axis

from autograder import exercises
from autograder.building.build import build
from autograder.examine.launch import sandbox
from autograder.grading import gradebook_read, session
from autograder.grading.course import Course
from autograder.marks import Limits, Ran, Verdict, nbgrader_of
from autograder.project import Project
from autograder.running import run_many, run_one
from tests.autograder.small_lesson import LESSON, answered

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture(scope="module")
def without_ticks():
    """Draw figures without their ticks, which take half of the time and which no check looks at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Axis, "draw", lambda *_, **__: None)
        yield


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


def course_in(folder, project):
    """Make a course folder of the small lesson, in which nobody has handed in yet."""
    (folder / "submitted").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.source_directory = {str(project.source)!r}\n"
        f"c.CourseDirectory.release_directory = {str(project.release)!r}\n"
        f"c.CourseDirectory.root = {str(folder)!r}\n"
        "from autograder.grading.config import configure\nconfigure(c)\n"
    )
    return Course(folder)


class Desk:
    """A course folder of the small lesson, and what an instructor does with it in this process.

    ran  the students whose submission was run, in order
    """

    def __init__(self, project, folder):
        self.course = course_in(folder, project)
        self.ran = []

    def hand_in(self, student, answer=None, *, data=None, when=None):
        """Put a notebook in ``submitted/``, with an answer or as bytes; return the file."""
        folder = self.course.submitted / student / LESSON
        folder.mkdir(parents=True, exist_ok=True)
        if when is not None:
            (folder / "timestamp.txt").write_text(when)
        file = folder / f"{LESSON}.ipynb"
        file.write_bytes(json.dumps(answered(self.course.project, answer)).encode() if data is None else data)
        return file

    def judge(self, notebook, limits):
        """Run nothing and give marks by the text of the answer."""
        answer = next(cell.source for cell in notebook.cells if nbgrader_of(cell).get("grade_id") == "twice")
        if "machine" in answer:
            raise OSError("no space left")
        right = "2 *" in answer
        found = Verdict(
            verdict="correct" if right else "mistake",
            points=3.0 if right else 0.0,
            max_points=3.0,
            mistake=None if right else "squared",
            message="" if right else "Look at the operator.",
        )
        return Ran(notebook=notebook, verdicts={"twice-check": found})

    def grade(self, **how):
        """Run `autograder grade` in this process; return the rows by student."""
        how = {"limits": Limits(), "feedback": False, **how}
        return {row.student: row for row in session.run(self.course, [], **how)}

    def scores(self):
        """Return student -> points, as the gradebook has them."""
        book = gradebook_read.read(self.course.gradebook)
        return {student: entry.scores["twice-check"] for (student, _), entry in book.items()}


@pytest.fixture
def desk(project, tmp_path, monkeypatch):
    """An instructor's desk; answers are judged by their text, and who was run is noted."""
    made = Desk(project, tmp_path / "course")
    work = run_one.work

    def noted(task):
        made.ran.append(task.student)
        return work(task)

    monkeypatch.setattr(run_many, "work", noted)
    monkeypatch.setenv(sandbox.VARIABLE, "process")
    monkeypatch.setattr(run_one, "run_in_examiner", lambda *given: made.judge(*given))
    return made
