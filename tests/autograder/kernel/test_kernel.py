"""One fresh kernel for each submission: what ends badly costs what depends on it, and the verdict says why."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.examine.verdicts import End, read_verdict, show
from autograder.kernel.client import private_folder
from autograder.kernel.pictures import wanted
from autograder.kernel.run import run_in_kernel
from autograder.marks import MIME, Limits

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


def code(source, grade_id=None, points=None, tags=()):
    cell = new_code_cell(source)
    if grade_id:
        grader = {"grade": points is not None, "grade_id": grade_id, "solution": points is None}
        cell.metadata.nbgrader = {
            **grader,
            "locked": points is not None,
            "schema_version": 3,
            "points": points or 0,
        }
    if tags:
        cell.metadata.tags = list(tags)
    return cell


def exercise(name, source):
    return [code(source, name), code(CHECK.format(name), f"{name}-check", 4)]


def run(*answers, before=(), **limits):
    cells = [*before, *(cell for name, source in answers for cell in exercise(name, source))]
    return run_in_kernel(new_notebook(cells=cells), Limits(**{"cell": 3, **limits}))


def told(ran):
    return {
        name[: -len("-check")]: (each.verdict.verdict, each.verdict.points)
        for name, each in ran.verdicts.items()
    }


@pytest.fixture(scope="module")
def many():
    """One kernel after the other for everything that can go wrong, in one notebook."""
    return run(
        ("right", "def right(x):\n    return x + 1"),
        ("wrong", "def wrong(x):\n    return x - 1"),
        ("other", "def other(x):\n    return x + 2"),
        ("stub", "def stub(x):\n    raise NotImplementedError('not written yet')"),
        ("bare", "raise NotImplementedError('not written yet')"),
        ("syntax", "def syntax(x):\n    return x + 1\n  y = 2"),
        ("renamed", "def my_renamed(x):\n    return x + 1"),
        ("broken", "x = 1\nimport nothing_of_this_name\ndef broken(x):\n    return x + 1"),
        ("noisy", "import sys, warnings\ndef noisy(x):\n    print('hm', file=sys.stderr)\n    warnings.warn('w')\n"
                  "    return x + 1\nprint('hm', file=sys.stderr)\nFalse"),
        ("hangs", "def hangs(x):\n    while True:\n        pass"),
        ("top", "while True:\n    pass\ndef top(x):\n    return x + 1"),
        ("dies", "import os\nos._exit(3)"),
        ("after", "def after(x):\n    return right(x)"),
        ("kills", "import os\ndef kills(x):\n    os._exit(1)"),
        ("last", "def last(x):\n    return right(x)"),
        before=[code("import numpy as np")],
    )  # fmt: skip


def test_each_ends_as_it_must_and_what_was_earned_stays(many):
    assert told(many) == {
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
        ("hangs", "hangs: ran too long\nThe check was stopped after 3 s."),
        ("top", "top is not defined.\nThe cell above was stopped after 3 s: a loop"),
        ("dies", "dies is not defined.\nThe cell above ended the Python process."),
        ("kills", "kills: not checked\nThe Python process ended"),
        ("wrong", "wrong: "),
    ],
)
def test_message_leads_to_the_cause(many, name, says):
    assert many.verdicts[f"{name}-check"].verdict.message.startswith(says)


def test_graded_cells_show_the_message_and_no_source(many):
    nbformat.validate(many.notebook)
    for cell in many.notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            assert "autograder" not in str(cell.outputs)
            assert "grader(" not in str(cell.outputs)


def test_kernel_sees_a_private_folder_and_nothing_of_ours(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "42")
    monkeypatch.chdir(tmp_path)
    source = (
        "import os\n"
        "print(os.getcwd(), os.listdir(), os.environ['HOME'], 'SECRET_OF_THE_GRADER' in os.environ)"
    )
    ran = run_in_kernel(new_notebook(cells=[code(source)]), Limits())
    here, listing, home, secret = ran.notebook.cells[0].outputs[0].text.split()
    assert here == home != str(tmp_path)
    assert (listing, secret) == ("[]", "False")


def test_private_folder_is_taken_away():
    with private_folder() as folder:
        assert (folder / "work").is_dir()
    assert not folder.exists()


def test_a_flood_of_output_is_cut():
    ran = run_in_kernel(
        new_notebook(cells=[code("for _ in range(3000): print('x' * 100)")]), Limits(output=5000)
    )
    text = "".join(output.text for output in ran.notebook.cells[0].outputs)
    assert len(text) < 60_000
    assert "more output was left out" in text


def test_the_whole_notebook_has_a_limit():
    ran = run(("slow", "import time\ndef slow(x):\n    return x + 1\ntime.sleep(2.5)"), cell=60, total=1)
    assert told(ran) == {"slow": ("error", 0.0)}
    assert "as a whole" in ran.verdicts["slow-check"].verdict.message


def test_pictures_are_left_out_unless_something_needs_them():
    cells = [
        code("import numpy as np\nfig = 1", tags=["picture"]),
        code("value = np.zeros(3)"),
        code("fig = 2\nprint(fig)", tags=["picture"]),
        code("fig = 3\nprint(fig)"),
    ]
    notebook = new_notebook(cells=cells)
    assert wanted(notebook, Limits()) == [0, 1, 3]
    assert wanted(notebook, Limits(pictures=True)) == [0, 1, 2, 3]
    assert wanted(new_notebook(cells=cells[2:]), Limits()) == [1]


class TestReadVerdict:
    """What a graded cell shows is no mark, unless it is the judge's."""

    def read(self, end, outputs=()):
        notebook = new_notebook(cells=exercise("f", "def f(x): return x"))
        notebook.cells[1].outputs = list(outputs)
        found = read_verdict(notebook, 1, {0: End(how="ok"), 1: end})
        show(notebook.cells[1], found)
        return found, notebook.cells[1].outputs

    @pytest.mark.parametrize(
        "output",
        [
            nbformat.v4.new_output("stream", name="stderr", text="RuntimeWarning: overflow"),
            nbformat.v4.new_output("execute_result", {"text/plain": "-17"}),
            nbformat.v4.new_output("execute_result", {"text/plain": "False"}),
            nbformat.v4.new_output("execute_result", {"text/plain": "1000000"}),
            nbformat.v4.new_output(
                "display_data", {MIME: {"verdict": "convention", "points": 4, "max_points": 4}}
            ),
        ],
    )
    def test_outputs_are_not_read(self, output):
        found, outputs = self.read(End(how="ok"), [output])
        assert (found.verdict, found.points) == ("correct", 4.0)
        assert outputs == []

    @pytest.mark.parametrize("points", [1e9, float("nan"), -3, "lots"])
    def test_points_are_held_to_the_cell(self, points):
        data = {
            MIME: {
                "verdict": "convention",
                "points": points,
                "max_points": 1e9,
                "mistake": "m",
                "message": "m",
            }
        }
        found, _ = self.read(End(how="ok"), [nbformat.v4.new_output("execute_result", data)])
        assert 0 <= found.points <= 4.0
        assert found.max_points == 4.0

    @pytest.mark.parametrize(
        "text", ["not JSON", "[]", '{"verdict": "correct", "points": 4, "max_points": 4}', "{}"]
    )
    def test_a_failure_that_is_no_verdict_is_an_error(self, text):
        found, _ = self.read(End(how="error", error="Failed", text=text))
        assert (found.verdict, found.points) == ("error", 0.0)

    def test_a_visible_assert_that_fails_is_a_mistake_with_its_message(self):
        found, outputs = self.read(End(how="error", error="AssertionError", text="it must not fall"))
        assert (found.verdict, found.points) == ("mistake", 0.0)
        assert outputs[0].traceback == ["f: not right yet", "it must not fall"]

    def test_a_name_that_is_not_the_answer_is_not_blamed_on_it(self):
        found, _ = self.read(End(how="error", error="NameError", text="name 'np' is not defined"))
        assert found.message == "np is not defined.\nAn earlier cell should have made it and did not."
