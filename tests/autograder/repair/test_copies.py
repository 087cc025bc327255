"""Of several copies or parts of a cell, what was answered counts."""

import pytest

from tests.autograder.repair.cells import answer, at, cell_of, code, repaired
from tests.autograder.small_lesson import RIGHT


def test_copies_of_a_cell_the_stub_first(handed_in, master):
    handed_in["cells"].insert(at(handed_in, "twice"), code(master.stub("twice"), "twice"))
    found = repaired(handed_in, master)
    assert answer(found) == RIGHT
    assert "2 times" in found.notes[0]


def test_copies_of_a_cell_the_stub_last(handed_in, master):
    handed_in["cells"].append(code(master.stub("twice"), "twice"))
    assert answer(repaired(handed_in, master)) == RIGHT


def test_of_several_written_copies_the_last_counts(handed_in, master):
    later = RIGHT.replace("2 *", "3 *")
    handed_in["cells"].append(code(later, "twice"))
    assert answer(repaired(handed_in, master)) == later


def test_broken_copy_gives_way_to_one_that_is_python(handed_in, master):
    handed_in["cells"].append(code("def twice(x:", "twice"))
    assert answer(repaired(handed_in, master)) == RIGHT


IN_A_KERNEL = {
    "help": "{0}\ntwice?",
    "help before": "{0}\n?twice",
    "what a command gives": "{0}\nfiles = !ls",
    "what a magic gives": "{0}\ntaken = %timeit -o -n1 -r1 twice(1)",
    "a command of two lines": "{0}\n!echo a \\\n    b",
    "a call without brackets": "{0}\n/print 1",
    "a line that begins with a per cent sign": "{0}\nrest = (10\n% 3)",
    "prompts": ">>> def twice(x, offset=0.0):\n...     return 2 * (x - offset)",
    "numbered prompts": "In [1]: def twice(x, offset=0.0):\n   ...:     return 2 * (x - offset)",
}


@pytest.mark.parametrize("way", IN_A_KERNEL)
def test_a_copy_that_only_a_kernel_reads_is_python(handed_in, master, way):
    cell_of(handed_in, "twice")["source"] = "def twice(x, offset=0.0):\n    return 0"
    handed_in["cells"].insert(at(handed_in, "twice") + 1, code(IN_A_KERNEL[way].format(RIGHT), "twice"))
    assert answer(repaired(handed_in, master)) == IN_A_KERNEL[way].format(RIGHT)


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
    first, second = RIGHT.split("\n")
    place = at(handed_in, "twice")
    ids = {"first": ("twice", None), "second": (None, "twice"), "both": ("twice", "twice")}[labelled]
    handed_in["cells"][place : place + 1] = [code(first, ids[0]), code(second, ids[1])]
    found = repaired(handed_in, master)
    assert answer(found) == RIGHT
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
    assert answer(found) == RIGHT
    assert [cell.source for cell in found.notebook.cells].count("twice(3)") == 1
