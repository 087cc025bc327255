"""The Explorer as a figure, a page and a film."""

import base64
import json
import re
import sys

import numpy as np
import pytest
from PIL import Image

from course.descend import Trace
from course.kept_figures import blank_axes, open_figures, png
from course.surfaces import saddle
from course.widgets import Explorer, picture
from tests.course.widgets.rules import (
    RULES,
)


def test_a_figure_with_alt_text_stands_where_no_widget_runs(shown):
    live, still = shown(Explorer(saddle, RULES, steps=50))
    assert "SGD" in live["text/plain"]
    assert re.search(
        r'<img src="data:image/png;base64,[^"]+" alt="[^"]*left the saddle at step 17', still["text/html"]
    )


def test_the_figure_keeps_to_the_map_and_leaves_hidden_rules_out():
    explorer = Explorer(saddle, RULES, steps=300, hidden=["rmsprop"])
    left, right = picture.figure(explorer).axes
    assert right.get_ylim()[0] > -2
    assert "RMSprop" not in picture.alt_text(explorer)
    assert (left.get_xlim(), left.get_ylim()) == saddle.domain


def test_a_trace_is_cut_at_the_edge_of_the_map():
    points = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 2.0], [0.0, 0.5]])
    cut = picture.on_the_map(saddle, Trace(points=points, losses=np.arange(4.0)))
    assert len(cut.points) == 3


def test_a_saved_page_holds_everything_it_needs(tmp_path):
    explorer = Explorer(saddle, RULES, steps=40, step=7)
    page = explorer.save(tmp_path / "a.html").read_text()
    assert not re.search(r"""(src|href)=["']?http|import .* from|@[A-Z]+@""", page)
    data = json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1]
    )
    assert base64.b64decode(data["binary"]["paths"]) == explorer.canvas.paths
    assert data["plain"]["saved"] is True
    assert data["plain"]["step"] == 7
    assert "learning rate 0.01, momentum 0.9, decay 0.99" in page
    assert "open the notebook" in page


def test_a_saved_gif_moves(tmp_path):
    explorer = Explorer(saddle, RULES, steps=40)
    with Image.open(explorer.save(tmp_path / "a.gif", seconds=0.5, rate=8)) as film:
        assert film.n_frames == 4
        assert film.info["duration"] == 120  # hundredths of a second are all a GIF knows
        first = np.asarray(film.convert("RGB")).copy()
        film.seek(3)
        assert (np.asarray(film.convert("RGB")) != first).any()


def test_a_saved_movie_has_the_frames_asked_for(tmp_path):
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    path = Explorer(saddle, RULES, steps=40).save(tmp_path / "a.mp4", seconds=0.5, rate=8)
    assert imageio_ffmpeg.count_frames_and_secs(str(path))[0] == 4


def test_a_missing_movie_writer_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(RuntimeError, match="pip install imageio-ffmpeg"):
        Explorer(saddle, RULES, steps=5).save(tmp_path / "a.mp4", seconds=0.2)


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match="must end in"):
        Explorer(saddle, RULES, steps=5).save(tmp_path / "a.webm")


def test_figures_of_a_widget_are_not_kept_by_pyplot():
    before = open_figures()
    ax = blank_axes()
    first = png(ax.figure)
    ax.plot([0, 1], [0, 1])
    assert png(ax.figure) != first
    assert first.startswith(b"\x89PNG")
    assert open_figures() == before
