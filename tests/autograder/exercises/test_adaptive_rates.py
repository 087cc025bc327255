"""Lesson 05: references held to PyTorch and to hand-worked numbers, and every mistake of the syllabus known."""

import json
from pathlib import Path

import numpy as np
import pytest

from autograder.exercises import adaptive_rates
from course.probes import base
from course.probes.comparing import same

ORACLES = Path(__file__).parents[2] / "oracles"
BY_NAME = {exercise.name: exercise for exercise in adaptive_rates.EXERCISES}
RULES = ("adagrad", "rmsprop", "adam")
ELEMENT_WISE = {
    "one sum of squares for all entries",
    "one mean of squares for all entries",
    "norm in place of squares",
}

# What syllabus.md lists for this lesson -> the names under which it is reported.
SYLLABUS = {
    "adagrad": ELEMENT_WISE
    | {
        "cache decays",
        "no root",
        "stale cache",
        "no square",
        "epsilon missing",
        "state in a global",
        "dw mutated",
    },
    "rmsprop": ELEMENT_WISE
    | {
        "no root",
        "stale cache",
        "decay swapped",
        "no square",
        "epsilon missing",
        "state in a global",
        "dw mutated",
    },
    "adam": {
        "no root",
        "no square",
        "epsilon missing",
        "uncorrected",
        "corrected by multiplying",
        "t stays one or its power is forgotten",
        "t late",
        "t advanced twice",
        "betas exchanged",
        "betas hard coded",
        "correction with beta squared",
        "hats stored",
        "epsilon before the correction",
        "second moment of m",
        "variance for raw moment",
        "state in a global",
        "t in a global",
        "dw mutated",
    },
    "steps_to_escape": {"limit for None", "config not copied", "state lost between steps"},
}


@pytest.mark.parametrize("name", RULES)
def test_reference_follows_pytorch(name):
    data = json.loads((ORACLES / "adaptive_rates.json").read_text(encoding="utf-8"))
    assert set(data["runs"]) == set(RULES)
    for run in data["runs"][name]:
        probe = base.Path(start=data["start"], gradients=data["gradients"], config=run["config"])
        # 1e-12: thirty steps that each round at 1e-16 relative to parameters of size one
        assert same(probe(BY_NAME[name].reference), run["path"], 1e-12), run["config"]


@pytest.mark.parametrize("name", SYLLABUS)
def test_every_mistake_of_the_syllabus_is_known(name):
    exercise = BY_NAME[name]
    assert SYLLABUS[name] <= {known.name for known in (*exercise.mistakes, *exercise.conventions)}


def test_worked_examples_of_the_lesson():
    adagrad = base.Path(start=[1.0, 1.0], gradients=[[3.0, -4.0]] * 2, config={"learning_rate": 0.1})
    second = 0.1 / np.sqrt(2)
    path = adagrad(BY_NAME["adagrad"].reference)
    assert np.allclose(path[1:], [[0.9, 1.1], [0.9 - second, 1.1 + second]], rtol=1e-8)
    rmsprop = base.Path(start=[1.0], gradients=[[2.0]], config={"learning_rate": 0.1, "decay_rate": 0.75})
    assert np.allclose(rmsprop(BY_NAME["rmsprop"].reference)[1], [0.8], rtol=1e-8)
    adam = base.Path(start=[1.0], gradients=[[4.0], [0.0]], config={"learning_rate": 0.1})
    by_hand = 0.9 - 0.1 * (0.36 / 0.19) / np.sqrt(0.015984 / 0.001999)
    assert np.allclose(adam(BY_NAME["adam"].reference)[1:], [[0.9], [by_hand]], rtol=1e-8)
    assert round(by_hand, 4) == 0.8330


def test_first_steps_are_those_the_course_states():
    measure, rate = BY_NAME["first_step"].reference, {"learning_rate": 0.01}
    lengths = [measure(BY_NAME["rmsprop"].reference, {**rate, "decay_rate": d}) for d in (0.9, 0.99, 0.999)]
    assert [float(f"{length:.3g}") for length in lengths] == [3.16, 10.0, 31.6]
    assert measure(BY_NAME["adam"].reference, rate) == pytest.approx(1, rel=1e-9)
    assert measure(BY_NAME["adagrad"].reference, rate) == pytest.approx(1, rel=1e-9)
    uncorrected = next(known for known in BY_NAME["adam"].mistakes if known.name == "uncorrected")
    assert measure(uncorrected.function, rate) == pytest.approx(np.sqrt(10), rel=1e-7)


@pytest.mark.parametrize(("name", "steps"), [("adagrad", 1263), ("rmsprop", 17), ("adam", 77)])
def test_saddle_is_left_after_the_steps_the_course_states(name, steps):
    escape, rate = BY_NAME["steps_to_escape"].reference, {"learning_rate": 0.01}
    assert escape(BY_NAME[name].reference, rate, 1e-6) == steps
    assert escape(BY_NAME[name].reference, rate, 0.0, 200) is None


def test_effective_rates_after_the_cliff_are_those_the_course_states():
    slopes = np.where(np.arange(600) < 50, 10.0, 0.1)

    def effective(
        decay,
    ):  # the average of squares, one update at a time: the reference is quadratic in the steps
        square, rates = 0.0, []
        for slope in slopes:
            square = decay * square + (1 - decay) * slope**2
            rates.append(1 / np.sqrt(square))
        return np.array(rates)

    rates = {decay: effective(decay) for decay in (0.9, 0.99, 0.999)}
    assert [decay for decay, found in rates.items() if found[-1] > 9.9] == [0.9]
    assert list(np.flatnonzero(rates[0.999] > rates[0.99])) == list(range(281))
