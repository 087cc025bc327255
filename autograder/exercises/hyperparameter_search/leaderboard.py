"""Exercise ``leaderboard``: rank the runs whose checkpoints lie in a store."""

import contextlib
import json
import math
import re

from autograder.judging import Check, Exercise
from course.probes.search.boards import board, file, ups_and_downs, visible_board

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


@leaderboard.variant
def with_a_dict(store):
    return rank(store)


@leaderboard.variant
def from_the_names(store):
    def run(name, record):
        return name.removesuffix(".json").split("_", 2)[2]

    return rank(store, run=run)


@leaderboard.variant
def of_equal_ones_the_later(store):
    return rank(store, better=lambda a, b: worth(a) >= worth(b))


@leaderboard.mistake
def sorted_as_text(store):
    """The scores are compared as text, where 9.75 comes after 97 and 100.00 before both. Compare numbers.

    Which comes first as text, 9.75 or 97.50?
    """
    return rank(
        store, key=lambda r: "" if math.isnan(r["val_accuracy"]) else f"{100 * r['val_accuracy']:.2f}"
    )


@leaderboard.mistake
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


@leaderboard.mistake
def NaN_first(store):
    """A run that diverged leads the board. NaN compares as neither larger nor smaller: give it a key of its own.

    Is NaN > 0.9 true, and is NaN < 0.9?
    """
    return rank(store, key=lambda r: math.inf if math.isnan(r["val_accuracy"]) else r["val_accuracy"])


@leaderboard.mistake
def NaN_muddles_the_order(store):
    """Every comparison with NaN is false, so `sorted` leaves runs in the wrong order. Give NaN a low key.

    Is NaN > 0.9 true, and is NaN < 0.9?
    """
    return rank(store, key=lambda r: r["val_accuracy"])


@leaderboard.mistake
def a_NaN_hides_its_run(store):
    """A run whose last epoch diverged is ranked by its NaN, though an earlier checkpoint of it is good. Keep the
    best checkpoint of each run.

    If the best so far is NaN, what does a comparison with it say?
    """
    return rank(store, better=lambda a, b: math.isnan(a["val_accuracy"]) or worth(a) > worth(b) >= 0)


@leaderboard.mistake
def diverged_runs_dropped(store):
    """Runs with NaN are missing from the board, so nobody sees which settings diverge. Put them last.

    Which lines of your loop leave a record out?
    """
    return [each for each in rank(store) if not math.isnan(each["val_accuracy"])]


@leaderboard.mistake
def worst_first(store):
    """The board starts with the lowest accuracy. Sort the other way round.

    Which run is at index 0 of your list?
    """
    return rank(store, reverse=False)


@leaderboard.mistake
def unfinished_files_counted(store):
    """Files that do not end in .json are counted; they are still being written. Look at the names first.

    In what does the name of a finished file end?
    """
    return rank(store, ends=lambda name: not name.endswith(".txt"))


@leaderboard.mistake
def a_partial_file_stops_everything(store):
    """Half a file makes `json.loads` raise, and there is no board at all. Leave that file out and go on.

    What does `json.loads` do with half a file?
    """
    return rank(store, broken=())


@leaderboard.mistake
def a_partial_file_ends_the_reading(store):
    """At the first file that cannot be read the loop ends, and later files are missing. Go on with the next.

    After a file that cannot be read, what does your loop do?
    """
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


def finished(store):
    """Return (name, record) of every file that counts."""
    found = []
    for name in store.names():
        with contextlib.suppress(ValueError):
            found += [(name, json.loads(store.read(name)))] if name.endswith(".json") else []
    return found


def by_the_score_in_the_name(store, *, diverged):
    """Return the records by the score before the first underscore, those of diverged runs last or left out."""
    kept = {}
    for name, record in finished(store):
        score = -1.0 if "nan" in name.split("_")[0] else float(name.split("_")[0])
        if (score >= 0 or diverged) and score > kept.get(record["run"], (-2.0, None))[0]:
            kept[record["run"]] = score, record
    return [record for _, record in sorted(kept.values(), key=lambda pair: pair[0], reverse=True)]


@leaderboard.mistake
def a_run_listed_several_times(store):
    """Every checkpoint has a line of its own, so one good run fills the top. Keep one per run.

    How often may one run stand on the board?
    """
    return rank(store, once=False)


@leaderboard.mistake
def last_checkpoint_instead_of_best(store):
    """Each run shows its newest checkpoint. Keep the one with the best validation accuracy.

    If a run gets worse in its last epoch, which of its files counts?
    """
    return rank(store, better=lambda a, b: a["epoch"] > b["epoch"])


@leaderboard.mistake
def a_label_cut_at_the_minus(store):
    """Names are split at every minus, so runs labelled 1e-05 and 1e-04 become one. Take the run from the record.

    Where else does the label of a run stand?
    """
    return rank(store, run=lambda name, record: "-".join(re.split("[-_]", name)[2:4]))


@leaderboard.mistake
def a_label_cut_at_the_underscore(store):
    """Names are split at every underscore, and labels have some too, so runs become one. Take the run from the
    record.

    Where else does the label of a run stand?
    """
    return rank(store, run=lambda name, record: name.removesuffix(".json").split("_")[2])


@leaderboard.mistake
def a_label_cut_at_the_dot(store):
    """Names are split at the dots, and labels have some too, so runs become one. Take the run from the record.

    Where else does the label of a run stand?
    """
    return rank(store, run=lambda name, record: name.split("_", 2)[2].split(".")[0])


@leaderboard.mistake
def worst_checkpoint_of_each_run(store):
    """Each run shows its worst checkpoint. Keep the one with the best validation accuracy: turn the comparison
    round.

    When does a new record of a run take the place of the one you keep?
    """
    return rank(store, better=lambda a, b: worth(a) < worth(b))


@leaderboard.mistake
def first_file_read_of_each_run(store):
    """Each run shows the checkpoint that was read first, and files come in no order. Keep the best of a run.

    When does a new record of a run take the place of the one you keep?
    """
    return rank(store, better=lambda a, b: False)


@leaderboard.mistake
def last_file_read_of_each_run(store):
    """Each run shows the checkpoint that was read last, and files come in no order. Keep the best of a run.

    When does a new record of a run take the place of the one you keep?
    """
    return rank(store, better=lambda a, b: True)


@leaderboard.mistake
def largest_file_name_of_each_run(store):
    """Each run shows the checkpoint whose file name is the largest as text, and not every worker pads its scores.
    Compare the records.

    Which comes first as text, 9.75 or 97.50?
    """
    kept = {}
    for _, record in sorted(finished(store)):
        kept[record["run"]] = record
    return sorted(kept.values(), key=worth, reverse=True)


@leaderboard.mistake
def runs_sorted_by_file_name(store):
    """Each run shows its best checkpoint, but the runs are sorted by their file names as text, and not every
    worker pads its scores. Sort by the numbers in the records.

    Which comes first as text, 9.75 or 97.50?
    """
    kept = {}
    for name, record in finished(store):
        if record["run"] not in kept or worth(record) > worth(kept[record["run"]][1]):
            kept[record["run"]] = name, record
    return [record for _, record in sorted(kept.values(), key=lambda pair: pair[0], reverse=True)]


@leaderboard.mistake
def score_taken_from_the_file_name(store):
    """The score is read from the file name, where it is rounded: runs that differ by less stand in the wrong
    order. Take it from the record.

    Of how many digits is the score in a name?
    """
    return by_the_score_in_the_name(store, diverged=True)


@leaderboard.mistake
def diverged_runs_lost_with_the_score_in_the_name(store):
    """The score is read from the file name, and `float` cannot read the 000nan of a run that diverged, so that
    run is left out. Take it from the record.

    What does `float("000nan")` do?
    """
    return by_the_score_in_the_name(store, diverged=False)


@leaderboard.mistake
def a_first_NaN_stays(store):
    """A run whose first checkpoint is NaN keeps it, since nothing compares as larger. Use the key that knows NaN
    in both comparisons.

    If the best so far is NaN, what does a comparison with it say?
    """
    return rank(store, better=lambda a, b: a["val_accuracy"] > b["val_accuracy"])
