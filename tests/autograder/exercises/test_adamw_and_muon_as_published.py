"""Lesson 12: answers in the styles in which people publish these rules earn everything, and so do their habits."""

import math

import numpy as np
import pytest

from autograder.exercises import adamw_and_muon
from autograder.judging import judge
from course.checks import check

BY_NAME = {exercise.name: exercise for exercise in adamw_and_muon.EXERCISES}


def assert_right(name, function):
    assert check(name, function).passed
    found = judge(BY_NAME[name], function)
    assert found.verdict == "correct", found.message


# AdamW


def adamw_of_a_course(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("weight_decay", 1e-2)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    config["t"] += 1
    config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["v"] = config["beta2"] * config["v"] + (1 - config["beta2"]) * (dw**2)
    mt = config["m"] / (1 - config["beta1"] ** config["t"])
    vt = config["v"] / (1 - config["beta2"] ** config["t"])
    next_w = w - config["learning_rate"] * mt / (np.sqrt(vt) + config["epsilon"])
    next_w -= config["learning_rate"] * config["weight_decay"] * w
    return next_w, config


def adamw_that_shrinks_in_place_first(w, dw, config=None):
    config = config if config is not None else {}
    lr, wd = config.get("learning_rate", 1e-3), config.get("weight_decay", 1e-2)
    b1, b2 = config.get("beta1", 0.9), config.get("beta2", 0.999)
    w *= 1.0 - lr * wd
    config["t"] = config.get("t", 0) + 1
    config["m"] = b1 * config.get("m", 0.0) + (1.0 - b1) * dw
    config["v"] = b2 * config.get("v", 0.0) + (1.0 - b2) * np.multiply(dw, dw)
    bias1, bias2 = 1.0 - math.pow(b1, config["t"]), 1.0 - math.pow(b2, config["t"])
    denom = np.sqrt(config["v"]) / math.sqrt(bias2) + config.get("epsilon", 1e-8)
    w += -(lr / bias1) * (config["m"] / denom)
    return w, config


def adamw_as_a_chain_of_transformations(w, dw, config=None):
    c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 1e-2} | (
        config or {}
    )
    count, mu, nu = c.get("state", (0, np.zeros_like(dw), np.zeros_like(dw)))
    mu = (1 - c["beta1"]) * dw + c["beta1"] * mu
    nu = (1 - c["beta2"]) * (dw**2) + c["beta2"] * nu
    count = count + 1
    updates = (mu / (1 - c["beta1"] ** count)) / (np.sqrt(nu / (1 - c["beta2"] ** count)) + c["epsilon"])
    updates = updates + c["weight_decay"] * w
    c["state"] = (count, mu, nu)
    return w + -1 * c["learning_rate"] * updates, c


def adamw_by_lerp(w, dw, config=None):
    c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 1e-2}
    c.update(config or {})
    exp_avg, exp_avg_sq = c.get("exp_avg", 0 * dw), c.get("exp_avg_sq", 0 * dw)
    step = c.get("step", 0) + 1
    exp_avg = exp_avg + (dw - exp_avg) * (1 - c["beta1"])
    exp_avg_sq = exp_avg_sq * c["beta2"] + (1 - c["beta2"]) * dw * dw
    c.update(exp_avg=exp_avg, exp_avg_sq=exp_avg_sq, step=step)
    step_size = c["learning_rate"] / (1 - c["beta1"] ** step)
    bias_correction2_sqrt = (1 - c["beta2"] ** step) ** 0.5
    decayed = w * (1 - c["learning_rate"] * c["weight_decay"])
    return decayed - step_size * exp_avg / (exp_avg_sq**0.5 / bias_correction2_sqrt + c["epsilon"]), c


def adamw_with_an_inner_function(w, dw, config=None):
    config = dict(config or {})

    def setting(key, default):
        return config.setdefault(key, default)

    def corrected(average, beta):
        return average / (1 - beta ** config["t"])

    eta, decay = setting("learning_rate", 1e-3), setting("weight_decay", 1e-2)
    beta1, beta2, eps = setting("beta1", 0.9), setting("beta2", 0.999), setting("epsilon", 1e-8)
    config["t"] = setting("t", 0) + 1
    config["m"] = beta1 * setting("m", 0.0) + (1 - beta1) * dw
    config["v"] = beta2 * setting("v", 0.0) + (1 - beta2) * np.power(dw, 2)
    adam = corrected(config["m"], beta1) / (np.sqrt(corrected(config["v"], beta2)) + eps)
    return w - eta * adam - eta * decay * w, config


def adamw_entry_by_entry(w, dw, config=None):
    c = {} if config is None else config
    c["t"] = c.get("t", 0) + 1
    m, v = c.setdefault("m", np.zeros(w.shape)), c.setdefault("v", np.zeros(w.shape))
    b1, b2, eta = c.get("beta1", 0.9), c.get("beta2", 0.999), c.get("learning_rate", 1e-3)
    new = np.empty_like(w)
    for i in np.ndindex(*w.shape):
        m[i] = b1 * m[i] + (1 - b1) * dw[i]
        v[i] = b2 * v[i] + (1 - b2) * dw[i] ** 2
        hat = math.sqrt(v[i] / (1 - b2 ** c["t"])) + c.get("epsilon", 1e-8)
        new[i] = w[i] - eta * (m[i] / (1 - b1 ** c["t"]) / hat + c.get("weight_decay", 0.01) * w[i])
    return new, c


def adamw_on_top_of_adam(w, dw, config=None):
    def adam(x, dx, c):
        c["t"] = c.get("t", 0) + 1
        c["m"] = c.get("beta1", 0.9) * c.get("m", 0) + (1 - c.get("beta1", 0.9)) * dx
        c["v"] = c.get("beta2", 0.999) * c.get("v", 0) + (1 - c.get("beta2", 0.999)) * dx**2
        m = c["m"] / (1 - c.get("beta1", 0.9) ** c["t"])
        v = c["v"] / (1 - c.get("beta2", 0.999) ** c["t"])
        return x - c.get("learning_rate", 1e-3) * m / (np.sqrt(v) + c.get("epsilon", 1e-8)), c

    decay = (config or {}).get("learning_rate", 1e-3) * (config or {}).get("weight_decay", 1e-2) * w
    moved, config = adam(w, dw, dict(config or {}))
    return moved - decay, config


def adamw_with_beta_powers(w, dw, config=None):
    defaults = {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01}
    c = {**defaults, "b1t": 1.0, "b2t": 1.0, "mean": np.zeros_like(w), "square": np.zeros_like(w)}
    c.update(config or {})
    c["b1t"] *= c["beta1"]
    c["b2t"] *= c["beta2"]
    c["mean"] = c["beta1"] * c["mean"] + dw - c["beta1"] * dw
    c["square"] = c["beta2"] * c["square"] + np.square(dw) - c["beta2"] * np.square(dw)
    root = np.sqrt(c["square"] / (1 - c["b2t"]))
    w = (
        w
        - c["learning_rate"] * c["weight_decay"] * w
        - c["learning_rate"] * (c["mean"] / (1 - c["b1t"])) / (root + c["epsilon"])
    )
    return w, c


def adamw_with_betas_unpacked(w, dw, config=None):
    config = {} if config is None else config
    for key, default in [
        ("learning_rate", 1e-3),
        ("beta1", 0.9),
        ("beta2", 0.999),
        ("epsilon", 1e-8),
        ("weight_decay", 0.01),
        ("t", 0),
    ]:
        if key not in config:
            config[key] = default
    for key in "mv":
        if key not in config:
            config[key] = np.zeros(np.shape(w))
    (b1, b2), lr = (config["beta1"], config["beta2"]), config["learning_rate"]
    t = config["t"] = config["t"] + 1
    m, v = config["m"], config["v"]
    m[...] = b1 * m + (1 - b1) * dw
    v[...] = b2 * v + (1 - b2) * dw**2
    alpha = lr * np.sqrt(1 - b2**t) / (1 - b1**t)
    return (1 - lr * config["weight_decay"]) * w - alpha * m / (
        np.sqrt(v) + config["epsilon"] * np.sqrt(1 - b2**t)
    ), config


@pytest.mark.parametrize(
    "rule",
    [
        function
        for name, function in sorted(globals().items())
        if name.startswith("adamw_") and callable(function)
    ],
)
def test_adamw_as_people_write_it(rule):
    assert_right("adamw", rule)


# Clipping


def clip_with_a_generator(grads, max_norm):
    total = math.sqrt(sum((g**2).sum() for g in grads.values()))
    coefficient = min(1.0, max_norm / (total + 1e-6))
    return {k: v * coefficient for k, v in grads.items()}, total


def clip_with_norms_of_norms(grads, max_norm):
    norms = np.array([np.linalg.norm(np.ravel(g)) for g in grads.values()])
    norm = np.linalg.norm(norms)
    return ({k: g / norm * max_norm for k, g in grads.items()} if norm > max_norm else dict(grads)), norm


def clip_with_a_loop(grads, max_norm):
    total = 0.0
    for grad in grads.values():
        total += np.sum(grad * grad)
    total = np.sqrt(total)
    scale = 1.0
    if total >= max_norm:
        scale = max_norm / total
    out = {}
    for name in grads:
        out[name] = np.multiply(grads[name], scale)
    return out, float(total)


def clip_by_division(grads, max_norm):
    norm = np.sqrt(np.sum([np.vdot(g, g) for g in grads.values()]))
    return {name: g / max(1.0, norm / max_norm) for name, g in grads.items()}, norm


def clip_on_copies_in_place(grads, max_norm):
    clipped = {name: np.array(g, dtype=float) for name, g in grads.items()}
    norm = float(np.sqrt(sum(np.einsum("i,i->", g.ravel(), g.ravel()) for g in clipped.values())))
    if norm > max_norm:
        for g in clipped.values():
            g *= max_norm / norm
    return clipped, norm


def clip_with_hypot(grads, max_norm):
    norm = math.hypot(*(x for g in grads.values() for x in np.ravel(g).tolist()))
    factor = np.clip(max_norm / norm, None, 1.0) if norm else 1.0
    return {name: factor * np.asarray(g) for name, g in grads.items()}, norm


@pytest.mark.parametrize(
    "function",
    [each for name, each in sorted(globals().items()) if name.startswith("clip_") and callable(each)],
)
def test_clipping_as_people_write_it(function):
    assert_right("clip_by_global_norm", function)


# Lion


def lion_of_the_paper(w, dw, config=None):
    c = {"learning_rate": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 1e-2, "m": np.zeros_like(w)} | (
        config or {}
    )
    update = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
    c["m"] = c["beta2"] * c["m"] + (1 - c["beta2"]) * dw
    return w - c["learning_rate"] * (np.sign(update) + w * c["weight_decay"]), c


def lion_in_place_like_torch(w, dw, config=None):
    config = {} if config is None else config
    lr, wd = config.get("learning_rate", 1e-4), config.get("weight_decay", 1e-2)
    exp_avg = config.setdefault("exp_avg", np.zeros(w.shape))
    w *= 1 - lr * wd
    update = exp_avg.copy()
    update *= config.get("beta1", 0.9)
    update += dw * (1 - config.get("beta1", 0.9))
    w -= lr * np.sign(update)
    exp_avg *= config.get("beta2", 0.99)
    exp_avg += dw * (1 - config.get("beta2", 0.99))
    return w, config


def lion_with_lerps(w, dw, config=None):
    config = dict(config or {})
    m = config.get("mu", 0.0)
    between = m + (dw - m) * (1 - config.get("beta1", 0.9))
    config["mu"] = m + (dw - m) * (1 - config.get("beta2", 0.99))
    eta = config.get("learning_rate", 1e-4)
    return w - eta * np.sign(between) - eta * config.get("weight_decay", 0.01) * w, config


def lion_with_greater_and_less(w, dw, config=None):
    c = dict({"learning_rate": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.01}, **(config or {}))
    m = c.get("m", np.zeros(np.shape(w)))
    mixed = c["beta1"] * m + dw - c["beta1"] * dw
    direction = 1.0 * np.greater(mixed, 0) - 1.0 * np.less(mixed, 0)
    c["m"] = c["beta2"] * m + dw - c["beta2"] * dw
    return (1 - c["learning_rate"] * c["weight_decay"]) * w - c["learning_rate"] * direction, c


def lion_by_the_quotient(w, dw, config=None):
    config = {} if config is None else config
    lr, b1 = config.setdefault("learning_rate", 1e-4), config.setdefault("beta1", 0.9)
    b2, lam = config.setdefault("beta2", 0.99), config.setdefault("weight_decay", 1e-2)
    m = config.setdefault("m", np.zeros_like(w))
    c = b1 * m + (1 - b1) * dw
    size = np.abs(c)
    next_w = w - lr * np.divide(c, size, out=np.zeros(np.shape(c)), where=size > 0) - lr * lam * w
    config["m"] = b2 * m + (1 - b2) * dw
    return next_w, config


def lion_with_a_chain_of_wheres(w, dw, config=None):
    s = {"learning_rate": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 1e-2, "trace": 0 * w} | (
        config or {}
    )
    old = s["trace"]
    vote = s["beta1"] * old + (1 - s["beta1"]) * dw
    s["trace"] = s["beta2"] * old + (1 - s["beta2"]) * dw
    step = np.where(vote > 0, 1, np.where(vote < 0, -1, 0)) + s["weight_decay"] * w
    return np.subtract(w, s["learning_rate"] * step), s


@pytest.mark.parametrize(
    "rule", [each for name, each in sorted(globals().items()) if name.startswith("lion_") and callable(each)]
)
def test_lion_as_people_write_it(rule):
    assert_right("lion", rule)


# Newton-Schulz


def schulz_with_a_transpose(G, steps=5):
    assert G.ndim == 2
    a, b, c = 3.4445, -4.7750, 2.0315
    X = G / (np.linalg.norm(G) + 1e-7)
    transposed = G.shape[0] > G.shape[1]
    if transposed:
        X = X.T
    for _ in range(steps):
        A = X @ X.T
        B = b * A + c * A @ A
        X = a * X + B @ X
    return X.T if transposed else X


def schulz_from_the_right(G, steps=5):
    X = np.asarray(G, dtype=np.float64) / max(np.sqrt((G**2).sum()), 1e-7)
    for _ in range(steps):
        S = X.T @ X
        X = 3.4445 * X - 4.7750 * X @ S + 2.0315 * X @ S @ S
    return X


def schulz_with_identities(G, steps=5):
    X = G / (np.linalg.norm(G, ord="fro") + 1e-8)
    one = np.eye(G.shape[0])
    for _ in range(steps):
        A = X.dot(X.T)
        X = (3.4445 * one - 4.775 * A + 2.0315 * A.dot(A)).dot(X)
    return X


def schulz_as_a_recursion(G, steps=5):
    def go(X, left):
        if left == 0:
            return X
        A = X @ np.transpose(X)
        return go(3.4445 * X + (2.0315 * A @ A - 4.775 * A) @ X, left - 1)

    size = np.linalg.norm(G)
    return go(G / size if size > 0 else np.zeros_like(G), steps)


def schulz_with_einsum(G, steps=5):
    X = np.divide(G, np.sqrt(np.einsum("ij,ij->", G, G)) + 1e-9)
    for _ in range(steps):
        A = np.einsum("ik,jk->ij", X, X)
        X = 3.4445 * X + np.einsum("ij,jk->ik", -4.7750 * A + 2.0315 * np.einsum("ij,jk->ik", A, A), X)
    return X


def schulz_by_horner(G, steps=5):
    a, b, c = (3.4445, -4.7750, 2.0315)
    X = G.copy()
    X /= np.linalg.norm(X) + 1e-7
    while steps > 0:
        A = np.matmul(X, X.T)
        X = a * X + A @ (b * X + c * A @ X)
        steps -= 1
    return X


SCHULZ = [each for name, each in sorted(globals().items()) if name.startswith("schulz_") and callable(each)]


@pytest.mark.parametrize("function", SCHULZ)
def test_orthogonalise_as_people_write_it(function):
    assert_right("orthogonalise", function)


# Muon


def rest(w, dw, config):
    return adamw_of_a_course(w, dw, {**(config or {}), "weight_decay": 0.0})


def muon_of_its_author(w, dw, config=None):
    if w.ndim != 2:
        return rest(w, dw, config)
    config = {} if config is None else config
    beta = config.get("momentum", 0.95)
    momentum = config.setdefault("velocity", np.zeros_like(dw))
    momentum += (dw - momentum) * (1 - beta)
    update = dw + (momentum - dw) * beta
    update = schulz_with_a_transpose(update, steps=5)
    update *= max(1, dw.shape[-2] / dw.shape[-1]) ** 0.5
    lr = config.get("learning_rate", 0.02)
    w *= 1 - lr * config.get("weight_decay", 0.1)
    w += -lr * update
    return w, config


def muon_with_a_sum_for_the_velocity(w, dw, config=None):
    if w.ndim != 2:
        return rest(w, dw, config)
    c = {"learning_rate": 0.02, "momentum": 0.95, "weight_decay": 0.1, "buf": np.zeros_like(w)} | (
        config or {}
    )
    c["buf"] = c["momentum"] * c["buf"] + dw
    g = dw + c["momentum"] * c["buf"]
    scale = math.sqrt(max(1.0, w.shape[0] / w.shape[1]))
    return w - c["learning_rate"] * c["weight_decay"] * w - c["learning_rate"] * scale * schulz_by_horner(
        g
    ), c


def muon_with_one_bracket(w, dw, config=None):
    config = dict(config or {})
    if len(w.shape) != 2:
        return rest(w, dw, config)
    mu = config.setdefault("momentum", 0.95)
    config["B"] = mu * config.get("B", 0.0) + (1 - mu) * dw
    O = schulz_from_the_right(mu * config["B"] + (1 - mu) * dw)  # noqa: E741
    rows, cols = w.shape
    bracket = config.setdefault("weight_decay", 0.1) * w + np.sqrt(np.maximum(1, rows / cols)) * O
    return w - config.setdefault("learning_rate", 0.02) * bracket, config


def muon_with_an_early_matrix(w, dw, config=None):
    config = {} if config is None else config
    if w.ndim == 2:
        lr, mu = config.setdefault("learning_rate", 0.02), config.setdefault("momentum", 0.95)
        wd, v = config.setdefault("weight_decay", 0.1), config.get("velocity", np.zeros(w.shape))
        v = mu * v + (1 - mu) * dw
        config["velocity"] = v
        step = schulz_with_identities((1 - mu) * dw + mu * v)
        if w.shape[0] > w.shape[1]:
            step = step * (w.shape[0] / w.shape[1]) ** 0.5
        return (1 - lr * wd) * w - lr * step, config
    return adamw_with_an_inner_function(w, dw, dict(config, weight_decay=0))


def muon_with_adam_by_hand(w, dw, config=None):
    c = dict(config or {})
    if w.ndim != 2:
        b1, b2, t = c.get("beta1", 0.9), c.get("beta2", 0.999), c.get("t", 0) + 1
        m = b1 * c.get("m", 0) + (1 - b1) * dw
        v = b2 * c.get("v", 0) + (1 - b2) * dw**2
        step = m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + c.get("epsilon", 1e-8))
        return w - c.get("learning_rate", 1e-3) * step, {**c, "m": m, "v": v, "t": t}
    c = {"learning_rate": 0.02, "momentum": 0.95, "weight_decay": 0.1, "velocity": 0.0} | c
    c["velocity"] = c["velocity"] * c["momentum"] + dw * (1 - c["momentum"])
    ahead = c["velocity"] * c["momentum"] + dw * (1 - c["momentum"])
    factor = max(w.shape[0] / w.shape[1], 1) ** 0.5
    return w - c["learning_rate"] * (factor * schulz_as_a_recursion(ahead) + c["weight_decay"] * w), c


def muon_that_scales_the_rate(w, dw, config=None):
    if np.ndim(w) != 2:
        return rest(w, dw, config)
    c = {"learning_rate": 0.02, "momentum": 0.95, "weight_decay": 0.1} | (config or {})
    fan_out, fan_in = w.shape
    adjusted = c["learning_rate"] * math.sqrt(max(1, fan_out / fan_in))
    buf = c.get("momentum_buffer")
    buf = (1 - c["momentum"]) * dw if buf is None else c["momentum"] * buf + (1 - c["momentum"]) * dw
    c["momentum_buffer"] = buf
    decayed = w - c["learning_rate"] * c["weight_decay"] * w
    return decayed - adjusted * schulz_with_einsum(dw * (1 - c["momentum"]) + c["momentum"] * buf), c


def muon_that_transposes_tall_matrices(w, dw, config=None):
    if w.ndim != 2:
        return rest(w, dw, config)
    c = {"learning_rate": 0.02, "momentum": 0.95, "weight_decay": 0.1, "velocity": np.zeros_like(w)} | (
        config or {}
    )
    c["velocity"] = c["momentum"] * c["velocity"] + (1 - c["momentum"]) * dw
    mixed = c["momentum"] * c["velocity"] + (1 - c["momentum"]) * dw
    tall = w.shape[0] > w.shape[1]
    step = schulz_from_the_right(mixed.T if tall else mixed)
    step = step.T * np.sqrt(w.shape[0] / w.shape[1]) if tall else step
    return w - c["learning_rate"] * step - c["learning_rate"] * c["weight_decay"] * w, c


def muon_in_a_class_of_functions(w, dw, config=None):
    class Group:
        def __init__(self, settings):
            self.settings = {"learning_rate": 0.02, "momentum": 0.95, "weight_decay": 0.1} | settings

        def velocity(self):
            mu = self.settings["momentum"]
            self.settings["velocity"] = mu * self.settings.get("velocity", 0 * dw) + (1 - mu) * dw
            return mu * self.settings["velocity"] + (1 - mu) * dw

        def step(self):
            update = schulz_with_a_transpose(self.velocity()) * np.sqrt(max(1, len(w) / len(w.T)))
            return w - self.settings["learning_rate"] * (update + self.settings["weight_decay"] * w)

    if w.ndim != 2:
        return rest(w, dw, config)
    group = Group(dict(config or {}))
    return group.step(), group.settings


@pytest.mark.parametrize(
    "rule", [each for name, each in sorted(globals().items()) if name.startswith("muon_") and callable(each)]
)
def test_muon_as_people_write_it(rule):
    assert_right("muon", rule)


# What differs by convention, and two slips at once


def test_moonshots_scale_without_the_look_ahead_is_told_what_differs():
    def muon(w, dw, config=None):
        if w.ndim != 2:
            return rest(w, dw, config)
        c = {"learning_rate": 0.02, "momentum": 0.95, "weight_decay": 0.1, "velocity": 0.0} | (config or {})
        c["velocity"] = c["momentum"] * c["velocity"] + dw
        step = 0.2 * max(w.shape) ** 0.5 * schulz_by_horner(c["velocity"])
        return w - c["learning_rate"] * (step + c["weight_decay"] * w), c

    found = judge(BY_NAME["muon"], muon)
    assert (found.verdict, found.mistake) == (
        "convention",
        "no look ahead and scaled to the size of adamw",
    )
    assert "elsewhere" in found.message
