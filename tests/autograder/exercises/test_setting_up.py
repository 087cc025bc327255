"""The exercises of lesson F5: references against scikit-learn, PyTorch and differences, and slips."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA

from autograder.exercises.setting_up import (
    EXERCISES,
    batchnorm_backward,
    batchnorm_forward,
    dropout,
    dropout_backward,
    initial,
    whiten,
)
from autograder.exercises.setting_up.batchnorm_backward import CASES
from autograder.exercises.setting_up.initial import LAYERS
from autograder.exercises.setting_up.whiten import CLOUDS
from autograder.judging import judge
from course.checks import check, headline
from course.probes.setting_up.normalising import VISIBLE_WAYS_BACK
from course.probes.setting_up.starting import CELL, spreads
from course.probes.setting_up.whitening import VISIBLE_CLOUDS, sides

TORCH = json.loads((Path(__file__).parents[2] / "oracles" / "setting_up.json").read_text(encoding="utf-8"))


def arrays(case):
    return {name: np.array(each) if isinstance(each, list) else each for name, each in case.items()}


def relative(a, b):
    return np.abs(np.asarray(a) - b).max() / np.abs(b).max()


def test_the_points_are_twenty_five():
    assert sum(exercise.points for exercise in EXERCISES) == 25


# Whitening


@pytest.mark.parametrize("given", [*CLOUDS.values(), *VISIBLE_CLOUDS.values()], ids=range(7))
def test_scikit_learn_whitens_the_same_up_to_signs_and_its_own_count_of_rows(given):
    train, test, k, _ = given
    theirs = PCA(k, whiten=True, svd_solver="full").fit(train)
    more = np.sqrt(len(train) / (len(train) - 1))
    for mine, other in zip(
        whiten.reference(train, test, k, 0.0), (theirs.transform(train), theirs.transform(test)), strict=True
    ):
        assert relative(np.abs(mine), np.abs(other * more)) < 1e-10


def test_whitened_training_rows_have_the_identity_as_covariance():
    train, test, k, _ = CLOUDS["of four columns"]
    here, _ = whiten.reference(train, test, k, 0.0)
    assert np.allclose(here.T @ here / len(here), np.eye(k), atol=1e-12)


@pytest.mark.parametrize("given", [*CLOUDS.values(), *VISIBLE_CLOUDS.values()], ids=range(7))
def test_no_direction_or_side_of_a_check_hangs_on_a_rounding(given):
    train, test, k, eps = given
    values = np.linalg.eigvalsh(np.cov(train.T, bias=True))[::-1]
    assert (values[:-1] / values[1:] > 1.3).all()
    here, _ = whiten.reference(train, test, k, eps)
    weights = np.cos(1.7 * np.arange(len(train)) ** 1.5)
    assert (np.abs(weights @ here) > 1e-3 * np.linalg.norm(weights) * np.linalg.norm(here, axis=0)).all()


@pytest.mark.parametrize("signs", [(1, 1, 1, 1), (-1, 1, -1, 1), (-1, -1, -1, -1)])
def test_the_sign_of_a_direction_is_free_and_the_same_for_both_arrays(signs):
    def turned(train, test, k, eps):
        here, there = whiten.reference(train, test, k, eps)
        s = np.resize(signs, here.shape[1])
        return here * s, there * s

    def apart(train, test, k, eps):
        here, there = whiten.reference(train, test, k, eps)
        return here, -there

    assert judge(whiten, turned).verdict == "correct"
    assert check("whiten", turned).passed
    assert judge(whiten, apart).verdict == "mistake"
    assert not check("whiten", apart).passed


def test_sides_are_those_of_a_sum():
    assert sides(np.array([[1.0, -1.0], [0.0, 0.0]])).tolist() == [1, -1]


# Starting weights


@pytest.mark.parametrize("case", TORCH["starts"], ids=lambda case: str(case["fan_in"]))
@pytest.mark.parametrize("function", [initial.reference, *(each.function for each in initial.variants)])
def test_the_spreads_are_those_of_pytorch(case, function):
    for kind in ("xavier", "he"):
        W = np.asarray(function(case["fan_in"], case["fan_out"], kind, np.random.default_rng(0)))
        assert W.shape == (case["fan_in"], case["fan_out"])
        assert W.std() == pytest.approx(case[kind], rel=5 / np.sqrt(2 * W.size))


@pytest.mark.parametrize("layer", [*LAYERS, (290, 170)])
def test_the_right_spreads_lie_in_the_middle_of_their_cells(layer):
    a, b = layer
    for variance in (2 / a, 2 / (a + b)):
        place = np.log(np.sqrt(variance)) / np.log(CELL)
        room = (0.5 - abs(place - round(place))) * np.log(CELL)
        assert room > 6 / np.sqrt(2 * a * b), "a right draw could be taken for another"


@pytest.mark.parametrize("seed", range(20))
def test_a_right_start_is_right_with_any_draw(seed):
    def other(fan_in, fan_out, kind, rng):
        return initial.reference(fan_in, fan_out, kind, np.random.default_rng([seed, rng.integers(2**32)]))

    assert judge(initial, other).verdict == "correct"
    assert check("initial", other).passed


# Batch normalisation


@pytest.mark.parametrize("case", TORCH["batchnorm"], ids=lambda case: str(len(case["x"])))
def test_batch_normalisation_is_that_of_pytorch(case):
    c = arrays(case)
    rows = len(c["x"])
    settings = {"mode": "train", "momentum": 1 - c["momentum"], "eps": c["eps"]}
    settings |= {name: c[name].copy() for name in ("running_mean", "running_var")}
    for function in (batchnorm_forward.reference, *(each.function for each in batchnorm_forward.variants)):
        now = {
            name: np.copy(each) if isinstance(each, np.ndarray) else each for name, each in settings.items()
        }
        out, cache = function(c["x"].copy(), c["gamma"], c["beta"], now)
        assert relative(out, c["out"]) < 1e-12
        assert relative(now["running_mean"], c["running_mean_after"]) < 1e-12
        new = (c["running_var_after"] - (1 - c["momentum"]) * c["running_var"]) * (rows - 1) / rows
        assert relative(now["running_var"], (1 - c["momentum"]) * c["running_var"] + new) < 1e-12
        for back in (batchnorm_backward.reference, *(each.function for each in batchnorm_backward.variants)):
            for mine, name in zip(
                back(c["dout"], (cache[0], np.ravel(cache[1]), cache[2])),
                ("dx", "dgamma", "dbeta"),
                strict=True,
            ):
                assert np.allclose(np.ravel(mine), c[name].ravel(), rtol=1e-10, atol=1e-12), name
        now |= {
            "mode": "test",
            "running_mean": c["running_mean_after"],
            "running_var": c["running_var_after"],
        }
        assert relative(function(c["x"].copy(), c["gamma"], c["beta"], now)[0], c["out_at_test"]) < 1e-12


@pytest.mark.parametrize("given", [*CASES.values(), *VISIBLE_WAYS_BACK.values()], ids=range(7))
def test_the_way_back_is_that_of_centred_differences(given):
    dout, (x_hat, std, gamma) = given
    eps = std**2 * (1 - (x_hat**2).mean(axis=0))
    assert (eps > 0).all(), "no rows lead to this cache"

    def told(x, gamma, beta):
        away = x - x.mean(axis=0)
        return np.sum(dout * (gamma * away / np.sqrt((away**2).mean(axis=0) + eps) + beta))

    at = [x_hat * std, gamma.copy(), np.zeros(len(gamma))]
    for number, mine in enumerate(batchnorm_backward.reference(dout, (x_hat, std, gamma))):
        slopes = np.zeros(mine.shape)
        for ix in np.ndindex(mine.shape):
            ends = []
            for h in (1e-5, -1e-5):
                moved = [each.copy() for each in at]
                moved[number][ix] += h
                ends.append(told(*moved))
            slopes[ix] = (ends[0] - ends[1]) / 2e-5
        assert relative(mine, slopes) < 1e-7


@pytest.mark.parametrize("variant", batchnorm_backward.variants, ids=lambda variant: variant.name)
def test_every_variant_of_the_way_back_gives_columns_that_sum_to_zero(variant):
    dx, _, _ = variant.function(*CASES["of more rows"])
    assert np.abs(np.sum(dx, axis=0)).max() < 1e-12


# Dropout


@pytest.mark.parametrize("case", TORCH["dropout"], ids=lambda case: str(case["keep"]))
def test_dropout_scales_and_goes_back_as_pytorchs_does(case):
    c = arrays(case)
    mask = c["out"] / c["x"]
    assert set(mask.round(9).ravel()) == {0.0, round(1 / c["keep"], 9)}
    assert relative(dropout_backward.reference(c["dout"], mask), c["dx"]) < 1e-12
    for function in (dropout.reference, *(each.function for each in dropout.variants)):
        out, own = (np.asarray(each) for each in function(c["x"], c["keep"], np.random.default_rng(0), True))
        assert set(own.round(9).ravel()) == set(mask.round(9).ravel())
        assert np.allclose(out, c["x"] * own, rtol=1e-12)
        assert np.array_equal(
            function(c["x"], c["keep"], np.random.default_rng(0), False)[0], c["out_at_test"]
        )


@pytest.mark.parametrize("seed", range(20))
def test_right_dropout_is_right_with_any_draw(seed):
    def other(x, keep, rng, training):
        return dropout.reference(x, keep, np.random.default_rng([seed, rng.integers(2**32)]), training)

    assert judge(dropout, other).verdict == "correct"
    assert check("dropout", other).passed


# Slips as readers write them


def known(exercise, name):
    return next(each for each in (*exercise.mistakes, *exercise.conventions) if each.name == name).make()


def forward_with(**changed):
    def forward(x, gamma, beta, bn_param):
        p = bn_param
        if p["mode"] == "test" and not changed.get("own_at_test"):
            mean, var = p["running_mean"], p["running_var"]
        else:
            mean, var = np.mean(x, axis=0), changed.get("var", np.var)(x, axis=0)
            if p["mode"] == "train":
                m = 1 - p["momentum"] if changed.get("turned") else p["momentum"]
                p["running_mean"] = m * p["running_mean"] + (1 - m) * mean
                p["running_var"] = m * p["running_var"] + (1 - m) * var
        std = changed.get("root", lambda v, eps: np.sqrt(v + eps))(var, p["eps"])
        x_hat = (x - mean) / std
        return gamma * x_hat + beta, (x_hat, std, gamma)

    return forward


def whiten_with(root=np.sqrt, count=len, test_mean=None):
    def function(train, test, k, eps):
        mu = train.mean(axis=0)
        values, U = np.linalg.eigh((train - mu).T @ (train - mu) / count(train))
        values, U = values[::-1][:k], U[:, ::-1][:, :k]
        away = mu if test_mean is None else test_mean(test)
        return (train - mu) @ U / root(values + eps), (test - away) @ U / root(values + eps)

    return function


def plain_dropout(x, keep, rng, training):
    mask = rng.random(x.shape) < keep
    return (x * mask, mask * 1.0) if training else (x, None)


def pytorchs_p(x, keep, rng, training):
    mask = (rng.random(x.shape) >= keep) / (1 - keep)
    return (x * mask, mask) if training else (x, None)


def at_test_too(x, keep, rng, training):
    mask = (rng.random(x.shape) < keep) / keep
    return (x * mask, mask) if training else (x * keep, mask)


def without_the_mean(dout, cache):
    x_hat, std, gamma = cache
    d = dout * gamma
    dvar = np.sum(d * x_hat * std, axis=0) * -0.5 * std**-3
    return d / std + dvar * 2 * x_hat * std / len(dout), np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


def three_paths(
    mean_over=None, variance_over=None, power=2, dgamma=lambda d, x_hat, gamma: (d * x_hat).sum(axis=0)
):
    """Return the way back of the text, path by path, with one slip."""

    def backward(dout, cache):
        x_hat, std, gamma = cache
        g, n = dout * gamma, len(dout)
        dv = -(g * x_hat).sum(axis=0) / (2 * std**power)
        dmu = -g.sum(axis=0) / std
        dx = g / std + 2 * std * x_hat * dv / (variance_over or n) + dmu / (mean_over or n)
        return dx, dgamma(dout, x_hat, gamma), dout.sum(axis=0)

    return backward


def one_row_of_masks(x, keep, rng, training):
    mask = (rng.random(x.shape[1]) < keep) / keep
    return (x * mask, mask) if training else (x, None)


def test_directions_taken_from_the_rows_of_the_matrix_leave_columns_that_are_correlated():
    def from_rows(train, test, k, eps):
        mu = train.mean(axis=0)
        values, U = np.linalg.eigh((train - mu).T @ (train - mu) / len(train))
        U = U[::-1][:k].T / np.sqrt(values[::-1][:k] + eps)
        return (train - mu) @ U, (test - mu) @ U

    for said in (check("whiten", from_rows).headline, judge(whiten, from_rows).message):
        assert "the correlation between the whitened columns" in said


@pytest.mark.parametrize(
    ("smallest_first", "test_mean", "said"),
    [
        (True, False, "the order of the whitened columns"),
        (False, True, "the mean of every whitened test column"),
    ],
)
def test_a_whitening_with_a_second_slip_in_its_scale_is_told_of_the_first(smallest_first, test_mean, said):
    def function(train, test, k, eps):
        mu = train.mean(axis=0)
        values, U = np.linalg.eigh((train - mu).T @ (train - mu) / (len(train) - 1))
        order = slice(None, k) if smallest_first else slice(None, -k - 1, -1)
        away = test.mean(axis=0) if test_mean else mu
        scale = np.sqrt(values[order]) + eps
        return (train - mu) @ U[:, order] / scale, (test - away) @ U[:, order] / scale

    assert said in check("whiten", function).headline
    assert said in judge(whiten, function).message


def test_a_way_back_with_two_slips_of_which_one_lies_on_the_path_through_the_mean_is_told_of_the_sum():
    def backward(dout, cache):
        x_hat, _, gamma = cache
        return without_the_mean(dout / gamma, cache)[0], (dout * x_hat).sum(axis=0), dout.sum(axis=0)

    for said in (check("batchnorm_backward", backward).headline, judge(batchnorm_backward, backward).message):
        assert "the sum of dx over the rows of a column" in said


def test_equal_weights_have_no_spread_whatever_their_rounding():
    for value in (0.1, 1 / 3, 0.083):
        seen = spreads(lambda a, b, kind, rng, value=value: np.full((a, b), value), 290, 170)
        assert seen['the standard deviation of "he" from 290 inputs to 170 units'] == "0"


@pytest.mark.parametrize(
    ("exercise", "function", "name"),
    [
        (whiten, whiten_with(test_mean=lambda t: t.mean(axis=0)), "test rows centred by their own mean"),
        (whiten, whiten_with(root=lambda v: v), "variance for standard deviation"),
        (whiten, whiten_with(count=lambda t: len(t) - 1), "one less than the rows"),
        (initial, lambda a, b, kind, rng: rng.standard_normal((a, b)) * {"zero": 0, "xavier": np.sqrt(2 / (a + b)),
                                                                         "he": np.sqrt(2 / b)}[kind],
         "fan of the wrong side"),
        (batchnorm_forward, forward_with(own_at_test=True), "statistics of the batch at test"),
        (batchnorm_forward, forward_with(turned=True), "momentum weighs the new batch"),
        (batchnorm_forward, forward_with(root=lambda v, eps: np.sqrt(v) + eps), "epsilon outside the root"),
        (batchnorm_forward, forward_with(root=lambda v, eps: np.sqrt(v)), "epsilon forgotten"),
        (batchnorm_forward, forward_with(root=lambda v, eps: v + eps), "variance for standard deviation"),
        (batchnorm_forward, forward_with(var=lambda x, axis: x.std(axis=axis)), "standard deviation for variance"),
        (batchnorm_forward, forward_with(var=lambda x, axis: x.var(axis=axis, ddof=1)), "variance with one less"),
        (batchnorm_backward, without_the_mean, "mean term dropped"),
        (batchnorm_backward, three_paths(mean_over=1), "mean term not divided by the rows"),
        (batchnorm_backward, three_paths(variance_over=1), "variance term not divided by the rows"),
        (batchnorm_backward, three_paths(power=3), "x hat for the distance from the mean"),
        (batchnorm_backward, three_paths(dgamma=lambda dout, x_hat, gamma: (dout * gamma * x_hat).sum(axis=0)),
         "gamma in dgamma"),
        (dropout, one_row_of_masks, "one mask for all rows"),
        (dropout, plain_dropout, "scaled nowhere"),
        (dropout, pytorchs_p, "keep taken for drop and scaled for it"),
        (dropout, at_test_too, "scaled at test and training"),
        (dropout_backward, lambda dout, mask: dout * (mask != 0), "scale lost on the way back"),
    ],
)  # fmt: skip
def test_the_slips_of_the_syllabus_have_their_names_in_the_notebook_and_in_the_marks(
    exercise, function, name
):
    assert check(exercise.name, function).headline == f"{headline(name)}."
    assert judge(exercise, function).mistake == name


@pytest.mark.parametrize(
    ("exercise", "one", "other"),
    [
        (batchnorm_forward, "beta forgotten", "momentum weighs the new batch"),
        (batchnorm_forward, "statistics of the batch at test", "running statistics never moved"),
        (batchnorm_backward, "mean term dropped", "mean for dbeta"),
        (initial, "he without its two", "xavier without its root"),
        (dropout, "multiplied for divided", "dropped at test as well"),
    ],
)
def test_two_slips_at_once_are_both_named(exercise, one, other):
    written = {
        ("batchnorm_forward", "beta forgotten"): beta_and_momentum,
        ("batchnorm_forward", "statistics of the batch at test"): own_and_unmoved,
        ("batchnorm_backward", "mean term dropped"): lambda dout, cache: (
            *without_the_mean(dout, cache)[:2],
            dout.mean(axis=0),
        ),
        ("initial", "he without its two"): lambda a, b, kind, rng: (
            rng.standard_normal((a, b)) * {"zero": 0, "xavier": 2 / (a + b), "he": np.sqrt(1 / a)}[kind]
        ),
        ("dropout", "multiplied for divided"): lambda x, keep, rng, training: dropped_everywhere(
            x, keep, rng
        ),
    }
    function = written[exercise.name, one]
    for said in (check(exercise.name, function).detail, judge(exercise, function).message):
        assert headline(one) in said
        assert headline(other) in said


def beta_and_momentum(x, gamma, beta, bn_param):
    return forward_with(turned=True)(x, gamma, 0 * beta, bn_param)


def own_and_unmoved(x, gamma, beta, bn_param):
    return forward_with(own_at_test=True)(x, gamma, beta, dict(bn_param))


def dropped_everywhere(x, keep, rng):
    mask = (rng.random(x.shape) < keep) * keep
    return x * mask, mask


def test_a_probe_leaves_its_own_batches_as_they_are():
    """A function that moves the running averages in place must not move those of the next question."""
    variant = next(each for each in batchnorm_forward.variants if each.name == "averages moved in place")
    for _ in range(2):
        assert check("batchnorm_forward", variant.function).passed
        assert check("batchnorm_forward", batchnorm_forward.reference).passed
