"""Lesson 04's pictures run the reader's rules and say what is not written yet."""

import numpy as np
import pytest

from course.descend import descend
from course.figures import momentum as figures
from course.surfaces import ravine
from tests.course.figures.drawing import labels, push, stub


def test_step_lengths_say_when_terminal_velocity_is_near_or_never(ax):
    figures.step_lengths(ax, {0.5: np.ones(9), 0.9: np.ones(9)}, {0.5: 3, 0.9: None})
    assert [text.split(": ")[1] for text in labels(ax)] == ["there after 3 steps", "never there"]


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


def test_labels_keep_apart_and_in_order():
    moved = figures.spread([1.0, 5.0, 1.1, 1.2], apart=0.5)
    assert moved == pytest.approx([1.0, 5.0, 1.5, 2.0])


def test_the_factors_are_drawn_with_the_limit_of_the_reader_or_without():
    drawn = figures.stable_factors(lambda curvature, mu, kind: 2.0 / curvature)
    assert "momentum is stable up to 3.8, nesterov is stable up to 1.4" in drawn.alt
    assert figures.stable_factors(stub).alt == drawn.alt


def test_schedules_say_where_each_run_ends():
    trace = descend(push, ravine, steps=5)
    assert "after 5 steps" in figures.schedules({"slow": trace}, "A title").alt
    assert figures.schedules({"slow": descend(stub, ravine)}, "A title").alt.startswith("Nothing to draw")
