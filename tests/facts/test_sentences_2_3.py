"""Sentences of lessons 02 and 03 that a change of the course could make false."""

from dataclasses import replace

import numpy as np
import pytest

from autograder.exercises import babysitting
from course import histories, suspects, training
from course.data import digits
from course.figures import layers
from course.mine import plain_gradient_descent
from course.network import MLP
from course.threads import one_thread
from course.training import train

DIAGNOSE = next(each for each in babysitting.EXERCISES if each.name == "diagnose_run").reference
SMOOTH = next(each for each in babysitting.EXERCISES if each.name == "smooth").reference


# 02


def test_of_six_first_losses_two_are_those_of_chance_and_one_of_them_is_broken():
    losses = suspects.first_losses(digits())
    off = {name: abs(loss / np.log(10) - 1) for name, loss in losses.items()}
    assert [name for name, far in off.items() if far < 0.05] == ["B", "F"]
    assert losses["E"] / losses["B"] == pytest.approx(4, rel=0.02)  # four rows are not all rows
    assert losses["B"] / losses["C"] == pytest.approx(2.30, abs=0.005)


def test_a_constant_in_the_logarithm_caps_the_loss():
    assert -np.log(1e-8) == pytest.approx(18.4, abs=0.05)


@one_thread()
def losses_on_twenty(loss, params, X, y, steps=150):
    found = []
    for _ in range(steps):
        value, grads = loss(params, X[:20], y[:20], 0.0)
        found.append(value)
        params = {name: w - 0.5 * grads[name] for name, w in params.items()}
    return [*found, loss(params, X[:20], y[:20], 0.0)[0]], suspects.NETWORK.accuracy(params, X[:20], y[:20])


def test_two_broken_set_ups_learn_only_how_frequent_the_labels_are():
    learners = suspects.learners(digits())
    y = digits().y_train[:20]
    share = np.bincount(y, minlength=10)[y] / 20
    frequencies = -np.log(share).mean()
    assert frequencies < np.log(10)
    for name in ("only the last bias learns", "every ReLU silent"):
        end = losses_on_twenty(*learners[name])[0][-1]
        assert frequencies <= end < np.log(10)
    for name in ("as intended", "rows shuffled, labels not"):
        assert losses_on_twenty(*learners[name])[0][-1] < 0.1


@pytest.mark.parametrize("seed", range(3))
def test_softmax_applied_twice_cannot_go_below_a_number_that_can_be_computed(seed):
    loss, _, X, y = suspects.learners(digits())["softmax applied twice"]
    start = suspects.NETWORK.start(np.random.default_rng(seed))
    losses, accuracy = losses_on_twenty(loss, start, X, y, 1000)
    floor = np.log(np.e + 9) - 1
    assert floor == pytest.approx(1.4612, abs=5e-5)
    assert min(losses) > floor
    assert losses[150] == pytest.approx(1.48, abs=0.02)
    assert losses[1000] == pytest.approx(floor, abs=0.002)
    assert accuracy == 1


def test_the_second_softmax_sends_back_the_slope_of_its_loss():
    twice = suspects.Twice(sizes=(3, 4))
    rng = np.random.default_rng(2)
    X, y, params = rng.standard_normal((5, 3)), rng.integers(0, 4, 5), twice.start(rng)
    grads = twice.loss(params, X, y)[1]
    for name, w in params.items():
        for e in 1e-5 * np.eye(w.size).reshape(-1, *w.shape):
            up, down = (twice.loss({**params, name: w + side * e}, X, y)[0] for side in (1, -1))
            assert (up - down) / 2e-5 == pytest.approx(np.vdot(grads[name], e) / 1e-5, abs=1e-9)


def test_shuffled_labels_are_learned_slowly_and_never_understood():
    _, _, X, y = suspects.learners(digits())["rows shuffled, labels not"]
    run = train(
        suspects.NETWORK, X, y, plain_gradient_descent, {"learning_rate": 0.5}, rng=np.random.default_rng(0),
        epochs=60, validation=(digits().X_val, digits().y_val),
    )  # fmt: skip
    seen, kept = run.epochs["train_accuracy"], run.epochs["val_accuracy"]
    assert seen[15] + 0.1 < seen[60]
    assert max(kept[15], kept[60]) < 0.2


@pytest.mark.parametrize("seed", range(3))
def test_a_penalty_that_is_subtracted_trains_to_a_negative_loss_and_one_left_out_to_nothing_odd(seed):
    found = {
        name: suspects.trained(loss, digits(), seed=seed) for name, loss in suspects.regularisers().items()
    }
    accuracies = [each["accuracy"] for each in found.values()]
    assert max(accuracies) - min(accuracies) < 0.03
    assert found["P"]["loss"] < -2
    assert found["Q"]["loss"] > found["R"]["loss"] > 0


@pytest.mark.parametrize("digit", [2, 5, 8])
def test_the_right_last_bias_starts_at_the_entropy_and_is_level_with_the_other_after_twenty_steps(digit):
    runs = suspects.one_in_ten(digits(), digit)
    share = np.mean(digits().y_train == digit)
    entropy = -(share * np.log(share) + (1 - share) * np.log(1 - share))
    zero, informed = runs["at zero"], runs["at log frequencies"]
    assert zero[0] == pytest.approx(np.log(2), abs=0.02)
    assert informed[0] == pytest.approx(entropy, abs=0.01)
    assert 8 <= np.argmax(zero < entropy) <= 20  # eights: fifteen or so
    assert abs(zero[20] - informed[20]) < 0.03
    assert abs(zero[-1] - informed[-1]) < 0.03


# 03


@pytest.mark.parametrize("seed", range(4))
def test_the_run_with_batch_one_differs_in_its_batch_alone_and_is_named_so_from_any_start(seed):
    small = histories.SETUPS["F"]
    assert (small.rows, small.noise, small.units) == (1197, 0.0, (50,))
    again = histories.Setup(batch=small.batch, rate=small.rate, epochs=small.epochs, seed=seed)
    assert DIAGNOSE(histories.make(again, digits())) == "batch too small"


def test_of_the_two_that_end_high_one_falls_in_a_line_and_one_has_most_of_its_fall_behind_it():
    for letter, low, high in (("A", 0.45, 0.55), ("G", 0.05, 0.3)):
        loss = histories.make(histories.SETUPS[letter], digits())["train_loss"]
        late = (loss[len(loss) // 2] - loss[-1]) / (loss[0] - loss[-1])
        assert low < late < high


def test_l2_gains_on_wrong_labels_beyond_its_seeds_and_dropout_does_not():
    d, rng = digits(), np.random.default_rng(0)
    labels = d.y_train.copy()
    wrong = rng.random(1197) < 0.4
    labels[wrong] = rng.integers(0, 10, wrong.sum())
    ends, memory = {}, {}
    for name, change in {"nothing": {}, "L2": {"reg": 0.01}, "dropout": {"dropout": 0.5}}.items():
        runs = [
            train(
                MLP(sizes=(64, 100, 10)), d.X_train[:400], labels[:400], plain_gradient_descent,
                {"learning_rate": 0.5}, rng=np.random.default_rng(seed), epochs=40, batch=100,
                validation=(d.X_val, d.y_val), **change,
            ).epochs
            for seed in range(3)
        ]  # fmt: skip
        ends[name] = [run["val_accuracy"][-1] for run in runs]
        memory[name] = np.mean([run["train_accuracy"][-1] for run in runs])
    assert min(ends["L2"]) > max(ends["nothing"]) > min(ends["dropout"])
    assert memory["nothing"] > max(memory["L2"], memory["dropout"])
    assert memory["nothing"] > np.mean(labels[:400] == d.y_train[:400])


def test_gradients_vanish_and_explode_alike_in_all_arrays():
    for activation, scale, low, high in (
        ("tanh", 0.02, 0, 1e-6), ("relu", 0.1, 1e-3, 0.05), ("tanh", None, 0.1, 1), ("relu", None, 0.1, 1),
        ("relu", 0.3, 100, 1e4),
    ):  # fmt: skip
        gradients = layers.profile(digits(), activation, scale)[1]
        assert low < min(gradients) <= max(gradients) < high
        assert max(gradients) < 10 * min(gradients)


HEAL = {
    "A": {"rate": 0.3}, "B": {"rows": 400}, "C": {"rate": 1.0}, "E": {"rate": 1.0}, "F": {"batch": 4},
    "G": {"units": (10,)},
}  # fmt: skip


def changed(letter, seed=0, **change):
    return histories.make(replace(histories.SETUPS[letter], seed=seed, **change), digits())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("letter", HEAL)
def test_one_change_heals_every_sick_run(letter, seed):
    assert DIAGNOSE(changed(letter, seed)) != "healthy"
    assert DIAGNOSE(changed(letter, seed, **HEAL[letter])) == "healthy"


@pytest.mark.parametrize(
    "change",
    [
        *({"units": (units,)} for units in (5, 10, 200)),
        *({"rate": rate} for rate in (0.1, 2.0)),
        *({"epochs": epochs} for epochs in (10, 80)),
        *({"reg": reg} for reg in (0.01, 0.1)),
        {"batch": 10},
    ],
    ids=str,
)
def test_of_the_six_settings_only_rows_heals_the_run_with_forty(change):
    for seed in range(3):
        assert DIAGNOSE(changed("B", seed, **change)) != "healthy"


@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_looks_finished_halves_its_loss_once_more_in_the_second_half(seed):
    run = train(
        MLP(sizes=(64, 50, 10)), digits().X_train, digits().y_train, plain_gradient_descent,
        {"learning_rate": 0.05}, rng=np.random.default_rng(seed), epochs=6, batch=5,
    )  # fmt: skip
    trend = SMOOTH(np.array(run.steps["loss"]), 0.99)
    assert 0.4 < trend[-1] / trend[len(trend) // 2] < 0.6


@pytest.mark.parametrize("seed", range(3))
def test_what_does_not_heal(seed):
    penalised, usual = changed("B", seed, reg=0.03), changed("B", seed)
    assert DIAGNOSE(penalised) == "overfitting"
    assert penalised["train_loss"][-1] > usual["train_loss"][-1]
    gaps = [run["train_accuracy"][-1] - run["val_accuracy"][-1] for run in (penalised, usual)]
    assert gaps[0] > gaps[1] - 0.02
    assert DIAGNOSE(changed("C", seed, batch=1197)) == "rate too high"


def test_from_other_starts_three_full_batches_of_five_stay_stuck():
    runs = [changed("C", seed, batch=1197) for seed in range(1, 6)]
    stuck = [DIAGNOSE(run) == "rate too high" for run in runs]
    assert sum(stuck) == 3
    assert all((run["train_loss"][-1] < 0.3) is not each for run, each in zip(runs, stuck, strict=True))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_a_batch_of_one_is_healthy_at_a_smaller_rate_and_a_large_batch_has_too_few_steps(seed):
    healthy = [changed("F", seed, rate=0.1), changed("F", seed, rate=0.025), changed("F", seed, batch=10)]
    assert [DIAGNOSE(run) for run in healthy] == 3 * ["healthy"]
    assert min(run["train_loss"][-1] for run in healthy) == healthy[0]["train_loss"][-1]
    few = changed("F", seed, batch=100)
    assert DIAGNOSE(few) == "underfitting"
    assert len(few["step_loss"]) == 36
    assert DIAGNOSE(changed("F", seed, batch=100, epochs=30)) == "healthy"


@pytest.mark.parametrize("seed", range(3))
def test_linear_scaling_holds_for_small_steps_and_not_for_long_ones(seed):
    def losses(batch, rate, epochs=3):
        setup = histories.Setup(batch=batch, rate=rate, epochs=epochs, seed=seed)
        return np.array(histories.make(setup, digits())["train_loss"])

    one, ten, hundred = losses(1, 0.0025), losses(10, 0.025), losses(100, 0.25)
    np.testing.assert_allclose(one, hundred, rtol=0.01)
    np.testing.assert_allclose(ten, hundred, rtol=0.01)
    np.testing.assert_allclose(losses(10, 0.03, 6), losses(100, 0.3, 6), rtol=0.03)  # in the sliders
    assert losses(1000, 30.0, 6)[-1] > 1.0 > losses(100, 3.0, 6)[-1]


@pytest.mark.parametrize("seed", range(3))
def test_a_rate_too_high_shows_in_the_gradient_norm_at_once_and_leaves_dead_units(seed):
    net, norms, dead = MLP(sizes=(64, 50, 10)), {}, {}
    for rate in (0.3, 15.0):
        run = train(
            net, digits().X_train, digits().y_train, plain_gradient_descent, {"learning_rate": rate},
            rng=np.random.default_rng(seed), epochs=5, each_step={"norm": training.gradient_norm},
        )  # fmt: skip
        norms[rate] = np.array(run.steps["norm"])
        dead[rate] = np.mean((net.layers(run.params, digits().X_train)[1] == 0).all(axis=0))
    assert norms[0.3].max() < 1.3 * norms[0.3][0]
    assert norms[15.0][:5].max() > 7 * norms[15.0][0]
    assert np.median(norms[15.0]) < norms[15.0][0]
    assert dead[0.3] == 0
    assert dead[15.0] > 0.8


def test_at_a_scale_of_one_most_of_tanh_is_saturated_and_the_gradient_grows_towards_the_first_layer():
    net, X, y = (
        MLP(sizes=(64, *[100] * 5, 10), activation="tanh"),
        digits().X_train[:300],
        digits().y_train[:300],
    )
    for seed in range(3):
        params = net.start(np.random.default_rng(seed), scale=1.0)
        full = [np.mean(np.abs(layer) > 0.97) for layer in net.layers(params, X)[1:-1]]
        assert min(full[1:]) > 0.75
        grads = net.loss(params, X, y)[1]
        assert np.linalg.norm(grads["W1"]) > 5 * np.linalg.norm(grads["W6"])


@pytest.mark.parametrize("seed", range(4))
def test_a_change_in_the_twelfth_digit_is_forgotten_by_a_healthy_run_and_magnified_by_a_rate_too_high(seed):
    apart = {}
    for letter in "DC":
        setup = replace(histories.SETUPS[letter], seed=seed)
        one, other = (histories.make(setup, digits(), nudge=nudge) for nudge in (0.0, 1e-12))
        apart[letter] = np.abs(np.subtract(one["train_loss"], other["train_loss"])).max()
        assert DIAGNOSE(one) == DIAGNOSE(other)
    assert apart["D"] < 1e-9
    assert apart["C"] > 0.1


def test_two_units_have_four_fifths_of_their_fall_behind_them_at_half_time():
    for seed in range(3):
        loss = changed("G", seed)["train_loss"]
        assert 0.75 < (loss[0] - loss[len(loss) // 2]) / (loss[0] - loss[-1]) < 0.87
