"""One number that says how far two gradients are apart, whatever their size."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(a, n):
    """Go through the entries with exact rational numbers; no floating-point operation until the end."""
    worst = Fraction(0)
    for x, y in zip(np.ravel(a).tolist(), np.ravel(n).tolist(), strict=True):
        longest = max(abs(Fraction(x)), abs(Fraction(y)))
        if longest:
            worst = max(worst, abs(Fraction(x) - Fraction(y)) / longest)
    return float(worst)


relative_error = Exercise(
    "relative_error",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="signs",
            probe=Calls(arguments=[(-3.0, -2.0), (2.0, -1.0), (-0.5, 0.25), (-4.0, -4.0)]),
            says="It is wrong for negative gradients.",
        ),
        Check(
            name="zeros",
            probe=Calls(arguments=[(0.0, 0.0), (np.zeros(3), np.zeros(3)), (0.0, 3.0)]),
            says="Where both gradients are exactly 0 they agree, and the error of that entry is 0.",
        ),
        Check(
            name="tiny",
            probe=Calls(arguments=[(2e-10, 1e-10), (3e-12, 4e-12)]),
            says="It hides a disagreement between small gradients.",
        ),
        Check(
            name="worst entry",
            probe=Calls(
                arguments=[(np.array([[1.0, 2.0], [30.0, 1e-3]]), np.array([[1.0, 2.1], [30.5, 2e-3]]))]
            ),
            says="For arrays the answer is the error of the worst entry.",
        ),
    ],
    visible=Calls(
        arguments=[
            (1.0, 1.1),
            (-1.0, -1.1),
            (0.0, 0.0),
            (np.array([2.0, 1e-9, 0.0]), np.array([2.0, 3e-9, 0.0])),
            (np.array([8.0, 8.0]), np.array([8.0, 4.0])),
        ]
    ),
    read="an error that knows its scale, Exercise 2",
)


def entries(a, n, longest, *, over=np.max):
    """Return the summarised |a - n| / longest(|a|, |n|), 0 where both are 0; the mistakes change one thing each."""
    a, n = np.atleast_1d(a).astype(float), np.atleast_1d(n).astype(float)
    scale = longest(a, n)
    each = np.where((a == 0) & (n == 0), 0.0, np.abs(a - n) / np.where(scale == 0, 1.0, scale))
    return float(over(each))


def larger(a, n):
    return np.maximum(np.abs(a), np.abs(n))


@relative_error.mistake
def no_absolute_values(a, n):
    """The larger of two negative numbers is the one nearer to 0. Take absolute values before the maximum."""
    return entries(a, n, np.maximum)


@relative_error.mistake
def difference_without_absolute_value(a, n):
    """The difference keeps its sign, so half of all wrong gradients pass as negative. Take |a - n|."""
    a, n = np.atleast_1d(a).astype(float), np.atleast_1d(n).astype(float)
    scale = larger(a, n)
    return float(np.max(np.where(scale == 0, 0.0, (a - n) / np.where(scale == 0, 1.0, scale))))


@relative_error.mistake
def zero_over_zero(a, n):
    """Where both gradients are 0 it computes 0/0, which is NaN, and NaN hides every other entry."""
    return float(np.max(np.abs(np.subtract(a, n)) / larger(a, n)))


@relative_error.mistake
def floor_hides_small_gradients(a, n):
    """A floor of 1e-8 in the denominator makes two small gradients look equal. Treat exact zeros separately."""
    return entries(a, n, lambda a, n: np.maximum(larger(a, n), 1e-8))


@relative_error.mistake
def sum_instead_of_maximum(a, n):
    """The denominator is |a| + |n|, so errors come out up to half as large. Take the larger one."""
    return entries(a, n, lambda a, n: np.abs(a) + np.abs(n))


@relative_error.mistake
def sum_with_a_floor(a, n):
    """The denominator is |a| + |n| with a floor, as some assignments have it: errors are halved or hidden."""
    return entries(a, n, lambda a, n: np.maximum(np.abs(a) + np.abs(n), 1e-8))


@relative_error.mistake
def absolute_error(a, n):
    """The difference is not divided by anything, so its meaning depends on the size of the gradient."""
    return entries(a, n, lambda a, n: np.ones_like(a))


@relative_error.mistake
def divided_by_one_side(a, n):
    """Only one of the two gradients sets the scale, so swapping them changes the answer. Use the larger of both."""
    return entries(a, n, lambda a, n: np.abs(n))


@relative_error.mistake
def mean_over_entries(a, n):
    """The mean lets one wrong entry drown among many right ones. Take the largest error."""
    return entries(a, n, larger, over=np.mean)


@relative_error.convention(share=0.5)
def norm_of_the_whole_array(a, n):
    """Norms of whole arrays, as in Andrew Ng's course: a wrong small entry beside large ones passes.

    Graded here for the worst entry, because a bug in one entry is what we look for.
    """
    a, n = np.atleast_1d(a).astype(float), np.atleast_1d(n).astype(float)
    scale = max(np.linalg.norm(a), np.linalg.norm(n))
    return 0.0 if scale == 0 else float(np.linalg.norm(a - n) / scale)


@relative_error.variant
def with_a_denormal_floor(a, n):
    return np.max(np.abs(np.asarray(a) - n) / np.maximum(np.maximum(np.abs(a), np.abs(n)), 1e-300))


@relative_error.variant
def in_a_loop(a, n):
    worst = 0
    for x, y in zip(np.ravel(a), np.ravel(n), strict=True):
        if x != y:
            worst = max(worst, abs(x - y) / max(abs(x), abs(y)))
    return worst
