"""Known mistakes in ``checkpoint_ensemble`` that concern the mean of its predictions; the run itself is right."""

from __future__ import annotations

import numpy as np
from scipy.special import softmax

from autograder.exercises.ensembles.averaging_known import softened, stacked
from autograder.exercises.ensembles.checkpoints_known import checkpoint_ensemble, mean_probability, run

__all__ = ["checkpoint_ensemble"]
ex = checkpoint_ensemble


@ex.mistake
def scores_averaged_before_the_softmax(params, train_epoch, scores, epochs, keep):
    """You average the scores of the checkpoints and take the softmax once. Softmax first, then average.

    Which comes first in your lines, the softmax or the mean?
    """
    return run(
        params, train_epoch, scores, epochs, keep, together=lambda s: softened(stacked(s).mean(axis=0))
    )


@ex.mistake
def labels_averaged(params, train_epoch, scores, epochs, keep):
    """Every checkpoint casts one vote, and how sure it was is lost. Average probabilities, not labels.

    Where in your lines does it still show how sure a checkpoint was?
    """

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
    """The probabilities are added up and never divided by their number.

    By what do you divide?
    """
    return run(params, train_epoch, scores, epochs, keep, together=lambda s: mean_probability(s) * len(s))


@ex.mistake
def divided_by_the_epochs(params, train_epoch, scores, epochs, keep):
    """You add up `keep` predictions and divide by the number of epochs. Divide by how many you added.

    By what do you divide?
    """
    return run(
        params, train_epoch, scores, epochs, keep, together=lambda s: mean_probability(s) * len(s) / epochs
    )


@ex.mistake
def one_too_few_in_the_sum(params, train_epoch, scores, epochs, keep):
    """You add one prediction less than `keep` and divide by `keep`, so rows sum to less than one. Count what your
    comparison lets through.

    For `epochs = 6` and `keep = 2`, which epochs get through?
    """

    def together(s):
        return softened(stacked(s))[1:].sum(axis=0) / keep

    return run(params, train_epoch, scores, epochs, keep, together=together)


@ex.mistake
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


@ex.mistake
def predictions_not_averaged(params, train_epoch, scores, epochs, keep):
    """A list of predictions comes back, one for each checkpoint. Return their mean over the checkpoints.

    What shape comes back, and what shape is asked for?
    """
    return run(params, train_epoch, scores, epochs, keep, together=lambda s: softened(stacked(s)))


@ex.mistake
def mean_over_everything(params, train_epoch, scores, epochs, keep):
    """A single number comes back: without an axis, `np.mean` averages over images and classes too. Give it the axis
    of the checkpoints.

    Which axis of your array counts checkpoints, which images, which classes?
    """
    return run(params, train_epoch, scores, epochs, keep, together=lambda s: softened(stacked(s)).mean())


@ex.mistake
def averaged_over_the_images(params, train_epoch, scores, epochs, keep):
    """You average over the images; every image needs its own prediction. Give `np.mean` the axis of the
    checkpoints.

    Which axis of your array counts checkpoints, which images, which classes?
    """
    return run(
        params, train_epoch, scores, epochs, keep, together=lambda s: softened(stacked(s)).mean(axis=1)
    )


@ex.mistake
def softmax_down_the_rows(params, train_epoch, scores, epochs, keep):
    """The images compete with each other: in your softmax the columns sum to one. The classes are the last axis.

    Which axis of your array counts checkpoints, which images, which classes?
    """
    return run(
        params, train_epoch, scores, epochs, keep, together=lambda s: softmax(stacked(s), axis=1).mean(axis=0)
    )


@ex.mistake
def softmax_over_everything(params, train_epoch, scores, epochs, keep):
    """Your softmax is normalised over images and classes together. Give it the axis of the classes.

    Which axis of your array counts checkpoints, which images, which classes?
    """
    return run(
        params, train_epoch, scores, epochs, keep, together=lambda s: np.mean([softmax(p) for p in s], axis=0)
    )


@ex.mistake
def softmax_over_the_checkpoints(params, train_epoch, scores, epochs, keep):
    """The checkpoints compete with each other: your softmax runs over the first axis. The classes are the last.

    Which axis of your array counts checkpoints, which images, which classes?
    """
    return run(
        params, train_epoch, scores, epochs, keep, together=lambda s: softmax(stacked(s), axis=0).mean(axis=0)
    )
