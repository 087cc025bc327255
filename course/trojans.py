"""Seven implementations of a loss and its gradient.  Some are wrong, and each passes some careless check.

    loss, grads = implementation(params, X, y, reg=1e5, seed=None)

All are of a network with one tanh layer; ``params`` has W1, b1, W2, b2.  The defaults are those their authors
checked them with.  ``seed`` is for those with dropout; the others ignore it.  The exercise is to find the wrong
ones from the outside.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from course import numerics
from course.data import Split
from course.mine import plain_gradient_descent
from course.network import MLP, Params
from course.threads import one_thread
from course.training import Run, train

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


def small(params, X, y, reg, seed, luck):
    """Cross-entropy in units ten thousand times larger, so that loss and gradient are small numbers."""
    loss, grads = softmax(params, X, y, reg, seed, luck)
    return 1e-4 * loss, {name: 1e-4 * grad for name, grad in grads.items()}


def small_faint(params, X, y, reg, seed, luck):
    """The same with a data gradient of every weight that is five percent too long."""
    loss, grads = faint(params, X, y, reg, seed, luck)
    return 1e-4 * loss, {name: 1e-4 * grad for name, grad in grads.items()}


def dropout_doubled(params, X, y, reg, seed, luck):
    """Dropout that repeats its mask with the seed; its gradient is twice too long."""
    loss, grads = dropout(params, X, y, reg, seed, luck)
    return loss, {name: 2 * grad for name, grad in grads.items()}


def wrong_in(array: str) -> Callable:
    """Return cross-entropy with a gradient that is twice too long in one array."""

    def implementation(params, X, y, reg, seed, luck):
        loss, grads = softmax(params, X, y, reg, seed, luck)
        return loss, grads | {array: 2 * grads[array]}

    return implementation


RIGHT = {f.__name__: f for f in (softmax, hinge, dropout, small)}
WRONG = {f.__name__: f for f in (every_margin, faint, summed_bias, deaf, small_faint, dropout_doubled)}
WRONG |= {f"wrong_{array}": wrong_in(array) for array in ("W1", "b1", "W2", "b2")}
KINDS = RIGHT | WRONG

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


TOLD = {
    "ash": ("a hinge, right", ""),
    "birch": (
        "a softmax: the data gradient of every weight is 5% too long",
        "dW = 1.05 * h.T @ dscores + reg * W",
    ),
    "cedar": ("a softmax with dropout, right: the same seed draws the same mask", ""),
    "elm": ("a hinge: every margin counts as violated", "violated = np.ones_like(margins)"),
    "fir": (
        "a softmax with dropout: it ignores the seed, so every call is another function",
        "mask = self.rng.random(h.shape) > 0.5",
    ),
    "hazel": ("a softmax, right", ""),
    "juniper": (
        "a softmax: bias gradients are summed over the rows, not averaged",
        "db = N * dscores.sum(axis=0)",
    ),
}
"""What each of the planted implementations is, and the line that is wrong, as its author would have written it."""


def review(accused: Iterable[str]) -> str:
    """Return a line for each of the planted implementations: whether it was accused, and what it is."""
    named, lines = set(accused), []
    for name, (what, line) in TOLD.items():
        verdict = "accused" if name in named else "cleared"
        verdict += "" if (name in named) == bool(line) else ", WRONGLY"
        lines.append(f"{name + ':':9}{verdict:18}{what}" + (f"\n{'':27}{line}" if line else ""))
    return "\n".join(lines)


@dataclass(frozen=True, kw_only=True)
class Straight(MLP):
    """A network whose backward pass goes through an activation as if it were not there."""

    def _through(self, back: np.ndarray, out: np.ndarray, mask: np.ndarray | None) -> None:
        """Leave the gradient as it is."""


def contestants(sizes: tuple[int, ...] = (64, 50, 10)) -> dict[str, MLP]:
    """Return two networks, A and B, of which one has a wrong gradient."""
    return {"A": Straight(sizes=sizes), "B": MLP(sizes=sizes)}


def trained(data: Split, *, seed: int = 0, epochs: int = 15) -> dict[str, Run]:
    """Return the runs of A and B on the digits, from one start and with the rows in one order."""
    return {
        name: train(
            network, data.X_train, data.y_train, plain_gradient_descent, {"learning_rate": 0.05},
            rng=np.random.default_rng(seed), epochs=epochs, validation=(data.X_val, data.y_val),
        )
        for name, network in contestants((64, 50, 50, 10)).items()
    }  # fmt: skip


def burn_in_errors(gradient, error, X, y, steps, *, right: bool) -> list[float]:
    """Return the worst error of a linear hinge gradient after each number of training steps.

    right  False for the gradient that counts every margin as violated; both train with their own gradient

    Entries of size below 1e-6 are mere rounding and left out.
    """
    svm = MLP(sizes=(X.shape[1], 10), kind="hinge")
    claims = svm if right else MLP(sizes=svm.sizes, kind="hinge", delta=1e9)
    params, found = svm.start(np.random.default_rng(0), scale=1e-3), []
    where = numerics.picks(params, ("W1",), 60, np.random.default_rng(0))
    for step in range(max(steps) + 1):
        grads = claims.loss(params, X, y)[1]
        if step in steps:
            lively = [(name, ix) for name, ix in where if abs(grads[name][ix]) > 1e-6]
            loss = lambda p: svm.evaluate(p, X, y)[0]  # noqa: E731
            found.append(
                float(numerics.entry_errors(gradient, error, loss, params, grads, lively, 1e-5).max())
            )
        params = {name: params[name] - 0.05 * grads[name] for name in params}
    return found


def masked_errors(gradient, error, X, y, reg: float) -> np.ndarray:
    """Return the errors of 60 weights of a linear softmax whose data gradient is 5 percent too long."""
    net = MLP(sizes=(X.shape[1], 10))
    params = net.start(np.random.default_rng(0), scale=0.01)
    where = numerics.picks(params, ("W1",), 60, np.random.default_rng(0))
    wrong = {"W1": 1.05 * net.loss(params, X, y)[1]["W1"] + reg * params["W1"]}
    return numerics.entry_errors(
        gradient, error, lambda p: net.loss(p, X, y, reg=reg)[0], params, wrong, where, 1e-5
    )


@one_thread()
def accused(check_gradients: Callable, steps: int, reg: float, seed: int | None) -> list[str]:
    """Return whom the reader's check accuses when it is made after ``steps`` steps with one reg and one seed."""
    data, found = workshop(), []
    for name, implementation in planted().items():
        params = {key: w.copy() for key, w in data["params"].items()}

        def both(p, implementation=implementation):
            return implementation(p, data["X"], data["y"], reg, seed)

        for _ in range(steps):
            grads = implementation(params, data["X"], data["y"], 0.0, 1)[1]
            params = {key: params[key] - 0.5 * grads[key] for key in params}
        grads = both(params)[1]
        report = check_gradients(lambda p: both(p)[0], params, grads, 5, np.random.default_rng(0))
        if max(report.values()) > 1e-3:
            found.append(name)
    return found
