"""Exercise ``leaderboard``: rank the runs whose checkpoints lie in a store."""

import json
import math
import re

from autograder.judging import Check, Exercise
from course.rehearsal.shelf import board, file, visible_board

NAN = math.nan
WHOLE = [
    file("w0-000", 1, 0.912), file("w0-000", 2, 0.934), file("w0-000", 3, 0.921),
    file("w1-000", 1, 0.0975, padded=False), file("w1-000", 2, 0.099, padded=False),
    file("w2-000", 1, 1.0, padded=False),
    file("w3-lr1e-05", 1, 0.41), file("w3-lr1e-04", 1, 0.62), file("w3-lr1e-04", 12, 0.66),
    file("w4-000", 1, 0.5), file("w4-000", 2, NAN), file("w5-000", 1, NAN),
    file("w8_a", 1, 0.82),
    file("w8_b", 1, 0.79),
    file("w6.1", 1, 0.77), file("w6.2", 1, 0.71),
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
            probe=lambda candidate: [board(candidate, dict(WHOLE)), board(candidate, {})],
            says="It must hold the best checkpoint of every run, the best run first, NaN last.",
        ),
        Check(
            name="half-written files",
            probe=lambda candidate: board(candidate, dict(BROKEN)),
            says="Among broken and unfinished files the ranking is wrong: they must count as not there.",
        ),
    ],
    visible=visible_board,
    read="Exercise 6. The leaderboard",
)
ex = leaderboard


def worth(record):
    """Return a key that puts NaN below everything."""
    return -1.0 if math.isnan(record["val_accuracy"]) else record["val_accuracy"]


def rank(
    store, *, ends=lambda name: name.endswith(".json"), run=lambda name, record: record["run"], key=worth,
    better=None, reverse=True, order=sorted, broken=(ValueError,), once=True,
):  # fmt: skip
    """Return the records; each mistake below changes one thing."""
    best = {}
    for name in store.names():
        if not ends(name):
            continue
        try:
            record = json.loads(store.read(name))
        except broken:
            continue
        label = run(name, record) if once else name
        if label not in best or (better or (lambda a, b: worth(a) > worth(b)))(record, best[label]):
            best[label] = record
    return order(best.values(), key=key, reverse=reverse)


@ex.variant
def with_a_dict(store):
    return rank(store)


@ex.variant
def from_the_names(store):
    def run(name, record):
        return name.removesuffix(".json").split("_", 2)[2]

    return rank(store, run=run)


@ex.mistake
def sorted_as_text(store):
    """The scores are compared as text, where 9.75 comes after 97 and 100.00 before both. Compare numbers."""
    return rank(
        store, key=lambda r: "" if math.isnan(r["val_accuracy"]) else f"{100 * r['val_accuracy']:.2f}"
    )


@ex.mistake
def names_sorted_as_text(store):
    """The file names are sorted as text. Not every worker pads its scores, and nan sorts above all: compare the
    numbers in the records.

    Which comes first as text, 9.75 or 97.50?
    """
    seen, found = set(), []
    for name in sorted((n for n in store.names() if n.endswith(".json")), reverse=True):
        try:
            record = json.loads(store.read(name))
        except ValueError:
            continue
        if record["run"] not in seen:
            seen.add(record["run"])
            found.append(record)
    return found


@ex.mistake
def NaN_first(store):
    """A run that diverged leads the board. NaN compares as neither larger nor smaller: give it a key of its own.

    Is NaN > 0.9 true, and is NaN < 0.9?
    """
    return rank(store, key=lambda r: math.inf if math.isnan(r["val_accuracy"]) else r["val_accuracy"])


@ex.mistake
def NaN_muddles_the_order(store):
    """Every comparison with NaN is false, so `sorted` leaves runs in the wrong order. Give NaN a low key.

    Is NaN > 0.9 true, and is NaN < 0.9?
    """
    return rank(store, key=lambda r: r["val_accuracy"])


@ex.mistake
def a_NaN_hides_its_run(store):
    """A run whose last epoch diverged is ranked by its NaN, though an earlier checkpoint of it is good. Keep the
    best checkpoint of each run.

    If the best so far is NaN, what does a comparison with it say?
    """
    return rank(store, better=lambda a, b: math.isnan(a["val_accuracy"]) or worth(a) > worth(b) >= 0)


@ex.mistake
def diverged_runs_dropped(store):
    """Runs with NaN are missing from the board, so nobody sees which settings diverge. Put them last."""
    return [each for each in rank(store) if not math.isnan(each["val_accuracy"])]


@ex.mistake
def worst_first(store):
    """The board starts with the lowest accuracy. Sort the other way round."""
    return rank(store, reverse=False)


@ex.mistake
def a_run_listed_several_times(store):
    """Every checkpoint has a line of its own, so one good run fills the top. Keep one per run.

    How often may one run stand on the board?
    """
    return rank(store, once=False)


@ex.mistake
def last_checkpoint_instead_of_best(store):
    """Each run shows its newest checkpoint. Keep the one with the best validation accuracy.

    If a run gets worse in its last epoch, which of its files counts?
    """
    return rank(store, better=lambda a, b: a["epoch"] > b["epoch"])


@ex.mistake
def a_label_cut_at_the_minus_of_1e05(store):
    """Names are split at every minus, so runs labelled 1e-05 and 1e-04 become one. Take the run from the record.

    Where else does the label of a run stand?
    """
    return rank(store, run=lambda name, record: "-".join(re.split("[-_]", name)[2:4]))


@ex.mistake
def a_label_cut_at_the_underscore(store):
    """Names are split at every underscore, and labels have some too, so runs become one. Take the run from the
    record."""
    return rank(store, run=lambda name, record: name.removesuffix(".json").split("_")[2])


@ex.mistake
def a_label_cut_at_the_dot(store):
    """Names are split at the dots, and labels have some too, so runs become one. Take the run from the record."""
    return rank(store, run=lambda name, record: name.split("_", 2)[2].split(".")[0])


@ex.mistake
def unfinished_files_counted(store):
    """Files that do not end in .json are counted; they are still being written. Look at the names first."""
    return rank(store, ends=lambda name: not name.endswith(".txt"))


@ex.mistake
def a_partial_file_stops_everything(store):
    """Half a file makes `json.loads` raise, and there is no board at all. Leave that file out and go on."""
    return rank(store, broken=())


@ex.mistake
def a_partial_file_ends_the_reading(store):
    """At the first file that cannot be read the loop ends, and later files are missing. Go on with the next."""
    found = {}
    for name in store.names():
        if name.endswith(".json"):
            try:
                record = json.loads(store.read(name))
            except ValueError:
                break
            if record["run"] not in found or worth(record) > worth(found[record["run"]]):
                found[record["run"]] = record
    return sorted(found.values(), key=worth, reverse=True)
