"""The Explorer without a browser: its state, its runs, what it sends, what it writes to files."""

import base64
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import traitlets
from PIL import Image

from course.descend import Trace
from course.plots import RULE_STYLES
from course.surfaces import SURFACES, beale, himmelblau, monkey_saddle, ravine, saddle
from course.widgets import Explorer, canvas, export, runs
from course.widgets.figures import blank_axes, open_figures, png

NODE = shutil.which("node")


def plain(w, dw, config=None):
    config = {"learning_rate": 1e-2} | (config or {})
    return w - config["learning_rate"] * dw, config


def ball(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (config or {})
    velocity = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + velocity, config | {"velocity": velocity}


def scaled(w, dw, config=None):
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "cache": 0.0} | (config or {})
    cache = config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * dw**2
    return w - config["learning_rate"] * dw / (np.sqrt(cache) + 1e-12), config | {"cache": cache}


def two_betas(w, dw, config=None):
    config = config or {}
    return w - config["learning_rate"] * (config.get("beta1", 0.9) + config.get("beta2", 0.999)) * dw, config


def raising(w, dw, config=None):
    raise ZeroDivisionError("no luck\non two lines")


def unwritten(w, dw, config=None):
    raise NotImplementedError


def not_a_number(w, dw, config=None):
    return w * np.nan, {}


def wrong_shape(w, dw, config=None):
    return np.zeros(3), {}


def uphill(w, dw, config=None):
    return w + 5 * dw, {}


RULES = {"sgd": plain, "sgd_momentum": ball, "rmsprop": scaled}


def told(explorer, name):
    return "; ".join(event.text for event in explorer.runs[name].events)


def sent(explorer):
    """The paths as the browser reads them: name -> (T + 1, 3)."""
    flat = np.frombuffer(explorer.canvas.paths, dtype=np.float32).reshape(-1, 3)
    parts = np.split(flat, np.cumsum(explorer.canvas.lengths)[:-1])
    return dict(zip((rule["name"] for rule in explorer.canvas.rules), parts, strict=True))


def test_every_path_arrives_as_it_was_computed():
    explorer = Explorer(saddle, RULES, steps=30)
    for name, points in sent(explorer).items():
        trace = explorer.runs[name].trace
        np.testing.assert_allclose(points[:, :2], trace.points, rtol=1e-6)
        np.testing.assert_allclose(points[:, 2], trace.losses, rtol=1e-6)


def test_plain_descent_is_where_its_closed_form_is():
    points = sent(Explorer(saddle, {"sgd": plain}, rate=0.1, steps=20, start=(0.5, 1e-3)))["sgd"]
    k = np.arange(21)
    np.testing.assert_allclose(points[:, 0], 0.5 * 0.8**k, rtol=1e-5)
    np.testing.assert_allclose(points[:, 1], 1e-3 * 1.2**k, rtol=1e-5)


@pytest.mark.parametrize(
    ("rule", "step"), [(plain, 698), (ball, 140), (scaled, 17)], ids=["plain", "momentum", "scaled"]
)
def test_a_rule_reports_when_it_left_the_saddle(rule, step):
    """The table in the facts of lesson 04 and 05: rate 0.01, from (1, 1e-6)."""
    explorer = Explorer(saddle, {"it": rule}, steps=700)
    assert explorer.runs["it"].events[0].step == step
    assert told(explorer, "it").startswith(f"left the saddle at step {step}")


def test_a_rule_on_the_ridge_never_leaves():
    assert told(Explorer(saddle, {"sgd": plain}, start=(1.0, 0.0)), "sgd") == "has not left the saddle"


def test_falling_without_end_is_no_failure():
    explorer = Explorer(saddle, {"ball": ball}, steps=400)
    assert told(explorer, "ball") == "left the saddle at step 140; falls without end"
    assert all(event.kind != "stopped" for event in explorer.runs["ball"].events)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (raising, "It raised ZeroDivisionError: no luck"),
        (unwritten, "Not written yet."),
        (not_a_number, "diverged: step 1 is not finite"),
        (wrong_shape, "`next_w` must have the shape of `w`, (2,); it came back as (3,)."),
        (uphill, "diverged: step "),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_rule_that_fails_is_named_with_its_reason_and_the_others_go_on(rule, reason):
    explorer = Explorer(ravine, {"bad": rule, "sgd": plain}, steps=50)
    assert told(explorer, "bad").startswith(reason)
    assert explorer.runs["bad"].events[-1].kind == "stopped"
    assert "\n" not in told(explorer, "bad")
    assert explorer.canvas.lengths[1] == 51
    assert np.isfinite(sent(explorer)["bad"]).all()


def test_leaving_is_counted_along_the_falling_directions_only():
    points = np.array([[1.1, 0.0], [-1.3, 0.9], [0.0, -1.01], [0.0, 0.0]])
    assert runs.escape_step(saddle, points) == 2


def test_the_monkey_saddle_is_left_where_the_loss_is_lower():
    points = np.array([[1.2, 0.0], [0.1, 0.1], [0.6, 0.7], [0.7, 0.8]])
    assert monkey_saddle.value(points[3]) < 0 < monkey_saddle.value(points[0])
    assert runs.escape_step(monkey_saddle, points) == 3


def test_a_saddle_among_minima_must_be_visited_before_it_is_left():
    away = np.array([[-5.0, 5.0], [5.0, 5.0]])
    near = np.array([*himmelblau.saddles[:1], himmelblau.saddles[0] + np.array([0.9, 0.0]), (0.0, 0.0)])
    assert runs.escape_step(himmelblau, away) is None
    assert runs.escape_step(himmelblau, near) == 2


def test_a_minimum_is_reached_within_a_fiftieth_of_the_map():
    points = np.array([[1.0, 0.5], [2.5, 0.5], [2.99, 0.5]])
    assert runs.arrival_step(beale, points) == 2
    assert runs.arrival_step(saddle, points) is None


def test_settings_are_found_by_what_they_change():
    assert runs.settings_of(plain) == {"learning_rate"}
    assert runs.settings_of(ball) == {"learning_rate", "momentum"}
    assert runs.settings_of(scaled) == {"learning_rate", "decay_rate"}
    assert runs.settings_of(two_betas) == {"learning_rate", "beta1", "beta2"}
    assert runs.settings_of(raising) == frozenset()


def test_only_sliders_that_somebody_feels_are_there():
    controls = Explorer(saddle, {"sgd": plain, "scaled": scaled}).controls
    assert hasattr(controls, "decay")
    assert not hasattr(controls, "momentum")
    assert not hasattr(controls, "beta1")


def test_a_slider_moves_its_trait_and_repaints():
    explorer = Explorer(saddle, RULES, steps=50)
    before = explorer.canvas.paths
    explorer.controls.rate.value = 0.1
    assert explorer.rate == pytest.approx(0.1)
    assert explorer.canvas.paths != before
    before = explorer.canvas.paths
    explorer.controls.momentum.value = 0.5
    assert explorer.runs["sgd_momentum"].trace.points[5, 0] != pytest.approx(
        Explorer(saddle, RULES, steps=50, rate=0.1).runs["sgd_momentum"].trace.points[5, 0]
    )
    assert explorer.canvas.paths != before


def test_the_menu_changes_the_surface_with_its_start_and_noise():
    explorer = Explorer(saddle, RULES, steps=20)
    explorer.controls.surface.value = SURFACES["noisy quadratic"]
    assert explorer.canvas.surface == "noisy quadratic"
    assert explorer.start == SURFACES["noisy quadratic"].start == tuple(explorer.canvas.start)
    assert explorer.noise == 1.0
    assert (explorer.controls.start_x.value, explorer.controls.start_y.value) == explorer.start
    assert len(explorer.canvas.grid) == 4 * canvas.GRID**2


def test_one_change_of_surface_computes_once(monkeypatch):
    explorer = Explorer(saddle, RULES, steps=20)
    counted = []
    monkeypatch.setattr(explorer.canvas, "show_runs", lambda runs: counted.append(runs))
    explorer.surface = himmelblau
    explorer.steps = 40
    assert len(counted) == 2


def test_a_start_dragged_on_the_canvas_is_the_start_of_every_path():
    explorer = Explorer(saddle, RULES, steps=20)
    explorer.canvas.start = [0.3, -0.2]
    assert explorer.start == (0.3, -0.2)
    assert (explorer.controls.start_x.value, explorer.controls.start_y.value) == (0.3, -0.2)
    for points in sent(explorer).values():
        np.testing.assert_allclose(points[0, :2], (0.3, -0.2), rtol=1e-6)


def test_a_typed_start_stays_on_the_map():
    explorer = Explorer(saddle, RULES, steps=20)
    explorer.controls.start_y.value = 7.0
    assert explorer.start[1] == explorer.controls.start_y.value == 1.2


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        *(("rate", 0.0), ("rate", 40.0), ("momentum", 1.0), ("noise", -1.0), ("steps", 0), ("step", 21)),
        *(("start", (9.0, 0.0)), ("start", (np.nan, 0.0)), ("hidden", ["nobody"]), ("view", "side")),
        ("surface", "saddle"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(trait, value):
    explorer = Explorer(saddle, RULES, steps=20)
    before = getattr(explorer, trait)
    with pytest.raises(traitlets.TraitError):
        setattr(explorer, trait, value)
    assert getattr(explorer, trait) == before


def test_rules_may_come_as_a_list_with_different_names():
    assert list(Explorer(saddle, [plain, ball], steps=5).runs) == ["plain", "ball"]
    with pytest.raises(ValueError, match="different names"):
        Explorer(saddle, [plain, plain])
    with pytest.raises(ValueError, match="must be a function"):
        Explorer(saddle, {"sgd": 3})


def test_colours_dashes_and_markers_are_the_courses():
    for rule in Explorer(saddle, RULES, steps=5).canvas.rules:
        style = RULE_STYLES[rule["name"]]
        assert (rule["color"], tuple(rule["dashes"]), rule["marker"]) == (
            style["color"],
            style["dashes"],
            style["marker"],
        )


def test_rules_without_a_style_of_the_course_look_different():
    explorer = Explorer(saddle, {"aa": plain, "dd": plain, "gg": plain}, steps=5)
    assert len({rule["color"] for rule in explorer.canvas.rules}) == 3


def test_noise_is_the_same_for_every_rule_and_every_time():
    first = Explorer(saddle, {"a": plain, "b": plain}, noise=0.5, steps=20)
    again = Explorer(saddle, {"a": plain, "b": plain}, noise=0.5, steps=20)
    assert np.array_equal(sent(first)["a"], sent(first)["b"])
    assert first.canvas.paths == again.canvas.paths
    assert first.canvas.paths != Explorer(saddle, {"a": plain, "b": plain}, steps=20).canvas.paths


def test_a_fair_race_gives_each_rule_the_best_of_the_rates():
    explorer = Explorer(ravine, {"sgd": plain, "sgd_momentum": ball}, steps=60, race=True)
    for name, rule in (("sgd", plain), ("sgd_momentum", ball)):
        ends = []
        for rate in runs.RACE_RATES:
            with np.errstate(all="ignore"):
                one = Explorer(ravine, {name: rule}, steps=60, rate=rate).runs[name]
            ends.append(np.inf if one.trace.stopped else one.trace.losses[-1])
        best = explorer.runs[name]
        assert best.rate == runs.RACE_RATES[int(np.argmin(ends))]
        assert best.trace.losses[-1] == pytest.approx(min(ends))
    assert "fair race, 60 evaluations each" in explorer.canvas.note
    assert explorer.controls.rate.disabled
    explorer.race = False
    assert explorer.canvas.note == ""
    assert not explorer.controls.rate.disabled


def test_the_end_stays_the_end_when_the_run_gets_longer():
    explorer = Explorer(saddle, RULES, steps=20)
    explorer.steps = 60
    assert explorer.step == explorer.canvas.step == 60
    explorer.step = 10
    explorer.steps = 30
    assert explorer.step == 10
    explorer.steps = 5
    assert explorer.step == explorer.canvas.step == 5


def test_five_rules_of_four_hundred_steps_take_a_fraction_of_a_second():
    """The budget is 50 ms on a quiet machine; ten times that only fails when something is badly wrong."""
    explorer = Explorer(
        saddle, {f"rule{k}": each for k, each in enumerate([plain, ball, scaled, ball, scaled])}
    )
    times = []
    for k in range(5):
        began = time.perf_counter()
        explorer.rate = 0.01 + 0.001 * (k + 1)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.5


def test_a_figure_with_alt_text_stands_where_no_widget_runs(shown):
    live, still = shown(Explorer(saddle, RULES, steps=50))
    assert "SGD" in live["text/plain"]
    assert re.search(
        r'<img src="data:image/png;base64,[^"]+" alt="[^"]*left the saddle at step 17', still["text/html"]
    )


def test_the_figure_keeps_to_the_map_and_leaves_hidden_rules_out():
    explorer = Explorer(saddle, RULES, steps=300, hidden=["rmsprop"])
    left, right = export.figure(explorer).axes
    assert right.get_ylim()[0] > -2
    assert "RMSprop" not in export.alt_text(explorer)
    assert (left.get_xlim(), left.get_ylim()) == saddle.domain


def test_a_trace_is_cut_at_the_edge_of_the_map():
    points = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 2.0], [0.0, 0.5]])
    cut = export.on_the_map(saddle, Trace(points=points, losses=np.arange(4.0)))
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


def test_the_front_end_is_one_module_without_imports():
    source = canvas.module_source()
    assert not re.search(r"^(import|export (?!default))", source, re.MULTILINE)
    assert source.count("export default") == 1


def test_figures_of_a_widget_are_not_kept_by_pyplot():
    before = open_figures()
    ax = blank_axes()
    first = png(ax.figure)
    ax.plot([0, 1], [0, 1])
    assert png(ax.figure) != first
    assert first.startswith(b"\x89PNG")
    assert open_figures() == before


@pytest.mark.skipif(NODE is None, reason="node is not installed: the mathematics of the canvas is not tested")
def test_the_mathematics_of_the_canvas():
    tests = Path(__file__).with_name("geometry.test.mjs")
    done = subprocess.run(
        [NODE, "--test", str(tests)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
