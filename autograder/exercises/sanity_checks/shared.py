"""Scores and labels on which the two losses are tried."""

import numpy as np

from autograder.judging import Check
from course.probes.losses import kept, pair

EFFECT = "Every step of training follows this gradient, and nothing but the curve of the loss complains."
"""What a mistake in a loss or its gradient does to training."""


def batch(rows, classes, seed, *, spread=2.0, offset=0.0):
    """Return scores (rows, classes) and labels (rows,)."""
    rng = np.random.default_rng(seed)
    return spread * rng.standard_normal((rows, classes)) + offset, rng.integers(0, classes, rows)


LEVEL = np.array([[0.5, 0.5, 0.5, 0.5], [2.0, 2.0, -0.3, 0.4]]), np.array([1, 0])
"""Scores and labels where other classes are level with the label."""
BATCHES = [batch(rows, classes, seed=rows) for rows, classes in ((5, 3), (1, 4), (7, 10))] + [LEVEL]


def loss_alone(candidate):
    """Return the losses of the batches."""
    return [pair(candidate, scores, y)[0] for scores, y in BATCHES]


def gradient_alone(candidate):
    """Return the gradients of the batches."""
    return [pair(candidate, scores, y)[1] for scores, y in BATCHES]


def untouched(chance):
    """Return the check that the arguments are left as they were."""
    return Check(
        name="arguments",
        probe=lambda candidate: kept(candidate, *batch(4, 3, seed=12), chance),
        says="After the call scores or y are not what they were.",
    )
