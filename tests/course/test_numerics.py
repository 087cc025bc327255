import numpy as np
import pytest
from scipy.stats import hypergeom

from course import numerics, trojans
from course.network import MLP
from course.trojans import KINDS, PLANTED, make, workshop


def forward(f, x, h):
    return (f(x + h) - f(x)) / h


def test_the_error_of_a_forward_quotient_of_a_square_is_half_the_second_derivative_times_h():
    found = numerics.errors_by_step(forward, np.square, lambda x: 2 * x, 1.0, [0.5, 0.25])
    np.testing.assert_allclose(found, [0.25, 0.125])  # ((1 + h)^2 - 1) / h = 2 + h, relative to 2


def test_a_quotient_is_computed_in_the_precision_that_is_asked_for():
    seen = set()
    numerics.errors_by_step(
        lambda f, x, h: seen.add((x.dtype, h.dtype)) or 1.0, np.sin, np.cos, 1.0, [0.1], np.float32
    )
    assert seen == {(np.dtype(np.float32), np.dtype(np.float32))}


def test_a_vanishing_derivative_is_refused():
    with pytest.raises(ValueError, match="says nothing"):
        numerics.errors_by_step(forward, np.square, lambda x: 2 * x, 0.0, [0.1])


def test_gap_is_the_distance_to_the_next_float():
    assert numerics.gap(1.0) == np.finfo(float).eps == np.nextafter(1.0, 2) - 1
    assert numerics.gap(1.0, np.float32) == np.finfo(np.float32).eps


@pytest.mark.parametrize(("inside", "outside", "draws"), [(10, 30_720, 10), (3, 7, 4), (5, 5, 0)])
def test_chance_of_missing_is_hypergeometric(inside, outside, draws):
    expected = hypergeom(inside + outside, inside, draws).pmf(0)
    assert numerics.chance_of_missing(inside, outside, draws) == pytest.approx(expected)


def test_flatten_and_back():
    params = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([9.0])}
    vector, apart = numerics.flatten(params)
    assert vector.tolist() == [0, 1, 2, 3, 4, 5, 9]
    assert all((apart(vector)[name] == params[name]).all() for name in params)


def test_along_moves_one_entry_of_a_copy():
    params = {"w": np.array([[1.0, 2.0], [3.0, 4.0]])}
    f, start = numerics.along(lambda p: float((p["w"] * [[1, 10], [100, 1000]]).sum()), params, "w", (1, 0))
    assert start.tolist() == [3.0]
    assert f(np.array([5.0])) == 1 + 20 + 500 + 4000
    assert params["w"][1, 0] == 3.0


def test_picks_are_different_entries_of_every_named_array():
    params = {"w": np.zeros((3, 4)), "b": np.zeros(2), "other": np.zeros(9)}
    found = numerics.picks(params, ("w", "b"), 5, np.random.default_rng(0))
    assert len(found) == len(set(found)) == 7
    assert {name for name, _ in found} == {"w", "b"}


def directional(implementation, params, data, reg, seed, rng):
    """Return the worst disagreement of slope and gradient along one random direction per array."""
    grads, worst = implementation(params, data["X"], data["y"], reg, seed)[1], 0.0
    for name, w in params.items():
        d = rng.standard_normal(w.shape)
        ends = [
            implementation({**params, name: w + t * d}, data["X"], data["y"], reg, seed)[0]
            for t in (1e-6, -1e-6)
        ]
        measured, claimed = (ends[0] - ends[1]) / 2e-6, float(np.vdot(grads[name], d))
        worst = max(worst, abs(measured - claimed) / max(abs(measured), abs(claimed), 1e-12))
    return worst


def test_four_of_the_seven_are_wrong_and_three_are_right():
    data = workshop()
    rng = np.random.default_rng(1)
    params = {name: w + 0.4 * rng.standard_normal(w.shape) for name, w in data["params"].items()}
    planted = sorted(PLANTED.values())
    wrong = {kind for kind in planted if directional(make(kind), params, data, 0.0, 3, rng) > 1e-3}
    assert wrong == {"every_margin", "faint", "summed_bias", "deaf"}
    assert set(planted) <= set(KINDS)
    assert len(planted) == 7


def test_each_trojan_passes_the_careless_check_it_hides_from():
    data, rng = workshop(), np.random.default_rng(2)
    assert directional(make("every_margin"), data["params"], data, 0.0, 3, rng) < 1e-4  # at tiny weights
    weights = {name: w + 0.4 * rng.standard_normal(w.shape) for name, w in data["params"].items()}

    only_weights = {name: weights[name] for name in ("W1", "W2")}

    def weights_alone(kind):
        def loss(params, X, y, reg, seed):
            return make(kind)({**weights, **params}, X, y, reg, seed)

        return loss

    assert directional(weights_alone("summed_bias"), only_weights, data, 0.0, 3, rng) < 1e-4
    assert directional(weights_alone("faint"), only_weights, data, 0.0, 3, rng) > 1e-2
    assert directional(weights_alone("faint"), only_weights, data, trojans.AUTHORS_REG, 3, rng) < 1e-4


def test_the_contestant_without_slopes_is_right_above_its_last_activation_only():
    net, rng = trojans.contestants((4, 6, 5, 3))["A"], np.random.default_rng(0)
    X, y = rng.standard_normal((7, 4)), rng.integers(0, 3, 7)
    params = net.start(rng)
    right = MLP(sizes=net.sizes).loss(params, X, y)[1]
    claimed = net.loss(params, X, y)[1]
    agrees = {name: bool(np.allclose(claimed[name], right[name])) for name in params}
    assert agrees == {"W1": False, "b1": False, "W2": False, "b2": False, "W3": True, "b3": True}
