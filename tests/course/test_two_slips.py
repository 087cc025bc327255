"""Two known mistakes at once are found where together they explain all that is wrong, and never by halves."""

import numpy as np
import pytest

from course.checks.two_slips import first_slip, two_slips

RIGHT = [(0.5, np.array([1.0, -2.0])), (0.7, np.array([3.0, 4.0]))]
KNOWN = {
    "loss negative": [(-loss, slope) for loss, slope in RIGHT],
    "loss halved": [(loss / 2, slope) for loss, slope in RIGHT],
    "gradient doubled": [(loss, 2 * slope) for loss, slope in RIGHT],
    "gradient negative": [(loss, -slope) for loss, slope in RIGHT],
    "all doubled": [(2 * loss, 2 * slope) for loss, slope in RIGHT],
    "second call fails": [RIGHT[0], (np.nan, np.zeros(2))],
}


def pair(mine, right=RIGHT, known=KNOWN):
    return two_slips([(mine, right, known.__getitem__, 1e-9)], list(known))


@pytest.mark.parametrize(
    ("loss", "gradient", "found"),
    [
        (-1.0, 2.0, ("loss negative", "gradient doubled")),
        (0.5, -1.0, ("loss halved", "gradient negative")),
        (1.0, 2.0, None),
        (-1.0, 3.0, None),
        (3.0, 2.0, None),
        (1.0, 1.0, None),
    ],
)
def test_a_pair_explains_every_leaf_or_none_is_named(loss, gradient, found):
    assert pair([(loss * value, gradient * slope) for value, slope in RIGHT]) == found


def test_a_mistake_that_would_show_where_the_reader_is_right_is_no_part_of_a_pair():
    """The first call is wrong as with the loss negated, the second not: then it is not that mistake."""
    assert pair([(-0.5, 2 * RIGHT[0][1]), (0.7, 2 * RIGHT[1][1])]) is None


def test_pairs_are_found_across_rounds_and_right_rounds_contradict():
    right = {"path": [np.zeros(2)] * 6, "shape": 1.0, "dw": True}
    known = {
        "slow": {**right, "path": [np.full(2, -1.0 * k) for k in range(6)]},
        "dw changed": {**right, "dw": False},
        "flat": {**right, "dw": False, "shape": 2.0},
    }
    mine = {**right, "path": known["slow"]["path"], "dw": False}

    def rounds(*names):
        return [(mine[n], right[n], lambda each, n=n: known[each][n], 1e-9) for n in names]

    assert two_slips(rounds("path", "shape", "dw"), list(known)) == ("slow", "dw changed")
    without = [name for name in known if name != "dw changed"]
    assert two_slips(rounds("path", "shape", "dw"), without) is None


def test_outcomes_of_other_forms_are_not_explained_by_accident():
    assert pair([None, RIGHT[1]]) is None
    assert pair([RIGHT[0]]) is None
    assert pair("nothing like it") is None


def test_what_right_rounds_would_cost_is_paid_for_pairs_only():
    asked = []

    def outcome(name):
        def of(known):
            asked.append((name, known))
            return 1.0 if known == name else 0.0

        return of

    rounds = [(1.0, 0.0, outcome("a"), 1e-9), (1.0, 0.0, outcome("b"), 1e-9), (0.0, 0.0, outcome("c"), 1e-9)]
    assert two_slips(rounds, ["a", "b", "d"]) == ("a", "b")
    assert ("c", "d") not in asked


def test_of_several_pairs_the_one_with_least_against_it_is_named():
    """Both would give NaN in the third call; the one of them gives a third thing in the first two."""
    right = [2.0, 3.0, 0.0]
    known = {
        "upside down": [1 / 2, 1 / 3, 0.0],
        "divided by each": [7.0, 8.0, np.nan],
        "zero over zero": [2.0, 3.0, np.nan],
    }
    assert pair([1 / 2, 1 / 3, np.nan], right, known) == ("upside down", "zero over zero")


def first(mine, right, known):
    return first_slip([(mine, right, known.__getitem__, 1e-9)], list(known))


ARRAYS = [np.array([1.0, -2.0]), np.array([3.0, 4.0]), np.array([5.0, 6.0])]
SLIPS = {
    "negative": [-each for each in ARRAYS],
    "doubled": [2 * each for each in ARRAYS],
    "wrong from the second on": [ARRAYS[0], -ARRAYS[1], -ARRAYS[2]],
}


def test_the_first_wrong_array_names_a_slip_where_later_ones_are_wrong_in_a_way_of_their_own():
    assert first([-ARRAYS[0], 7 * ARRAYS[1], 7 * ARRAYS[2]], ARRAYS, SLIPS) == "negative"
    assert first([ARRAYS[0], -ARRAYS[1], 7 * ARRAYS[2]], ARRAYS, SLIPS) == "wrong from the second on"


def test_no_slip_is_named_that_would_show_where_the_reader_is_right():
    assert first([-ARRAYS[0], 7 * ARRAYS[1], ARRAYS[2]], ARRAYS, SLIPS) is None


def test_no_slip_is_named_by_a_single_number_or_by_zeros_or_where_two_do_the_same():
    numbers = {"negative": [-1.0, -2.0], "halved": [0.5, 1.0]}
    assert first([-1.0, 9.0], [1.0, 2.0], numbers) is None
    nothing = {"nothing moves": [np.zeros(2)] * 3}
    assert first([np.zeros(2), 7 * ARRAYS[1], 7 * ARRAYS[2]], ARRAYS, nothing) is None
    twins = {"one": SLIPS["negative"], "other": [-ARRAYS[0], *ARRAYS[1:]]}
    assert first([-ARRAYS[0], 7 * ARRAYS[1], 7 * ARRAYS[2]], ARRAYS, twins) is None
