"""Exercise ``on_border``: is the best at an end of its range, on the log scale?"""

import math

from autograder.judging import Check, Exercise
from course.probes.base import Calls, call

RANGES = [(1e-6, 10.0), (1e-3, 0.5), (2.0, 3e4)]

PLACES = (-1.3, -0.4, -0.1, 0.0, 0.04, 0.09, 0.115, 0.3, 0.5, 0.62, 0.85, 0.885, 0.91, 0.97, 1.0, 1.2, 2.4)


def reference(best, lo, hi, margin=0.1):
    """Compare with the geometric marks of the outer shares."""
    ratio = (hi / lo) ** margin
    return "low" if best < lo * ratio else "high" if best > hi / ratio else "inside"


def at(place, lo, hi):
    """Return the value at a share of the decades."""
    return lo * (hi / lo) ** place


def default_margin(candidate):
    """Return whether a call without a margin says what one with 0.1 says."""
    asked = [(at(p, *ends), *ends) for ends in RANGES for p in (*PLACES, 0.098, 0.102, 0.898, 0.902)]
    return all(call(candidate, *each) == call(candidate, *each, 0.1) for each in asked)


on_border = Exercise(
    "on_border",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="ends",
            probe=Calls(
                arguments=[
                    (at(p, *ends), *ends, m) for m in (0.1, 0.02, 0.25) for ends in RANGES for p in PLACES
                ]
                + [(at(p, *RANGES[0]), *RANGES[0], 0.0) for p in (0.05, 0.95)]
            ),
            says="Counted in decades, a value closer to an end than that share of the range is on the border.",
        ),
        Check(
            name="default",
            probe=default_margin,
            says="With a margin given it is right; left out, it is not 0.1.",
        ),
    ],
    visible=Calls(
        arguments=[
            (best, 1e-5, 1.0)
            for best in (
                1.5e-5,
                1.15e-5,
                1.04e-5,
                2e-5,
                1e-5,
                1e-11,
                3e-6,
                2e-3,
                0.05,
                0.5,
                0.93,
                1.0,
                5.6e-6,
                7.0,
                1e6,
                3.1e-5,
                3.3e-5,
                0.31,
                0.33,
            )
        ]
        + [
            (3e-5, 1e-5, 1.0, 0.05),
            (3e-5, 1e-5, 1.0, 0.12),
            (1.3, 1.0, 1e4),
            (7e3, 1.0, 1e4),
            (1.3, 1.0, 1e4, 0.0),
        ]
    ),
    read="Exercise 3. Is the best on the border?",
    equivalent=dict.fromkeys(
        (
            "if share < margin: -> if share <= margin:",
            "if share > 1 - margin: -> if share >= 1 - margin:",
            (
                "return 'low' if best < lo * ratio else 'high' if… -> "
                "return 'low' if best <= lo * ratio else 'high' if…"
            ),
            (
                "…ratio else 'high' if best > hi / ratio else 'inside… -> "
                "…ratio else 'high' if best >= hi / ratio else 'inside…"
            ),
        ),
        "Exactly on the edge of the margin either answer is right.",
    )
    | {
        "low, high, value = np.log10([lo, hi, best]) -> low, high, value = np.log([lo, hi, best])": (
            "A share of a range is the same in logarithms of any base."
        )
    },
    effect="The search ends at the edge of its range while the best lies beyond it.",
)


def place_of(best, lo, hi):
    """Return where a value lies in its range, in decades: 0 at the low end and 1 at the high end."""
    return math.log(best / lo) / math.log(hi / lo)


@on_border.variant
def with_places(best, lo, hi, margin=0.1):
    place = place_of(best, lo, hi)
    if place < margin:
        return "low"
    return "high" if place > 1 - margin else "inside"


@on_border.variant
def the_mark_itself_is_border(best, lo, hi, margin=0.1):
    place = place_of(best, lo, hi)
    return "low" if place <= margin else "high" if 1 - place <= margin else "inside"


@on_border.variant_as_in("SciPy")
def as_a_fraction_of_loguniform(best, lo, hi, margin=0.1):
    import numpy as np

    a, b, x0 = (np.log10(np.asarray(value, dtype=float)) for value in (lo, hi, best))
    fraction = np.clip((x0 - a) / (b - a), 0, 1)
    names = np.array(["low", "inside", "high"])
    return str(names[np.searchsorted([margin, 1 - margin], fraction, side="right")])


@on_border.convention(share=0.75)
def another_default_margin(best, lo, hi, margin=0.05):
    """Left out, `margin` is another number than 0.1. Leave the default as it was.

    What is the default of `margin` in the first line of the function?
    """
    return with_places(best, lo, hi, margin)


@on_border.convention(share=0.75)
def words_with_a_capital(best, lo, hi, margin=0.1):
    """The right words, with a capital. Asked are `"low"`, `"high"` and `"inside"`, as other code compares them."""
    return with_places(best, lo, hi, margin).capitalize()


@on_border.mistake
def border_on_a_linear_scale(best, lo, hi, margin=0.1):
    """You measure with plain differences, where the low nine tenths of the decades look like the low end.
    Take logarithms first."""
    place = (best - lo) / (hi - lo)
    return "low" if place < margin else "high" if place > 1 - margin else "inside"


on_border.table(
    {
        """a share of the end: You compare with a share of the end itself, such as nine tenths of hi. Measure
        the share in decades of the whole range.
        """: lambda best, lo, hi, margin=0.1: (
            "low" if best < lo * (1 + margin) else "high" if best > hi * (1 - margin) else "inside"
        ),
        """low end only: A best at the high end is not noticed. Look at both ends.

        What does it return for a best at hi?
        """: lambda best, lo, hi, margin=0.1: "low" if place_of(best, lo, hi) < margin else "inside",
        """high end only: A best at the low end is not noticed. Look at both ends.

        What does it return for a best at lo?
        """: lambda best, lo, hi, margin=0.1: "high" if place_of(best, lo, hi) > 1 - margin else "inside",
    }
)


@on_border.mistake
def ends_swapped(best, lo, hi, margin=0.1):
    """Low and high are swapped. Which end is a small value near?"""
    swap = {"low": "high", "high": "low", "inside": "inside"}
    return swap[with_places(best, lo, hi, margin)]


@on_border.mistake
def inside_and_border_swapped(best, lo, hi, margin=0.1):
    """It says inside where the best is at an end, and names an end where it is not. Turn a comparison round.

    In the middle of the range, which of your comparisons is true?
    """
    place = place_of(best, lo, hi)
    return "inside" if not margin <= place <= 1 - margin else "low" if place < 0.5 else "high"


@on_border.mistake
def exactly_at_the_end(best, lo, hi, margin=0.1):
    """Only a best exactly at an end counts, and a random draw never is. Leave a margin.

    Where do your lines use `margin`?
    """
    return "low" if best <= lo else "high" if best >= hi else "inside"


@on_border.mistake
def beyond_the_end_is_inside(best, lo, hi, margin=0.1):
    """A best beyond an end counts as inside, yet it lies further out than the border. Do not take its distance
    without the sign."""
    place = place_of(best, lo, hi)
    return "low" if abs(place) < margin else "high" if abs(place - 1) < margin else "inside"


@on_border.mistake
def only_between_the_ends(best, lo, hi, margin=0.1):
    """A best beyond an end counts as inside, yet it lies further out than the border. Each comparison with an end
    itself is one too many.

    What does it return for a best a little below lo?
    """
    place = place_of(best, lo, hi)
    return "low" if 0 <= place < margin else "high" if 1 - margin < place <= 1 else "inside"


@on_border.mistake
def a_distance_without_its_sign(best, lo, hi, margin=0.1):
    """A best far below lo is taken for one inside, or at the high end: its distance from lo has lost its sign. Drop
    the `abs`.

    What share of the way has a best gone that lies below lo?
    """
    place = abs(place_of(best, lo, hi))
    return "low" if place < margin else "high" if place > 1 - margin else "inside"


on_border.table(
    {
        """half the margin at each end: Each border is half as wide as it should be: you share the margin
        between the two ends. The whole margin is due at either end.

        With a margin of 0.1, what share of all decades is the border at the low end?
        """: lambda best, lo, hi, margin=0.1: with_places(best, lo, hi, margin / 2),
        """margin in decades: You take the margin as a number of decades. It is a share of all the decades
        between lo and hi.

        If the range is seven decades wide, how many decades is a margin of 0.1?
        """: lambda best, lo, hi, margin=0.1: (
            "low"
            if math.log10(best / lo) < margin
            else "high"
            if math.log10(hi / best) < margin
            else "inside"
        ),
        """margin ignored: The margin is written as a number, so the argument changes nothing. Use `margin`.

        Where do your lines use `margin`?
        """: lambda best, lo, hi, margin=0.1: with_places(best, lo, hi, 0.1),
    }
)
