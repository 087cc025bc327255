"""What is known about right and wrong answers to ``leaderboard``: the order, and files that do not count.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

import json
import math

from autograder.exercises.hyperparameter_search.leaderboard import leaderboard

__all__ = ["leaderboard"]
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


@ex.variant
def of_equal_ones_the_later(store):
    return rank(store, better=lambda a, b: worth(a) >= worth(b))


@ex.mistake
def sorted_as_text(store):
    """The scores are compared as text, where 9.75 comes after 97 and 100.00 before both. Compare numbers.

    Which comes first as text, 9.75 or 97.50?
    """
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
    """Runs with NaN are missing from the board, so nobody sees which settings diverge. Put them last.

    Which lines of your loop leave a record out?
    """
    return [each for each in rank(store) if not math.isnan(each["val_accuracy"])]


@ex.mistake
def worst_first(store):
    """The board starts with the lowest accuracy. Sort the other way round.

    Which run is at index 0 of your list?
    """
    return rank(store, reverse=False)


@ex.mistake
def unfinished_files_counted(store):
    """Files that do not end in .json are counted; they are still being written. Look at the names first.

    In what does the name of a finished file end?
    """
    return rank(store, ends=lambda name: not name.endswith(".txt"))


@ex.mistake
def a_partial_file_stops_everything(store):
    """Half a file makes `json.loads` raise, and there is no board at all. Leave that file out and go on.

    What does `json.loads` do with half a file?
    """
    return rank(store, broken=())


@ex.mistake
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
