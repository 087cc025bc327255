"""Edits made in JupyterLab come back into the text word for word, or are refused."""

import copy
import json
import re
import shutil

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.building import text
from autograder.building.adopt import adopt, merged, reread
from autograder.building.build import build
from autograder.errors import Trouble
from autograder.project import Project
from tests.autograder.small_lesson import LESSON


@pytest.fixture
def edited(project):
    """Return a function that changes the notebook as JupyterLab would save it, and adopts it."""

    def change(edit):
        notebook = nbformat.read(project.notebook(LESSON), as_version=4)
        edit(notebook)
        nbformat.write(notebook, project.notebook(LESSON))
        before = project.text(LESSON).read_text()
        said = adopt(project, project.notebook(LESSON))
        return before, project.text(LESSON).read_text(), said

    return change


def test_a_notebook_that_was_only_run_leaves_the_text_alone(edited):
    def run(notebook):
        notebook.cells[1].execution_count = 3
        notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="hello")]
        notebook.cells[1].metadata["collapsed"] = True
        notebook.metadata.language_info = {"name": "python", "version": "3.11"}

    before, after, said = edited(run)
    assert (after, said) == (before, [])


def test_one_edit_changes_its_lines_only(edited):
    def edit(notebook):
        notebook.cells[3].source = notebook.cells[3].source.replace("distance + distance", "2.0 * distance")

    before, after, said = edited(edit)
    assert after == before.replace("distance + distance", "2.0 * distance")
    assert said == ["changed: twice (line 23)"]


def test_prose_is_edited_and_a_title_only_the_text_has_is_kept(edited):
    def edit(notebook):
        notebook.cells[0].source = "# Another question?\n\nWith $x^2$.\n\n"
        notebook.cells[4].source = 'check("twice", twice)  # look'

    _, after, _ = edited(edit)
    assert "# %% [markdown]\n# # Another question?\n#\n# With $x^2$.\n\n# %%\nimport numpy" in after
    assert '# %% a title that the notebook does not show\ncheck("twice", twice)  # look\n' in after


def test_added_removed_and_moved_cells(edited):
    def edit(notebook):
        new = nbformat.v4.new_code_cell("extra = 1\n")
        first, second, *rest = notebook.cells
        notebook.cells = [second, first, new, *[cell for cell in rest if cell.id != "cell-005"]]

    _, after, said = edited(edit)
    assert [line.partition(":")[0] for line in said] == ["added", "removed", "moved"]
    assert "a title that" not in after
    assert [cell["source"][:9] for cell in text.parse(after, "after")][:3] == [
        "import nu",
        "# What do",
        "extra = 1",
    ]


def test_a_cell_added_at_the_end_is_parted_from_the_last(edited):
    _, after, _ = edited(lambda notebook: notebook.cells.append(nbformat.v4.new_markdown_cell("The end.")))
    assert after.endswith('"twice two is four"\n\n# %% [markdown]\n# The end.\n')


def test_nbgrader_metadata_is_carried_over_and_a_build_tag_is_not(edited):
    def edit(notebook):
        notebook.cells[5].metadata.nbgrader["points"] = 5

    before, after, _ = edited(edit)
    assert after == before.replace('"points": 3', '"points": 5')
    assert "raises-exception" not in after


def test_after_adopting_the_build_finds_nothing_to_lose(edited, project):
    def edit(notebook):
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell("One more paragraph."))

    edited(edit)
    assert f"release/{LESSON}/{LESSON}.ipynb" in build(project)
    assert adopt(project, project.notebook(LESSON)) == []


def refused(project, match, notebook=None):
    before = {file: file.read_bytes() for file in project.root.rglob("*") if file.is_file()}
    with pytest.raises(Trouble, match=match):
        adopt(project, notebook or project.notebook(LESSON))
    assert {file: file.read_bytes() for file in project.root.rglob("*") if file.is_file()} == before


def test_a_text_changed_since_the_build_refuses(project):
    file = project.text(LESSON)
    file.write_text(file.read_text() + "\n# %%\nlater = 1\n")
    refused(project, "has changed since its notebook was built")


def test_a_notebook_of_another_place_refuses(project, tmp_path):
    refused(project, "not one of our source notebooks", project.released(LESSON))
    copied = shutil.copy(project.notebook(LESSON), tmp_path / f"{LESSON}.ipynb")
    refused(project, "not one of our source notebooks", tmp_path / copied)


def test_foreign_cells_under_our_name_refuse(project):
    made = text.load(project.notebook(LESSON))
    for number, cell in enumerate(made["cells"]):
        cell["id"] = f"other-{number}"
    project.notebook(LESSON).write_text(json.dumps(made))
    refused(project, "No cell of the notebook is known")


@pytest.mark.parametrize(
    "words", ["", "{", '{"cells": 3}', "<<<<<<< HEAD\n{}\n", '{"cells": [{"source": "x"}]}']
)
def test_a_corrupt_notebook_refuses(project, words):
    project.notebook(LESSON).write_text(words)
    refused(project, "is not a notebook")


def test_a_cell_that_text_cannot_hold_refuses(project):
    made = text.load(project.notebook(LESSON))
    made["cells"][1]["source"] = 'words = """\n# %% not a cell\n"""'
    project.notebook(LESSON).write_text(json.dumps(made))
    refused(project, re.escape("cannot be said in text"))


def test_a_raw_cell_refuses(project):
    made = text.load(project.notebook(LESSON))
    made["cells"][1] = {"cell_type": "raw", "id": "cell-002", "metadata": {}, "source": "x"}
    project.notebook(LESSON).write_text(json.dumps(made))
    refused(project, "A cell of the notebook is raw")


WORDS = Project.here().root / "tests" / "fixtures" / "lesson" / f"{LESSON}.py"
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
LINES = (
    st.text("abc xyz_=+-*/()[]{}:.,'$\\^é∇`|<>", max_size=30)
    .map(str.rstrip)
    .filter(lambda line: "'''" not in line)  # an open string swallows the cells after it, and is refused
)
ORDINARY = st.lists(LINES, min_size=1, max_size=8).map(lambda lines: "\n".join(lines).strip("\n"))


def carried(sources):
    """Return (wanted, read): the sources of edited cells and what the text says of them when read again."""
    words = WORDS.read_text()
    cells = text.source_notebook(text.parse(words, "lesson"), "lesson")["cells"]
    cells = copy.deepcopy(cells)
    for cell, source in zip(cells, sources, strict=False):
        cell["source"] = source
    after, _ = merged(words, cells, "lesson")
    read = reread(after, cells, "lesson")
    return sources, [cell["source"] for cell in read[: len(sources)]]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ORDINARY, min_size=1, max_size=3))
def test_ordinary_contents_survive_letter_by_letter(sources):
    wanted, read = carried(sources)
    assert read == wanted


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ANY_TEXT, min_size=1, max_size=2))
def test_any_contents_survive_or_are_refused(sources):
    try:
        wanted, read = carried(sources)
    except Trouble:
        return
    assert [source.rstrip() for source in read] == [source.rstrip() for source in wanted]


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.booleans(), ORDINARY, st.integers(1, 3)), min_size=1, max_size=6))
def test_text_to_notebook_to_text_is_the_same_bytes(cells):
    header = WORDS.read_text().partition("\n\n")[0] + "\n\n"
    pieces = []
    for prose, source, blank in cells:
        lines = source.splitlines() or [""]
        body = [("# " + line).rstrip() for line in lines] if prose else lines
        pieces.append("\n".join(["# %% [markdown]" if prose else "# %%", *body]) + "\n" * blank)
    words = header + "".join(pieces).rstrip("\n") + "\n"
    made = text.source_notebook(text.parse(words, "lesson"), "lesson")["cells"]
    after, said = merged(words, made, "lesson")
    assert (after, said) == (words, [])
