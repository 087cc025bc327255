"""Set-ups of one network on the digits, most of them broken, for the lesson on sanity checks.

What is wrong with each is told in ``TOLD``; the lesson asks before it tells.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course.data import Split
from course.mine import plain_gradient_descent
from course.network import MLP, Params
from course.threads import one_thread
from course.training import train

NETWORK = MLP(sizes=(64, 50, 10))
TOLD = {
    "A": "starts with weights of size 1",
    "B": "as intended",
    "C": "takes logarithms to base 10",
    "D": "has its regulariser on, at 1",
    "E": "adds over 4 rows instead of averaging",
    "F": "applies softmax twice",
}

Loss = Callable[..., tuple[float, Params]]


@dataclass(frozen=True, kw_only=True)
class Twice(MLP):
    """A network that turns its scores into probabilities and hands these to a loss that expects scores."""

    def _criterion(self, scores: np.ndarray, truth: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the loss of probabilities taken for scores, and its gradient with respect to the scores."""
        p = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))
        value, back = super()._criterion(p, truth)
        return value, p * (back - (back * p).sum(axis=1, keepdims=True))


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
        "F": Twice(sizes=NETWORK.sizes).loss(usual, X, y)[0],
    }


def loss_of(network: MLP) -> Loss:
    """Return ``loss(params, X, y, reg)`` of a network, with a default regularisation of 0.01."""

    def loss(params: Params, X: np.ndarray, y: np.ndarray, reg: float = 0.01) -> tuple[float, Params]:
        return network.loss(params, X, y, reg=reg)

    return loss


def regularisers() -> dict[str, Loss]:
    """Return three losses: one regularised as it should be, and two that are not."""
    right = loss_of(NETWORK)

    def subtracted(params, X, y, reg=0.01):
        return right(params, X, y, -reg)

    def dropped(params, X, y, reg=0.01):
        return right(params, X, y, 0.0)

    return {"P": subtracted, "Q": right, "R": dropped}


def trained(
    loss: Loss, data: Split, *, seed: int = 0, epochs: int = 20, rate: float = 0.3
) -> dict[str, float]:
    """Train with a loss at its default regularisation; return the ``loss`` it reports and the ``accuracy``."""
    rng = np.random.default_rng(seed)
    params, X, y = NETWORK.start(rng), data.X_train, data.y_train
    with one_thread():
        for _ in range(epochs):
            order = rng.permutation(len(y))
            for rows in np.array_split(order, 12):
                grads = loss(params, X[rows], y[rows])[1]
                params = {
                    name: plain_gradient_descent(w, grads[name], {"learning_rate": rate})[0]
                    for name, w in params.items()
                }
        return {"loss": loss(params, X, y)[0], "accuracy": NETWORK.accuracy(params, data.X_val, data.y_val)}


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
        "sign of the gradient wrong": (uphill, params, X, y),
        "only the last bias learns": (stuck, params, X, y),
        "every ReLU silent": (right, silent, X, y),
        "softmax applied twice": (loss_of(Twice(sizes=NETWORK.sizes)), params, X, y),
    }


@one_thread()
def one_in_ten(data: Split, digit: int = 8, *, steps: int = 60, rate: float = 0.3) -> dict[str, np.ndarray]:
    """Return the training loss before every step of "is it this digit?", from two starts of the last bias.

    ``at zero``, and ``at log frequencies``: there every row gets the share of its class as its probability.
    """
    y = (data.y_train == digit).astype(np.int64)
    network, found = MLP(sizes=(64, 50, 2)), {}
    for name, bias in {"at zero": np.zeros(2), "at log frequencies": np.log(np.bincount(y) / len(y))}.items():
        params = network.start(np.random.default_rng(0), scale=0.05) | {"b2": bias}
        losses = [network.evaluate(params, data.X_train, y)[0]]
        run = train(
            network, data.X_train, y, plain_gradient_descent, {"learning_rate": rate}, params=params,
            rng=np.random.default_rng(0), epochs=1 + steps // 12,
            each_step={"loss so far": lambda at: network.evaluate(at.params, at.X, at.y)[0]},
        )  # fmt: skip
        found[name] = np.array([*losses, *run.steps["loss so far"]])[: steps + 1]
    return found
