"""Exercise ``leaderboard``: rank the runs whose checkpoints lie in a store."""

import json
import math

from autograder.judging import Check, Exercise
from course.rehearsal.boards import board, file, ups_and_downs, visible_board

NAN = math.nan
WHOLE = [
    file("w9-000", 1, NAN), file("w9-000", 2, 0.33),
    file("w9-001", 1, 0.90119), file("w9-002", 1, 0.90121),
    file("w0-000", 1, 0.912), file("w0-000", 2, 0.934), file("w0-000", 3, 0.921),
    file("w1-000", 1, 0.0975, padded=False), file("w1-000", 2, 0.099, padded=False),
    file("w2-000", 1, 1.0, padded=False),
    file("w3-lr1e-05", 1, 0.41), file("w3-lr1e-04", 1, 0.62), file("w3-lr1e-04", 12, 0.66),
    file("w4-000", 1, 0.5), file("w4-000", 2, NAN), file("w5-000", 1, NAN),
    file("w8_a", 1, 0.82),
    file("w8_b", 1, 0.79),
    file("w6.1", 1, 0.77), file("w6.2", 1, 0.71),
    *ups_and_downs("w3-001", 0.853),
]  # fmt: skip
CUT = file("w8-000", 1, 0.97), file("w8-001", 2, 0.88)
BROKEN = [
    ("w7-000.tmp", file("w7-000", 2, 0.99)[1]),
    ("w7-001.json.part", file("w7-001", 2, 0.98)[1]),
    (CUT[0][0], CUT[0][1][:57]),
    *WHOLE[:3],
    (CUT[1][0], ""),
    *WHOLE[3:6],
    ("notes.txt", "try a larger rate"),
]


def reference(store):
    """Sort all finished records once, then keep the first of every run."""
    kept = {}
    for text in (store.read(name) for name in store.names() if name[-5:] == ".json"):
        try:
            record = json.loads(text)
            kept[record["run"], record["epoch"]] = record
        except ValueError:
            pass
    order = sorted(
        kept.values(), key=lambda r: (math.isnan(r["val_accuracy"]), -r["val_accuracy"], r["epoch"])
    )
    first = {}
    for record in order:
        first.setdefault(record["run"], record)
    return list(first.values())


leaderboard = Exercise(
    "leaderboard",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="ranking",
            probe=lambda candidate: [board(candidate, WHOLE), board(candidate, [])],
            says="It must hold the best checkpoint of every run, the best run first, NaN last.",
        ),
        Check(
            name="half-written files",
            probe=lambda candidate: board(candidate, BROKEN),
            says="Among broken and unfinished files the ranking is wrong: they must count as not there.",
        ),
    ],
    visible=visible_board,
    read="Exercise 6. The leaderboard",
)
