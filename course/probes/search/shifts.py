"""What a worker does with a store, a draw and a training job."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course.probes.base import Unusable, call, same
from course.probes.search.shelf import Shelf


class Shift:
    """What a worker is given: settings to draw, and a training job whose scores are planned.

    accuracies  one list per run, the validation accuracy after every epoch
    drawn       the settings that were handed out, in order
    told        the statistics of every epoch, in order
    seen        for every epoch that ended, how many finished checkpoints there were when the worker went on
    """

    def __init__(self, accuracies: list[list[float]]):
        self.accuracies = accuracies
        self.shelf = Shelf()
        self.drawn: list[dict] = []
        self.told: list[dict] = []
        self.seen: list[int] = []
        self.runs = 0

    def draw(self, rng: np.random.Generator) -> dict[str, float]:
        """Return new settings."""
        self.drawn.append({"learning_rate": float(rng.random()), "seed": int(rng.integers(2**31))})
        return dict(self.drawn[-1])

    def train(self, settings: Mapping[str, float], after_epoch: Callable[[dict], Any]) -> None:
        """Call ``after_epoch(stats)`` after every epoch."""
        planned = self.accuracies[self.runs % len(self.accuracies)]
        self.runs += 1
        for epoch, accuracy in enumerate(planned, start=1):
            self.told.append({"epoch": epoch, "train_accuracy": 0.5 + epoch / 64, "val_accuracy": accuracy})
            call(after_epoch, dict(self.told[-1]))
            self.seen.append(len(self.finished()))

    def finished(self) -> list[str]:
        """Return the names of finished checkpoints, in the order in which they were put in place."""
        return [name for name in self.shelf.files if name.endswith(".json")]

    def run(self, worker: Callable, name: str, seed: int) -> Any:
        """Let a worker work and return what it returned.  Raises ``Unusable``."""
        return call(worker, self.shelf, name, self.draw, self.train, len(self.accuracies), seed)


def published(worker: Callable, accuracies: list[list[float]], name: str, seed: int) -> dict[str, Any]:
    """Return names and contents of the checkpoints a worker left, and how many there were after every epoch."""
    shift = Shift(accuracies)
    returned = shift.run(worker, name, seed)
    if returned is None:
        raise Unusable("returns None", "It returned None. It should return how many runs it made.")
    names = [[*each.removesuffix(".json").split("_", 2), "", ""][:3] for each in shift.finished()]
    try:
        records = [dict(json.loads(shift.shelf.files[each])) for each in shift.finished()]
    except (ValueError, TypeError):
        raise Unusable("wrong type", "A checkpoint holds no JSON dict. Write json.dumps(record).") from None
    return {
        "the scores in the names": [score for score, *_ in names],
        "the epochs in the names": [int(epoch) if epoch.isdigit() else epoch for _, epoch, _ in names],
        "four digits for the epoch": all(len(epoch) == 4 for _, epoch, _ in names),
        "the labels in the names": [label for *_, label in names],
        "the runs in the records": [record.get("run") for record in records],
        "the settings in the records": [settings_in(record, shift.drawn) for record in records],
        "the statistics in the records": [statistics_in(record, shift.told) for record in records],
        "the checkpoints after every epoch": shift.seen,
        "the number it returned": returned,
    }


def settings_in(record: Mapping[str, Any], drawn: list[dict]) -> int | str:
    """Return which settings a record has under that name, by number; in words if none."""
    if record.get("settings") in drawn:
        return drawn.index(record["settings"])
    return "not under a name of their own" if any(within(d, record) for d in drawn) else "missing"


def statistics_in(record: Mapping[str, Any], told: list[dict]) -> int | str:
    """Return which epoch's statistics a record has among its entries, by number; in words if none."""
    inner = [each for each in record.values() if isinstance(each, dict)]
    for k, stats in enumerate(told):
        if within(stats, record):
            return k
        if any(within(stats, each) for each in inner):
            return "in a dict of their own"
    return "missing"


def within(entries: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether a record has all of these entries; NaN counts as equal to NaN."""
    return all(name in record and same(record[name], value) for name, value in entries.items())


def steps(worker: Callable, accuracies: list[list[float]]) -> dict[str, bool]:
    """Return how two workers put their files in place."""
    temporary = []
    direct = visible = False
    left = 0
    for name in ("ann", "bob"):
        shift = Shift(accuracies)
        shift.run(worker, name, 1)
        written = {file for what, file, *_ in shift.shelf.done if what == "write"}
        final = {entry[2] for entry in shift.shelf.done if entry[0] == "rename"}
        direct |= any(each.endswith(".json") and each in shift.finished() for each in written)
        visible |= any(each.endswith(".json") and each not in final for each in written)
        temporary.append({each for each in written if not each.endswith(".json")})
        left += sum(not each.endswith(".json") for each in shift.shelf.files)
    return {
        "written under the final name": direct,
        "half a file looks finished": visible,
        "one temporary name for both": bool(temporary[0] & temporary[1]),
        "temporary files left": bool(left),
    }


def settings_drawn(worker: Callable, seeds: tuple[int, int] = (7, 8)) -> dict[str, Any]:
    """Return what depends on a worker's seed; the second seed is the first plus one."""
    drawn = []
    for seed in (seeds[0], *seeds):
        shift = Shift([[0.5]] * 4)
        shift.run(worker, "ann", seed)
        drawn.append([each["learning_rate"] for each in shift.drawn])
    return {
        "calls of draw for four runs": len(drawn[0]),
        "different settings in four runs": len(set(drawn[0])),
        "same seed, same settings": drawn[0] == drawn[1],
        "other seed, same settings": drawn[0] == drawn[2],
        "settings that the next seed repeats": bool(set(drawn[0]) & set(drawn[2])),
    }


def visible_shift(worker: Callable) -> dict[str, Any]:
    """Watch ``worker``."""
    plan = [[0.0975, 0.62, 0.6], [0.875, math.nan, 1.0]]
    return {**published(worker, plan, "zoe", 3), **steps(worker, plan), **settings_drawn(worker, (3, 4))}
