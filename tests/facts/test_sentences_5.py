"""Every number that stands in the text of lesson 05 is still there and still right.

What a cell prints is not repeated here.  Numbers that come from runs hold with the margin that the sentence
leaves, so that another processor does not make it false.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from autograder.exercises.adaptive_rates import adagrad, adam, rmsprop, steps_to_escape
from autograder.exercises.momentum import sgd_momentum, sgd_nesterov_momentum
from course.data import digits
from course.descend import descend, first_step_where
from course.mine import plain_gradient_descent
from course.network import MLP
from course.surfaces import ravine, saddle, valley
from course.training import train

TEXT = (
    Path(__file__).parents[2].joinpath("source_notebooks", "05_adaptive_rates.py").read_text(encoding="utf-8")
)
WORDS = " ".join(TEXT.replace("\n#", " ").split())


def by_solution(module):
    """Return a known right function of an exercise; the references of this lesson are quadratic in the steps."""
    return next(known.function for known in module.variants)


RULES = {
    "sgd": plain_gradient_descent,
    "sgd_momentum": sgd_momentum.reference,
    "sgd_nesterov_momentum": sgd_nesterov_momentum.reference,
    "adagrad": by_solution(adagrad),
    "rmsprop": by_solution(rmsprop),
    "adam": by_solution(adam),
}
ESCAPE = {"learning_rate": 0.01}


def signs(rate, surface=ravine, steps=40):
    def rule(w, dw, config=None):
        return w - rate * np.sign(dw), config or {}

    return descend(rule, surface, steps=steps).points


def leaves_by_noise(name, noise):
    """Return the step at which a rule has left the ridge itself, pushed by noise alone."""
    walk = descend(
        RULES[name], saddle.noisy(noise), (1, 0), steps=3000, config=ESCAPE, rng=np.random.default_rng(3)
    )
    return first_step_where(np.abs(walk.points[:, 1]) > 1)


@cache
def lengths(name):
    """Return (first step, shortest, longest of the others) along y, in rates, over all starts until it has left."""
    first, others = [], []
    for y0 in np.logspace(-12, -1, 12):
        points = descend(RULES[name], saddle, (1, y0), steps=1400, config=ESCAPE).points
        steps = np.diff(points[: first_step_where(np.abs(points[:, 1]) > 1) + 1, 1]) / 0.01
        first.append(steps[0])
        others += steps[1:].tolist()
    return first[0], min(others), max(others)


@cache
def needed(name, degrees, **given):
    """Return the fewest steps after which the loss stays below a thousandth, over the rates of the lesson."""
    found = []
    for rate in np.logspace(-3, 1, 17):
        config = {"learning_rate": rate, **given}
        trace = descend(RULES[name], valley(100, np.radians(degrees)), steps=200, config=config)
        above = np.flatnonzero(trace.losses > 1e-3 * trace.losses[0])
        if not trace.stopped and above[-1] < 180:
            found.append(int(above[-1]) + 1)
    return min(found)


def small_entries(seed):
    """Return the shares of gradient entries that are small without being zero, and of those that are zero."""
    data, network = digits(), MLP(sizes=(64, 32, 10))
    rng = np.random.default_rng(seed)
    config = {"learning_rate": 1.0}
    run = train(network, data.X_train, data.y_train, plain_gradient_descent, config, epochs=10, rng=rng)
    _, grads = network.loss(run.params, data.X_train, data.y_train)
    sizes = np.abs(np.concatenate([grad.ravel() for grad in grads.values()]))
    return np.mean((sizes > 0) & (sizes < 1e-4)), np.mean(sizes == 0)


def memories():
    """Return the losses of RMSprop with a short memory in the ravine, and where it ends."""
    config = {"learning_rate": 0.05, "decay_rate": 0.9}
    trace = descend(RULES["rmsprop"], ravine, steps=600, config=config)
    return trace.losses, np.abs(trace.points[-1])


def escape(name, y0=1e-6, rate=0.01):
    return steps_to_escape.reference(RULES[name], {"learning_rate": rate}, y0)


@cache
def effective_rates(name, **given):
    """Return the effective rates, in learning rates, along a gradient of 10 for 50 steps, then of 0.1 for 550."""
    w, config, found = np.zeros(1), {"learning_rate": 1.0, **given}, []
    for slope in [10.0] * 50 + [0.1] * 550:
        before, (w, config) = w.copy(), RULES[name](w.copy(), np.array([slope]), config)
        found.append(abs(w - before)[0] / slope)
    return np.array(found)


def slow(d):
    return effective_rates("rmsprop", decay_rate=d)


def uncorrected(t):
    """Return the length of Adam's steps without correction under a constant gradient, in rates."""
    return (1 - 0.9**t) / np.sqrt(1 - 0.999**t)


def compromise(kappa):
    """Return the steps until the error is a thousandth at the best single rate."""
    return np.ceil(np.log(1e-3) / np.log((kappa - 1) / (kappa + 1)))


NUMBERS = {
    r"The cost grows in proportion to $\kappa$": lambda: (
        3.8 < compromise(100) / compromise(25) < 4.2 and 95 < compromise(10_000) / compromise(100) < 105
    ),
    "One rate over the gradient is 0.1 before the cliff and 10 after it. Within these 600 steps only": lambda: (
        slow(0.9)[-1] > 9.9 and max(slow(0.99)[-1], slow(0.999)[-1], effective_rates("adagrad")[-1]) < 5
    ),
    "Adagrad never forgets": lambda: np.ptp(effective_rates("adagrad")[60:]) < 1e-3,
    "Adagrad starts at one rate over the gradient, as it should. RMSprop starts *above* it": lambda: (
        effective_rates("adagrad")[0] == pytest.approx(0.1)
        and 0.1 < slow(0.9)[0] < slow(0.99)[0] < slow(0.999)[0]
    ),
    "lies above $d = 0.99$ up to about step 280": lambda: (
        275 < np.flatnonzero(slow(0.999) > slow(0.99)).max() < 285
    ),
    "4.2 rates at the second step, 6.6 at the twelfth, and within 1% only from step 3925 on": lambda: (
        round(uncorrected(2), 1) == 4.2
        and round(uncorrected(12), 1) == 6.6
        and max(range(1, 100), key=uncorrected) == 12
        and uncorrected(3924) > 1.01 >= uncorrected(3925)
    ),
    "by $\\sqrt{10}$ at first": lambda: uncorrected(1) == pytest.approx(np.sqrt(10)),
    "such as 0.125 from this start, lands on the star": lambda: (
        not signs(0.125)[-1].any() and np.abs(signs(0.13)[-10:]).max() > 0.05
    ),
    "the two paths are equal to the last bit": lambda: np.array_equal(
        signs(0.13, valley(25)), signs(0.13, valley(2500))
    ),
    "8.6 rates in 3000 steps": lambda: round(np.sum(1 / np.arange(1, 3001)), 1) == 8.6,
    r"is about $2\eta\sqrt{T}$": lambda: (
        0.95 < np.sum(1 / np.sqrt(np.arange(1, 3001))) / (2 * np.sqrt(3000)) < 1
    ),
    r"while $\sqrt{v}$ is $\sqrt{0.001}\,|g|$, about a thirtieth": lambda: round(1 / np.sqrt(0.001)) == 32,
    "it ends up hopping from one side to the other, half a rate to each side": lambda: np.allclose(
        memories()[1], 0.025, rtol=0.05
    ),
    "rises* by many orders of magnitude": lambda: memories()[0][-1] > 1e10 * memories()[0].min(),
    "36 of the 40 points": lambda: 40 - steps_to_escape.points == 36,
    "a quarter of the entries or more are small without being zero": lambda: all(
        0.24 < small_entries(seed)[0] < 0.35 for seed in range(6)
    ),
    "belong to five pixels that are blank in every image": lambda: (
        (digits().X_train == 0).all(axis=0).sum() == 5 and small_entries(0)[1] == pytest.approx(5 * 32 / 2410)
    ),
    "ten thousand times as large": lambda: np.sqrt(1e-8) / 1e-8 == pytest.approx(1e4),
    "about 116": lambda: (
        np.mean(np.diff([escape("sgd", y0) for y0 in np.logspace(-12, -1, 12)]))
        == pytest.approx(-116, abs=0.5)
    ),
    "they need 140 and 132 steps": lambda: (
        (escape("sgd_momentum"), escape("sgd_nesterov_momentum")) == (140, 132)
    ),
    "RMSprop moves along $y$ by 4 to 10 rates per step": lambda: (
        3.5 < lengths("rmsprop")[1] < 4 and lengths("rmsprop")[2] <= 10
    ),
    "and Adam by 0.6 to 1.6, wherever they start": lambda: (
        0.6 < lengths("adam")[1] < 0.7 and 1.5 < lengths("adam")[2] < 1.6
    ),
    "from $10^{-12}$ it is 0.0002 rates long": lambda: round(lengths("adam")[0], 4) == 0.0002,
    "so no step can be longer than one rate": lambda: lengths("adagrad")[2] <= 1,
    "It beats plain descent only from very near the ridge": lambda: (
        escape("adagrad", 1e-12) < escape("sgd", 1e-12) and escape("adagrad", 1e-10) > escape("sgd", 1e-10)
    ),
    "with 76 steps against 77 from $10^{-6}$": lambda: (escape("sgd", rate=0.1), escape("adam")) == (76, 77),
    "A trillionth is enough for every rule": lambda: all(leaves_by_noise(name, 1e-12) for name in RULES),
    "Adagrad and RMSprop cross this valley in a handful of steps": lambda: (
        max(needed("adagrad", 0), needed("rmsprop", 0)) <= 5
    ),
    "the two rules end up behind plain descent": lambda: (
        min(needed("adagrad", 45), needed("rmsprop", 45)) > needed("sgd", 45) == needed("sgd", 0)
    ),
    "Adam's line is almost level": lambda: abs(needed("adam", 45) / needed("adam", 0) - 1) < 0.2,
    r"With $\beta_1 = 0$ the angle matters to Adam as much as to RMSprop": lambda: (
        (needed("adam", 0, beta1=0.0), needed("adam", 45, beta1=0.0)) == (15, 133)
    ),
    "For SGD and both kinds of momentum the angle makes no difference": lambda: all(
        needed(name, 0) == needed(name, 45) for name in ("sgd_momentum", "sgd_nesterov_momentum")
    ),
}


@pytest.mark.parametrize("phrase", NUMBERS)
def test_a_number_in_the_text_is_right_and_still_there(phrase):
    assert phrase in WORDS
    assert NUMBERS[phrase]()


@pytest.mark.thorough
def test_in_mixed_units_the_adaptive_rules_win_and_as_they_are_all_overlap():
    data, network, grid = digits(), MLP(sizes=(64, 32, 10)), np.logspace(-2.5, 1, 8)
    units = {"as they are": np.ones(64), "mixed": 10 ** np.random.default_rng(7).uniform(-2, 1, 64)}

    def final(name, rate, unit, seed):
        rows, held_out = data.X_train * units[unit], (data.X_val * units[unit], data.y_val)
        options = {"epochs": 4, "batch": 50, "rng": np.random.default_rng(seed), "validation": held_out}
        run = train(network, rows, data.y_train, RULES[name], {"learning_rate": rate}, **options)
        return np.inf if run.stopped else run.epochs["val_loss"][-1]

    for unit in units:
        best = {}
        for name in RULES:
            losses = np.mean([[final(name, rate, unit, seed) for rate in grid] for seed in range(3)], axis=0)
            assert losses.argmin() not in (0, len(grid) - 1), (unit, name)
            best[name] = [final(name, grid[losses.argmin()], unit, seed) for seed in range(10, 18)]
        adaptive = [loss for name in ("adagrad", "rmsprop", "adam") for loss in best[name]]
        others = [loss for name in list(RULES)[:3] for loss in best[name]]
        if unit == "mixed":
            assert max(adaptive) < min(others)
        else:
            assert max(min(losses) for losses in best.values()) < min(max(losses) for losses in best.values())
