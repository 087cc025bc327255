"""Scores and labels on which the two losses are tried."""

from __future__ import annotations

import numpy as np

from autograder.judging import Check
from course.probes.base import Unusable, call, describe


def batch(rows, classes, seed, *, spread=2.0, offset=0.0):
    """Return scores (rows, classes) and labels (rows,)."""
    rng = np.random.default_rng(seed)
    return spread * rng.standard_normal((rows, classes)) + offset, rng.integers(0, classes, rows)


def pair(candidate, scores, y, *more):
    """Return the loss and its gradient as the candidate gives them.  Raises ``Unusable``."""
    answer = call(candidate, scores.copy(), y.copy(), *more)
    if answer is None:
        raise Unusable("returns None", "It returned None. Does it end in `return loss, dscores`?")
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Unusable(
            "wrong type", f"It must return the pair (loss, dscores); it returned {describe(answer)}."
        )
    loss, gradient = answer
    if loss is None or gradient is None:
        raise Unusable("returns None", "One of loss and dscores came back as None. Was it assigned?")
    try:
        gradient = np.array(gradient, dtype=np.float64)
    except (TypeError, ValueError):
        raise Unusable(
            "wrong type", f"`dscores` must be an array; it came back as {describe(gradient)}."
        ) from None
    if gradient.shape != scores.shape:
        raise Unusable(
            "wrong shape",
            f"`dscores` must have the shape of `scores`, {scores.shape}; it has {gradient.shape}.",
        )
    return [loss, gradient]


BATCHES = [batch(rows, classes, seed=rows) for rows, classes in ((5, 3), (1, 4), (7, 10))]


def loss_alone(candidate):
    """Return the losses of three batches."""
    return [pair(candidate, scores, y)[0] for scores, y in BATCHES]


def gradient_alone(candidate):
    """Return the gradients of three batches."""
    return [pair(candidate, scores, y)[1] for scores, y in BATCHES]


def arguments_afterwards(candidate):
    """Return what the candidate leaves of its arguments."""
    scores, y = batch(4, 3, seed=12)
    call(candidate, scores, y)
    return [scores, y]


UNTOUCHED = Check(
    name="arguments",
    probe=arguments_afterwards,
    says="After the call scores or y are not what they were.",
)
