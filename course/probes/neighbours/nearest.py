"""Watch distances, and votes of the nearest rows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course.probes.answers import floats
from course.probes.base import call
from course.probes.comparing import same
from course.probes.in_place import CHANGED, KEPT, unchanged


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
