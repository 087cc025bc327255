"""What is known about ``leaderboard`` that shows a wrong checkpoint of a run, or takes two runs for one.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

import contextlib
import json
import re

from autograder.exercises.hyperparameter_search.leaderboard_known import leaderboard, rank, worth

__all__ = ["leaderboard"]
ex = leaderboard


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
def a_label_cut_at_the_minus(store):
    """Names are split at every minus, so runs labelled 1e-05 and 1e-04 become one. Take the run from the record.

    Where else does the label of a run stand?
    """
    return rank(store, run=lambda name, record: "-".join(re.split("[-_]", name)[2:4]))


@ex.mistake
def a_label_cut_at_the_underscore(store):
    """Names are split at every underscore, and labels have some too, so runs become one. Take the run from the
    record.

    Where else does the label of a run stand?
    """
    return rank(store, run=lambda name, record: name.removesuffix(".json").split("_")[2])


@ex.mistake
def a_label_cut_at_the_dot(store):
    """Names are split at the dots, and labels have some too, so runs become one. Take the run from the record.

    Where else does the label of a run stand?
    """
    return rank(store, run=lambda name, record: name.split("_", 2)[2].split(".")[0])


@ex.mistake
def worst_checkpoint_of_each_run(store):
    """Each run shows its worst checkpoint. Keep the one with the best validation accuracy: turn the comparison
    round.

    When does a new record of a run take the place of the one you keep?
    """
    return rank(store, better=lambda a, b: worth(a) < worth(b))


@ex.mistake
def first_file_read_of_each_run(store):
    """Each run shows the checkpoint that was read first, and files come in no order. Keep the best of a run.

    When does a new record of a run take the place of the one you keep?
    """
    return rank(store, better=lambda a, b: False)


@ex.mistake
def last_file_read_of_each_run(store):
    """Each run shows the checkpoint that was read last, and files come in no order. Keep the best of a run.

    When does a new record of a run take the place of the one you keep?
    """
    return rank(store, better=lambda a, b: True)


@ex.mistake
def largest_file_name_of_each_run(store):
    """Each run shows the checkpoint whose file name is the largest as text, and not every worker pads its scores.
    Compare the records.

    Which comes first as text, 9.75 or 97.50?
    """
    kept = {}
    for _, record in sorted(finished(store)):
        kept[record["run"]] = record
    return sorted(kept.values(), key=worth, reverse=True)


@ex.mistake
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


@ex.mistake
def score_taken_from_the_file_name(store):
    """The score is read from the file name, where it is rounded: runs that differ by less stand in the wrong
    order. Take it from the record.

    Of how many digits is the score in a name?
    """
    return by_the_score_in_the_name(store, diverged=True)


@ex.mistake
def diverged_runs_lost_with_the_score_in_the_name(store):
    """The score is read from the file name, and `float` cannot read the 000nan of a run that diverged, so that
    run is left out. Take it from the record.

    What does `float("000nan")` do?
    """
    return by_the_score_in_the_name(store, diverged=False)


@ex.mistake
def a_first_NaN_stays(store):
    """A run whose first checkpoint is NaN keeps it, since nothing compares as larger. Use the key that knows NaN
    in both comparisons.

    If the best so far is NaN, what does a comparison with it say?
    """
    return rank(store, better=lambda a, b: a["val_accuracy"] > b["val_accuracy"])
