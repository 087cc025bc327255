"""Checkpoint files in memory: what a worker wrote and when, and what a leaderboard makes of files."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course.probing import Raised, Unusable, call


class Shelf:
    """A store in memory with the methods of ``course.search.Folder``; it remembers what was done, in order."""

    def __init__(self, files: Mapping[str, str] | None = None):
        self.files = dict(files or {})
        self.done: list[tuple] = []

    def write(self, name: str, text: str) -> None:
        """Write a file, as open, write, close would."""
        self.done.append(("write", str(name), str(text)))
        self.files[str(name)] = str(text)

    def rename(self, old: str, new: str) -> None:
        """Rename a file in one step; a file of the new name is replaced.  Raises ``FileNotFoundError``."""
        if old not in self.files:
            raise FileNotFoundError(f"there is no file {old!r}")
        self.done.append(("rename", str(old), str(new)))
        self.files[str(new)] = self.files.pop(old)

    def read(self, name: str) -> str:
        """Return the text of a file.  Raises ``FileNotFoundError``."""
        if name not in self.files:
            raise FileNotFoundError(f"there is no file {name!r}")
        return self.files[name]

    def names(self) -> list[str]:
        """Return the names of all files, in no particular order, as a directory does."""
        return list(self.files)


def board(rank: Callable, files: Mapping[str, str]) -> Any:
    """Return a leaderboard as (run, epoch) pairs, or what it raised."""
    try:
        found = call(rank, Shelf(files))
    except Unusable as trouble:
        if trouble.kind == "unfinished":
            raise
        return Raised(type(trouble.__cause__).__name__, str(trouble.__cause__))
    if found is None:
        raise Unusable("returns None", "It returned None. Is there a return statement?")
    try:
        return [[each["run"], each["epoch"]] for each in found]
    except (TypeError, KeyError):
        raise Unusable("wrong type", "It must return a list of records, the dicts in the files.") from None


def file(run: str, epoch: int, accuracy: float, *, padded: bool = True) -> tuple[str, str]:
    """Return name and text of a checkpoint."""
    score = f"{100 * accuracy:06.2f}" if padded else f"{100 * accuracy:.2f}"
    record = {"run": run, "epoch": epoch, "val_accuracy": accuracy, "settings": {"learning_rate": 1e-5}}
    return f"{score}_{epoch:04d}_{run}.json", json.dumps(record)


def visible_board(rank: Callable) -> Any:
    """Watch ``leaderboard``."""
    cut = file("w2-000", 3, 0.99)
    return board(
        rank,
        dict(
            [
                file("w0-000", 1, 0.905),
                file("w0-000", 2, 0.881),
                file("w1-lr1e-05", 1, 0.0975, padded=False),
                file("w1-lr1e-04", 1, 0.93),
                file("w3-000", 1, math.nan),
                file("w5_a", 1, 1.0),
                file("w5_b", 1, 0.9),
                (cut[0], cut[1][:40]),
                ("w4-000.tmp", file("w4-000", 1, 0.98)[1]),
            ]
        ),
    )


class Shift:
    """What a worker is given: settings to draw, and a training job whose scores are planned.

    accuracies  one list per run, the validation accuracy after every epoch
    drawn       the settings that were handed out, in order
    seen        for every epoch that ended, how many finished checkpoints there were when the worker went on
    """

    def __init__(self, accuracies: list[list[float]]):
        self.accuracies = accuracies
        self.shelf = Shelf()
        self.drawn: list[dict] = []
        self.seen: list[int] = []
        self.runs = 0

    def draw(self, rng: np.random.Generator) -> dict[str, float]:
        """Return new settings."""
        self.drawn.append({"learning_rate": float(rng.random())})
        return dict(self.drawn[-1])

    def train(self, settings: Mapping[str, float], after_epoch: Callable[[dict], Any]) -> None:
        """Call ``after_epoch(stats)`` after every epoch."""
        planned = self.accuracies[self.runs % len(self.accuracies)]
        self.runs += 1
        for epoch, accuracy in enumerate(planned, start=1):
            call(after_epoch, {"epoch": epoch, "train_accuracy": 0.5 + epoch / 64, "val_accuracy": accuracy})
            self.seen.append(len(self.finished()))

    def finished(self) -> list[str]:
        """Return the names of finished checkpoints."""
        return sorted(name for name in self.shelf.files if name.endswith(".json"))

    def run(self, worker: Callable, name: str, seed: int) -> Any:
        """Let a worker work and return what it returned.  Raises ``Unusable``."""
        return call(worker, self.shelf, name, self.draw, self.train, len(self.accuracies), seed)


def published(worker: Callable, accuracies: list[list[float]], name: str, seed: int) -> dict[str, Any]:
    """Return the checkpoints a worker left, how many there were after every epoch, and which settings they name."""
    shift = Shift(accuracies)
    returned = shift.run(worker, name, seed)
    if returned is None:
        raise Unusable("returns None", "It returned None. It should return how many runs it made.")
    records = []
    for each in shift.finished():
        try:
            record = json.loads(shift.shelf.files[each])
            settings = record.pop("settings", None)
            records.append([each, record, shift.drawn.index(settings) if settings in shift.drawn else -1])
        except (ValueError, AttributeError):
            raise Unusable(
                "wrong type", "A checkpoint holds no JSON dict. Write json.dumps(record)."
            ) from None
    return {"files": records, "after every epoch": shift.seen, "returned": returned}


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


def settings_drawn(worker: Callable) -> dict[str, bool]:
    """Return what depends on a worker's seed."""
    drawn = []
    for seed in (7, 7, 8):
        shift = Shift([[0.5]] * 4)
        shift.run(worker, "ann", seed)
        drawn.append([each["learning_rate"] for each in shift.drawn])
    return {
        "all different": len(set(drawn[0])) == 4,
        "same seed, same settings": drawn[0] == drawn[1],
        "other seed, same settings": drawn[0] == drawn[2],
    }


def visible_shift(worker: Callable) -> dict[str, Any]:
    """Watch ``worker``."""
    plan = [[0.0975, 0.62, 0.6], [0.875, 1.0]]
    return {**published(worker, plan, "zoe", 3), **steps(worker, plan), **settings_drawn(worker)}
