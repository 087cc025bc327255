"""RMSprop: divide by the root of a moving average of the squares."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from autograder.exercises.adaptive_rates.shared import rates, visible_gradients
from autograder.judging import Exercise
from autograder.judging.config_slips import (
    MutableDefault,
    StateOutside,
    slips_with_the_config,
    stops_without_a_slope,
)
from autograder.judging.rules import EFFECT, defaults, epsilon, first_look, usual, zero_gradient
from course.probes.base import Path

DEFAULTS = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8}


def reference(w, dw, config=None):
    """Weigh all squares seen so far by their age, in closed form; the lesson updates a cache."""
    config = DEFAULTS | (config or {})
    seen = [*config.get("seen", []), dw]
    age = np.arange(len(seen))[::-1]
    weights = (1 - config["decay_rate"]) * config["decay_rate"] ** age
    rms = np.sqrt(np.tensordot(weights, np.square(seen), axes=1))
    return w - config["learning_rate"] * dw / (rms + config["epsilon"]), {**config, "seen": seen}


rmsprop = Exercise(
    "rmsprop",
    points=10,
    reference=reference,
    checks=[
        rates(
            {**DEFAULTS, "learning_rate": 0.05, "decay_rate": 0.8},
            {**DEFAULTS, "learning_rate": 0.05, "decay_rate": 0.95},
            {"learning_rate": 0.3, "decay_rate": 0.8},
            {"decay_rate": 0.9},
            says="With another learning_rate or decay_rate, or a rate that changes between calls, the path leaves"
            " the rule.",
            zero=["decay_rate"],
        ),
        defaults({"epsilon": 1e-8}, {"decay_rate": 0.99}),
        zero_gradient(DEFAULTS),
        epsilon(DEFAULTS),
        *usual(DEFAULTS),
    ],
    visible=first_look(
        Path(
            start=[1.0, -2.0, 0.5],
            gradients=visible_gradients(),
            config={"learning_rate": 0.02, "decay_rate": 0.7, "epsilon": 0.01},
            changes={5: {"learning_rate": 0.01}},
        ),
        "decay_rate",
    ),
    constants=DEFAULTS,
    may_change=("w", "config"),
    read="Exercise 2. RMSprop",
    effect=EFFECT,
    ravine_rate=0.05,
)


def filled(w: np.ndarray, config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a new config with every default and an empty cache where they are missing."""
    return DEFAULTS | {"cache": np.zeros_like(w)} | dict(config or {})


def step(
    w,
    dw,
    config=None,
    *,
    cache=lambda old, g, d: d * old + (1 - d) * g**2,
    scale=lambda cache, epsilon: np.sqrt(cache) + epsilon,
):
    """Return a step of RMSprop, with other formulas for the new cache and for what the gradient is divided by."""
    c = filled(w, config)
    c["cache"] = cache(c["cache"], dw, c["decay_rate"])
    return w - c["learning_rate"] * dw / scale(c["cache"], c["epsilon"]), c


rmsprop.table(
    {
        """gradient added: The step climbs: the scaled gradient is added. Look at the sign in the line that
        makes next_w.
        """: lambda w, dw, config=None: step(w, -dw, config),
        """decay swapped: The weights are exchanged: the old cache gets 1 - decay_rate and the new square
        decay_rate. A decay_rate near one keeps most of the old cache.
        """: partial(step, cache=lambda old, g, d: (1 - d) * old + d * g**2),
        """cache never decays: The cache adds every square and forgets none: that is Adagrad. Multiply the old
        cache by decay_rate, the new square by 1 - decay_rate.
        """: partial(step, cache=lambda old, g, d: old + g**2),
        """new square not weighted: The old cache decays, but the new square enters whole, so the weights do
        not add up to one. Give it the factor 1 - decay_rate.
        """: partial(step, cache=lambda old, g, d: d * old + g**2),
        """old cache not decayed: The new square has its factor 1 - decay_rate, but the old cache is kept
        whole. Multiply it by decay_rate.
        """: partial(step, cache=lambda old, g, d: old + (1 - d) * g**2),
    }
)


@rmsprop.mistake
def bias_correction_added(w, dw, config=None):
    """The cache is divided by 1 - d**t. That cures the flaw of exercise 3, but RMSprop as written here does not do
    it."""
    c = filled(w, config)
    c["t"] = c.get("t", 0) + 1
    correction = 1 - c["decay_rate"] ** c["t"]
    return step(w, dw, c, scale=lambda cache, epsilon: np.sqrt(cache / correction) + epsilon)


rmsprop.table(
    {
        """epsilon inside the root: Epsilon is added before the root. optax (by default), Keras and TensorFlow
        write RMSprop so; PyTorch and this lesson add it after the root: `sqrt(cache) + epsilon`.
        """: partial(step, scale=lambda cache, epsilon: np.sqrt(cache + epsilon)),
        """epsilon hard coded: Epsilon is a number in the code. Take it from `config["epsilon"]`.
        """: lambda w, dw, config=None: reference(w, dw, {**(config or {}), "epsilon": 1e-8}),
        """decay rate hard coded: The decay is a number in the code, or the default overrides what the caller
        gave. Use `config["decay_rate"]`.
        """: lambda w, dw, config=None: reference(w, dw, {**(config or {}), "decay_rate": 0.99}),
        """wrong default decay: With decay_rate left out the cache forgets faster than documented. Compare
        your default with the table.
        """: lambda w, dw, config=None: reference(w, dw, {"decay_rate": 0.9} | (config or {})),
        """wrong default rate: With learning_rate left out the steps have another length. Compare your default
        with the table.
        """: lambda w, dw, config=None: reference(w, dw, {"learning_rate": 1e-3} | (config or {})),
    },
    share=0.75,
)


rmsprop.table(
    {
        """no root: The gradient is divided by the cache itself. The cache holds squares: take its root before
        you divide.
        """: partial(step, scale=lambda cache, epsilon: cache + epsilon),
        """one sum of squares for all entries: One number, the squared norm, serves all coordinates. Square
        entry by entry with `dw**2`; a sum, a dot product or a norm gives every coordinate the same rate.
        """: partial(step, cache=lambda old, g, d: d * old + (1 - d) * np.sum(g**2)),
        """one mean of squares for all entries: The mean in the name is over time, not over coordinates.
        Square entry by entry with `dw**2`, so that each coordinate has a cache of its own.
        """: partial(step, cache=lambda old, g, d: d * old + (1 - d) * np.mean(g**2)),
        """norm in place of squares: The norm of the gradient enters every coordinate. The cache takes in
        `dw**2`, entry by entry.
        """: partial(step, cache=lambda old, g, d: d * old + (1 - d) * np.sqrt(np.sum(g**2))),
        """no square: The cache averages the gradient, not its square. Signs cancel in it, and its root may
        not exist.
        """: partial(step, cache=lambda old, g, d: d * old + (1 - d) * g),
        """absolute value in place of square: The cache averages absolute values under the root. The root
        undoes a square: take in `dw**2`.
        """: partial(step, cache=lambda old, g, d: d * old + (1 - d) * np.abs(g)),
        """stale cache: The step divides by the cache of the step before. Update the cache first, then divide.
        """: lambda w, dw, config=None: step(
            w, dw, config, scale=lambda _, epsilon: np.sqrt(filled(w, config)["cache"]) + epsilon
        ),
        """cache not kept: The cache starts at zero in every call. Store it in `config["cache"]` before you
        return.
        """: lambda w, dw, config=None: step(w, dw, {**(config or {}), "cache": 0.0}),
        """root stored: The root is written back into the cache, so the next average mixes a root with
        squares. Store the average of the squares.
        """: partial(
            step,
            cache=lambda old, g, d: np.sqrt(d * old + (1 - d) * g**2),
            scale=lambda cache, epsilon: cache + epsilon,
        ),
        """epsilon missing: Nothing is added to the root: a coordinate whose gradient has always been zero
        gets 0/0. Add epsilon.
        """: partial(step, scale=lambda cache, epsilon: np.sqrt(cache)),
        """learning rate hard coded: The rate is a number in the code, or the default overrides what the
        caller gave. Use `config["learning_rate"]`.
        """: lambda w, dw, config=None: reference(w, dw, {**(config or {}), "learning_rate": 1e-2}),
        """one cache per row: The cache has `len(w)` entries, so only vectors work. Give it the shape of w:
        `np.zeros_like(w)`.
        """: lambda w, dw, config=None: step(w, dw, {"cache": np.zeros(len(w))} | dict(config or {})),
    }
)


@rmsprop.variant_as_in("CS231n")
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


@rmsprop.mistake
class state_in_a_global(StateOutside):
    """The cache lives outside `config` and runs on from one parameter to the next. Keep it in
    `config["cache"]`."""

    rule = a_step_towards_the_square
    keys = ("a",)


@rmsprop.mistake
class one_state_for_all_parameters(StateOutside):
    """A new run clears the state, but two parameters trained together share it. Keep the cache in `config`,
    not in a global or an attribute."""

    rule = a_step_towards_the_square
    keys = ("a",)
    kept_by_a_new_run = False


@rmsprop.in_place
def dw_mutated(w, dw, config=None):
    """The step is right, but `dw` is overwritten on the way. It belongs to the caller: no `dw /= ...`."""
    result = step(w, dw.copy(), config)
    dw /= 2
    return result


slips_with_the_config(rmsprop, a_step_towards_the_square, DEFAULTS, ["a"])
stops_without_a_slope(
    rmsprop,
    a_step_towards_the_square,
    """Where the whole gradient is zero nothing happens at all. It is a step like others:
    the cache forgets: it is multiplied by decay_rate. Let the formula run.""",
)


@rmsprop.mistake
class mutable_default(MutableDefault):
    rule = rmsprop_in_place
