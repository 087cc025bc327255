"""A network on all its rows, as a function of one flat vector: what a full-batch run goes down.

>>> problem = FullBatch(MLP(sizes=(2, 3), kind="squared"), np.eye(2), np.array([0, 2]))
>>> w = np.zeros(problem.size)
>>> loss, gradient = problem(w)
>>> round(loss, 3), gradient.shape
(0.5, (9,))

No update rule and no measure of curvature lives here, only an exact product with which a measured one is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from course.data import digits
from course.network import MLP, Params
from course.numerics import flatten

TINY = 1e-30


@dataclass(frozen=True)
class FullBatch:
    """The loss of a network on rows X with labels y."""

    network: MLP
    X: np.ndarray
    y: np.ndarray

    @property
    def size(self) -> int:
        """Return the number of parameters."""
        sizes = self.network.sizes
        return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))

    def start(self, seed: int = 0, *, scale: float | None = 0.1) -> np.ndarray:
        """Return random weights of standard deviation ``scale``, the usual one for None, and zero biases, (n,)."""
        return flatten(self.network.start(np.random.default_rng(seed), scale=scale))[0]

    def params(self, w: np.ndarray) -> Params:
        """Return a vector as W1, b1, W2, b2, ..."""
        return apart(self.network)(np.asarray(w))

    def __call__(self, w: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the loss and its gradient, (n,)."""
        loss, grads = self.network.loss(self.params(w), self.X, self.y)
        return loss, flatten(grads)[0]

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """Return the gradient, (n,)."""
        return self(w)[1]

    def on(self, rows: np.ndarray) -> FullBatch:
        """Return the loss on some of the rows."""
        return FullBatch(self.network, self.X[rows], self.y[rows])

    def accuracy(self, w: np.ndarray) -> float:
        """Return the share of validation digits whose highest score is that of their label."""
        data = digits()
        return self.network.accuracy(self.params(w), data.X_val, data.y_val)


@lru_cache
def apart(network: MLP) -> Callable[[np.ndarray], Params]:
    """Return the function that takes a vector apart into the parameters of a network."""
    return flatten(network.start(np.random.default_rng(0)))[1]


def some_digits(rows: int = 300, *, kind: str = "squared") -> FullBatch:
    """Return the first digits and a tanh network with two hidden layers of 24 units."""
    data = digits()
    network = MLP(sizes=(64, 24, 24, 10), activation="tanh", kind=kind)
    return FullBatch(network, data.X_train[:rows], data.y_train[:rows])


def by_complex_step(problem: FullBatch, w: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the Hessian at w times v to the last digits, for a smooth network with the squared loss."""
    return problem.gradient(w + 1j * TINY * v).imag / TINY
