"""Watch what a reader's functions of lesson 10 do with scores: average them, or learn from a teacher's.

Each function drives a candidate and returns what it saw as plain data, also whether the arrays it handed over are
still what they were; none knows what is right: the visible check compares with a recording.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.probes.answers import floats, required_pair
from course.probes.base import Unusable, call
from course.probes.comparing import same
from course.probes.in_place import unchanged
from course.probes.wording import describe

ENSEMBLES = (
    ([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]], [[-1.0, 1.5, 0.0], [3.0, 0.0, 0.0]]),
    ([[0.0, 3.0]], [[1.0, 0.0]], [[1.5, 0.5]]),
    ([[1000.0, 999.0, 0.0], [2.0, 0.0, 1.0]], [[1001.0, 1000.0, 3.0], [0.0, 1.0, 1.0]]),
)
"""Scores of the visible check, for each ensemble an array (N, C) of every network."""


def kept(given: Sequence[Any], own: Sequence[Any]) -> bool:
    """Whether all arrays that were handed over still hold what our own ones hold."""
    return all(unchanged(np.asarray(each), mine) for mine, each in zip(given, own, strict=True))


# Averages of predictions


def predictions(average: Callable, ensembles: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Return the mean for every ensemble, and whether all scores were left as they are."""
    means, left = [], True
    for scores in ensembles:
        given = [np.array(each) for each in scores]
        means.append(floats(call(average, given), "the mean probabilities"))
        left = left and kept(given, scores)
    return {"the mean probabilities": means, "the scores are left as they were": left}


def untouched(average: Callable, scores: Sequence[np.ndarray]) -> bool:
    """Return whether all arrays of scores are still what they were after ``average(scores)``."""
    given = [np.array(each) for each in scores]
    call(average, given)
    return kept(given, scores)


def visible_predictions(average: Callable) -> dict[str, Any]:
    """Watch ``average_predictions``: ordinary scores, a single image, scores of a thousand."""
    return predictions(average, ENSEMBLES)


# Distillation

Case = tuple[Any, ...]
"""Scores, another student's scores, teacher's scores, labels, further arguments ..."""


def distilled(loss: Callable, cases: Sequence[Case]) -> dict[str, list[Any]]:
    """Return by how much the other student's loss is higher, and the gradient for the first, for each case.

    A constant of the teacher's alone, which cross-entropy has and divergence has not, drops out of the difference.
    """
    differences, gradients = [], []
    for scores, other, teacher, y, *rest in cases:
        first, second = (
            pair(call(loss, np.array(each), np.array(teacher), np.array(y), *rest), np.shape(each))
            for each in (scores, other)
        )
        differences.append(second[0] - first[0])
        gradients.append(first[1])
    return {"the loss": differences, "the gradient": gradients}


def pair(answer: Any, shape: tuple[int, ...]) -> tuple[float, np.ndarray]:
    """Return (loss, gradient) as numbers, the gradient of a shape.  Raises ``Unusable``."""
    required_pair(answer, "loss, dscores")
    try:
        value, gradient = float(answer[0]), np.array(answer[1], dtype=np.float64)
    except (TypeError, ValueError):
        raise Unusable(
            "wrong type", f"loss must be a number and dscores an array; they are {describe(answer[0])} and"
            f" {describe(answer[1])}."
        ) from None  # fmt: skip
    if gradient.shape != shape:
        raise Unusable(
            "wrong shape",
            f"dscores must have the shape of scores, {shape}; it came back as {gradient.shape}.",
        )
    return value, gradient


def arguments_untouched(loss: Callable, case: Case) -> bool:
    """Return whether scores, teacher's scores and labels are still what they were after the call."""
    scores, _, teacher, y, *rest = case
    given = [np.array(scores), np.array(teacher), np.array(y)]
    call(loss, *given, *rest)
    return kept(given, (scores, teacher, y))


def constant(loss: Callable) -> str:
    """Return which loss it is, by the worked example of the text: one of two that are right, or neither.

    Cross-entropy and divergence differ by the entropy of the teacher's probabilities, 3/4 and 1/4.
    """
    given = np.zeros((1, 2)), np.array([[2 * np.log(3.0), 0.0]]), np.array([1])
    value, _ = pair(call(loss, *given, 2.0, 1.0), (1, 2))
    p = np.array([0.75, 0.25])
    right = 4 * np.log(2), 4 * np.log(2) + 4 * float((p * np.log(p)).sum())
    return "cross-entropy or divergence" if np.isclose(value, right, rtol=1e-5).any() else "neither"


def distillation_defaults(loss: Callable) -> dict[str, bool]:
    """Return which arguments, left out, are temperature 2 and alpha 0.9."""
    rng = np.random.default_rng(78)
    student, other, teacher = rng.normal(size=(3, 3, 4))
    given = (student, other, teacher, np.array([1, 3, 0]))
    due, short, bare = (distilled(loss, [(*given, *rest)]) for rest in ((2.0, 0.9), (2.0,), ()))
    return {"alpha": same(short, due), "temperature": same(bare, short)}


def visible_distillation(loss: Callable) -> dict[str, Any]:
    """Watch ``distill_loss`` on three images, at two temperatures, and with scores of hundreds."""
    rng = np.random.default_rng(77)
    student, other, teacher = rng.normal(size=(3, 3, 4))
    y = np.array([2, 0, 3])
    ordinary: list[Case] = [
        (student, other, 3 * teacher, y, 3.0, 0.75),
        (student, other, teacher, y, 1.5, 1.0),
        (student, other, teacher, y, 2.0, 0.0),
    ]
    sure: Case = (
        student,
        other,
        900 * teacher,
        y,
        2.0,
        0.5,
    )  # of a teacher without doubts the logarithm fails
    large: Case = (900 * student, 900 * other, 900 * teacher, y, 2.0, 0.5)
    left_out = {f"the default of {name}": right for name, right in distillation_defaults(loss).items()}
    return (
        distilled(loss, [*ordinary, sure, large])
        | left_out
        | {"the loss of the worked example": constant(loss)}
        | {"the arguments are left as they were": arguments_untouched(loss, ordinary[0])}
    )
