"""The examiner: what runs where, what comes back, and what a lost candidate costs."""

from __future__ import annotations

import json
import types

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.errors import Trouble
from autograder.examine.launch import sandbox
from autograder.examine.plan import plan
from autograder.examine.run import run_in_examiner
from autograder.marks import Limits

LEVEL = "bubblewrap" if sandbox.works("bubblewrap") == "" else "process"
SETUP = "import numpy as np\nfrom course.checks import check"
SCHEDULE = "def momentum_schedule(t, T):\n    return 0.5 + 0.49 * min(t / T, 1.0)"
SGD = """def sgd(w, dw, config=None):
    config = {} if config is None else config
    return w - config.setdefault("learning_rate", 1e-2) * dw, config
"""
POINTS = 4


@pytest.fixture(autouse=True)
def level(monkeypatch):
    monkeypatch.setenv(sandbox.VARIABLE, LEVEL)


def solution(name, source):
    return new_code_cell(source, id=name, metadata=about(name, solution=True))


def graded(name, source=None):
    grade = f'from autograder.exercises import momentum\nmomentum.grade("{name}", {name})'
    return new_code_cell(
        grade if source is None else source,
        id=f"{name}-check",
        metadata=about(f"{name}-check", points=POINTS),
    )


def about(grade_id, *, solution=False, points=None):
    kept = {"grade": points is not None, "grade_id": grade_id, "locked": not solution, "schema_version": 3}
    return {
        "nbgrader": kept
        | {"solution": solution, "task": False}
        | ({} if points is None else {"points": points})
    }


def ours(source, number, *tags):
    return new_code_cell(source, id=f"cell-{number:03d}", metadata={"tags": list(tags)} if tags else {})


def theirs(source, number=0):
    return new_code_cell(source, id=f"added-{number}")


def run(*cells, limits=None):
    return run_in_examiner(new_notebook(cells=[ours(SETUP, 1), *cells]), limits or Limits(cell=5.0))


def verdicts(ran):
    return {name: (each.verdict, each.points) for name, each in ran.verdicts.items()}


def shown(ran, cell_id):
    return next(cell.outputs for cell in ran.notebook.cells if cell.id == cell_id)


class TestPlan:
    def places(self, cells, kind):
        notebook = types.SimpleNamespace(cells=cells)
        return [step.at for step in plan(notebook) if getattr(step, kind)]

    def test_imports_a_graded_cell_needs_run_on_both_sides(self):
        cells = [ours(SETUP, 1), solution("sgd", SGD), graded("sgd", "assert sgd(np.ones(1), 1.0)")]
        assert self.places(cells, "in_candidate") == [0, 1]
        assert self.places(cells, "in_examiner") == [0, 2]

    def test_a_locked_cell_that_uses_the_students_names_stays_with_the_student(self):
        cells = [solution("sgd", SGD), ours("rule = sgd", 2), graded("sgd", "assert rule")]
        assert self.places(cells, "in_examiner") == [2]

    def test_a_cell_the_student_added_never_runs_on_our_side(self):
        cells = [theirs("import os as np"), graded("sgd", "assert np")]
        assert self.places(cells, "in_examiner") == [1]
        no_id = new_code_cell("import os as np")
        no_id["id"] = ""
        assert self.places([no_id, graded("sgd", "assert np")], "in_examiner") == [1]

    @pytest.mark.parametrize("tag", ["picture", "measured"])
    def test_what_only_shows_something_is_left_out_unless_needed(self, tag):
        cells = [ours("fig = 1", 1, tag), ours("import math", 2), graded("sgd", "assert math")]
        assert self.places(cells, "in_candidate") == [1]
        cells = [ours("import math", 1, tag), theirs("math.pi")]
        assert self.places(cells, "in_candidate") == [0, 1]

    def test_the_student_cannot_hide_a_cell_by_a_tag(self):
        cell = theirs("x = 1")
        cell.metadata["tags"] = ["picture"]
        assert self.places([cell], "in_candidate") == [0]


class TestVerdicts:
    def test_right_wrong_and_unwritten(self):
        wrong = SGD.replace("w -", "w +")
        stub = 'def sgd(w, dw, config=None):\n    raise NotImplementedError("not written yet")'
        for source, expected in (
            (SGD, ("correct", 4.0)),
            (wrong, ("mistake", 0.0)),
            (stub, ("unfinished", 0.0)),
        ):
            assert verdicts(run(solution("sgd", source), graded("sgd")))["sgd-check"] == expected

    def test_a_mistake_is_named(self):
        ran = run(solution("sgd", SGD.replace("w -", "w +")), graded("sgd"))
        assert ran.verdicts["sgd-check"].mistake == "gradient added"
        (output,) = shown(ran, "sgd-check")
        assert output.output_type == "error"
        assert "autograder" not in str(output)

    def test_a_plain_assert_after_the_hidden_test_counts(self):
        ran = run(solution("sgd", SGD), graded("sgd", "assert sgd(1.0, 1.0)[0] == 5, 'five is expected'"))
        verdict = ran.verdicts["sgd-check"]
        assert (verdict.verdict, verdict.points) == ("mistake", 0.0)
        assert "five is expected" in verdict.message

    def test_ours_is_never_replaced_by_a_name_of_the_students(self):
        ran = run(
            theirs("np = None\ncheck = None"),
            solution("sgd", "import numpy\n" + SGD),
            graded("sgd", "assert np.pi > 3"),
        )
        assert verdicts(ran)["sgd-check"] == ("correct", 4.0)

    def test_a_missing_name_says_what_the_cell_defines(self):
        ran = run(solution("sgd", SGD.replace("sgd", "sdg")), graded("sgd"))
        assert "Call it `sgd`" in ran.verdicts["sgd-check"].message

    def test_stderr_and_last_values_of_the_student_mean_nothing(self):
        noisy = SGD + "\nimport sys, warnings\nwarnings.warn('odd')\nsys.stderr.write('noise')\n100"
        assert verdicts(run(solution("sgd", noisy), graded("sgd")))["sgd-check"] == ("correct", 4.0)


class TestOutputs:
    def test_they_are_those_of_a_kernel(self):
        source = "import sys\nprint('out')\nprint('err', file=sys.stderr)\ndisplay(1)\n2"
        ran = run(theirs(source), theirs("1 / 0", 1))
        kinds = [(each.output_type, each.get("name")) for each in shown(ran, "added-0")]
        assert kinds == [
            ("stream", "stdout"),
            ("stream", "stderr"),
            ("display_data", None),
            ("execute_result", None),
        ]
        (error,) = shown(ran, "added-1")
        assert (error.ename, error.evalue) == ("ZeroDivisionError", "division by zero")
        assert any(
            "1 / 0" in line.replace("\x1b[39m", "") or "ZeroDivision" in line for line in error.traceback
        )

    def test_figures_are_shown_and_widgets_by_name(self):
        ran = run(
            theirs("import matplotlib.pyplot as plt\nplt.plot([1, 2])"),
            theirs("import ipywidgets\nipywidgets.IntSlider()", 1),
        )
        assert any("image/png" in each.get("data", {}) for each in shown(ran, "added-0"))
        (widget,) = shown(ran, "added-1")
        assert list(widget.data) == ["text/plain"]
        assert "IntSlider" in widget.data["text/plain"]

    def test_a_visible_check_says_what_it_would_draw(self):
        wrong = SGD.replace("w - config", "w + config") + "from course.checks import check\ncheck('sgd', sgd)"
        (output,) = shown(run(theirs(wrong), limits=Limits(cell=10.0)), "added-0")
        assert "Your path leaves the right one" in output.data["text/plain"]

    @pytest.mark.parametrize(
        ("source", "text"),
        [
            (">>> 1 + 1", "2"),
            ("    1 + 1", "2"),
            ("7 % 4", "3"),
            ("!echo 2\n1 + 1", "2"),
            ("1 != 2", "True"),
            ("x = 'a?'\nx", "'a?'"),
            ("def f(t):\n    return t\n/f 3", "3"),
        ],
        ids=["prompt", "indented", "modulo", "shell", "unequal", "question", "slash"],
    )
    def test_a_cell_is_read_as_a_kernel_reads_it(self, source, text):
        assert shown(run(theirs(source)), "added-0")[-1].data["text/plain"] == text

    def test_a_transformer_of_the_students_own_changes_later_cells(self):
        own = "get_ipython().input_transformers_cleanup.append(lambda lines: ['42'])"
        assert shown(run(theirs(own), theirs("1", 1)), "added-1")[0].data["text/plain"] == "42"

    def test_numbers_of_cells_count_from_one(self):
        ran = run(theirs("In"), theirs("Out", 1))
        assert [cell.execution_count for cell in ran.notebook.cells] == [1, 2, 3]

    def test_too_much_text_is_cut(self):
        ran = run(theirs("print('x' * 10**6)"), limits=Limits(cell=5.0, output=1000))
        assert len(shown(ran, "added-0")[0].text) < 1200

    def test_a_verdict_shown_by_the_student_is_taken_out(self):
        source = (
            "from IPython.display import display\n"
            "display({'application/vnd.descent.verdict+json': {'points': 4}, 'text/plain': 'x'}, raw=True)"
        )
        assert dict(shown(run(theirs(source)), "added-0")[0].data) == {"text/plain": "x"}


class TestLost:
    def test_what_was_earned_before_stays_and_what_comes_after_is_earned(self):
        ran = run(
            solution("momentum_schedule", SCHEDULE),
            graded("momentum_schedule"),
            theirs("import os\nos._exit(0)"),
            solution("sgd", SGD),
            graded("sgd"),
        )
        assert verdicts(ran) == {"momentum_schedule-check": ("correct", 4.0), "sgd-check": ("correct", 4.0)}
        assert "ended the Python process" in str(shown(ran, "added-0"))

    def test_a_check_that_hangs_costs_only_itself(self):
        hangs = "def momentum_schedule(t, T):\n    while True:\n        pass"
        ran = run(
            solution("momentum_schedule", hangs),
            graded("momentum_schedule"),
            solution("sgd", SGD),
            graded("sgd"),
            limits=Limits(cell=1.0),
        )
        assert verdicts(ran) == {"momentum_schedule-check": ("timeout", 0.0), "sgd-check": ("correct", 4.0)}

    def test_outputs_of_cells_that_run_again_are_those_of_the_first_time(self):
        ran = run(
            theirs("import time\nprint(time.time_ns())"),
            theirs("import os\nos._exit(0)", 1),
            theirs("print(1)", 2),
        )
        assert len(shown(ran, "added-0")) == 1
        assert shown(ran, "added-2")[0].text == "1\n"

    def test_the_whole_notebook_has_a_limit(self):
        ran = run(
            theirs("import time\ntime.sleep(10)"),  # a limit grows up to four times on a busy machine
            solution("sgd", SGD),
            graded("sgd"),
            limits=Limits(cell=5.0, total=1.0),
        )
        assert verdicts(ran)["sgd-check"][1] == 0.0

    def test_own_cells_that_end_python_cost_no_answer_however_many(self):
        cells = [each for k in range(12) for each in (theirs("import os\nos._exit(0)", k),)]
        ran = run(*cells, solution("sgd", SGD), graded("sgd"))
        assert verdicts(ran)["sgd-check"] == ("correct", 4.0)


DRAWN = """drawn = []
class Curve:
    def _repr_png_(self):
        drawn.append(1)
"""


def test_what_an_answer_shows_is_drawn_in_cells_and_not_while_it_is_checked():
    rule = SGD.replace("return w -", "display(Curve())\n    return w -")
    after = theirs("display(Curve())\nprint(len(drawn))", 1)
    ran = run(theirs(DRAWN), solution("sgd", rule), graded("sgd"), after)
    assert verdicts(ran) == {"sgd-check": ("correct", POINTS)}
    assert shown(ran, after.id)[-1].text == "1\n"


def test_the_level_is_recorded_in_the_notebook():
    assert json.loads(json.dumps(run(theirs("1")).notebook.metadata))["sandbox"] == LEVEL


BROKEN = """
from autograder.judging import Check, Exercise, grader

def probe(candidate):
    return {}["no such question"]

grader([Exercise("sgd", points=4, reference=None, checks=[Check(name="any", probe=probe, says="")])])("sgd", sgd)
"""


def test_a_check_that_fails_by_itself_is_no_mark():
    with pytest.raises(Trouble, match=r"cell 2 is at fault: The check of sgd failed by itself \(KeyError"):
        run(solution("sgd", SGD), graded("sgd", BROKEN))
