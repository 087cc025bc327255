"""The pictures of lesson 05 draw what was measured; the turned valley is the ravine it turns."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course.figures import adaptive
from course.mine import plain_gradient_descent
from course.surfaces import ravine


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_valley_at_rest_is_the_ravine():
    points = np.random.default_rng(0).normal(size=(20, 2))
    assert np.allclose(adaptive.valley(25).value(points), ravine.value(points), rtol=1e-15)
    assert np.allclose(adaptive.valley(25).gradient(points), ravine.gradient(points), rtol=1e-14)


@pytest.mark.parametrize("angle", [0.0, 0.3, np.pi / 4, 1.2])
def test_derivatives_of_a_turned_valley_agree_with_differences(angle):
    place, h = adaptive.valley(40, angle), 1e-5
    for p in np.random.default_rng(1).normal(size=(5, 2)):
        for k, shift in enumerate(h * np.eye(2)):
            slope = (place.value(p + shift) - place.value(p - shift)) / (2 * h)
            bend = (place.gradient(p + shift) - place.gradient(p - shift)) / (2 * h)
            # 1e-8: a quadratic has no truncation error, what is left is rounding, 1e-16 / h
            assert slope == pytest.approx(place.gradient(p)[k], abs=1e-8 * 40)
            assert bend == pytest.approx(place.hessian(p)[k], abs=1e-8 * 40)


def test_plain_descent_has_the_same_losses_at_every_angle():
    from course.descend import descend

    config = {"learning_rate": 0.015}
    straight, turned = (
        descend(plain_gradient_descent, adaptive.valley(100, angle), steps=50, config=config).losses
        for angle in (0.0, 0.7)
    )
    assert np.allclose(straight, turned, rtol=1e-10)


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
