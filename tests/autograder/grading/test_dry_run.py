"""`autograder grade --dry-run`: whose marks would change, by how much and why, and nothing is written."""

import json

from click.testing import CliRunner

from autograder.cli import main
from autograder.grading import records, session
from autograder.marks import Limits
from autograder.running import versions
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG


def look(desk, capsys, **how):
    """The outlook and what was printed, blanks evened out; nothing in the course folder may have changed."""
    before = everything(desk.course.folder)
    capsys.readouterr()
    how = {"limits": Limits(), **how}
    found = session.preview(desk.course, [], **how)
    assert everything(desk.course.folder) == before
    return found, " ".join(capsys.readouterr().out.split())


def everything(folder):
    """Every file with its bytes and times."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


def test_nothing_is_said_and_nothing_is_run(graded, capsys):
    found, said = look(graded, capsys)
    assert found.nothing
    assert graded.ran == []
    assert said == "No mark would change. 3 submissions unchanged, not run. Nothing was written."


def test_a_changed_submission_shows_both_marks_and_why(graded, capsys):
    graded.hand_in("emmy", RIGHT)
    graded.hand_in("ada", WRONG)
    found, said = look(graded, capsys)
    assert graded.ran == ["ada", "emmy"]
    got = [
        (each.row.student, each.before, each.row.points, each.difference, each.why) for each in found.changes
    ]
    assert got == [
        ("ada", 3.0, 0.0, -3.0, ["submission changed"]),
        ("emmy", 0.0, 3.0, 3.0, ["submission changed"]),
    ]
    assert "2 marks of 2 students would change: +3 and -3 points." in said
    assert "mistake → correct" in said
    assert "submission changed" in said
    assert graded.scores() == {"ada": 3.0, "emmy": 0.0, "kurt": 0.0}


def test_a_changed_check_shows_whom_it_hits_and_the_mark_of_a_person_stays(graded, capsys, monkeypatch):
    from nbgrader.api import Gradebook

    with Gradebook(graded.course.gradebook) as book:
        book.find_grade("twice-check", LESSON, LESSON, "kurt").manual_score = 1.5
        book.db.commit()
    kept, judge = versions.parts, graded.judge
    monkeypatch.setattr(versions, "parts", lambda master: {**kept(master), "checks": "new"})

    def milder(notebook, limits):
        """Squares pass, and so does the stub."""
        for cell in notebook.cells:
            cell.source += "\n2 *"
        return judge(notebook, limits)

    graded.judge = milder
    found, said = look(graded, capsys)
    assert graded.ran == ["ada", "emmy", "kurt"]
    assert [(each.row.student, each.difference) for each in found.changes] == [("emmy", 3.0), ("kurt", 3.0)]
    assert {reason for each in found.changes for reason in each.why} == {"check changed"}
    assert "a person gave 1.5, which stays" in said
    graded.grade()
    assert graded.scores() == {"ada": 3.0, "emmy": 3.0, "kurt": 3.0}, "the run does what was foreseen"
    assert look(graded, capsys)[0].nothing


def test_another_message_for_the_same_points_is_counted(graded, capsys):
    judge = graded.judge

    def clearer(notebook, limits):
        ran = judge(notebook, limits)
        return ran if "** 2" not in str(notebook) else reworded(ran)

    graded.judge = clearer
    found, said = look(graded, capsys, force=True)
    assert found.nothing
    assert "1 mark would keep the points and get another message." in said


def reworded(ran):
    from dataclasses import replace

    ((name, verdict),) = ran.verdicts.items()
    return replace(ran, verdicts={name: replace(verdict, message="Look for a square.")})


def test_before_anything_was_graded_all_is_first_and_no_gradebook_is_made(desk, capsys):
    desk.hand_in("ada", RIGHT)
    found, said = look(desk, capsys)
    assert not found.nothing
    assert said == f"1 submission would be graded first: ada {LESSON}. Nothing was written."
    assert sorted(each.name for each in desk.course.folder.iterdir()) == ["nbgrader_config.py", "submitted"]


def test_rows_as_they_would_be_go_where_they_are_asked_for(graded, capsys, tmp_path):
    graded.hand_in("emmy", RIGHT)
    look(graded, capsys, json_file=tmp_path / "rows.json")
    found = {row["student"]: row["points"] for row in json.loads((tmp_path / "rows.json").read_text())}
    assert found == {"ada": 3.0, "emmy": 3.0, "kurt": 0.0}
    assert records.find(graded.course, "emmy", LESSON).verdicts["twice-check"].points == 0.0


def test_the_command_exits_with_1_if_any_mark_would_change(graded, monkeypatch):
    words = [
        "grade",
        "--course",
        str(graded.course.folder),
        "--sandbox",
        "process",
        "--dry-run",
        "--jobs",
        "0",
    ]
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, "No mark would change." in result.output) == (0, True), result.output
    graded.hand_in("emmy", RIGHT)
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1
    assert "1 mark of 1 student would change: +3 and +0 points." in result.output
