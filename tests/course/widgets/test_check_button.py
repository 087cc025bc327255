"""The button that checks one's work, with a program that answers as the console command does."""

import json
import sys
import time
from importlib import metadata

import pytest

from course.widgets import check_button
from course.widgets.check_button import CheckMyWork, check_my_work, console_command, this_notebook

ROWS = [
    {
        "grade_id": "sgd-check",
        "points": 0.0,
        "max_points": 4.0,
        "verdict": "mistake",
        "message": "sgd: Gradient added\nIt <climbs>.\nRead: Exercise 1. Gradient descent",
        "closed": "",
    },
    {
        "grade_id": "sgd_momentum-check",
        "points": 10.0,
        "max_points": 10.0,
        "verdict": "correct",
        "message": "",
        "closed": "",
    },
    {
        "grade_id": "unheard-check",
        "points": 0.0,
        "max_points": 2.0,
        "verdict": "unfinished",
        "message": "unheard: Not written yet.",
        "closed": "it is not written yet",
    },
]


@pytest.fixture
def program(tmp_path):
    """Return a function that makes a program of the given Python lines."""

    def make(*lines):
        file = tmp_path / "program"
        file.write_text("\n".join([f"#!{sys.executable}", "import json, sys, time", *lines]))
        file.chmod(0o755)
        return str(file)

    return make


@pytest.fixture
def notebook(tmp_path):
    file = tmp_path / "04_momentum.ipynb"
    file.write_text("{}")
    return file


def pressed(widget, button):
    button.click()
    widget.working.join(20)
    assert not widget.working.is_alive()
    return widget


def test_verdicts_are_shown_with_their_messages_and_where_to_read(program, notebook):
    told = program(f"print({json.dumps(json.dumps(ROWS))})", "sys.exit(1)")
    box = CheckMyWork(notebook, told)
    pressed(box, box.button)
    assert "10 of 16 points" in box.status.value
    page = box.found.value
    assert "0 of 4 points. Gradient added" in page
    assert "It &lt;climbs&gt;." in page
    assert "Exercise 1. Gradient descent" in page
    assert "○ to do" in page
    assert not box.button.disabled


def test_solutions_are_offered_after_an_attempt_and_shown_as_text(program, notebook):
    told = program(
        f"print({json.dumps(json.dumps(ROWS))} if '--json' in sys.argv else 'next_w = w < 1 # ' + sys.argv[-2])"
    )
    box = CheckMyWork(notebook, told)
    assert box.opened.layout.display == "none"
    pressed(box, box.button)
    assert box.choice.options == ("sgd", "sgd_momentum")
    pressed(box, box.reveal)
    assert "next_w = w &lt; 1 # sgd</" in box.text.value.replace("\n", "")


def test_a_refusal_is_shown_in_the_place_of_the_solution(program, notebook):
    refused = program("print('Error: it opens after a real attempt', file=sys.stderr)", "sys.exit(1)")
    box = CheckMyWork(notebook, refused)
    box.choice.options = ["sgd"]
    pressed(box, box.reveal)
    assert ">it opens after a real attempt<" in box.text.value


def test_the_kernel_is_free_while_the_program_runs_and_one_press_is_one_run(program, notebook, tmp_path):
    slow = program(f"open({str(tmp_path / 'runs')!r}, 'a').write('x')", "time.sleep(1)", "print('[]')")
    box = CheckMyWork(notebook, slow)
    began = time.monotonic()
    box.button.click()
    box.button.click()
    assert time.monotonic() - began < 0.8
    assert box.button.disabled
    assert "Checking" in box.status.value
    box.working.join(20)
    assert (tmp_path / "runs").read_text() == "x"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["sys.exit('Error: <b> is the notebook of no lesson.')"], "&lt;b&gt; is the notebook of no lesson."),
        (["print('not json')"], "the program said nothing."),
        (["print('[{}]')"], "could not be run"),
    ],
)
def test_what_went_wrong_is_one_line_and_the_button_works_again(program, notebook, lines, says):
    box = CheckMyWork(notebook, program(*lines))
    pressed(box, box.button)
    assert says in box.status.value
    assert not box.button.disabled


def test_without_the_graded_checks_it_says_how_to_get_them(notebook, monkeypatch):
    monkeypatch.setattr(check_button, "console_command", lambda: None)
    box = check_my_work(notebook)
    assert box.button.disabled
    assert "pip install" in box.status.value


def test_without_a_notebook_it_asks_for_one(program, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    box = CheckMyWork(this_notebook(), program())
    assert box.button.disabled
    assert "Which notebook?" in box.status.value


def test_the_notebook_is_the_one_of_the_session_else_the_only_lesson_here(notebook, monkeypatch, tmp_path):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)
    assert this_notebook() == notebook
    (tmp_path / "05_other.ipynb").write_text("{}")
    assert this_notebook() is None
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "05_other.ipynb"))
    assert this_notebook() == tmp_path / "05_other.ipynb"


def test_the_program_is_the_one_this_installation_registers(monkeypatch):
    entries = metadata.EntryPoints([metadata.EntryPoint("python3", "a:b", "console_scripts")])
    monkeypatch.setattr(metadata, "distribution", lambda name: type("Fake", (), {"entry_points": entries}))
    assert console_command().endswith("python3")
    empty = type("Fake", (), {"entry_points": metadata.EntryPoints([])})
    monkeypatch.setattr(metadata, "distribution", lambda name: empty)
    assert console_command() is None
