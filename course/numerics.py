"""Numbers for the lesson on gradient checking: functions to differentiate, step sizes, parameters as one vector.

No difference quotient lives here: the reader's own is an argument.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course.network import MLP
from course.threads import one_thread

Difference = Callable[[Callable, float, float], float]
"""``quotient = difference(f, x, h)`` for numbers of one precision."""


def cubes(x: ArrayLike) -> float:
    """Return the sum of cubes; its gradient is 3 x^2 and its third derivative 6 everywhere.

    A power or a sine is rounded differently on another processor, a product is not: here, in ``bells`` and in
    ``steep`` what rounding leaves of a difference quotient is the same everywhere.
    """
    x = np.asarray(x, dtype=np.float64)
    return float(np.sum(x * x * x))


def bells(x: ArrayLike) -> float:
    """Return the sum of 1 / (1 + x^2) plus half the sum of squares."""
    squares = np.asarray(x, dtype=np.float64) ** 2
    return float(np.sum(1 / (1 + squares) + squares / 2))


def steep(x: ArrayLike) -> float:
    """Return a third of the sum of (1000 x)^3, whose slope a step of 1e-5 does not measure exactly."""
    return cubes(1000 * np.asarray(x, dtype=np.float64)) / 3


def product(x: ArrayLike) -> float:
    """Return the product of all entries; the slope of one is the product of the others."""
    return float(np.prod(np.asarray(x, dtype=np.float64)))


def relu_side(x: ArrayLike) -> np.ndarray:
    """Return, for every entry, which argument of max(0, x) wins: 1 for x, 0 for zero or a tie."""
    return (np.asarray(x) > 0).astype(np.int64)


def largest(x: ArrayLike) -> np.ndarray:
    """Return the index of the largest entry, as an array of one number."""
    return np.array([int(np.argmax(x))])


def strip(x: ArrayLike) -> np.ndarray:
    """Return the winner of a max of three whose middle one, 2, holds only within 1e-6 of zero."""
    first = float(np.ravel(x)[0])
    return np.array([2 if abs(first) < 1e-6 else 1])


def swapping(x: ArrayLike) -> np.ndarray:
    """Return the winners of two maxes that change places at zero, so that their sum stays."""
    return np.array([1, 0]) if float(np.ravel(x)[0]) > 0 else np.array([0, 1])


def neighbours(x: ArrayLike) -> np.ndarray:
    """Return the winner among very many, which goes from 400000 to 400001 at zero."""
    return np.array([400_001 if float(np.ravel(x)[0]) > 0 else 400_000])


def many(x: ArrayLike) -> np.ndarray:
    """Return the winners of 4000 maxes, of which one of the last changes at zero, from 1 to 2."""
    winners = np.ones(4000, dtype=np.int64)
    winners[3990] += float(np.ravel(x)[0]) > 0
    return winners


def bump(x: ArrayLike) -> float:
    """Return the sum of x exp(-x^2)."""
    x = np.asarray(x, dtype=np.float64)
    return float(np.sum(x * np.exp(-(x**2))))


def by_hand(x: ArrayLike) -> np.ndarray:
    """Return the gradient of ``bump`` as a person derives it."""
    x = np.asarray(x, dtype=np.float64)
    return (1 - 2 * x**2) * np.exp(-(x**2))


def on_tape(Node: Callable, x: ArrayLike) -> np.ndarray:
    """Return the gradient of ``bump`` from the tape of lesson F3, or by hand where ``by_hand`` stands in."""
    if Node is by_hand:
        return by_hand(x)
    node = Node(x)
    (node * (node * node * -1.0).exp()).sum().backward()
    return np.asarray(node.grad)


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


def along(
    loss: Callable[[dict], Any], params: Mapping[str, np.ndarray], name: str, index: tuple[int, ...]
) -> tuple[Callable[[np.ndarray], Any], np.ndarray]:
    """Return the loss as a function of one parameter entry, as an array of one number, and where that entry is."""
    params = {key: array.copy() for key, array in params.items()}
    start = np.array([params[name][index]], dtype=np.float64)

    def f(t: np.ndarray) -> float:
        params[name][index] = t[0]
        return loss(params)

    return f, start


def picks(
    params: Mapping[str, np.ndarray], names: tuple[str, ...], count: int, rng: np.random.Generator
) -> list[tuple[str, tuple[int, ...]]]:
    """Return up to ``count`` entries of each named array as (name, index), drawn without replacement."""
    chosen = []
    for name in names:
        flat = rng.choice(params[name].size, min(count, params[name].size), replace=False)
        chosen += [(name, tuple(int(i) for i in np.unravel_index(k, params[name].shape))) for k in flat]
    return chosen


@one_thread()
def entry_errors(
    gradient: Callable,
    error: Callable,
    loss: Callable,
    params: Mapping,
    grads: Mapping,
    where: list,
    h: float,
) -> np.ndarray:
    """Return the error at each (name, index) of ``where``: the analytic entry against the reader's numeric one.

    gradient, error  the reader's ``numerical_gradient`` and ``relative_error``
    loss             params -> number
    """
    found = []
    for name, index in where:
        f, start = along(loss, params, name, index)
        found.append(float(error(grads[name][index], gradient(f, start, h)[0])))
    return np.array(found)


@one_thread()
def kink_trial(
    gradient: Callable,
    error: Callable,
    crosses: Callable,
    X: np.ndarray,
    y: np.ndarray,
    seed: int,
    h: float = 1e-4,
) -> tuple[float, bool]:
    """Return the worst error over 100 entries of a ReLU network's first layer, and whether a kink was crossed.

    gradient, error, crosses  the reader's ``numerical_gradient``, ``relative_error`` and ``crosses_kink``
    """
    network = MLP(sizes=(X.shape[1], 200, 10))
    params = network.start(np.random.default_rng(seed))
    where = picks(params, ("W1", "b1"), 50, np.random.default_rng(seed))
    grads = network.loss(params, X, y)[1]
    worst = entry_errors(
        gradient, error, lambda p: network.evaluate(p, X, y)[0], params, grads, where, h
    ).max()
    crossed = False
    for name, index in where:
        sides, start = along(lambda p: network.winners(p, X, y), params, name, index)
        crossed = crossed or bool(crosses(sides, start, 0, h))
    return float(worst), crossed


@one_thread()
def depth_trial(
    gradient: Callable, error: Callable, activation: str, depth: int, X: np.ndarray, y: np.ndarray, seed: int
) -> float:
    """Return the worst error over 30 first-layer weights of a network of ``depth`` affine layers, at h = 1e-3."""
    network = MLP(sizes=(X.shape[1],) + (50,) * (depth - 1) + (10,), activation=activation)
    params = network.start(np.random.default_rng(seed))
    where = picks(params, ("W1",), 30, np.random.default_rng(seed))
    grads = network.loss(params, X, y)[1]
    return float(
        entry_errors(
            gradient, error, lambda p: network.evaluate(p, X, y)[0], params, grads, where, 1e-3
        ).max()
    )


@one_thread()
def nudged_gradients(
    loss: Callable, params: Mapping[str, np.ndarray], X: np.ndarray, y: np.ndarray, h: float = 1e-6
) -> dict[str, np.ndarray]:
    """Return the gradient of a loss (params, X, y, reg) -> value, gradients, at reg = 0, by nudging each number.

    It stands in for the tape of lesson F3 where that is missing.
    """
    moved = {name: np.array(w, dtype=np.float64) for name, w in params.items()}
    found = {name: np.zeros(w.shape) for name, w in moved.items()}
    for name, w in moved.items():
        for ix in np.ndindex(w.shape):
            old = w[ix]
            ends = []
            for shift in (h, -h):
                w[ix] = old + shift
                ends.append(loss(moved, X, y, 0.0)[0])
            w[ix] = old
            found[name][ix] = (ends[0] - ends[1]) / (2 * h)
    return found
