"""Whether what a candidate did in a check is what a known function does, whatever came back."""

from typing import Any

import numpy as np

from course.probes.base import Unusable, same

NUMERIC = (bool, int, float, complex, np.generic, np.ndarray)


def agree(outcome: Any, expected: Any, tolerance: float) -> bool:
    """Whether two outcomes of one check are the same behaviour."""
    if isinstance(outcome, Unusable) or isinstance(expected, Unusable):
        return (
            isinstance(outcome, Unusable)
            and isinstance(expected, Unusable)
            and (outcome.kind, outcome.message) == (expected.kind, expected.message)
        )
    return same(outcome, expected, tolerance)


def compared(outcome: Any, expected: Any, tolerance: float) -> bool:
    """Whether two outcomes agree; one that cannot even be compared does not.  Raises what is our own fault."""
    try:
        return agree(outcome, expected, tolerance)
    except Exception:
        if alike(outcome, expected):
            raise
        return False


def alike(outcome: Any, expected: Any) -> bool:
    """Whether two outcomes are of one form: the same keys, lengths, shapes and kinds of data, whatever it says."""
    if isinstance(expected, dict) and isinstance(outcome, dict):
        return outcome.keys() == expected.keys() and all(
            alike(outcome[key], expected[key]) for key in expected
        )
    if isinstance(expected, list | tuple) and isinstance(outcome, list | tuple):
        return len(outcome) == len(expected) and all(map(alike, outcome, expected))
    if isinstance(expected, NUMERIC) and isinstance(outcome, NUMERIC):
        return np.shape(outcome) == np.shape(expected) and np.asarray(outcome).dtype.kind in "biufc"
    return type(outcome) is type(expected)


def of_another_kind(error: Exception) -> Unusable:
    """Return the outcome of an answer that was looked at in vain."""
    said = f"What it returned is of another kind than asked for: looking at it ended in {kind_of(error)}."
    return Unusable("wrong type", said)


def kind_of(error: Exception) -> str:
    """Return the name of an exception with its article."""
    name = type(error).__name__
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"
