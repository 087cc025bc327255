"""The Explorer without a browser: its state, its controls and what it sends."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import traitlets

from course import front
from course.plots import RULE_STYLES
from course.surfaces import SURFACES, himmelblau, saddle
from course.widgets import Explorer, canvas
from tests.course.widgets.rules import RULES, ball, plain, scaled, sent

NODE = shutil.which("node")


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
    monkeypatch.setattr(explorer.canvas, "show_runs", lambda surface, runs: counted.append(runs))
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


def test_the_end_stays_the_end_when_the_run_gets_longer():
    explorer = Explorer(saddle, RULES, steps=20)
    explorer.steps = 60
    assert explorer.step == explorer.canvas.step == 60
    explorer.step = 10
    explorer.steps = 30
    assert explorer.step == 10
    explorer.steps = 5
    assert explorer.step == explorer.canvas.step == 5


WIDGETS = ("basins", "circuit", "edge", "explorer", "frames", "layers", "schedules", "temperature")
NAMED = re.compile(r"^(?:export )?(?:const|let|function|class) (\w+)", re.MULTILINE)


@pytest.mark.parametrize("name", WIDGETS)
def test_a_front_end_is_one_module_without_imports_and_every_name_in_it_is_defined_once(name):
    source = front.module(name)
    assert not re.search(r"^(import|export (?!default))", source, re.MULTILINE)
    names = NAMED.findall(source)
    assert sorted(set(names)) == sorted(names)


def test_every_file_of_the_front_ends_is_used():
    used = {each for name in WIDGETS for each in front.needed(name)}
    assert used == {file.stem for file in front.HERE.glob("*.js")}


@pytest.mark.skipif(NODE is None, reason="node is not installed: the mathematics of the canvas is not tested")
def test_the_mathematics_of_the_canvas():
    tests = Path(__file__).with_name("geometry.test.mjs")
    done = subprocess.run(
        [NODE, "--test", str(tests)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
