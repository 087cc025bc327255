"""The pictures of lesson 05 draw what was measured."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course.figures import adaptive


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_weights_seen_and_invented_add_up_to_one(ax):
    adaptive.weights(ax, 0.9, 7)
    assert sum(bar.get_height() for bar in ax.patches) == pytest.approx(1, rel=1e-12)


def test_a_rule_that_never_leaves_is_a_gap(ax):
    adaptive.escapes(ax, np.array([0.1, 0.2]), {"sgd": [None, 5]})
    assert np.isnan(ax.lines[0].get_ydata()[0])
    assert ax.lines[0].get_ydata()[1] == 5
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")  # plain descent draws a straight line


def test_stopped_runs_are_gaps_and_every_seed_is_drawn(ax):
    adaptive.tuning(ax, np.array([0.1, 1.0]), {"adam": np.array([0.5, np.inf])})
    assert np.isnan(ax.lines[0].get_ydata()[1])
    ax.cla()
    adaptive.seeds(ax, {"sgd": [0.1, 0.2, 0.3], "adam": [0.2, 0.2, 0.2]})
    assert [len(line.get_xdata()) for line in ax.lines] == [3, 1, 3, 1]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["SGD", "Adam"]
