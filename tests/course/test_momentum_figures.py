"""Lesson 04's pictures draw what they are given, name divergence, and its sliders move the reader's rule."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course.figures import momentum as figures
from course.interactive.momentum import sliders
from course.surfaces import ravine


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
    figures.race(ax, {"sgd": (np.array([1.0, 2.0, 3.0]), np.array([5.0, 0.1, 7.0]))}, "")
    assert ax.lines[1].get_xydata().tolist() == [[2.0, 0.1]]


def test_a_rate_at_which_a_run_diverged_is_drawn_and_named(ax):
    table = np.array([[0.5, 0.6], [np.nan, 0.2]])
    figures.by_effective_rate(ax, np.array([1.0, 2.0]), {"sgd": table}, "")
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
    assert figures.race(ax, {}, "Momentum wins").get_title() == "Not written yet"
    assert ax.get_legend() is None
