"""The numbers that lesson 09 states in prose, each computed."""

import math

import numpy as np
import pytest
from scipy import stats

from autograder.exercises.hyperparameter_search import coarse_to_fine, on_border
from course.data import digits
from course.probes.search import draws


def test_a_grid_of_81_runs_on_four_knobs_has_three_values_of_each():
    assert pytest.approx(3) == 81 ** (1 / 4)


def test_one_draw_in_seven_lies_in_each_of_seven_decades():
    law = stats.loguniform(1e-6, 10.0)
    assert law.cdf(1e-2) - law.cdf(1e-3) == pytest.approx(1 / 7)


def test_uniform_draws_crowd_in_the_highest_decade():
    law = stats.uniform(1e-6, 10)
    assert law.sf(1.0) == pytest.approx(0.9, abs=1e-3)
    assert law.cdf(1e-2) < 1.1e-3


def test_the_worked_border_is_seven_tenths_of_a_decade_wide():
    assert 0.1 * math.log10(10.0 / 1e-6) == pytest.approx(0.7)
    assert [on_border.reference(best, 1e-6, 10.0) for best in (3e-6, 1e-3, 4.0)] == ["low", "inside", "high"]


def test_the_worked_stages():
    calls = []

    def search(ranges, n, epochs):
        calls.append((n, ranges["x"]))
        return [{"settings": {"x": 0.1}, "val_accuracy": 0.5}]

    coarse_to_fine.reference(search, {"x": (1e-3, 1.0)}, (1, 5, 20), 300)
    assert [n for n, _ in calls] == [100, 20, 5]
    assert calls[1][1] == pytest.approx((0.0316, 0.316), rel=1e-3)


def test_a_right_answer_fails_a_range_at_most_once_in_a_hundred_million_times():
    assert draws.LIMIT <= 1e-8


def test_one_validation_image_is_a_third_of_a_point():
    assert 100 / len(digits().y_val) == pytest.approx(1 / 3)


def test_choosing_the_best_of_forty_coins_adds_about_six_points():
    coins = np.random.default_rng(9).binomial(300, 0.5, (4000, 40)) / 300
    assert coins.max(axis=1).mean() - 0.5 == pytest.approx(0.062, abs=0.002)


def test_a_range_of_momentum_drawn_uniformly_seldom_remembers_a_hundred_steps():
    share = (0.999 - 0.99) / (0.999 - 0.5)
    assert share == pytest.approx(0.018, abs=1e-3)
    by_factors = math.log(0.01 / 0.001) / math.log(0.5 / 0.001)
    assert by_factors == pytest.approx(0.37, abs=5e-3)


def test_fifty_settings_halved_cost_276_epochs():
    left, epochs, spent = 50, 1, 0
    while True:
        spent += left * epochs
        if left == 1:
            break
        left, epochs = max(1, left // 2), 2 * epochs
    assert spent == 276
