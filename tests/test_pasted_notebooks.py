"""Notebooks made of pasted, renamed and reformatted right answers, through the real examiner: all earn everything.

A notebook has every right answer to every exercise that is on record, each in cells of its own: its helper
functions under other names, the answer put in other words and called `my_...`, all of it reformatted.  One of them
is handed in, under the name that the exercise asks for.  The next notebook hands in the next one.
"""

import ast
import itertools
import re
import subprocess
import sys
from functools import cache

import nbformat
import pytest

from autograder.cohort.answers import CALL, solutions
from autograder.cohort.paste import pasted
from autograder.examine.plan import shows
from autograder.examine.run import run_in_examiner
from autograder.exercises import lesson as exercises_of
from autograder.lesson import Master
from autograder.marks import Limits, nbgrader_of
from autograder.project import Project
from autograder.repair.rebuild import repair
from tests.autograder.exercises import wordings
from tests.test_notebooks import LESSONS

PROJECT = Project.here()
QUICK = "F2_linear_classifier"
DRESSED = (lambda source, _: source, wordings.as_lambda, wordings.as_object)
FORMATTED = (
    (),
    ("--line-length=60", "--config=format.quote-style='single'", "--config=indent-width=2"),
    ("--line-length=140", "--config=format.indent-style='tab'"),
)
"""Options of `ruff format`; without any, the text is as `ast.unparse` leaves it."""
WIDGETS = frozenset({"Play", "Image"})
"""Classes that stand for those of ipywidgets, which are known by their names."""


@cache
def answers(lesson):
    """Return the solution cells with the name each defines and the texts of all right answers to it."""
    master = Master.read(lesson, PROJECT)
    own, found = solutions(master, PROJECT), {}
    for cell in master.graded:
        if call := CALL.search(cell["source"]):
            module, exercise, function = call.groups()
            place = nbgrader_of(cell)["grade_id"].removesuffix("-check")
            known = next(each for each in exercises_of(module).EXERCISES if each.name == exercise).variants
            found[place] = function, [own[place], *(pasted(each.function, function) for each in known)]
    return found


def hand_ins(lesson):
    """Return how many notebooks it takes until every answer of a lesson has been handed in."""
    return max(len(texts) for _, texts in answers(lesson).values())


def own_cells(source, function, number):
    """Return the cells of one answer, helpers first, and the name under which its last one defines it."""
    mine = f"my_{function}_{number}"
    source = wordings.in_other_words(source)
    ours = wordings.names_at_the_top(source) if number else {function}  # others lean on the lesson's own
    ours -= WIDGETS
    source = wordings.under_other_names(source, {name: f"{mine}_{name}" for name in ours} | {function: mine})
    tree = ast.parse(DRESSED[number % len(DRESSED)](source, mine))
    at = next(
        place for place, node in enumerate(tree.body) if mine in wordings.names_at_the_top(ast.unparse(node))
    )
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    helpers = [node for node in tree.body[:at] if node not in imports]
    parts = [[*imports, *helpers], tree.body[at:]] if helpers else [[*imports, *tree.body[at:]]]
    return [ast.unparse(ast.Module(part, [])) for part in parts], mine


def formatted(sources, options, folder):
    """Return texts as a formatter leaves them."""
    if not options:
        return sources
    files = [folder / f"cell_{place}.py" for place, _ in enumerate(sources)]
    for file, source in zip(files, sources, strict=True):
        file.write_text(source)
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--quiet",
        "--isolated",
        "--no-cache",
        *options,
        folder,
    ]
    subprocess.run(command, check=True)
    return [file.read_text() for file in files]


def written(lesson, turn, folder):
    """Return the notebook that hands in the answer whose turn it is, of each exercise another one."""
    notebook = nbformat.read(PROJECT.released(lesson), as_version=4)
    own, cells = solutions(Master.read(lesson, PROJECT), PROJECT), []
    for cell in notebook.cells:
        name = nbgrader_of(cell).get("grade_id")
        if name in own:
            cell.source = own[name]
        if name in answers(lesson):
            function, texts = answers(lesson)[name]
            sources, mine = zip(
                *(own_cells(each, function, at) for at, each in enumerate(texts)), strict=True
            )
            pieces = formatted(list(itertools.chain(*sources)), FORMATTED[turn % len(FORMATTED)], folder)
            cells += map(nbformat.v4.new_code_cell, pieces)
            cell.source = f"{function} = {mine[turn % len(mine)]}"
        cells.append(cell)
    notebook.cells = cells
    return notebook


def assert_everything_earned(lesson, turn, folder):
    """Run the notebook as grading does; return how many lines of code it has."""
    notebook = written(lesson, turn, folder)
    lines = sum(cell.source.count("\n") + 1 for cell in notebook.cells if cell.cell_type == "code")
    handed_in = repair(nbformat.writes(notebook).encode(), Master.read(lesson, PROJECT))
    ran = run_in_examiner(handed_in.notebook, Limits(cell=60, total=600))
    assert {name: each.message for name, each in ran.verdicts.items() if each.verdict != "correct"} == {}
    code = [cell for cell in ran.notebook.cells if cell.cell_type == "code"]
    assert [
        (cell.source, out.evalue) for cell in code for out in cell.outputs if out.output_type == "error"
    ] == []
    looked = [cell for cell in code if re.match(r'check\("\w+"', cell.source) and not shows(cell)]
    said = [out.data["text/plain"] for cell in looked for out in cell.outputs if "data" in out]
    assert len(said) == len(looked)
    assert [each for each in said if ": passed. " not in each] == []
    return lines


def test_a_thousand_lines_of_pasted_answers_earn_everything(tmp_path):
    assert assert_everything_earned(QUICK, 1, tmp_path) > 1000


@pytest.mark.thorough
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_right_answer_handed_in_among_the_others_earns_everything(lesson, tmp_path):
    for turn in range(hand_ins(lesson)):
        assert_everything_earned(lesson, turn, tmp_path)
