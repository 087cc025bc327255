"""What a function does in the checks of an exercise, its signature, and whether two outcomes are the same."""

from __future__ import annotations

import contextlib
import io
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograder.judging.records import Check, Exercise, Known
from course.probes.base import Unusable, of_another_kind
from course.probes.comparing import same

NUMERIC = (bool, int, float, complex, np.generic, np.ndarray)


@contextlib.contextmanager
def quiet():
    """Keep a candidate's prints, warnings and floating-point complaints away from the marks."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


def observe(check: Check, candidate: Callable) -> Any:
    """Return the outcome of one check; a function that cannot be used at all is an outcome too."""
    with quiet():
        try:
            return check.probe(candidate)
        except Unusable as trouble:
            return trouble


class Signature(dict[str, Any]):
    """The outcomes of a function by name of check, each worked out when it is first asked for.

    alone    whether a check can be run without those before it; not for a function that may keep state
    seconds  how long each took
    """

    def __init__(self, exercise: Exercise, candidate: Callable, *, alone: bool = False):
        super().__init__()
        self.seconds: dict[str, float] = {}
        self._exercise = exercise
        self._candidate = candidate
        self._alone = alone
        self._left = list(exercise.checks)

    def __missing__(self, name: str) -> Any:
        """Run the check asked for, and those before it unless it stands alone.  Raises ``KeyError``."""
        at = next((at for at, check in enumerate(self._left) if check.name == name), None)
        if at is None:
            raise KeyError(name)
        due = slice(at if self._alone else 0, at + 1)
        now, self._left[due] = self._left[due], []
        for check in now:
            begun = time.perf_counter()
            self[check.name] = self._outcome(check)
            self.seconds[check.name] = time.perf_counter() - begun
        return self[name]

    def _outcome(self, check: Check) -> Any:
        """Return the outcome of a check; where it fails and does not with the reference, the answer is at fault."""
        try:
            return observe(check, self._candidate)
        except Exception as error:
            if self._candidate is self._exercise.reference:
                raise
            recorded(self._exercise)[check.name]  # raises too if the check itself is at fault
            return of_another_kind(error)

    def complete(self) -> Signature:
        """Run the checks that are left."""
        for check in list(self._left):
            self[check.name]
        return self


@cache
def recorded(exercise: Exercise, known: Known | None = None, *, used: bool = False) -> Signature:
    """Return the signature of a known function, by default the reference; one per process.

    used  as it is after the visible check, which runs first in a notebook and leaves its traces in whatever
          state a function keeps outside its arguments
    """
    function = exercise.reference if known is None else known.make()
    if used and exercise.visible is not None:
        observe(Check(name="visible", probe=exercise.visible, says=""), function)
    return Signature(exercise, function, alone=known is not None and not known.keeps_state)


def cheapest(checks: Sequence[Check], seconds: Mapping[str, float]) -> list[Check]:
    """Return checks by what they cost the reference: all must agree, and most comparisons end at the first."""
    return sorted(checks, key=lambda check: seconds[check.name])


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
