"""Set-ups of one network on the digits, most of them broken, for the lesson on sanity checks.

What is wrong with each is told in ``TOLD``; the lesson asks before it tells.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course.data import Split
from course.network import MLP, Params
from course.threads import one_thread

NETWORK = MLP(sizes=(64, 50, 10))
TOLD = {
    "A": "starts with weights of size 1",
    "B": "as intended",
    "C": "takes logarithms to base 10",
    "D": "has its regulariser on, at 1",
    "E": "adds over 4 rows instead of averaging",
}

Loss = Callable[..., tuple[float, Params]]


@one_thread()
def first_losses(data: Split) -> dict[str, float]:
    """Return the loss of each set-up before its first step."""
    rng = np.random.default_rng
    X, y = data.X_train, data.y_train
    usual = NETWORK.start(rng(0), scale=0.05)
    return {
        "A": NETWORK.loss(NETWORK.start(rng(0), scale=1.0), X, y)[0],
        "B": NETWORK.loss(usual, X, y)[0],
        "C": NETWORK.loss(usual, X, y)[0] / np.log(10),
        "D": NETWORK.loss(usual, X, y, reg=1.0)[0],
        "E": NETWORK.loss(usual, X[:4], y[:4])[0] * 4,
    }


def loss_of(network: MLP) -> Loss:
    """Return ``loss(params, X, y, reg)`` of a network, with a default regularisation of 0.01."""

    def loss(params: Params, X: np.ndarray, y: np.ndarray, reg: float = 0.01) -> tuple[float, Params]:
        return network.loss(params, X, y, reg=reg)

    return loss


def regularisers() -> dict[str, Loss]:
    """Return three losses: one regularised as it should be, and two that are not."""
    right = loss_of(NETWORK)

    def turned(params, X, y, reg=0.01):
        return right(params, X, y, -reg)

    def dropped(params, X, y, reg=0.01):
        return right(params, X, y, 0.0)

    return {"P": turned, "Q": right, "R": dropped}


def learners(data: Split) -> dict[str, tuple[Loss, Params, np.ndarray, np.ndarray]]:
    """Return set-ups for the check on twenty examples: loss, first params, rows and labels of each."""
    X, y = data.X_train, data.y_train
    right, params = loss_of(NETWORK), NETWORK.start(np.random.default_rng(0))
    silent = {**params, "b1": np.full(50, -10.0)}

    def uphill(params, X, y, reg=0.01):
        loss, grads = right(params, X, y, reg)
        return loss, {name: -grad for name, grad in grads.items()}

    def stuck(params, X, y, reg=0.01):
        loss, grads = right(params, X, y, reg)
        return loss, {name: grad * (name == "b2") for name, grad in grads.items()}

    return {
        "as intended": (right, params, X, y),
        "rows shuffled, labels not": (right, params, X[np.random.default_rng(5).permutation(len(X))], y),
        "gradient turned round": (uphill, params, X, y),
        "only the last bias learns": (stuck, params, X, y),
        "every ReLU silent": (right, silent, X, y),
    }
