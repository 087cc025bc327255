"""Ways in which Adagrad, RMSprop and Adam are written and must earn all points.

In place or not, a copied config or the same one, state under names of its own, the corrections folded into the
rate or kept as running products.
"""

from __future__ import annotations

import numpy as np

from autograder.exercises.adaptive_rates.adagrad import adagrad
from autograder.exercises.adaptive_rates.adam import adam, filled, hats, stepped
from autograder.exercises.adaptive_rates.rmsprop import rmsprop


@adagrad.variant
def adagrad_in_place(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    config["cache"] += dw * dw
    w -= config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])
    return w, config


@adagrad.variant
def a_step_with_keys_of_its_own(w, dw, config=None):
    config = {} if config is None else config
    squares = config.get("sum_of_squares", 0) + np.power(dw, 2)
    rate = config.get("learning_rate", 1e-2) / (config.get("epsilon", 1e-8) + squares**0.5)
    return w - rate * dw, dict(config, sum_of_squares=squares)


@rmsprop.variant
def rmsprop_in_place(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    config["cache"] *= config["decay_rate"]
    config["cache"] += (1 - config["decay_rate"]) * dw * dw
    w -= config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])
    return w, config


@rmsprop.variant
def a_step_towards_the_square(w, dw, config=None):
    config = dict(config or {})
    lr, d, eps = (
        config.get(k, v) for k, v in (("learning_rate", 0.01), ("decay_rate", 0.99), ("epsilon", 1e-8))
    )
    a = config.get("a", 0.0)
    a = a - (1 - d) * (a - np.square(dw))
    return w - lr * np.power(np.power(a, 0.5) + eps, -1) * dw, config | {"a": a}


@adam.variant
def adam_in_place(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    config["t"] += 1
    config["m"] *= config["beta1"]
    config["m"] += (1 - config["beta1"]) * dw
    config["v"] *= config["beta2"]
    config["v"] += (1 - config["beta2"]) * dw * dw
    mt = config["m"] / (1 - config["beta1"] ** config["t"])
    vt = config["v"] / (1 - config["beta2"] ** config["t"])
    w -= config["learning_rate"] * mt / (np.sqrt(vt) + config["epsilon"])
    return w, config


@adam.variant
def first_moment_v_second_moment_a(w, dw, config=None):
    config = {} if config is None else config
    for key, entry in (
        ("learning_rate", 1e-3),
        ("beta1", 0.9),
        ("beta2", 0.999),
        ("epsilon", 1e-8),
        ("t", 0),
    ):
        config.setdefault(key, entry)
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("a", np.zeros_like(w))
    config["t"] += 1
    config["v"] = config["beta1"] * config["v"] + (1 - config["beta1"]) * dw
    config["a"] = config["beta2"] * config["a"] + (1 - config["beta2"]) * np.square(dw)
    v_hat = config["v"] * (1 / (1 - np.power(config["beta1"], config["t"])))
    a_hat = config["a"] * (1 / (1 - np.power(config["beta2"], config["t"])))
    return w - config["learning_rate"] / (np.sqrt(a_hat) + config["epsilon"]) * v_hat, config


@adam.variant
def folded_with_epsilon_rescaled(w, dw, config=None):
    config = dict(config or {})
    b1, b2, t = config.get("beta1", 0.9), config.get("beta2", 0.999), config.get("t", 0) + 1
    m = b1 * config.get("m", 0) + (1 - b1) * dw
    v = b2 * config.get("v", 0) + (1 - b2) * dw**2
    root = (1 - b2**t) ** 0.5
    rate = config.get("learning_rate", 1e-3) * root / (1 - b1**t)
    return w - rate * m / (v**0.5 + config.get("epsilon", 1e-8) * root), {**config, "m": m, "v": v, "t": t}


@adam.variant
def t_from_one_advanced_after_use(w, dw, config=None):
    c = filled(w, {"t": 1} | dict(config or {}))
    c["m"] += (1 - c["beta1"]) * (dw - c["m"])
    c["v"] += (1 - c["beta2"]) * (dw * dw - c["v"])
    w -= c["learning_rate"] * hats(c)[0] / (np.sqrt(hats(c)[1]) + c["epsilon"])
    c["t"] += 1
    return w, c


@adam.variant
def powers_kept_as_running_products(w, dw, config=None):
    c = filled(w, {"p1": 1.0, "p2": 1.0} | dict(config or {}))
    c["p1"], c["p2"] = c["p1"] * c["beta1"], c["p2"] * c["beta2"]
    c["m"] = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
    c["v"] = c["beta2"] * c["v"] + (1 - c["beta2"]) * dw**2
    return stepped(w, c, c["m"] / (1 - c["p1"]), c["v"] / (1 - c["p2"]))
