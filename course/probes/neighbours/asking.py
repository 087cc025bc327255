"""Watch how often the test rows are asked about, and what moved images cost."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.probes.answers import two_numbers
from course.probes.base import call
from course.probes.in_place import CHANGED, KEPT, unchanged
from course.probes.neighbours.folding import Clerk, labelled


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
