"""A course folder is made once, and what is in it already is left."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.grading.config import FILES
from autograder.grading.course import Course
from autograder.project import Project


def init(folder: Path) -> str:
    done = CliRunner().invoke(cli.main, ["init", str(folder)])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_new_folder_is_a_course_that_grades_the_lessons_of_this_checkout(tmp_path):
    said = init(tmp_path / "my term" / "2026")
    course = Course.open(tmp_path / "my term" / "2026")
    assert (course.project, course.students()) == (Project.here(), [])
    assert course.course_id == "descent"
    assert "left as they were" not in said


@pytest.mark.parametrize("name", ["WS[25]", "q?x", "a%20b", "ü #1 & co"])
def test_nbgrader_itself_finds_the_gradebook_whatever_the_folder_is_called(tmp_path, name):
    from nbgrader.api import Gradebook

    init(tmp_path / name)
    with Gradebook(Course(tmp_path / name).config.CourseDirectory.db_url):
        pass
    assert (tmp_path / name / "gradebook.db").is_file()
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_settings_and_submissions_that_are_there_stay(tmp_path):
    init(tmp_path)
    config = tmp_path / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.ByTheDay.share = 0.2\n")
    (tmp_path / "submitted" / "ada").mkdir()
    (tmp_path / "jupyter_server_config.py").unlink()
    said = init(tmp_path)
    assert "left as they were: nbgrader_config.py" in said
    assert config.read_text().endswith("share = 0.2\n")
    assert Course(tmp_path).students() == ["ada"]
    assert all((tmp_path / name).is_file() for name in FILES)


def test_settings_of_another_course_and_a_file_in_the_place_of_a_folder_are_said_with_the_cure(tmp_path):
    (tmp_path / "submitted").touch()
    done = CliRunner().invoke(cli.main, ["init", str(tmp_path)])
    assert done.exit_code == 1
    assert "submitted must be a folder and is a file. Rename it" in done.output
    (tmp_path / "submitted").unlink()
    config = tmp_path / "nbgrader_config.py"
    config.write_text('c = get_config()\nc.CourseDirectory.source_directory = "source"\n')
    done = CliRunner().invoke(cli.main, ["init", str(tmp_path)])
    assert done.exit_code == 1
    assert "settings that are not of this checkout" in done.output
    assert "source_directory" in config.read_text()
    config.unlink()
    init(tmp_path)
