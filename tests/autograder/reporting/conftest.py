"""An invented class of all lessons, large enough that every known mistake was made, and collecting from an LMS."""

import shutil

import pytest

from autograder.grading.course import Course
from autograder.project import Project
from autograder.reporting import catalogue
from tests.autograder.reporting.lms.archives import CLASS, DUE, LESSON

LESSONS = [name for name in Project.here().lessons() if catalogue.exercises(name)]
STUDENTS = 200


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A graded course; whoever changes its gradebook puts it back."""
    from tests.autograder.reporting import graded_class

    return graded_class.write(tmp_path_factory.mktemp("class") / "course", LESSONS, STUDENTS, 5)


@pytest.fixture(scope="session")
def book(course):
    from autograder.reporting.gather import gather

    return gather(course)


@pytest.fixture(scope="session")
def gradebook_file(tmp_path_factory):
    """A gradebook with five students and a due date, in which nobody has handed in."""
    from autograder.grading import gradebook_write

    file = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with gradebook_write.Gradebook(f"sqlite:///{file}") as book:
        for each in CLASS:
            book.add_student(each["id"], **{key: value for key, value in each.items() if key != "id"})
        book.add_assignment(LESSON, duedate=DUE)
    return file


@pytest.fixture
def collecting(project, gradebook_file, tmp_path):
    """A course folder of the small lesson; nobody has handed in yet."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.source_directory = {str(project.source)!r}\n"
        f"c.CourseDirectory.release_directory = {str(project.release)!r}\n"
    )
    shutil.copy(gradebook_file, folder)
    return Course(folder)
