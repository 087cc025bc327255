import base64
import re

import numpy as np
import pytest
import traitlets
from matplotlib.figure import Figure

from course import plots
from course.interactive import checking
from course.interactive.frames import frames


def draw(figure: Figure, colour: str, height: float) -> str:
    figure.add_axes((0.1, 0.1, 0.8, 0.8)).plot([0, height], color=colour)
    return f"A {colour} line to {height}."


@pytest.fixture
def moving():
    return frames(draw, {"colour": ["red", "blue"], "height": [1, 2, 3]}, start=(0, 1), size=(2, 1.5))


def test_every_combination_has_a_picture_and_a_text_the_last_slider_fastest(moving):
    assert moving.alts == [f"A {c} line to {h}." for c in ("red", "blue") for h in (1, 2, 3)]
    assert len(moving.frames) == len(set(moving.frames)) == 6
    assert all(png.startswith(b"\x89PNG") for png in moving.frames)
    assert [control["labels"] for control in moving.controls] == [["red", "blue"], ["1", "2", "3"]]


def test_place_chooses_the_frame(moving):
    assert moving.alts[moving.current] == "A red line to 2."
    moving.place = [1, 2]
    assert moving.alts[moving.current] == "A blue line to 3."


@pytest.mark.parametrize("place", [[0], [2, 0], [0, -1]])
def test_a_place_that_is_not_there_is_refused(moving, place):
    with pytest.raises(traitlets.TraitError, match="position of every slider"):
        moving.place = place


def test_a_page_without_widgets_shows_the_frame_and_reads_what_it_shows(moving, shown):
    moving.place = [1, 0]
    live, still = shown(moving)
    assert live["text/plain"] == "A blue line to 1."
    image = re.search(
        r'<img src="data:image/png;base64,([^"]+)" alt="([^"]+)" style="width:200px;', still["text/html"]
    )
    assert base64.b64decode(image[1]) == moving.frames[moving.current]
    assert image[2] == "A blue line to 1."


def test_in_a_dark_theme_it_turns_dark_as_figures_do(moving):
    def filters(sheet):
        return re.findall(r"(?<!-)filter: ([^;]+);", sheet)

    assert filters(moving._css) == filters(plots.DARK) != []


@pytest.mark.long
def test_the_kink_slider_starts_at_the_example_of_the_text():
    moving = checking.kink(1e-5)
    assert "x = -1.0e-06" in moving.alts[moving.current]
    assert "crosses the kink" in moving.alts[moving.current]
    assert (
        sum("one side" in alt for alt in moving.alts) == sum("crosses" not in alt for alt in moving.alts) > 5
    )


@pytest.mark.long
def test_the_step_slider_tells_what_each_quotient_loses():
    def centred(f, x, h):
        return (f(x + h) - f(x - h)) / (2 * h)

    moving = checking.step_size({"centred": centred}, np.sin, np.cos, 1.0)
    told = moving.alts[moving.current]
    assert "float64" in told
    assert "h = 1e-05" in told
    assert "2e-11" in told
