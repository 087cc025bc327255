"""Exercise ``worker``: train, and put a finished checkpoint in place after every epoch."""

import json
import math

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.search.shifts import published, settings_drawn, steps, visible_shift

PLAN = [[0.095, 0.6125, 0.9375], [0.97, math.nan, 1.0, 0.9], [0.05]]


def percent(accuracy):
    """Return the score as it stands in a name, from whole hundredths of a per cent."""
    if math.isnan(accuracy):
        return "000nan"
    whole, cents = divmod(round(accuracy * 10_000), 100)
    return f"{whole:03d}.{cents:02d}"


def reference(store, name, draw, train, trials, seed):
    """Keep the run's number on the way down: one recursive call per run."""

    def runs(done, rng):
        if done == trials:
            return done
        settings, run = draw(rng), f"{name}-{done:03d}"

        def publish(stats):
            half = run + ".part"
            store.write(half, json.dumps(dict(stats, settings=settings, run=run)))
            store.rename(
                half, "_".join([percent(stats["val_accuracy"]), str(stats["epoch"]).zfill(4), run + ".json"])
            )

        train(settings, publish)
        return runs(done + 1, rng)

    return runs(0, np.random.default_rng(seed))


worker = Exercise(
    "worker",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="checkpoints",
            probe=lambda candidate: published(candidate, PLAN, "w7", 2),
            says="After every epoch a checkpoint must be there, under the documented name, with all that is known.",
        ),
        Check(
            name="in one step",
            probe=lambda candidate: steps(candidate, PLAN),
            says="A checkpoint must appear complete: written under a name that no other worker uses, then renamed.",
        ),
        Check(
            name="draws",
            probe=settings_drawn,
            says="The settings of all trials must come from one generator made from the seed.",
        ),
    ],
    visible=visible_shift,
    read="Exercise 5. A worker",
)


def rename_into_place(store, run, final, text):
    store.write(f"{run}.tmp", text)
    store.rename(f"{run}.tmp", final)


def work(
    store, name, draw, train, trials, seed, *,
    put=rename_into_place, score=lambda stats: f"{100 * stats['val_accuracy']:06.2f}", label="{name}-{trial:03d}",
    epoch=lambda stats: f"{stats['epoch']:04d}", draw_all=lambda draw, rng: [],
    keep=lambda record: record, every=lambda new, top: True, later=False, first=0, generator=None,
):  # fmt: skip
    """Run the trials; each mistake below changes one thing."""
    rng = np.random.default_rng(seed)
    drawn = draw_all(draw, rng)
    for trial in range(first, trials + first):
        settings = drawn[trial] if drawn else draw(rng if generator is None else generator(trial))
        run, waiting, top = label.format(name=name, trial=trial), [], [-1.0]

        def publish(stats, run=run, settings=settings):
            record = keep({"run": run, "settings": settings, **stats})
            place = f"{score(stats)}_{epoch(stats)}_{run}.json"
            put(store, run, place, json.dumps(record))

        def after_epoch(stats, publish=publish, waiting=waiting, top=top):
            if later:
                waiting.append(stats)
            elif every(stats["val_accuracy"], top[0]):
                top[0] = stats["val_accuracy"]
                publish(stats)

        train(settings, after_epoch)
        for stats in waiting if later == "all" else waiting[-1:]:
            publish(stats)
    return trials


@worker.variant
def in_a_plain_loop(store, name, draw, train, trials, seed):
    return work(store, name, draw, train, trials, seed)


@worker.variant
def temporary_name_with_score(store, name, draw, train, trials, seed):
    def put(store, run, final, text):
        half = final.removesuffix(".json") + ".half"
        store.write(half, text)
        store.rename(half, final)

    return work(store, name, draw, train, trials, seed, put=put)


@worker.variant
def temporary_name_of_the_worker(store, name, draw, train, trials, seed):
    def put(store, run, final, text):
        store.write(f"{name}.tmp", text)
        store.rename(f"{name}.tmp", final)

    return work(store, name, draw, train, trials, seed, put=put)


@worker.variant
def all_settings_first(store, name, draw, train, trials, seed):
    return work(
        store, name, draw, train, trials, seed, draw_all=lambda draw, rng: [draw(rng) for _ in range(trials)]
    )


@worker.mistake
def not_atomic(store, name, draw, train, trials, seed):
    """The file is written under its final name, so a worker killed while writing leaves half a checkpoint that
    looks finished. Write under another name, then rename.

    Under which name is the file written first?
    """
    return work(
        store, name, draw, train, trials, seed, put=lambda store, run, final, text: store.write(final, text)
    )


@worker.mistake
def one_temporary_name_for_all_workers(store, name, draw, train, trials, seed):
    """All workers write to the same temporary name and overwrite each other's. Put the worker's name or
    the run's label into it.

    If two workers write at the same moment, into which files?
    """

    def put(store, run, final, text):
        store.write("checkpoint.tmp", text)
        store.rename("checkpoint.tmp", final)

    return work(store, name, draw, train, trials, seed, put=put)


@worker.mistake
def temporary_name_looks_finished(store, name, draw, train, trials, seed):
    """The temporary name ends in .json too, so half a file is taken for a checkpoint. Give it another ending.

    In what does your temporary name end?
    """

    def put(store, run, final, text):
        store.write(f"tmp-{run}.json", text)
        store.rename(f"tmp-{run}.json", final)

    return work(store, name, draw, train, trials, seed, put=put)


@worker.mistake
def copied_instead_of_renamed(store, name, draw, train, trials, seed):
    """The text is written a second time under the final name, and the temporary file stays. Rename it instead.

    How many files are there after one epoch?
    """

    def put(store, run, final, text):
        store.write(f"{run}.tmp", text)
        store.write(final, text)

    return work(store, name, draw, train, trials, seed, put=put)


@worker.mistake
def last_epoch_only(store, name, draw, train, trials, seed):
    """Only the last epoch leaves a checkpoint; a run killed before it leaves nothing. Write in the function that
    `train` calls.

    Which of your lines run after every epoch?
    """
    return work(store, name, draw, train, trials, seed, later="last")


@worker.mistake
def written_when_the_run_is_over(store, name, draw, train, trials, seed):
    """The checkpoints are collected and written after the run; a killed run leaves nothing. Write after every
    epoch.

    Which of your lines run after every epoch?
    """
    return work(store, name, draw, train, trials, seed, later="all")


@worker.mistake
def worse_epochs_left_out(store, name, draw, train, trials, seed):
    """An epoch that is worse than the best leaves no checkpoint, so nobody sees a run getting worse. Write all.

    After which epochs does your function write a file?
    """
    return work(store, name, draw, train, trials, seed, every=lambda new, top: new > top)


@worker.mistake
def diverged_epochs_left_out(store, name, draw, train, trials, seed):
    """An epoch that diverged leaves no checkpoint, so nobody sees which settings diverge. Write it like any other.

    What becomes of an epoch whose accuracy is NaN?
    """
    return work(store, name, draw, train, trials, seed, every=lambda new, top: new == new)


@worker.mistake
def same_settings_in_every_trial(store, name, draw, train, trials, seed):
    """The generator is made anew for every trial, so all trials are the same. Make it once, before the loop.

    In which line is the generator made, and how often does it run?
    """
    return work(store, name, draw, train, trials, seed, generator=lambda trial: np.random.default_rng(seed))


@worker.mistake
def seed_ignored(store, name, draw, train, trials, seed):
    """The generator does not know the seed, so the worker's trials cannot be repeated. Pass it on.

    What do you hand to `default_rng`?
    """
    own = np.random.default_rng()
    return work(store, name, draw, train, trials, seed, generator=lambda trial: own)


@worker.mistake
def a_fixed_seed(store, name, draw, train, trials, seed):
    """The seed is written as a number, so all workers try the same settings. Use `seed`.

    What do you hand to `default_rng`?
    """
    own = np.random.default_rng(0)
    return work(store, name, draw, train, trials, seed, generator=lambda trial: own)


@worker.mistake
def settings_drawn_once_before_the_loop(store, name, draw, train, trials, seed):
    """All trials have the same settings: `draw` is called once. Make the generator before the loop, and draw inside
    it.

    In which line are settings drawn, and how often does it run?
    """
    return work(store, name, draw, train, trials, seed, draw_all=lambda draw, rng: [draw(rng)] * trials)


@worker.mistake
def a_new_seed_for_every_trial(store, name, draw, train, trials, seed):
    """Every trial has a generator of its own, whose seed is `seed` plus its number: the worker with the next seed
    repeats nearly all of your settings. Make one generator, before the loop.

    Which settings does a worker try whose seed is larger by one?
    """
    return work(
        store, name, draw, train, trials, seed, generator=lambda trial: np.random.default_rng(seed + trial)
    )


@worker.mistake
def score_not_padded(store, name, draw, train, trials, seed):
    """The score in the name has no leading zeros, so 9.75 sorts above 97.50 and 100.00 below both. Pad it to
    six characters.

    Which comes first as text, 9.75 or 97.50?
    """
    return work(
        store, name, draw, train, trials, seed, score=lambda stats: f"{100 * stats['val_accuracy']:.2f}"
    )


@worker.mistake
def score_not_in_percent(store, name, draw, train, trials, seed):
    """The score in the name is a fraction. Names hold percent.

    How is an accuracy of 0.0975 written in per cent?
    """
    return work(store, name, draw, train, trials, seed, score=lambda stats: f"{stats['val_accuracy']:06.2f}")


@worker.mistake
def training_score_in_the_name(store, name, draw, train, trials, seed):
    """The score in the name is the training accuracy. Models are chosen by validation.

    Which entry of `stats` does the name show?
    """
    return work(
        store, name, draw, train, trials, seed, score=lambda stats: f"{100 * stats['train_accuracy']:06.2f}"
    )


@worker.mistake
def epoch_not_padded_to_four_digits(store, name, draw, train, trials, seed):
    """The epoch in the name does not have four digits, so the epochs of a long run do not sort by name. Pad it with
    zeros.

    Which comes first as text, 99 or 100?
    """
    return work(store, name, draw, train, trials, seed, epoch=lambda stats: f"{stats['epoch']:02d}")


@worker.mistake
def epochs_counted_from_zero(store, name, draw, train, trials, seed):
    """The epoch in the name is too small by one. Take the one that `stats` names, as it is.

    Where does the epoch in your name come from?
    """
    return work(store, name, draw, train, trials, seed, epoch=lambda stats: f"{stats['epoch'] - 1:04d}")


@worker.mistake
def runs_not_told_apart(store, name, draw, train, trials, seed):
    """All runs of a worker have the same label. Put the number of the trial into it.

    What is in your label beside the name of the worker?
    """
    return work(store, name, draw, train, trials, seed, label="{name}")


@worker.mistake
def trials_counted_from_one(store, name, draw, train, trials, seed):
    """The first run has number 1; the names say that trials count from 0. Look at your `range`.

    What is the first number that your `range` gives?
    """
    return work(store, name, draw, train, trials, seed, first=1)


@worker.mistake
def settings_not_in_the_record(store, name, draw, train, trials, seed):
    """The record does not say which settings were tried, so the best score helps nobody. Put them in.

    Which entries has your record?
    """
    return work(
        store, name, draw, train, trials, seed,
        keep=lambda record: {k: v for k, v in record.items() if k != "settings"},
    )  # fmt: skip


@worker.mistake
def statistics_alone(store, name, draw, train, trials, seed):
    """The record holds only what `train` reported. Put the run's label and its settings beside it.

    Which entries has your record?
    """
    return work(store, name, draw, train, trials, seed,
                keep=lambda record: {k: v for k, v in record.items() if k not in ("run", "settings")})  # fmt: skip


@worker.mistake
def statistics_not_in_the_record(store, name, draw, train, trials, seed):
    """The record lacks what `train` reported. Put all entries of `stats` into it.

    Which entries has your record?
    """
    return work(
        store, name, draw, train, trials, seed,
        keep=lambda record: {k: record[k] for k in ("run", "settings")},
    )  # fmt: skip


@worker.mistake
def run_is_a_number_in_the_record(store, name, draw, train, trials, seed):
    """The record has the number of the trial as its run, so runs of different workers become one. Put the label
    there that the name has.

    What does your record say under "run"?
    """
    return work(
        store, name, draw, train, trials, seed,
        keep=lambda record: record | {"run": int(record["run"].rpartition("-")[2])},
    )  # fmt: skip


@worker.mistake
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


@worker.mistake
def settings_spread_over_the_record(store, name, draw, train, trials, seed):
    """The settings lie among the statistics, where nobody can tell them apart. Keep them in a dict of their own,
    under "settings".

    Is `record["settings"]` there?
    """
    return work(
        store, name, draw, train, trials, seed,
        keep=lambda record: record["settings"] | {k: v for k, v in record.items() if k != "settings"},
    )  # fmt: skip
