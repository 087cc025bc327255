"""How a value differs from the right one: in words, and with no number but the reader's own."""

import numpy as np
import pytest

from course.checks.relation import about, plural, predicate, shorten
from course.probes.base import Raised

RIGHT = np.array([[0.31, -2.7], [1.9, 4.13], [-0.57, 0.0]])


def changed(index, value):
    """Return the right array with one entry changed."""
    other = RIGHT.copy()
    other[index] = value
    return other


@pytest.mark.parametrize(
    ("mine", "said"),
    [
        (2 * RIGHT, "is twice too large"),
        (RIGHT / 3, "is three times too small"),
        (2.302585 * RIGHT, "is 2.3 times too large"),
        (-RIGHT, "has the opposite sign"),
        (-RIGHT / 2, "has the opposite sign and is twice too small"),
        (np.abs(RIGHT), "has the opposite sign in rows 0 and 2"),
        (RIGHT + 0.7, "is too large by the same number in every entry"),
        (RIGHT - 0.7, "is too small by the same number in every entry"),
        (0 * RIGHT, "is zero everywhere"),
        (RIGHT[::-1], "has the right numbers in another order"),
        (RIGHT.T, "has the shape (2, 3), where (3, 2) is due"),
        (RIGHT.ravel(), "has the shape (6,), where (3, 2) is due"),
        (changed((0, 0), np.nan), "is NaN in row 0"),
        (changed((slice(None), 1), np.inf), "is infinite in column 1"),
        (np.full((3, 2), np.nan), "is NaN everywhere"),
        (changed((2, 1), 9.0), "is wrong in row 2"),
        (changed((slice(0, 2), 0), [9.0, 8.0]), "is wrong in rows 0 and 1"),
        (np.exp(RIGHT), "is wrong everywhere"),
        (None, "is not right: yours is None"),
        ("low", "is not right: yours is 'low', where a number is due"),
        (Raised("KeyError", "'v'"), "raised KeyError: 'v'"),
    ],
)
def test_an_array_is_described_by_what_is_wrong_with_all_of_it_or_by_the_place(mine, said):
    assert predicate(mine, RIGHT) == said


def test_a_square_array_may_be_transposed():
    assert predicate(RIGHT[:2].T, RIGHT[:2]) == "has rows and columns exchanged"


def test_a_vector_is_described_by_indices_and_a_short_one_is_shown():
    right = np.array([1.0, 2.0, 4.0])
    assert predicate(np.array([1.0, 2.0, 5.0]), right) == "is wrong at index 2: yours is [1. 2. 5.]"
    assert predicate(np.array([3.0]), np.array([2.0])) == "is not right: yours is [3.]"
    assert predicate(np.array([np.nan, 2.0, np.nan]), right) == "is NaN at indices 0 and 2"
    assert predicate([1.0, 2.0], right) == "has two numbers, where three are due"
    assert predicate(np.zeros(12), [0.0]) == "has 12 numbers, where one is due"


@pytest.mark.parametrize(
    ("mine", "right", "said"),
    [
        (0.36, 0.5, "is not right: yours is 0.36, too small"),
        (np.inf, 0.5, "is not right: yours is inf, too large"),
        (2, 0.5, "is not right: yours is 2, too large"),
        (2, 3, "is not right: yours is 2"),
        (True, 0.5, "is not right: yours is True"),
        ([[1.0], [2.0, 3.0]], 0.5, "is not right: yours is [[1], [2, 3]]"),
        (-0.5, 0.5, "is not right: yours is -0.5, with the opposite sign"),
        (np.float64(0.36), 0.5, "is not right: yours is 0.36, too small"),
        (np.array(0.36), 0.5, "is not right: yours is 0.36, too small"),
        (np.nan, 0.5, "is not right: yours is nan"),
        (0.25 + 1e-9, 0.25, "is not right: yours is 0.25, near but not exact"),
        (True, False, "is not right: yours is True"),
        ("high", "low", "is not right: yours is 'high'"),
        (3, "low", "is not right: yours is 3, where a word is due"),
        (3, "an error", "is not right: yours is 3, where an error is due"),
        (1.5, [1.5], "is a float, where one thing is due"),
        (
            np.array([True, False]),
            True,
            "is an array of shape (2,) and type bool, where one True or False is due",
        ),
        (Raised("ValueError"), 1.0, "raised ValueError"),
    ],
)
def test_a_number_or_a_word_of_the_readers_own_is_shown(mine, right, said):
    assert predicate(mine, right) == said


def test_no_number_of_the_right_array_is_shown():
    wrong = [
        2 * RIGHT,
        -RIGHT,
        RIGHT + 0.7,
        0 * RIGHT,
        RIGHT[::-1],
        RIGHT.T,
        np.exp(RIGHT),
        changed((2, 1), 9.0),
    ]
    for mine in [*wrong, 0.36, "x", None, [1.0]]:
        assert not [text for text in ("31", "2.7", "1.9", "4.1", "57") if text in predicate(mine, RIGHT)]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.float64(0.1), "0.1"),
        (np.int64(3), "3"),
        ([np.float64(0.1), 2], "[0.1, 2]"),
        ((np.float32(0.5),), "(0.5,)"),
        ({"m": np.float64(0.1)}, "{'m': 0.1}"),
        (np.array([1.0, 2.0]), "[1. 2.]"),
        (list(range(9)), "a list of length 9"),
        (shorten, "`shorten`"),
        (object(), "an object"),
    ],
)
def test_numbers_are_shown_without_their_type_and_objects_without_their_address(value, said):
    assert shorten(value) == said


@pytest.mark.parametrize(
    "name",
    [
        "the probabilities",
        "the gradients on a fork",
        "the finished files",
        "the settings that were given",
        "epochs and settings that were trained",
        "loss and gradient with delta = 2",
        "w and v afterwards",
        "params afterwards",
        "rows far apart",
        "losses, with a rule that returns new arrays",
        "sharpnesses",
        "clipped gradients",
    ],
)
def test_several_things_are_wrong_and_have_the_opposite_sign(name):
    assert about(name, "is wrong everywhere") == "are wrong everywhere"
    said = "has the opposite sign and is twice too small"
    assert about(name, said) == "have the opposite sign and are twice too small"


@pytest.mark.parametrize(
    "name",
    [
        "the gradient",
        "the loss",
        "the loss without a penalty",
        "the gradient of the losses",
        "the order of the settings in each rung",
        "the slope of sin(1000 x) with the default h",
        "long gradients: the norm",
        "how often batches are drawn",
        "what the checkboxes show",
        "a loss without its penalty",
        "half a file looks finished",
        "same seed, same values",
        "x afterwards",
        "",
    ],
)
def test_one_thing_is_wrong(name):
    assert not plural(name)
    assert about(name, "is wrong in 2 of 3 entries: yours is [1 2 3]") == (
        "is wrong in 2 of 3 entries: yours is [1 2 3]"
    )


def test_the_entries_of_a_dict_are_told_one_by_one():
    due = {"mean": 0.5, "std": 1.0, "dead": np.array([1.0, 2.0])}
    assert predicate({"mean": 0.5, "std": 0.7, "dead": np.array([2.0, 4.0])}, due) == (
        'is wrong: "std" is 0.7, too small; "dead" is twice too large; "mean" is right'
    )
    assert predicate({"mean": 0.5, "std": 1.0, "dead_": 0}, due) == (
        'is wrong: "dead" is missing; "dead_" is not asked for; "mean" and "std" are right'
    )
    assert predicate(0.7, due) == "is not right: yours is 0.7, where a dict is due"
