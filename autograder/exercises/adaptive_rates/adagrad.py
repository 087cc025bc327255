"""Adagrad: divide by the root of everything seen so far, coordinate by coordinate."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from autograder.exercises.adaptive_rates.shared import rates, visible_gradients
from autograder.judging import Exercise
from autograder.judging.config_slips import MutableDefault, StateOutside, slips_with_the_config
from autograder.judging.rules import EFFECT, defaults, epsilon, first_look, usual
from course.probes.base import Path

DEFAULTS = {"learning_rate": 1e-2, "epsilon": 1e-8}


def reference(w, dw, config=None):
    """Keep every gradient and add up the squares afresh at each step; the lesson keeps a running sum."""
    config = DEFAULTS | (config or {})
    seen = [*config.get("seen", []), dw]
    length = np.sqrt(np.sum(np.square(seen), axis=0))
    return w - config["learning_rate"] * dw / (length + config["epsilon"]), {**config, "seen": seen}


adagrad = Exercise(
    "adagrad",
    points=8,
    reference=reference,
    checks=[
        rates(
            {**DEFAULTS, "learning_rate": 0.3},
            {"learning_rate": 0.04},
            says="With another learning_rate, or one that changes between calls, the path leaves the rule.",
        ),
        defaults({"epsilon": 1e-8}),
        epsilon(DEFAULTS),
        *usual(DEFAULTS),
    ],
    visible=first_look(
        Path(
            start=[1.0, -2.0, 0.5],
            gradients=visible_gradients(),
            config={"learning_rate": 0.1, "epsilon": 0.01},
            changes={5: {"learning_rate": 0.05}},
        )
    ),
    constants=DEFAULTS,
    may_change=("w", "config"),
    read="Exercise 1. Adagrad",
    effect=EFFECT,
    ravine_rate=0.5,
)


def filled(w: np.ndarray, config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a new config with every default and an empty cache where they are missing."""
    return DEFAULTS | {"cache": np.zeros_like(w)} | dict(config or {})


def step(
    w,
    dw,
    config=None,
    *,
    cache=lambda old, g: old + g**2,
    scale=lambda cache, epsilon: np.sqrt(cache) + epsilon,
):
    """Return a step of Adagrad, with other formulas for the new cache and for what the gradient is divided by."""
    c = filled(w, config)
    c["cache"] = cache(c["cache"], dw)
    return w - c["learning_rate"] * dw / scale(c["cache"], c["epsilon"]), c


adagrad.table(
    {
        """gradient added: The step climbs: the scaled gradient is added. Look at the sign in the line that
        makes next_w.
        """: lambda w, dw, config=None: step(w, -dw, config),
        """cache decays: The cache forgets: it is a moving average. That is RMSprop; Adagrad adds every square
        and loses none.
        """: partial(step, cache=lambda old, g: 0.99 * old + 0.01 * g**2),
        """no root: The gradient is divided by the cache itself. The cache holds squares: take its root before
        you divide.
        """: partial(step, scale=lambda cache, epsilon: cache + epsilon),
        """one sum of squares for all entries: One number, the squared norm, serves all coordinates. Square
        entry by entry with `dw**2`; a sum, a dot product or a norm gives every coordinate the same rate.
        """: partial(step, cache=lambda old, g: old + np.sum(g**2)),
        """one mean of squares for all entries: The mean of the squares is added to every coordinate. Square
        entry by entry with `dw**2`, so that each coordinate has a cache of its own.
        """: partial(step, cache=lambda old, g: old + np.mean(g**2)),
        """norm in place of squares: The norm of the gradient is added to every coordinate. The cache adds
        `dw**2`, entry by entry.
        """: partial(step, cache=lambda old, g: old + np.sqrt(np.sum(g**2))),
        """no square: The cache adds the gradient, not its square. Signs cancel in it, and its root may not
        exist.
        """: partial(step, cache=lambda old, g: old + g),
        """absolute value in place of square: The cache adds absolute values under the root. The root undoes a
        square: add `dw**2`.
        """: partial(step, cache=lambda old, g: old + np.abs(g)),
        """stale cache: The step divides by the cache of the step before. Add the new square first, then
        divide.
        """: lambda w, dw, config=None: step(
            w, dw, config, scale=lambda _, epsilon: np.sqrt(filled(w, config)["cache"]) + epsilon
        ),
    }
)


@adagrad.mistake
def cache_not_kept(w, dw, config=None):
    """The old squares are lost: either the cache is not stored in `config["cache"]`, or the new square replaces it
    instead of being added."""
    c = filled(w, config)
    return w - c["learning_rate"] * dw / (np.sqrt(dw**2) + c["epsilon"]), c


adagrad.table(
    {
        """epsilon inside the root: Epsilon is added before the root. optax and Keras write Adagrad so;
        PyTorch and this lesson add it after the root: `sqrt(cache) + epsilon`.
        """: partial(step, scale=lambda cache, epsilon: np.sqrt(cache + epsilon)),
        """epsilon hard coded: Epsilon is a number in the code. Take it from `config["epsilon"]`.
        """: partial(step, scale=lambda cache, epsilon: np.sqrt(cache) + 1e-8),
        """wrong default rate: With learning_rate left out the steps have another length. Compare your default
        with the table.
        """: lambda w, dw, config=None: reference(w, dw, {"learning_rate": 1e-3} | (config or {})),
    },
    share=0.75,
)


adagrad.table(
    {
        """root stored: The root is written back into the cache, so the next step takes the root of a root.
        Store the sum.
        """: partial(
            step, cache=lambda old, g: np.sqrt(old + g**2), scale=lambda cache, epsilon: cache + epsilon
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


@adagrad.variant_as_in("CS231n")
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


@adagrad.mistake
class state_in_a_global(StateOutside):
    """The cache lives outside `config` and runs on from one parameter to the next. Keep it in
    `config["cache"]`."""

    rule = step
    keys = ("cache",)


@adagrad.mistake
class one_state_for_all_parameters(StateOutside):
    """A new run clears the state, but two parameters trained together share it. Keep the cache in `config`,
    not in a global or an attribute."""

    rule = step
    keys = ("cache",)
    kept_by_a_new_run = False


@adagrad.in_place
def dw_mutated(w, dw, config=None):
    """The step is right, but `dw` is overwritten on the way. It belongs to the caller: no `dw /= ...`."""
    result = step(w, dw.copy(), config)
    dw /= 2
    return result


slips_with_the_config(adagrad, a_step_with_keys_of_its_own, DEFAULTS, ["sum_of_squares"])


@adagrad.mistake
class mutable_default(MutableDefault):
    rule = adagrad_in_place
