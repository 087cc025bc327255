"""Watch slopes by difference quotients, relative errors, and whether a step crosses a kink."""

import copy
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course import numerics
from course.probes.answers import required
from course.probes.base import Unusable, call
from course.probes.comparing import same
from course.probes.wording import describe

# 1. numerical_gradient


def slopes(gradient: Callable, f: Callable, x: ArrayLike, *step: float) -> np.ndarray:
    """Return what was measured, as float64.  ``x`` is handed on as it is.  Raises ``Unusable``."""
    measured = required(call(gradient, f, x, *step))
    try:
        return np.array(measured, dtype=np.float64, order="C")
    except (TypeError, ValueError):
        raise Unusable(
            "wrong type", f"It must return an array of slopes; it returned {describe(measured)}."
        ) from None


THREE_AXES = np.linspace(-1, 1, 24).reshape(2, 3, 4) * np.array([1.0, 0.0, 0.75])[:, None]
"""More numbers than a row holds, some of them zero."""

DEFAULT = 1e-5
"""The step where none is given."""

LOST, ROUNDED = "those of a step that is lost in rounding", "those of a step that is rounded itself"
COMPLEX = "those of a complex step"
"""Slopes whose digits are what rounding leaves: they differ with every way to write the same mistake."""


def measured(gradient: Callable, f: Callable, x: np.ndarray, *step: float) -> np.ndarray | str:
    """Return the slopes of ``f``, or in words why they say nothing.  Raises ``Unusable``.

    How far ``x`` is moved is seen by ``f``: by a millionth of the step that is asked for, or by a step that is
    not exact to 8 digits, as in single precision.  Slopes that are all zero are returned as they are.
    """
    start, moved, odd = np.array(x, dtype=np.float64), [0.0], []

    def watched(point: ArrayLike) -> float:
        if np.iscomplexobj(point):
            odd.append(COMPLEX)
        moved.append(float(np.abs(np.resize(np.asarray(point, dtype=np.float64), start.shape) - start).max()))
        return f(point)

    found = slopes(gradient, watched, x, *step)
    if odd:
        return COMPLEX
    ratio = max(moved) / (step or (DEFAULT,))[0]
    if not found.any():
        return found
    return LOST if ratio < 1e-6 else ROUNDED if 1e-8 < abs(ratio - 1) < 0.1 else found


def near(found: np.ndarray | str, places: int) -> np.ndarray | str:
    """Return slopes rounded to so many places; words as they are."""
    return found if isinstance(found, str) else found.round(places)


def in_another_type(gradient: Callable, f: Callable, x: np.ndarray, *step: float) -> str:
    """Return in words how the slopes at ``x`` agree with those at the same numbers in float64."""
    mine, usual = slopes(gradient, f, x.copy(), *step), slopes(gradient, f, x.astype(np.float64), *step)
    return "as for float64" if same(mine, usual) else "a few digits" if same(mine, usual, 1e-4) else "wrong"


def digits(found: np.ndarray | str) -> str:
    """Return in words how many digits slopes have that should be numbers of two decimals."""
    if isinstance(found, str):
        return "not two"
    off = np.abs(found - found.round(2)).max()
    return "those of float64" if off < 1e-8 else "those of float32" if off < 1e-5 else "not two"


def types(gradient: Callable, f: Callable, x: ArrayLike) -> dict[str, str]:
    """Return how the slopes at integers and at float32 entries are, and with which digits.  Raises ``Unusable``."""
    whole, short = np.array(x, dtype=np.int64), np.array(x, dtype=np.float32) / np.float32(4)
    return {
        "the slopes at integers": in_another_type(gradient, f, whole, 0.3),
        "the slopes at float32 entries": in_another_type(gradient, f, short),
        "the slopes at float32 entries with h = 0.3": in_another_type(gradient, f, short, 0.3),
    }


def left(gradient: Callable, x: np.ndarray, h: float) -> np.ndarray:
    """Return what is left of ``x`` after the call.  Raises ``Unusable``."""
    slopes(gradient, numerics.product, x, h)
    return x


def visible_gradient(gradient: Callable) -> dict[str, Any]:
    """Watch ``numerical_gradient``; slopes are rounded, since their last digits are looked at by themselves."""
    pair, square, three = (
        np.array([1.1, -2.3]),
        np.array([[0.2, 0.9], [1.5, -0.4]]),
        np.array([1.5, -2.0, 0.5]),
    )
    of = partial(measured, gradient)
    of_cubes = of(numerics.cubes, pair, 0.1)
    return {
        "the slopes of cubes at [1.1, -2.3] with h = 0.1": near(of_cubes, 5),
        "the slopes of a 2 by 2 array": near(of(numerics.bells, square), 5),
        "the slope of (1000 x)^3 / 3 with the default h": near(of(numerics.steep, np.array([0.001])), 3),
        "the slopes of an array of three axes": near(of(numerics.cubes, THREE_AXES.copy(), 0.1), 5),
        "the slopes of a transposed array": near(of(numerics.bells, np.array(THREE_AXES[0]).T), 5),
        "the slopes of a product of three": near(of(numerics.product, three.copy(), 0.3), 5),
        "the digits of the slopes of cubes": digits(of_cubes),
        **types(gradient, numerics.cubes, [1, 2]),
        "x after the call": left(gradient, three, 0.25),
    }


# 2. relative_error


def error(relative_error: Callable, a: ArrayLike, n: ArrayLike) -> float | str:
    """Return the error as a number, whatever holds it; in words what is no number.  Raises ``Unusable``."""
    found = required(call(relative_error, *copy.deepcopy((a, n))))
    found = np.asarray(found)
    if found.size != 1:
        return f"{found.size} numbers"
    return float(found.reshape(()))


def size(found: float | str, expected: float) -> float | str:
    """Return ``hidden`` for an error that is small though it should be as large as expected, else what it is."""
    return "hidden" if isinstance(found, float) and abs(found) < 0.55 * abs(expected) else found


def visible_error(relative_error: Callable) -> dict[str, Any]:
    """Watch ``relative_error``; of small differences it is asked whether they show."""
    near = 1 + 4e-8  # in float32 this is 1
    of = partial(error, relative_error)
    return {
        "the error of 1 against 1.1": of(1.0, 1.1),
        "the error of -1 against -1.1": of(-1.0, -1.1),
        "the error of 2 against -3": of(2.0, -3.0),
        "the error of -3 against 2": of(-3.0, 2.0),
        "the error of 0 against 0": of(0.0, 0.0),
        "the error of [8, 8] against [8, 4]": of(np.array([8.0, 8.0]), np.array([8.0, 4.0])),
        "the error of 1.00000004 against 1": size(of(near, 1.0), 4e-8),
        "the error of 1 against 1.00000004": size(of(1.0, near), 4e-8),
        "the error of [2, 1e-11, 0] against [2, 3e-11, 0]": size(
            of(np.array([2.0, 1e-11, 0.0]), np.array([2.0, 3e-11, 0.0])), 2 / 3
        ),
        "the error of [2, 0] against [1, 0]": of(np.array([2.0, 0.0]), np.array([1.0, 0.0])),
        "the error of [8, 1] against [8, 2]": of(np.array([8.0, 1.0]), np.array([8.0, 2.0])),
    }


# 3. crosses_kink


def says(crosses: Callable, winners: Callable, x: ArrayLike, ix: Any, h: float) -> Any:
    """Return what is said, with 0 and 1 for False and True.  Raises ``Unusable``."""
    found = required(call(crosses, winners, np.array(x, dtype=np.float64), ix, h))
    if np.ndim(found) or np.size(found) != 1:
        raise Unusable("wrong type", f"It must return one True or False; it returned {describe(found)}.")
    return bool(found) if isinstance(found, bool | np.bool_) or found in (0, 1) else found


def far_kink(x: ArrayLike) -> np.ndarray:
    """Return the winner of a max of two that meet a little below 2000."""
    return (np.asarray(x) > 1999.998).astype(np.int64)


def flat_relu(x: ArrayLike) -> np.ndarray:
    """Return the winner of a ReLU for every entry of a matrix, in one row."""
    return numerics.relu_side(np.ravel(x))


def x_after(crosses: Callable, x: Sequence[float], ix: int, h: float) -> np.ndarray:
    """Return what is left of ``x``.  Raises ``Unusable``."""
    mine = np.array(x, dtype=np.float64)
    call(crosses, numerics.relu_side, mine, ix, h)
    return mine


def visible_kink(crosses: Callable) -> dict[str, Any]:
    """Watch ``crosses_kink``."""
    of, relu = partial(says, crosses), numerics.relu_side
    return {
        "a ReLU just below its kink": of(relu, [-1e-6], 0, 1e-5),
        "a ReLU just above its kink": of(relu, [1e-6], 0, 1e-5),
        "a ReLU too far for the step": of(relu, [-1e-6], 0, 1e-7),
        "a ReLU nine tenths of a step above its kink": of(relu, [9e-6], 0, 1e-5),
        "a ReLU nine tenths of a step below its kink": of(relu, [-9e-6], 0, 1e-5),
        "a ReLU a step and a tenth above its kink": of(relu, [1.1e-5], 0, 1e-5),
        "a ReLU a step and a tenth below its kink": of(relu, [-1.1e-5], 0, 1e-5),
        "a ReLU a step and a half above its kink": of(relu, [1.5e-5], 0, 1e-5),
        "a ReLU a step and a half below its kink": of(relu, [-1.5e-5], 0, 1e-5),
        "a ReLU whose neighbours are near their kinks": of(relu, [0.5, 1e-4, -1e-4], 0, 1e-3),
        "one of three ReLUs": of(relu, [0.5, 1e-4, -2.0], 1, 1e-3),
        "the largest of three": of(numerics.largest, [0.5, 0.5001, -1.0], 1, 1e-3),
        "a winner that holds at x and not at x - h or x + h": of(numerics.strip, [0.0], 0, 1e-3),
        "two winners that change places": of(numerics.swapping, [2e-4], 0, 1e-3),
        "one winner of 4000 that changes": of(numerics.many, [2e-4], 0, 1e-3),
        "an entry of 2000 two steps above a kink": of(far_kink, [2000.0], 0, 1e-3),
        "a row whose other entry is near its kink": of(flat_relu, [[1e-4, 0.5]], (0, 1), 1e-3),
        "winner 400001 in place of 400000": of(numerics.neighbours, [2e-4], 0, 1e-3),
        "x after the call": x_after(crosses, [0.25, 1.5], 1, 0.125),
    }
