"""Sentences of lesson 13 that a change of the course or of the processor could make false, over seeds.

Runs at the edge are chaotic: every claim is about a median over the last third of a run, with a margin.
"""

import numpy as np
import pytest

from autograder.exercises.adaptive_rates.adam import reference as adam
from autograder.exercises.edge_of_stability import sharpness as exercise
from autograder.exercises.momentum.sgd import reference as sgd
from autograder.exercises.momentum.sgd_momentum import reference as sgd_momentum
from autograder.exercises.momentum.sgd_nesterov_momentum import reference as nesterov
from autograder.project import Project
from autograder.validating.validate import answers_of, cells_of
from course.figures.edge import Watched
from course.full_batch import by_complex_step, some_digits
from course.threads import one_thread

LESSON = "13_edge_of_stability"
PROBLEM, START, USUAL = some_digits(), some_digits().start(), some_digits().start(scale=None)
measure = exercise.reference


@pytest.fixture(autouse=True)
def single():
    with one_thread(), np.errstate(all="ignore"):
        yield


@pytest.fixture(scope="module")
def names():
    """Return what the lesson's cells define."""
    project = Project.here()
    return answers_of(project, LESSON, cells_of(project, LESSON))["train_and_measure"].names


def settled(problem, w, steps=100):
    return measure(problem.gradient, w, np.random.default_rng(1).normal(size=problem.size), steps)


def watched(rule, config, *, problem=PROBLEM, w=START, limit=None, names):
    _, v = settled(problem, w)
    losses, sharpnesses = names["train_and_measure"](problem, w, v, rule, config, 1000, 40)
    return Watched(losses=losses, sharpnesses=sharpnesses, limit=limit)


def scaled(w, root):
    """Return the gradient in coordinates in which Adam is plain descent."""
    return lambda x: PROBLEM.gradient(w + x / root) / root


def on_batches(rows, rng):
    def step(w, dw, config):
        few = rng.choice(len(PROBLEM.y), rows, replace=False)
        return sgd(w, PROBLEM.on(few).gradient(w), config)

    return step


def warmed(over):
    def rising(w, dw, config):
        t = config["t"] + 1
        return sgd(w, dw, {"learning_rate": 0.8 * min(1, t / over)})[0], {"t": t}

    return rising


def test_the_numbers_of_parameters_gradients_and_starts():
    assert PROBLEM.size == 2410
    assert 5.7e6 < PROBLEM.size**2 < 6e6  # "nearly six million entries"
    assert 2 * PROBLEM.size == 4820
    assert settled(PROBLEM, START)[0] == pytest.approx(1.68, abs=0.03)
    assert settled(PROBLEM, USUAL)[0] == pytest.approx(6.8, abs=0.1)


def test_three_of_four_starts_of_power_iteration_agree_and_the_second_lingers():
    ends = [
        measure(PROBLEM.gradient, START, np.random.default_rng(seed).normal(size=PROBLEM.size), 30)[0]
        for seed in range(4)
    ]
    assert np.ptp([ends[k] for k in (0, 2, 3)]) < 0.02
    assert 0.05 < ends[0] - ends[1] < 0.15


def test_the_tape_and_differences_agree_to_nine_digits(names):
    v = np.random.default_rng(0).normal(size=PROBLEM.size)
    exact = by_complex_step(PROBLEM, START, v)
    assert np.abs(names["hvp"](PROBLEM.gradient, START, v) - exact).max() < 5e-10 * np.abs(exact).max()


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3))
def test_the_sharpness_rises_to_two_over_the_rate_and_hovers_there(seed, names):
    w = PROBLEM.start(seed)
    for rate in (0.4, 0.6):
        run = watched(sgd, {"learning_rate": rate}, w=w, names=names)
        assert run.sharpnesses[0] < 2
        assert max(run.sharpnesses) > 1.05 * 2 / rate
        assert run.late() == pytest.approx(2 / rate, rel=0.08)
        assert run.losses[-1] < 0.25 * run.losses[0]
    slow = watched(sgd, {"learning_rate": 0.2}, w=w, names=names)
    assert slow.rises() == 0
    assert max(slow.sharpnesses) < 0.65 * 10
    assert np.all(np.diff(slow.sharpnesses) > -0.05)  # it narrows and narrows


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3))
def test_each_rule_hovers_at_its_own_limit_and_momentum_has_the_lowest_loss(seed, names):
    w, config = PROBLEM.start(seed), {"learning_rate": 0.6, "momentum": 0.5}
    runs = {
        limit: watched(rule, config, w=w, names=names)
        for limit, rule in ((2 / 0.6, sgd), (5.0, sgd_momentum), (2.5, nesterov))
    }
    for limit, run in runs.items():
        assert run.late() == pytest.approx(limit, rel=0.09)
    plain, momentum, ahead = (float(np.median(run.losses[-300:])) for run in runs.values())
    assert 1.2 * momentum < ahead < 0.85 * plain


@pytest.mark.thorough
def test_only_the_slow_warm_up_survives_from_the_usual_start(names):
    for over, survives in ((1, False), (100, False), (400, True)):
        run = watched(warmed(over), {"t": 0}, w=USUAL, names=names)
        assert run.diverged != survives
        if survives:
            assert run.late() == pytest.approx(2.5, rel=0.08)


@pytest.mark.thorough
def test_small_batches_stay_below_the_limit_the_lower_the_smaller(names):
    late = {}
    for rows in (30, 10):
        medians = []
        for seed in range(3):
            rule = on_batches(rows, np.random.default_rng([rows, seed]))
            medians.append(watched(rule, {"learning_rate": 0.4}, names=names).late())
        late[rows] = medians
    assert 3.6 < min(late[30]) <= max(late[30]) < 4.7
    assert 2.5 < min(late[10]) <= max(late[10]) < 3.5


@pytest.mark.thorough
@pytest.mark.parametrize("rate", [0.003, 0.006, 0.01])
def test_adam_hovers_at_38_over_the_rate_preconditioned(rate):
    w, config, squares, found = START.copy(), {"learning_rate": rate}, np.zeros(PROBLEM.size), []
    v = np.random.default_rng(1).normal(size=PROBLEM.size)
    for step in range(1000):
        g = PROBLEM.gradient(w)
        squares = 0.999 * squares + 0.001 * g**2
        if step % 40 == 0:
            root = np.sqrt(np.sqrt(squares / (1 - 0.999 ** (step + 1))) + 1e-8)
            value, v = measure(scaled(w, root), np.zeros(PROBLEM.size), v)
            found.append(value * rate / 38)
        w, config = adam(w, g, config)
    assert found[1] < 0.4
    assert 0.85 < np.median(found[-8:]) < 1.08
    first = 40 * int(np.argmax(np.array(found[1:]) > 0.9) + 1)
    assert {0.003: 300, 0.006: 120, 0.01: 80}[rate] <= first <= {0.003: 480, 0.006: 280, 0.01: 240}[rate]


@pytest.mark.thorough
def test_with_cross_entropy_the_sharpness_rises_falls_and_never_meets_the_limit(names):
    entropy = some_digits(kind="softmax")
    run = watched(sgd, {"learning_rate": 0.5}, problem=entropy, names=names)
    assert max(run.sharpnesses) > 1.5 * run.sharpnesses[0] > 0
    assert run.sharpnesses[-1] < 0.5 * run.sharpnesses[0]
    assert max(run.sharpnesses) < 0.5 * 4


@pytest.mark.thorough
def test_hops_grow_above_the_limit_and_bring_the_sharpness_down():
    w, config = START.copy(), {"learning_rate": 0.4}
    sharp = {}
    for step in range(800):
        if step >= 460 and step % 10 == 0:
            sharp[step] = settled(PROBLEM, w, 60)[0]
        w, config = sgd(w, PROBLEM.gradient(w), config)
    crossing = min(step for step, value in sharp.items() if value > 5)
    top = max(sharp, key=sharp.get)
    assert 470 <= crossing <= 510
    assert crossing + 100 < top < 740
    assert 5.7 < sharp[top] < 6.3
    assert min(value for step, value in sharp.items() if step > top) < 4.8
