"""Right to some digits: answers that a type of fewer digits, or a rounding, has spoiled."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from course.probes.base import Raised, Unusable
from course.probes.comparing import same

NEAR = 5e-6
"""Greatest relative error that is taken for lost digits.  A run of 24 steps in float32 loses up to 1e-6; the
nearest mistake that no known one explains, a derivative by another step, is off by more than this."""

COARSE = 0.03
"""Greatest relative error that a float16 or a rounding explains, where all that is wrong is a float16 or rounded.
A run of 24 steps in float16 loses up to 1e-2."""

DECIMALS = 5
"""Places behind the point of numbers that are taken for rounded."""


def error(outcome: Any, expected: Any) -> float:
    """Return the greatest relative error of an outcome, normwise as in ``same``; inf where no number is wrong."""
    if isinstance(outcome, Raised | Unusable | str | bool | np.bool_ | None) or isinstance(
        expected, Raised | Unusable | str | bool | np.bool_ | None
    ):
        return 0.0 if not isinstance(outcome, Unusable) and same(outcome, expected) else math.inf
    if isinstance(expected, Mapping):
        if not isinstance(outcome, Mapping) or outcome.keys() != expected.keys():
            return math.inf
        return max((error(outcome[key], expected[key]) for key in expected), default=0.0)
    if isinstance(expected, list | tuple) and isinstance(outcome, list | tuple):
        if len(outcome) != len(expected):
            return math.inf
        return max(map(error, outcome, expected), default=0.0)
    return relative(outcome, expected)


def relative(outcome: Any, expected: Any) -> float:
    """Return the greatest difference of two arrays by the greatest entry; inf for other shapes, NaN and inf."""
    try:
        mine, right = np.asarray(outcome, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return math.inf
    if mine.shape != right.shape:
        return math.inf
    if mine.size:
        with np.errstate(over="ignore", invalid="ignore"):
            off, most = float(np.abs(mine - right).max()), float(np.abs(right).max())
        if math.isfinite(off) and math.isfinite(most):  # so all numbers are finite
            return off / (most or 1.0)
    finite = np.isfinite(right)
    if not np.array_equal(np.isfinite(mine), finite):
        return math.inf
    if not np.array_equal(mine[~finite], right[~finite], equal_nan=True):
        return math.inf
    if not finite.any():
        return 0.0
    with np.errstate(over="ignore"):
        off = float(np.abs(mine[finite] - right[finite]).max())
    return off / (float(np.abs(right[finite]).max()) or 1.0)


def digits(worst: float) -> int:
    """Return how many digits are right at a relative error."""
    return min(max(int(-math.log10(worst)), 1), 15) if worst > 0 else 15


def lost(outcome: Any, expected: Any, near: float = NEAR) -> int | None:
    """Return to how many digits an outcome that is not right is right, None if digits are not what is wrong."""
    worst = error(outcome, expected)
    return digits(worst) if worst <= near else None


def coarse(outcome: Any, expected: Any, near: float = NEAR) -> int | None:
    """Return to how many digits an outcome is right in which everything that is wrong is a float16 or is rounded.

    None if its error is another one.
    """
    worst = error(outcome, expected)
    if worst > max(COARSE, near):
        return None
    if isinstance(expected, list | tuple) and not any(
        isinstance(each, Mapping | list | tuple) or np.ndim(each) for each in expected
    ):
        return digits(worst) if several_rounded(outcome, expected) else None
    pairs = list(wrong_numbers(outcome, expected))
    mine, right = (np.concatenate([np.ravel(pair[k]) for pair in pairs] or [np.empty(0)]) for k in (0, 1))
    with np.errstate(over="ignore"):
        held = mine.astype(np.float16) == mine
    places = next((k for k in range(DECIMALS + 1) if (mine.round(k) == mine).all()), None)
    rounded = places is not None and (right.round(places) != right).any()  # -0.01 is no rounding of 0.01
    return digits(worst) if mine.size and (held.all() or rounded) else None


def several_rounded(outcome: Sequence, expected: Sequence) -> bool:
    """Return whether all of several numbers, the right ones too, are a float16 or rounded to as many decimals.

    One round number among others that are exact, such as a limit of 1 for 0.99, has another cause.
    """
    numbers = [
        (float(mine), float(right))
        for mine, right in zip(outcome, expected, strict=True)
        if isinstance(right, int | float | np.number) and not isinstance(right, bool) and math.isfinite(right)
    ]
    mine, right = np.array(numbers or np.empty((0, 2))).T
    with np.errstate(over="ignore"):
        held = mine.astype(np.float16) == mine
    rounded = (np.array_equal(right.round(places), mine) for places in range(DECIMALS + 1))
    return mine.size > 0 and (bool(held.all()) or any(rounded))


def wrong_numbers(outcome: Any, expected: Any) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield what is not right among the arrays and numbers of an outcome of the right form, with what is due."""
    if isinstance(expected, Mapping):
        for key in expected:
            yield from wrong_numbers(outcome[key], expected[key])
    elif isinstance(expected, list | tuple) and isinstance(outcome, list | tuple):
        for mine, right in zip(outcome, expected, strict=True):
            yield from wrong_numbers(mine, right)
    elif not same(outcome, expected):
        yield np.asarray(outcome, dtype=np.float64), np.asarray(expected, dtype=np.float64)


def says(right_digits: int, kind: str = "float32") -> str:
    """Return what a reader is told.

    kind  of number that holds so many digits
    """
    return (
        f"Right to about {right_digits} digit{'s' * (right_digits != 1)}.\nEverything agrees to about"
        f" {right_digits} digit{'s' * (right_digits != 1)} and not further: is there a {kind} or a rounding in it?"
    )
