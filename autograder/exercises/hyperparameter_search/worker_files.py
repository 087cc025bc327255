"""What is known about wrong names and contents of the files of ``worker``.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

from autograder.exercises.hyperparameter_search.worker_known import work, worker

__all__ = ["worker"]
ex = worker


@ex.mistake
def score_not_padded(store, name, draw, train, trials, seed):
    """The score in the name has no leading zeros, so 9.75 sorts above 97.50 and 100.00 below both. Pad it to
    six characters.

    Which comes first as text, 9.75 or 97.50?
    """
    return work(
        store, name, draw, train, trials, seed, score=lambda stats: f"{100 * stats['val_accuracy']:.2f}"
    )


@ex.mistake
def score_not_in_percent(store, name, draw, train, trials, seed):
    """The score in the name is a fraction. Names hold percent.

    How is an accuracy of 0.0975 written in per cent?
    """
    return work(store, name, draw, train, trials, seed, score=lambda stats: f"{stats['val_accuracy']:06.2f}")


@ex.mistake
def training_score_in_the_name(store, name, draw, train, trials, seed):
    """The score in the name is the training accuracy. Models are chosen by validation.

    Which entry of `stats` does the name show?
    """
    return work(
        store, name, draw, train, trials, seed, score=lambda stats: f"{100 * stats['train_accuracy']:06.2f}"
    )


@ex.mistake
def epoch_not_padded_to_four_digits(store, name, draw, train, trials, seed):
    """The epoch in the name does not have four digits, so the epochs of a long run do not sort by name. Pad it with
    zeros.

    Which comes first as text, 99 or 100?
    """
    return work(store, name, draw, train, trials, seed, epoch=lambda stats: f"{stats['epoch']:02d}")


@ex.mistake
def epochs_counted_from_zero(store, name, draw, train, trials, seed):
    """The epoch in the name is too small by one. Take the one that `stats` names, as it is.

    Where does the epoch in your name come from?
    """
    return work(store, name, draw, train, trials, seed, epoch=lambda stats: f"{stats['epoch'] - 1:04d}")


@ex.mistake
def runs_not_told_apart(store, name, draw, train, trials, seed):
    """All runs of a worker have the same label. Put the number of the trial into it.

    What is in your label beside the name of the worker?
    """
    return work(store, name, draw, train, trials, seed, label="{name}")


@ex.mistake
def trials_counted_from_one(store, name, draw, train, trials, seed):
    """The first run has number 1; the names say that trials count from 0. Look at your `range`.

    What is the first number that your `range` gives?
    """
    return work(store, name, draw, train, trials, seed, first=1)


@ex.mistake
def settings_not_in_the_record(store, name, draw, train, trials, seed):
    """The record does not say which settings were tried, so the best score helps nobody. Put them in.

    Which entries has your record?
    """
    return work(
        store, name, draw, train, trials, seed,
        keep=lambda record: {k: v for k, v in record.items() if k != "settings"},
    )  # fmt: skip


@ex.mistake
def statistics_alone(store, name, draw, train, trials, seed):
    """The record holds only what `train` reported. Put the run's label and its settings beside it.

    Which entries has your record?
    """
    return work(store, name, draw, train, trials, seed,
                keep=lambda record: {k: v for k, v in record.items() if k not in ("run", "settings")})  # fmt: skip


@ex.mistake
def statistics_not_in_the_record(store, name, draw, train, trials, seed):
    """The record lacks what `train` reported. Put all entries of `stats` into it.

    Which entries has your record?
    """
    return work(
        store, name, draw, train, trials, seed,
        keep=lambda record: {k: record[k] for k in ("run", "settings")},
    )  # fmt: skip


@ex.mistake
def run_is_a_number_in_the_record(store, name, draw, train, trials, seed):
    """The record has the number of the trial as its run, so runs of different workers become one. Put the label
    there that the name has.

    What does your record say under "run"?
    """
    return work(
        store, name, draw, train, trials, seed,
        keep=lambda record: record | {"run": int(record["run"].rpartition("-")[2])},
    )  # fmt: skip


@ex.mistake
def statistics_in_a_dict_of_their_own(store, name, draw, train, trials, seed):
    """What `train` reported lies one level too deep, in a dict inside the record. Unpack it beside run and
    settings, with `**`.

    Is `record["val_accuracy"]` there?
    """
    return work(
        store, name, draw, train, trials, seed,
        keep=lambda record: {
            "run": record["run"],
            "settings": record["settings"],
            "stats": {k: v for k, v in record.items() if k not in ("run", "settings")},
        },
    )  # fmt: skip


@ex.mistake
def settings_spread_over_the_record(store, name, draw, train, trials, seed):
    """The settings lie among the statistics, where nobody can tell them apart. Keep them in a dict of their own,
    under "settings".

    Is `record["settings"]` there?
    """
    return work(
        store, name, draw, train, trials, seed,
        keep=lambda record: record["settings"] | {k: v for k, v in record.items() if k != "settings"},
    )  # fmt: skip
