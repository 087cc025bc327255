"""What a leaderboard makes of the checkpoint files in a store."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Iterable
from typing import Any

from course.probes.base import Raised, Unusable, call
from course.probes.search.shelf import Shelf

NAN = math.nan
RUNS, SHOWN, ORDER = "the runs on the board", "the checkpoint of each run", "the order of the runs"


def board(rank: Callable, files: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return which runs a leaderboard shows, by which epoch, and in which order; or what it raised.

    Runs of equal score, or of none, may come in any order: they are named by their labels.
    """
    try:
        found = call(rank, Shelf(dict(files)))
    except Unusable as trouble:
        if trouble.kind == "unfinished":
            raise
        return {RUNS: Raised(type(trouble.__cause__).__name__, str(trouble.__cause__)), SHOWN: [], ORDER: []}
    if found is None:
        raise Unusable("returns None", "It returned None. Is there a return statement?")
    try:
        shown = [(str(each["run"]), each["epoch"], float(each["val_accuracy"])) for each in found]
        equal = itertools.groupby(shown, key=lambda each: None if math.isnan(each[2]) else each[2])
        return {
            RUNS: sorted(run for run, *_ in shown),
            SHOWN: sorted([run, epoch] for run, epoch, _ in shown),
            ORDER: [run for _, group in equal for run in sorted(run for run, *_ in group)],
        }
    except (TypeError, KeyError, ValueError):
        raise Unusable("wrong type", "It must return a list of records, the dicts in the files.") from None


def file(run: str, epoch: int, accuracy: float, *, padded: bool = True) -> tuple[str, str]:
    """Return name and text of a checkpoint."""
    score = f"{100 * accuracy:06.2f}" if padded else f"{100 * accuracy:.2f}"
    record = {"run": run, "epoch": epoch, "val_accuracy": accuracy, "settings": {"learning_rate": 1e-5}}
    return f"{score}_{epoch:04d}_{run}.json", json.dumps(record)


def ups_and_downs(run: str, best: float) -> list[tuple[str, str]]:
    """Return seven checkpoints of a run in no order: the best is none of the first, the last, the newest, the
    oldest, the worst, nor that of the largest file name."""
    scores = ((3, 0.7), (1, 0.6), (4, 1.0), (7, 0.8), (2, 0.099 / best), (6, 0.05), (5, 0.9))
    return [file(run, epoch, round(best * share, 4), padded=epoch != 2) for epoch, share in scores]


def visible_board(rank: Callable) -> dict[str, Any]:
    """Watch ``leaderboard``."""
    cut = file("w2-000", 3, 0.99)
    return board(
        rank,
        [
            file("w6.1", 2, 0.81449),
            file("w6.2", 1, 0.81451),
            (cut[0], cut[1][:40]),
            *ups_and_downs("w0-000", 0.905),
            file("w1-lr1e-05", 1, 0.0975, padded=False),
            file("w1-lr1e-04", 1, 0.93),
            file("w3-000", 1, NAN),
            file("w5_a", 1, 1.0),
            file("w5_b", 1, 0.9),
            file("w7-000", 1, NAN),
            file("w7-000", 2, 0.52),
            file("w8-000", 1, 0.47),
            file("w8-000", 2, NAN),
            ("w4-000.tmp", file("w4-000", 1, 0.98)[1]),
        ],
    )
