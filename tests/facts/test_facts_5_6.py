"""Facts of sections 5 and 6 (annealing, second order) that no cell of lessons 07 and 08 prints."""

import numpy as np
import pytest

from autograder.exercises import annealing, second_order
from course import surfaces
from course.comparison import softmax_regression
from course.data import digits
from course.figures.second_order import gib


def rates(rule, config, epochs):
    """Return the rate in the middle of each epoch."""
    return [rule(epoch * 10 + 5, {"per_epoch": 10, **config}) for epoch in range(epochs)]


def test_step_decay_halves_every_5_epochs_or_takes_a_tenth_every_20():
    halves = rates(annealing.step_decay.reference, {"initial_rate": 1.0}, 16)
    assert halves == [1.0] * 5 + [0.5] * 5 + [0.25] * 5 + [0.125]
    tenths = rates(annealing.step_decay.reference, {"initial_rate": 1.0, "factor": 0.1, "every": 20}, 41)
    assert tenths[19:21] == [1.0, 0.1]
    assert tenths[40] == pytest.approx(0.01)


def test_halving_may_wait_for_the_validation_error():
    rule, config = annealing.reduce_on_plateau.reference, {"initial_rate": 1.0, "patience": 1}
    errors = [0.3, 0.2, 0.2]
    seen = [rule({"train_error": [0.1] * n, "val_error": errors[:n]}, config) for n in range(4)]
    assert seen == [1.0, 1.0, 1.0, 0.5]


def test_exponential_and_inverse_time_follow_their_formulas():
    for t in (0.0, 1.5, 10.0):
        config = {"initial_rate": 0.3, "per_epoch": 10, "k": 0.2}
        rule, iteration = annealing.smooth_decay.reference, round(10 * t)
        assert rule(iteration, config) == pytest.approx(0.3 * np.exp(-0.2 * t))
        assert rule(iteration, {**config, "kind": "1/t"}) == pytest.approx(0.3 / (1 + 0.2 * t))


def test_newton_lands_on_the_saddle_in_one_step():
    x = np.array([1.0, 0.5])
    step = second_order.newton_step.reference(surfaces.saddle.gradient(x), surfaces.saddle.hessian(x))
    assert np.abs(x + step).max() < 1e-15


def test_newton_has_no_step_where_the_hessian_is_singular_and_damping_gives_one():
    H = surfaces.monkey_saddle.hessian((0.0, 0.0))
    with pytest.raises(np.linalg.LinAlgError):
        second_order.newton_step.reference(np.ones(2), H)
    assert np.allclose(second_order.newton_step.reference(np.ones(2), H, 0.5), [-2, -2])


def test_the_hessian_of_a_million_parameters_weighs_3725_29_gib():
    assert round(gib(1e6**2), 2) == 3725.29
    assert gib(1e6**2) * 2**30 == pytest.approx(4000 * 1e9)


def test_the_hessian_costs_two_gradients_for_each_parameter():
    data = digits()
    objective = softmax_regression(data.X_train[:50, :4], data.y_train[:50], classes=10, reg=0.1)
    differences = second_order.numerical_hessian.variants[0].function
    differences(objective.gradient, objective.start)
    assert objective.evaluations == 2 * len(objective.start) == 100


def test_softmax_regression_on_digits_has_650_parameters():
    data = digits()
    assert len(softmax_regression(data.X_train, data.y_train, classes=10, reg=0.0).start) == 650


def test_bfgs_changes_its_inverse_by_a_matrix_of_rank_two():
    rng = np.random.default_rng(0)
    n = 8
    root = rng.standard_normal((n, n))
    H, B = root @ root.T + np.eye(n), np.diag(rng.uniform(0.5, 2, n))
    s = rng.standard_normal(n)
    y = H @ s
    left = np.eye(n) - np.outer(s, y) / (y @ s)
    change = left @ B @ left.T + np.outer(s, s) / (y @ s) - B
    assert np.linalg.matrix_rank(change) == 2
    assert np.allclose((B + change) @ y, s)


def test_a_small_rates_floor_is_rate_times_variance_over_4_per_direction():
    from course.noisy_bowl import floor

    assert floor(1e-4) == pytest.approx(2 * 1e-4 / 4, rel=1e-3)
    assert 0.4 < floor(0.1) / floor(0.2) < 0.5  # a little more than half is lost, as lesson 07 says
