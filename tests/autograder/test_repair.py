"""A submission becomes our notebook with the student's answers, whatever was handed in."""

import json
import time

import nbformat
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder.grading import reading
from autograder.grading.master import Master
from autograder.marks import nbgrader_of
from autograder.repair import repair

LESSON = "90_doubling"
WRITTEN = "def twice(x, offset=0.0):\n    return 2 * (x - offset)"


@pytest.fixture(scope="session")
def master(built_once):
    return Master.read(LESSON, built_once)


@pytest.fixture
def handed_in(built_once):
    """The released notebook with an answer, as plain data to be damaged."""
    notebook = json.loads(built_once.released(LESSON).read_text())
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    cell_of(notebook, "twice")["source"] = WRITTEN
    return notebook


def cell_of(notebook, grade_id):
    return next(cell for cell in notebook["cells"] if nbgrader_of(cell).get("grade_id") == grade_id)


def repaired(notebook, master):
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return repair(data, master)


def answer(found):
    return cell_of(found.notebook, "twice")["source"]


def code(source, grade_id=None):
    grader = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    return {"cell_type": "code", "metadata": grader, "source": source, "outputs": []}


def at(notebook, grade_id):
    return notebook["cells"].index(cell_of(notebook, grade_id))


def test_whole_submission_is_ours_but_for_the_answer_and_says_nothing(handed_in, master):
    found = repaired(handed_in, master)
    assert (found.status, found.notes) == ("graded", [])
    sources = [cell.source for cell in found.notebook.cells]
    ours = [cell["source"] for cell in master.cells]
    assert answer(found) == WRITTEN
    assert [a for a, b in zip(sources, ours, strict=True) if a != b] == [WRITTEN]
    assert "doubling.grade" in cell_of(found.notebook, "twice-check").source
    nbformat.validate(found.notebook)


def test_written_guess_is_taken(handed_in, master):
    cell_of(handed_in, "predict-twice")["source"] = "It doubles."
    assert cell_of(repaired(handed_in, master).notebook, "predict-twice").source == "It doubles."


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b'{"cells": [', "damaged"),
        (b"[1, 2]", "not a notebook"),
        (b'{"a": 1}', "not a notebook"),
        (b'{"cells": "none"}', "not a notebook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b'{"cells": ' + b"9" * 10_000 + b"}", "damaged"),
    ],
)
def test_what_is_no_notebook_is_unreadable_and_says_why(data, said, master):
    found = repair(data, master)
    assert found.status == "unreadable"
    assert said in found.notes[0]
    assert answer(found) == master.stub("twice")


def test_missing_notebook_is_the_stub(master):
    found = repair(None, master)
    assert found.status == "missing"
    assert answer(found) == master.stub("twice")


def test_too_large_file_is_unreadable(master, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 1000)
    assert repair(b"{}" + b" " * 1000, master).status == "unreadable"


def test_copies_of_a_cell_the_stub_first(handed_in, master):
    handed_in["cells"].insert(at(handed_in, "twice"), code(master.stub("twice"), "twice"))
    found = repaired(handed_in, master)
    assert answer(found) == WRITTEN
    assert "2 times" in found.notes[0]


def test_copies_of_a_cell_the_stub_last(handed_in, master):
    handed_in["cells"].append(code(master.stub("twice"), "twice"))
    assert answer(repaired(handed_in, master)) == WRITTEN


def test_of_several_written_copies_the_last_counts(handed_in, master):
    later = WRITTEN.replace("2 *", "3 *")
    handed_in["cells"].append(code(later, "twice"))
    assert answer(repaired(handed_in, master)) == later


def test_broken_copy_gives_way_to_one_that_is_python(handed_in, master):
    handed_in["cells"].append(code("def twice(x:", "twice"))
    assert answer(repaired(handed_in, master)) == WRITTEN


def test_copies_that_need_each_other_stay_together(handed_in, master):
    cell_of(handed_in, "twice")["source"] = "def double(x):\n    return 2 * x"
    last = "def twice(x, offset=0.0):\n    return double(x - offset)"
    handed_in["cells"].insert(at(handed_in, "twice") + 1, code(last, "twice"))
    assert answer(repaired(handed_in, master)).split("\n") == [
        "def double(x):",
        "    return 2 * x",
        *last.split("\n"),
    ]


@pytest.mark.parametrize("labelled", ["first", "second", "both"])
def test_split_cell_is_joined(handed_in, master, labelled):
    first, second = WRITTEN.split("\n")
    place = at(handed_in, "twice")
    ids = {"first": ("twice", None), "second": (None, "twice"), "both": ("twice", "twice")}[labelled]
    handed_in["cells"][place : place + 1] = [code(first, ids[0]), code(second, ids[1])]
    found = repaired(handed_in, master)
    assert answer(found) == WRITTEN
    assert len(found.notebook.cells) == len(master.cells)
    assert found.notes


def test_split_where_the_first_half_is_python_too(handed_in, master):
    whole = 'def twice(x, offset=0.0):\n    """Twice."""\n    y = x - offset\n    return 2 * y'
    first, second = whole[: whole.index("    return")].rstrip("\n"), whole[whole.index("    return") :]
    place = at(handed_in, "twice")
    handed_in["cells"][place : place + 1] = [code(first, "twice"), code(second)]
    assert answer(repaired(handed_in, master)) == whole


def test_complete_cells_beside_each_other_are_not_joined(handed_in, master):
    handed_in["cells"].insert(at(handed_in, "twice") + 1, code("twice(3)"))
    found = repaired(handed_in, master)
    assert answer(found) == WRITTEN
    assert [cell.source for cell in found.notebook.cells].count("twice(3)") == 1


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
    assert answer(repaired(handed_in, master)) == WRITTEN


@pytest.mark.parametrize("definition", [WRITTEN, "twice = lambda x, offset=0.0: 2 * (x - offset)"])
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
    assert sources[place : place + 3] == ["import math", "I think so.", WRITTEN]


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
    assert answer(found) == WRITTEN


def test_lines_and_line_ends_are_joined(handed_in, master):
    cell_of(handed_in, "twice")["source"] = [line + "\r\n" for line in WRITTEN.split("\n")]
    assert answer(repaired(handed_in, master)).strip() == WRITTEN


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings_are_read(handed_in, master, encoding):
    cell_of(handed_in, "twice")["source"] = WRITTEN + "  # né"
    data = json.dumps(handed_in, ensure_ascii=False).encode(encoding)
    assert answer(repaired(data, master)) == WRITTEN + "  # né"


def test_format_3_is_converted(handed_in, master):
    cells = [
        {**cell, "input": cell.pop("source")} if cell["cell_type"] == "code" else cell
        for cell in handed_in["cells"]
    ]
    old = {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}
    found = repaired(old, master)
    assert answer(found) == WRITTEN
    assert found.notes == ["An old notebook format was converted."]
    nbformat.validate(found.notebook)


def test_lone_surrogates_can_be_written_again(handed_in, master):
    cell_of(handed_in, "twice")["source"] = WRITTEN + " # \ud800"
    nbformat.writes(repaired(handed_in, master).notebook).encode("utf-8")


def test_two_thousand_cells_take_no_time(handed_in, master):
    handed_in["cells"] += [code(f"x{n} = {n}") for n in range(3000)]
    begun = time.monotonic()
    found = repaired(handed_in, master)
    assert time.monotonic() - begun < 3
    assert answer(found) == WRITTEN
    assert "first 2000 cells" in found.notes[0]


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ids = st.sampled_from(["twice", "twice-check", "predict-twice", "other", ""]) | scalars
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
sources = st.sampled_from([WRITTEN, "def twice(x):", "    return x", "x = 1", "%time x", "import os", ""])
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
        assert same["metadata"] == cell["metadata"]
        if not nbgrader_of(cell).get("solution"):
            assert same["source"] == cell["source"]
    assert all(cell["metadata"] == {} for name, cell in mine.items() if name.startswith("added-"))
    assert all(len(note) < 400 for note in found.notes)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_have_a_status(master, data):
    assert repair(data, master).status in ("graded", "unreadable")


class TestLocate:
    def test_right_name_wins(self, tmp_path):
        (tmp_path / "90_doubling.ipynb").write_text("{}")
        (tmp_path / "Copy.ipynb").write_text("{}")
        file, notes = reading.locate(tmp_path, LESSON, {"twice"})
        assert file == tmp_path / "90_doubling.ipynb"
        assert "Copy.ipynb" in notes[0]

    def test_only_notebook_is_taken_and_said(self, tmp_path):
        (tmp_path / "Untitled.ipynb").write_text("{}")
        file, notes = reading.locate(tmp_path, LESSON, {"twice"})
        assert file == tmp_path / "Untitled.ipynb"
        assert "Untitled.ipynb" in notes[0]

    def test_of_several_the_one_with_our_ids(self, tmp_path, handed_in):
        (tmp_path / "a.ipynb").write_text('{"cells": []}')
        (tmp_path / "b.ipynb").write_text(json.dumps(handed_in))
        (tmp_path / "c.ipynb").write_text("broken")
        assert reading.locate(tmp_path, LESSON, {"twice"})[0] == tmp_path / "b.ipynb"

    def test_folder_in_a_folder_is_searched(self, tmp_path):
        (tmp_path / "04 (1)").mkdir()
        (tmp_path / "04 (1)" / "x.ipynb").write_text("{}")
        (tmp_path / ".ipynb_checkpoints").mkdir()
        (tmp_path / ".ipynb_checkpoints" / "90_doubling-checkpoint.ipynb").write_text("{}")
        assert reading.locate(tmp_path, LESSON, set())[0] == tmp_path / "04 (1)" / "x.ipynb"

    def test_links_are_not_followed(self, tmp_path):
        secret = tmp_path / "gradebook.ipynb"
        secret.write_text("{}")
        folder = tmp_path / "student"
        folder.mkdir()
        (folder / "90_doubling.ipynb").symlink_to(secret)
        assert reading.locate(folder, LESSON, set()) == (None, [])

    def test_nothing_is_nothing(self, tmp_path):
        assert reading.locate(tmp_path, LESSON, set()) == (None, [])
