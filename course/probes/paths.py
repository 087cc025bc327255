"""Let a function that traces paths meet what rules and callers do: write over arrays, keep state, run away."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course.mine import plain_gradient_descent
from course.probes.answers import required
from course.probes.base import Calls, Unusable, call
from course.probes.composed import Look
from course.surfaces import ravine, saddle


def drifting(w: Any, dw: Any, config: dict | None = None) -> tuple[Any, dict]:
    """A walk that is no descent: it counts its calls in the config it is given and writes over ``w``."""
    config = {} if config is None else config
    config["calls"] = config.get("calls", 0) + 1
    w += config.get("learning_rate", 0.125) * config["calls"] * np.array([1.0, -0.5])
    return w, config


def drifting_anew(w: Any, dw: Any, config: dict | None = None) -> tuple[Any, dict]:
    """The walk of ``drifting`` that leaves its arguments alone and returns a new config."""
    return drifting(np.array(w), dw, dict(config or {}))


def breaking(w: Any, dw: Any, config: dict | None = None) -> tuple[Any, dict]:
    """A walk that ends in a point with one coordinate that is not a number: the second, or the first below zero."""
    gone = np.array([1.0, np.nan] if w[1] > 0 else [np.nan, 1.0])
    return (w + 0.25 if w[0] < 1 else w * gone), dict(config or {})


def leaping(w: Any, dw: Any, config: dict | None = None) -> tuple[Any, dict]:
    """A walk that is far away for one step, the third, and comes back."""
    config = dict(config or {})
    config["calls"] = config.get("calls", 0) + 1
    return w + {3: 5000.0, 4: -5000.0}.get(config["calls"], 0.25), config


def overwritten(candidate: Callable) -> dict[str, Any]:
    """Return two paths of ``drifting`` from one start with one config, and what is left of both.

    Raises ``Unusable``.
    """
    config, start = {"learning_rate": 0.25}, np.array([0.5, 0.25])
    first = points_of(candidate, drifting, start, 4, config)
    return {
        "the path": first,
        "the path of a second call": points_of(candidate, drifting, start, 4, config),
        "the caller's start": start.copy(),
        "the caller's config": sorted(config),
    }


def whole_numbers(candidate: Callable) -> np.ndarray:
    """Return the path of ``drifting`` from a start of whole numbers.  Raises ``Unusable``."""
    return points_of(candidate, drifting, (1, 0), 3, None)


def points_of(candidate: Callable, rule: Callable, start: Any, steps: int, config: Any) -> np.ndarray:
    """Return a path on the saddle.  Raises ``Unusable``."""
    points = required(call(candidate, rule, saddle, start, steps, config))
    try:
        return np.array(points, dtype=np.float64)
    except (TypeError, ValueError):
        raise Unusable("wrong type", "It must return points, an array of shape (T + 1, 2).") from None


VISIBLE = Look(
    probes={
        "On smooth surfaces": Calls(
            arguments=[
                (plain_gradient_descent, ravine, (1.0, -1.0), 3, {"learning_rate": 0.02}),
                (plain_gradient_descent, saddle, (0.5, 0.125), 4, {"learning_rate": 0.25}),
                (plain_gradient_descent, saddle, (0.5, 0.5), 2),
                (plain_gradient_descent, saddle, (0.0, 0.0), 3),
                (plain_gradient_descent, saddle, (0.5, 0.0), 12, {"learning_rate": 2.0}),
                (plain_gradient_descent, saddle, (0.0, 500.0), 24, {"learning_rate": 0.02}),
                (plain_gradient_descent, saddle, (1.0, 0.25), 6, {"learning_rate": 0.5}, 2.0),
                (plain_gradient_descent, saddle, (7.0, 6.0), 3, {"learning_rate": 0.01}, 8.0),
                (plain_gradient_descent, saddle, (1.0, 0.5), 9, {"learning_rate": 4.0}, 1e9),
            ]
        ),
        "With a rule that ends in NaN": Calls(
            arguments=[(breaking, saddle, (0.25, 0.5), 9), (breaking, saddle, (0.25, -1.5), 9)]
        ),
        "With a rule that leaves and comes back": Calls(arguments=[(leaping, saddle, (0.25, 0.5), 6)]),
        "With a rule that writes over its arguments": overwritten,
        "With a rule that returns a new config": Calls(
            arguments=[(drifting_anew, saddle, (0.25, 0.5), 4, {"learning_rate": 0.25})]
        ),
        "From a start of whole numbers": whole_numbers,
    }
)
