"""Exercise ``ema_update``: an exponentially decaying average of the weights, one call per step.

The reference moves the old average towards the weights by a share of the way; the notebook adds two weighted parts.
"""

from __future__ import annotations

import numpy as np

from autograder.judging import Check, Exercise
from course.ensembles import rehearsal
from course.ensembles.rehearsal import walk

LAYERS = {"W1": (4, 3), "b1": (3,), "W2": (3, 2), "b2": (2,)}
DECAYS = [*[0.9] * 4, *[0.5] * 3, *[None] * 3, *[0.97] * 4, 0.0, 0.6]


def reference(average, params, decay=0.99):
    """Return the average after a step of (1 - decay) of the way to the weights; at first a copy of them."""
    if average is None:
        return {name: np.array(w, dtype=np.float64) for name, w in params.items()}
    return {name: average[name] + (1 - decay) * (w - average[name]) for name, w in params.items()}


ema_update = Exercise(
    "ema_update",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="path of the average",
            probe=lambda candidate: rehearsal.averages(
                candidate, walk(1, 16, LAYERS), DECAYS, in_place=False
            ),
            says="Along a walk of the weights the average leaves its recurrence.",
        ),
        Check(
            name="weights moved in place",
            probe=lambda candidate: rehearsal.averages(candidate, walk(2, 6), [0.9] * 6, in_place=True),
            says="It is right while every step brings new arrays; when training moves them in place, it is not.",
        ),
        Check(
            name="weights untouched",
            probe=lambda candidate: rehearsal.weights_after(candidate, walk(3, 4), 0.9),
            says="The average is right, but the weights themselves have changed. They belong to the training.",
        ),
        Check(
            name="two averages in turn",
            probe=lambda candidate: rehearsal.in_turn(candidate, [walk(4, 4), walk(5, 4)], 0.9),
            says="One run alone is right; two runs, taken in turn, disturb each other.",
        ),
    ],
    visible=rehearsal.visible_average,
    read="Exercise 4. A running average of the weights",
)
