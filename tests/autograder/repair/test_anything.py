"""Whatever is handed in, there is soon a valid notebook with our graded cells."""

import json
import time

import nbformat
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder.marks import nbgrader_of
from autograder.repair.rebuild import repair
from tests.autograder.repair.cells import answer, code, repaired
from tests.autograder.small_lesson import RIGHT


def test_two_thousand_cells_take_no_time(handed_in, master):
    handed_in["cells"] += [code(f"x{n} = {n}") for n in range(3000)]
    begun = time.monotonic()
    found = repaired(handed_in, master)
    assert time.monotonic() - begun < 3
    assert answer(found) == RIGHT
    assert "first 2000 cells" in found.notes[0]


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ids = st.sampled_from(["twice", "twice-check", "predict-twice", "other", ""]) | scalars
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
sources = st.sampled_from([RIGHT, "def twice(x):", "    return x", "x = 1", "%time x", "import os", ""])
cells = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | anything,
        "source": sources | st.lists(sources | anything, max_size=3) | anything,
        "input": sources | anything,
        "id": ids | anything,
        "metadata": st.fixed_dictionaries(
            {},
            optional={
                "nbgrader": st.fixed_dictionaries({}, optional={"grade_id": ids | anything}) | anything
            },
        )
        | anything,
        "outputs": anything,
    },
)
notebooks = st.fixed_dictionaries(
    {},
    optional={
        "cells": st.lists(cells | anything, max_size=8) | anything,
        "worksheets": st.lists(
            st.fixed_dictionaries({"cells": st.lists(cells, max_size=5)}) | anything, max_size=2
        ),
        "metadata": anything,
        "nbformat": anything,
    },
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(notebooks | anything)
@example({"cells": [{"cell_type": "code", "source": "\ud800", "id": "twice"}]})
def test_any_json_becomes_a_valid_notebook_with_our_graded_cells(master, value):
    found = repair(json.dumps(value).encode(), master)
    assert found.status in ("graded", "unreadable")
    nbformat.validate(found.notebook)
    nbformat.writes(found.notebook).encode("utf-8")
    mine = {cell["id"]: cell for cell in found.notebook.cells}
    for cell in master.cells:
        same = mine[cell["id"]]
        assert {**same["metadata"], "written": None} == {**cell["metadata"], "written": None}
        if not nbgrader_of(cell).get("solution"):
            assert same["source"] == cell["source"]
    assert all(cell["metadata"] == {} for name, cell in mine.items() if name.startswith("added-"))
    assert all(len(note) < 400 for note in found.notes)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_have_a_status(master, data):
    assert repair(data, master).status in ("graded", "unreadable")
