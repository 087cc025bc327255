"""Successive halving, watched: which settings it trains for how long, and what it reports."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course.probes.answers import required
from course.probes.base import Unusable, call
from course.probes.comparing import same
from course.probes.ending import ended_after

SECONDS = 1.0
"""After which a function that needs a few dozen planned accuracies must be going round in a circle.

One that doubles its epochs at every turn fills gigabytes within seconds."""

ENDLESS = "It had not ended after a second. Can a rung be empty? `3 // 4` is 0."


class Curves:
    """A training job whose learning curves are planned.

    tops      what setting k would reach in the end
    speed     how soon
    fade      by how much each further epoch takes it down again
    diverges  k -> number of epochs from which on the accuracy of setting k is NaN
    asked     [epochs, k] of every call, in order
    """

    def __init__(
        self,
        tops: Sequence[float],
        speed: Sequence[float],
        fade: Sequence[float],
        diverges: Mapping[int, int],
    ):
        self.tops, self.speed, self.fade, self.diverges = tops, speed, fade, dict(diverges)
        self.asked: list[list[int]] = []

    @property
    def settings(self) -> list[dict[str, float]]:
        """Return new dicts of all settings; the learning rate of setting k is 2 ** -k."""
        return [{"learning_rate": 2.0**-k, "reg": 1e-4} for k in range(len(self.tops))]

    def number(self, settings: Mapping[str, float]) -> int:
        """Return k.  Raises ``ValueError`` for settings that are none of ours."""
        for k, own in enumerate(self.settings):
            if settings == own:
                return k
        raise ValueError(f"these are none of the settings: {settings!r}"[:200])

    def accuracy(self, k: int, epochs: float) -> float:
        """Return the planned validation accuracy of setting k."""
        if epochs >= self.diverges.get(k, math.inf):
            return math.nan
        epochs = min(epochs, 10**9)  # a loop without end may reach numbers that no float holds
        return self.tops[k] * (1 - math.exp(-self.speed[k] * epochs)) / (1 + self.fade[k] * (epochs - 1))

    def train(self, settings: Mapping[str, float], epochs: int) -> float:
        """Return the planned accuracy.  Raises ``TypeError`` for epochs that are no whole number."""
        whole = isinstance(epochs, int | np.integer) or float(epochs).is_integer()
        if isinstance(epochs, bool) or not whole:
            raise TypeError(f"train(settings, epochs) wants a whole number of epochs; got {epochs!r}")
        k = self.number(settings)
        self.asked.append([int(epochs), k])
        return self.accuracy(k, epochs)


def planned(count: int, seed: int, *, diverges: Mapping[int, int]) -> Curves:
    """Return curves that cross: what is good at the end is often slow at first.

    The worst of several stays at 0.  Every third is good at once and gets worse with every epoch.
    """
    rng = np.random.default_rng(seed)
    tops = (
        rng.permutation(np.append(np.linspace(0.5, 0.97, count - 1), 0.0)) if count > 1 else np.array([0.9])
    )
    third = np.arange(count) % 3 == 1
    speed = np.where(third, 3.0, 0.9 - 0.7 * tops + 0.05 * rng.random(count))
    return Curves(tops.tolist(), speed.tolist(), np.where(third, 0.3, 0.0).tolist(), diverges)


def climbed(halving: Callable, curves: Curves, *options: int) -> dict[str, Any]:
    """Return what successive halving trained and what it reported.  Raises ``Unusable``."""
    given = curves.settings
    report = required(call(halving, curves.train, given, *options))
    try:
        rungs = [[rung["epochs"], [dict(trial) for trial in rung["trials"]]] for rung in report]
        order = [[epochs, ranked(trials, curves)] for epochs, trials in rungs]
        told = [trial["val_accuracy"] for _, trials in rungs for trial in trials]
    except (TypeError, KeyError, ValueError, AttributeError):
        raise Unusable(
            "wrong type",
            'It must return a list of dicts with "epochs" and "trials", each trial with "settings" and '
            '"val_accuracy".',
        ) from None
    due = [curves.accuracy(k, epochs) for epochs, ks in order for k in ks]
    return {
        "epochs and number of settings of each rung": [[epochs, len(ks)] for epochs, ks in order],
        "epochs and settings that were trained": sorted(
            f"setting {k} for {epochs} epochs" for epochs, k in curves.asked
        ),
        "the order of the settings in each rung": [ks for _, ks in order],
        "the accuracies in the report": same(told, due, 1e-6),  # of float32 or not
        "the settings that were given": given == curves.settings,
    }


def ranked(trials: Sequence[Mapping[str, Any]], curves: Curves) -> list[int]:
    """Return the numbers of the settings in their order; those that diverged may stand in any."""
    groups = itertools.groupby(trials, key=lambda trial: math.isnan(trial["val_accuracy"]))
    found: list[int] = []
    for diverged, group in groups:
        numbers = [curves.number(trial["settings"]) for trial in group]
        found += sorted(numbers) if diverged else numbers
    return found


def defaults(halving: Callable) -> dict[str, bool]:
    """Return whether what is left out is one epoch in the first rung, and a half."""
    full, short, bare = (planned(11, 6, diverges={}) for _ in range(3))
    due = climbed(halving, full, 1, 2)
    return {
        "eta": same(climbed(halving, short, 1), due),
        "epochs": same(climbed(halving, bare), due),
    }


def visible_halving(halving: Callable) -> dict[str, Any]:
    """Watch ``successive_halving`` on nine settings, on seven thirds, and on one; end it if it does not end."""
    with ended_after(SECONDS, ENDLESS):
        first = climbed(halving, planned(9, 1, diverges={2: 1, 5: 4}))
        second = climbed(halving, planned(7, 3, diverges={4: 1}), 2, 3)
        alone = climbed(halving, planned(1, 4, diverges={}))
        first |= {f"{part}, with 2 epochs and eta 3": value for part, value in second.items()}
        first |= {f"{part}, of a single setting": value for part, value in alone.items()}
        return first | {f"the default of {name}": right for name, right in defaults(halving).items()}
