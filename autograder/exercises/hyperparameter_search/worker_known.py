"""What is known about right and wrong answers to ``worker``: when a checkpoint appears, what it holds, which draws.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

import json

import numpy as np

from autograder.exercises.hyperparameter_search.worker import worker

__all__ = ["worker"]
ex = worker


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


@ex.variant
def temporary_name_of_the_worker(store, name, draw, train, trials, seed):
    def put(store, run, final, text):
        store.write(f"{name}.tmp", text)
        store.rename(f"{name}.tmp", final)

    return work(store, name, draw, train, trials, seed, put=put)


@ex.variant
def all_settings_first(store, name, draw, train, trials, seed):
    return work(
        store, name, draw, train, trials, seed, draw_all=lambda draw, rng: [draw(rng) for _ in range(trials)]
    )


@ex.mistake
def not_atomic(store, name, draw, train, trials, seed):
    """The file is written under its final name, so a worker killed while writing leaves half a checkpoint that
    looks finished. Write under another name, then rename.

    Under which name is the file written first?
    """
    return work(
        store, name, draw, train, trials, seed, put=lambda store, run, final, text: store.write(final, text)
    )


@ex.mistake
def one_temporary_name_for_all_workers(store, name, draw, train, trials, seed):
    """All workers write to the same temporary name and overwrite each other's. Put the worker's name or
    the run's label into it.

    If two workers write at the same moment, into which files?
    """

    def put(store, run, final, text):
        store.write("checkpoint.tmp", text)
        store.rename("checkpoint.tmp", final)

    return work(store, name, draw, train, trials, seed, put=put)


@ex.mistake
def temporary_name_looks_finished(store, name, draw, train, trials, seed):
    """The temporary name ends in .json too, so half a file is taken for a checkpoint. Give it another ending.

    In what does your temporary name end?
    """

    def put(store, run, final, text):
        store.write(f"tmp-{run}.json", text)
        store.rename(f"tmp-{run}.json", final)

    return work(store, name, draw, train, trials, seed, put=put)


@ex.mistake
def copied_instead_of_renamed(store, name, draw, train, trials, seed):
    """The text is written a second time under the final name, and the temporary file stays. Rename it instead.

    How many files are there after one epoch?
    """

    def put(store, run, final, text):
        store.write(f"{run}.tmp", text)
        store.write(final, text)

    return work(store, name, draw, train, trials, seed, put=put)


@ex.mistake
def last_epoch_only(store, name, draw, train, trials, seed):
    """Only the last epoch leaves a checkpoint; a run killed before it leaves nothing. Write in the function that
    `train` calls.

    Which of your lines run after every epoch?
    """
    return work(store, name, draw, train, trials, seed, later="last")


@ex.mistake
def written_when_the_run_is_over(store, name, draw, train, trials, seed):
    """The checkpoints are collected and written after the run; a killed run leaves nothing. Write after every
    epoch.

    Which of your lines run after every epoch?
    """
    return work(store, name, draw, train, trials, seed, later="all")


@ex.mistake
def worse_epochs_left_out(store, name, draw, train, trials, seed):
    """An epoch that is worse than the best leaves no checkpoint, so nobody sees a run getting worse. Write all.

    After which epochs does your function write a file?
    """
    return work(store, name, draw, train, trials, seed, every=lambda new, top: new > top)


@ex.mistake
def diverged_epochs_left_out(store, name, draw, train, trials, seed):
    """An epoch that diverged leaves no checkpoint, so nobody sees which settings diverge. Write it like any other.

    What becomes of an epoch whose accuracy is NaN?
    """
    return work(store, name, draw, train, trials, seed, every=lambda new, top: new == new)


@ex.mistake
def same_settings_in_every_trial(store, name, draw, train, trials, seed):
    """The generator is made anew for every trial, so all trials are the same. Make it once, before the loop.

    In which line is the generator made, and how often does it run?
    """
    return work(store, name, draw, train, trials, seed, generator=lambda trial: np.random.default_rng(seed))


@ex.mistake
def seed_ignored(store, name, draw, train, trials, seed):
    """The generator does not know the seed, so the worker's trials cannot be repeated. Pass it on.

    What do you hand to `default_rng`?
    """
    own = np.random.default_rng()
    return work(store, name, draw, train, trials, seed, generator=lambda trial: own)


@ex.mistake
def a_fixed_seed(store, name, draw, train, trials, seed):
    """The seed is written as a number, so all workers try the same settings. Use `seed`.

    What do you hand to `default_rng`?
    """
    own = np.random.default_rng(0)
    return work(store, name, draw, train, trials, seed, generator=lambda trial: own)


@ex.mistake
def settings_drawn_once_before_the_loop(store, name, draw, train, trials, seed):
    """All trials have the same settings: `draw` is called once. Make the generator before the loop, and draw inside
    it.

    In which line are settings drawn, and how often does it run?
    """
    return work(store, name, draw, train, trials, seed, draw_all=lambda draw, rng: [draw(rng)] * trials)


@ex.mistake
def a_new_seed_for_every_trial(store, name, draw, train, trials, seed):
    """Every trial has a generator of its own, whose seed is `seed` plus its number: the worker with the next seed
    repeats nearly all of your settings. Make one generator, before the loop.

    Which settings does a worker try whose seed is larger by one?
    """
    return work(
        store, name, draw, train, trials, seed, generator=lambda trial: np.random.default_rng(seed + trial)
    )
