"""The numbers of the facts on gradient checks, sanity checks, watching a run and the spiral.

The lessons compute most of them in front of the reader; this file pins them, so that a change of the course which
would make a sentence false fails here.  Where a number depends on a start, its range is pinned.
"""

import numpy as np
import pytest

from course import histories, numerics, training, trojans
from course.data import digits, spiral
from course.mine import plain_gradient_descent
from course.network import MLP
from course.threads import one_thread
from course.training import train


def forward(f, x, h):
    return (f(x + h) - f(x)) / h


def centred(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def error(a, n):
    return 0.0 if a == n else abs(a - n) / max(abs(a), abs(n))


@pytest.fixture(scope="module")
def pixels():
    d = digits()
    return d.X_train + d.mean


# 1. Gradient checks


@pytest.mark.parametrize(("quotient", "order"), [(forward, 1), (centred, 2)])
def test_order_of_convergence(quotient, order):
    h = np.array([1e-1, 1e-2, 1e-3])
    errors = numerics.errors_by_step(quotient, np.sin, np.cos, 1.0, h)
    assert np.polyfit(np.log(h), np.log(errors), 1)[0] == pytest.approx(order, abs=0.02)


def test_the_centred_expansion_ends_in_plus_a_fifth_derivative():
    h = 0.1  # the next term is h^6 / 5040 and smaller by a factor of 4000
    rest = centred(np.sin, 1.0, h) - np.cos(1) + h**2 / 6 * np.cos(1)
    assert rest == pytest.approx(h**4 / 120 * np.cos(1), rel=1e-3)
    assert rest != pytest.approx(-(h**4) / 120 * np.sin(1), rel=0.5)


def test_a_difference_of_1e_4_is_small_beside_one_and_large_beside_1e_5():
    assert error(1.0, 1.0 + 1e-4) < 1e-3
    assert error(1e-5, 1e-5 + 1e-4) > 0.9


def test_a_relu_just_below_its_kink_has_a_numeric_slope():
    assert centred(lambda t: max(0.0, t), -1e-6, 1e-5) == pytest.approx(0.45)
    assert centred(lambda t: max(0.0, t), -1e6, 1e-5) == 0  # the published slip


def test_counts():
    assert 50_000 * (10 - 1) == 450_000
    weights, biases = 3072 * 10, 10
    assert 2 * (weights + biases) == 61_460
    assert numerics.chance_of_missing(biases, weights, 10) == pytest.approx(0.997, abs=5e-4)


def test_single_precision_makes_a_right_gradient_look_wrong(pixels):
    net, found = MLP(sizes=(64, 10)), {}
    y = digits().y_train[:50]
    for dtype in (np.float32, np.float64):
        rows, params = pixels[:50].astype(dtype), net.start(np.random.default_rng(0), dtype=dtype)
        where = numerics.picks(params, ("W1",), 60, np.random.default_rng(1))
        e = numerics.entry_errors(
            gradient_entry,
            error,
            lambda p, r=rows: net.loss(p, r, y)[0],
            params,
            net.loss(params, rows, y)[1],
            where,
            3e-4,
        )
        found[dtype] = np.median(e[e > 0])
    assert 3e-3 < found[np.float32] < 3e-2  # about 1e-2
    assert 2e-9 < found[np.float64] < 5e-8  # about 1e-8


def gradient_entry(f, x, h=1e-5):
    """Return what a reader's ``numerical_gradient`` returns for an array of one number."""
    return np.array([(f(x + h) - f(x - h)) / (2 * h)])


def crosses(winners, x, ix, h):
    here = winners(x)
    return any(not np.array_equal(winners(x + s * h), here) for s in (1, -1))


def test_few_data_points_cross_few_kinks(pixels):
    y = digits().y_train
    few, many = (numerics.kink_trial(gradient_entry, error, crosses, pixels[:n], y[:n], 9) for n in (3, 50))
    assert few[0] == pytest.approx(9e-8, rel=1.0)
    assert not few[1]
    assert many[0] == pytest.approx(1.7e-2, rel=1.0)
    assert many[1]


def test_a_hinge_that_counts_every_margin_passes_at_first_and_fails_after_thirty_steps(pixels):
    found = trojans.burn_in_errors(
        gradient_entry, error, pixels[:17], digits().y_train[:17], (0, 30), right=False
    )
    assert found[0] < 1e-7
    assert found[1] == pytest.approx(1.9, abs=0.2)
    right = trojans.burn_in_errors(
        gradient_entry, error, pixels[:17], digits().y_train[:17], (0, 30), right=True
    )
    assert max(right) < 1e-7


def test_regularisation_hides_a_gradient_that_is_five_percent_wrong(pixels):
    open_, hidden = (
        trojans.masked_errors(gradient_entry, error, pixels[:37], digits().y_train[:37], reg)
        for reg in (0, 1e5)
    )
    assert open_.max() == pytest.approx(4.8e-2, rel=0.02)  # 0.05 / 1.05
    assert hidden.max() < 1e-4


def test_ten_relu_layers_may_show_1e_2_where_two_do_not(pixels):
    def median(depth, activation):
        rows = pixels[:10], digits().y_train[:10]
        trials = [numerics.depth_trial(gradient_entry, error, activation, depth, *rows, s) for s in range(6)]
        return np.median(trials)

    assert median(2, "relu") < 1e-6
    assert median(10, "relu") == pytest.approx(1e-2, rel=0.5)
    assert median(10, "tanh") < 1e-4


# 2. Sanity checks


def test_losses_at_chance():
    for kind, expected in (("softmax", 2.302585), ("hinge", 9.0)):
        net = MLP(sizes=(64, 50, 10), kind=kind)
        found = net.evaluate(
            net.start(np.random.default_rng(0), scale=1e-3), digits().X_train, digits().y_train
        )[0]
        assert found == pytest.approx(expected, abs=1e-4)


def test_more_regularisation_raises_the_loss():
    net = MLP(sizes=(64, 50, 10))
    params = net.start(np.random.default_rng(0))
    losses = [
        net.loss(params, digits().X_train, digits().y_train, reg=reg)[0] for reg in (0, 1e-3, 1e-2, 0.1)
    ]
    assert (np.diff(losses) > 0).all()


def test_twenty_examples_are_learned_by_heart_even_when_rows_and_labels_do_not_belong_together():
    d, net = digits(), MLP(sizes=(64, 50, 10))
    shuffled = d.X_train[np.random.default_rng(5).permutation(len(d.X_train))]
    for X in (d.X_train, shuffled):
        tiny = train(net, X[:20], d.y_train[:20], plain_gradient_descent, {"learning_rate": 0.5},
                     rng=np.random.default_rng(0), epochs=300, batch=None)  # fmt: skip
        assert tiny.epochs["train_loss"][-1] < 0.02
    run = fit(net, rate=0.5, X=shuffled)
    assert run.epochs["val_accuracy"][-1] < 0.2


# 3. Watching a run


def fit(net, *, rate, X=None, **more):
    d = digits()
    return train(
        net, d.X_train if X is None else X, d.y_train, plain_gradient_descent, {"learning_rate": rate},
        rng=np.random.default_rng(0), epochs=10, validation=(d.X_val, d.y_val), **more,
    )  # fmt: skip


def test_update_ratios_at_three_rates_and_the_best_is_not_the_one_at_1e_3():
    def ratio(w, update):
        return np.linalg.norm(update) / max(np.linalg.norm(w), 1e-300)

    runs = {
        rate: fit(MLP(sizes=(64, 50, 10)), rate=rate, each_step={"ratio": training.per_array(ratio)})
        for rate in (0.01, 0.1, 1.0)
    }
    for rate, expected in ((0.01, 3.9e-4), (0.1, 2.3e-3), (1.0, 9.9e-3)):
        found = np.median(training.column(runs[rate], "ratio", "W1"))
        assert found == pytest.approx(expected, rel=0.5)  # one start of one network
    assert min(runs, key=lambda rate: runs[rate].epochs["train_loss"][-1]) == 1.0


def test_low_is_a_line_high_is_stuck_and_too_high_diverges():
    low, high = (histories.make(histories.SETUPS[letter], digits())["train_loss"] for letter in "AC")
    assert (low[10] - low[-1]) / (low[0] - low[-1]) == pytest.approx(0.5, abs=0.05)
    assert high[0] > high[-1] > 0.5
    assert fit(MLP(sizes=(64, 50, 10)), rate=60.0, limit=50).stopped.startswith("diverged")


def test_the_wiggle_shrinks_like_one_over_the_root_of_the_batch():
    net = MLP(sizes=(64, 50, 10))
    half = fit(net, rate=0.1).params
    wiggle = []
    for batch in (5, 20, 80):
        wiggle.append(np.std(np.diff(fit(net, rate=0.0, params=half, batch=batch).steps["loss"])))
    ratios = np.array(wiggle[:-1]) / wiggle[1:]
    np.testing.assert_allclose(ratios, 2, rtol=0.25)  # 150 batches of 80 leave six percent of noise


@pytest.mark.parametrize(("activation", "variance"), [("tanh", 2 / (300 + 500)), ("relu", 2 / 300)])
def test_xavier_and_he(activation, variance):
    W = MLP(sizes=(300, 500, 2), activation=activation).start(np.random.default_rng(0))["W1"]
    assert W.var() == pytest.approx(variance, rel=0.02)  # 150,000 draws


def test_xavier_and_he_keep_the_spread_through_ten_layers():
    X = digits().X_train[:300]
    for activation in ("tanh", "relu"):
        net = MLP(sizes=(64, *[100] * 9, 10), activation=activation)
        kept = [a.std() for a in net.layers(net.start(np.random.default_rng(0)), X)[1:-1]]
        assert kept[-1] > 0.5 * kept[0]
        lost = [a.std() for a in net.layers(net.start(np.random.default_rng(0), scale=0.02), X)[1:-1]]
        assert lost[-1] < 1e-4 * lost[0]


# 9. The spiral


def test_a_linear_classifier_on_the_spiral_is_stuck_at_about_half():
    found = []
    for seed in range(5):
        X, y = spiral(np.random.default_rng(seed))
        net = MLP(sizes=(2, 3))
        start = net.start(np.random.default_rng(seed), scale=0.01)
        run = train(net, X, y, plain_gradient_descent, {"learning_rate": 1.0}, rng=np.random.default_rng(seed),
                    epochs=200, batch=None, reg=1e-3, params=start)  # fmt: skip
        found.append((run.steps["loss"][-1], run.epochs["train_accuracy"][-1]))
    loss, accuracy = np.transpose(found)
    assert ((loss > 0.70) & (loss < 0.82)).all()
    assert ((accuracy > 0.47) & (accuracy < 0.57)).all()


@pytest.mark.thorough
def test_two_layers_solve_the_spiral_in_ten_thousand_steps():
    X, y = spiral(np.random.default_rng(0))
    net = MLP(sizes=(2, 100, 3))
    params = net.start(np.random.default_rng(0), scale=0.01)
    with one_thread():
        for _ in range(10_000):
            loss, grads = net.loss(params, X, y, reg=1e-3)
            params = {name: params[name] - grads[name] for name in params}
    assert 0.23 < loss < 0.27
    assert 0.975 < net.accuracy(params, X, y) <= 0.995
