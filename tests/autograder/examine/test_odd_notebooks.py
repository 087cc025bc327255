"""Right answers in notebooks as people and programs leave them earn everything, in several lessons."""

import copy
import json
import textwrap

import pytest

from autograder.cohort.answers import solutions
from autograder.examine.launch import sandbox
from autograder.examine.run import run_in_examiner
from autograder.lesson import Master
from autograder.marks import Limits, nbgrader_of
from autograder.project import Project
from autograder.repair.rebuild import repair
from tests.autograder.examine.test_examiner import LEVEL

PROJECT = Project.here()
FIRST = {"F3_backpropagation": "matmul_backward", "13_edge_of_stability": "hvp"}
"""Lessons, and the exercise of each that is handed in in an odd way."""

IMPORTS = "import math\nimport numpy as np\n"


@pytest.fixture(autouse=True)
def level(monkeypatch):
    monkeypatch.setenv(sandbox.VARIABLE, LEVEL)


@pytest.fixture(scope="module", params=FIRST)
def lesson(request):
    """The master of a lesson, and its released notebook with the lesson's own answers in it."""
    master = Master.read(request.param, PROJECT)
    answers = solutions(master, PROJECT)
    notebook = json.loads(PROJECT.released(master.name).read_text())
    for cell in notebook["cells"]:
        cell["source"] = answers.get(nbgrader_of(cell).get("grade_id"), "".join(cell["source"]))
    return master, notebook


def own(source):
    """Return a code cell without a label."""
    return {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    }


def code_answers(notebook):
    """Return the cells of code that are answers."""
    return [
        each
        for each in notebook["cells"]
        if each["cell_type"] == "code" and nbgrader_of(each).get("solution")
    ]


def labels_lost(notebook, name):
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)


def ids_alike(notebook, name):
    for cell in notebook["cells"]:
        cell["id"] = "x"


def as_colab_writes_it(notebook, name):
    labels_lost(notebook, name)
    notebook["metadata"]["colab"] = {"provenance": [float("nan")]}
    for at, cell in enumerate(notebook["cells"]):
        cell["metadata"] = {"id": f"cell{at}", "colab": {"base_uri": "x"}}


def in_format_three(notebook, name):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source").splitlines(True)
    cells = notebook.pop("cells")
    notebook |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}


def lines_without_ends(notebook, name):
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].split("\n")


def merged_into_the_first(notebook, name):
    first, *others = code_answers(notebook)
    first["source"] = "\n\n".join(cell["source"] for cell in (first, *others))
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in others]


def merged_into_the_last(notebook, name):
    *others, last = code_answers(notebook)
    last["source"] = "\n\n".join(cell["source"] for cell in (*others, last))
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in others]


def merged_into_the_last_and_the_others_emptied(notebook, name):
    *others, last = code_answers(notebook)
    last["source"] = "\n\n".join(cell["source"] for cell in (*others, last))
    for cell in others:
        cell["source"] = ""


def all_in_one_bare_cell(notebook, name):
    notebook["cells"] = [own(IMPORTS + "\n\n".join(cell["source"] for cell in code_answers(notebook)))]


def all_in_bare_cells(notebook, name):
    notebook["cells"] = [own(IMPORTS), *(own(cell["source"]) for cell in code_answers(notebook))]


def two_exchanged(notebook, name):
    first, second = code_answers(notebook)[:2]
    first["source"], second["source"] = second["source"], first["source"]


def only_the_answers_kept(notebook, name):
    notebook["cells"] = [cell for cell in notebook["cells"] if nbgrader_of(cell).get("solution")]


def in_another_order(notebook, name):
    notebook["cells"].reverse()


def copied_and_the_copy_broken(notebook, name):
    cell = answer_cell(notebook, name)
    broken = {**copy.deepcopy(cell), "source": f"def {name}(:"}
    notebook["cells"].insert(notebook["cells"].index(cell) + 1, broken)


def in_the_cell_of_its_check(notebook, name):
    cell = answer_cell(notebook, name)
    answer_cell(notebook, f"{name}-check")["source"] = cell["source"]
    cell["source"] = ""


def written_to_a_file_and_imported(notebook, name):
    cell = answer_cell(notebook, name)
    file = own(f"%%writefile mine.py\n{IMPORTS}{cell['source']}")
    notebook["cells"].insert(notebook["cells"].index(cell), file)
    cell["source"] = f"from mine import {name}"


def answer_cell(notebook, name):
    """Return the cell with a label."""
    return next(cell for cell in notebook["cells"] if nbgrader_of(cell).get("grade_id") == name)


ARRANGED = [
    labels_lost,
    ids_alike,
    as_colab_writes_it,
    in_format_three,
    lines_without_ends,
    merged_into_the_first,
    merged_into_the_last,
    merged_into_the_last_and_the_others_emptied,
    all_in_one_bare_cell,
    all_in_bare_cells,
    two_exchanged,
    only_the_answers_kept,
    in_another_order,
    copied_and_the_copy_broken,
    in_the_cell_of_its_check,
    written_to_a_file_and_imported,
]
WRITTEN = {
    "timed": "%%time\n{source}",
    "captured": "%%capture out\n{source}",
    "in a condition": "if True:\n{indented}",
    "in a try": "try:\n{indented}\nexcept ImportError:\n    pass",
    "a static method": "class Mine:\n    @staticmethod\n{indented}\n{name} = Mine.{name}",
    "made in a function": "def make():\n{indented}\n    return {name}\n{name} = make()",
    "global in a function": "def make():\n    global {name}\n{indented}\nmake()",
    "decorated": "import functools\n@functools.wraps(max)\ndef plain(f): return f\n@plain\n{source}",
    "partial": "{source}\nimport functools\n{name} = functools.partial({name})",
    "an object that is called": "{source}\nclass Mine:\n    f = staticmethod({name})\n"
    "    def __call__(self, *args, **more): return self.f(*args, **more)\n{name} = Mine()",
    "numba where there is none": "try:\n    from numba import njit\nexcept ImportError:\n    njit = lambda f: f\n"
    "@njit\n{source}",
    "as text": "exec({source!r})",
    "and then the cell stops": "{source}\n1 / 0",
    "and then it exits": "{source}\nimport sys\nsys.exit()",
    "and then it asks": "{source}\ninput('Go on? ')",
    "and then it is interrupted": "{source}\nraise KeyboardInterrupt",
    "and then it shows": "{source}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show(block=True)",
    "with the prompts": None,
    "with tabs": None,
}
"""Ways to write one answer -> the text of its cell."""


def points(master, notebook):
    """Return the points earned of those there are."""
    repaired = repair(json.dumps(notebook).encode(), master)
    verdicts = run_in_examiner(repaired.notebook, Limits()).verdicts.values()
    return sum(each.points for each in verdicts), sum(each.max_points for each in verdicts)


@pytest.mark.parametrize("arranged", ARRANGED, ids=lambda each: each.__name__.replace("_", " "))
def test_answers_in_a_notebook_arranged_otherwise_earn_everything(lesson, arranged):
    master, notebook = lesson
    notebook = copy.deepcopy(notebook)
    arranged(notebook, FIRST[master.name])
    earned, most = points(master, notebook)
    assert earned == most


@pytest.mark.parametrize("lesson", ["F3_backpropagation"], indirect=True)
@pytest.mark.parametrize("way", WRITTEN)
def test_an_answer_written_otherwise_earns_everything(lesson, way):
    master, notebook = lesson
    notebook, name = copy.deepcopy(notebook), FIRST[master.name]
    cell = answer_cell(notebook, name)
    source = cell["source"].rstrip()
    if way == "with the prompts":
        first, *rest = source.split("\n")
        cell["source"] = "\n".join([f">>> {first}", *(f"... {line}" for line in rest)])
    elif way == "with tabs":
        cell["source"] = source.replace("    ", "\t")
    else:
        indented = textwrap.indent(source, " " * 4)
        cell["source"] = WRITTEN[way].format(source=source, indented=indented, name=name)
    earned, most = points(master, notebook)
    assert earned == most
