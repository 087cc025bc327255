"""A network as a function of one vector: its gradient, its exact products, and its parts."""

import numpy as np
import pytest

from course.full_batch import FullBatch, by_complex_step, some_digits
from course.network import MLP


def small(kind="squared"):
    rng = np.random.default_rng(0)
    network = MLP(sizes=(4, 5, 3), activation="tanh", kind=kind)
    return FullBatch(network, rng.normal(size=(9, 4)), rng.integers(0, 3, 9))


def dense(problem, w, h=1e-5):
    columns = [(problem.gradient(w + h * e) - problem.gradient(w - h * e)) / (2 * h) for e in np.eye(len(w))]
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("kind", ["squared", "softmax"])
def test_the_gradient_is_that_of_differences(kind):
    problem = small(kind)
    w = problem.start(scale=0.5)
    slopes = [(problem(w + 1e-6 * e)[0] - problem(w - 1e-6 * e)[0]) / 2e-6 for e in np.eye(problem.size)]
    assert np.allclose(problem.gradient(w), slopes, rtol=1e-6, atol=1e-8)


def test_the_squared_loss_is_half_the_mean_squared_distance_from_one_hot_labels():
    problem = small()
    w = problem.start(scale=0.5)
    wrong = problem.network.scores(problem.params(w), problem.X) - np.eye(3)[problem.y]
    assert problem(w)[0] == pytest.approx(0.5 * (wrong**2).sum(axis=1).mean(), rel=1e-13)


def test_the_complex_step_is_the_dense_hessian_times_v():
    problem = small()
    w, v = problem.start(scale=0.5), np.random.default_rng(1).normal(size=problem.size)
    assert np.allclose(by_complex_step(problem, w, v), dense(problem, w) @ v, rtol=1e-7, atol=1e-8)


def test_some_rows_are_a_problem_of_their_own():
    problem = small()
    w, halves = problem.start(scale=0.5), (np.arange(6), np.arange(6, 9))
    parts = [problem.on(rows).gradient(w) for rows in halves]
    assert np.allclose((6 * parts[0] + 3 * parts[1]) / 9, problem.gradient(w), rtol=1e-12)


def test_the_digits_of_the_lesson():
    problem = some_digits()
    assert problem.size == 2410 == len(problem.start())
    assert len(problem.y) == 300
    assert np.std(problem.params(problem.start())["W1"]) == pytest.approx(0.1, rel=0.1)
    assert 0 <= problem.accuracy(problem.start()) <= 1
