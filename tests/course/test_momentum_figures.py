"""Lesson 04's pictures draw what they are given, run the reader's rules and name divergence."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course.descend import descend
from course.figures import momentum as figures
from course.figures import races
from course.interactive.momentum import sliders
from course.surfaces import ravine


def push(w, dw, config=None):
    """A rule for these tests: half of the velocity is kept, whatever the config says."""
    config = {"learning_rate": 0.02} | (config or {})
    config["velocity"] = 0.5 * config.get("velocity", 0.0) - config["learning_rate"] * dw
    return w + config["velocity"], config


def stub(*args):
    raise NotImplementedError


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


def labels(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_distances_say_after_how_many_steps_a_rule_left(ax):
    figures.distances(ax, {"sgd": 2.0 ** np.arange(-3, 3), "sgd_momentum": np.full(6, 0.5)}, "")
    assert labels(ax) == ["SGD: 4 steps", "Momentum: not within 5 steps"]


def test_step_lengths_say_when_terminal_velocity_is_near_or_never(ax):
    figures.step_lengths(ax, {0.5: np.ones(9), 0.9: np.ones(9)}, {0.5: 3, 0.9: None})
    assert [text.split(": ")[1] for text in labels(ax)] == ["there after 3 steps", "never there"]


def test_race_marks_the_best_rate_of_each_rule(ax):
    races.against_rate(ax, {"sgd": (np.array([1.0, 2.0, 3.0]), np.array([5.0, 0.1, 7.0]))}, "")
    assert ax.lines[1].get_xydata().tolist() == [[2.0, 0.1]]


def test_a_rate_at_which_a_run_diverged_is_drawn_and_named(ax):
    table = np.array([[0.5, 0.6], [np.nan, 0.2]])
    races.means_and_ranges(ax, np.array([1.0, 2.0]), {"sgd": table}, "")
    assert [text.get_text() for text in ax.texts] == ["diverged"]
    assert ax.lines[-1].get_xdata().tolist() == [2.0]


def test_sliders_run_the_rule_they_are_given_again_at_every_move():
    seen, open_before = [], plt.get_fignums()

    def rule(w, dw, config):
        seen.append((config["learning_rate"], config["momentum"]))
        return w, config

    box = sliders(rule, ravine, steps=3)
    (mu, rate), screen, words = box.children[0].children, *box.children[1:]
    before = screen.value
    mu.value, rate.value = 0.5, 0.1
    assert seen[0] == (0.02, 0.9)
    assert seen[-1] == (0.1, 0.5)
    assert len(seen) == 9
    assert "Momentum: after 3 steps" in words.value
    assert before[:4] == screen.value[:4] == b"\x89PNG"
    assert plt.get_fignums() == open_before


def test_a_picture_of_the_sliders_stands_in_for_them(shown):
    box = sliders(lambda w, dw, config: (w, config), ravine, steps=3)
    live, still = shown(box)
    assert live["text/plain"] == box.words.value
    assert 'alt="Level lines of the ravine' in still["text/html"]


def test_a_picture_with_nothing_to_draw_makes_no_claim(ax):
    assert races.against_rate(ax, {}, "Momentum wins").get_title() == "Not written yet"
    assert ax.get_legend() is None


def test_terminal_velocity_is_measured_on_the_reader_s_rule():
    assert "0.9: 2 plain steps" in figures.terminal_velocity(push, (0.9,)).alt
    assert figures.terminal_velocity(stub, (0.9,)).alt == "Terminal velocity by momentum. Not written yet."


def test_one_step_of_each_starts_with_the_same_velocity():
    def kept(w, dw, config):
        config = dict(config)
        config["velocity"] = 0.9 * config.get("velocity", 0.0) - config["learning_rate"] * dw
        return w + config["velocity"], config

    def ahead(x, v, grad, lr, mu):
        v = mu * v - lr * grad(x)  # asked at x, so that both must end at one place
        return x + v, v

    ends = [part.split(" ends at ")[1] for part in figures.one_step_each(kept, ahead).alt.split("; ")[1:]]
    assert ends[0] == ends[1].rstrip(".")
    assert "ends at" not in figures.one_step_each(stub, stub).alt


def test_a_rule_that_knows_the_axes_does_not_agree_in_a_turned_valley():
    config = {"learning_rate": 0.02, "momentum": 0.9}
    said = figures.turned({"sgd_momentum": push}, 30, config).alt
    assert int(said.split("agree to ")[1].split()[0]) >= 10
    signed = figures.turned({"sgd": lambda w, dw, c=None: (w - 0.01 * np.sign(dw), c or {})}, 30, config).alt
    assert "agree to 0 digits" in signed
    assert "Not written yet" in figures.turned({"sgd": stub}, 30, config).alt


def test_pictures_of_traces_say_where_each_ends():
    trace = descend(push, ravine, steps=5)
    for picture in (
        figures.side_by_side(ravine, {"slow": trace, "slower": trace}, "sgd"),
        figures.paths_and_losses(ravine, {"sgd": trace}, "A title"),
    ):
        assert f"loss {trace.losses[-1]:.3g}" in picture.alt
    assert "after 5 steps" in figures.schedules({"slow": trace}, "A title").alt
    assert figures.schedules({"slow": descend(stub, ravine)}, "A title").alt == "Not written yet."
    assert "Not written yet" in figures.ridge({"sgd": descend(stub, ravine)}, "A title").alt


def test_labels_keep_apart_and_in_order():
    moved = figures.spread([1.0, 5.0, 1.1, 1.2], apart=0.5)
    assert moved == pytest.approx([1.0, 5.0, 1.5, 2.0])


def test_the_factors_are_drawn_with_the_limit_of_the_reader_or_without():
    drawn = figures.stable_factors(lambda curvature, mu, kind: 2.0 / curvature)
    assert "momentum is stable up to 3.80, nesterov is stable up to 1.35" in drawn.alt
    assert figures.stable_factors(stub).alt == drawn.alt
