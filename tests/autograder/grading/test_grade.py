"""A course folder is graded, whatever is in it."""

import csv
import json
import shutil

import nbformat
import pytest

from autograder.errors import Trouble
from autograder.grading import grade, tables, write_pages
from autograder.grading.course import Course
from autograder.marks import Limits, Row
from autograder.running import run_many, run_one
from autograder.running.workers import started
from tests.autograder.grading.classroom import grade_class, hand_in, points, scores
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG, run_here


def test_marks_reach_rows_gradebook_and_autograded(course, here):
    hand_in(course, "ada", RIGHT)
    hand_in(course, "emmy", WRONG)
    hand_in(course, "kurt")
    rows = grade_class(course)
    got = {name: (row.points, row.max_points, row.verdict, row.mistake) for name, row in rows.items()}
    assert got == {
        "ada": (3.0, 3.0, "correct", None),
        "emmy": (0.0, 3.0, "mistake", "squared"),
        "kurt": (0.0, 3.0, "unfinished", None),
    }
    assert scores(course) == {"ada": 3.0, "emmy": 0.0, "kurt": 0.0}
    made = nbformat.read(course.autograded / "ada" / LESSON / f"{LESSON}.ipynb", as_version=4)
    nbformat.validate(made)


def test_what_the_exchange_needs_to_give_feedback_back_is_carried_over_and_no_link_is_followed(course, here):
    for student in ("ada", "emmy"):
        hand_in(course, student, RIGHT)
    beside = course.submitted / "ada" / LESSON
    (beside / "timestamp.txt").write_text("2026-11-02 09:30:00 UTC")
    (beside / "submission_secret.txt").write_text("only ada knows")
    (course.folder / "private").write_text("the gradebook's password")
    (course.submitted / "emmy" / LESSON / "submission_secret.txt").symlink_to(course.folder / "private")
    grade_class(course)
    assert write_pages.write(course, [("ada", LESSON), ("emmy", LESSON)], jobs=0) == []
    for made in (course.autograded, course.feedback):
        folder = made / "ada" / LESSON
        assert (folder / "timestamp.txt").read_text() == "2026-11-02 09:30:00 UTC"
        assert (folder / "submission_secret.txt").read_text() == "only ada knows"
        assert not (made / "emmy" / LESSON / "submission_secret.txt").exists()


@pytest.mark.parametrize(
    ("data", "status", "verdict"),
    [
        (b'{"cells": [', "unreadable", "error"),
        (None, "missing", "unfinished"),
        (b"[]", "unreadable", "error"),
    ],
)
def test_broken_submission_has_a_status_and_zeros_and_the_next_is_graded(course, here, data, status, verdict):
    if data is None:
        (course.submitted / "ada" / LESSON).mkdir(parents=True)
    else:
        hand_in(course, "ada", data=data)
    hand_in(course, "emmy", RIGHT)
    rows = grade_class(course)
    assert (rows["ada"].status, rows["ada"].verdict, rows["ada"].points) == (status, verdict, 0.0)
    assert (rows["emmy"].status, rows["emmy"].verdict) == ("graded", "correct")
    assert scores(course) == {"ada": 0.0, "emmy": 3.0}


def test_a_grader_that_breaks_gives_no_mark_and_the_next_is_graded(course, monkeypatch):
    calls = []

    def breaks(notebook, limits):
        calls.append(1)
        if "** 2" in str(notebook):
            raise RuntimeError("no space left")
        return run_here(notebook, limits)

    monkeypatch.setenv("AUTOGRADER_SANDBOX", "process")
    monkeypatch.setattr(run_one, "run_in_examiner", breaks)
    hand_in(course, "ada", WRONG)
    hand_in(course, "emmy", RIGHT)
    rows = grade_class(course)
    assert set(rows) == {"emmy"}, "a fault of the grader is never a mark"
    assert rows["emmy"].verdict == "correct"
    assert len(calls) == 3, "what broke is tried once more"


def test_regrade_leaves_no_old_marks(course, here):
    file = hand_in(course, "ada", RIGHT)
    grade_class(course)
    assert scores(course) == {"ada": 3.0}
    file.write_bytes(b"gone")
    assert grade_class(course)["ada"].status == "unreadable"
    assert scores(course) == {"ada": 0.0}


def test_submitted_files_are_never_touched(course, here):
    file = hand_in(course, "ada", RIGHT, name="Untitled.ipynb")
    (file.parent / "timestamp.txt").write_text("yesterday, late")
    before = {each: (each.read_bytes(), each.stat().st_mtime_ns) for each in file.parent.iterdir()}
    rows = grade_class(course)
    assert rows["ada"].verdict == "correct"
    assert {each: (each.read_bytes(), each.stat().st_mtime_ns) for each in file.parent.iterdir()} == before


def test_a_marked_cell_of_a_person_waits_for_review_and_an_empty_guess_does_not(course, here):
    from nbgrader.api import Gradebook

    hand_in(course, "ada", RIGHT)
    grade_class(course)
    with Gradebook(course.gradebook) as book:
        grade = book.find_grade("twice-check", LESSON, LESSON, "ada")
        assert not grade.needs_manual_grade
        assert not book.find_grade("predict-twice", LESSON, LESSON, "ada").needs_manual_grade
        grade.manual_score = 2.5
        book.db.commit()
    grade_class(course)
    with Gradebook(course.gradebook) as book:
        grade = book.find_grade("twice-check", LESSON, LESSON, "ada")
        assert (grade.auto_score, grade.score, grade.needs_manual_grade) == (3.0, 2.5, True)


@pytest.fixture
def with_cells(project):
    """Change the cells of the lesson, in the source and in the release."""

    def change(how):
        for file in (project.notebook(LESSON), project.released(LESSON)):
            notebook = json.loads(file.read_text())
            how(notebook["cells"])
            file.write_text(json.dumps(notebook))
        run_one.master.cache_clear()

    yield change
    run_one.master.cache_clear()


def gain(cells):
    extra = json.loads(json.dumps(next(c for c in cells if c["id"] == "twice-check")))
    extra["id"] = extra["metadata"]["nbgrader"]["grade_id"] = "again-check"
    cells.append(extra)


def lose(cells):
    cells[:] = [cell for cell in cells if cell["id"] not in ("again-check", "predict-twice")]


def test_lesson_that_gained_and_lost_cells_keeps_the_marks_of_the_others(course, here, with_cells):
    from nbgrader.api import Gradebook

    hand_in(course, "ada", RIGHT)
    hand_in(course, "emmy", RIGHT)
    grade_class(course)
    with Gradebook(course.gradebook) as book:
        book.find_grade("twice-check", LESSON, LESSON, "ada").manual_score = 2.5
        book.db.commit()
    shutil.rmtree(course.submitted / "emmy")
    with_cells(gain)
    grade_class(course)
    found = points(course.gradebook)
    assert {key[::2]: found[key] for key in found} == {
        ("ada", "twice-check"): 2.5,
        ("ada", "again-check"): 3.0,
        ("ada", "predict-twice"): 0.0,
        ("emmy", "twice-check"): 3.0,
        ("emmy", "again-check"): None,  # nothing is there to be graded: a person has to say
        ("emmy", "predict-twice"): 0.0,
    }
    with_cells(lose)
    hand_in(course, "kurt", RIGHT)
    grade_class(course)
    found = points(course.gradebook)
    assert {key[::2]: found[key] for key in found} == {
        ("ada", "twice-check"): 2.5,
        ("emmy", "twice-check"): 3.0,
        ("kurt", "twice-check"): 3.0,
    }


def test_a_cell_with_marks_of_a_person_is_not_taken_out_of_the_gradebook(course, here, with_cells):
    from nbgrader.api import Gradebook

    hand_in(course, "ada", RIGHT)
    grade_class(course)
    with Gradebook(course.gradebook) as book:
        book.find_comment("predict-twice", LESSON, LESSON, "ada").manual_comment = "Well guessed."
        book.db.commit()
    before = points(course.gradebook)
    with_cells(lose)
    with pytest.raises(Trouble, match="lost cells for which a person gave marks or comments: predict-twice"):
        grade_class(course)
    assert points(course.gradebook) == before


def test_nothing_to_grade_is_said(course):
    with pytest.raises(Trouble, match="Nothing to grade"):
        grade_class(course)
    with pytest.raises(Trouble, match="no folder submitted"):
        Course.open(course.folder / "submitted")


def test_grades_csv_is_quoted_and_runs_no_formula(tmp_path):
    row = Row(
        student='o"brien, =1',
        assignment=LESSON,
        grade_id="twice-check",
        points=1.5,
        max_points=3.0,
        verdict="mistake",
        mistake=None,
        message="=HYPERLINK(1)\nsecond, line",
    )
    tables.write_csv(tmp_path / "g.csv", [row])
    with (tmp_path / "g.csv").open(newline="") as stream:
        (read,) = csv.DictReader(stream)
    assert (read["student"], read["points"], read["mistake"]) == ('o"brien, =1', "1.5", "")
    assert read["message"] == "'=HYPERLINK(1)\nsecond, line"


def test_processes_give_what_this_process_gives(course):
    """Two workers, which know nothing of the small lesson's exercises: its check fails, and every task ends."""
    for student in ("ada", "emmy", "kurt"):
        hand_in(course, student, data=b"not a notebook")
    chosen = grade.tasks(course, [LESSON], Limits())
    with started(2) as workers:
        done = list(run_many.run_all(chosen, workers))
    assert sorted(each.record.student for each in done) == ["ada", "emmy", "kurt"]
    assert {each.record.status for each in done} == {"unreadable"}


def test_pages_say_what_could_not_be_written(course, here):
    hand_in(course, "ada", RIGHT)
    grade_class(course)
    (course.autograded / "ada" / LESSON / f"{LESSON}.ipynb").write_text("{")
    troubles = write_pages.write(course, [("ada", LESSON)], jobs=0)
    assert len(troubles) == 1
    assert "ada" in troubles[0]
