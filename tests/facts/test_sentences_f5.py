"""Sentences of lesson F5 that a change of the course or of the processor could make false, over seeds."""

import itertools

import numpy as np
import pytest

from autograder.exercises.setting_up import (
    batchnorm_backward,
    batchnorm_forward,
    dropout,
    dropout_backward,
    initial,
    whiten,
)
from course.data import digits
from course.figures import deep, held_back, whitening
from course.network import MLP
from course.pixels import digit_images

INITIAL, FORWARD, BACKWARD, DROPOUT, BACK, WHITEN = (
    each.variants[0].function
    for each in (initial, batchnorm_forward, batchnorm_backward, dropout, dropout_backward, whiten)
)


@pytest.mark.parametrize("seed", range(4))
def test_the_opening_networks_meet_the_fates_that_the_text_gives(seed):
    data = digits()
    ends = {scale: deep.deep_losses(data, scale, seed=seed) for scale in deep.STARTS.values()}
    assert np.abs(ends[0.1] - np.log(10)).max() < 0.1
    assert np.mean(ends[0.2][-20:]) < 0.7 < np.mean(ends[0.14][-20:])
    if seed == 0:
        for scale in (0.28, 0.4):
            assert 100 < ends[scale][0] < 100_000
            assert len(ends[scale]) < 10
            assert not np.isfinite(ends[scale][-1])


def test_what_the_cloud_costs_descent():
    X = whitening.blob()
    centred = X - X.mean(axis=0)

    def ratio(Z):
        ones = np.column_stack([Z, np.ones(len(Z))])
        values = np.linalg.eigvalsh(ones.T @ ones / len(ones))
        return values[-1] / values[0]

    assert ratio(X) > 100 * ratio(centred) > 500 * ratio(centred / X.std(axis=0))
    assert ratio(WHITEN(X, X, 2, 1e-8)[0]) == pytest.approx(1, abs=1e-6)


def test_whitening_every_direction_costs_the_nearest_neighbour_and_a_larger_epsilon_does_not():
    images = digit_images()
    X, Z = images.train.reshape(-1, 64), images.fresh.reshape(-1, 64)

    def share(here, there):
        return (whitening.nearest(here, images.y_train, there) == images.y_fresh).mean()

    assert share(X, Z) == pytest.approx(0.99, abs=0.005)
    assert share(*WHITEN(X, Z, 64, 1e-8)) == pytest.approx(0.94, abs=0.01)
    assert share(*WHITEN(X, Z, 64, 1.0)) > 0.98
    assert share(*WHITEN(X, Z, 20, 1e-8)) > 0.97
    variances = np.linalg.eigvalsh(np.cov(X.T, bias=True))
    assert 1e-6 < variances[variances > 1e-9].min() / variances.max() < 1e-5, "a few millionths"


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_from_zeros_nothing_moves_but_the_last_bias_and_from_a_constant_all_units_move_together(activation):
    data = digits()
    network = MLP(sizes=(64, 20, 10), activation=activation)
    for constant in (0.0, 0.1):
        params = {"W1": np.full((64, 20), constant), "b1": np.zeros(20)}
        params |= {"W2": np.full((20, 10), constant), "b2": np.zeros(10)}
        # Brightness is not negative, so that a unit of equal weights fires.
        X = data.X_train + data.mean
        for _ in range(20):
            params = deep.step(params, network.loss(params, X, data.y_train)[1], rate=0.1)
        moved = {name: bool(np.abs(w - constant * (w.ndim == 2)).max() > 1e-9) for name, w in params.items()}
        assert moved["b2"]
        assert moved["W1"] == moved["W2"] == (constant > 0)
        assert np.ptp(params["W1"], axis=1).max() < 1e-9


def test_centring_by_their_own_mean_costs_nothing_for_all_digits_and_everything_for_zeros_alone():
    images = digit_images()
    pixels, fresh = images.train.reshape(-1, 64), images.fresh.reshape(-1, 64)
    mean = pixels.mean(axis=0)

    def share(rows, away):
        said = whitening.nearest(pixels - mean, images.y_train, fresh[rows] - away)
        return (said == images.y_fresh[rows]).mean()

    every, zeros = images.y_fresh >= 0, images.y_fresh == 0
    assert share(every, fresh.mean(axis=0)) > share(every, mean) - 0.01
    assert share(zeros, fresh[zeros].mean(axis=0)) < 0.2 < 0.95 < share(zeros, mean)


def test_ten_layers_fade_saturate_or_carry_on():
    X = deep.unit_spread(digits())[:300]

    def spread(scale):
        return lambda a, b, rng: scale * rng.standard_normal((a, b))

    def own(kind):
        return lambda a, b, rng: INITIAL(a, b, kind, rng)

    faint = [layer.std() for layer in deep.through(X, spread(0.01), "tanh")]
    assert all(0.05 < b / a < 0.2 for a, b in itertools.pairwise(faint)), "nine tenths lost"
    assert all((np.abs(layer) > 0.97).mean() > 0.75 for layer in deep.through(X, spread(1.0), "tanh"))
    tanh, he = deep.through(X, own("xavier"), "tanh"), deep.through(X, own("he"), "relu")
    assert 0.15 < tanh[-1].std() < tanh[0].std()
    assert 0.3 < he[-1].std() / he[0].std() < 2
    faded = [layer.std() for layer in deep.through(X, own("xavier"), "relu")]
    assert (faded[-1] / faded[0]) ** (1 / 9) == pytest.approx(2**-0.5, rel=0.1)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3))
def test_with_batch_normalisation_every_start_learns_and_without_it_he_alone(seed):
    data = digits()
    X, y = deep.unit_spread(data), data.y_train
    plain = deep.Deep(initial=INITIAL)
    normal = deep.Deep(initial=INITIAL, forward=FORWARD, backward=BACKWARD)
    ends = {
        (network is normal, factor): np.mean(network.losses(X, y, factor, steps=100, seed=seed)[-20:])
        for network in (plain, normal)
        for factor in (0.3, 1.0, 3.0)
    }
    assert ends[True, 0.3] < 0.8
    assert ends[True, 1.0] < 0.6
    assert ends[True, 3.0] < 1.5
    assert ends[True, 3.0] > ends[True, 1.0] + 0.2
    assert abs(ends[False, 0.3] - np.log(10)) < 0.1
    assert ends[False, 1.0] < 1.2
    assert not ends[False, 3.0] < 2


def test_all_ways_beat_nothing_on_average_and_shifted_images_stand_apart():
    images = digit_images()
    found = {
        name: np.mean(
            [
                held_back.accuracies(*held_back.held(how, INITIAL, DROPOUT, BACK, images, seed=s), images)
                for s in range(4)
            ],
            axis=0,
        )
        for name, how in held_back.WAYS.items()
    }
    fresh, moved = ({name: each[part] for name, each in found.items()} for part in (0, 1))
    assert all(share > fresh["nothing"] + 0.02 for name, share in fresh.items() if name != "nothing")
    others = [share for name, share in moved.items() if name != "shifted images"]
    assert moved["shifted images"] > max(others) + 0.25


def test_the_penalties_do_to_the_weights_what_the_text_says():
    images = digit_images()
    W = {
        name: held_back.held(held_back.WAYS[name], INITIAL, DROPOUT, BACK, images, seed=0)[0]["W1"]
        for name in ("nothing", "L2", "L1", "max-norm")
    }
    small = {name: (np.abs(w) < 0.01).mean() for name, w in W.items()}
    assert small["L1"] > 0.5 > 5 * small["nothing"]
    assert W["L2"].std() < 0.7 * W["nothing"].std()
    assert np.linalg.norm(W["max-norm"], axis=0).max() < 1 + 1e-9 < np.linalg.norm(W["nothing"], axis=0).max()


@pytest.mark.parametrize("seed", range(4))
def test_held_back_the_network_learns_less_than_half_of_the_wrong_labels_and_nearly_all_the_right_ones(seed):
    images = digit_images()
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(images.y_train))[:300]
    shown, y = images.train[order], images.y_train[order].copy()
    wrong = rng.random(300) < 0.3
    y[wrong] = (y[wrong] + rng.integers(1, 10, int(wrong.sum()))) % 10

    def learned(name):
        params, mean = held_back.held(held_back.WAYS[name], INITIAL, DROPOUT, BACK, images, seed=seed)
        return [held_back.right(params, mean, shown[rows], y[rows]) for rows in (wrong, ~wrong)]

    most, _ = learned("nothing")
    for name in ("L2", "L1", "max-norm"):
        of_wrong, of_right = learned(name)
        assert of_wrong < most / 2
        assert of_right > 0.93
