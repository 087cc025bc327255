"""Pictures of races mark the best rate, leave gaps where runs were stopped, and claim nothing without runs."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course.figures import races


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


def test_race_marks_the_best_rate_of_each_rule(ax):
    races.against_rate(ax, {"sgd": (np.array([1.0, 2.0, 3.0]), np.array([5.0, 0.1, 7.0]))}, "")
    assert ax.lines[1].get_xydata().tolist() == [[2.0, 0.1]]


def test_a_rate_at_which_a_run_diverged_is_drawn_and_named(ax):
    table = np.array([[0.5, 0.6], [np.nan, 0.2]])
    races.means_and_ranges(ax, np.array([1.0, 2.0]), {"sgd": table}, "")
    assert [text.get_text() for text in ax.texts] == ["diverged"]
    assert ax.lines[-1].get_xdata().tolist() == [2.0]


def test_a_picture_with_nothing_to_draw_makes_no_claim(ax):
    assert races.against_rate(ax, {}, "Momentum wins").get_title() == "Not written yet"
    assert ax.get_legend() is None


def test_stopped_runs_are_gaps_and_every_seed_is_drawn(ax):
    races.by_rate(ax, np.array([0.1, 1.0]), {"adam": np.array([0.5, np.inf])})
    assert np.isnan(ax.lines[0].get_ydata()[1])
    ax.cla()
    races.by_seed(ax, {"sgd": [0.1, 0.2, 0.3], "adam": [0.2, 0.2, 0.2]})
    assert [len(line.get_xdata()) for line in ax.lines] == [3, 1, 3, 1]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["SGD", "Adam"]


def test_a_race_says_what_each_rule_reaches():
    curve = {"sgd": (np.array([1.0, 2.0]), np.array([5.0, 0.1]))}
    assert races.race({"Short": curve, "Long": curve}, "A title").alt == (
        "Short: sgd reaches 1e-01; Long: sgd reaches 1e-01"
    )
    curves, found = {"sgd": np.array([0.5, 0.2])}, {"sgd": [0.2, 0.4]}
    tuning, seeds = {"a": curves, "b": curves}, {"a": found, "b": found}
    assert races.tuned_race(np.array([0.1, 1.0]), tuning, seeds).alt == (
        "sgd, a: mean 0.300. sgd, b: mean 0.300."
    )
