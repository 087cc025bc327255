"""Watch how starting weights are spread, and where their draw comes from."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course.probes.answers import floats
from course.probes.base import call

KINDS = ("zero", "xavier", "he")
CELL = 1.12
"""Spreads whose ratio is below this may be called the same."""


def about(x: float) -> str:
    """Return a positive number in words, to about a twentieth: the middle of the cell of a fixed scale it lies
    in.
    """
    if not np.isfinite(x):
        return "not a number"
    return "0" if x == 0 else f"about {CELL ** round(np.log(x) / np.log(CELL)):.2g}"


def weights(initial: Callable, fan_in: int, fan_out: int, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Return the weights of a layer.  Raises ``Unusable`` for what holds no numbers."""
    return floats(call(initial, fan_in, fan_out, kind, rng), "the weights")


def spreads(initial: Callable, fan_in: int, fan_out: int, seed: int = 0) -> dict[str, Any]:
    """Return in words what the weights of a large layer look like, for every kind of start."""
    seen: dict[str, Any] = {}
    layer = f"from {fan_in} inputs to {fan_out} units"
    for kind in KINDS:
        W = weights(initial, fan_in, fan_out, kind, np.random.default_rng(seed))
        seen[f'the shape of "{kind}" {layer}'] = list(W.shape)
        spread = float(W.std())
        rounding = 1e-12 * float(
            np.abs(W).max(initial=0)
        )  # equal weights have a spread of 0, up to the last digit
        seen[f'the standard deviation of "{kind}" {layer}'] = about(0.0 if spread <= rounding else spread)
        seen[f'the mean of "{kind}" {layer}'] = "near 0" if abs(W.mean()) <= 0.1 * W.std() else "far from 0"
    return seen


def drawn_from(draw: Callable[[np.random.Generator], np.ndarray]) -> str:
    """Return in words whether numbers depend on the generator they are given and on nothing else."""
    one, again, other = (draw(np.random.default_rng(seed)).tolist() for seed in (5, 5, 6))
    if one != again:
        return "not repeatable"
    return "from rng" if one != other else "always the same"


def draw_of_weights(initial: Callable) -> str:
    """Return in words where the draw of the weights comes from."""
    return drawn_from(lambda rng: weights(initial, 7, 5, "he", rng))


def visible_start(initial: Callable) -> dict[str, Any]:
    """Watch ``initial`` on a large layer, and where its draw comes from."""
    return spreads(initial, 290, 170) | {"the draw": draw_of_weights(initial)}
