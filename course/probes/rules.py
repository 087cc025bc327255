"""Rules that nobody trains with, to be handed to a function that measures rules, and what such a function says.

Between them they do what a rule may do: write over the parameters and the config they are given, or leave both
alone and return new ones; and they take a gradient as a rule takes it, which is an array and no list.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from course.probes.base import Rule, call


def by_the_root(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
    """Go by the root of each slope, downhill: how far is then neither the slope nor one rate."""
    config = {"learning_rate": 1e-2} | (config or {})
    return np.subtract(w, config["learning_rate"] * dw / np.sqrt(np.maximum(np.abs(dw), 1e-300))), config


def climbing(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
    """Go uphill by a share of the slope, and away from 0; hand back half the rate, as a rule may that cools."""
    config = {"learning_rate": 1e-2, "share": 1.0} | (config or {})
    rate = config["learning_rate"]
    return np.add(w, rate * (config["share"] * dw + 5 * w)), config | {"learning_rate": rate / 2}


def by_the_direction(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
    """Go one rate far, downhill: the slope along one coordinate then shortens the step along the other."""
    config = {"learning_rate": 1e-2} | (config or {})
    length = np.sqrt(np.sum(np.square(dw)))
    return np.subtract(w, config["learning_rate"] * dw / (length if length > 0 else 1.0)), config


def counting(w: np.ndarray, dw: np.ndarray, config: dict) -> tuple[np.ndarray, dict]:
    """Make step k exactly k rates long; write the count into the given config and the new w over the old one."""
    config["calls"] = config.get("calls", 0) + 1
    w -= config["calls"] * config["learning_rate"] * np.sign(dw)
    return w, config


def counting_anew(w: np.ndarray, dw: np.ndarray, config: dict) -> tuple[np.ndarray, dict]:
    """Make the steps of ``counting``, but return a new w and a new config."""
    return counting(np.array(w), dw, dict(config))


def waiting(w: np.ndarray, dw: np.ndarray, config: dict) -> tuple[np.ndarray, dict]:
    """Stay until step ``config["wait"]``, and jump up by 9 there."""
    config = {**config, "calls": config.get("calls", 0) + 1}
    return np.add(w, 9.0 * (config["calls"] == config["wait"])), config


def first_step_twice(measure: Callable) -> dict[str, Any]:
    """Return what a measure of a first step says of ``counting``, asked twice, and what it left of the config."""
    return asked_twice(measure, counting, {"learning_rate": 0.1})


def escape_twice(measure: Callable) -> dict[str, Any]:
    """Return the same for the steps to escape from y = 0.5: 0.7 after step 1, 1.1 after step 2."""
    return asked_twice(measure, counting, {"learning_rate": 0.2}, 0.5)


def escape_twice_anew(measure: Callable) -> dict[str, Any]:
    """Return the same for the steps to escape of ``counting_anew``."""
    return asked_twice(measure, counting_anew, {"learning_rate": 0.2}, 0.5)


def asked_twice(measure: Callable, rule: Rule, config: dict, *rest: Any) -> dict[str, Any]:
    """Return two answers for one config, and the keys of that config afterwards.  Raises ``Unusable``."""
    first = call(measure, rule, config, *rest)
    second = call(measure, rule, config, *rest)
    return {"its answer": first, "its answer to the same question": second, "the config": sorted(config)}
