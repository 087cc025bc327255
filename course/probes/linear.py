"""Watch what a reader's functions of lesson F2 do: scores, two losses with gradients, batches, a training loop.

Each function drives a candidate and returns what it saw as plain data; none knows what is right: the visible check
compares with a recording.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.probes.answers import floats, required, required_pair
from course.probes.base import Unusable, call
from course.probes.comparing import same
from course.probes.in_place import CHANGED, KEPT, unchanged
from course.probes.sanity import slowing, slowing_anew
from course.probes.wording import describe


def case(seed: int, rows: int, columns: int, classes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return weights (C, D + 1), rows (N, D) and labels (N,)."""
    rng = np.random.default_rng(seed)
    W = rng.normal(size=(classes, columns + 1))
    return W, rng.normal(size=(rows, columns)), rng.integers(0, classes, rows)


def kept(function: Callable, *arguments: Any) -> str:
    """Return whether the arrays hold after a call what they held before: ``kept`` or ``changed``."""
    given = [each.copy() if isinstance(each, np.ndarray) else each for each in arguments]
    call(function, *given)
    return KEPT if all(map(unchanged, arguments, given)) else CHANGED


# Scores


def visible_scores(scores: Callable) -> dict[str, Any]:
    """Watch ``scores``: the worked example, five rows, and what is left of W and X."""
    W, X, _ = case(1, 5, 3, 4)
    return {
        "the scores of the worked example": floats(
            call(scores, np.array([[1.0, 0.0, 5.0], [0.0, 2.0, -1.0]]), np.array([[3.0, 4.0]])), "the scores"
        ),
        "the scores of five rows": floats(call(scores, W.copy(), X.copy()), "the scores"),
        "the scores of five other rows": floats(call(scores, W - 1, 2 * X), "the scores"),
        "W and X afterwards": kept(scores, W, X),
    }


# Losses


def pair(loss: Callable, W: np.ndarray, *arguments: Any) -> list[Any]:
    """Return the loss as a number and its gradient as an array of the shape of W.  Raises ``Unusable``."""
    given = [each.copy() if isinstance(each, np.ndarray) else each for each in arguments]
    answer = required_pair(call(loss, W.copy(), *given), "loss, dW")
    number, gradient = floats(answer[0], "loss, dW"), floats(answer[1], "loss, dW")
    if number.size != 1:
        raise Unusable("wrong shape", f"`loss` must be one number; it came back as {describe(answer[0])}.")
    if gradient.shape != W.shape:
        raise Unusable(
            "wrong shape", f"`dW` must have the shape of `W`, {W.shape}; it came back as {gradient.shape}."
        )
    return [float(number.reshape(())), gradient]


def watched_loss(loss: Callable, seed: int) -> dict[str, Any]:
    """Return loss and gradient of six rows without a penalty and with one, and what is left of the arguments."""
    W, X, y = case(seed, 6, 4, 3)
    plain, penalised = pair(loss, W, X, y, 0.0), pair(loss, W, X, y, 0.7)
    other = pair(loss, W, X[::-1] / 2, (y + 1) % 3, 0.0)
    return {
        "the loss without a penalty": plain[0],
        "the gradient without a penalty": plain[1],
        "the loss with a penalty": penalised[0],
        "the gradient with a penalty": penalised[1],
        "the loss of six other rows": other[0],
        "the gradient of six other rows": other[1],
        "W, X and y afterwards": kept(loss, W, X, y, 0.7),
    }


def margins(loss: Callable, seed: int, deltas: Sequence[float]) -> list[list[Any]]:
    """Return loss and gradient for several margins, without a penalty."""
    return [pair(loss, *case(seed + k, 5, 3, 4), 0.0, delta) for k, delta in enumerate(deltas)]


def large_scores(loss: Callable, seed: int, size: float) -> str:
    """Return in a word whether a number added to all scores of every row, through the bias, changes anything."""
    W, X, y = case(seed, 4, 3, 3)
    shifted = W.copy()
    shifted[:, -1] += size
    return compared(pair(loss, shifted, X, y, 0.0), pair(loss, W, X, y, 0.0))


def rows_apart(loss: Callable, seed: int, size: float) -> str:
    """Return in a word whether anything changes if each row's scores are all raised by a number of its own."""
    W, X, y = case(seed, 4, 3, 3)
    X[:, 0] = size * np.arange(4)
    level, raised = W.copy(), W.copy()
    level[:, 0], raised[:, 0] = 0.0, 1.0
    return compared(pair(loss, raised, X, y, 0.0), pair(loss, level, X, y, 0.0))


def compared(there: list[Any], here: list[Any]) -> str:
    """Return in words whether a loss and its gradient are finite, and what they are elsewhere."""
    if not np.isfinite(there[0]) or not np.isfinite(there[1]).all():
        return "not finite"
    return "nothing changes" if same(there, here, 1e-6) else "something changes"


def worked(loss: Callable, W: np.ndarray, x: float, reg: float) -> dict[str, Any]:
    """Return loss and gradient of the worked example: one row of one number, with the label 0."""
    number, gradient = pair(loss, W, np.array([[x]]), np.array([0]), reg)
    return {"the loss of the worked example": number, "the gradient of the worked example": gradient}


def visible_svm(loss: Callable) -> dict[str, Any]:
    """Watch ``svm_gradient``."""
    found = worked(loss, np.array([[1.0, 0.0], [0.0, 0.0]]), 0.5, 0.1) | watched_loss(loss, 3)
    last = found.popitem()
    large, none = margins(loss, 5, [3.0, 0.0])
    deltas = {"loss and gradient for delta = 3": large, "loss and gradient for delta = 0": none}
    return {**found, **deltas, last[0]: last[1]}


def visible_softmax(loss: Callable) -> dict[str, Any]:
    """Watch ``softmax_gradient``."""
    found = worked(loss, np.zeros((2, 2)), 4.0, 0.5) | watched_loss(loss, 4)
    last = found.popitem()
    return {
        **found,
        "1000 added to every score": large_scores(loss, 6, 1000.0),
        "every row raised by another number": rows_apart(loss, 7, 1000.0),
        last[0]: last[1],
    }


# Batches


def numbered(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows that hold their own number, (n, 2), and labels that belong to it, (n,)."""
    rows = np.arange(n)
    return np.stack([rows, -rows / 3], axis=1), 3 * rows + 1


def cut(minibatches: Callable, n: int, size: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the batches as pairs of arrays.  Raises ``Unusable`` for what are no pairs."""
    X, y = numbered(n)
    answer = required(call(minibatches, X, y, size, np.random.default_rng(seed)), what="the list of batches")
    try:
        batches = list(answer)  # a generator may be read only once
        pairs = [(floats(each[0], "rows"), floats(each[1], "labels")) for each in batches if len(each) == 2]
        whole = len(pairs) == len(batches)
    except (TypeError, IndexError):
        pairs, whole = [], False
    if not whole or any(rows.ndim != 2 or labels.shape != (len(rows),) for rows, labels in pairs):
        raise Unusable(
            "wrong type",
            "It must return a list of pairs: rows (n, D) and their labels (n,);"
            f" it returned {describe(answer)} with other things in it.",
        )
    return pairs


def batch_facts(batches: Callable, n: int, size: int, seed: int) -> dict[str, Any]:
    """Return how large the batches are, which rows they hold, and whether the labels are those of the rows."""
    found = cut(batches, n, size, seed)
    rows = [each[:, 0].astype(int) for each, _ in found]
    every = np.concatenate(rows) if rows else np.zeros(0, int)
    labels = np.concatenate([each for _, each in found]) if found else np.zeros(0)
    twice = any(len(np.unique(each)) < len(each) for each in rows)
    again = len(np.unique(every)) < len(every)
    missing = len(np.unique(every)) < n
    return {
        "the sizes of the batches": [len(each) for each in rows],
        "the rows": (
            "some twice in one batch" if twice else "some in several batches" if again
            else "some in no batch" if missing else "each once"
        ),
        "how far the numbers in the rows are off": max(
            (float(np.abs(each[:, 1] + each[:, 0] / 3).max()) for each, _ in found if each.size), default=0.0
        ),
        "the labels": (
            "with their rows" if np.array_equal(labels, 3 * every + 1)
            else "in the order of the data" if (np.diff(labels) > 0).all() else "with other rows"
        ),
    }  # fmt: skip


def order_of_rows(batches: Callable) -> str:
    """Return in words how rows that follow each other are spread, over thirty draws."""
    together = []
    for seed in range(30):
        batch_of = np.full(60, -1)
        for number, (rows, _) in enumerate(cut(batches, 60, 12, seed)):
            batch_of[rows[:, 0].astype(int)] = number
        together.append((batch_of[1:] == batch_of[:-1]).mean())
    share = np.mean(together)
    return "neighbours stay together" if share > 0.5 else "mixed" if share > 0.1 else "dealt in turn"


def draw(batches: Callable) -> str:
    """Return in words whether the batches depend on the generator and on nothing else."""
    one, again, other = ([rows[:, 0].tolist() for rows, _ in cut(batches, 23, 5, seed)] for seed in (0, 0, 1))
    if one != again:
        return "not repeatable"
    return "from rng" if one != other else "always the same"


def next_epoch(batches: Callable) -> str:
    """Return in words whether a second epoch, drawn from the same generator, has other batches than the first."""
    rng, (X, y) = np.random.default_rng(5), numbered(23)
    epochs = [
        [floats(each[0], "rows")[:, 0].tolist() for each in call(batches, X.copy(), y.copy(), 5, rng)]
        for _ in range(2)
    ]
    return "other batches" if epochs[0] != epochs[1] else "the same batches"


def visible_batches(batches: Callable) -> dict[str, Any]:
    """Watch ``minibatches``: sizes, rows, labels, order, generator, and what is left of X and y."""
    cases = [batch_facts(batches, n, 5, 0) for n in (23, 21, 20)]
    return {
        **{part: [found[part] for found in cases] for part in cases[0]},
        "the order of the rows": order_of_rows(batches),
        "the draw": draw(batches),
        "the second epoch": next_epoch(batches),
        "X and y afterwards": kept(batches, *numbered(12), 4, np.random.default_rng(1)),
    }


# Training


def squares(W: Any, X: Any, y: Any) -> tuple[float, np.ndarray]:
    """Return least squares of a linear function with a bias, and its gradient: a loss to practise on."""
    W, X = np.asarray(W, dtype=np.float64), np.asarray(X, dtype=np.float64)
    wrong = X @ W[0, :-1] + W[0, -1] - np.asarray(y)
    return float((wrong**2).mean() / 2), np.append(wrong @ X, wrong.sum())[None] / len(X)


class Dealer:
    """Deals batches of rows, other ones at every call, and counts the calls."""

    def __init__(self, size: int):
        self.size, self.calls = size, 0

    def batches(self, X: Any, y: Any) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return the batches of one epoch."""
        order = np.random.default_rng(self.calls).permutation(len(y))
        self.calls += 1
        parts = [order[start : start + self.size] for start in range(0, len(y), self.size)]
        return [(np.asarray(X)[part], np.asarray(y)[part]) for part in parts]


def trained(train: Callable, *arguments: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights and the losses that a loop returns.  Raises ``Unusable``."""
    answer = required_pair(call(train, *arguments), "W, losses")
    weights, losses = (floats(each, "W, losses") for each in answer)
    return weights, losses


def rehearse(train: Callable, *, rows: int, size: int, epochs: int, seed: int) -> dict[str, Any]:
    """Return what a loop makes of least squares with a rule that keeps state, and what it left of its arguments.

    The rule works in place; a second one returns the same in new arrays and a new config.
    """
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 3))
    y = X @ np.array([1.0, -2.0, 0.5]) + 0.3 + 0.1 * rng.normal(size=rows)
    W, config, dealer = rng.normal(size=(1, 4)), {"learning_rate": 0.2}, Dealer(size)
    start = W.copy()
    found, losses = trained(train, squares, W, X, y, slowing, config, dealer.batches, epochs)
    anew, _ = trained(
        train, squares, start.copy(), X, y, slowing_anew, {"learning_rate": 0.2}, Dealer(size).batches, epochs
    )
    return {
        "W": found,
        "the losses": losses,
        "W, with a rule that returns new arrays": anew,
        "how often batches are drawn": dealer.calls,
        "the first W and config afterwards": (
            KEPT if unchanged((start, {"learning_rate": 0.2}), (W, config)) else CHANGED
        ),
    }


def visible_training(train: Callable) -> dict[str, Any]:
    """Watch ``train_linear``: three epochs of four batches."""
    return rehearse(train, rows=20, size=6, epochs=3, seed=7)
