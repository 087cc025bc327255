"""A message names the cell in which the cause lies, and what happened there."""

import pytest
from nbformat.v4 import new_notebook

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
    ([written(SGD + "del sgd")], "deleted again by `del sgd` at its end"),
    ([written(SGD), theirs("for k in [1]:\n    del sgd")], "`del sgd` in the cell that begins with `for k"),
    ([written(SGD), theirs("%reset -f")], "`%reset` in the cell"),
    ([written("%no_such_magic\n" + SGD)], "stopped with UsageError"),
    ([written("1 / 0\n" + SGD)], "stopped in line 1 with ZeroDivisionError"),
    ([written("while True: pass\n" + SGD)], "was stopped after 1 s"),
    ([written(SGD + "\0")], "an invisible character (NUL) in line 4"),
    ([written("def sgd(w, dw:\n    pass")], "has a syntax error in line 1"),
    ([written(SGD.replace("sgd", "sdg"))], "defines `sdg`. Call it `sgd`."),
    ([theirs("import google.colab\nimport copy"), written(USES)], "`import google.colab` stopped in line 1"),
    (
        [theirs("import google.colab\nimport copy"), written("copy.copy\n" + SGD)],
        "`copy` is missing because the cell that begins with `import google.colab` stopped in line 1",
    ),
    ([theirs("while True: pass\nimport copy"), written(USES)], "was stopped after 1 s"),
    ([theirs(SGD), solution("sgd", STUB)], "your own cell that begins with `def sgd(w, dw, config=None):`"),
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


def test_a_stub_alone_is_not_written_and_nothing_more_is_said():
    assert judged(solution("sgd", STUB)).message.endswith("Not written yet.")


@pytest.mark.parametrize("loop", ["while True: pass", "import time\ntime.sleep(60)"])
def test_own_cells_stopped_for_time_cost_no_answer(loop):
    own = [theirs(f"{loop}  # {number}", number) for number in range(10)]
    assert judged(*own, written(SGD), limits=Limits(cell=0.3, total=60.0)).verdict == "correct"


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


@pytest.mark.parametrize("kind", ["object", "np.float32", "np.longdouble"])
def test_numbers_in_an_array_of_another_type_are_numbers_on_the_wire(kind):
    again = "def sgd(*given, plain=sgd):\n    w, config = plain(*given)\n"
    again += f"    return np.asarray(w).astype({kind}), config"
    assert judged(written(f"import numpy as np\n{SGD}\n{again}")).points > 0


def test_an_array_of_something_else_than_numbers_is_said_so():
    answer = SGD.replace("return w - ", "return np.array([None, 'w']), config\n    return w - ")
    assert "and type object" in judged(written("import numpy as np\n" + answer)).message
