"""Whether two outcomes of a probe are the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course.probes.base import Raised


def same(outcome: Any, expected: Any, tolerance: float = 1e-9) -> bool:
    """Whether two outcomes are equal.

    Numbers and arrays are compared normwise, ``max|a - b| <= tolerance * max|b|``, leaf by leaf: a path is a
    list of arrays, so it is compared step by step.  NaN equals NaN and inf equals inf at the same place.
    Lists and tuples are alike; anything else must be equal.
    """
    if type(outcome) is type(expected) is np.ndarray and outcome.dtype == expected.dtype == np.float64:
        # a step of a path: nearly all comparisons end here, most of them with the very same numbers
        alike = outcome.shape == expected.shape and outcome.tobytes() == expected.tobytes()
        return alike or close(outcome, expected, tolerance)
    outcome, expected = plain(outcome), plain(expected)
    if isinstance(expected, Raised) or isinstance(outcome, Raised):
        return isinstance(outcome, Raised) and isinstance(expected, Raised) and outcome == expected
    if isinstance(expected, Mapping) or isinstance(outcome, Mapping):
        if not (isinstance(expected, Mapping) and isinstance(outcome, Mapping)):
            return False
        return outcome.keys() == expected.keys() and all(
            same(outcome[key], expected[key], tolerance) for key in expected
        )
    if isinstance(expected, tuple | list) or isinstance(outcome, tuple | list):
        if isinstance(expected, np.ndarray | np.generic) or isinstance(outcome, np.ndarray | np.generic):
            return close(outcome, expected, tolerance)
        if not (isinstance(expected, tuple | list) and isinstance(outcome, tuple | list)):
            return False
        return len(outcome) == len(expected) and all(
            same(mine, other, tolerance) for mine, other in zip(outcome, expected, strict=True)
        )
    if expected is None or outcome is None:
        return outcome is expected
    if isinstance(expected, str | bytes) or isinstance(outcome, str | bytes):
        return type(outcome) is type(expected) and outcome == expected
    if isinstance(expected, bool) or isinstance(outcome, bool):
        return outcome is expected
    return close(outcome, expected, tolerance)


def only_wrong(outcome: Any, expected: Any, tolerance: float) -> Any:
    """Return an outcome in which every part that is right is the expected one to the last digit."""
    if isinstance(expected, Mapping) and isinstance(outcome, Mapping):
        return {
            key: only_wrong(each, expected[key], tolerance) if key in expected else each
            for key, each in outcome.items()
        }
    if (
        isinstance(expected, list | tuple)
        and isinstance(outcome, list | tuple)
        and len(outcome) == len(expected)
    ):
        parts = [only_wrong(mine, due, tolerance) for mine, due in zip(outcome, expected, strict=True)]
        return tuple(parts) if isinstance(outcome, tuple) else parts
    return expected if same(outcome, expected, tolerance) else outcome


def plain(value: Any) -> Any:
    """Return what NumPy has for a truth value, a word or a list of words as Python's own; the rest as it is."""
    if isinstance(value, np.ndarray | np.generic) and (value.dtype.kind in "US" or value.shape == ()):
        return value.tolist() if value.dtype.kind in "USb" else value
    return value


ROUNDING = 1e-15
"""Numbers below this, in an array without larger ones, are zero but for the rounding of numbers of size one."""


def close(outcome: ArrayLike, expected: ArrayLike, tolerance: float) -> bool:
    """Whether ``max|outcome - expected| <= tolerance * max|expected|``, with NaN and inf in the same places.

    Where zero is expected, or what rounding leaves of it, the tolerance is that of numbers of size one.
    """
    try:
        a, b = np.asarray(outcome), np.asarray(expected)
        if a.dtype.kind in "USmM":  # NumPy would read numbers out of them
            return False
        if a.dtype == bool or b.dtype == bool:
            return a.dtype == b.dtype and a.shape == b.shape and bool((a == b).all())
        kind = np.complex128 if "c" in (a.dtype.kind, b.dtype.kind) else np.float64
        a, b = a.astype(kind, copy=False), b.astype(kind, copy=False)
    except (TypeError, ValueError, OverflowError):
        return False
    if a.shape != b.shape:
        return False
    if b.size == 0:
        return True
    with np.errstate(over="ignore"):
        scale = np.abs(b).max()
        if scale < np.inf:  # what is not finite in ``a`` alone makes the difference NaN or inf
            return bool(np.abs(a - b).max() <= tolerance * (scale if scale > ROUNDING else 1.0))
    finite = np.isfinite(b)
    if not np.array_equal(np.isfinite(a), finite) or not np.array_equal(
        a[~finite], b[~finite], equal_nan=True
    ):
        return False
    if not finite.any():
        return True
    scale = np.abs(b[finite]).max()
    with np.errstate(over="ignore"):
        return bool(np.abs(a[finite] - b[finite]).max() <= tolerance * (scale if scale > ROUNDING else 1.0))
