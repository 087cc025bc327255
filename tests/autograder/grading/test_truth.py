"""Grading a class finds its truth; nbgrader's own commands find the same marks."""

import json
import subprocess
import sys

import pytest

from autograder.cohort.compare import differences
from autograder.cohort.write import read_marks, write
from autograder.grading import grade, records, session, tables
from autograder.grading.grade import make_plan
from autograder.grading.gradebook_read import read
from autograder.marks import Limits, nbgrader_of
from tests.autograder.conftest import FIXTURES
from tests.autograder.grading.classroom import grade_class, hand_in, scores
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG


def test_whole_class_equals_its_truth_and_pages_show_nothing_hidden(course, here, project, monkeypatch):
    """Every habit that can be played in this process; see test_kernel for hanging and dying."""
    keep = (course.folder / "nbgrader_config.py").read_text()
    (course.folder / "nbgrader_config.py").unlink()
    (course.folder / "submitted").rmdir()
    write(course.folder, project, [LESSON], 40, 7)
    (course.folder / "nbgrader_config.py").write_text(keep)
    rows = session.run(course, [], limits=Limits(), json_file=course.folder / "o.json")

    wrong = differences(rows, course.folder, read(course.gradebook))
    lost = {
        key[0] for key, row in read_marks(course.folder / "truth.csv").items() if row["verdict"] == "timeout"
    }
    assert [line for line in wrong if line.split()[0] not in lost] == []
    found = sorted(course.feedback.rglob("*.html"))
    assert len(found) == 40
    for page in found:
        words = page.read_text().lower()
        assert "autograder" not in words, page
        assert "hidden tests" not in words, page
        assert "doubling.grade" not in words, page
    notes = [page for page in found if "About your file" in page.read_text()]
    assert len(notes) >= 5
    published = json.loads((course.folder / "o.json").read_text())
    assert len(published) == len(rows)
    assert set(published[0]) == {
        "student",
        "assignment",
        "grade_id",
        "points",
        "max_points",
        "verdict",
        "mistake",
        "message",
    }


def test_a_mark_that_differs_from_the_truth_is_found(course, here, project):
    truth = course.folder / "truth.csv"
    truth.write_text(
        "student,assignment,grade_id,points,max_points,verdict,mistake\n"
        f"ada,{LESSON},twice-check,3.0,3.0,correct,\n"
        f"emmy,{LESSON},twice-check,3.0,3.0,correct,\n"
        f"kurt,{LESSON},twice-check,0.0,3.0,unfinished,\n"
    )
    hand_in(course, "ada", RIGHT)
    hand_in(course, "emmy", WRONG)
    rows = list(grade_class(course).values())
    tables.write_csv(course.folder / "grades.csv", rows)

    book = read(course.gradebook)
    found = differences(rows, course.folder, book)
    assert [line.split()[0] for line in found] == ["emmy", "kurt"]
    assert "mistake (squared)" in found[0]
    book["ada", LESSON].scores["twice-check"] = 1.0
    assert [line.split()[0] for line in differences(rows, course.folder, book)] == ["ada", "emmy", "kurt"]


@pytest.mark.long
class TestNbgraderItself:
    """`nbgrader autograde` and `nbgrader generate_feedback` in the course folder, as an instructor types them."""

    @pytest.fixture
    def nbgrader(self, course):
        def start(*words):
            program = (
                "import sys; from autograder import exercises; exercises.__path__.append(sys.argv.pop(1));"
                "sys.path.insert(0, sys.argv.pop(1)); import run_cells_here; "
                "from nbgrader.apps.nbgraderapp import main; sys.argv[0] = 'nbgrader'; main()"
            )
            module = course.folder / "modules"
            module.mkdir(exist_ok=True)
            (module / "run_cells_here.py").write_text(
                "from autograder.running import run_one\n"
                "from tests.autograder.small_lesson import run_here\n"
                "run_one.run_in_examiner = run_here\n"
            )
            words = [
                sys.executable,
                "-c",
                program,
                str(FIXTURES / "lesson" / "exercises"),
                str(module),
                *words,
            ]
            return subprocess.run(
                words, cwd=course.folder, capture_output=True, text=True, timeout=120, check=False
            )

        return start

    def test_marks_and_pages_are_the_same(self, course, nbgrader, here):
        hand_in(course, "ada", RIGHT)
        hand_in(course, "carl", data=b'{"cells": [')
        hand_in(course, "emmy", RIGHT, name="homework.ipynb")
        (course.submitted / "emmy" / LESSON / "timestamp.txt").write_text("yesterday, late")
        doubled = json.loads(hand_in(course, "kurt", RIGHT).read_text())
        doubled["cells"] += [cell for cell in doubled["cells"] if nbgrader_of(cell)]
        hand_in(course, "kurt", data=json.dumps(doubled).encode())
        hand_in(course, "noor", WRONG)
        said = nbgrader("autograde", LESSON)
        assert said.returncode == 0, said.stderr
        theirs = scores(course)
        assert theirs == {"ada": 3.0, "carl": 0.0, "emmy": 3.0, "kurt": 3.0, "noor": 0.0}
        kept = {record.student: record for record in records.read(course)}
        assert {student: record.verdicts["twice-check"].points for student, record in kept.items()} == theirs
        plan = make_plan(course, grade.tasks(course, [LESSON], Limits()))
        assert not [why for why in plan.why.values() if "submission changed" in why]

        said = nbgrader("generate_feedback", LESSON)
        assert said.returncode == 0, said.stderr
        for student in theirs:
            words = (course.feedback / student / LESSON / f"{LESSON}.html").read_text().lower()
            assert "autograder" not in words
            assert "hidden tests" not in words
        assert "squared" in words.lower()

        (course.folder / "gradebook.db").unlink()
        grade_class(course)
        assert scores(course) == theirs
