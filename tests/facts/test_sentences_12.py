"""Sentences of lesson 12 that a change of the course or of the processor could make false."""

import numpy as np
import pytest

from autograder.exercises.adamw_and_muon import adamw, clip_by_global_norm, lion, muon, orthogonalise
from course.data import digits
from course.descend import descend
from course.figures import adamw_and_muon as figures
from course.mine import plain_gradient_descent
from course.network import MLP
from course.surfaces import matrix_valley
from course.training import train

ADAMW, LION, MUON = (each.variants[0].function for each in (adamw, lion, muon))
CLIP = clip_by_global_norm.variants[0].function
NETWORK = MLP(sizes=(64, 32, 10))


def test_the_penalty_spares_the_loud_weight_and_the_decay_spares_neither():
    config = {"learning_rate": 0.01}
    quiet, loud = figures.faded(ADAMW, config | {"weight_decay": 0.0}, penalty=0.1)[-1]
    assert abs(quiet) < 0.02
    assert 0.8 < loud < 0.95
    for rule, more in ((ADAMW, {"weight_decay": 0.1}), (plain_gradient_descent, {})):
        quiet, loud = figures.faded(rule, config | more, penalty=0.0 if more else 0.1)[-1]
        assert 0.18 < quiet < 0.27
        assert 0.1 < loud < 0.4


def norms(rule, **config):
    data, units = digits(), 10 ** np.random.default_rng(7).uniform(-1, 1, 64)
    options = {"epochs": 30, "batch": 100, "rng": np.random.default_rng(0)}
    run = train(
        NETWORK, data.X_train * units, data.y_train, rule, {"learning_rate": 3e-3, **config}, **options
    )
    seen = data.X_train.std(axis=0) > 0.05
    return units[seen], np.linalg.norm(run.params["W1"][seen], axis=1)


def test_a_penalty_takes_more_from_pixels_in_small_units_and_a_decay_does_not():
    def penalised(w, dw, config):
        return ADAMW(w, dw + 0.03 * w, config)

    units, free = norms(ADAMW, weight_decay=0.0)
    left = {
        "penalty": norms(penalised, weight_decay=0.0)[1] / free,
        "decay": norms(ADAMW, weight_decay=0.3)[1] / free,
    }
    small, large = units < 0.3, units > 3
    assert np.median(left["penalty"][small]) < 0.1 < 0.35 < np.median(left["penalty"][large])
    assert abs(np.median(left["decay"][small]) - np.median(left["decay"][large])) < 0.08


def test_adam_steps_about_a_third_of_a_rate_and_lion_nearly_one():
    data = digits()
    for rule, eta, low, high in ((ADAMW, 3e-3, 0.22, 0.4), (LION, 3e-4, 0.9, 1.0)):
        measure = {
            "size": lambda at, eta=eta: np.sqrt(np.mean((at.params["W1"] - at.before["W1"]) ** 2)) / eta
        }
        options = {"epochs": 10, "batch": 50, "rng": np.random.default_rng(0), "each_step": measure}
        config = {"learning_rate": eta, "weight_decay": 0.0}
        sizes = train(NETWORK, data.X_train, data.y_train, rule, config, **options).steps["size"]
        assert low < np.mean(sizes[20:]) < high
        assert 0.9 < sizes[0] <= 1
        if rule is ADAMW:
            assert 0.52 < sizes[20] < 0.65
            assert np.mean(sizes[-20:]) < 0.2


def losses(rule, config, bound, seed):
    data, rng = digits(), np.random.default_rng(seed)
    params, found = NETWORK.start(rng), []
    configs = {name: dict(config) for name in params}
    for count in range(180):
        rows = rng.choice(len(data.y_train), 50, replace=False)
        X = data.X_train[rows] * (100 if count == 60 else 1)
        _, grads = NETWORK.loss(params, X, data.y_train[rows])
        if bound is not None:
            grads, _ = CLIP(grads, bound)
        for name in params:
            params[name], configs[name] = rule(params[name], grads[name], configs[name])
        found.append(NETWORK.evaluate(params, data.X_val, data.y_val)[0])
    return np.array(found)


def test_a_bad_batch_throws_plain_descent_and_slows_adamw_down():
    plain = np.mean(
        [losses(plain_gradient_descent, {"learning_rate": 0.3}, None, seed) for seed in range(3)], axis=0
    )
    assert plain[60:].max() > 3 * plain[59]
    free, held = (
        np.mean([losses(ADAMW, {"learning_rate": 3e-3}, bound, seed) for seed in range(3)], axis=0)
        for bound in (None, 1.0)
    )
    assert free[60:].max() < 1.05 * free[59]
    assert free[100] > 1.15 * held[100]
    assert free[-1] > 1.25 * held[-1]


def test_singular_values_never_settle():
    s = np.logspace(-3, 0, 3001)
    lowest = [figures.composed(s, steps).min() for steps in range(11)]
    highest = [figures.composed(s, steps).max() for steps in range(11)]
    assert lowest[5] < 0.68 < min(lowest[6:]) + 0.005
    assert max(highest) < 1.21
    assert max(highest[6:]) - min(lowest[6:]) > 0.4
    assert pytest.approx(0.701) == 3.4445 - 4.7750 + 2.0315


def steps_until(small, first, third, fifth):
    count = 0
    while small < 0.68:
        small, count = first * small + third * small**3 + fifth * small**5, count + 1
    return count


def test_the_steep_polynomial_arrives_in_about_a_third_of_the_steps():
    slow = [steps_until(s, 1.5, -0.5, 0.0) for s in (0.1, 0.01, 0.001)]
    fast = [steps_until(s, 3.4445, -4.7750, 2.0315) for s in (0.1, 0.01, 0.001)]
    assert (slow, fast) == ([6, 11, 17], [2, 4, 6])


def test_muon_and_plain_descent_do_not_feel_how_a_matrix_is_turned():
    rates = {plain_gradient_descent: 0.06, ADAMW: 0.1, LION: 0.05, MUON: 0.06}
    apart = []
    for rule, rate in rates.items():
        config = {"learning_rate": rate, "weight_decay": 0.0}
        here, there = (descend(rule, matrix_valley(t, 0), steps=12, config=config).points for t in (0, 40))
        apart.append(np.abs(here - there).max())
    assert max(apart[0], apart[3]) < 1e-9
    assert min(apart[1], apart[2]) > 0.1


def test_a_matrix_of_one_column_comes_out_as_the_lesson_works_it():
    assert np.allclose(orthogonalise.reference(np.array([[2.0], [0.0]]))[:, 0], [0.70, 0], atol=0.005)
    path = [figures.composed(np.ones(1), steps)[0] for steps in range(1, 6)]
    assert path == pytest.approx([0.701, 1.114, 0.721, 1.090, 0.697], abs=6e-4)
    after, _ = MUON(
        np.array([[2.0], [0.0]]), np.array([[2.0], [0.0]]), {"learning_rate": 0.1, "weight_decay": 0.5}
    )
    assert after[0, 0] == pytest.approx(1.80, abs=0.005)


def muon_inside(w, dw, config):
    if w.shape == (64, 32):
        return MUON(w, dw, config)
    return ADAMW(w, dw, {**config, "learning_rate": config["other_rate"], "weight_decay": 0.0})


def final(rule, config, seed, epochs):
    data = digits()
    options = {"epochs": epochs, "batch": 50, "rng": np.random.default_rng(seed)}
    held_out = (data.X_val, data.y_val)
    run = train(NETWORK, data.X_train, data.y_train, rule, config, validation=held_out, **options)
    return run.epochs["val_loss"][-1]


@pytest.mark.thorough
def test_muon_is_ahead_at_two_epochs_and_level_with_adamw_at_four():
    seeds, best = range(100, 124), {"learning_rate": 10**-1.5, "weight_decay": 0.1}
    adam = [final(ADAMW, best, seed, 2) for seed in seeds]
    ortho = [
        final(muon_inside, {"learning_rate": 0.1, "weight_decay": 0.0, "other_rate": 0.01}, s, 2)
        for s in seeds
    ]
    sign = [final(LION, {"learning_rate": 10**-1.5, "weight_decay": 1.0}, seed, 2) for seed in seeds]
    plain = [final(plain_gradient_descent, {"learning_rate": 3.2008}, seed, 2) for seed in seeds]
    mean, half = figures.paired(adam, ortho)
    assert mean == pytest.approx(0.023, abs=0.004)
    assert half == pytest.approx(0.008, abs=0.003)
    assert min(figures.paired(each, ortho)[0] for each in (sign, plain)) > mean
    assert np.mean(adam) == pytest.approx(0.137, abs=0.004)
    assert np.mean(plain) == pytest.approx(0.158, abs=0.01)
    config = {"learning_rate": 10**-1.5, "weight_decay": 0.0, "other_rate": 10**-1.5}
    config["other_rate"] = 0.03
    adam, ortho = (
        [final(*each, seed, 4) for seed in seeds] for each in ((ADAMW, best), (muon_inside, config))
    )
    mean, half = figures.paired(adam, ortho)
    assert abs(mean) < half
