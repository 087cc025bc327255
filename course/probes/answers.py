"""What a function returned, looked at before it is used; what cannot be used raises ``Unusable``."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from course.probes import base
from course.probes.base import Unusable
from course.probes.wording import describe


def required(answer: Any, names: str = "", *, what: str = "") -> Any:
    """Return an answer that is not None.

    names  what stands behind ``return`` in the exercise; ``what`` says it in words instead
    """
    if answer is None:
        end = f"`return {names}`" if names else f"`return` and {what}"
        question = f"Does it end in {end}?" if names or what else "Is there a return statement?"
        raise Unusable("returns None", f"It returned None. {question}")
    return answer


def required_pair(answer: Any, names: str) -> Sequence[Any]:
    """Return an answer of two things, which the exercise calls by these names."""
    if not isinstance(required(answer, names), tuple | list) or len(answer) != 2:
        raise Unusable("wrong type", f"It must return the pair ({names}); it returned {describe(answer)}.")
    return answer


def two_numbers(answer: Any, names: str) -> list[float | np.ndarray]:
    """Return an answer of two numbers, which the exercise calls by these names, as numbers or as what they are."""
    required(answer, names)
    several = isinstance(answer, tuple | list) or (isinstance(answer, np.ndarray) and answer.ndim > 0)
    if not several or len(answer) != 2:
        raise Unusable("wrong type", f"It must return the pair ({names}); it returned {describe(answer)}.")
    found = [floats(each, "two numbers") for each in answer]
    return [float(each) if each.ndim == 0 else each for each in found]


def floats(answer: Any, what: str) -> np.ndarray:
    """Return an answer as an array of floats.

    what  the answer in words, with its article
    """
    try:
        return base.as_floats(required(answer, what=what))
    except (TypeError, ValueError):
        raise Unusable("wrong type", f"It must return {what}; it returned {describe(answer)}.") from None


def as_floats(value: Any) -> Any:
    """Return a value as a float array, or in words what it is instead."""
    try:
        return base.as_floats(value)
    except (TypeError, ValueError):
        return describe(value)


def several(answer: Any, count: int, what: str) -> Sequence[Any]:
    """Return the things that came back, if they are as many as they should be.  Raises ``Unusable``."""
    if not isinstance(required(answer, what=what), tuple | list) or len(answer) != count:
        raise Unusable("wrong type", f"It must return {what}; it returned {describe(answer)}.")
    return answer
