import math

import numpy as np
import pytest

from course import training
from course.data import spiral
from course.network import MLP
from course.training import train

NETWORK = MLP(sizes=(2, 3))
X, Y = spiral(np.random.default_rng(0), points=10)


def plain(w, dw, config):
    return w - config["learning_rate"] * dw, config


def counting(w, dw, config):
    """Keep state in the config, in place, as many published rules do."""
    config["seen"] = config.get("seen", 0) + 1
    config.setdefault("shapes", set()).add(w.shape)
    assert len(config["shapes"]) == 1
    w -= config["learning_rate"] * dw
    return w, config


def go(rule=plain, config=None, **options):
    return train(
        NETWORK, X, Y, rule, config or {"learning_rate": 0.1}, rng=np.random.default_rng(3), **options
    )


def test_full_batch_is_gradient_descent_written_by_hand():
    params = NETWORK.start(np.random.default_rng(3))
    run = go(batch=None, epochs=4, reg=0.1, params=params)
    losses = []
    for _ in range(4):
        loss, grads = NETWORK.loss(params, X, Y, reg=0.1)
        losses.append(loss)
        params = {name: params[name] - 0.1 * grads[name] for name in params}
    np.testing.assert_allclose(run.steps["loss"], losses)
    np.testing.assert_allclose(run.params["W1"], params["W1"])


def test_every_epoch_sees_every_row_once_and_the_last_batch_may_be_small():
    rows = list(training.batches(10, 4, np.random.default_rng(0)))
    assert [len(r) for r in rows] == [4, 4, 2]
    assert sorted(np.concatenate(rows)) == list(range(10))
    run = go(batch=8, epochs=3)
    assert len(run.steps["loss"]) == 3 * math.ceil(30 / 8)
    assert run.epochs["epoch"] == [0, 1, 2, 3]


def test_each_array_has_its_own_config_and_nothing_of_the_callers_changes():
    config, params = {"learning_rate": 0.1}, NETWORK.start(np.random.default_rng(1))
    kept = {name: a.copy() for name, a in params.items()}
    run = go(counting, config, params=params)
    assert not run.stopped  # one config for both arrays would trip the rule's own assertion
    assert config == {"learning_rate": 0.1}
    assert all((params[name] == kept[name]).all() for name in params)


def test_a_rule_in_place_and_one_that_is_not_make_the_same_run():
    assert go(counting).steps["loss"] == go(plain).steps["loss"]


def test_rate_is_asked_before_every_step_with_the_epoch_and_what_was_recorded():
    asked = []

    def rate(epoch, run):
        asked.append((epoch, len(run.epochs["train_loss"])))
        return 0.0

    run = go(rate=rate, batch=15, epochs=2)
    assert asked == [(0.0, 1), (0.5, 1), (1.0, 2), (1.5, 2)]
    assert len(set(run.epochs["train_loss"])) == 1  # the rate of zero was used, not the config's


def test_recorders_see_the_update_not_the_gradient():
    run = go(
        each_step={"moved": training.per_array(lambda w, update: np.abs(update).max())}, batch=None, epochs=1
    )
    grads = NETWORK.loss(NETWORK.start(np.random.default_rng(3)), X, Y)[1]
    assert training.column(run, "moved", "W1") == pytest.approx([0.1 * np.abs(grads["W1"]).max()])


def test_a_measure_that_is_not_written_records_nan():
    def measure(w, update):
        raise NotImplementedError

    assert np.isnan(training.column(go(each_step={"r": training.per_array(measure)}), "r", "b1")).all()


def test_histograms_count_every_activation_and_every_gradient_entry():
    network, bins = MLP(sizes=(2, 5, 4, 3)), np.linspace(-50, 50, 11)
    run = train(
        network, X, Y, plain, {"learning_rate": 0.1}, rng=np.random.default_rng(0), epochs=2,
        each_epoch={"a": training.activations(bins), "g": training.gradients(bins)},
    )  # fmt: skip
    assert [[h.sum() for h in epoch] for epoch in run.epochs["a"]] == [[150, 120]] * 3
    assert run.epochs["g"][0]["W2"].sum() == 20


def test_validation_rows_are_watched_and_never_trained_on():
    watched, alone = go(validation=(X[:5], Y[:5])), go()
    assert len(watched.epochs["val_loss"]) == 11
    assert watched.epochs["train_loss"] == alone.epochs["train_loss"]
    assert "val_loss" not in alone.epochs


def test_divergence_ends_the_run_and_is_named():
    run = go(config={"learning_rate": -1e3}, epochs=50)
    assert run.stopped.startswith("diverged: the loss of step")
    assert len(run.steps["loss"]) < 50


def test_a_rule_that_is_not_written_or_wrong_ends_the_run_with_its_reason():
    def stub(w, dw, config):
        raise NotImplementedError("not written yet")

    run = go(stub)
    assert run.stopped == "Not written yet."
    assert run.epochs["epoch"] == [0]
    assert "returned None" in go(lambda w, dw, config: None).stopped


def test_dropout_and_order_repeat_with_the_seed():
    network = MLP(sizes=(2, 8, 3))
    runs = [
        train(
            network, X, Y, plain, {"learning_rate": 0.1}, rng=np.random.default_rng(s), dropout=0.5, batch=7
        )
        for s in (1, 1, 2)
    ]
    assert runs[0].steps["loss"] == runs[1].steps["loss"] != runs[2].steps["loss"]


def test_a_batch_of_no_rows_is_refused():
    with pytest.raises(ValueError, match="at least one row"):
        go(batch=0)
