"""A random search whose scores are planned."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course.probing import Unusable, call


class Plan:
    """An objective whose scores are planned: trial k scores what entry k says, whatever the settings are.

    asked  the settings of every call, in order
    """

    def __init__(self, val: Sequence[float], train: Sequence[float], test: Sequence[float]):
        self.scores = {"train_accuracy": train, "val_accuracy": val, "test_accuracy": test}
        self.asked: list[dict] = []

    def objective(self, settings: Mapping[str, float]) -> dict[str, float]:
        """Return the planned scores of the next trial.  Raises ``TypeError`` for a function among the settings."""
        for name, value in settings.items():
            if callable(value):
                raise TypeError(f"{name!r} is still a function; the objective wants a value, draw(rng).")
        trial = min(len(self.asked), len(self.scores["val_accuracy"]) - 1)
        self.asked.append(dict(settings))
        return {name: values[trial] for name, values in self.scores.items()}


def drawers(count: int) -> dict[str, Callable]:
    """Return a space of ``count`` names; the k-th name's draws lie between k and k + 1."""
    return {
        f"knob {k}": (lambda rng, k=k: k + float(rng.random())) for k in range(count)
    }  # a default argument keeps each k


def trials_of(search: Callable, plan: Plan, count: int, n: int, seed: int) -> list[dict]:
    """Return what a random search returned, read as a list of dicts.  Raises ``Unusable``."""
    found = call(search, plan.objective, drawers(count), n, np.random.default_rng(seed))
    if found is None:
        raise Unusable("returns None", "It returned None. Is there a return statement?")
    try:
        return [{**dict(each), "settings": dict(each["settings"])} for each in found]
    except (TypeError, KeyError, ValueError):
        raise Unusable(
            "wrong type", 'It must return a list of dicts, each with "settings" and scores.'
        ) from None


def ranking(search: Callable, plan: Plan, n: int) -> dict[str, Any]:
    """Return in which order a random search ranked the trials it asked for, and how many it asked for."""
    found = trials_of(search, plan, 2, n, 3)
    order = [next((k for k, a in enumerate(plan.asked) if a == each["settings"]), -1) for each in found]
    return {"order": order, "asked": len(plan.asked), "scores": [each.get("val_accuracy") for each in found]}


def visible_search(search: Callable) -> dict[str, Any]:
    """Watch ``random_search``."""
    plan = Plan([0.2, 0.7, math.nan, 0.9, 0.3], [0.8, 0.2, 0.4, 0.9, 0.5], [0.8, 0.4, 0.1, 0.5, 0.9])
    return ranking(search, plan, 5)
