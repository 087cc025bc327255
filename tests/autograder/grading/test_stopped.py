"""A run that was stopped, at whatever stage, loses nothing and is gone on with."""

import errno
import fcntl

import pytest

from autograder.errors import Trouble
from autograder.grading import grade, gradebook_write, records
from autograder.running import run_many, run_one
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG


@pytest.mark.parametrize("stage", ["before", "marks", "folder", "record"])
def test_a_run_that_ends_at_any_stage_is_gone_on_with(graded, monkeypatch, stage):
    """At each stage the marks of emmy and kurt change; the run ends with the second submission."""
    for student in ("emmy", "kurt"):
        graded.hand_in(student, RIGHT)
    places = {
        "before": (records, "forget"),
        "marks": (gradebook_write, "enter_marks"),
        "folder": (records, "replace_folder"),
        "record": (records, "write"),
    }
    module, name = places[stage]
    whole, calls = getattr(module, name), []

    def breaks(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, breaks)
        with pytest.raises((KeyboardInterrupt, SystemExit)):
            graded.grade()
    assert graded.ran == ["emmy", "kurt"]
    graded.ran.clear()
    graded.grade()
    assert graded.ran == ["kurt"], "what was recorded is not run again"
    assert graded.scores() == {"ada": 3.0, "emmy": 3.0, "kurt": 3.0}


def test_an_answer_taken_back_after_a_run_was_killed_is_graded_again(graded, monkeypatch):
    """Marks are the same, the notebook in autograded/ is not; only the record can tell."""

    def killed(*_):
        raise KeyboardInterrupt

    graded.hand_in("emmy", f"{WRONG}  # another try")
    with monkeypatch.context() as patch:
        patch.setattr(records, "write", killed)
        with pytest.raises((KeyboardInterrupt, SystemExit)):
            graded.grade()
    graded.hand_in("emmy", WRONG)
    graded.grade()
    assert graded.ran == ["emmy", "emmy"]
    made = (graded.course.autograded / "emmy" / LESSON / f"{LESSON}.ipynb").read_text()
    assert "another try" not in made


def test_ctrl_c_says_what_is_kept(desk, monkeypatch, capsys):
    for student in ("ada", "emmy", "kurt"):
        desk.hand_in(student, RIGHT)
    whole = run_one.work

    def stopped(task):
        if task.student == "kurt":
            raise KeyboardInterrupt
        return whole(task)

    monkeypatch.setattr(run_many, "work", stopped)
    with pytest.raises(SystemExit) as ended:
        desk.grade()
    assert ended.value.code == 130
    assert "Stopped: 2 of 3 graded and kept" in " ".join(capsys.readouterr().err.split())
    assert [record.student for record in records.read(desk.course)] == ["ada", "emmy"]
    assert desk.scores() == {"ada": 3.0, "emmy": 3.0}


def test_two_runs_at_a_time_are_refused(graded):
    with grade.locked(graded.course), pytest.raises(Trouble, match="being graded by another run"):
        graded.grade()
    graded.grade()


def test_a_network_disk_without_locks_is_graded_on_and_said(desk, monkeypatch, capsys):
    def none(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    desk.hand_in("ada", RIGHT)
    desk.grade()
    assert desk.scores() == {"ada": 3.0}
    assert "This disk has no locks (No locks available): see to it" in capsys.readouterr().err
