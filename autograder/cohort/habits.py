"""What people do to a notebook besides answering it: one function per habit.

A habit of an *answer* changes the text of one solution cell, and says what that earns.  A habit of a *notebook*
changes cells, a habit of a *file* the bytes; neither changes a mark, except where there is nothing left to run.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from autograder.cohort.answers import Answer, Question
from autograder.lesson import definitions

Cell = dict[str, Any]
Notebook = dict[str, Any]


# Habits of an answer: (question, a correct answer) -> the answer handed in.


def syntax_error(question: Question, good: Answer) -> Answer:
    """A bracket is never closed."""
    return question.lost(good.source.rstrip("\n") + "\nresult = (1 + 2\n")


def missing_import(question: Question, good: Answer) -> Answer:
    """The first line imports something that is not installed."""
    return question.lost("import descent_of_man\n\n" + good.source)


def infinite_loop(question: Question, good: Answer) -> Answer:
    """The function never returns."""
    source = f"def {question.function}(*args, **kwargs):\n    while True:\n        pass\n"
    return question.lost(source, "timeout")


def renamed(question: Question, good: Answer) -> Answer:
    """The function is called something else."""
    return question.lost(re.sub(rf"\b{question.function}\b", f"my_{question.function}", good.source))


def crash(question: Question, good: Answer) -> Answer:
    """The cell ends the Python process."""
    return question.lost("import os\n\nos._exit(1)\n")


def text_on_stderr(question: Question, good: Answer) -> Answer:
    """The function is right, and noisy: a warning of NumPy's and a line on stderr at every call."""
    name = question.function
    lines = [
        good.source.rstrip("\n"),
        f"quiet_{name} = {name}",
        f"def {name}(*args, **kwargs):",
        "    import sys",
        "    import numpy",
        "    numpy.exp(numpy.array([1000.0]))",
        "    print('working', file=sys.stderr)",
        f"    return quiet_{name}(*args, **kwargs)",
        "import warnings",
        "warnings.warn('a warning while the cell runs')",
    ]
    return replace(good, source="\n".join(lines) + "\n")


def ends_in_false(question: Question, good: Answer) -> Answer:
    """The cell's last value is ``False``."""
    return replace(good, source=good.source.rstrip("\n") + "\n\nFalse\n")


def ends_in_number(question: Question, good: Answer) -> Answer:
    """The cell's last value is a number that is no mark."""
    return replace(good, source=good.source.rstrip("\n") + "\n\n-17\n")


def printing(question: Question, good: Answer) -> Answer:
    """The cell prints on the way."""
    return replace(good, source=good.source.rstrip("\n") + "\n\nprint('it works!')\n")


ANSWERS: dict[str, Callable[[Question, Answer], Answer]] = {
    each.__name__.replace("_", " "): each
    for each in (
        syntax_error,
        missing_import,
        infinite_loop,
        renamed,
        crash,
        text_on_stderr,
        ends_in_false,
        ends_in_number,
        printing,
    )
}


# Habits of a notebook: change its cells in place; ``at`` is the place of one solution cell.


def deleted_cell(cells: list[Cell], at: int) -> None:
    """A solution cell is gone."""
    del cells[at]


def duplicated_cell(cells: list[Cell], at: int) -> None:
    """A solution cell was copied before it was written in; both copies have its label."""
    stub = {**cells[at], "source": cells[at]["stub"]}
    cells.insert(at, stub)


def split_cell(cells: list[Cell], at: int) -> None:
    """A solution cell was split in the middle of its function; the second half has no label."""
    lines = cells[at]["source"].splitlines(keepends=True)
    inside = [
        number for number, line in enumerate(lines) if number and line.startswith("    ") and line.strip()
    ]
    middle = inside[len(inside) // 2] if inside else len(lines)
    rest = {"cell_type": "code", "metadata": {}, "source": "".join(lines[middle:]), "id": "split-off"}
    cells[at]["source"] = "".join(lines[:middle])
    cells.insert(at + 1, {**rest, "outputs": [], "execution_count": None})


def edited_tests(cells: list[Cell], at: int) -> None:
    """The graded cells say nothing any more, and are worth a thousand points each."""
    for cell in cells:
        grader = cell["metadata"].get("nbgrader", {})
        if grader.get("grade") and not grader.get("solution"):
            cell["source"] = "pass"
            cell["metadata"] = {"nbgrader": {**grader, "points": 1000, "locked": False}}


def wrong_type(cells: list[Cell], at: int) -> None:
    """A solution cell was turned into prose by a stray key."""
    for key in ("outputs", "execution_count"):
        cells[at].pop(key, None)
    cells[at]["cell_type"] = "markdown"


def lost_labels(cells: list[Cell], at: int) -> None:
    """Another editor threw all metadata and ids away."""
    for number, cell in enumerate(cells):
        cell["metadata"] = {}
        cell["id"] = f"x{number}"


def unknown_ids(cells: list[Cell], at: int) -> None:
    """A cell of another assignment was pasted in."""
    grader = {"grade_id": "another-course", "grade": True, "points": 5, "solution": False, "locked": True}
    extra = {"cell_type": "code", "id": "foreign", "source": "assert True", "outputs": []}
    cells.insert(
        at, {**extra, "execution_count": 7, "metadata": {"nbgrader": {**grader, "schema_version": 3}}}
    )


def own_cells(cells: list[Cell], at: int) -> None:
    """What comes before the function itself stands in a cell of the student's own."""
    source = cells[at]["source"]
    names = definitions(source)
    start = source.find(f"def {names[-1]}(") if names else 0
    if start > 0:
        own = {"cell_type": "code", "id": "own-cell", "metadata": {}, "source": source[:start]}
        cells[at]["source"] = source[start:]
        cells.insert(at, {**own, "outputs": [], "execution_count": None})


NOTEBOOKS: dict[str, Callable[[list[Cell], int], None]] = {
    each.__name__.replace("_", " "): each
    for each in (
        deleted_cell,
        duplicated_cell,
        split_cell,
        edited_tests,
        wrong_type,
        lost_labels,
        unknown_ids,
        own_cells,
    )
}


# Habits of a file: the notebook as the bytes that are handed in.


def dump(notebook: Notebook) -> str:
    """Return a notebook as JupyterLab writes it."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def corrupt_json(notebook: Notebook) -> bytes:
    """The disk was full."""
    data = dump(notebook).encode()
    return data[: len(data) * 2 // 3]


def byte_order_mark(notebook: Notebook) -> bytes:
    """An editor put a mark in front."""
    return b"\xef\xbb\xbf" + dump(notebook).encode()


def latin_1(notebook: Notebook) -> bytes:
    """An editor saved in its own encoding."""
    return dump(notebook).encode("latin-1", errors="replace")


def old_format(notebook: Notebook) -> bytes:
    """The notebook went through a program that writes format 3."""
    cells = []
    for cell in notebook["cells"]:
        old = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
        lines = cell["source"].splitlines(keepends=True)
        if cell["cell_type"] == "code":
            old |= {
                "input": lines,
                "language": "python",
                "outputs": [],
                "prompt_number": 1,
                "collapsed": False,
            }
        else:
            old["source"] = lines
        cells.append(old)
    sheets = [{"cells": cells, "metadata": {}}]
    return dump({"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": sheets}).encode()


FILES: dict[str, Callable[[Notebook], bytes]] = {
    each.__name__.replace("_", " "): each for each in (corrupt_json, byte_order_mark, latin_1, old_format)
}

FOLDERS = ("missing notebook", "another name", "files beside it")
"""Habits of a folder; see ``autograder.cohort.write``."""
