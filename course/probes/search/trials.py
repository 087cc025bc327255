"""A random search whose scores are planned."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course.probes.answers import required
from course.probes.base import Unusable, call
from course.probes.bounded import bounded
from course.probes.comparing import same


class Plan:
    """An objective whose scores are planned: the k-th settings score what entry k says, asked again the same.

    asked  the settings of every call, in order
    """

    def __init__(self, val: Sequence[float], train: Sequence[float], test: Sequence[float]):
        loss = [1 + k / 8 for k in range(len(val))]
        self.scores = {
            "train_loss": loss,
            "train_accuracy": train,
            "val_accuracy": val,
            "test_accuracy": test,
        }
        self.asked: list[dict] = []
        self.trials: dict[Any, int] = {}

    def objective(self, settings: Mapping[str, float]) -> dict[str, float]:
        """Return the planned scores of a trial.  Raises ``TypeError`` for a function among the settings."""
        for name, value in settings.items():
            if callable(value):
                raise TypeError(f"{name!r} is still a function; the objective wants a value, draw(rng).")
        self.asked.append(dict(settings))
        self.trials.setdefault(key(settings), len(self.trials))
        return self.scored(self.trial(settings))

    def scored(self, trial: int) -> dict[str, float]:
        """Return the planned scores of a trial; those of the last for all that are beyond the plan."""
        return {name: values[min(trial, len(values) - 1)] for name, values in self.scores.items()}

    def trial(self, settings: Mapping[str, float]) -> int:
        """Return how many other settings were asked before these; -1 for settings that never were."""
        return self.trials.get(key(settings), -1)


def key(settings: Mapping[str, float]) -> Any:
    """Return something to look settings up by, which is the same for equal settings."""
    try:
        return frozenset(settings.items())
    except TypeError:  # a list or an array, which no right answer puts there
        return repr(sorted(settings.items()))


def drawers(count: int) -> dict[str, Callable]:
    """Return a space of ``count`` names; the k-th name's draws lie between k and k + 1."""
    return {
        f"knob {k}": bounded(lambda rng, k=k: k + float(rng.random()), "a function of `space`")
        for k in range(count)
    }  # a default argument keeps each k


def trials_of(search: Callable, plan: Plan, count: int, n: int, seed: int) -> list[dict]:
    """Return what a random search returned, read as a list of dicts.  Raises ``Unusable``."""
    found = required(call(search, plan.objective, drawers(count), n, np.random.default_rng(seed)))
    try:
        return [{**dict(each), "settings": dict(each["settings"])} for each in found]
    except (TypeError, KeyError, ValueError):
        raise Unusable(
            "wrong type", 'It must return a list of dicts, each with "settings" and scores.'
        ) from None


def ranking(search: Callable, plan: Plan, n: int) -> dict[str, Any]:
    """Return in which order a random search ranked its trials, what it kept of them, and how often it asked."""
    found = trials_of(search, plan, 2, n, 3)
    trials = [plan.trial(each["settings"]) for each in found]
    return {
        "the order of the trials": settled(trials, plan),
        "calls of the objective": "twice or more for each trial"
        if len(plan.asked) >= 2 * n
        else len(plan.asked),
        "val_accuracy beside settings": [each.get("val_accuracy") for each in found],
        "every score kept": all(
            same({name: each.get(name) for name in plan.scores}, plan.scored(trial))
            for each, trial in zip(found, trials, strict=True)
        ),
    }


def settled(trials: Sequence[int], plan: Plan) -> list[int]:
    """Return trials with neighbours of equal score, or of none, by number: any order of those is right."""
    scores = {trial: plan.scored(trial)["val_accuracy"] for trial in trials}
    groups = itertools.groupby(trials, key=lambda k: None if math.isnan(scores[k]) else scores[k])
    return [k for _, group in groups for k in sorted(group)]


def zero_above_nan(search: Callable) -> bool:
    """Return whether a trial that scored 0 comes before two that diverged, one tried before it and one after."""
    plan = Plan([math.nan, 0.0, math.nan], [0.5, 0.25, 0.125], [0.125, 0.5, 0.25])
    return [plan.trial(each["settings"]) for each in trials_of(search, plan, 1, 3, 4)][:1] == [1]


def settings_drawn(search: Callable, n: int, seeds: tuple[int, int]) -> dict[str, Any]:
    """Return which settings were asked for: own ranges, all different, from the generator, not in step."""
    plans = [Plan([k / n for k in range(n)], [0.5] * n, [0.5] * n) for _ in range(3)]
    for plan, seed in zip(plans, (seeds[0], *seeds), strict=True):
        trials_of(search, plan, 3, n, seed)
    asked = [[[each[name] for name in sorted(each)] for each in plan.asked] for plan in plans]
    if {len(row) for row in asked[0]} != {3}:
        raise Unusable(
            "wrong type", "Every trial must hand the objective one value for each name of the space."
        )
    values = np.array(asked[0], dtype=float)
    own = [sorted(each) == ["knob 0", "knob 1", "knob 2"] for each in plans[0].asked]
    parts = values % 1
    return {
        "own ranges": all(own) and bool((np.floor(values) == np.arange(values.shape[1])).all()),
        "different values of each name": [len(set(column)) for column in values.T],
        "names in step": bool(np.allclose(parts, parts[:, :1])),
        "same seed, same settings": asked[0] == asked[1],
        "other seed, same settings": asked[0] == asked[2],
    }


def visible_search(search: Callable) -> dict[str, Any]:
    """Watch ``random_search``; every plain sort leaves these scores in another wrong order."""
    plan = Plan([0.3, 0.7, math.nan, 0.9, 0.2], [0.8, 0.2, 0.4, 0.9, 0.5], [0.8, 0.4, 0.1, 0.5, 0.9])
    return {
        **ranking(search, plan, 5),
        "a true 0 above NaN": zero_above_nan(search),
        **settings_drawn(search, 4, (8, 9)),
    }
