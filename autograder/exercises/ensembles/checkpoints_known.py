"""What is known about right and wrong answers to ``checkpoint_ensemble``.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

from __future__ import annotations

import copy

import numpy as np

from autograder.exercises.ensembles.averaging_known import softened, stacked
from autograder.exercises.ensembles.checkpoints import checkpoint_ensemble

__all__ = ["checkpoint_ensemble"]
ex = checkpoint_ensemble


def mean_probability(predictions):
    """Return the mean of the networks' probabilities."""
    return softened(stacked(predictions)).mean(axis=0)


def run(
    params, train_epoch, scores, epochs, keep, *, kept_as=copy.deepcopy, first=False, length=None,
    last=lambda kept, keep: kept[-keep:], together=mean_probability, again=False,
):  # fmt: skip
    """Train and predict; each mistake below changes one thing."""
    start = copy.deepcopy(params)
    kept = [kept_as(params)] if first else []
    for _ in range(epochs if length is None else length):
        if again:
            params = copy.deepcopy(start)
        train_epoch(params)
        kept.append(kept_as(params))
    return together([scores(each) for each in last(kept, keep)])


@ex.variant
def copies_kept(params, train_epoch, scores, epochs, keep):
    return run(params, train_epoch, scores, epochs, keep)


@ex.variant
def predictions_kept(params, train_epoch, scores, epochs, keep):
    probabilities = []
    for _ in range(epochs):
        train_epoch(params)
        probabilities.append(softened(np.asarray(scores(params))))
    return np.mean(probabilities[-keep:], axis=0)


@ex.variant
def own_weights(params, train_epoch, scores, epochs, keep):
    params = {name: w.copy() for name, w in params.items()}
    kept = []
    for epoch in range(epochs):
        train_epoch(params)
        if epoch >= epochs - keep:
            kept.append({name: w.copy() for name, w in params.items()})
    return sum(softened(scores(each)) for each in kept) / len(kept)


@ex.mistake
def only_the_last_one_or_aliasing(params, train_epoch, scores, epochs, keep):
    """The last checkpoint alone comes back. Either you use no other, or you keep `params`, or `dict(params)`, which
    shares its arrays: then every epoch moves what you kept. Copy every array."""
    return run(params, train_epoch, scores, epochs, keep, kept_as=dict)


@ex.mistake
def first_checkpoints_for_the_last(params, train_epoch, scores, epochs, keep):
    """You use the first checkpoints, the least trained ones. Slice from the other end.

    At which end of your list is the last epoch?
    """
    return run(params, train_epoch, scores, epochs, keep, last=lambda kept, keep: kept[:keep])


@ex.mistake
def kept_before_the_epoch(params, train_epoch, scores, epochs, keep):
    """You copy before the epoch, or your slice stops one early: the last epoch's weights are never used. Train
    first, then copy.

    What is in your list after the first epoch?
    """
    return run(
        params, train_epoch, scores, epochs, keep, first=True, last=lambda kept, keep: kept[:-1][-keep:]
    )


@ex.mistake
def the_start_counted_too(params, train_epoch, scores, epochs, keep):
    """The untrained weights are among your checkpoints. Keep what comes after each epoch only.

    What is the first thing you put into the list?
    """
    return run(
        params, train_epoch, scores, epochs, keep, first=True, last=lambda kept, keep: kept[:1] + kept[-keep:]
    )


@ex.mistake
def one_checkpoint_too_many(params, train_epoch, scores, epochs, keep):
    """You average one checkpoint more than `keep`. Count what your slice, or your comparison, lets through.

    For `epochs = 6` and `keep = 2`, which epochs get through?
    """
    return run(params, train_epoch, scores, epochs, keep, last=lambda kept, keep: kept[-keep - 1 :])


@ex.mistake
def all_checkpoints_averaged(params, train_epoch, scores, epochs, keep):
    """Every checkpoint of the run counts, the bad ones of its beginning too. Use the last `keep`.

    Where do your lines use `keep`?
    """
    return run(params, train_epoch, scores, epochs, keep, last=lambda kept, keep: kept)


@ex.mistake
def spread_over_the_run(params, train_epoch, scores, epochs, keep):
    """Your checkpoints are spread over the whole run. Take those after its last `keep` epochs.

    For `epochs = 6` and `keep = 2`, which epochs get through?
    """

    def spread(kept, keep):
        return [kept[round(k)] for k in np.linspace(0, len(kept) - 1, keep)]

    return run(params, train_epoch, scores, epochs, keep, last=spread)


@ex.mistake
def one_checkpoint_too_few(params, train_epoch, scores, epochs, keep):
    """You average one checkpoint less than `keep`. Count what your slice, or your comparison, lets through.

    For `epochs = 6` and `keep = 2`, which epochs get through?
    """
    return run(
        params, train_epoch, scores, epochs, keep, last=lambda kept, keep: kept[len(kept) - keep + 1 :]
    )


@ex.mistake
def the_first_ones_left_out(params, train_epoch, scores, epochs, keep):
    """You leave out the first `keep` checkpoints and average all others. Count from the end of the list.

    For `epochs = 6` and `keep = 2`, which epochs get through?
    """
    return run(params, train_epoch, scores, epochs, keep, last=lambda kept, keep: kept[keep:])


@ex.mistake
def the_start_counted_as_the_first_epoch(params, train_epoch, scores, epochs, keep):
    """You count the untrained weights as the first epoch, so there is one epoch of training too few.

    How often is `train_epoch` called?
    """
    return run(params, train_epoch, scores, epochs, keep, first=True, length=epochs - 1)


@ex.mistake
def weights_averaged(params, train_epoch, scores, epochs, keep):
    """You average the weights of the checkpoints and predict once. That is the next exercise's idea: here, average
    predictions.

    What do you average, and how often do you call `scores`?
    """
    middle = {}

    def gather(kept, keep):
        middle.update({name: np.mean([each[name] for each in kept[-keep:]], axis=0) for name in params})
        return [middle]

    return run(params, train_epoch, scores, epochs, keep, last=gather)


@ex.mistake
def trained_for_keep_epochs_only(params, train_epoch, scores, epochs, keep):
    """You train for `keep` epochs and stop. Train for `epochs`, and use the last `keep` of them.

    How often is `train_epoch` called?
    """
    return run(params, train_epoch, scores, epochs, keep, length=keep)


@ex.mistake
def trained_one_epoch_too_long(params, train_epoch, scores, epochs, keep):
    """There is one epoch more than `epochs`. Count what your `range` gives.

    How often is `train_epoch` called?
    """
    return run(params, train_epoch, scores, epochs, keep, length=epochs + 1)


@ex.mistake
def every_epoch_from_the_start(params, train_epoch, scores, epochs, keep):
    """Every epoch begins again with the first weights, so no checkpoint is trained for longer than one. Copy after
    the epoch, not before.

    From which weights does your second epoch start?
    """
    return run(params, train_epoch, scores, epochs, keep, again=True)


@ex.mistake
def what_training_returns_taken_for_weights(params, train_epoch, scores, epochs, keep):
    """`train_epoch(params)` changes `params` in place and returns nothing; you keep that nothing. Call it on a line
    of its own.

    What does `train_epoch(params)` return?
    """
    for _ in range(epochs):
        params = train_epoch(params)
    return softened(np.asarray(scores(params)))


@ex.mistake
def a_new_run_for_every_checkpoint(params, train_epoch, scores, epochs, keep):
    """You train again from the start for every checkpoint. One run passes through all of them: copy on the way.

    How often is `train_epoch` called in all?
    """
    predictions = []
    for length in range(epochs - keep + 1, epochs + 1):
        own = copy.deepcopy(params)
        for _ in range(length):
            train_epoch(own)
        predictions.append(scores(own))
    return mean_probability(predictions)
