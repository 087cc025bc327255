"""Losses of lesson 02 watched: on ordinary scores, on scores that strain floating point, and what is left of them.

Nothing here knows a formula: strained scores are compared with the same scores without their common part, and a
first look at equal scores tells whether there is a loss to strain at all.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course.probes.answers import required_pair
from course.probes.base import Unusable, call
from course.probes.comparing import same
from course.probes.in_place import unchanged
from course.probes.wording import describe

UNSEEN = "not looked at"
ROUNDED = 4
"""Digits after the point of a watched loss: a small constant inside its logarithm is looked at by itself."""


def pair(loss: Callable, scores: ArrayLike, y: ArrayLike, *more: Any) -> list:
    """Return the loss as a number and its gradient as an array, from copies of the arguments.

    Raises ``Unusable`` for anything else.
    """
    scores = np.array(scores, dtype=np.float64)
    answer = required_pair(call(loss, scores.copy(), np.array(y), *more), "loss, dscores")
    value, gradient = answer
    if value is None or gradient is None:
        raise Unusable("returns None", "One of loss and dscores came back as None. Was it assigned?")
    number, gradient = as_floats(value, "loss", "a number"), as_floats(gradient, "dscores", "an array")
    if number.size != 1:
        raise Unusable("wrong shape", f"`loss` must be one number; it came back as {describe(value)}.")
    if gradient.shape != scores.shape:
        raise Unusable(
            "wrong shape",
            f"`dscores` must have the shape of `scores`, {scores.shape}; it has {gradient.shape}.",
        )
    return [float(number.reshape(())), gradient]


def as_floats(value: Any, name: str, kind: str) -> np.ndarray:
    """Return a value as a new float64 array.  Raises ``Unusable``."""
    try:
        return np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise Unusable("wrong type", f"`{name}` must be {kind}; it came back as {describe(value)}.") from None


SOFTMAX, HINGE = (math.log(4), 1 / 8), (3.0, 1 / 2)
"""What two rows of four equal scores cost, and what they send back to each wrong class: all is well at chance."""


def at_chance(loss: Callable, chance: tuple[float, float]) -> bool:
    """Whether two rows of four equal scores cost what chance costs, with the gradient that belongs to it."""
    value, gradient = pair(loss, np.zeros((2, 4)), [2, 0])
    expected = np.full((2, 4), chance[1])
    expected[[0, 1], [2, 0]] *= -3
    return abs(value - chance[0]) < 1e-3 and np.abs(gradient - expected).max() < 1e-3


def kept(loss: Callable, scores: ArrayLike, y: ArrayLike, chance: tuple[float, float]) -> str:
    """Return whether the arguments hold after the call what they held before it: ``kept`` or ``changed``.

    Of a loss that is wrong at chance that is not asked yet.
    """
    given = [np.array(scores, dtype=np.float64), np.array(y)]
    before = [each.copy() for each in given]
    call(loss, *given)
    return "kept" if unchanged(before, given) or not at_chance(loss, chance) else "changed"


def strained(loss: Callable, size: float) -> dict[str, str]:
    """Return in one word each what a softmax loss makes of large scores, of rows far apart and of p = 0.

    size  of the large scores, above 750: exp(size) overflows and exp(-size) is 0

    A slip that shows at equal scores already is not strained further, and one that overflows is not either.
    """
    parts = ("a large score", "rows far apart", "a label whose probability is 0")
    if not at_chance(loss, SOFTMAX):
        return dict.fromkeys(parts, UNSEEN)
    large = compared(pair(loss, [[size, size - 1, -size]], [1]), pair(loss, [[0, -1, -2 * size]], [1]))
    if large != "right":
        return dict(zip(parts, (large, UNSEEN, UNSEEN), strict=True))
    apart = pair(loss, np.array([[size, size - 1], [0, 1]]), [1, 1])
    one, other = pair(loss, [[0, -1]], [1]), pair(loss, [[0, 1]], [1])
    together = [(one[0] + other[0]) / 2, np.concatenate([one[1], other[1]]) / 2]
    return dict(zip(parts, (large, compared(apart, together), vanishing(loss, size)), strict=True))


def compared(found: list, expected: list) -> str:
    """Return ``right``, ``not finite`` or ``wrong``."""
    if not math.isfinite(found[0]) or not np.isfinite(found[1]).all():
        return "not finite"
    return "right" if same(found, expected, 1e-3) else "wrong"


def vanishing(loss: Callable, size: float) -> str:
    """Return what becomes of a label that lies ``size`` behind: right, infinite, cut off or wrong."""
    value, gradient = pair(loss, [[-size, 3, 0]], [0])
    ahead, others = pair(loss, [[3, 0]], [1])
    if not same(gradient, np.array([[-1.0, others[0, 0], others[0, 1] + 1]]), 1e-5):
        return "wrong gradient"
    if not math.isfinite(value):
        return "infinite"
    if same(value, size + ahead, 1e-5):
        return "right"
    return "cut off" if 5 < value < 746 else "wrong"  # -log of the smallest float64 above 0 is 745


def visible_softmax(loss: Callable) -> dict[str, Any]:
    """Watch ``softmax_loss``."""
    return {
        **three_rows(loss, [[1.0, 2.0, 0.0], [0.5, -1.0, 3.0], [0.2, 0.4, -2.0]]),
        "loss of equal scores": round(pair(loss, [[0.0, 0.0, 0.0, 0.0]], [2])[0], ROUNDED),
        **strained(loss, 1000.0),
        "scores afterwards": kept(loss, [[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]], [1, 0], SOFTMAX),
    }


def visible_hinge(loss: Callable) -> dict[str, Any]:
    """Watch ``svm_loss``."""
    return {
        **three_rows(loss, [[1.0, 2.2, 0.5], [0.5, -1.0, 3.0], [0.2, 0.4, -2.0]]),
        "loss of equal scores": round(pair(loss, [[0.0, 0.0, 0.0, 0.0]], [2])[0], ROUNDED),
        "loss and gradient with delta = 2": pair(loss, [[5.0, 0.0], [0.0, 1.5]], [0, 1], 2.0),
        "loss and gradient with delta = 0": pair(loss, [[5.0, 0.5], [0.5, 1.5]], [1, 1], 0.0),
        "scores afterwards": kept(loss, [[1.0, 2.2, 0.5], [0.5, -1.0, 3.0]], [1, 0], HINGE),
    }


def three_rows(loss: Callable, scores: ArrayLike) -> dict[str, Any]:
    """Return the loss and the gradient of three rows with the labels 1, 0 and 0, and the precision of the gradient.

    Of a gradient in single precision, whose last digits are luck, the first digits are kept.
    """
    value, gradient = pair(loss, scores, [1, 0, 0])
    single = bool((gradient == gradient.astype(np.float32)).all())
    return {
        "loss of three rows": round(value, ROUNDED),
        "gradient of three rows": np.round(gradient, ROUNDED) if single else gradient,
        "precision of the gradient": "single" if single else "double",
    }
