"""What is unchanged is left as it is, and what changed is graded again, for a reason that is said."""

import csv
import json
from dataclasses import replace

import pytest

from autograder.errors import Trouble
from autograder.examine.launch import sandbox
from autograder.grading import grade, records
from autograder.grading.grade import make_plan
from autograder.marks import Limits, nbgrader_of
from autograder.running import run_one, versions
from tests.autograder.grading.classroom import why
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG


class TestUnchanged:
    def test_it_is_not_run_again_and_the_rows_are_the_same(self, graded, capsys):
        first = graded.grade(force=True)
        assert graded.ran == ["ada", "emmy", "kurt"]
        graded.ran.clear()
        table = (graded.course.folder / "grades.csv").read_bytes()
        capsys.readouterr()
        assert graded.grade() == first
        assert graded.ran == []
        assert "3 unchanged since graded, not run again" in capsys.readouterr().out
        assert (graded.course.folder / "grades.csv").read_bytes() == table

    def test_a_notebook_that_was_opened_and_saved_is_unchanged(self, graded):
        file = graded.course.submitted / "ada" / LESSON / f"{LESSON}.ipynb"
        notebook = json.loads(file.read_text())
        notebook["metadata"]["language_info"] = {"name": "python"}
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["execution_count"] = 7
                cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["hello"]}]
        file.write_text(json.dumps(notebook, indent=4))
        assert why(graded) == {}

    def test_a_mark_of_a_person_stays_without_a_new_run(self, graded):
        from nbgrader.api import Gradebook

        with Gradebook(graded.course.gradebook) as book:
            book.find_grade("twice-check", LESSON, LESSON, "ada").manual_score = 2.5
            book.db.commit()
        graded.grade()
        assert graded.ran == []
        with Gradebook(graded.course.gradebook) as book:
            assert book.find_grade("twice-check", LESSON, LESSON, "ada").score == 2.5

    def test_grades_csv_has_the_points_that_a_person_gave_in_the_place_of_others(self, graded):
        from nbgrader.api import Gradebook

        with Gradebook(graded.course.gradebook) as book:
            book.find_grade("twice-check", LESSON, LESSON, "ada").extra_credit = 0.5
            book.find_grade("twice-check", LESSON, LESSON, "emmy").manual_score = 1.5
            book.db.commit()
        graded.grade()
        with (graded.course.folder / "grades.csv").open(newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row["grade_id"] == "twice-check"]
        assert {row["student"]: row["points"] for row in rows} == {"ada": "3.5", "emmy": "1.5", "kurt": "0.0"}

    def test_another_table_called_grades_csv_is_given_another_name_and_not_lost(self, graded, capsys):
        place = graded.course.folder / "grades.csv"
        place.write_text(place.read_text().replace(",", ";"))  # as a spreadsheet program saves it
        graded.grade()
        assert not (graded.course.folder / "grades (1).csv").exists()
        (graded.course.folder / "grades (1).csv").touch()
        place.write_text("Identifier,Full name\nParticipant 1,Ada\n")
        graded.grade()
        assert "which is now called grades (2).csv" in capsys.readouterr().out
        assert (graded.course.folder / "grades (2).csv").read_text().startswith("Identifier")
        assert place.read_text().startswith("student,assignment,grade_id")

    def test_grades_csv_keeps_the_lessons_that_are_not_graded_now(self, graded):
        record = records.find(graded.course, "ada", LESSON)
        records.write(graded.course, replace(record, assignment="10_other"))
        graded.grade()
        with (graded.course.folder / "grades.csv").open(newline="") as stream:
            found = [(each["assignment"], each["student"]) for each in csv.DictReader(stream)]
        assert found == [("10_other", "ada"), (LESSON, "ada"), (LESSON, "emmy"), (LESSON, "kurt")]


def another_answer(desk, monkeypatch):
    desk.hand_in("ada", WRONG)


def another_time(desk, monkeypatch):
    desk.hand_in("ada", RIGHT, when="2026-11-03 09:30:00 UTC")


def no_notebook(desk, monkeypatch):
    (desk.course.submitted / "ada" / LESSON / f"{LESSON}.ipynb").unlink()


def another_file_beside_it(desk, monkeypatch):
    (desk.course.submitted / "ada" / LESSON / "numpy.py").write_text("1")


def mark_in_the_gradebook(desk, monkeypatch):
    from nbgrader.api import Gradebook

    with Gradebook(desk.course.gradebook) as book:
        book.find_grade("twice-check", LESSON, LESSON, "ada").auto_score = 1.0
        book.db.commit()


def due_date(desk, monkeypatch):
    from nbgrader.api import Gradebook

    with Gradebook(desk.course.gradebook) as book:
        book.update_or_create_assignment(LESSON, duedate="2026-11-02 09:29:00")


def gradebook_gone(desk, monkeypatch):
    (desk.course.folder / "gradebook.db").unlink()


def notebook_gone(desk, monkeypatch):
    (desk.course.autograded / "ada" / LESSON / f"{LESSON}.ipynb").unlink()


def part(name):
    def change(desk, monkeypatch):
        kept = versions.parts
        monkeypatch.setattr(versions, "parts", lambda master: {**kept(master), name: "new"})

    return change


ONE, ALL = {"ada"}, {"ada", "emmy", "kurt"}


@pytest.mark.parametrize(
    ("change", "who", "reason"),
    [
        (another_answer, ONE, "submission changed"),
        (another_time, ONE, "submission changed"),
        (no_notebook, ONE, "submission changed"),
        (another_file_beside_it, ONE, "submission changed"),
        (mark_in_the_gradebook, ONE, "the gradebook holds other marks"),
        (notebook_gone, ONE, "its notebook is not in autograded/"),
        (gradebook_gone, ALL, "the gradebook holds other marks"),
        (due_date, ALL, "due date or extension changed"),
        (part("checks"), ALL, "check changed"),
        (part("lesson"), ALL, "lesson changed"),
        (part("course"), ALL, "course changed"),
        (part("grader"), ALL, "grader changed"),
        (part("packages"), ALL, "packages changed"),
    ],
)
def test_what_changed_is_graded_again_for_a_reason_and_then_holds(graded, monkeypatch, change, who, reason):
    change(graded, monkeypatch)
    assert why(graded) == {student: [reason] for student in sorted(who)}
    rows = graded.grade()
    assert set(graded.ran) == who
    assert graded.scores() == {student: row.points for student, row in rows.items()}
    assert why(graded) == {}


def test_sandbox_and_limits_are_reasons_too(graded, monkeypatch):
    monkeypatch.setattr(sandbox, "chosen", lambda: "bubblewrap")
    tasks = grade.tasks(graded.course, [], Limits(cell=5.0))
    plan = make_plan(graded.course, tasks)
    said = ["sandbox process → bubblewrap", "limit of cell 30.0 → 5.0"]
    assert set(map(tuple, plan.why.values())) == {tuple(said)}


def test_a_fault_of_the_grader_is_no_mark_and_is_tried_again(desk):
    desk.hand_in("ada", "the machine fails")
    desk.hand_in("emmy", RIGHT)
    with pytest.raises(Trouble, match="ada 90_doubling: OSError: no space left"):
        desk.grade()
    assert desk.ran.count("ada") == 2, "what breaks is tried twice"
    assert desk.scores() == {"emmy": 3.0}
    assert why(desk) == {"ada": ["not graded yet"]}


def test_labels_of_the_small_lesson_are_what_these_tests_take_them_for(project):
    lesson = run_one.master(LESSON, project.root)
    assert [nbgrader_of(cell)["grade_id"] for cell in lesson.graded] == ["twice-check"]
