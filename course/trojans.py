"""Seven implementations of a loss and its gradient.  Some are wrong, and each passes some careless check.

    loss, grads = implementation(params, X, y, reg=1e5, seed=None)

All are of a network with one tanh layer; ``params`` has W1, b1, W2, b2.  The defaults are those their authors
checked them with.  ``seed`` is for those with dropout; the others ignore it.  The exercise is to find the wrong
ones from the outside.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course.network import MLP, Params

Implementation = Callable[..., tuple[float, Params]]
AUTHORS_REG = 1e5


def workshop(seed: int = 0, *, rows: int = 13, sizes: tuple[int, int, int] = (5, 6, 3)) -> dict:
    """Return data to try an implementation on: ``X``, ``y`` and tiny initial ``params``, as a fresh dict."""
    rng = np.random.default_rng(seed)
    y = np.arange(rows) % sizes[-1]
    centres = 1.5 * rng.standard_normal((sizes[-1], sizes[0]))
    X = centres[y] + 0.3 * rng.standard_normal((rows, sizes[0]))
    params = MLP(sizes=sizes, activation="tanh").start(rng, scale=0.01)
    return {"X": X, "y": y, "params": params}


def network(params: Params, kind: str, delta: float = 1.0) -> MLP:
    """Return the network that these parameters belong to."""
    sizes = (*params["W1"].shape, params["W2"].shape[1])
    return MLP(sizes=sizes, activation="tanh", kind=kind, delta=delta)


def make(name: str, seed: int = 0) -> Implementation:
    """Return a fresh copy of one of the implementations in ``KINDS``; ``seed`` feeds those that have luck."""
    if name not in KINDS:
        raise ValueError(f"There is no implementation {name!r}; there are {', '.join(KINDS)}.")
    luck = np.random.default_rng(seed)

    def implementation(params, X, y, reg=AUTHORS_REG, seed=None):
        return KINDS[name](params, X, y, reg, seed, luck)

    return implementation


def softmax(params, X, y, reg, seed, luck):
    """Cross-entropy."""
    return network(params, "softmax").loss(params, X, y, reg=reg)


def hinge(params, X, y, reg, seed, luck):
    """Weston and Watkins' hinge."""
    return network(params, "hinge").loss(params, X, y, reg=reg)


def dropout(params, X, y, reg, seed, luck):
    """Cross-entropy with dropout; a seed repeats the mask."""
    rng = luck if seed is None else np.random.default_rng(seed)
    return network(params, "softmax").loss(params, X, y, reg=reg, dropout=0.5, rng=rng)


def every_margin(params, X, y, reg, seed, luck):
    """The gradient counts every margin as violated, whatever the scores."""
    loss, _ = hinge(params, X, y, reg, seed, luck)
    return loss, network(params, "hinge", delta=1e9).loss(params, X, y, reg=reg)[1]


def faint(params, X, y, reg, seed, luck):
    """The data gradient of every weight is five percent too long; the biases are right."""
    loss, grads = softmax(params, X, y, reg, seed, luck)
    data = softmax(params, X, y, 0.0, seed, luck)[1]
    return loss, {name: g + (0.05 * data[name] if name.startswith("W") else 0) for name, g in grads.items()}


def summed_bias(params, X, y, reg, seed, luck):
    """The gradients of the biases are sums over the rows, those of the weights means."""
    loss, grads = softmax(params, X, y, reg, seed, luck)
    return loss, {name: grad * (len(X) if name.startswith("b") else 1) for name, grad in grads.items()}


def deaf(params, X, y, reg, seed, luck):
    """Dropout that draws a new mask whatever the seed."""
    return dropout(params, X, y, reg, None, luck)


KINDS = {f.__name__: f for f in (softmax, hinge, dropout, every_margin, faint, summed_bias, deaf)}

# The names say nothing; the order is shuffled.
PLANTED = {
    "ash": "hinge",
    "birch": "faint",
    "cedar": "dropout",
    "elm": "every_margin",
    "fir": "deaf",
    "hazel": "softmax",
    "juniper": "summed_bias",
}


def planted(seed: int = 0) -> dict[str, Implementation]:
    """Return the seven implementations of the lesson by name, freshly made."""
    return {name: make(kind, seed) for name, kind in PLANTED.items()}
