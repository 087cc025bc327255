"""Watch where a step that is handed a gradient function asks for the gradient."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course.probes.answers import required
from course.probes.base import Unusable, call
from course.probes.wording import describe

Slope = Callable[[np.ndarray], np.ndarray]


def worked(step: Callable) -> dict[str, Any]:
    """Return what a step does with the worked numbers of the lesson: from x = 1 with v = 4, on the slope 4 x."""
    return watched(step, np.array([1.0]), np.array([4.0]), lambda p: 4.0 * p, 0.1, 0.25)


def bumpy(step: Callable) -> dict[str, Any]:
    """Return what it does with two coordinates on a slope that is no line."""
    x, v = np.array([0.7, -1.2]), np.array([-0.5, 0.3])
    return watched(step, x, v, lambda p: p + np.sin(3.0 * p), 0.2, 0.6)


def level(step: Callable) -> dict[str, Any]:
    """Return what it does where one coordinate meets no slope, and then where none does."""
    x, v = np.array([0.7, -1.2]), np.array([-0.5, 0.3])
    found = {
        "along one": watched(step, x, v, lambda p: np.array([0.0, 2.0]), 0.2, 0.6),
        "along both": watched(step, x, v, lambda p: np.zeros(2), 0.2, 0.6),
        "at a rate of 0": watched(step, x, v, lambda p: 2.0 * p, 0.0, 0.6),
    }
    return {f"{name}, {what}": each for name, one in found.items() for what, each in one.items()}


def watched(
    step: Callable, x: np.ndarray, v: np.ndarray, slope: Slope, lr: float, mu: float
) -> dict[str, Any]:
    """Return how often a step asks, where first, and the velocity and place that come back.

    Raises ``Unusable`` for what is not a pair of arrays.
    """
    asked: list[np.ndarray] = []

    def grad(p: Any) -> np.ndarray:
        asked.append(np.array(p, dtype=np.float64))
        return slope(asked[-1])

    returned = required(call(step, x.copy(), v.copy(), grad, lr, mu), "x, v")
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise Unusable("wrong type", f"It must return the pair x, v; it returned {describe(returned)}.")
    place, velocity = (np.array(each, dtype=np.float64) for each in returned)
    return {
        "how often it asked for a gradient": len(asked),
        "where it asked": asked[0] if asked else None,
        "the new velocity v": velocity,
        "the new place x": place,
    }
