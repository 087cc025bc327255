import numpy as np
import pytest
from scipy.special import logsumexp

from course.network import MLP


def problem(network, seed=0, rows=6):
    rng = np.random.default_rng(seed)
    params = {name: a + 0.1 * rng.standard_normal(a.shape) for name, a in network.start(rng).items()}
    return params, rng.standard_normal((rows, network.sizes[0])), rng.integers(0, network.sizes[-1], rows)


def slope(loss, params, name, index, h=1e-5):
    """Return the centred difference quotient of one parameter."""
    moved = {key: a.copy() for key, a in params.items()}
    moved[name][index] += h
    above = loss(moved)
    moved[name][index] -= 2 * h
    return (above - loss(moved)) / (2 * h)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("kind", ["softmax", "hinge"])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("sizes", [(4, 3), (4, 7, 3), (4, 7, 5, 3)])
def test_gradient_is_the_slope_of_the_loss(activation, kind, dropout, sizes):
    network = MLP(sizes=sizes, activation=activation, kind=kind, delta=0.7)
    params, X, y = problem(network)

    def loss(p):
        return network.loss(p, X, y, reg=0.3, dropout=dropout, rng=np.random.default_rng(5))

    grads = loss(params)[1]
    for name, array in params.items():
        measured = np.array([slope(lambda p: loss(p)[0], params, name, ix) for ix in np.ndindex(array.shape)])
        # Truncation 1e-10 and rounding 1e-11 at h = 1e-5, with values near one.
        np.testing.assert_allclose(grads[name].ravel(), measured, atol=1e-8)


def test_losses_agree_with_a_loop_and_with_scipy():
    rng = np.random.default_rng(0)
    params, X, y = (
        {"W1": rng.standard_normal((3, 4)), "b1": rng.standard_normal(4)},
        rng.standard_normal((5, 3)),
        [0, 1, 3, 2, 2],
    )
    scores = X @ params["W1"] + params["b1"]
    softmax = MLP(sizes=(3, 4)).loss(params, X, np.array(y), reg=0.5)[0]
    expected = np.mean([logsumexp(s) - s[label] for s, label in zip(scores, y, strict=True)])
    assert softmax == pytest.approx(expected + 0.25 * (params["W1"] ** 2).sum())
    hinge = MLP(sizes=(3, 4), kind="hinge", delta=2.0).loss(params, X, np.array(y))[0]
    margins = [
        max(0, s[c] - s[label] + 2)
        for s, label in zip(scores, y, strict=True)
        for c in range(4)
        if c != label
    ]
    assert hinge == pytest.approx(sum(margins) / 5)


def test_huge_scores_do_not_overflow():
    network = MLP(sizes=(2, 3))
    params = {"W1": np.array([[1e4, 0, -1e4], [0, 0, 0]]), "b1": np.zeros(3)}
    loss, grads = network.loss(params, np.array([[1.0, 0.0]]), np.array([2]))
    assert loss == pytest.approx(2e4)
    assert all(np.isfinite(g).all() for g in grads.values())


def test_winners_are_the_units_that_fire_and_then_the_violated_margins():
    network = MLP(sizes=(1, 2, 2), kind="hinge")
    params = {"W1": np.array([[1.0, -1.0]]), "b1": np.zeros(2), "W2": np.eye(2), "b2": np.zeros(2)}
    X, y = np.array([[0.5], [-3.0]]), np.array([0, 0])
    # Hidden: (0.5, 0) and (0, 3).  Margins of class 1: 0 - 0.5 + 1 > 0 and 3 - 0 + 1 > 0.
    assert network.winners(params, X, y).tolist() == [True, False, False, True, False, True, False, True]


def test_a_smooth_network_has_no_winners():
    network = MLP(sizes=(2, 3, 2), activation="tanh")
    assert len(network.winners(*problem(network))) == 0


def test_dropout_repeats_with_the_seed_and_keeps_the_mean():
    network = MLP(sizes=(3, 2000, 2))
    params, X, y = problem(network)
    one, same, other = (
        network.loss(params, X, y, dropout=0.5, rng=np.random.default_rng(seed))[0] for seed in (1, 1, 2)
    )
    assert one == same != other
    plain = network.layers(params, X)[1]
    dropped = network.layers(params, X, dropout=0.5, rng=np.random.default_rng(1))[1]
    share = (dropped == 0)[plain > 0].mean()
    assert share == pytest.approx(0.5, abs=0.03)  # 4 standard deviations of about 6000 coins
    np.testing.assert_allclose(dropped[dropped > 0], 2 * plain[dropped > 0])


def test_dropout_needs_a_generator():
    network = MLP(sizes=(3, 4, 2))
    with pytest.raises(ValueError, match="default_rng"):
        network.loss(*problem(network), dropout=0.5)


def test_start_has_the_spread_of_he_and_xavier_and_zero_biases():
    relu = MLP(sizes=(200, 300, 10)).start(np.random.default_rng(0))
    tanh = MLP(sizes=(200, 300, 10), activation="tanh").start(np.random.default_rng(0))
    assert relu["W1"].std() == pytest.approx(np.sqrt(2 / 200), rel=0.02)
    assert tanh["W1"].std() == pytest.approx(np.sqrt(2 / 500), rel=0.02)
    assert not relu["b1"].any()
    assert list(relu) == ["W1", "b1", "W2", "b2"]


def test_single_precision_stays_single():
    network = MLP(sizes=(4, 5, 3))
    _, X, y = problem(network)
    params = network.start(np.random.default_rng(0), dtype=np.float32)
    grads = network.loss(params, X.astype(np.float32), y, dropout=0.5, rng=np.random.default_rng(0), reg=0.1)[
        1
    ]
    assert {g.dtype for g in grads.values()} == {np.dtype(np.float32)}


def test_loss_leaves_its_arguments_alone():
    network = MLP(sizes=(4, 5, 3))
    params, X, y = problem(network)
    before = {name: a.copy() for name, a in params.items()}, X.copy()
    network.loss(params, X, y, dropout=0.5, rng=np.random.default_rng(0), reg=0.1)
    assert all((params[name] == a).all() for name, a in before[0].items())
    assert (before[1] == X).all()


def test_probabilities_sum_to_one_and_evaluate_agrees_with_loss_and_accuracy():
    network = MLP(sizes=(4, 5, 3))
    params, X, y = problem(network)
    p = network.probabilities(params, X)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    value, accuracy = network.evaluate(params, X, y)
    assert value == pytest.approx(-np.log(p[np.arange(6), y]).mean())
    assert value == network.loss(params, X, y)[0]
    assert accuracy == (p.argmax(axis=1) == y).mean() == network.accuracy(params, X, y)


@pytest.mark.parametrize(
    "wrong", [{"sizes": (3,)}, {"sizes": (3, 2), "activation": "elu"}, {"sizes": (3, 2), "kind": "svm"}]
)
def test_a_network_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        MLP(**wrong)
