"""Sliders of a lesson become pictures: every kind of slider that a figure uses keeps its ends and its value."""

import re
import sys
from pathlib import Path

import ipywidgets
import pytest

from tests.docs.reading import DOCS

sys.path.insert(0, str(DOCS))
from guide import frozen

SLIDERS = {
    "IntSlider": ipywidgets.IntSlider(45, min=0, max=90, step=5),
    "FloatSlider": ipywidgets.FloatSlider(0.9, min=0.0, max=0.99, step=0.01),
    "FloatLogSlider": ipywidgets.FloatLogSlider(0.1, base=10, min=-3, max=0),
    "SelectionSlider": ipywidgets.SelectionSlider(options=(1, 2, 3, 6, 12, 25, 50, 100), value=12),
}


@pytest.mark.parametrize("count", [2, 4, 8, 31])
@pytest.mark.parametrize("kind", SLIDERS)
def test_a_slider_gives_some_values_in_order_with_its_ends_and_its_own(kind, count):
    slider = SLIDERS[kind]
    values, at = frozen.positions(slider, count)
    assert values[at] == slider.value
    assert values == sorted(set(values))
    assert 1 < len(values) <= 2 * count
    first, last = (
        (slider.options[0], slider.options[-1]) if kind == "SelectionSlider" else (slider.min, slider.max)
    )
    if kind == "FloatLogSlider":
        first, last = 10**first, 10**last
    if count > 2:
        assert values[0] == pytest.approx(first)
        assert values[-1] == pytest.approx(last, rel=0.2)


def test_every_kind_of_slider_of_a_drawn_figure_is_known():
    files = Path(DOCS).parent.glob("course/interactive/*.py")
    used = {
        kind
        for file in files
        for kind in re.findall(r"widgets\.(\w*Slider|Dropdown|Checkbox)\(", file.read_text())
    }
    assert used <= set(SLIDERS)
    assert "SelectionSlider" in used
