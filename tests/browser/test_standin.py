"""A page made with the state of its widgets, opened without a network: a picture stands where one is missing."""

import nbformat
import pytest
from ipywidgets.embed import dependency_state
from nbconvert import HTMLExporter

from course.surfaces import saddle
from course.widgets import Explorer, standin
from tests.browser.test_saved_page import RULES, painted

STATE = "application/vnd.jupyter.widget-state+json"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The page of a cell that ends in an Explorer, as ``nbconvert --execute`` writes it, and its view's class."""
    outputs = []
    explorer = Explorer(saddle, RULES, steps=100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standin, "display", lambda data, **_: outputs.append(data))
        explorer._ipython_display_()
    shown = [nbformat.v4.new_output("display_data", data=data) for data in outputs]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("explorer", outputs=shown)])
    state = {"version_major": 2, "version_minor": 0, "state": dependency_state([explorer])}
    notebook.metadata["widgets"] = {STATE: state}
    file = tmp_path_factory.mktemp("page") / "notebook.html"
    file.write_text(HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")
    return file.as_uri(), f"descent-live-{explorer.model_id}"


@pytest.fixture
def page(chromium, made):
    context = chromium.new_context(viewport={"width": 1100, "height": 700}, offline=True)
    page = context.new_page()
    page.goto(made[0])
    yield page
    context.close()


def test_the_picture_stands_where_the_widget_cannot_be_fetched(page, picture):
    assert page.locator(".jupyter-widgets script").count() > 0, "the template has chosen the live view"
    still = page.locator(".descent-standin img")
    assert still.count() == 1
    assert still.is_visible()
    assert still.get_attribute("alt").startswith("Level lines of the saddle")
    assert painted(picture("standin-offline", still), "#cc79a7") > 300  # the path of Adam
    page.emulate_media(media="print")
    assert still.is_visible()


def test_the_picture_goes_when_its_widget_has_painted(page, made):
    still = page.locator(".descent-standin")
    live = "(html) => document.querySelector('.jupyter-widgets').insertAdjacentHTML('beforeend', html)"
    page.evaluate(live, '<div class="descent-live-another"><canvas></canvas></div>')
    page.evaluate(live, f'<div class="{made[1]}">Loading</div>')
    assert still.is_visible()
    page.evaluate(live, f'<div class="{made[1]}"><canvas></canvas></div>')
    assert not still.is_visible()


def test_in_jupyterlab_the_picture_waits_for_the_widget(page):
    still = page.locator(".descent-standin")
    page.evaluate("document.body.classList.add('jp-NotebookPanel')")
    assert not still.is_visible()
    page.evaluate("document.getAnimations().forEach((each) => each.finish())")
    assert still.is_visible()
    assert "Run this cell" in still.evaluate("(element) => getComputedStyle(element, '::before').content")
