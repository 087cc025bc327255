"""Lessons 04 and 05: right rules in the styles in which people publish them earn everything, in both checks.

A style says where the state is kept and how the function is called; the arithmetic of a rule is written once.
After them come whole functions, each written as the users of one course or library write it.
"""

import functools
from typing import Any

import numpy as np
import pytest

from autograder.exercises import adaptive_rates, momentum
from autograder.judging import judge
from course.checks import check

BY_NAME = {exercise.name: exercise for exercise in (*momentum.EXERCISES, *adaptive_rates.EXERCISES)}


def assert_right(name, function):
    """Check that the visible check passes and the graded one gives everything."""
    report = check(name, function)
    assert report.passed, str(report)
    verdict = judge(BY_NAME[name], function)
    assert verdict.verdict == "correct", verdict.message


# Arithmetic: (step, state) from the gradient, the settings and the state, which begins as zeros


def plain(g, c, s):
    return -c["learning_rate"] * g, {}


def heavy_ball(g, c, s):
    v = c["momentum"] * s["velocity"] - c["learning_rate"] * g
    return v, {"velocity": v}


def nesterov(g, c, s):
    v = c["momentum"] * s["velocity"] - c["learning_rate"] * g
    return (1 + c["momentum"]) * v - c["momentum"] * s["velocity"], {"velocity": v}


def adagrad(g, c, s):
    total = s["cache"] + np.square(g)
    return -c["learning_rate"] * g / (np.sqrt(total) + c["epsilon"]), {"cache": total}


def rmsprop(g, c, s):
    mean = s["cache"] + (1 - c["decay_rate"]) * (g**2 - s["cache"])
    return -c["learning_rate"] * g / (mean**0.5 + c["epsilon"]), {"cache": mean}


def adam(g, c, s):
    t = s["t"] + 1
    m = c["beta1"] * s["m"] + (1 - c["beta1"]) * g
    v = c["beta2"] * s["v"] + (1 - c["beta2"]) * (g * g)
    unbiased = (m / (1 - c["beta1"] ** t), v / (1 - c["beta2"] ** t))
    return -c["learning_rate"] * unbiased[0] / (np.sqrt(unbiased[1]) + c["epsilon"]), {"m": m, "v": v, "t": t}


RULES = {
    "sgd": (plain, {"learning_rate": 1e-2}, ()),
    "sgd_momentum": (heavy_ball, {"learning_rate": 1e-2, "momentum": 0.9}, ("velocity",)),
    "sgd_nesterov_momentum": (nesterov, {"learning_rate": 1e-2, "momentum": 0.9}, ("velocity",)),
    "adagrad": (adagrad, {"learning_rate": 1e-2, "epsilon": 1e-8}, ("cache",)),
    "rmsprop": (rmsprop, {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8}, ("cache",)),
    "adam": (adam, {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}, ("m", "v", "t")),
}


# Styles: a function of the interface from the arithmetic, the defaults and the names of the state


def template(step, defaults, names):
    """The template of the course: setdefault, next_w beside w, everything under its own key."""

    def rule(w, dw, config=None):
        if config is None:
            config = {}
        for key, entry in defaults.items():
            config.setdefault(key, entry)
        for name in names:
            config.setdefault(name, 0 if name == "t" else np.zeros_like(w))
        next_w = None
        change, state = step(dw, config, config)
        config.update(state)
        next_w = w + change
        return next_w, config

    return rule


def in_place(step, defaults, names):
    """Everything in place: w, and the arrays of the state."""

    def rule(w, dw, config=None):
        config = {} if config is None else config
        for key, entry in defaults.items():
            config[key] = config.get(key, entry)
        kept = {name: config.setdefault(name, 0 if name == "t" else np.zeros(w.shape)) for name in names}
        change, state = step(dw, config, kept)
        for name, entry in state.items():
            if name == "t":
                config[name] = entry
            else:
                kept[name][...] = entry
        w += change
        return w, config

    return rule


def copied(step, defaults, names):
    """A new config at every call; the given one stays as it is."""

    def rule(w, dw, config=None):
        config = {**defaults, **dict.fromkeys(names, 0.0), **(config or {})}
        change, state = step(dw, config, config)
        return w + change, {**config, **state}

    return rule


def with_get(step, defaults, names):
    """No default is written into the config, and the state has keys of its own."""

    def rule(parameters, gradient, options=None):
        options = options if options else {}
        settings = {key: options.get(key, entry) for key, entry in defaults.items()}
        kept = {name: options.get("my_" + name, 0) for name in names}
        change, state = step(gradient, settings, kept)
        for name, entry in state.items():
            options["my_" + name] = entry
        return np.add(parameters, change), options

    return rule


def as_lambda(step, defaults, names):
    """One expression."""
    after = lambda w, c, found: (w + found[0], c | found[1])  # noqa: E731
    full = lambda config: defaults | dict.fromkeys(names, 0.0) | (config or {})  # noqa: E731
    return lambda w, dw, config=None: after(w, full(config), step(dw, full(config), full(config)))


def as_object(step, defaults, names):
    """An object that can be called, with the state in the config."""

    class Rule:
        def __init__(self, **settings: float):
            self.defaults = settings

        def __call__(self, w, dw, config=None):
            return template(step, self.defaults, names)(w, dw, config)

    return Rule(**defaults)


def as_method(step, defaults, names):
    """A bound method of an optimiser."""

    class Optimiser:
        def update(self, w, dw, config=None):
            return copied(step, defaults, names)(w, dw, config)

    return Optimiser().update


def positional(step, defaults, names):
    """Positional-only arguments with type hints."""

    def rule(
        w: np.ndarray, dw: np.ndarray, config: dict[str, Any] | None = None, /
    ) -> tuple[np.ndarray, dict[str, Any]]:
        return template(step, defaults, names)(w, dw, config)

    return rule


def any_arguments(step, defaults, names):
    """*args and **kwargs, as a decorator leaves them."""
    inner = template(step, defaults, names)

    @functools.wraps(inner)
    def rule(*args, **kwargs):
        return inner(*args, **kwargs)

    return rule


def as_partial(step, defaults, names):
    """functools.partial of a longer function."""

    def general(scale, w, dw, config=None):
        next_w, config = template(step, defaults, names)(w, dw, config)
        return w + scale * (next_w - w), config

    return functools.partial(general, 1.0)


def early_return(step, defaults, names):
    """The first call has a return of its own."""

    def rule(w, dw, config=None):
        config = defaults | (config or {})
        if any(name not in config for name in names):
            zeros = {name: 0 if name == "t" else np.zeros_like(w) for name in names}
            change, state = step(dw, config, zeros)
            return w + change, config | state
        change, state = step(dw, config, config)
        return w + change, config | state

    return rule


def state_in_a_dict(step, defaults, names):
    """As in PyTorch: one dictionary of state inside the config."""

    def rule(w, dw, config=None):
        config = config if config is not None else {}
        state = config.setdefault("state", {})
        if len(state) == 0:
            state.update(dict.fromkeys(names, 0))
        group = {key: config.get(key, entry) for key, entry in defaults.items()}
        change, new = step(dw, group, state)
        state.update(new)
        return w.copy() + change, config

    return rule


def as_a_list(step, defaults, names):
    """The pair as a list, and the state as a tuple, as in d2l."""

    def rule(w, dw, config=None):
        hyperparams = {**defaults, **(config or {})}
        states = hyperparams.pop("states", tuple(0.0 for _ in names))
        change, new = step(dw, hyperparams, dict(zip(names, states, strict=True)))
        hyperparams["states"] = tuple(new[name] for name in names)
        return [w + change, hyperparams]

    return rule


def entry_by_entry(step, defaults, names):
    """A loop over the entries."""

    def rule(w, dw, config=None):
        config = {**defaults, **(config or {})}
        places, new_w = config.setdefault("places", {}), np.array(w)
        for place in np.ndindex(np.shape(w)):
            kept = places.get(place, dict.fromkeys(names, 0.0))
            change, places[place] = step(dw[place], config, kept)
            new_w[place] = w[place] + change
        return new_w, config

    return rule


STYLES = (
    *(template, in_place, copied, with_get, as_lambda, as_object, as_method, positional, any_arguments),
    *(as_partial, early_return, state_in_a_dict, as_a_list, entry_by_entry),
)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("style", STYLES, ids=[style.__name__ for style in STYLES])
def test_a_right_rule_in_any_style_earns_everything(name, style):
    assert_right(name, style(*RULES[name]))


# Whole functions


def cs231n_momentum(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    mu, lr = config["momentum"], config["learning_rate"]
    v = mu * v - lr * dw
    w += v
    next_w = w
    config["velocity"] = v
    return next_w, config


def pytorch_like_momentum_with_the_rate_inside(w, grad, config=None):
    group = {"lr": (config or {}).get("learning_rate", 1e-2), "momentum": (config or {}).get("momentum", 0.9)}
    state = config if config is not None else {}
    buf = state.get("momentum_buffer")
    buf = -group["lr"] * grad if buf is None else group["momentum"] * buf - group["lr"] * grad
    state["momentum_buffer"] = buf
    return w + buf, state


def momentum_with_a_positive_velocity(w, dw, config=None):
    config = config or {}
    config["velocity"] = config.get("momentum", 0.9) * config.get("velocity", 0) + config.get(
        "learning_rate", 0.01
    ) * (dw)
    return w - config["velocity"], config


def nesterov_of_sutskever(w, dw, config=None):
    c = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": 0.0} | (config or {})
    old = c["velocity"]
    c["velocity"] = c["momentum"] * old - c["learning_rate"] * dw
    return w + c["velocity"] + c["momentum"] * (c["velocity"] - old), c


def nesterov_as_in_keras(w, dw, config=None):
    config = {} if config is None else config
    mu, lr = config.get("momentum", 0.9), config.get("learning_rate", 0.01)
    config["m"] = config.get("m", np.zeros_like(w)) * mu - lr * dw
    return w + mu * config["m"] - lr * dw, config


def adam_with_out_arguments(w, dw, config=None):
    c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0} | (config or {})
    c.setdefault("m", np.zeros_like(w))
    c.setdefault("v", np.zeros_like(w))
    c["t"] += 1
    np.multiply(c["m"], c["beta1"], out=c["m"])
    np.add(c["m"], (1 - c["beta1"]) * dw, out=c["m"])
    np.multiply(c["v"], c["beta2"], out=c["v"])
    np.add(c["v"], (1 - c["beta2"]) * dw * dw, out=c["v"])
    root = np.sqrt(c["v"] / (1.0 - c["beta2"] ** c["t"]))
    w -= c["learning_rate"] * (c["m"] / (1.0 - c["beta1"] ** c["t"])) / (root + c["epsilon"])
    return w, c


def adam_with_lerp(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "m": 0, "v": 0, "t": 0}
    config = defaults | (config or {})
    lerp = lambda a, b, weight: a + weight * (b - a)  # noqa: E731
    t = config["t"] = config["t"] + 1
    config |= {
        "m": lerp(config["m"], dw, 1 - config["beta1"]),
        "v": lerp(config["v"], dw**2, 1 - config["beta2"]),
    }
    corrected = [config[k] / (1 - config[b] ** t) for k, b in (("m", "beta1"), ("v", "beta2"))]
    return w - config["learning_rate"] * corrected[0] / (corrected[1] ** 0.5 + config["epsilon"]), config


def rmsprop_of_d2l(w, dw, config=None):
    gamma, eps = (config or {}).get("decay_rate", 0.99), (config or {}).get("epsilon", 1e-8)
    s = (config or {}).get("s", np.zeros(w.shape))
    s[:] = gamma * s + (1 - gamma) * np.square(dw) if np.ndim(s) else 0
    if not np.ndim(s):
        s = gamma * s + (1 - gamma) * np.square(dw)
    return w - (config or {}).get("learning_rate", 1e-2) * dw / (np.sqrt(s) + eps), {**(config or {}), "s": s}


def adagrad_with_a_running_norm(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-8, "norm": 0.0} | (config or {})
    config["norm"] = np.hypot(config["norm"], dw)
    return w - config["learning_rate"] * dw / (config["norm"] + config["epsilon"]), config


WHOLE = {
    "sgd_momentum": (
        cs231n_momentum,
        pytorch_like_momentum_with_the_rate_inside,
        momentum_with_a_positive_velocity,
    ),
    "sgd_nesterov_momentum": (nesterov_of_sutskever, nesterov_as_in_keras),
    "adagrad": (adagrad_with_a_running_norm,),
    "adam": (adam_with_out_arguments, adam_with_lerp),
}


@pytest.mark.parametrize(
    ("name", "function"), [(name, each) for name, functions in WHOLE.items() for each in functions]
)
def test_a_published_function_earns_everything(name, function):
    assert_right(name, function)


# The other exercises


@pytest.mark.parametrize(
    "function",
    [
        lambda x, v, grad, lr, mu: (lambda u: (x + u, u))(mu * v - lr * grad(x + mu * v)),
        lambda x, v, grad, lr, mu: [x + mu * v - lr * (g := grad(x + mu * v)), mu * v - lr * g],
    ],
)
def test_lookahead_step_in_other_styles(function):
    assert_right("lookahead_step", function)


@pytest.mark.parametrize(
    "function",
    [
        lambda t, T: 0.5 + (0.99 - 0.5) * np.minimum(1, t / T),
        lambda t, T: 0.99 if t > T else 0.5 * (1 - t / T) + 0.99 * t / T,
        lambda t, T: min(0.99, 0.5 + t * (0.99 - 0.5) / T),
        lambda t, T: np.interp(t, (0, T), (0.5, 0.99)),
        lambda t, T: np.float64(0.99) - 0.49 * max(0.0, 1 - t / T),
    ],
)
def test_momentum_schedule_in_other_styles(function):
    assert_right("momentum_schedule", function)


def by_a_dictionary(curvature, mu, kind):
    L = np.asarray(curvature).max()
    return {"sgd": 2, "momentum": 2 + 2 * mu, "nesterov": 2 * (1 + mu) / (1 + 2 * mu)}[kind] / L


def by_match(curvature, mu, kind):
    steepest = max(np.atleast_1d(curvature))
    match kind:
        case "sgd":
            return 2.0 / steepest
        case "momentum":
            return 2.0 * (1.0 + mu) / steepest
        case _:
            return (2.0 + 2.0 * mu) / (1.0 + 2.0 * mu) / steepest


def by_a_grid_of_eigenvalues(curvature, mu, kind):
    mu, a = (0.0 if kind == "sgd" else mu), np.arange(1.0, 4.0, 1e-4)
    trace, det = ((1 + mu) * (1 - a), mu * (1 - a)) if kind == "nesterov" else (1 + mu - a, mu + 0 * a)
    companions = np.stack([trace, -det, np.ones_like(a), np.zeros_like(a)], axis=-1).reshape(-1, 2, 2)
    sizes = np.abs(np.linalg.eigvals(companions)).max(axis=-1)
    return a[sizes <= 1 + 1e-12].max() / np.max(curvature)


@pytest.mark.parametrize("function", [by_a_dictionary, by_match, by_a_grid_of_eigenvalues])
def test_max_stable_rate_in_other_styles(function):
    assert_right("max_stable_rate", function)


def measured_with_item(rule, config):
    return abs(rule(np.zeros(1), np.full(1, 100.0), {**config})[0].item()) / config["learning_rate"]


def measured_with_norm(rule, config):
    moved = rule(np.zeros(1), 100 * np.ones(1), config.copy())[0]
    return np.linalg.norm(moved) / config.get("learning_rate")


def measured_with_a_copy_of_the_start(rule, config):
    w0 = np.array([0.0])
    w1, _ = rule(w0.copy(), np.array([1e2]), dict(config))
    return float(np.abs(w1 - w0)[0]) / config["learning_rate"]


@pytest.mark.parametrize(
    "function", [measured_with_item, measured_with_norm, measured_with_a_copy_of_the_start]
)
def test_first_step_in_other_styles(function):
    assert_right("first_step", function)


def with_while(rule, config, y0, limit=2000):
    x, y, state, n = 1.0, y0, dict(config), 0
    while n < limit:
        (x, y), state = rule(np.array([x, y]), np.array([2 * x, -2 * y]), state)
        n += 1
        if y > 1 or y < -1:
            return n
    return None


def with_for_else(rule, config, y0, limit=2000):
    point, held = np.array([1, y0], dtype=float), config.copy()
    for n in range(1, limit + 1):
        point, held = rule(point, [2.0, -2.0] * point, held)
        if not -1 <= point[1] <= 1:
            answer = n
            break
    else:
        answer = None
    return answer


def with_the_loop_of_the_course(rule, config, y0, limit=2000):
    from course.descend import descend, first_step_where
    from course.surfaces import saddle

    return first_step_where(abs(descend(rule, saddle, (1, y0), steps=limit, config=config).points[:, 1]) > 1)


def with_a_numpy_integer(rule, config, y0, limit=2000):
    n = with_while(rule, config, y0, limit)
    return None if n is None else np.int64(n)


@pytest.mark.parametrize(
    "function", [with_while, with_for_else, with_the_loop_of_the_course, with_a_numpy_integer]
)
def test_steps_to_escape_in_other_styles(function):
    assert_right("steps_to_escape", function)
