"""Watch what a reader's functions of lesson F1 do: distances, votes, folds, and who is trained and judged on what.

Each function drives a candidate and returns what it saw as plain data; none knows what is right: the visible check
compares with a recording.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.probes.answers import floats, required, two_numbers
from course.probes.base import Unusable, call
from course.probes.comparing import same
from course.probes.in_place import unchanged
from course.probes.wording import describe

KEPT, CHANGED = "kept", "changed"


def left(function: Callable, *arguments: Any) -> str:
    """Return whether all arrays hold after the call what they held before it: ``kept`` or ``changed``."""
    given = [np.array(each) if isinstance(each, np.ndarray | list) else each for each in arguments]
    call(function, *given)
    return KEPT if all(map(unchanged, arguments, given)) else CHANGED


# Distances


def rows(seed: int, count: int, columns: int, *, size: float = 1.0, shift: float = 0.0) -> np.ndarray:
    """Return rows of random numbers, (count, columns)."""
    return shift + size * np.random.default_rng(seed).normal(size=(count, columns))


def equal_rows(distances: Callable) -> str:
    """Return in a word what the distance of a row to an equal one is, for a hundred rows.

    A formula with a difference of large numbers gives a rounding error there, which may be negative before a root.
    """
    X = rows(3, 100, 50)
    own = floats(call(distances, X.copy(), X.copy()), "the distances")
    if own.shape != (100, 100):
        return "another shape"
    own = np.diagonal(own)
    if np.isnan(own).any():
        return "not a number"
    return "zero" if np.abs(own).max() < 1e-5 else "not zero"


def bytes_as_numbers(distances: Callable) -> bool:
    """Return whether pixels that are whole numbers of 8 bits have the distances of the same pixels as floats."""
    X, Y = np.random.default_rng(4).integers(0, 256, (2, 6, 5))
    small = call(distances, X.astype(np.uint8), Y.astype(np.uint8))
    return same(
        floats(small, "the distances"),
        floats(call(distances, X * 1.0, Y * 1.0), "the distances"),
        1e-5,
    )


def visible_distances(distances: Callable) -> dict[str, Any]:
    """Watch ``distances``: right triangles, ordinary rows, equal rows, pixels of 8 bits, and what is left of X."""
    corners = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]])
    X, Y = rows(1, 4, 3), rows(2, 6, 3)
    return {
        "the distances of [0, 0], [3, 0] and [3, 4] to the last two of them": floats(
            call(distances, corners.copy(), corners[1:].copy()), "the distances"
        ),
        "the distances of 4 rows to 6": floats(call(distances, X.copy(), Y.copy()), "the distances"),
        "the distances of 4 other rows to 6": floats(call(distances, -2 * X, Y + 1), "the distances"),
        "the distance of equal rows": equal_rows(distances),
        "pixels of 8 bits are counted as numbers": bytes_as_numbers(distances),
        "X and Y afterwards": left(distances, X, Y),
    }


# Votes


def neighbours(seed: int, count: int, width: int) -> np.ndarray:
    """Return labels (count, width) of three classes, 2, 5 and 9, the nearest first; ties are frequent."""
    return np.random.default_rng(seed).choice([2, 5, 9], size=(count, width))


def visible_vote(vote: Callable) -> dict[str, Any]:
    """Watch ``vote``: clear majorities, ties, one neighbour, and what is left of the labels."""
    clear = np.array([[4, 7, 7, 1, 7], [3, 3, 8, 3, 8], [6, 0, 0, 6, 0]])
    tied = np.array([[8, 3, 3, 8, 1], [1, 7, 4, 4, 7], [2, 6, 0, 0, 6], [9, 4, 4, 0, 9]])
    many = neighbours(5, 12, 9)
    return {
        "the votes of [4 7 7 1 7], [3 3 8 3 8], [6 0 0 6 0] for k = 5": floats(
            call(vote, clear.copy(), 5), "one label a row"
        ),
        "the votes of the same rows for k = 3": floats(call(vote, clear.copy(), 3), "one label a row"),
        "the votes where two classes are level": [
            floats(call(vote, tied.copy(), k), "one label a row") for k in (4, 5)
        ],
        "the votes of twelve rows": [
            floats(call(vote, many.copy(), k), "one label a row") for k in (1, 6, 7)
        ],
        "the labels afterwards": left(vote, many, 5),
    }


# Folds


def parted(folds: Callable, n: int, parts: int, seed: int) -> list[np.ndarray]:
    """Return the folds as arrays.  Raises ``Unusable`` for what are no lists of row numbers."""
    answer = required(call(folds, n, parts, np.random.default_rng(seed)), what="the folds")
    try:
        each_fold = list(answer)
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


def tested(once: Callable, seed: int, ks: Sequence[int], best: int) -> dict[str, Any]:
    """Return what a candidate reports of a practice classifier, and how often it asked about the test rows.

    best  which of ks has the best mean; the best single fold, the best of every fold alone, the best median and the
          best of the worst folds belong to others, and the test rows are for another one too, whichever that is
    """
    X, y = labelled(seed, 40, 6)
    X_test, y_test = labelled(seed + 100, 47, 6)
    clerk = Clerk()
    table = np.full((len(ks), 4), 0.5) + 0.01 * np.random.default_rng(seed).random((len(ks), 4))
    table[best] += [0.23, 0.23, 0.23, 0.11]
    table[(best + 2) % len(ks), 1] += 0.4
    table[(best + 1) % len(ks), 0] += 0.28
    spare = len(ks) > 4  # else the row with the best first fold has the best worst fold, too
    table[(best + (4 if spare else 1)) % len(ks)] += [0.15 * spare, 0.15, 0.15, 0.15]
    table[(best + 3) % len(ks)] += [0.25, 0.25, 0.25, -0.4]
    if for_the_test_rows(clerk, X, y, X_test, y_test, ks) == best:
        raise ValueError("Choose another seed: the test rows are for the k with the best mean.")
    clerk.calls.clear()
    k, accuracy = two_numbers(call(once, clerk.predict, X, y, X_test, y_test, list(ks), table), "k, accuracy")
    asked = [(trained, count) for trained, count in clerk.calls if count >= len(X_test)]
    return {
        "k": k,
        "the accuracy": accuracy,
        "how often the test rows were asked about": len(asked),
        "how many rows trained": asked[-1][0] if asked else 0,
    }


def for_the_test_rows(clerk: Clerk, X: Any, y: Any, X_test: Any, y_test: Any, ks: Sequence[int]) -> int:
    """Return the place of the k that does best on the test rows."""
    return int(np.argmax([(clerk.predict(X, y, X_test, k) == y_test).mean() for k in ks]))


def visible_test_rows(once: Callable) -> dict[str, Any]:
    """Watch ``ask_once`` with a practice classifier: the best k stands in the middle, at the end, at the start."""
    cases = {
        "the best k in the middle": tested(once, 54, [1, 2, 3, 4, 5], best=3),
        "the best k last": tested(once, 45, [4, 1, 5, 3, 2], best=4),
        "the best k first": tested(once, 47, [3, 5, 2, 4], best=0),
    }
    return {f"{part}, {case}": each for case, found in cases.items() for part, each in found.items()}


# Moved images


class Viewer:
    """A classifier of images to practise on: the label is the brightest of some patches.

    It notes which images it was shown.
    """

    def __init__(self, seed: int, shape: tuple[int, int], classes: int):
        self.patterns = np.random.default_rng(seed).normal(size=(classes, *shape))
        self.shown = 0

    def classify(self, images: Any) -> np.ndarray:
        """Return a label for every image.  Raises ``ValueError`` for what are no images."""
        images = np.asarray(images, dtype=np.float64)
        if images.ndim != 3 or images.shape[1:] != self.patterns.shape[1:]:
            raise ValueError(
                f"images must be (N, {self.patterns.shape[1]}, {self.patterns.shape[2]}); got {images.shape}."
            )
        self.shown += len(images)
        return np.einsum("nhw,chw->nc", images, self.patterns).argmax(axis=1)


def moved_shares(
    shifted_share: Callable, seed: int, count: int, shape: tuple[int, int], classes: int
) -> list:
    """Return (share as they are, share when moved) that a candidate makes of a practice classifier."""
    viewer = Viewer(seed, shape, classes)
    images = np.random.default_rng(seed + 1).random((count, *shape))
    y = viewer.classify(images)
    y[:: max(2, count // 4)] = (y[:: max(2, count // 4)] + 1) % classes
    return two_numbers(call(shifted_share, viewer.classify, images.copy(), y.copy()), "as_they_are, by_one")


def images_left(shifted_share: Callable, seed: int) -> str:
    """Return whether the images are what they were after the call."""
    viewer, images = Viewer(seed, (4, 5), 3), np.random.default_rng(seed + 1).random((12, 4, 5))
    given, y = images.copy(), viewer.classify(images)
    call(shifted_share, viewer.classify, given, y)
    return KEPT if unchanged(images, given) else CHANGED


def visible_shares(shifted_share: Callable) -> dict[str, Any]:
    """Watch ``shifted_share`` with a practice classifier of small images."""
    cases = [moved_shares(shifted_share, *case) for case in ((11, 97, (5, 6), 4), (12, 83, (6, 4), 3))]
    return {
        "the share of images as they are": [as_they_are for as_they_are, _ in cases],
        "the share of moved images": [by_one for _, by_one in cases],
        "the images afterwards": images_left(shifted_share, 10),
    }
