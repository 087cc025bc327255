"""Numbers for the lesson on gradient checking: functions to differentiate, step sizes, parameters as one vector.

No difference quotient lives here: the reader's own is an argument.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

Difference = Callable[[Callable, float, float], float]
"""``quotient = difference(f, x, h)`` for numbers of one precision."""


def cubes(x: ArrayLike) -> float:
    """Return the sum of cubes; its gradient is 3 x^2 and its third derivative 6 everywhere."""
    return float(np.sum(np.asarray(x, dtype=np.float64) ** 3))


def waves(x: ArrayLike) -> float:
    """Return the sum of sines plus half the sum of squares."""
    x = np.asarray(x, dtype=np.float64)
    return float(np.sum(np.sin(x) + x**2 / 2))


def relu_side(x: ArrayLike) -> np.ndarray:
    """Return, for every entry, which argument of max(0, x) wins: 1 for x, 0 for zero or a tie."""
    return (np.asarray(x) > 0).astype(np.int64)


def largest(x: ArrayLike) -> np.ndarray:
    """Return the index of the largest entry, as an array of one number."""
    return np.array([int(np.argmax(x))])


def errors_by_step(
    difference: Difference,
    f: Callable,
    derivative: Callable,
    x: float,
    steps: ArrayLike,
    dtype: type = np.float64,
) -> np.ndarray:
    """Return the relative error of a difference quotient for every step size, computed in one precision.

    The exact derivative is taken in double precision at the rounded ``x``.  Shape of ``steps``.
    """
    at = dtype(x)
    exact = float(derivative(np.float64(at)))
    if exact == 0:
        raise ValueError(f"The derivative at {x} is zero, so a relative error says nothing; take another x.")
    measured = [float(difference(f, at, dtype(h))) for h in np.asarray(steps, dtype=np.float64)]
    return np.abs(np.array(measured) - exact) / abs(exact)


def gap(x: float, dtype: type = np.float64) -> float:
    """Return the distance from ``x`` to the next number of this precision."""
    return float(np.spacing(dtype(x)))


def flatten(params: Mapping[str, np.ndarray]) -> tuple[np.ndarray, Callable[[np.ndarray], dict]]:
    """Return all parameters as one vector, and the function that takes a vector apart again."""
    names = list(params)
    sizes = [params[name].size for name in names]
    shapes = [params[name].shape for name in names]
    vector = np.concatenate([params[name].ravel() for name in names])

    def apart(v: np.ndarray) -> dict[str, np.ndarray]:
        pieces = np.split(v, np.cumsum(sizes)[:-1])
        return {name: piece.reshape(shape) for name, piece, shape in zip(names, pieces, shapes, strict=True)}

    return vector, apart


def chance_of_missing(inside: int, outside: int, draws: int) -> float:
    """Return the probability that ``draws`` draws without replacement miss all of the ``inside`` entries.

    There are ``inside + outside`` entries in all: C(outside, draws) / C(inside + outside, draws).
    """
    if not 0 <= draws <= inside + outside:
        raise ValueError(f"{draws} draws do not fit {inside + outside} entries.")
    return math.comb(outside, draws) / math.comb(inside + outside, draws)
