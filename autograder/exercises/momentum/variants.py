"""Ways in which momentum and Nesterov momentum are written and must earn all points.

The spellings follow what published solutions look like: in place or not, a copied config or the same one, a
velocity of either sign, the step folded into one expression or taken in two moves.
"""

from __future__ import annotations

import numpy as np

from autograder.exercises.momentum.sgd_momentum import sgd_momentum
from autograder.exercises.momentum.sgd_nesterov_momentum import sgd_nesterov_momentum


@sgd_momentum.variant
def new_arrays(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w + v
    config["velocity"] = v
    return next_w, config


@sgd_momentum.variant
def all_in_place(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    v = config.setdefault("velocity", np.zeros_like(w))
    v *= mu
    v -= lr * dw
    w += v
    return w, config


@sgd_momentum.variant
def positive_velocity_subtracted(w, dw, config=None):
    config = dict(config or {})
    lr, mu = config.get("learning_rate", 1e-2), config.get("momentum", 0.9)
    v = mu * config.get("velocity", 0.0) + lr * dw
    return w - v, {**config, "velocity": v}


@sgd_momentum.variant
def another_key_for_the_velocity(weights, gradient, options=None):
    options = {} if options is None else options
    vec = options.get("momentum", 0.9) * options.get("vec", np.zeros(np.shape(weights)))
    options["vec"] = vec = vec - options.get("learning_rate", 0.01) * gradient
    return weights + vec, options


@sgd_momentum.variant
def heavy_ball_with_the_point_before(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
    before = config.get("w_before", w)
    config["w_before"] = w.copy()
    return w - config["learning_rate"] * dw + config["momentum"] * (w - before), config


@sgd_momentum.variant
def entry_by_entry(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    v = config.setdefault("velocity", np.zeros_like(w))
    for index in np.ndindex(w.shape):
        v[index] = -dw[index] * lr + v[index] * mu
        w[index] += v[index]
    return w, config


@sgd_nesterov_momentum.variant
def published_form(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v_prev = v
    v = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w - config["momentum"] * v_prev + (1 + config["momentum"]) * v
    config["velocity"] = v
    return next_w, config


@sgd_nesterov_momentum.variant
def change_of_velocity(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
    lr, mu = config["learning_rate"], config["momentum"]
    v_prev = config.get("velocity", np.zeros_like(w))
    v = mu * v_prev - lr * dw
    config["velocity"] = v
    return w + v + mu * (v - v_prev), config


@sgd_nesterov_momentum.variant
def new_velocity_and_gradient(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    config["velocity"] = mu * config.get("velocity", 0.0) - lr * dw
    return w + mu * config["velocity"] - lr * dw, config


@sgd_nesterov_momentum.variant
def expanded_in_the_old_velocity(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.get("learning_rate", 1e-2), config.get("momentum", 0.9)
    v_prev = config.get("velocity", np.zeros_like(w))
    config["velocity"] = mu * v_prev - lr * dw
    return w + mu**2 * v_prev - (1 + mu) * lr * dw, config


@sgd_nesterov_momentum.variant
def in_two_moves_in_place(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    v = config.setdefault("velocity", np.zeros_like(w))
    w -= mu * v
    v *= mu
    v -= lr * dw
    w += (1.0 + mu) * v
    return w, config


@sgd_nesterov_momentum.variant
def positive_velocity_subtracted_from_the_point(w, dw, config=None):
    config = dict(config or {})
    lr, mu = config.get("learning_rate", 1e-2), config.get("momentum", 0.9)
    v_prev = config.get("velocity", np.zeros_like(w))
    v = mu * v_prev + lr * dw
    config["velocity"] = v
    w -= (1 + mu) * v - mu * v_prev
    return w, config


@sgd_nesterov_momentum.variant
def look_ahead_form_with_the_point_kept(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    x = w - mu * v
    v = mu * v - lr * dw
    x = x + v
    config["velocity"] = v
    return x + mu * v, config


@sgd_nesterov_momentum.variant
def velocity_copied_before_the_update(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    v = config.setdefault("velocity", np.zeros_like(w))
    v_prev = v.copy()
    v *= mu
    v -= lr * dw
    w += -mu * v_prev + (1 + mu) * v
    return w, config
