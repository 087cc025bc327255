"""Watch how rows are parted into folds, and who is trained and judged on which."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.probes.answers import floats, required
from course.probes.base import Unusable, call
from course.probes.in_place import CHANGED, KEPT, unchanged
from course.probes.wording import describe

# Folds


def parted(folds: Callable, n: int, parts: int, seed: int) -> list[np.ndarray]:
    """Return the folds as arrays.  Raises ``Unusable`` for what are no lists of row numbers."""
    answer = required(call(folds, n, parts, np.random.default_rng(seed)), what="the folds")
    try:
        each_fold = list(answer) if len(answer) else []  # what has no length can be gone through once only
    except TypeError:
        raise Unusable(
            "wrong type", f"It must return a list of arrays; it returned {describe(answer)}."
        ) from None
    return [fold(each) for each in each_fold]


def fold(given: Any) -> np.ndarray:
    """Return one fold as an array.  Raises ``Unusable`` for what is no row of whole numbers or truth values."""
    try:
        part = np.asarray(given)
    except (
        ValueError
    ):  # arrays of several lengths, as in a pair of those that train and those that are held out
        part = np.empty((0, 0))
    if part.ndim != 1 or (len(part) and part.dtype.kind not in "iub"):
        raise Unusable(
            "wrong type", f"Every fold must be one array of row numbers; one came back as {describe(given)}."
        )
    return part.astype(np.int64) if part.dtype.kind != "b" else part


def row_numbers(found: Sequence[np.ndarray], n: int) -> str:
    """Return in words which row numbers the folds hold."""
    if any(part.dtype.kind == "b" for part in found):
        return "masks"
    every = np.sort(np.concatenate(found)) if found else np.zeros(0, int)
    if len(every) and (every[0] < 0 or every[-1] >= n):
        return "beyond the rows"
    if any(len(np.unique(part)) < len(part) for part in found):
        return "some twice in one fold"
    if len(np.unique(every)) < len(every):
        return "some in several folds"
    return "each once" if len(every) == n else "some never"


def sizes(found: Sequence[np.ndarray]) -> str:
    """Return in words how the sizes of the folds differ."""
    lengths = [len(part) for part in found]
    even = max(lengths, default=0) - min(lengths, default=0) <= 1
    return "even" if even else f"uneven: {', '.join(map(str, lengths))} rows"


def mixing(folds: Callable, n: int = 60, parts: int = 5, seeds: int = 30) -> str:
    """Return in a word how often rows that follow each other are in one fold: as chance has it, or not."""
    together = []
    for seed in range(seeds):
        fold_of = np.full(n, -1)
        for number, part in enumerate(parted(folds, n, parts, seed)):
            fold_of[part[part < n] if part.dtype.kind != "b" else np.flatnonzero(part)[:n]] = number
        together.append((fold_of[1:] == fold_of[:-1]).mean())
    share = np.mean(together)
    return "neighbours stay together" if share > 0.5 else "mixed" if share > 0.1 else "dealt in turn"


def drawing(folds: Callable) -> str:
    """Return in words whether the folds depend on the generator and on nothing else."""
    one, again, other = ([part.tolist() for part in parted(folds, 23, 4, seed)] for seed in (0, 0, 1))
    if one != again:
        return "not repeatable"
    return "from rng" if one != other else "always the same"


def cut(folds: Callable, cases: Sequence[tuple[int, int]], seed: int) -> list[tuple[int, str, str]]:
    """Return for every (n, parts): how many folds there are, which rows they hold, how their sizes differ."""
    found = [(parted(folds, n, parts, seed), n) for n, parts in cases]
    return [(len(each), row_numbers(each, n), sizes(each)) for each, n in found]


def visible_folds(folds: Callable) -> dict[str, Any]:
    """Watch ``folds``: the rows, the sizes, the order, the generator."""
    found = parted(folds, 23, 5, 0)
    return {
        "the number of folds": len(found),
        "the row numbers": row_numbers(found, 23),
        "the sizes": sizes(found),
        "the order of the rows": mixing(folds),
        "the draw": drawing(folds),
    }


# Training and judging


class Clerk:
    """A classifier to practise on: it compares the k-th column of a row with the next one of the rows that train.

    It is of no use; what it answers depends on the rows that train, on the row asked about, on k and on nothing
    else, and a row that it was given need not be the one it finds.  It notes how many rows trained and were asked.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[int, int]] = []

    def predict(self, X_train: Any, y_train: Any, X: Any, k: int) -> np.ndarray:
        """Return a label for every row of X.  Raises ``ValueError`` for rows and labels that do not fit."""
        X_train, y_train, X = np.asarray(X_train), np.asarray(y_train), np.asarray(X)
        if X_train.ndim != 2 or X.ndim != 2 or len(X_train) != len(y_train):
            raise ValueError(
                f"X_train {X_train.shape}, y_train {y_train.shape} and X {X.shape} do not fit together."
            )
        self.calls.append((len(X_train), len(X)))
        one, other = int(k) % X.shape[1], (int(k) + 1) % X.shape[1]
        return y_train[np.abs(X[:, None, one] - X_train[None, :, other]).argmin(axis=1)]


def labelled(seed: int, count: int, columns: int, classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return rows (count, columns) and labels that some columns tell more about than others."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, count)
    return rng.normal(size=(count, columns)) + np.linspace(0, 3, columns) * y[:, None], y


def uneven(seed: int, n: int, parts: int) -> list[np.ndarray]:
    """Return folds of n rows whose sizes differ a little."""
    order = np.random.default_rng(seed).permutation(n)
    return [np.sort(part) for part in np.array_split(order, parts)]


def validated(
    cross_validate: Callable, seed: int, n: int, parts: int, ks: Sequence[int], classes: int = 3
) -> np.ndarray:
    """Return the table that a candidate makes of a practice classifier.  Raises ``Unusable``."""
    X, y = labelled(seed, n, 6, classes)
    answer = call(cross_validate, Clerk().predict, X, y, uneven(seed, n, parts), list(ks))
    return floats(answer, "the table")


def validation_leaves(cross_validate: Callable, seed: int) -> str:
    """Return whether the rows and the labels are what they were after the call."""
    X, y = labelled(seed, 20, 6)
    given = X.copy(), y.copy()
    call(cross_validate, Clerk().predict, *given, uneven(seed, 20, 3), [1, 4])
    return KEPT if unchanged((X, y), given) else CHANGED


def visible_validation(cross_validate: Callable) -> dict[str, Any]:
    """Watch ``cross_validate`` with a practice classifier, four folds and three values of k."""
    return {
        "the shares right": validated(cross_validate, 6, 30, 4, [1, 5, 4]),
        "X and y afterwards": validation_leaves(cross_validate, 7),
    }
