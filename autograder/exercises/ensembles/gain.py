"""Exercise ``honest_gain``: what an ensemble brings, over its members, with an interval over draws.

The reference takes the variance from all pairs of draws and Student's quantile from ``scipy.special``; the notebook
uses NumPy's standard deviation and ``scipy.stats``.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy import special

from autograder.judging import Check, Exercise
from course.probing import Calls


def reference(members, ensembles):
    """Return the mean gain over draws and the ends of its 95% interval."""
    gains = [float(e) - math.fsum(row) / len(row) for row, e in zip(members, ensembles, strict=True)]
    n = len(gains)
    mean = math.fsum(gains) / n
    pairs = math.fsum((a - b) ** 2 for a, b in itertools.combinations(gains, 2))
    half = special.stdtrit(n - 1, 0.975) * math.sqrt(pairs / (n * n * (n - 1)))
    return mean, mean - half, mean + half


def draws(seed, count, models):
    """Return accuracies of the members (count, models) and of the ensembles (count,)."""
    rng = np.random.default_rng(seed)
    members = 0.9 + 0.02 * rng.normal(size=(count, 1)) + 0.01 * rng.normal(size=(count, models))
    return members, members.mean(axis=1) + 0.01 + 0.006 * rng.normal(size=count)


honest_gain = Exercise(
    "honest_gain",
    points=2,
    reference=reference,
    checks=[
        Check(
            name="gain and interval",
            probe=Calls(arguments=[draws(0, 6, 5), draws(1, 12, 2), draws(2, 2, 3), draws(3, 4, 1)]),
            says="The gain over the mean member, or its interval over draws, is not right.",
        )
    ],
    visible=Calls(
        arguments=[
            (np.array([[0.90, 0.92], [0.89, 0.91], [0.93, 0.94]]), np.array([0.92, 0.92, 0.965])),
            (np.array([[0.80, 0.84, 0.85], [0.82, 0.88, 0.79]]), np.array([0.86, 0.84])),
        ]
    ),
    read="Exercise 2. Report the gain",
)
