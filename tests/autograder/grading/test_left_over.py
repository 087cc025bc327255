"""Everything below submitted/ is graded or named."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.examine.launch import sandbox
from autograder.grading import write_pages
from autograder.grading.course import Course
from autograder.grading.left_over import left_over, nearest
from autograder.printing import printable
from autograder.project import Project
from autograder.running import run_one
from tests.autograder.conftest import Desk
from tests.autograder.small_lesson import RIGHT

LESSONS = Project.here().lessons()


@pytest.fixture
def course(tmp_path):
    (tmp_path / "submitted").mkdir()
    return Course(tmp_path)


def said(course):
    return {each.place: each.why for each in left_over(course)}


@pytest.mark.parametrize(
    ("place", "named", "cure"),
    [
        ("a/04_Momentum/x.ipynb", "a/04_Momentum", "Rename it to 04_momentum."),
        ("b/momentum/x.ipynb", "b/momentum", "Rename it to 04_momentum."),
        ("c/04_momentum.ipynb", "c/04_momentum.ipynb", "belongs into c/04_momentum/"),
        ("d/04_momentum (1)/x.ipynb", "d/04_momentum (1)", "Rename it to 04_momentum."),
        ("d/04-momentum-copy/x.ipynb", "d/04-momentum-copy", "Rename it to 04_momentum."),
        ("04_momentum/e/x.ipynb", "04_momentum", "It must be e/04_momentum/"),
        ("f/f/04_momentum/x.ipynb", "f/f", "Move it to f/04_momentum/."),
        ("g/homework/x.ipynb", "g/homework", "The assignments are: "),
        ("all.zip", "all.zip", "It belongs into STUDENT/ASSIGNMENT/."),
    ],
)
def test_a_folder_that_is_not_recognised_is_named_with_the_nearest_assignment(course, place, named, cure):
    file = course.submitted / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{}")
    assert list(said(course)) == [named]
    assert cure in said(course)[named]


@pytest.mark.parametrize("name", [os.fsdecode(b"caf\xe9"), "line\nbreak", "a\x1b[31mb", "bell\x07"], ids=repr)
def test_a_student_whose_name_is_no_text_is_named_and_not_graded(course, name):
    (course.submitted / name / "04_momentum").mkdir(parents=True)
    (course.submitted / "ren\u0065\u0301 \u0645\u06cc\u200c\u062e" / "04_momentum").mkdir(parents=True)
    assert list(said(course)) == [printable(name)]
    assert len(course.handed_in("04_momentum")) == 1


def test_links_are_named(course):
    (course.submitted / "ada" / "04_momentum").mkdir(parents=True)
    (course.submitted / "eve").mkdir()
    (course.submitted / "eve" / "04_momentum").symlink_to(course.submitted / "ada" / "04_momentum")
    (course.submitted / "mallory").symlink_to(course.submitted / "ada")
    assert set(said(course)) == {"eve/04_momentum", "mallory"}
    assert course.handed_in("04_momentum") == ["ada"]  # and earn nobody another's marks


def test_what_programs_leave_and_what_is_graded_is_not_named(course):
    for place in (
        "ada/04_momentum/04_momentum.ipynb",
        ".DS_Store",
        "ada/Thumbs.db",
        "ada/.ipynb_checkpoints/x",
        "__MACOSX/x",
    ):
        (course.submitted / place).parent.mkdir(parents=True, exist_ok=True)
        (course.submitted / place).write_text("{}")
    assert left_over(course) == []


def test_a_folder_full_of_rubbish_hides_nobody_else(course):
    for number in range(300):
        (course.submitted / "eve" / f"rubbish{number}").mkdir(parents=True)
    (course.submitted / "zoe" / "momentum").mkdir(parents=True)
    named = [each.place for each in left_over(course)]
    assert named[-2:] == ["eve/...", "zoe/momentum"]
    assert len(named) < 20


def test_every_lesson_is_nearest_to_itself_in_any_spelling():
    for lesson in LESSONS:
        name = lesson.partition("_")[2]
        for spelling in (
            lesson.upper(),
            lesson.replace("_", "-"),
            f"{lesson} (2)",
            name,
            name.replace("_", " ").title(),
        ):
            assert nearest(spelling, LESSONS) == lesson


names = st.sampled_from(
    ["ada", "04_momentum", "Momentum", "x y", "\x1b[1m", "05_adaptive_rates", "a.ipynb", "é"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(names, min_size=1, max_size=4), max_size=6))
def test_every_file_of_any_tree_is_graded_or_named(tmp_path_factory, paths):
    course = Course(tmp_path_factory.mktemp("course"))
    course.submitted.mkdir()
    for parts in paths:
        place = course.submitted.joinpath(*parts)
        if not any(each.is_file() for each in [place, *place.parents]) and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("{}")
    named = [each.place for each in left_over(course)]
    for folder, _, files in os.walk(course.submitted):
        for file in files:
            parts = Path(folder, file).relative_to(course.submitted).parts
            graded = len(parts) > 2 and parts[1] in LESSONS and parts[0] in course.students()
            escaped = "/".join(part.replace("\x1b", "\\x1b") for part in parts)
            assert graded or any(escaped == each or escaped.startswith(f"{each}/") for each in named), parts


def test_it_stands_in_the_table_of_marks_and_on_the_screen(desk, capsys):
    desk.hand_in("ada", RIGHT)
    (desk.course.submitted / "eve" / "90_Doubling").mkdir(parents=True)
    desk.grade()
    rows = list(csv.DictReader((desk.course.folder / "grades.csv").read_text().splitlines()))
    (left,) = (row["message"] for row in rows if row["status"] == "not graded")
    assert left == "eve/90_Doubling: no assignment is called 90_Doubling. Rename it to 90_doubling."
    assert f"not graded: {left}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-07-01 21:30 CEST", "= 2026-07-01 19:30 UTC"),
        ("Mittwoch, 1. Juli 2026, 23:59", "= 2026-07-01 23:59 UTC"),
        ("2026-07-01 21:30 IST", "cannot be read as a time"),
    ],
)
def test_a_time_in_another_form_is_shown_as_it_was_read(desk, capsys, when, said):
    desk.hand_in("ada", RIGHT, when=when)
    desk.grade()
    shown = capsys.readouterr().out
    assert "ada 90_doubling: timestamp.txt: " in shown
    assert said in shown


@pytest.mark.parametrize("name", ["WS[25]", "q?x", "a%20b", "a b", "#1"])
def test_a_path_is_never_a_pattern_nor_part_of_a_url(project, tmp_path, monkeypatch, name):
    desk = Desk(project, tmp_path / name / "course")
    monkeypatch.setenv(sandbox.VARIABLE, "process")
    monkeypatch.setattr(run_one, "run_in_examiner", desk.judge)
    desk.hand_in("ada [cs]", RIGHT)
    desk.grade()
    assert write_pages.some(desk.course.folder, [("ada [cs]", "90_doubling")]) == []
    assert (desk.course.folder / "gradebook.db").is_file()
    assert (desk.course.feedback / "ada [cs]" / "90_doubling" / "90_doubling.html").is_file()
    assert desk.scores() == {"ada [cs]": 3.0}
    assert [each.name for each in tmp_path.iterdir() if each.name not in ("project", name)] == []
