"""A submission becomes our notebook with the student's answers, whatever was handed in."""

from dataclasses import replace

import nbformat
import pytest

from autograder.marks import nbgrader_of
from tests.autograder.repair.cells import answer, at, cell_of, code, repaired
from tests.autograder.small_lesson import RIGHT


def test_whole_submission_is_ours_but_for_the_answer_and_says_nothing(handed_in, master):
    found = repaired(handed_in, master)
    assert (found.status, found.notes) == ("graded", [])
    sources = [cell.source for cell in found.notebook.cells]
    ours = [cell["source"] for cell in master.cells]
    assert answer(found) == RIGHT
    assert [a for a, b in zip(sources, ours, strict=True) if a != b] == [RIGHT]
    assert "doubling.grade" in cell_of(found.notebook, "twice-check").source
    nbformat.validate(found.notebook)


def test_written_guess_is_taken(handed_in, master):
    cell_of(handed_in, "predict-twice")["source"] = "It doubles."
    assert cell_of(repaired(handed_in, master).notebook, "predict-twice").source == "It doubles."


def test_deleted_answer_is_the_stub_and_said(handed_in, master):
    del handed_in["cells"][at(handed_in, "twice")]
    found = repaired(handed_in, master)
    assert answer(found) == master.stub("twice")
    assert any("twice" in note and "not written" in note for note in found.notes)


def test_emptied_answer_is_the_stub_and_said(handed_in, master):
    cell_of(handed_in, "twice")["source"] = "  \n"
    found = repaired(handed_in, master)
    assert answer(found) == master.stub("twice")
    assert "empty" in found.notes[0]


def test_label_lost_is_found_by_cell_id(handed_in, master):
    cell_of(handed_in, "twice")["metadata"] = {}
    assert answer(repaired(handed_in, master)) == RIGHT


@pytest.mark.parametrize("definition", [RIGHT, "twice = lambda x, offset=0.0: 2 * (x - offset)"])
def test_label_and_id_lost_are_found_by_name(handed_in, master, definition):
    place = at(handed_in, "twice")
    handed_in["cells"][place] = code(definition)
    found = repaired(handed_in, master)
    assert answer(found) == definition
    assert "by its name" in found.notes[0]


def test_edited_tests_and_points_are_replaced_and_said(handed_in, master):
    cell = cell_of(handed_in, "twice-check")
    cell["source"] = "pass"
    cell["metadata"]["nbgrader"] |= {"points": 1000, "locked": False, "solution": True}
    found = repaired(handed_in, master)
    ours = cell_of(found.notebook, "twice-check")
    assert "doubling.grade" in ours.source
    assert (ours.metadata.nbgrader.points, ours.metadata.nbgrader.solution) == (3, False)
    assert "twice-check" in found.notes[0]


def test_deleted_test_is_put_back(handed_in, master):
    del handed_in["cells"][at(handed_in, "twice-check")]
    found = repaired(handed_in, master)
    assert "doubling.grade" in cell_of(found.notebook, "twice-check").source
    assert "put back" in found.notes[0]


def test_unknown_ids_are_ignored_and_said(handed_in, master):
    handed_in["cells"].insert(2, code("x = 1", "another-course"))
    found = repaired(handed_in, master)
    assert "another-course" in found.notes[0]
    assert not any(nbgrader_of(cell).get("grade_id") == "another-course" for cell in found.notebook.cells)


def test_own_code_is_kept_in_its_place_and_own_prose_too(handed_in, master):
    place = at(handed_in, "twice")
    prose = {"cell_type": "markdown", "metadata": {}, "source": "I think so."}
    handed_in["cells"][place:place] = [code("import math"), prose]
    sources = [cell.source for cell in repaired(handed_in, master).notebook.cells]
    assert sources[place : place + 3] == ["import math", "I think so.", RIGHT]


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("import numpy as np\nfrom collections import deque", True),
        ("import numpy as np\n\ndef mine(x):\n    return x", True),
        ("import numpy as np\nfrom math import *", True),
        ("import numpy as np\nprint('another setting')", False),
        ("", False),
    ],
)
def test_what_a_student_adds_to_a_cell_that_also_draws_is_kept(handed_in, master, source, kept):
    drawn = {"cell_type": "code", "id": "drawn", "metadata": {"tags": ["picture"]}, "outputs": []}
    drawn["source"] = "import numpy as np"
    lesson = replace(master, cells=[drawn, *master.cells], released=[drawn["source"], *master.released])
    handed_in["cells"].insert(0, {**drawn, "source": source})
    found = [cell.source for cell in repaired(handed_in, lesson).notebook.cells]
    assert found[:2] == ([source, drawn["source"]] if kept else [drawn["source"], master.released[0]])


def test_own_cells_lose_whatever_metadata_they_claim(handed_in, master):
    extra = code("x = 1", "sneaky")
    extra["metadata"]["nbgrader"] |= {"grade": True, "points": 100, "solution": False, "locked": True}
    extra["metadata"]["tags"] = ["raises-exception"]
    handed_in["cells"].append(extra)
    own = [cell for cell in repaired(handed_in, master).notebook.cells if cell.source == "x = 1"]
    assert [cell.metadata for cell in own] == [{}]


def test_answer_in_a_cell_of_another_kind_is_run(handed_in, master):
    cell_of(handed_in, "twice")["cell_type"] = "raw"
    found = repaired(handed_in, master)
    assert cell_of(found.notebook, "twice").cell_type == "code"
    assert answer(found) == RIGHT


def test_a_stub_put_back_gives_way_to_what_another_cell_defines(handed_in, master):
    place = at(handed_in, "twice")
    handed_in["cells"][place] = code("def helper(): pass\n" + RIGHT)
    handed_in["cells"].insert(place, code("exec('def twice(x, offset=0.0): return 2 * (x - offset)')"))
    handed_in["cells"][place + 1]["source"] = "x = 1"
    names: dict = {}
    for cell in repaired(handed_in, master).notebook.cells:
        if cell.cell_type == "code" and (cell.id.startswith("added-") or "def twice" in cell.source):
            exec(cell.source, names)
    assert names["twice"](3, 1) == 4


def test_an_answer_written_into_the_cell_of_its_check_runs_before_the_check(handed_in, master):
    stub = master.stub("twice")
    cell_of(handed_in, "twice")["source"] = stub
    cell_of(handed_in, "twice-check")["source"] = RIGHT
    found = repaired(handed_in, master)
    sources = [cell.source for cell in found.notebook.cells]
    assert sources.index(stub) < sources.index(RIGHT) < at({"cells": found.notebook.cells}, "twice-check")
    assert "The answer in the cell twice-check was run before that check." in found.notes


def test_what_stands_in_a_check_beside_an_answer_is_not_run(handed_in, master):
    cell_of(handed_in, "twice-check")["source"] = "def twice(x): return 7"
    assert not any("return 7" in cell.source for cell in repaired(handed_in, master).notebook.cells)


@pytest.mark.parametrize("magic", ["%%writefile rules.py", "%%timeit", "%%html", "%%bash"])
def test_a_cell_that_a_magic_takes_defines_nothing(handed_in, master, magic):
    cell_of(handed_in, "twice")["source"] = ""
    handed_in["cells"].insert(0, code(f"{magic}\n{RIGHT}"))
    handed_in["cells"].insert(1, code("from rules import *"))
    found = repaired(handed_in, master)
    assert "not in globals()" in answer(found)
    (note,) = found.notes
    assert "unless other cells define these names: twice" in note


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%prun -q"])
def test_a_cell_that_a_magic_runs_in_place_is_an_answer(handed_in, master, magic):
    handed_in["cells"][at(handed_in, "twice")] = code(f"{magic}\n{RIGHT}")
    assert answer(repaired(handed_in, master)).endswith(RIGHT)


def test_a_definition_inside_a_condition_is_found_by_its_name(handed_in, master):
    place = at(handed_in, "twice")
    handed_in["cells"][place]["source"] = ""
    handed_in["cells"].insert(0, code("import math\nif math.pi:\n    def twice(x, offset=0.0): return 2 * x"))
    handed_in["cells"].insert(0, code("from answers import *"))
    assert any("twice" in note and "by its name" in note for note in repaired(handed_in, master).notes)
