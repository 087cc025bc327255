"""Exercise ``random_search``: draw, try, rank by validation accuracy."""

import math

from autograder.judging import Check, Exercise
from course.rehearsal.trials import Plan, ranking, settings_drawn, visible_search, zero_above_nan

NAN = math.nan
CLEAN = ([0.3, 0.8, 0.5, 0.9, 0.1, 0.6], [0.7, 0.2, 0.9, 0.4, 0.8, 0.6], [0.9, 0.5, 0.7, 0.2, 0.6, 0.3])
DIVERGED = ([0.4, NAN, 0.7, 0.2, NAN, 0.9, 0.5], [0.3, 0.1, 0.2, 0.8, 0.1, 0.5, 0.9],
            [0.6, 0.1, 0.8, 0.3, 0.1, 0.4, 0.2])  # fmt: skip


def reference(objective, space, n, rng):
    """Insert each trial before the first that is worse; NaN is worse than anything."""
    trials = []
    for _ in range(n):
        settings = {name: draw(rng) for name, draw in space.items()}
        trial = {"settings": settings, **objective(dict(settings))}
        value = trial["val_accuracy"]
        rank = sum(
            not each["val_accuracy"] < value
            for each in trials
            if each["val_accuracy"] == each["val_accuracy"]
        )
        trials.insert(rank if value == value else len(trials), trial)
    return trials


def orders(search):
    """Return the ranking of a search in which nothing diverged, of one with NaN scores, and the place of a 0."""
    found = [ranking(search, Plan(*scores), len(scores[0])) for scores in (CLEAN, DIVERGED)]
    return [*found, zero_above_nan(search)]


random_search = Exercise(
    "random_search",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="ranking",
            probe=orders,
            says="The list must hold all n trials, each asked once, the best validation accuracy first.",
        ),
        Check(
            name="draws",
            probe=lambda candidate: settings_drawn(candidate, 6, (5, 6)),
            says="Every trial needs fresh settings: each name drawn anew, from the rng that was given.",
        ),
    ],
    visible=visible_search,
    read="Exercise 2. Random search",
)
