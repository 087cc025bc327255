"""A recording is the same on every processor: digits that mean something, and kept when a new run says the same."""

import json

import numpy as np
import pytest

from autograder.judging.recording import DIGITS, kept, record, rounded, written
from course.probes.comparing import same
from course.recorded import decode, encode


@pytest.fixture(scope="module")
def old(doubling):
    return record(doubling.twice)


def changed(words, change):
    """Return a recording after a change to its decoded JSON."""
    data = json.loads(words)
    change(data)
    return written(data)


def an_outcome(data, outcome):
    data["outcome"] = encode(outcome)


def test_an_outcome_has_digits_well_inside_the_tolerance():
    outcome = [np.array([[1 / 3, -2e-300 / 7], [1e300 / 3, 5.0]]), 2 / 3]
    stored = rounded(encode(outcome))
    assert stored == [
        {"array": [0.333333333333, -2.85714285714e-301, 3.33333333333e299, 5.0], "shape": [2, 2]},
        0.666666666667,
    ]
    assert same(decode(stored), outcome, tolerance=10.0 ** (1 - DIGITS))


@pytest.mark.parametrize(
    "exact",
    [float("nan"), float("inf"), -float("inf"), -0.0, 2.0**53 - 1, 10**18 + 1, True, "0.1234567890123456"],
)
def test_what_is_exact_stays_exact(exact):
    assert repr(rounded(encode(exact))) == repr(exact)


def test_a_probe_is_stored_exactly(doubling, monkeypatch):
    from course.probes.base import Calls

    monkeypatch.setattr(doubling.twice, "visible", Calls(arguments=[(1 / 3,)]))
    words = record(doubling.twice)
    assert json.loads(words)["probe"]["calls"] == [[1 / 3]]
    assert json.loads(words)["outcome"] == [0.666666666667]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (0.123456789012, 0.123456789013),
        (np.array([1.0, 1e-17]), np.array([1.0, -3e-17])),
        (np.array([np.nan, 0.3]), np.array([np.nan, 0.3 + 1e-12])),
        ({"losses": [0.5, 0.25]}, {"losses": [0.5 + 1e-11, 0.25]}),
    ],
)
def test_a_recording_that_agrees_within_the_tolerance_is_kept(old, before, now):
    one, other = (changed(old, lambda data, each=each: an_outcome(data, each)) for each in (before, now))
    assert one != other
    assert kept(one, other) == one


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (0.123456789, 0.123456799),
        (np.array([1.0, 2.0]), np.array([[1.0, 2.0]])),
        (np.array([1.0, np.nan]), np.array([1.0, np.inf])),
        (10**10, 10**10 + 1),
        (np.array([10**10]), np.array([10**10 + 1])),
        (1, 1.0),
        (1, True),
        (None, 0.0),
        ("up", "down"),
        ([0.5], [0.5, 0.5]),
        ({"rate": 0.5}, {"scale": 0.5}),
    ],
)
def test_a_recording_that_says_something_else_is_written_anew(old, before, now):
    one, other = (changed(old, lambda data, each=each: an_outcome(data, each)) for each in (before, now))
    assert kept(one, other) == other


def test_other_words_another_mistake_and_another_probe_are_written_anew(old):
    for change in (
        lambda data: data.update(praise="Well done."),
        lambda data: data["known"].pop(),
        lambda data: data["known"][0].update(says="Something else."),
        lambda data: data["probe"]["calls"].pop(),
    ):
        other = changed(old, change)
        assert kept(old, other) == other


def test_what_no_build_would_have_written_is_written_anew(old):
    data = json.loads(old)
    more_digits = json.dumps({**data, "outcome": 1 / 3}, separators=(",", ":"), ensure_ascii=False) + "\n"
    for words in (more_digits, old.replace(",", ", "), old[:-9], "[]", '{"outcome": 1}', ""):
        assert kept(words, old) == old


@pytest.mark.parametrize(
    ("old", "new", "is_kept"), [(3e-17, -6e-17, True), (3e-17, 6e-14, False), (1.0, 1.1, False)]
)
def test_sums_that_should_be_zero_are_the_same_on_every_processor(old, new, is_kept):
    def text(value):
        array = {"array": [value, 0.0], "shape": [2]}
        return written({"outcome": array, "known": [{"name": "n", "differs": {"b": array}}]})

    assert (kept(text(old), text(new)) == text(old)) == is_kept
