"""`autograder check`: one notebook, no course folder, the verdicts of grading."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from autograder.commands import check as command_module
from autograder.errors import Trouble
from autograder.grading.check_one import check, told
from autograder.marks import Limits
from autograder.project import Project
from autograder.running import run_one
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG, run_here, saved


@pytest.fixture(autouse=True)
def here(monkeypatch, built_once, tmp_path_factory):
    monkeypatch.setattr(run_one, "run_in_examiner", run_here)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    monkeypatch.setattr(Project, "here", classmethod(lambda cls: built_once))


def start(*words):
    return CliRunner().invoke(command_module.command, [str(word) for word in words])


@pytest.mark.parametrize("name", [f"{LESSON}.ipynb", "my own name.ipynb"])
def test_lesson_is_recognised_by_name_or_by_its_grade_ids(built_once, tmp_path, name):
    found = check(saved(built_once, tmp_path / name, RIGHT), built_once, Limits())
    assert found.assignment == LESSON
    assert found.right


def test_lesson_is_recognised_by_what_is_defined_else_by_a_name_that_is_like_it(built_once, tmp_path):
    def bare(name, source):
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        file = tmp_path / name
        file.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        return check(file, built_once, Limits())

    assert bare("mine.ipynb", RIGHT).right
    assert bare(f"{LESSON} (1).ipynb", "x = 1").assignment == LESSON
    assert bare("Copy of 90-Doubling.ipynb", "x = 1").assignment == LESSON
    with pytest.raises(Trouble, match="no lesson"):
        bare("mine.ipynb", "x = 1")


def test_exit_code_says_whether_something_is_left_to_do(built_once, tmp_path):
    assert start(saved(built_once, tmp_path / "a.ipynb", RIGHT)).exit_code == 0
    assert start(saved(built_once, tmp_path / "b.ipynb", WRONG)).exit_code == 1
    assert start(saved(built_once, tmp_path / "c.ipynb")).exit_code == 1
    assert start(tmp_path / "there is no such file.ipynb").exit_code == 2


def test_report_names_the_mistake_and_shows_the_points(built_once, tmp_path):
    said = start(saved(built_once, tmp_path / "a.ipynb", WRONG)).output
    assert "✗ twice     0 of 3  mistake" in said
    assert "Squared" in said
    assert "Look at the operator." in said
    assert "0 of 3 points." in said
    assert "autograder" not in said


def test_unfinished_is_said_without_reproach(built_once, tmp_path):
    found = check(saved(built_once, tmp_path / "a.ipynb"), built_once, Limits())
    assert "○ twice     0 of 3  unfinished\n\n" in told(found)


def test_why_an_answer_counts_as_not_written_is_said(built_once, tmp_path):
    found = check(saved(built_once, tmp_path / "a.ipynb"), built_once, Limits())
    found.rows[0] = replace(found.rows[0], message="twice: Not written yet.\nA line is still in the cell.")
    assert "unfinished\n    A line is still in the cell.\n" in told(found)


def test_json_is_what_grade_promises(built_once, tmp_path):
    (row,) = json.loads(start(saved(built_once, tmp_path / "a.ipynb", WRONG), "--json").output)
    assert row["assignment"] == LESSON
    assert (row["grade_id"], row["points"], row["max_points"]) == ("twice-check", 0.0, 3.0)
    assert (row["verdict"], row["mistake"]) == ("mistake", "squared")
    assert row["message"].startswith("twice: Squared")


def test_what_was_mended_is_said(built_once, tmp_path):
    file = saved(built_once, tmp_path / "a.ipynb", RIGHT)
    notebook = json.loads(file.read_text())
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "twice-check"]
    file.write_text(json.dumps(notebook))
    assert "Note: Locked cells were missing and were put back: twice-check." in start(file).output


@pytest.mark.parametrize(
    ("words", "says"), [(b"{", "damaged"), (b'{"cells": []}', "no lesson. The lessons are: 90_doubling")]
)
def test_a_file_of_no_lesson_is_one_line_with_the_cure(built_once, tmp_path, words, says):
    file = tmp_path / "x.ipynb"
    file.write_bytes(words)
    with pytest.raises(Trouble, match=says):
        check(file, built_once, Limits())


def test_nothing_is_written(built_once, tmp_path):
    file = saved(built_once, tmp_path / "a.ipynb", RIGHT)
    before = file.read_bytes()
    start(file)
    assert [file] == list(tmp_path.iterdir())
    assert file.read_bytes() == before
