"""Whatever a notebook says of itself, what runs is ours but for the answer, and nothing it claims is believed."""

from __future__ import annotations

import copy

import nbformat
import pytest

from autograder.marks import ADDED, MIME, nbgrader_of
from tests.autograder.repair.cells import answer, at, cell_of, code, repaired
from tests.autograder.small_lesson import WRONG

CHECK = "twice-check"


def points_raised(notebook):
    for cell in notebook["cells"]:
        if nbgrader_of(cell):
            cell["metadata"]["nbgrader"] |= {"points": 100, "schema_version": 99, "locked": False}


def roles_exchanged(notebook):
    for cell in notebook["cells"]:
        if ours := nbgrader_of(cell):
            ours["solution"], ours["grade"] = not ours.get("solution"), not ours.get("grade")
            ours["task"] = True


def check_emptied(notebook):
    cell_of(notebook, CHECK)["source"] = "pass"


def check_twice(notebook):
    notebook["cells"] += [code("pass", CHECK), code("4.0", CHECK)]


def check_before_the_answer(notebook):
    notebook["cells"].insert(0, notebook["cells"].pop(at(notebook, CHECK)))


def check_as_text(notebook):
    cell_of(notebook, CHECK)["cell_type"] = "markdown"


def checks_deleted(notebook):
    notebook["cells"] = [cell for cell in notebook["cells"] if nbgrader_of(cell).get("grade_id") != CHECK]


def answer_under_the_checks_name(notebook):
    cell_of(notebook, "twice")["metadata"]["nbgrader"]["grade_id"] = CHECK
    cell_of(notebook, CHECK)["id"] = "twice"


def own_cell_with_the_checks_id(notebook):
    notebook["cells"].append(code("pass") | {"id": cell_of(notebook, CHECK).get("id", "x")})


def all_ids_alike(notebook):
    for cell in notebook["cells"]:
        cell["id"] = "twice"


def ids_of_added_cells(notebook):
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"{ADDED}{number}"


def order_turned_around(notebook):
    notebook["cells"].reverse()


def verdicts_handed_in(notebook):
    shown = {"verdict": "correct", "points": 3.0, "max_points": 3.0, "mistake": None, "message": ""}
    output = {
        "output_type": "execute_result",
        "data": {MIME: shown, "text/plain": "3.0"},
        "metadata": {},
        "execution_count": 1,
    }
    for cell in notebook["cells"]:
        cell["metadata"] |= {"verdict": "correct", "written": True, "tags": ["picture"], "editable": True}
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [output] * 50, 10**40


def a_file_of_outputs(notebook):
    text = "<script>1</script>" * 100_000
    for cell in notebook["cells"]:
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}, None, 7]


def attachments(notebook):
    for cell in notebook["cells"]:
        cell["attachments"] = {
            "x.svg": {"image/svg+xml": "<svg onload=alert(1)>"},
            "y": {"text/html": "<script>"},
        }


def another_kernel(notebook):
    notebook["metadata"] = {
        "kernelspec": {"name": "bash", "display_name": "x", "language": "bash", "argv": ["sh", "-c", "id"]},
        "language_info": {"name": "R"},
        "jupytext": {"formats": "ipynb,py:percent", "text_representation": {"extension": ".py"}},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"x": "<script>"}}},
        "grading": {"status": "graded", "notes": ["full marks"]},
        "sandbox": "none",
        "celltoolbar": "Create Assignment",
    }


def another_format(notebook):
    notebook |= {"nbformat": 999, "nbformat_minor": "x", "orig_nbformat": 3}


def headers_of_jupytext(notebook):
    header = "---\njupyter:\n  kernelspec:\n    name: bash\n---\n# %% [markdown]\n# +\n"
    raw = {"cell_type": "raw", "metadata": {"format": "text/html"}, "source": f"{header}<script>1</script>"}
    notebook["cells"].insert(0, raw)
    notebook["cells"].insert(0, code(f"# {header}".replace("\n", "\n# ")))


def sources_of_other_kinds(notebook):
    for source in (None, 7, {"a": 1}, [["x"]], [None, "x = 1\n"], True, "\0", "\ud83d"):
        notebook["cells"].append(code(source))
    notebook["cells"] += [None, 7, [], {}, {"cell_type": ["code"]}, {"cell_type": "code", "metadata": 3}]


def names_beside(notebook):
    notebook["cells"].append(code("pass", "twice-check "))
    notebook["cells"].append(code("pass", "TWICE-CHECK"))
    notebook["cells"].append(code("pass", "../twice-check"))
    notebook["cells"].append(code("pass", "twice-check\0"))


LIES = [
    points_raised,
    roles_exchanged,
    check_emptied,
    check_twice,
    check_before_the_answer,
    check_as_text,
    checks_deleted,
    own_cell_with_the_checks_id,
    all_ids_alike,
    ids_of_added_cells,
    order_turned_around,
    verdicts_handed_in,
    a_file_of_outputs,
    attachments,
    another_kernel,
    another_format,
    headers_of_jupytext,
    sources_of_other_kinds,
    names_beside,
]


def of_ours(found):
    """Return what will run of ours, the answer left out."""
    cells = [cell for cell in found.notebook["cells"] if not cell["id"].startswith(ADDED)]
    return [
        {key: value for key, value in cell.items() if key != "source"}
        if nbgrader_of(cell).get("solution")
        else dict(cell)
        for cell in cells
    ]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_only_the_answer_is_taken(lie, handed_in, master):
    cell_of(handed_in, "twice")["source"] = WRONG
    honest = repaired(copy.deepcopy(handed_in), master)
    lie(handed_in)
    found = repaired(handed_in, master)
    assert found.status == "graded"
    assert of_ours(found) == of_ours(honest)
    assert answer(found) == WRONG
    assert dict(found.notebook["metadata"]) == dict(honest.notebook["metadata"])
    assert not any(cell.get("outputs") or cell.get("attachments") for cell in found.notebook["cells"])
    own = [cell for cell in found.notebook["cells"] if cell["id"].startswith(ADDED)]
    assert all(dict(cell["metadata"]) == {} for cell in own)
    nbformat.validate(found.notebook)
    assert len({cell["id"] for cell in found.notebook["cells"]}) == len(found.notebook["cells"])


def test_an_answer_under_the_name_of_its_check_replaces_no_check(handed_in, master):
    cell_of(handed_in, "twice")["source"] = WRONG
    honest = repaired(copy.deepcopy(handed_in), master)
    answer_under_the_checks_name(handed_in)
    assert of_ours(repaired(handed_in, master))[-1] == of_ours(honest)[-1]
    sources = [cell["source"] for cell in of_ours(repaired(handed_in, master)) if "source" in cell]
    assert sources == [cell["source"] for cell in of_ours(honest) if "source" in cell]
