"""Exercise ``worker``: train, and put a finished checkpoint in place after every epoch."""

import json

import numpy as np

from autograder.judging import Check, Exercise
from course.rehearsal.shelf import published, settings_drawn, steps, visible_shift

PLAN = [[0.095, 0.6125, 0.9375], [0.97, 1.0, 0.9], [0.05]]


def reference(store, name, draw, train, trials, seed):
    """Keep the run's number on the way down: one recursive call per run."""

    def runs(done, rng):
        if done == trials:
            return done
        settings, run = draw(rng), f"{name}-{done:03d}"

        def publish(stats):
            whole, cents = divmod(round(stats["val_accuracy"] * 10_000), 100)
            half = run + ".part"
            store.write(half, json.dumps(dict(stats, settings=settings, run=run)))
            store.rename(
                half, "_".join([f"{whole:03d}.{cents:02d}", str(stats["epoch"]).zfill(4), run + ".json"])
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
            says="A checkpoint must appear complete: written under a name of the run's own, then renamed.",
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
ex = worker


def rename_into_place(store, run, final, text):
    store.write(f"{run}.tmp", text)
    store.rename(f"{run}.tmp", final)


def work(
    store, name, draw, train, trials, seed, *,
    put=rename_into_place, score=lambda stats: f"{100 * stats['val_accuracy']:06.2f}", label="{name}-{trial:03d}",
    keep=lambda record: record, every=True, later=False, first=0, generator=None,
):  # fmt: skip
    """Run the trials; each mistake below changes one thing."""
    rng = np.random.default_rng(seed)
    for trial in range(first, trials + first):
        settings = draw(rng if generator is None else generator(trial))
        run, waiting, top = label.format(name=name, trial=trial), [], [-1.0]

        def publish(stats, run=run, settings=settings):
            record = keep({"run": run, "settings": settings, **stats})
            place = f"{score(stats)}_{stats['epoch']:04d}_{run}.json"
            put(store, run, place, json.dumps(record))

        def after_epoch(stats, publish=publish, waiting=waiting, top=top):
            if later:
                waiting.append(stats)
            elif every or stats["val_accuracy"] > top[0]:
                top[0] = stats["val_accuracy"]
                publish(stats)

        train(settings, after_epoch)
        for stats in waiting if later == "all" else waiting[-1:]:
            publish(stats)
    return trials


@ex.variant
def in_a_plain_loop(store, name, draw, train, trials, seed):
    return work(store, name, draw, train, trials, seed)


@ex.variant
def temporary_name_with_score(store, name, draw, train, trials, seed):
    def put(store, run, final, text):
        half = final.removesuffix(".json") + ".half"
        store.write(half, text)
        store.rename(half, final)

    return work(store, name, draw, train, trials, seed, put=put)


@ex.mistake
def not_atomic(store, name, draw, train, trials, seed):
    """The file is written under its final name, so a worker killed while writing leaves half a checkpoint that
    looks finished. Write under another name, then rename."""
    return work(
        store, name, draw, train, trials, seed, put=lambda store, run, final, text: store.write(final, text)
    )


@ex.mistake
def one_temporary_name_for_all_workers(store, name, draw, train, trials, seed):
    """All workers write to the same temporary name and overwrite each other's. Put the run's label into it."""

    def put(store, run, final, text):
        store.write("checkpoint.tmp", text)
        store.rename("checkpoint.tmp", final)

    return work(store, name, draw, train, trials, seed, put=put)


@ex.mistake
def temporary_name_looks_finished(store, name, draw, train, trials, seed):
    """The temporary name ends in .json too, so half a file is taken for a checkpoint. Give it another ending."""

    def put(store, run, final, text):
        store.write(f"tmp-{run}.json", text)
        store.rename(f"tmp-{run}.json", final)

    return work(store, name, draw, train, trials, seed, put=put)


@ex.mistake
def copied_instead_of_renamed(store, name, draw, train, trials, seed):
    """The text is written a second time under the final name, and the temporary file stays. Rename it instead."""

    def put(store, run, final, text):
        store.write(f"{run}.tmp", text)
        store.write(final, text)

    return work(store, name, draw, train, trials, seed, put=put)


@ex.mistake
def score_not_padded(store, name, draw, train, trials, seed):
    """The score in the name has no leading zeros, so 9.75 sorts above 97.50 and 100.00 below both. Pad it to
    six characters."""
    return work(
        store, name, draw, train, trials, seed, score=lambda stats: f"{100 * stats['val_accuracy']:.2f}"
    )


@ex.mistake
def score_not_in_percent(store, name, draw, train, trials, seed):
    """The score in the name is a fraction. Names hold percent."""
    return work(store, name, draw, train, trials, seed, score=lambda stats: f"{stats['val_accuracy']:06.2f}")


@ex.mistake
def training_score_in_the_name(store, name, draw, train, trials, seed):
    """The score in the name is the training accuracy. Models are chosen by validation."""
    return work(
        store, name, draw, train, trials, seed, score=lambda stats: f"{100 * stats['train_accuracy']:06.2f}"
    )


@ex.mistake
def last_epoch_only(store, name, draw, train, trials, seed):
    """Only the last epoch leaves a checkpoint; a run killed before it leaves nothing. Write in the function that
    `train` calls."""
    return work(store, name, draw, train, trials, seed, later="last")


@ex.mistake
def written_when_the_run_is_over(store, name, draw, train, trials, seed):
    """The checkpoints are collected and written after the run; a killed run leaves nothing. Write after every
    epoch."""
    return work(store, name, draw, train, trials, seed, later="all")


@ex.mistake
def worse_epochs_left_out(store, name, draw, train, trials, seed):
    """An epoch that is worse than the best leaves no checkpoint, so nobody sees a run getting worse. Write all."""
    return work(store, name, draw, train, trials, seed, every=False)


@ex.mistake
def runs_not_told_apart(store, name, draw, train, trials, seed):
    """All runs of a worker have the same label. Put the number of the trial into it."""
    return work(store, name, draw, train, trials, seed, label="{name}")


@ex.mistake
def trials_counted_from_one(store, name, draw, train, trials, seed):
    """The first run has number 1; the names say that trials count from 0. Look at your `range`."""
    return work(store, name, draw, train, trials, seed, first=1)


@ex.mistake
def settings_not_in_the_record(store, name, draw, train, trials, seed):
    """The record does not say which settings were tried, so the best score helps nobody. Put them in."""
    return work(
        store, name, draw, train, trials, seed,
        keep=lambda record: {k: v for k, v in record.items() if k != "settings"},
    )  # fmt: skip


@ex.mistake
def statistics_alone(store, name, draw, train, trials, seed):
    """The record holds only what `train` reported. Put the run's label and its settings beside it."""
    return work(store, name, draw, train, trials, seed,
                keep=lambda record: {k: v for k, v in record.items() if k not in ("run", "settings")})  # fmt: skip


@ex.mistake
def statistics_not_in_the_record(store, name, draw, train, trials, seed):
    """The record lacks what `train` reported. Put all entries of `stats` into it."""
    return work(
        store, name, draw, train, trials, seed,
        keep=lambda record: {k: record[k] for k in ("run", "settings")},
    )  # fmt: skip


@ex.mistake
def same_settings_in_every_trial(store, name, draw, train, trials, seed):
    """The generator is made anew for every trial, so all trials are the same. Make it once, before the loop."""
    return work(store, name, draw, train, trials, seed, generator=lambda trial: np.random.default_rng(seed))


@ex.mistake
def seed_ignored(store, name, draw, train, trials, seed):
    """The generator does not know the seed, so the worker's trials cannot be repeated. Pass it on."""
    own = np.random.default_rng()
    return work(store, name, draw, train, trials, seed, generator=lambda trial: own)


@ex.mistake
def a_fixed_seed(store, name, draw, train, trials, seed):
    """The seed is written as a number, so all workers try the same settings. Use `seed`."""
    own = np.random.default_rng(0)
    return work(store, name, draw, train, trials, seed, generator=lambda trial: own)
