"""Everything below submitted/ is graded or named."""

import csv
import os
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder.examine.launch import sandbox
from autograder.grading import gradebook_read, gradebook_write, write_pages
from autograder.grading.course import Course
from autograder.grading.left_over import left_over, nearest
from autograder.grading.left_over import said as lines
from autograder.lesson import Master
from autograder.marks import Limits
from autograder.printing import printable
from autograder.project import Project
from autograder.repair import finding
from autograder.repair.rebuild import ANOTHER as ANOTHER_LESSON
from autograder.running import run_one
from tests.autograder.conftest import Desk
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG

LESSONS = Project.here().lessons()


@pytest.fixture
def course(tmp_path):
    (tmp_path / "submitted").mkdir()
    return Course(tmp_path)


@pytest.fixture(scope="module")
def master_04():
    return Master.read("04_momentum", Project.here())


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
        (
            "g/homework/x.ipynb",
            "g/homework",
            "no assignment is called so. Rename it to one, such as F",
        ),
        ("all.zip", "all.zip", "It belongs into STUDENT/ASSIGNMENT/."),
        ("h/Kopie von 04_momentum/x.ipynb", "h/Kopie von 04_momentum", "Rename it to 04_momentum."),
        ("h/04_momentum - Kopie/x.ipynb", "h/04_momentum - Kopie", "Rename it to 04_momentum."),
        ("h/Lesson 04 - Momentum/x.ipynb", "h/Lesson 04 - Momentum", "Rename it to 04_momentum."),
        ("h/lesson4/x.ipynb", "h/lesson4", "Rename it to 04_momentum."),
        ("h/04/x.ipynb", "h/04", "Rename it to 04_momentum."),
        ("h/f3/x.ipynb", "h/f3", "Rename it to F3_backpropagation."),
        ("h/04_momentum.zip", "h/04_momentum.zip", "an archive: unpack it"),
        ("h/descent/notebooks/04_momentum/x.ipynb", "h/descent", "Move it to h/04_momentum/."),
        ("h/work/04_momentum.ipynb", "h/work", "04_momentum lies in it. Move it to h/04_momentum/."),
        (".i/04_momentum/x.ipynb", ".i", "a hidden folder"),
        ("j/.ipynb_checkpoints/x.ipynb", "j", "nothing but what programs leave (.ipynb_checkpoints)"),
        ("j/__MACOSX/04_momentum/x.ipynb", "j", "nothing but what programs leave (__MACOSX)"),
    ],
)
def test_a_folder_that_is_not_recognised_is_named_with_the_nearest_assignment(course, place, named, cure):
    file = course.submitted / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{}")
    assert list(said(course)) == [named]
    assert cure in said(course)[named]


@pytest.mark.parametrize(
    "place", ["homework/x.ipynb", "knn/notebooks/a.ipynb", "05/x.json", "x.ipynb", "05.txt"]
)
def test_a_notebook_tells_by_its_cells_what_its_folder_must_be_called(course, place):
    file = course.submitted / "h" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(NOTEBOOK)
    (why,) = said(course).values()
    assert "Rename it to 04_momentum." in why or "belongs into h/04_momentum/" in why


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


MANY = int(os.environ.get("FUZZ", "1"))  # CI invents three times as many trees
NOTEBOOK = Project.here().notebook("04_momentum").read_bytes()
ANOTHER = Project.here().notebook("05_adaptive_rates").read_bytes()
FILES = {
    "04_momentum.ipynb": NOTEBOOK,
    "04_momentum (1).ipynb": NOTEBOOK,
    "Kopie von 04_momentum.IPYNB": NOTEBOOK,
    "04_momentum.ipynb.txt": NOTEBOOK,
    "04_momentum.json": NOTEBOOK,
    "04_momentum.pdf": b"%PDF-1.4",
    "04_momentum.html": b"<html>",
    "04_momentum.ipynb ": NOTEBOOK,
    "04_momentum-checkpoint.ipynb": NOTEBOOK,
    "05_adaptive_rates.ipynb": ANOTHER,
    "damaged.ipynb": b'{"cells": [',
    "work.zip": b"PK\3\4",
    "work.rar": b"Rar!\x1a\x07",
    "work.7z": b"7z\xbc\xaf",
    "timestamp.txt": b"2026-07-01 12:00 UTC",
    ".hidden.ipynb": NOTEBOOK,
    "._04_momentum.ipynb": b"x",
    "~$04_momentum.ipynb": b"x",
    ".DS_Store": b"x",
    "m\udcfcller.ipynb": NOTEBOOK,
    "\x1b[1m.ipynb": NOTEBOOK,
    "a link": None,
}
STUDENTS = ("ada", "Ada", "Zo\u00eb", "Zoe\u0308", "x y ", "\udcfc", "\x1b[1m", ".hidden")
SPELLINGS = ("04_momentum", "04_Momentum", "04_momentum (1)", "Kopie von 04_momentum", "Momentum", "4")
folders = st.sampled_from(
    [*STUDENTS, *SPELLINGS, "05_adaptive_rates", "__MACOSX", ".ipynb_checkpoints", "04_momentum.ipynb"]
)


@settings(max_examples=25 * MANY, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.lists(folders, max_size=5), st.sampled_from([*FILES, ""])), max_size=8))
@example([(["ada", "04_momentum", ".ipynb_checkpoints"], "04_momentum-checkpoint.ipynb")])
@example([(["ada", "04_momentum"], "04_momentum.ipynb"), (["ada", "04_momentum"], "05_adaptive_rates.ipynb")])
@example([(["ada", "04_momentum", "x y ", "4", "Momentum"], "04_momentum.ipynb")])
@example(
    [
        (["ada", "04_momentum"], "Kopie von 04_momentum.IPYNB"),
        (["ada", "04_momentum"], "05_adaptive_rates.ipynb"),
    ]
)
@example([(["ada", "04_momentum"], "a link"), (["Ada", "04_momentum"], "04_momentum.ipynb")])
@example([(["ada", "__MACOSX"], "04_momentum.ipynb"), ([".hidden", "04_momentum"], "04_momentum.ipynb")])
def test_every_file_of_any_tree_is_graded_or_named(tmp_path_factory, pieces):
    course = Course(tmp_path_factory.mktemp("course"))
    course.submitted.mkdir()
    for parts, name in pieces:
        place = course.submitted.joinpath(*parts, *filter(None, [name]))
        if any(each.is_file() for each in place.parents) or os.path.lexists(place):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if not name:
            place.mkdir()
        elif FILES[name] is None:
            place.symlink_to("/etc/hostname")
        else:
            place.write_bytes(FILES[name])
    left = left_over(course)
    named = {each.place for each in left}
    told = " ".join(map(str, left))
    for folder, below, files in os.walk(course.submitted):
        for name in [*files, *(each for each in below if not os.listdir(Path(folder, each)))]:
            place = Path(folder, name).relative_to(course.submitted)
            escaped = printable(str(place))
            if any(escaped == each or escaped.startswith(f"{each}/") for each in named):
                continue
            assert accounted(course, place, told), (place, told)


@cache
def stubs(lesson):
    return Master.read(lesson, Project.here()).stubs


def accounted(course, place, told):
    """Whether a file that is not named itself is graded, or lies where it needs no word."""
    parts = place.parts
    if finding.LEFT_BY_PROGRAMS.search(place.as_posix()):
        # beside something of a person, or the folder above it is named
        student = course.submitted / parts[0]
        beside = finding.LEFT_BY_PROGRAMS.search(parts[0]) or any(
            not finding.LEFT_BY_PROGRAMS.search(each.relative_to(course.submitted).as_posix())
            for each in student.rglob("*")
        )
        return beside or printable(parts[0]) in told
    if len(parts) < 3 or parts[0] not in course.students() or parts[1] not in LESSONS:
        # an empty folder of an assignment has its zeros
        return len(parts) == 2 and parts[1] in LESSONS and parts[0] in course.students()
    if len(parts) == 3 and parts[2] in finding.EXCHANGED:
        return True
    folder = course.submitted / parts[0] / parts[1]
    chosen, _ = finding.locate(folder, parts[1], stubs(parts[1]))
    hidden = finding.entry(folder, course.submitted / place).rank == finding.HIDDEN
    return chosen == course.submitted / place or (hidden and chosen is not None)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("04_momentum.ipynb.txt", NOTEBOOK),
        ("04_momentum.ipynb.json", NOTEBOOK),
        ("04_momentum.json", NOTEBOOK),
        ("04_momentum.ipynb.html", NOTEBOOK),
        ("04_momentum.pdf", NOTEBOOK),
        ("04_momentum", NOTEBOOK),
        ("04_momentum.ipynb ", NOTEBOOK),
        ("04_momentum.IPYNB", NOTEBOOK),
        ("04_momentum (1).ipynb", NOTEBOOK),
        ("04_momentum-DESKTOP-AB12.ipynb", NOTEBOOK),
        ("04_momentum (conflicted copy 2026-11-01).ipynb", NOTEBOOK),
        ("Kopie von 04_momentum.ipynb", NOTEBOOK),
        ("Çözüm – Müller.ipynb", NOTEBOOK),
        (".ipynb_checkpoints/04_momentum-checkpoint.ipynb", NOTEBOOK),
        (".04_momentum.ipynb", NOTEBOOK),
        ("a/b/c/d/e/04_momentum.ipynb", NOTEBOOK),
        ("utf-16.txt", NOTEBOOK.decode().encode("utf-16")),
    ],
)
def test_the_only_notebook_is_taken_whatever_it_is_called_and_said(course, name, data):
    file = course.submitted / "ada" / "04_momentum" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    chosen, notes = finding.locate(course.submitted / "ada" / "04_momentum", "04_momentum", {})
    assert chosen == file
    assert notes == [f"{name} was taken as 04_momentum.ipynb."]
    assert left_over(course) == []


@pytest.mark.parametrize(
    ("name", "data", "cure"),
    [
        ("work.zip", b"PK\3\4", "an archive: unpack it"),
        ("work.rar", b"Rar!", "an archive: unpack it"),
        ("work.7z", b"7z", "an archive: unpack it"),
        ("04_momentum.ipynb.gz", b"\x1f\x8b", "an archive: unpack it"),
        ("04_momentum.pdf", b"%PDF", "a printout: ask for the notebook itself"),
        ("04_momentum.html", b"<html>", "a printout: ask for the notebook itself"),
        ("04_momentum.py", b"x = 1", "code without the cells"),
        ("04_momentum.ipynb.gdoc", b'{"url": "x"}', "a link to a file elsewhere"),
        ("04_momentum.ipynb.crdownload", b'{"ce', "a download that was not finished"),
        ("notes.xyz", b"x", "no notebook: ask for the notebook itself"),
    ],
)
def test_what_is_no_notebook_is_named_with_the_cure_to_both(course, master_04, name, data, cure):
    folder = course.submitted / "ada" / "04_momentum"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(data)
    (left,) = left_over(course)
    assert left.matters
    assert f"{name} ({cure}" in left.why
    verdicts = run_one.run(run_one.read(folder, master_04), Limits()).verdicts
    assert all(f"There is only {name} ({cure}" in each.message for each in verdicts.values())


def test_a_notebook_of_another_lesson_is_said(course, master_04):
    folder = course.submitted / "ada" / "04_momentum"
    folder.mkdir(parents=True)
    (folder / "04_momentum.ipynb").write_bytes(NOTEBOOK)
    (folder / "05_adaptive_rates.ipynb").write_bytes(ANOTHER)
    (left,) = left_over(course)
    assert left.place == "ada/04_momentum/05_adaptive_rates.ipynb"
    assert left.why == "a notebook of 05_adaptive_rates. Move it to ada/05_adaptive_rates/."
    (folder / "04_momentum.ipynb").unlink()
    (note,) = [each for each in run_one.read(folder, master_04).notes if each.startswith(ANOTHER_LESSON)]
    assert "adagrad" in note


def test_what_lies_beside_a_notebook_is_in_the_table_and_no_reason_to_stop(course, capsys):
    folder = course.submitted / "ada" / "04_momentum"
    folder.mkdir(parents=True)
    for name in ("04_momentum.ipynb", "04_momentum (1).ipynb", "rules.py"):
        (folder / name).write_bytes(NOTEBOOK if name.endswith("nb") else b"x")
    left = left_over(course)
    assert [each.place.rpartition("/")[2] for each in left] == ["04_momentum (1).ipynb", "rules.py"]
    assert {each.status for each in left} == {"not used"}
    assert list(lines(left)) == ["2 more not used, see grades.csv and the report."]


def test_it_stands_in_the_table_of_marks_and_on_the_screen(desk, capsys):
    desk.hand_in("ada", RIGHT)
    (desk.course.submitted / "eve" / "90_Doubling").mkdir(parents=True)
    desk.grade()
    rows = list(csv.DictReader((desk.course.folder / "grades.csv").read_text().splitlines()))
    (left,) = (row["message"] for row in rows if row["status"] == "not graded")
    assert left == "eve/90_Doubling: no assignment is called so. Rename it to 90_doubling."
    assert f"not graded: {left}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-07-01 21:30 CEST", "= 2026-07-01 19:30 UTC"),
        ("Mittwoch, 1. Juli 2026, 23:59", "= 2026-07-01 23:59 UTC"),
    ],
)
def test_a_time_in_another_form_is_shown_as_it_was_read(desk, capsys, when, said):
    desk.hand_in("ada", RIGHT, when=when)
    desk.grade()
    shown = capsys.readouterr().out
    assert "ada 90_doubling: timestamp.txt: " in shown
    assert said in shown


@pytest.mark.parametrize("now", ["3/11/2026 10:00", "", None])
def test_a_time_that_is_gone_or_cannot_be_read_any_more_does_not_stay_in_the_gradebook(desk, now):
    def handed_in():
        return gradebook_read.read(desk.course.gradebook)["ada", LESSON].handed_in

    stamp = desk.hand_in("ada", RIGHT, when="2026-11-03 10:00:00 UTC").with_name("timestamp.txt")
    desk.grade()
    assert handed_in() is not None
    stamp.unlink() if now is None else stamp.write_text(now)
    desk.grade()
    assert handed_in() is None
    with gradebook_write.Gradebook(desk.course.gradebook) as book:
        book.update_or_create_submission(LESSON, "ada", timestamp="2026-11-02 10:00:00 UTC")
    stamp.unlink(missing_ok=True)
    desk.hand_in("ada", WRONG)
    desk.grade()
    assert handed_in() is not None  # somebody entered it


@pytest.mark.parametrize("when", ["2026-07-01 21:30 IST", "yesterday, late", "", "7/1/2026 21:30"])
def test_a_time_that_cannot_be_read_is_named_on_the_screen_and_in_the_table(desk, capsys, when):
    desk.hand_in("ada", RIGHT, when=when)
    desk.grade()
    (left,) = left_over(desk.course)
    assert left.matters  # so that the command ends with 1
    assert f"time not read: ada/90_doubling/timestamp.txt: {when!r} cannot be read as a time" in " ".join(
        capsys.readouterr().out.split()
    )
    with (desk.course.folder / "grades.csv").open(newline="", encoding="utf-8") as stream:
        last = list(csv.DictReader(stream))[-1]
    assert (last["student"], last["status"]) == ("ada", "time not read")
    assert "It counts as in time until" in last["message"]


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
