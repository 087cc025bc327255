"""Exercise ``checkpoint_ensemble``: one training run, and the mean prediction of its last checkpoints.

The reference predicts at once and keeps no weights; the notebook keeps copies and predicts at the end.
"""

from __future__ import annotations

import copy

import numpy as np

from autograder.exercises.ensembles.averaging import softened, stacked
from autograder.judging import Check, Exercise
from course.ensembles import rehearsal

CASES = [(6, 3), (4, 4), (7, 2), (5, 1)]


def reference(params, train_epoch, scores, epochs, keep):
    """Return the mean probabilities after each of the last ``keep`` epochs, added up on the way."""
    total = 0.0
    for left in reversed(range(epochs)):
        train_epoch(params)
        if left < keep:
            s = np.asarray(scores(params), dtype=np.float64)
            total = total + np.exp(s - np.logaddexp.reduce(s, axis=1, keepdims=True)) / keep
    return total


checkpoint_ensemble = Exercise(
    "checkpoint_ensemble",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="last checkpoints",
            probe=lambda candidate: rehearsal.checkpoints(candidate, CASES, 20),
            says="The result is not the mean of the probabilities after each of the last `keep` epochs.",
        ),
        Check(
            name="one run",
            probe=lambda candidate: rehearsal.epochs_trained(candidate, CASES, 40),
            says="The prediction is right, but it took another number of epochs than it was given.",
        ),
    ],
    visible=rehearsal.visible_checkpoints,
    read="Exercise 3. An ensemble from one run",
)
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
def aliasing(params, train_epoch, scores, epochs, keep):
    """All your checkpoints are the last one. If you keep `params`, or `dict(params)`, which shares its arrays,
    every epoch moves what you kept: copy every array."""
    return run(params, train_epoch, scores, epochs, keep, kept_as=dict)


@ex.mistake
def first_checkpoints_for_the_last(params, train_epoch, scores, epochs, keep):
    """You use the first checkpoints, the least trained ones. Slice from the other end."""
    return run(params, train_epoch, scores, epochs, keep, last=lambda kept, keep: kept[:keep])


@ex.mistake
def kept_before_the_epoch(params, train_epoch, scores, epochs, keep):
    """You copy before the epoch, so the last epoch's weights are never used and untrained ones may be. Train first,
    then copy."""
    return run(
        params, train_epoch, scores, epochs, keep, first=True, last=lambda kept, keep: kept[:-1][-keep:]
    )


@ex.mistake
def the_start_counted_too(params, train_epoch, scores, epochs, keep):
    """The untrained weights are among your checkpoints. Keep what comes after each epoch only."""
    return run(
        params, train_epoch, scores, epochs, keep, first=True, last=lambda kept, keep: kept[:1] + kept[-keep:]
    )


@ex.mistake
def one_checkpoint_too_many(params, train_epoch, scores, epochs, keep):
    """You average one checkpoint more than `keep`. Count what your slice, or your comparison, lets through."""
    return run(params, train_epoch, scores, epochs, keep, last=lambda kept, keep: kept[-keep - 1 :])


@ex.mistake
def all_checkpoints_averaged(params, train_epoch, scores, epochs, keep):
    """Every checkpoint of the run counts, the bad ones of its beginning too. Use the last `keep`."""
    return run(params, train_epoch, scores, epochs, keep, last=lambda kept, keep: kept)


@ex.mistake
def spread_over_the_run(params, train_epoch, scores, epochs, keep):
    """Your checkpoints are spread over the whole run. Take those after its last `keep` epochs."""

    def spread(kept, keep):
        return [kept[round(k)] for k in np.linspace(0, len(kept) - 1, keep)]

    return run(params, train_epoch, scores, epochs, keep, last=spread)


@ex.mistake
def weights_averaged(params, train_epoch, scores, epochs, keep):
    """You average the weights of the checkpoints and predict once. That is the next exercise's idea: here, average
    predictions."""
    middle = {}

    def gather(kept, keep):
        middle.update({name: np.mean([each[name] for each in kept[-keep:]], axis=0) for name in params})
        return [middle]

    return run(params, train_epoch, scores, epochs, keep, last=gather)


@ex.mistake
def logits_averaged(params, train_epoch, scores, epochs, keep):
    """You average the scores of the checkpoints and take the softmax once. Softmax first, then average."""
    return run(
        params, train_epoch, scores, epochs, keep, together=lambda s: softened(stacked(s).mean(axis=0))
    )


@ex.mistake
def labels_averaged(params, train_epoch, scores, epochs, keep):
    """Every checkpoint casts one vote, and how sure it was is lost. Average probabilities, not labels."""

    def votes(predictions):
        s = stacked(predictions)
        return (s.argmax(axis=-1)[..., None] == np.arange(s.shape[-1])).mean(axis=0)

    return run(params, train_epoch, scores, epochs, keep, together=votes)


@ex.mistake
def scores_averaged_and_left_as_they_are(params, train_epoch, scores, epochs, keep):
    """What comes back is a mean of scores: rows do not sum to one. Where is the softmax?"""
    return run(params, train_epoch, scores, epochs, keep, together=lambda s: stacked(s).mean(axis=0))


@ex.mistake
def summed_not_averaged(params, train_epoch, scores, epochs, keep):
    """The probabilities are added up and never divided by their number."""
    return run(params, train_epoch, scores, epochs, keep, together=lambda s: mean_probability(s) * len(s))


@ex.mistake
def divided_by_the_epochs(params, train_epoch, scores, epochs, keep):
    """You add up `keep` predictions and divide by the number of epochs. Divide by how many you added."""
    return run(
        params, train_epoch, scores, epochs, keep, together=lambda s: mean_probability(s) * len(s) / epochs
    )


@ex.mistake
def trained_for_keep_epochs_only(params, train_epoch, scores, epochs, keep):
    """You train for `keep` epochs and stop. Train for `epochs`, and use the last `keep` of them."""
    return run(params, train_epoch, scores, epochs, keep, length=keep)


@ex.mistake
def trained_one_epoch_too_long(params, train_epoch, scores, epochs, keep):
    """There is one epoch more than `epochs`. Count what your `range` gives."""
    return run(params, train_epoch, scores, epochs, keep, length=epochs + 1)


@ex.mistake
def every_epoch_from_the_start(params, train_epoch, scores, epochs, keep):
    """Every epoch begins again with the first weights, so no checkpoint is trained for longer than one. Copy after
    the epoch, not before."""
    return run(params, train_epoch, scores, epochs, keep, again=True)


@ex.mistake
def what_training_returns_taken_for_weights(params, train_epoch, scores, epochs, keep):
    """`train_epoch(params)` changes `params` in place and returns nothing; you keep that nothing. Call it on a line
    of its own."""
    for _ in range(epochs):
        params = train_epoch(params)
    return softened(np.asarray(scores(params)))


@ex.mistake
def a_new_run_for_every_checkpoint(params, train_epoch, scores, epochs, keep):
    """You train again from the start for every checkpoint. One run passes through all of them: copy on the way."""
    predictions = []
    for length in range(epochs - keep + 1, epochs + 1):
        own = copy.deepcopy(params)
        for _ in range(length):
            train_epoch(own)
        predictions.append(scores(own))
    return mean_probability(predictions)
