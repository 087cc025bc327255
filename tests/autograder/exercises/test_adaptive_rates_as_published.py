"""Lesson 05: published styles, and answers that nobody foresaw, are graded fairly."""

import itertools

import numpy as np
import pytest

from autograder.exercises import adaptive_rates
from autograder.judging import judge

BY_NAME = {exercise.name: exercise for exercise in adaptive_rates.EXERCISES}
SQUARES = {"power": lambda x: x**2, "product": lambda x: x * x, "square": np.square}
ROOTS = {"sqrt": np.sqrt, "half": lambda x: x**0.5, "power": lambda x: np.power(x, 1 / 2)}


@pytest.mark.parametrize(
    ("square", "root", "in_place", "keep"),
    list(itertools.product(SQUARES, ROOTS, (False, True), ("setdefault", "get", "copy"))),
)
def test_every_spelling_of_adam_earns_full_marks(square, root, in_place, keep):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}

    def adam(w, dw, config=None):
        config = {} if config is None else config
        if keep == "copy":
            config = dict(config)
        for key, default in defaults.items():
            config.setdefault(key, default)
        if keep == "setdefault":
            config.setdefault("m", np.zeros_like(w))
            config.setdefault("v", np.zeros_like(w))
            config.setdefault("t", 0)
        lr, b1, b2, eps = (config[key] for key in defaults)
        m, v, t = config.get("m", np.zeros(w.shape)), config.get("v", np.zeros(w.shape)), config.get("t", 0)
        t += 1
        m = m * b1 + dw * (1.0 - b1)
        v = SQUARES[square](dw) * (1 - b2) + b2 * v
        config["m"], config["v"], config["t"] = m, v, t
        step = lr * (m / (1 - b1**t)) / (ROOTS[root](v / (1 - b2**t)) + eps)
        if in_place:
            w -= step
            return w, config
        return w - step, config

    assert judge(BY_NAME["adam"], adam).verdict == "correct"


def adam_with_loops_over_entries(w, dw, config=None):
    config = config or {"m": {}, "v": {}, "t": 0}
    b1, b2 = config.get("beta1", 0.9), config.get("beta2", 0.999)
    config["t"] = t = config.get("t", 0) + 1
    m, v, new = config.setdefault("m", {}), config.setdefault("v", {}), w.copy()
    for place in np.ndindex(*w.shape):
        m[place] = b1 * m.get(place, 0.0) + (1 - b1) * dw[place]
        v[place] = b2 * v.get(place, 0.0) + (1 - b2) * dw[place] ** 2
        scale = (v[place] / (1 - b2**t)) ** 0.5 + config.get("epsilon", 1e-8)
        new[place] -= config.get("learning_rate", 1e-3) * m[place] / (1 - b1**t) / scale
    return new, config


def adam_that_keeps_its_state_as_a_list(w, dw, config=None):
    settings = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "state": [0, 0.0, 0.0]}
    settings.update(config or {})
    t, first, second = settings["state"]
    first = first + (1 - settings["beta1"]) * (dw - first)
    second = second + (1 - settings["beta2"]) * (dw * dw - second)
    t = t + 1
    a = settings["learning_rate"] / (1 - settings["beta1"] ** t)
    b = np.sqrt(1 / (1 - settings["beta2"] ** t))
    settings["state"] = [t, first, second]
    return w + -a * first / (np.sqrt(second) * b + settings["epsilon"]), settings


@pytest.mark.parametrize("rule", [adam_with_loops_over_entries, adam_that_keeps_its_state_as_a_list])
def test_state_may_have_any_form_that_config_can_hold(rule):
    assert judge(BY_NAME["adam"], rule).verdict == "correct"


def rmsprop_with_its_average_in_a(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("a", np.zeros_like(w))
    beta, a = config["decay_rate"], config["a"]
    a = beta * a + (1 - beta) * np.multiply(dw, dw)
    config["a"] = a
    scale = np.multiply(config["learning_rate"], 1 / (np.sqrt(a) + config["epsilon"]))
    return w - np.multiply(scale, dw), config


def test_rmsprop_may_keep_its_average_under_another_key():
    assert judge(BY_NAME["rmsprop"], rmsprop_with_its_average_in_a).verdict == "correct"


def test_one_wrong_place_of_epsilon_is_a_convention_with_a_note():
    def rmsprop(w, dw, config=None):
        config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": 0.0} | (config or {})
        config["cache"] = config["cache"] * config["decay_rate"] + dw**2 * (1 - config["decay_rate"])
        return w - config["learning_rate"] * dw / np.sqrt(config["epsilon"] + config["cache"]), config

    verdict = judge(BY_NAME["rmsprop"], rmsprop)
    assert (verdict.verdict, verdict.points) == ("convention", 7.5)
    assert "optax" in verdict.message


def test_t_from_one_is_partly_right_before_and_right_after_use():
    def adam(w, dw, config=None, *, early):
        config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 1} | (
            config or {}
        )
        config["t"] += early
        t = config["t"]
        config["m"] = config["beta1"] * config.get("m", 0) + (1 - config["beta1"]) * dw
        config["v"] = config["beta2"] * config.get("v", 0) + (1 - config["beta2"]) * dw**2
        scale = np.sqrt(config["v"] / (1 - config["beta2"] ** t)) + config["epsilon"]
        w = w - config["learning_rate"] * config["m"] / (1 - config["beta1"] ** t) / scale
        config["t"] += not early
        return w, config

    early = judge(BY_NAME["adam"], lambda *args: adam(*args, early=True))
    assert (early.verdict, early.points) == ("convention", 7)
    assert judge(BY_NAME["adam"], lambda *args: adam(*args, early=False)).verdict == "correct"


def test_escape_may_lean_on_the_loop_of_the_course():
    from course.descend import descend
    from course.surfaces import saddle

    def steps_to_escape(rule, config, y0, limit=2000):
        points = descend(rule, saddle, (1, y0), steps=limit, config=config).points
        gone = [k for k, (_, y) in enumerate(points) if abs(y) > 1]
        return gone[0] if gone else None

    assert judge(BY_NAME["steps_to_escape"], steps_to_escape).verdict == "correct"
