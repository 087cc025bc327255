"""Watch where a step that is handed a gradient function asks for the gradient."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.probes.answers import required
from course.probes.base import Probe, Unusable, call, describe
from course.probes.composed import Chain

Slope = Callable[[np.ndarray], np.ndarray]


def worked(step: Callable) -> dict[str, Any]:
    """Return what a step does with the worked numbers of the lesson: from x = 1 with v = 4, on the slope 4 x."""
    return watched(step, np.array([1.0]), np.array([4.0]), lambda p: 4.0 * p, 0.1, 0.25)


def bumpy(step: Callable) -> dict[str, Any]:
    """Return what it does with two coordinates on a slope that is no line."""
    x, v = np.array([0.7, -1.2]), np.array([-0.5, 0.3])
    return watched(step, x, v, lambda p: p + np.sin(3.0 * p), 0.2, 0.6)


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


def slope(p: np.ndarray) -> np.ndarray:
    """Return the gradient of a bumpy bowl, entry by entry: p^2/4 - cos(2p), which no line can stand in for."""
    p = np.array(p, dtype=np.float64)
    return 0.5 * p + 2.0 * np.sin(2.0 * p)


@dataclass(frozen=True, kw_only=True, eq=False)
class LookAhead(Probe):
    """Let a step run down the bumpy bowl of ``slope`` several times, and count the gradients that it asks for.

    runs   in words -> first x, first v, learning rate and momentum
    times  steps of each
    """

    runs: Mapping[str, tuple]
    times: int

    def run(self, step: Callable) -> dict[str, dict[str, Any]]:
        """Return, for each run, the points and velocities, and how many gradients were asked for."""
        outcome = {}
        for name, (x, v, rate, mu) in self.runs.items():
            asked: list[None] = []

            def gradient(p: np.ndarray, asked: list = asked) -> np.ndarray:
                asked.append(None)
                return slope(p)

            chain = Chain(start=(x, v), names=("x", "v"), rest=(gradient, rate, mu), times=self.times)
            outcome[name] = {"run": chain.run(step), "asked": len(asked)}
        return outcome
