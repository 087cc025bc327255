"""One number that says how far two gradients are apart, whatever their size."""

from fractions import Fraction

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.checking.slopes import error, size, visible_error


def reference(a, n):
    """Go through the entries with exact rational numbers; no floating-point operation until the end."""
    worst = Fraction(0)
    for x, y in zip(np.ravel(a).tolist(), np.ravel(n).tolist(), strict=True):
        longest = max(abs(Fraction(x)), abs(Fraction(y)))
        if longest:
            worst = max(worst, abs(Fraction(x) - Fraction(y)) / longest)
    return float(worst)


def errors(*pairs):
    """Return a probe: the errors of these pairs, one number each."""
    return lambda candidate: [error(candidate, *pair) for pair in pairs]


def tiny(candidate):
    """Return which disagreements show, between small gradients or in the eighth digit; how large, others ask."""
    pairs = [(2e-10, 1e-10), (3e-12, -4e-12), (np.array([5.0, 1e-11]), np.array([5.0, 9e-11]))]
    pairs += [(2e-13, 1e-13), (1.0, 1 + 4e-8), (1 + 4e-8, 1.0)]  # float32 does not see these
    return {
        f"the disagreement of {pair[0]} and {pair[1]}": (
            "hidden" if size(error(candidate, *pair), reference(*pair)) == "hidden" else "shown"
        )
        for pair in pairs
    }


ALIKE = "np.abs, np.maximum and the minus take numbers and arrays alike."

relative_error = Exercise(
    "relative_error",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="signs",
            probe=errors((-3.0, -2.0), (2.0, -1.0), (-0.5, 0.25), (1.0, -2.0), (-4.0, -4.0), (1.0, 1.5)),
            says="The error of two numbers, some of them negative, is not right.",
            tolerance=1e-6,  # a floor of 1e-8 is looked at by itself
        ),
        Check(
            name="zeros",
            probe=errors(
                (0.0, 0.0),
                (np.zeros(3), np.zeros(3)),
                (0.0, 3.0),
                (np.array([0.0, 2.0]), np.array([0.0, 0.5])),
            ),
            says="Where both gradients are exactly 0 they agree, and the error of that entry is 0.",
            tolerance=1e-6,
        ),
        Check(name="tiny", probe=tiny, says="It hides a disagreement between small gradients."),
        Check(
            name="worst entry",
            probe=errors(
                (np.array([[1.0, 2.0], [30.0, 1e-3]]), np.array([[1.0, 2.1], [30.5, 2e-3]])),
                (np.array([4.0, -2.0]), np.array([1.0, -2.0])),
            ),
            says="For arrays the answer is the error of the worst entry.",
            tolerance=1e-4,  # as above, beside a gradient of 1e-3
        ),
    ],
    visible=visible_error,
    visible_tolerance=1e-6,
    read="Exercise 2. Relative error",
    equivalent={
        "a, n = (np.asarray(a, dtype=np.float64), np.asarray(n, dtype=np.float64)) -> (removed)": ALIKE,
        "a, n = (np.asarray(a, dtype=np.float64), np.asarray(n, dtype=np…"
        " -> a, n = (np.asarray(a), np.asarray(n, dtype=np…": ALIKE,
        "a, n = (np.asarray(a, dtype=np.float64), np.asarray(n, dtype…maximum(np.abs(a), np.abs(n))"
        " -> (exchanged)": ALIKE,
        "…np.float64), np.asarray(n, dtype=np.float64)) -> …np.float64), np.asarray(n))": ALIKE,
        "worst = float(np.max(np.abs(a - n) / np.where(scale == 0,…"
        " -> worst = float(np.max(np.abs(n - a) / np.where(scale == 0,…": "The absolute value is taken.",
        "…/ np.where(scale == 0, 1.0, scale)))"
        " -> …/ np.where(scale == 0, 2.0, scale)))": "The numerator is 0 there.",
        "…max(worst, abs(Fraction(x) - Fraction(y)) / longest)"
        " -> …max(worst, abs(Fraction(y) - Fraction(x)) / longest)": "The absolute value is taken.",
    },
    effect="The number that decides whether a gradient is trusted is off: a wrong gradient passes, or "
    "you look for a bug that is not there.",
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


relative_error.table(
    {
        """floor hides small gradients: A floor in the denominator, as many programs have it, makes two small
        gradients look equal.

        Treat exact zeros separately.
        """: lambda a, n: entries(a, n, lambda a, n: np.maximum(larger(a, n), 1e-8)),
        """sum instead of maximum: The denominator is |a| + |n|, as in some lecture notes: errors come out up
        to half as large.

        The thresholds below are for the larger of the two.
        """: lambda a, n: entries(a, n, lambda a, n: np.abs(a) + np.abs(n)),
        """sum with a floor: The denominator is |a| + |n| with a floor, as in CS231n's assignments: errors are
        halved or hidden.

        The thresholds below are for the larger of the two, and small gradients must not look equal.
        """: lambda a, n: entries(a, n, lambda a, n: np.maximum(np.abs(a) + np.abs(n), 1e-8)),
    },
    share=0.5,
)


relative_error.table(
    {
        """zero over zero: Where both gradients are 0 it computes 0/0, which is NaN, and NaN hides every other
        entry.
        """: lambda a, n: float(np.max(np.abs(np.subtract(a, n)) / larger(a, n))),
        """absolute error: The difference is not divided by anything, so its meaning depends on the size of
        the gradient.
        """: lambda a, n: entries(a, n, lambda a, n: np.ones_like(a)),
        """divided by one side: Only one of the two gradients sets the scale, so swapping them changes the
        answer. Use the larger of both.
        """: lambda a, n: entries(a, n, lambda a, n: np.abs(n)),
    }
)


@relative_error.mistake
def NaN_replaced_after_the_maximum(a, n):
    """Where both gradients are 0 it computes 0/0, which is NaN, and so is the maximum. Replaced by 0 there, it
    hides every other entry: treat zeros before you take the maximum."""
    with np.errstate(all="ignore"):
        return float(np.nan_to_num(np.max(np.abs(np.subtract(a, n)) / larger(a, n))))


@relative_error.mistake
def divided_by_the_first_alone(a, n):
    """Only the analytic gradient sets the scale, so swapping the two changes the answer. Use the larger of both."""
    return entries(a, n, lambda a, n: np.abs(a))


@relative_error.mistake
def one_error_for_each_entry(a, n):
    """It returns one error for each entry. The answer is one number: that of the worst entry."""
    a, n = np.asarray(a, dtype=float), np.asarray(n, dtype=float)
    scale = larger(a, n)
    return np.abs(a - n) / np.where(scale == 0, 1.0, scale)


@relative_error.mistake
def mean_over_entries(a, n):
    """The mean lets one wrong entry drown among many right ones. Take the largest error."""
    return entries(a, n, larger, over=np.mean)


@relative_error.convention(share=0.9)
def single_precision_or_rounded(a, n):
    """It sees no difference in the eighth digit: is it computed in single precision, or rounded? Use float64, and
    return the number as it is."""
    return entries(np.asarray(a, dtype=np.float32), np.asarray(n, dtype=np.float32), larger)


@relative_error.convention(share=0.5)
def norm_of_the_whole_array(a, n):
    """Norms of whole arrays: a wrong small entry beside large ones passes.

    Graded here for the worst entry, because a bug in one entry is what we look for.
    """
    a, n = np.atleast_1d(a).astype(float), np.atleast_1d(n).astype(float)
    scale = max(np.linalg.norm(a), np.linalg.norm(n))
    return 0.0 if scale == 0 else float(np.linalg.norm(a - n) / scale)


@relative_error.convention(share=0.5)
def divided_by_the_largest_of_all_entries(a, n):
    """The largest difference is divided by the largest entry of all, as in lesson F2: a wrong small entry beside
    large ones passes.

    Graded here for the worst entry, because a bug in one entry is what we look for.
    """
    a, n = np.atleast_1d(a).astype(float), np.atleast_1d(n).astype(float)
    scale = larger(a, n).max()
    return 0.0 if scale == 0 else float(np.abs(a - n).max() / scale)


@relative_error.convention(share=0.5)
def norms_added(a, n):
    """Norms of whole arrays, added, as in Andrew Ng's course: a wrong small entry beside large ones passes.

    Graded here for the worst entry, because a bug in one entry is what we look for.
    """
    a, n = np.atleast_1d(a).astype(float), np.atleast_1d(n).astype(float)
    scale = np.linalg.norm(a) + np.linalg.norm(n)
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


@relative_error.variant_as_in("SciPy")
def as_assert_allclose_measures_it(a, n):
    actual, desired = np.asarray(a, dtype=np.float64), np.asarray(n, dtype=np.float64)
    scale = np.maximum(np.abs(actual), np.abs(desired))
    error = np.divide(np.abs(actual - desired), scale, out=np.zeros_like(scale), where=scale > 0)
    return np.linalg.norm(np.atleast_1d(error).ravel(), ord=np.inf)
