"""Verdicts of the judge: what was called, what is said of it, and what it earns."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.judging.records import Check, Exercise, Known
from autograder.judging.signatures import recorded
from autograder.marks import Verdict
from course.checks.saying import both, first_difference, first_leaf, headline, raised_in
from course.probes.base import Unusable
from course.probes.comparing import only_wrong


def verdict(exercise: Exercise, kind: Any, share: float, mistake: str | None, text: str) -> Verdict:
    """Return a verdict whose message says what was called and where to read."""
    first, _, rest = text.partition("\n")
    lines = [f"{exercise.name}: {first}" if first else "", rest]
    if kind not in ("correct", "unfinished") and exercise.read:
        lines.append(f"Read: {exercise.read}")
    return Verdict(
        verdict=kind,
        points=exercise.points * share,
        max_points=exercise.points,
        mistake=mistake,
        message="\n".join(line for line in lines if line),
    )


def of_known(exercise: Exercise, known: Known) -> Verdict:
    """Return the verdict on a function that does what a known one does."""
    kind = "convention" if known.share else "mistake"
    return verdict(exercise, kind, known.share, known.name, f"{headline(known.name)}\n{known.says}")


def of_pair(exercise: Exercise, pair: Sequence[Known]) -> Verdict:
    """Return the verdict on what two known functions explain together, the worse of which comes first.

    Two conventions earn the product of their shares; a mistake beside a convention is a mistake.
    """
    share = math.prod(known.share for known in pair)
    text = "\n".join(both([(known.name, known.says) for known in pair]))
    return verdict(exercise, "convention" if share else "mistake", share, pair[0].name, text)


def unknown(exercise: Exercise, check: Check, outcome: Any, also: str = "") -> Verdict:
    """Return the verdict on a wrong outcome that nobody has recorded.

    also  what is said after the first difference, if nothing plainer is to be said
    """
    if isinstance(outcome, Unusable):
        kind = "error" if outcome.kind == "raises" else "mistake"
        name = None if outcome.kind == "raises" else outcome.kind
        return verdict(exercise, kind, 0.0, name, f"{headline(outcome.kind)}\n{outcome.message}")
    expected = recorded(exercise)[check.name]
    outcome = only_wrong(outcome, expected, check.tolerance)
    seen = first_difference(check.probe, outcome, expected, exercise.returns)
    differs = first_leaf(outcome, expected)
    if differs is not None and next(raised_in(differs[0]), None) is not None:
        return verdict(exercise, "error", 0.0, None, f"Raises\n{seen}")
    if has_nan(outcome) and not has_nan(expected):
        text = "A result is not a number (NaN): look for 0/0, or the root or logarithm of a negative number."
        return verdict(exercise, "mistake", 0.0, "returns NaN", f"Returns NaN\n{text}\n{check.says}\n{seen}")
    return not_right(exercise, check, "\n".join(filter(None, [seen, also])))


def not_right(exercise: Exercise, check: Check, seen: str = "") -> Verdict:
    """Return the verdict on a function that lacks the property of a check."""
    return verdict(exercise, "mistake", 0.0, None, f"Not right yet\n{check.says}\n{seen}")


def has_nan(outcome: Any) -> bool:
    """Whether a number anywhere in an outcome is NaN."""
    if isinstance(outcome, dict):
        return any(map(has_nan, outcome.values()))
    if isinstance(outcome, list | tuple):
        return any(map(has_nan, outcome))
    if outcome is None:  # an answer in some exercises, which NumPy would turn into NaN
        return False
    try:
        return bool(np.isnan(np.asarray(outcome, dtype=np.float64)).any())
    except (TypeError, ValueError, OverflowError):
        return False
