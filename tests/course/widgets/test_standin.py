"""What stands in for a widget: once, after its live view, with words where nothing can be seen."""

import re

import ipywidgets as widgets
import nbformat
import pytest
from nbconvert import HTMLExporter

from course.plots import image
from course.widgets.standin import StandIn

VIEW = "application/vnd.jupyter.widget-view+json"


class Dial(StandIn, widgets.IntSlider):
    def still(self):
        return {"text/html": image(b"a picture", f"A dial at {self.value}.", 30), "text/plain": "A dial."}


def test_the_live_view_comes_first_and_holds_no_picture(shown):
    dial = Dial(value=7)
    live, still = shown(dial)
    assert live[VIEW]["model_id"] == dial.model_id
    assert (live["text/html"], live["text/plain"]) == ("", "A dial.")
    assert still.keys() == {"text/html"}
    assert still["text/html"].count("<img") == 1
    assert 'alt="A dial at 7."' in still["text/html"]


def test_a_picture_gives_way_to_the_view_of_its_own_model_only(shown):
    one, other = Dial(), Dial()
    _, still = shown(one)
    (mark,) = set(re.findall(r":has\(\.(\S+) :is\(canvas, img\)\)", still["text/html"]))
    assert mark in one._dom_classes
    shown(other)
    assert mark not in other._dom_classes


def test_what_cannot_be_drawn_is_known_before_anything_is_shown(shown, monkeypatch):
    monkeypatch.setattr(Dial, "still", lambda self: 1 / 0)
    dial = Dial()
    with pytest.raises(ZeroDivisionError):
        shown(dial)
    assert dial._dom_classes == ()


def test_a_page_without_the_state_of_widgets_shows_the_picture_and_no_names_of_python(shown):
    outputs = [nbformat.v4.new_output("display_data", data=data) for data in shown(Dial(value=7))]
    cell = nbformat.v4.new_code_cell("dial", outputs=outputs)
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert page.count('alt="A dial at 7."') == 1
    assert "Dial(" not in page
    assert "A dial.<" not in page
