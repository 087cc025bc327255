"""A message names the cell in which the cause lies, and what happened there."""

import builtins
import importlib
import textwrap

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.examine.causes import REPLACED
from autograder.examine.launch import sandbox
from autograder.examine.run import run_in_examiner
from autograder.marks import Limits
from tests.autograder.examine.test_examiner import LEVEL, SETUP, SGD, graded, ours, solution, theirs

STUB = """def sgd(w, dw, config=None):
    config = {} if config is None else config
    # YOUR CODE HERE
    raise NotImplementedError("not written yet")
    return next_w, config
"""
CALLS = SGD.replace("return w", "helper(w, dw)\n    return w")
USES = SGD.replace("return w -", "return copy.copy(w) -")


@pytest.fixture(autouse=True)
def level(monkeypatch):
    monkeypatch.setenv(sandbox.VARIABLE, LEVEL)


def written(source, name="sgd"):
    cell = solution(name, source)
    cell.metadata["written"] = True
    return cell


def judged(*cells, limits=None):
    notebook = new_notebook(cells=[ours(SETUP, 1), *cells, graded("sgd")])
    return run_in_examiner(notebook, limits or Limits(cell=1.0)).verdicts["sgd-check"]


CAUSES = [
    ([written("%%timeit -n 1 -r 1\n" + SGD)], "`%%timeit`, which takes the whole cell"),
    ([written("%%bash\n" + SGD)], "`%%bash`, which takes the whole cell"),
    ([written(SGD + "del sgd")], "`del sgd` at its end takes it away again"),
    ([written(SGD), theirs("for k in [1]:\n    del sgd")], "`del sgd` in the cell that begins with `for k"),
    ([written(SGD), theirs("%reset -f")], "`%reset` in the cell"),
    ([written("%no_such_magic\n" + SGD)], "stopped with UsageError"),
    ([written("# mine\n%%time\n" + SGD)], "a magic with `%%` must be the first line of its cell"),
    ([written("%%html\n<b>\n" + SGD)], "`%%html`, which takes the whole cell"),
    ([written("n = int(input())\n" + SGD)], "EOFError: EOF when reading a line (nobody answers `input()`"),
    ([written("raise KeyboardInterrupt\n" + SGD)], "stopped in line 1 with KeyboardInterrupt"),
    ([written("class Rules:\n" + textwrap.indent(SGD, "    "))], "defines `sgd` inside `Rules`"),
    ([written("def main():\n" + textwrap.indent(SGD, "    ") + "main()")], "defines `sgd` inside `main`"),
    (
        [written(SGD + "sgd = sgd(1.0, 2.0)[0]")],
        "it is a float. Something else took its name.\nThe cell that begins",
    ),
    ([written(SGD), theirs("sgd = 0.1")], "The cell that begins with `sgd = 0.1` gives the name `sgd` to"),
    ([written("import numpy as sgd")], "`sgd` is not a function: it is a module."),
    ([theirs("dict = {}"), written(SGD.replace("{}", "dict()"))], "`dict = {}` gives the name `dict` to"),
    (
        [theirs("np = None"), written(SGD.replace("w -", "np.array(w) -"))],
        "`np = None` gives the name `np` to",
    ),
    (
        [theirs("from numpy import *"), written(SGD.replace("w -", "max(0, 5.5) + w -"))],
        "`from numpy import *` puts what is in numpy in place of Python's `max`.",
    ),
    (
        [theirs("%pylab inline"), written(SGD.replace("w -", "max(0, 5.5) + w -"))],
        "puts what is in numpy in place of Python's `max`. Write `import",
    ),
    ([theirs("%reset -f"), written(SGD.replace("w -", "np.array(w) -"))], "takes `np` away"),
    (
        [theirs("del np"), written(SGD.replace("w -", "np.array(w) -"))],
        "`del np` in the cell that begins with",
    ),
    ([theirs("import copy\nx = = 1"), written(USES)], "`import copy` has a syntax error in line 2"),
    ([theirs("import sys\nsys.exit()\nimport copy"), written(USES)], "`import sys` stopped with SystemExit"),
    ([theirs("import os\nos._exit(0)\nimport copy"), written(USES)], "`import os` ended the Python process"),
    ([theirs("f = lambda: f()\nf()\nimport copy"), written(USES)], "stopped in line 2 with RecursionError"),
    ([written("1 / 0\nsgd?\nfiles = !ls\n" + SGD)], "stopped in line 1 with ZeroDivisionError"),
    ([written("files = !ls\\\n-a\n?int\n" + SGD + "x = = 1")], "has a syntax error in line 7"),
    ([written(SGD + "sgd?\ndel sgd")], "`del sgd` at its end takes it away again"),
    ([written("1 / 0\n" + SGD)], "stopped in line 1 with ZeroDivisionError"),
    ([written("while True: pass\n" + SGD)], "was stopped after 1 s"),
    ([written(SGD + "\0")], "an invisible character (NUL) in line 4"),
    (
        [written(SGD.replace("    ", "\u00a0   "))],
        "U+00A0. It cannot be seen and came with pasted text",
    ),
    ([written(SGD.replace("- ", "\u2212 "))], "U+2212). It came with pasted text: type it again."),
    ([written(f"```python\n{SGD}\n```")], "in line 1: invalid syntax. The line of ``` belongs to the page"),
    ([written("if True:\n    x = 1\n  y = 2\n" + SGD)], "Use spaces only, four for each level"),
    ([written("print 'x'\n" + SGD)], "Did you mean print(...)?"),
    ([written("from rules import sgd")], "No module named 'rules' (when a notebook is graded, only what"),
    ([written("%run rules.py")], "(when a notebook is graded, no file beside it is there)"),
    ([written("%load rules.py")], "(when a notebook is graded, no file beside it is there)"),
    ([written("def sgd(w, dw:\n    pass")], "has a syntax error in line 1"),
    ([written(SGD.replace("sgd", "sdg"))], "defines `sdg`. Call it `sgd`."),
    ([theirs("import google.colab\nimport copy"), written(USES)], "`import google.colab` stopped in line 1"),
    (
        [theirs("import google.colab\nimport copy"), written("copy.copy\n" + SGD)],
        "`copy` is missing because the cell that begins with `import google.colab` stopped in line 1",
    ),
    ([theirs("while True: pass\nimport copy"), written(USES)], "was stopped after 1 s"),
    ([written(SGD.replace("return", "import sys; sys.exit(3); return"))], "It raised SystemExit: 3"),
    ([written(SGD.replace("return", "raise KeyboardInterrupt; return"))], "It raised KeyboardInterrupt"),
    (
        [theirs(SGD), solution("sgd", STUB)],
        "in the cell that begins with `def sgd(w, dw, config=None):`, but the cell below",
    ),
    ([written(STUB.replace("return next_w", "return w - 0.01 * dw"))], "still in the cell"),
    (
        [written(CALLS), solution("helper", STUB.replace("sgd", "helper"))],
        "It calls `helper`, which is not written",
    ),
]


@pytest.mark.parametrize(("cells", "said"), CAUSES, ids=[said for _, said in CAUSES])
def test_the_cause_in_another_cell_is_named(cells, said):
    found = judged(*cells)
    assert found.verdict in ("error", "timeout", "unfinished")
    assert found.points == 0.0
    assert said in found.message
    assert "line None" not in found.message
    assert "?." not in found.message


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (theirs(SGD), "which runs after the check. Put your code in place of the stub."),
        (
            new_markdown_cell(SGD, id="added-0"),
            "which is not run as code. Put your code in place of the stub.",
        ),
    ],
    ids=["code", "words"],
)
def test_an_answer_below_its_check_is_named(cell, said):
    notebook = new_notebook(cells=[ours(SETUP, 1), solution("sgd", STUB), graded("sgd"), cell])
    found = run_in_examiner(notebook, Limits(cell=1.0)).verdicts["sgd-check"]
    assert found.verdict == "unfinished"
    assert said in found.message


def test_what_the_answer_needs_and_a_cell_below_its_check_makes_is_named():
    cells = [ours(SETUP, 1), written(CALLS), graded("sgd"), theirs("def helper(w, dw): return w")]
    found = run_in_examiner(new_notebook(cells=cells), Limits(cell=1.0)).verdicts["sgd-check"]
    assert "`def helper(w, dw): return w` makes `helper`, but runs after the check." in found.message


def test_a_cell_of_ours_that_stopped_is_named():
    cells = [ours(SETUP, 1), theirs("np = 3"), written(SGD), ours("w = np.ones(2)\nnext_w, _ = sgd(w, w)", 2)]
    notebook = new_notebook(cells=[*cells, graded("sgd", "assert next_w.shape == (2,)")])
    found = run_in_examiner(notebook, Limits(cell=1.0)).verdicts["sgd-check"]
    assert "`next_w` is missing because the cell that begins with `w = np.ones(2)` stopped" in found.message


@pytest.mark.parametrize("name", REPLACED)
def test_the_names_that_a_module_replaces_are_known(name):
    module = importlib.import_module(name)
    every = getattr(module, "__all__", None) or [each for each in vars(module) if not each.startswith("_")]
    theirs = {each for each in every if hasattr(builtins, each)}
    assert {each for each in theirs if getattr(module, each) is not getattr(builtins, each)} == REPLACED[name]


def test_what_has_computed_nothing_yet_is_named():
    assert "it returned a coroutine, which" in judged(written("async " + SGD)).message
    assert "it returned a generator, which" in judged(written(SGD.replace("return", "yield"))).message


def test_a_stub_alone_is_not_written_and_nothing_more_is_said():
    assert judged(solution("sgd", STUB)).message.endswith("Not written yet.")


@pytest.mark.parametrize(
    "loop", ["import time\ntime.sleep(60)", pytest.param("while True: pass", marks=pytest.mark.long)]
)
def test_own_cells_stopped_for_time_cost_no_answer(loop):
    own = [theirs(f"{loop}  # {number}", number) for number in range(10)]
    notebook = new_notebook(cells=[ours(SETUP, 1), *own, written(SGD), graded("sgd")])
    ran = run_in_examiner(notebook, Limits(cell=0.3, total=60.0))
    assert ran.verdicts["sgd-check"].verdict == "correct"
    (note,) = ran.notes
    assert note.startswith("Cells of your own were stopped for time, which costs no points.")
    assert "and 7 more" in note


@pytest.mark.long
def test_own_cells_are_left_out_once_they_used_up_their_share_of_the_time():
    own = [theirs(f"while True: pass  # {number}", number) for number in range(6)]
    notebook = new_notebook(cells=[ours(SETUP, 1), *own, written(SGD), graded("sgd")])
    ran = run_in_examiner(notebook, Limits(cell=1.0, total=5.0))
    assert ran.verdicts["sgd-check"].verdict == "correct"
    assert "left out" in ran.notebook.cells[6].outputs[0].evalue


def test_what_catches_every_exception_is_stopped_all_the_same():
    own = "while True:\n    try:\n        while True: pass\n    except Exception: pass"
    assert judged(theirs(own), written(SGD)).verdict == "correct"


def test_numbers_of_extended_precision_are_doubles_on_the_wire():
    longer = SGD.replace("return w -", "return np.longdouble(1) * w -")
    assert judged(written("import numpy as np\n" + longer)).verdict == "correct"


@pytest.mark.parametrize(
    "made",
    [
        *(
            "np.asarray(w).astype(object)",
            "np.asarray(w).astype(np.longdouble)",
            "np.asarray(w).astype('>f8')",
        ),
        *("np.asarray(w) + 0j", "np.asarray(w).astype(np.clongdouble)", "np.asarray(w).tolist()"),
        *("np.ma.masked_array(w, mask=True)", "np.asarray(w).view(np.recarray)", "np.array(w)[()]"),
        "np.vectorize(lambda v: Decimal(float(v)), otypes=[object])(w)",
        "np.vectorize(lambda v: Fraction(float(v)), otypes=[object])(w)",
    ],
)
def test_numbers_of_another_type_are_numbers_on_the_wire(made):
    again = "def sgd(*given, plain=sgd):\n    w, config = plain(*given)\n"
    again += f"    return {made}, config"
    imports = "import numpy as np\nfrom decimal import Decimal\nfrom fractions import Fraction\n"
    assert judged(written(f"{imports}{SGD}\n{again}")).verdict == "correct"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("np.array([None, 'w'])", "and type object"),
        ("np.asarray(w).astype(str)", "and type <U32"),
        ("np.asarray(w).astype(int).astype('M8[s]')", "and type datetime64[s]"),
        ("set(np.ravel(w))", "as a set"),
    ],
)
def test_what_is_no_number_is_said_so(made, said):
    answer = SGD.replace("return w - ", f"return {made}, config\n    return w - ")
    assert said in judged(written("import numpy as np\n" + answer)).message
