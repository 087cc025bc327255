"""Solutions open after a real attempt: what counts as one, what is remembered, what is refused and why."""

import json

import pytest
from click.testing import CliRunner

from autograder.commands import check as command_module
from autograder.errors import Trouble
from autograder.grading import attempts
from autograder.marks import Verdict, nbgrader_of
from autograder.project import Project
from autograder.running import run_one
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG, run_here, saved

HEAD = "def twice(x, offset=0.0):\n"
STUB = HEAD + '    # YOUR CODE HERE\n    raise NotImplementedError("not written yet")\n    return result'


@pytest.fixture
def here(monkeypatch, built_once, tmp_path):
    monkeypatch.setattr(run_one, "run_in_examiner", run_here)
    monkeypatch.setattr(Project, "here", classmethod(lambda cls: built_once))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return built_once


def start(*words):
    return CliRunner().invoke(command_module.command, [str(word) for word in words])


def asked(file):
    """Ask for the solution; return it, or the reason why it stays closed."""
    done = start("--show-solution", "twice", file)
    return done.output if done.exit_code == 0 else str(done.exception)


def test_a_wrong_answer_that_ran_opens_the_solution_of_the_lesson(here, tmp_path):
    file = saved(here, tmp_path / "a.ipynb", WRONG)
    assert "no attempt at it was checked yet" in asked(file)
    assert "Tried, so the solution may be read (--show-solution NAME): twice." in start(file).output
    text = asked(file)
    assert "result = distance + distance" in text
    assert "def twice(x, offset=0.0):" in text
    assert "SOLUTION" not in text


def test_a_stub_opens_nothing_and_says_so(here, tmp_path):
    file = saved(here, tmp_path / "a.ipynb")
    start(file)
    assert "opens after a real attempt: it is not written yet." in asked(file)


def test_an_opened_solution_stays_open(here, tmp_path):
    start(saved(here, tmp_path / "a.ipynb", RIGHT))
    start(saved(here, tmp_path / "a.ipynb"))
    assert "distance" in asked(tmp_path / "a.ipynb")


@pytest.mark.parametrize(
    ("source", "kind", "mistake", "why"),
    [
        (STUB, "unfinished", None, "not written yet"),
        (
            "def twice(x, offset=0.0):\n    result = 0\n    return result",
            "mistake",
            None,
            "nothing is computed",
        ),
        ("def twice(x, offset=0.0):\n    # 2 * x\n    return x", "mistake", None, "nothing is computed"),
        ("def twice(x, offset=0.0):\n    2 * x", "mistake", "returns None", "returns nothing"),
        ("def twice(x, offset=0.0):\n    return 2 * y", "error", None, "has not run to its end"),
        ("def twice(x, offset=0.0):\n    while x * x: pass", "timeout", None, "has not run to its end"),
        ("def twice(x, offset=0.0:", "error", None, "nothing is computed"),
        (WRONG, "mistake", "squared", ""),
        (RIGHT, "correct", None, ""),
        (RIGHT, "convention", "another", ""),
    ],
)
def test_a_real_attempt_computes_something_new_and_ran(source, kind, mistake, why):
    verdict = Verdict(verdict=kind, points=0, max_points=3, mistake=mistake)
    found = attempts.missing(STUB, source, verdict)
    assert why in found
    assert bool(found) == bool(why)


def test_another_name_is_refused_with_the_names_there_are(here, tmp_path):
    done = start("--show-solution", "thrice", saved(here, tmp_path / "a.ipynb"))
    assert isinstance(done.exception, Trouble)
    assert str(done.exception) == f"{LESSON} has no exercise 'thrice'. Its exercises are: twice."


@pytest.mark.parametrize("words", [b"{", b"[1]", b'{"90_doubling": 3}', b"\xff"])
def test_a_damaged_record_is_no_record(here, tmp_path, words):
    attempts.file().parent.mkdir(parents=True)
    attempts.file().write_bytes(words)
    file = saved(here, tmp_path / "a.ipynb", WRONG)
    assert "no attempt" in asked(file)
    start(file)
    assert "distance" in asked(file)


def test_a_record_that_cannot_be_written_stops_no_check(here, tmp_path, monkeypatch):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "blocked"))
    assert start(saved(here, tmp_path / "a.ipynb", RIGHT)).exit_code == 0


def test_json_says_which_solutions_are_closed_and_why(here, tmp_path):
    (row,) = json.loads(start("--json", saved(here, tmp_path / "a.ipynb", WRONG)).output)
    assert row["closed"] == ""
    (row,) = json.loads(start("--json", saved(here, tmp_path / "b.ipynb")).output)
    assert row["closed"] == "it is not written yet"


def test_only_exercises_with_a_cell_for_an_answer_are_remembered(here, tmp_path):
    file = saved(here, tmp_path / "a.ipynb", WRONG)
    start(file)
    assert attempts.known() == {LESSON: {"twice": ""}}
    ids = [nbgrader_of(cell).get("grade_id") for cell in json.loads(file.read_text())["cells"]]
    assert "twice" in ids
