"""A lesson to read: its release, with what a run shows under the cells, and without a line of an answer."""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.building import leaks
from autograder.building.text import load
from autograder.project import Project
from tests.docs.reading import DOCS

sys.path.insert(0, str(DOCS))
from guide import lessons, live

PROJECT = Project.here()
ESM = "const x = 1;\nfunction render({ model, el }) {}\nexport default { render };\n"


def cell(identity, source, *outputs, **grader):
    return {
        "cell_type": "code",
        "id": identity,
        "metadata": {"nbgrader": grader} if grader else {},
        "source": source,
        "outputs": list(outputs),
    }


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def shown(**data):
    kinds = {"html": "text/html", "view": live.VIEW}
    return {"output_type": "display_data", "metadata": {}, "data": {kinds[key]: data[key] for key in data}}


def made(tmp_path, *cells, state=None, secret=frozenset()):
    """Return the cells of the page of a notebook that was run."""
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# 3. A title\n\nWhy?"}
    released = {"cells": [title, *(copy.deepcopy(each) for each in cells)]}
    run = nbformat.from_dict(
        {
            "cells": [copy.deepcopy(each) for each in cells],
            "metadata": {"widgets": {live.STATE: {"state": state or {}}}},
        }
    )
    return lessons.page(released, "03_title", run, tmp_path, secret)["cells"]


@pytest.mark.parametrize("lesson", PROJECT.lessons())
def test_a_page_has_the_text_and_no_graded_cell_and_leaks_nothing(lesson, tmp_path):
    released = load(PROJECT.released(lesson))
    page = lessons.page(released, lesson, None, tmp_path)
    assert page["cells"][0]["source"].startswith(f"# {lesson.partition('_')[0]} ")
    sources = [each["source"] for each in page["cells"]]
    graded = [each for each in released["cells"] if lessons.is_graded(each)]
    assert len(sources) == len(released["cells"]) - len(graded)
    assert not {each["source"] for each in graded} & set(sources)
    assert [what for each in page["cells"] for what in leaks.in_words(each)] == []
    nbformat.validate(page)


def test_hints_are_folded_around_text_that_is_read_as_markdown(tmp_path):
    hint = "<details><summary>Hint 1: a question</summary>Where is $w$?</details>"
    (_, page) = made(tmp_path, {"cell_type": "markdown", "id": "a", "metadata": {}, "source": hint})
    assert page["source"].splitlines() == [
        "<details><summary>Hint 1: a question</summary>", "", "Where is $w$?", "", "</details>",
    ]  # fmt: skip


def test_what_an_answer_or_a_graded_cell_shows_is_left_out(tmp_path):
    out = printed("42\n")
    cells = made(
        tmp_path,
        cell("own", "w", out, grade=False, solution=True, grade_id="own"),
        cell("own-check", "assert w", out, grade=True, solution=False, grade_id="own-check"),
        cell("given", "print(42)", out),
    )
    assert [(each["id"], len(each.get("outputs", []))) for each in cells[1:]] == [("own", 0), ("given", 1)]


@pytest.mark.parametrize("kind", ["printed", "html"])
def test_an_output_that_holds_a_line_of_an_answer_is_replaced(kind, tmp_path):
    line = 'v = config["momentum"] * v'
    text = f"def rule():\n    {line}\n"
    out = printed(text) if kind == "printed" else shown(html=f"<pre>{text.replace('*', '&#42;')}</pre>")
    (_, page) = made(tmp_path, cell("a", "source()", out, printed("fine\n")), secret={line})
    assert [lessons.YOURS in json.dumps(each) for each in page["outputs"]] == [True, False]
    assert "momentum" not in json.dumps(page["outputs"])


def test_answers_of_all_lessons_are_known_line_by_line():
    secret = lessons.answers(PROJECT)
    assert 'config["velocity"] = v' in secret
    assert len(secret) > 100


def test_a_widget_becomes_a_place_over_its_picture_with_two_scripts(tmp_path):
    state = {
        "box": {"state": {"children": ["IPY_MODEL_one"]}},
        "one": {
            "state": {"_esm": ESM, "_css": "", "step": 3, "layout": "IPY_MODEL_x"},
            "buffers": [{"path": ["grid"], "data": "AAAA", "encoding": "base64"}],
        },
    }
    still = '<div class="descent-standin x"><style>a</style>\n<img alt="A picture"></div>'
    (_, page) = made(
        tmp_path,
        cell("a", "Explorer()", shown(view={"model_id": "box"}, html=""), shown(html=still)),
        state=state,
    )
    (output,) = page["outputs"]
    place = output["data"]["text/html"]
    assert '<div class="live" data-name="03_title-a-0-0"' in place
    assert '<div class="live-still"><img alt="A picture"></div>' in place
    assert lessons.ASK_PYTHON in place, "its controls asked Python"
    (front,) = tmp_path.glob("front-*.js")
    assert "return { render };" in front.read_text()
    assert "export" not in front.read_text()
    kept = (tmp_path / "03_title-a-0-0.js").read_text()
    assert '"step": 3' in kept
    assert '[["grid"], "AAAA"]' in kept
    assert "_esm" not in kept


def test_a_widget_without_a_front_end_of_its_own_leaves_its_sentence(tmp_path):
    still = '<div class="descent-standin x"><style>a</style>\n<p>There is a button here.</p></div>'
    state = {"box": {"state": {"children": []}}}
    (_, page) = made(
        tmp_path, cell("a", "b()", shown(view={"model_id": "box"}), shown(html=still)), state=state
    )
    (output,) = page["outputs"]
    assert output["data"]["text/html"].startswith("<p>There is a button here.</p>")
    assert list(tmp_path.iterdir()) == []


def test_a_front_end_that_cannot_be_turned_into_a_script_is_refused(tmp_path):
    models = {"one": {"state": {"_esm": "export const render = 1;"}}}
    with pytest.raises(ValueError, match="export default"):
        live.write(models, "one", "x", Path(tmp_path))
