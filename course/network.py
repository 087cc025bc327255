"""A small fully connected network in NumPy: loss, gradient, and the winner of every max.

>>> net = MLP(sizes=(2, 16, 3))
>>> params = net.start(np.random.default_rng(0))
>>> {name: array.shape for name, array in params.items()}
{'W1': (2, 16), 'b1': (16,), 'W2': (16, 3), 'b2': (3,)}
>>> loss, grads = net.loss(params, np.zeros((4, 2)), np.array([0, 1, 2, 0]))
>>> round(loss, 6)  # equal scores: ln 3
1.098612

Parameters and gradients are dicts from name to array with the same keys in the same order.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course.probes.base import Lent

Params = dict[str, np.ndarray]


@dataclass(frozen=True, kw_only=True)
class MLP(Lent):
    """Affine layers with an activation between them and a loss on top.

    sizes       (D, H1, ..., C): features, hidden units of each layer, classes; (D, C) is a linear classifier
    activation  ``"relu"`` or ``"tanh"``
    kind        of the loss: ``"softmax"`` cross-entropy, ``"hinge"`` (Weston and Watkins, 1999), or ``"squared"``,
                half the squared distance of the scores from the one-hot label
    delta       margin of the hinge loss
    """

    offers = (
        *("sizes", "activation", "kind", "delta", "depth", "start", "layers", "scores", "probabilities"),
        *("accuracy", "loss", "evaluate", "winners"),
    )

    sizes: tuple[int, ...]
    activation: str = "relu"
    kind: str = "softmax"
    delta: float = 1.0

    def __post_init__(self) -> None:
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise ValueError(
                f"sizes must name the features, any hidden units and the classes; got {self.sizes}."
            )
        if self.activation not in ("relu", "tanh"):
            raise ValueError(f'activation must be "relu" or "tanh"; got {self.activation!r}.')
        if self.kind not in CRITERIA:
            raise ValueError(f"kind must be one of {', '.join(CRITERIA)}; got {self.kind!r}.")

    @property
    def depth(self) -> int:
        """Return the number of affine layers."""
        return len(self.sizes) - 1

    def start(
        self, rng: np.random.Generator, *, scale: float | None = None, dtype: type = np.float64
    ) -> Params:
        """Return random weights and zero biases, W1, b1, W2, b2, ...

        scale  standard deviation of every weight; by default that of He (ReLU), sqrt(2 / n_in), or of Xavier
               (tanh), sqrt(2 / (n_in + n_out)), per layer
        """
        params: Params = {}
        for layer, (n_in, n_out) in enumerate(zip(self.sizes[:-1], self.sizes[1:], strict=True), start=1):
            usual = np.sqrt(2 / n_in) if self.activation == "relu" else np.sqrt(2 / (n_in + n_out))
            spread = usual if scale is None else scale
            params[f"W{layer}"] = (spread * rng.standard_normal((n_in, n_out))).astype(dtype)
            params[f"b{layer}"] = np.zeros(n_out, dtype=dtype)
        return params

    def layers(
        self, params: Params, X: np.ndarray, *, dropout: float = 0.0, rng: np.random.Generator | None = None
    ) -> list[np.ndarray]:
        """Return X, the activations of every hidden layer, and the scores: depth + 1 arrays of shape (N, size)."""
        return self._forward(params, X, dropout, rng)[0]

    def scores(self, params: Params, X: np.ndarray) -> np.ndarray:
        """Return the scores of every class, (N, C), without dropout."""
        return self._forward(params, X, 0.0, None)[0][-1]

    def probabilities(self, params: Params, X: np.ndarray) -> np.ndarray:
        """Return softmax probabilities, (N, C); rows sum to one."""
        scores = self.scores(params, X)
        return np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))

    def accuracy(self, params: Params, X: np.ndarray, y: np.ndarray) -> float:
        """Return the share of rows whose highest score is that of their label."""
        return float((self.scores(params, X).argmax(axis=1) == y).mean())

    def loss(
        self,
        params: Params,
        X: np.ndarray,
        y: np.ndarray,
        *,
        reg: float = 0.0,
        dropout: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> tuple[float, Params]:
        """Return the mean loss over the rows and its gradient with respect to every parameter.

        X, y     (N, D) rows and (N,) integer labels
        reg      adds reg / 2 * sum of squared weights; biases are left alone
        dropout  probability of dropping a hidden unit; kept units are divided by 1 - dropout ("inverted")
        rng      draws the masks; a generator with the same seed draws the same masks again

        Raises ``ValueError`` for dropout without a generator.
        """
        activations, masks = self._forward(params, X, dropout, rng)
        truth = one_hot(y, self.sizes[-1], dtype=activations[-1].dtype)
        value, back = self._criterion(activations[-1], truth)
        grads: Params = {}
        for layer in range(self.depth, 0, -1):
            W = params[f"W{layer}"]
            grads[f"b{layer}"] = back.sum(axis=0)
            grads[f"W{layer}"] = activations[layer - 1].T @ back
            if reg:
                value += 0.5 * reg * float(np.vdot(W, W))
                grads[f"W{layer}"] += reg * W
            if layer > 1:
                back = back @ W.T
                self._through(back, activations[layer - 1], masks[layer - 2])
        return float(value), {name: grads[name] for name in params}

    def evaluate(self, params: Params, X: np.ndarray, y: np.ndarray) -> tuple[float, float]:
        """Return the mean loss without regularisation and dropout, and the accuracy, from one forward pass."""
        scores = self.scores(params, X)
        truth = one_hot(y, self.sizes[-1], dtype=scores.dtype)
        value, _ = self._criterion(scores, truth)
        return float(value), float((scores.argmax(axis=1) == y).mean())

    def winners(self, params: Params, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return which side won every max of the loss, as one flat boolean array.

        First the ReLUs, layer by layer and row by row (True: the unit fires), then, for the hinge loss, the
        N * C margins (True: violated; the label's own is always False).  Two parameter settings with different
        winners lie on different sides of a kink.
        """
        activations = self.layers(params, X)
        won = [layer > 0 for layer in activations[1:-1]] if self.activation == "relu" else []
        if self.kind == "hinge":
            truth = one_hot(y, self.sizes[-1], dtype=activations[-1].dtype)
            won.append(excess(activations[-1], truth, self.delta) > 0)
        return np.concatenate([each.ravel() for each in won]) if won else np.zeros(0, dtype=bool)

    def _forward(
        self, params: Params, X: np.ndarray, dropout: float, rng: np.random.Generator | None
    ) -> tuple[list[np.ndarray], list[np.ndarray | None]]:
        """Return the output of every layer, X first, and the dropout mask of every hidden layer or None."""
        if not 0 <= dropout < 1:
            raise ValueError(f"dropout is a probability below one; got {dropout}.")
        if dropout and rng is None:
            raise ValueError("dropout needs rng=np.random.default_rng(seed), so that a mask can be repeated.")
        activations, masks = [X], []
        for layer in range(1, self.depth + 1):
            out = activations[-1] @ params[f"W{layer}"]
            out += params[f"b{layer}"]
            if layer < self.depth:
                np.maximum(out, 0, out=out) if self.activation == "relu" else np.tanh(out, out=out)
                mask = None
                if dropout and rng is not None:
                    mask = (rng.random(out.shape) >= dropout).astype(out.dtype) / out.dtype.type(1 - dropout)
                    out *= mask
                masks.append(mask)
            activations.append(out)
        return activations, masks

    def _criterion(self, scores: np.ndarray, truth: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the mean loss of scores, (N, C), and its gradient with respect to them."""
        return CRITERIA[self.kind](scores, truth, self.delta)

    def _through(self, back: np.ndarray, out: np.ndarray, mask: np.ndarray | None) -> None:
        """Take a gradient, in place, back through the activation whose masked output is ``out``."""
        if self.activation == "relu":
            back *= out > 0
        elif mask is None:
            back *= 1 - out * out
        else:
            back *= 1 - np.divide(out, mask, out=np.zeros_like(out), where=mask > 0) ** 2
        if mask is not None:
            back *= mask


def one_hot(y: ArrayLike, classes: int, *, dtype: type | np.dtype = np.float64) -> np.ndarray:
    """Return (N, classes) rows that are one at the label and zero elsewhere."""
    return (np.asarray(y)[:, None] == np.arange(classes)).astype(dtype)


def excess(scores: np.ndarray, truth: np.ndarray, delta: float) -> np.ndarray:
    """Return by how much every score comes within delta of the label's, (N, C); zero at the label."""
    label = np.einsum("nc,nc->n", scores, truth)[:, None]
    return scores - label + delta * (1 - truth)


def cross_entropy(scores: np.ndarray, truth: np.ndarray, _: float) -> tuple[float, np.ndarray]:
    """Return the mean of -log p(label) and its gradient with respect to the scores."""
    lead = excess(scores, truth, 0.0)
    top = lead.max(axis=1, keepdims=True)
    odds = np.exp(lead - top)
    total = odds.sum(axis=1, keepdims=True)
    return float((top + np.log(total)).mean()), (odds / total - truth) / len(truth)


def multiclass_hinge(scores: np.ndarray, truth: np.ndarray, delta: float) -> tuple[float, np.ndarray]:
    """Return the mean over rows of the summed violated margins, and its gradient."""
    over = excess(scores, truth, delta)
    violated = (over > 0).astype(scores.dtype) / len(truth)
    return float(np.vdot(over, violated)), violated - truth * violated.sum(axis=1, keepdims=True)


def squared_distance(scores: np.ndarray, truth: np.ndarray, _: float) -> tuple[float, np.ndarray]:
    """Return half the mean over rows of the squared distance from scores to truth, and its gradient.

    Complex scores keep their gradient, so that a complex step goes through; the loss is then its real part.
    """
    wrong = scores - truth
    return float(np.sum(wrong * wrong).real) / (2 * len(truth)), wrong / len(truth)


CRITERIA: dict[str, Callable] = {
    "softmax": cross_entropy,
    "hinge": multiclass_hinge,
    "squared": squared_distance,
}
