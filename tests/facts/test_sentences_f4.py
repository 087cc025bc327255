"""Sentences of lesson F4 that a change of the course or of the processor could make false, over seeds."""

import numpy as np
import pytest

from autograder.exercises.neurons_and_layers import activation, dead_share, slope_from_output
from course.data import digits
from course.figures.neurons import NoisySpiral, accuracy, given, layer_after, zigzag_path

RIGHT = dead_share.variants[0].make()


@pytest.fixture(scope="module")
def fresh():
    """Return accuracies on fresh points, (seeds, 4): 6 units, 6 penalised, 100, 100 penalised."""
    settings = ((6, 0.0), (6, 0.001), (100, 0.0), (100, 0.001))
    rows = []
    for seed in range(10):
        data = NoisySpiral(seed=seed)
        rows.append([accuracy(given(units, reg, data), *data.fresh) for units, reg in settings])
    return np.array(rows)


@pytest.mark.thorough
def test_the_opening_networks_come_in_the_order_that_the_text_gives(fresh):
    six, _, many, held = fresh[3]
    assert six + 0.02 < many
    assert many + 0.03 < held
    data = NoisySpiral(seed=3)
    wrong = np.mean(data.train[1] != NoisySpiral(seed=3, wrong=0.0).train[1])
    assert 0.15 < wrong < 0.35
    assert len(data.train[1]) == 120


@pytest.mark.thorough
def test_the_penalised_hundred_is_ahead_on_nearly_every_spiral(fresh):
    _, six, many, held = fresh.T
    assert (held > many).sum() >= 8
    assert (held > six).sum() >= 9
    assert many.mean() > six.mean() + 0.03
    assert held.mean() > many.mean() + 0.03


def test_ten_sigmoids_leave_at_most_a_millionth():
    steepest = slope_from_output.reference(
        "sigmoid", activation.reference("sigmoid", np.linspace(-3, 3, 601))
    ).max()
    assert steepest == pytest.approx(0.25)
    assert steepest**10 < 1e-6


def test_positive_inputs_zigzag_and_every_step_has_one_sign():
    ends = {centred: [] for centred in (False, True)}
    for centred in ends:
        for seed in range(20):
            path = zigzag_path(centred, steps=40, seed=seed)
            ends[centred].append(np.linalg.norm(path[-1] - [1, -1]))
            steps = np.diff(path, axis=0)
            same_sign = (steps[:, 0] * steps[:, 1] >= 0).mean()
            assert same_sign == 1 if not centred else same_sign < 0.9
    assert np.mean(ends[True]) < 0.05 < 0.3 < np.mean(ends[False])


@pytest.mark.parametrize("seed", range(3))
def test_units_die_at_large_rates_only(seed):
    data = digits()
    shares = [RIGHT(*layer_after(data, rate, seed=seed)) for rate in (0.1, 1, 3, 10, 40)]
    assert max(shares[:3]) <= 0.02
    assert shares[3] > 0.15
    assert shares[4] > 0.6
