"""Exercise ``checkpoint_ensemble``: one training run, and the mean prediction of its last checkpoints.

The reference predicts at once and keeps no weights; the notebook keeps copies and predicts at the end.
"""

from __future__ import annotations

import numpy as np

from autograder.judging import Check, Exercise
from course.ensembles import rehearsal

CASES = [(6, 3), (5, 4), (7, 2), (5, 2)]
"""Epochs, and how many of them to keep: never one or all, where several slips agree with what is right."""


def reference(params, train_epoch, scores, epochs, keep):
    """Return the mean probabilities after each of the last ``keep`` epochs, added up on the way."""
    total = 0.0
    for left in reversed(range(epochs)):
        train_epoch(params)
        if left < keep:
            s = np.asarray(scores(params), dtype=np.float64)
            total = total + np.exp(s - np.logaddexp.reduce(s, axis=1, keepdims=True)) / keep
    return total


checkpoint_ensemble = Exercise(
    "checkpoint_ensemble",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="last checkpoints",
            probe=lambda candidate: rehearsal.checkpoints(candidate, CASES, 20),
            says="The result is not the mean of the probabilities after each of the last `keep` epochs.",
        ),
        Check(
            name="one run",
            probe=lambda candidate: rehearsal.epochs_trained(candidate, CASES, 40),
            says="The prediction is right, but it took another number of epochs than it was given.",
        ),
    ],
    visible=rehearsal.visible_checkpoints,
    read="Exercise 3. An ensemble from one run",
)
