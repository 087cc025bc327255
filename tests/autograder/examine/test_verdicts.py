"""What ends badly costs what depends on it and nothing else, and the verdict leads to the cause."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.examine.causes import explained
from autograder.examine.launch import sandbox
from autograder.examine.run import run_in_examiner
from autograder.examine.verdicts import End, read_verdict, received, show
from autograder.marks import Limits

CHECK = """### BEGIN HIDDEN TESTS
from autograder.judging import Check, Exercise, grader
from course.probes.base import Calls
exercise = Exercise("{0}", points=4, reference=lambda x: x + 1, checks=[
    Check(name="one", probe=Calls(arguments=[(1.0,), (2.0,)]), says="It adds one.")])
@exercise.convention(share=0.5)
def adds_two(x):
    "Some add two."
    return x + 2
grader([exercise])("{0}", {0})
### END HIDDEN TESTS
assert {0}(0.0) > -5, "it must not fall"
"""


def exercise(name, source):
    about = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": True}
    answer = new_code_cell(source, id=name, metadata={"nbgrader": about})
    about = {**about, "grade": True, "grade_id": f"{name}-check", "locked": True, "solution": False}
    check = new_code_cell(
        CHECK.format(name), id=f"{name}-check", metadata={"nbgrader": {**about, "points": 4}}
    )
    return [answer, check]


@pytest.fixture(scope="module")
def ran():
    """One notebook in which everything goes wrong that can."""
    answers = {
        "right": "def right(x):\n    return x + 1",
        "wrong": "def wrong(x):\n    return x - 1",
        "other": "def other(x):\n    return x + 2",
        "stub": "def stub(x):\n    raise NotImplementedError('not written yet')",
        "bare": "raise NotImplementedError('not written yet')",
        "syntax": "def syntax(x):\n    return x + 1\n  y = 2",
        "renamed": "def my_renamed(x):\n    return x + 1",
        "broken": "x = 1\nimport nothing_of_this_name\ndef broken(x):\n    return x + 1",
        "noisy": "import sys, warnings\ndef noisy(x):\n    print('hm', file=sys.stderr)\n    warnings.warn('w')\n"
        "    return x + 1\nprint('hm', file=sys.stderr)\nFalse",
        "hangs": "def hangs(x):\n    while True:\n        pass",
        "top": "while True:\n    pass\ndef top(x):\n    return x + 1",
        "dies": "import os\nos._exit(3)",
        "after": "def after(x):\n    return right(x)",
        "kills": "import os\ndef kills(x):\n    os._exit(1)",
        "last": "def last(x):\n    return right(x)",
    }
    cells = [cell for name, source in answers.items() for cell in exercise(name, source)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(sandbox.VARIABLE, "bubblewrap" if sandbox.works("bubblewrap") == "" else "process")
        return run_in_examiner(new_notebook(cells=cells), Limits(cell=1.0))


def test_each_ends_as_it_must_and_what_was_earned_stays(ran):
    found = {name.removesuffix("-check"): each for name, each in ran.verdicts.items()}
    assert {name: (each.verdict, each.points) for name, each in found.items()} == {
        "right": ("correct", 4.0),
        "wrong": ("mistake", 0.0),
        "other": ("convention", 2.0),
        "stub": ("unfinished", 0.0),
        "bare": ("unfinished", 0.0),
        "syntax": ("error", 0.0),
        "renamed": ("error", 0.0),
        "broken": ("error", 0.0),
        "noisy": ("correct", 4.0),
        "hangs": ("timeout", 0.0),
        "top": ("timeout", 0.0),
        "dies": ("error", 0.0),
        "after": ("correct", 4.0),
        "kills": ("error", 0.0),
        "last": ("correct", 4.0),
    }


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("syntax", "syntax is not defined.\nThe cell above has a syntax error in line 3: "),
        ("renamed", "renamed is not defined.\nThe cell above defines `my_renamed`. Call it `renamed`."),
        ("broken", "broken is not defined.\nThe cell above stopped in line 2 with ModuleNotFoundError"),
        ("hangs", "hangs: ran too long\nThe check was stopped after 1 s."),
        ("top", "top is not defined.\nThe cell above was stopped after 1 s: a loop"),
        ("dies", "dies is not defined.\nThe cell above ended the Python process."),
        ("kills", "kills: not checked\nThe Python process ended"),
        ("wrong", "wrong: "),
    ],
)
def test_message_leads_to_the_cause(ran, name, says):
    assert ran.verdicts[f"{name}-check"].message.startswith(says)


def test_graded_cells_show_the_message_and_no_source(ran):
    nbformat.validate(ran.notebook)
    for cell in ran.notebook.cells:
        if cell.metadata.nbgrader.grade:
            assert "autograder" not in str(cell.outputs)
            assert "grader(" not in str(cell.outputs)


def read(end):
    notebook = new_notebook(cells=exercise("f", "def f(x): return x"))
    ends = {0: End(how="ok"), 1: end}
    found = explained(notebook, 1, ends, read_verdict(notebook, 1, ends))
    show(notebook.cells[1], found)
    return found, notebook.cells[1].outputs


@pytest.mark.parametrize("points", [1e9, float("nan"), -3, "lots"])
def test_points_are_held_to_the_cell(points):
    record = {"verdict": "convention", "points": points, "max_points": 1e9, "mistake": "m", "message": "m"}
    found = received(exercise("f", "")[1], record)
    assert found is None or (0 <= found.points <= 4.0 and found.max_points == 4.0)
    assert (found is None) == (points == "lots")


@pytest.mark.parametrize("record", [[], {}, {"verdict": "correct", "points": 4, "max_points": 4}, "text"])
def test_what_is_no_verdict_is_none(record):
    assert received(exercise("f", "")[1], record) is None


def test_a_visible_assert_that_fails_is_a_mistake_with_its_message():
    found, outputs = read(End(how="error", error="AssertionError", text="it must not fall"))
    assert (found.verdict, found.points) == ("mistake", 0.0)
    assert outputs[0].traceback == ["f: not right yet", "it must not fall"]


def test_a_name_that_is_not_the_answer_is_not_blamed_on_it():
    found, _ = read(End(how="error", error="NameError", text="name 'np' is not defined"))
    assert found.message == "np is not defined.\nAn earlier cell should have made it and did not."
