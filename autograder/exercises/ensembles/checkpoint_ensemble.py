"""Exercise ``checkpoint_ensemble``: one training run, and the mean prediction of its last checkpoints.

The reference predicts at once and keeps no weights; the notebook keeps copies and predicts at the end.
"""

import copy
from functools import partial

import numpy as np
from scipy.special import softmax

from autograder.exercises.ensembles.shared import softened, stacked
from autograder.judging import Check, Exercise
from course.probes.ensembles.weights import checkpoints, epochs_trained, visible_checkpoints

CASES = [(6, 3), (5, 4), (7, 2), (5, 2)]
"""Epochs, and how many of them to keep: never one or all, where several slips agree with what is right."""


def reference(params, train_epoch, scores, epochs, keep):
    """Return the mean probabilities after each of the last ``keep`` epochs, added up on the way."""
    total = 0.0
    for left in reversed(range(epochs)):
        train_epoch(params)
        if left < keep:
            s = scores(params)
            total = total + np.exp(s - np.logaddexp.reduce(s, axis=1, keepdims=True)) / keep
    return total


checkpoint_ensemble = Exercise(
    "checkpoint_ensemble",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="last checkpoints",
            probe=lambda candidate: checkpoints(candidate, CASES, 20),
            says="The result is not the mean of the probabilities after each of the last `keep` epochs.",
        ),
        Check(
            name="one run",
            probe=lambda candidate: epochs_trained(candidate, CASES, 40),
            says="The prediction is right, but it took another number of epochs than it was given.",
        ),
    ],
    visible=visible_checkpoints,
    may_change=("params",),
    uses=("average_predictions",),
    read="Exercise 3. An ensemble from one run",
    effect="Checkpoints that are the same, or too early, bring no gain over a single network.",
)


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


@checkpoint_ensemble.variant
def copies_kept(params, train_epoch, scores, epochs, keep):
    return run(params, train_epoch, scores, epochs, keep)


@checkpoint_ensemble.variant
def predictions_kept(params, train_epoch, scores, epochs, keep):
    probabilities = []
    for _ in range(epochs):
        train_epoch(params)
        probabilities.append(softened(np.asarray(scores(params))))
    return np.mean(probabilities[-keep:], axis=0)


@checkpoint_ensemble.variant
def own_weights(params, train_epoch, scores, epochs, keep):
    params = {name: w.copy() for name, w in params.items()}
    kept = []
    for epoch in range(epochs):
        train_epoch(params)
        if epoch >= epochs - keep:
            kept.append({name: w.copy() for name, w in params.items()})
    return sum(softened(scores(each)) for each in kept) / len(kept)


@checkpoint_ensemble.variant_as_in("PyTorch")
def state_dicts_in_a_deque(params, train_epoch, scores, epochs, keep):
    import copy
    from collections import deque

    state_dicts = deque(maxlen=keep)
    for _epoch in range(epochs):
        train_epoch(params)
        state_dicts.append(copy.deepcopy(params))
    probs = []
    for state in state_dicts:
        logits = scores(state)
        exp = np.exp(logits - logits.max(axis=-1, keepdims=True))
        probs.append(exp / exp.sum(axis=-1, keepdims=True))
    return np.mean(probs, axis=0)


checkpoint_ensemble.table(
    {
        """the last checkpoint alone: The last checkpoint alone comes back. Either you use no other, or
        you keep `params`, or `dict(params)`, which shares its arrays: then every epoch moves what you kept.
        Copy every array.
        """: partial(run, kept_as=dict),
        """first checkpoints for the last: You use the first checkpoints, the least trained ones. Slice from
        the other end.

        At which end of your list is the last epoch?
        """: partial(run, last=lambda kept, keep: kept[:keep]),
        """kept before the epoch: You copy before the epoch, or your slice stops one early: the last epoch's
        weights are never used. Train first, then copy.

        What is in your list after the first epoch?
        """: partial(run, first=True, last=lambda kept, keep: kept[:-1][-keep:]),
        """the start counted too: The untrained weights are among your checkpoints. Keep what comes after each
        epoch only.

        What is the first thing you put into the list?
        """: partial(run, first=True, last=lambda kept, keep: kept[:1] + kept[-keep:]),
        """one checkpoint too many: You average one checkpoint more than `keep`. Count what your slice, or
        your comparison, lets through.

        For `epochs = 6` and `keep = 2`, which epochs get through?
        """: partial(run, last=lambda kept, keep: kept[-keep - 1 :]),
        """all checkpoints averaged: Every checkpoint of the run counts, the bad ones of its beginning too.
        Use the last `keep`.

        Where do your lines use `keep`?
        """: partial(run, last=lambda kept, keep: kept),
    }
)


@checkpoint_ensemble.mistake
def spread_over_the_run(params, train_epoch, scores, epochs, keep):
    """Your checkpoints are spread over the whole run. Take those after its last `keep` epochs.

    For `epochs = 6` and `keep = 2`, which epochs get through?
    """

    def spread(kept, keep):
        return [kept[round(k)] for k in np.linspace(0, len(kept) - 1, keep)]

    return run(params, train_epoch, scores, epochs, keep, last=spread)


checkpoint_ensemble.table(
    {
        """one checkpoint too few: You average one checkpoint less than `keep`. Count what your slice, or your
        comparison, lets through.

        For `epochs = 6` and `keep = 2`, which epochs get through?
        """: partial(run, last=lambda kept, keep: kept[len(kept) - keep + 1 :]),
        """the first ones left out: You leave out the first `keep` checkpoints and average all others. Count
        from the end of the list.

        For `epochs = 6` and `keep = 2`, which epochs get through?
        """: partial(run, last=lambda kept, keep: kept[keep:]),
        """the start counted as the first epoch: You count the untrained weights as the first epoch, so there
        is one epoch of training too few.

        How often is `train_epoch` called?
        """: lambda params, train_epoch, scores, epochs, keep: run(
            params, train_epoch, scores, epochs, keep, first=True, length=epochs - 1
        ),
    }
)


@checkpoint_ensemble.mistake
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


checkpoint_ensemble.table(
    {
        """trained for keep epochs only: You train for `keep` epochs and stop. Train for `epochs`, and use the
        last `keep` of them.

        How often is `train_epoch` called?
        """: lambda params, train_epoch, scores, epochs, keep: run(
            params, train_epoch, scores, epochs, keep, length=keep
        ),
        """trained one epoch too long: There is one epoch more than `epochs`. Count what your `range` gives.

        How often is `train_epoch` called?
        """: lambda params, train_epoch, scores, epochs, keep: run(
            params, train_epoch, scores, epochs, keep, length=epochs + 1
        ),
        """every epoch from the start: Every epoch begins again with the first weights, so no checkpoint is
        trained for longer than one. Copy after the epoch, not before.

        From which weights does your second epoch start?
        """: partial(run, again=True),
    }
)


@checkpoint_ensemble.mistake
def what_training_returns_taken_for_weights(params, train_epoch, scores, epochs, keep):
    """`train_epoch(params)` changes `params` in place and returns nothing; you keep that nothing. Call it on a line
    of its own.

    What does `train_epoch(params)` return?
    """
    for _ in range(epochs):
        params = train_epoch(params)
    return softened(np.asarray(scores(params)))


@checkpoint_ensemble.mistake
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


@checkpoint_ensemble.mistake
def scores_averaged_before_the_softmax(params, train_epoch, scores, epochs, keep):
    """You average the scores of the checkpoints and take the softmax once. Softmax first, then average.

    Which comes first in your lines, the softmax or the mean?
    """
    return run(
        params, train_epoch, scores, epochs, keep, together=lambda s: softened(stacked(s).mean(axis=0))
    )


@checkpoint_ensemble.mistake
def labels_averaged(params, train_epoch, scores, epochs, keep):
    """Every checkpoint casts one vote, and how sure it was is lost. Average probabilities, not labels.

    Where in your lines does it still show how sure a checkpoint was?
    """

    def votes(predictions):
        s = stacked(predictions)
        return (s.argmax(axis=-1)[..., None] == np.arange(s.shape[-1])).mean(axis=0)

    return run(params, train_epoch, scores, epochs, keep, together=votes)


checkpoint_ensemble.table(
    {
        """scores averaged and left as they are: What comes back is a mean of scores: rows do not sum to one.
        Where is the softmax?
        """: partial(run, together=lambda s: stacked(s).mean(axis=0)),
        """summed not averaged: The probabilities are added up and never divided by their number.

        By what do you divide?
        """: partial(run, together=lambda s: mean_probability(s) * len(s)),
        """divided by the epochs: You add up `keep` predictions and divide by the number of epochs. Divide by
        how many you added.

        By what do you divide?
        """: lambda params, train_epoch, scores, epochs, keep: run(
            params,
            train_epoch,
            scores,
            epochs,
            keep,
            together=lambda s: mean_probability(s) * len(s) / epochs,
        ),
    }
)


@checkpoint_ensemble.mistake
def one_too_few_in_the_sum(params, train_epoch, scores, epochs, keep):
    """You add one prediction less than `keep` and divide by `keep`, so rows sum to less than one. Count what your
    comparison lets through.

    For `epochs = 6` and `keep = 2`, which epochs get through?
    """

    def together(s):
        return softened(stacked(s))[1:].sum(axis=0) / keep

    return run(params, train_epoch, scores, epochs, keep, together=together)


@checkpoint_ensemble.mistake
def one_too_many_in_the_sum(params, train_epoch, scores, epochs, keep):
    """You add one prediction more than `keep` and divide by `keep`, so rows sum to more than one. Count what your
    comparison lets through.

    For `epochs = 6` and `keep = 2`, which epochs get through?
    """

    def last(kept, keep):
        return kept[-keep - 1 :]

    def together(s):
        return softened(stacked(s)).sum(axis=0) / keep

    return run(params, train_epoch, scores, epochs, keep, last=last, together=together)


checkpoint_ensemble.table(
    {
        """predictions not averaged: A list of predictions comes back, one for each checkpoint. Return their
        mean over the checkpoints.

        What shape comes back, and what shape is asked for?
        """: partial(run, together=lambda s: softened(stacked(s))),
        """mean over everything: A single number comes back: without an axis, `np.mean` averages over images
        and classes too. Give it the axis of the checkpoints.

        Which axis of your array counts checkpoints, which images, which classes?
        """: partial(run, together=lambda s: softened(stacked(s)).mean()),
        """averaged over the images: You average over the images; every image needs its own prediction. Give
        `np.mean` the axis of the checkpoints.

        Which axis of your array counts checkpoints, which images, which classes?
        """: partial(run, together=lambda s: softened(stacked(s)).mean(axis=1)),
        """softmax down the rows: The images compete with each other: in your softmax the columns sum to one.
        The classes are the last axis.

        Which axis of your array counts checkpoints, which images, which classes?
        """: partial(run, together=lambda s: softmax(stacked(s), axis=1).mean(axis=0)),
        """softmax over everything: Your softmax is normalised over images and classes together. Give it the
        axis of the classes.

        Which axis of your array counts checkpoints, which images, which classes?
        """: partial(run, together=lambda s: np.mean([softmax(p) for p in s], axis=0)),
        """softmax over the checkpoints: The checkpoints compete with each other: your softmax runs over the
        first axis. The classes are the last.

        Which axis of your array counts checkpoints, which images, which classes?
        """: partial(run, together=lambda s: softmax(stacked(s), axis=0).mean(axis=0)),
    }
)
