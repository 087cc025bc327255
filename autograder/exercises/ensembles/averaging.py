"""Exercise ``average_predictions``: the mean of several networks' probabilities.

The reference never forms a softmax: the probability of a class is one over the sum of the odds of all classes
against it.  The notebook takes SciPy's softmax.
"""

from __future__ import annotations

import numpy as np

from autograder.judging import Check, Exercise
from course.ensembles import watching
from course.probing import Calls


def reference(scores):
    """Return the mean over networks of  1 / sum_j exp(s_j - s_c)."""
    total = 0.0
    for each in scores:
        s = np.asarray(each, dtype=np.float64)
        with np.errstate(over="ignore"):  # the odds against a hopeless class are infinite
            total = total + 1 / np.exp(s[:, None, :] - s[:, :, None]).sum(axis=2)
    return total / len(scores)


def members(seed, models, rows, classes, *, size=3.0, shift=0.0):
    """Return scores of networks that partly agree: ``models`` arrays (rows, classes)."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(rows, classes))
    return [shift + size * (common + rng.normal(size=(rows, classes))) for _ in range(models)]


average_predictions = Exercise(
    "average_predictions",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="mean of probabilities",
            probe=Calls(
                arguments=[(members(k, *size),) for k, size in enumerate([(3, 5, 4), (4, 3, 10), (1, 2, 3)])]
            ),
            says="For networks with ordinary scores the result is not the mean of their probabilities.",
        ),
        Check(
            name="large scores",
            probe=Calls(arguments=[(members(9, 3, 6, 5, size=400.0, shift=2000.0),)]),
            says="For ordinary scores it is right; for very large ones, where exp overflows, it is not.",
        ),
        Check(
            name="scores untouched",
            probe=lambda candidate: watching.untouched(candidate, members(12, 3, 4, 3)),
            says="The result is right, but the scores you were given have changed. They belong to the caller.",
        ),
    ],
    visible=watching.visible_predictions,
    read="Exercise 1. Average the probabilities",
)
