"""What is known about right and wrong answers to ``average_predictions``.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

from __future__ import annotations

import numpy as np

from autograder.exercises.ensembles.averaging import average_predictions

__all__ = ["average_predictions", "softened", "stacked"]
ex = average_predictions


def softened(scores, axis=-1, shift=lambda s: s.max(axis=-1, keepdims=True)):
    """Return the softmax of one array of scores."""
    odds = np.exp(scores - shift(scores))
    return odds / odds.sum(axis=axis, keepdims=True)


def stacked(scores):
    """Return (models, rows, classes)."""
    return np.array(scores, dtype=np.float64)


@ex.variant
def one_stack(scores):
    return softened(stacked(scores)).mean(axis=0)


@ex.variant
def running_sum(scores):
    total = np.zeros_like(scores[0])
    for s in scores:
        total += softened(s) / len(scores)
    return total


@ex.variant
def through_logarithms(scores):
    s = stacked(scores)
    logs = s - np.logaddexp.reduce(s, axis=-1, keepdims=True)
    return np.exp(np.logaddexp.reduce(logs, axis=0) - np.log(len(scores)))


@ex.mistake
def scores_averaged_before_the_softmax(scores):
    """You average the scores and take the softmax once. One network that shouts outweighs all others: softmax
    first, each on its own, then average.

    Which comes first in your lines, the softmax or the mean?
    """
    return softened(stacked(scores).mean(axis=0))


@ex.mistake
def scores_averaged_and_left_as_they_are(scores):
    """What comes back is a mean of scores: rows do not sum to one. Where is the softmax?"""
    return stacked(scores).mean(axis=0)


@ex.mistake
def labels_averaged(scores):
    """Every network casts one vote, and how sure it was is lost. Average the probabilities, not the labels.

    Where in your lines does it still show how sure a network was?
    """
    s = stacked(scores)
    return (s.argmax(axis=-1)[..., None] == np.arange(s.shape[-1])).mean(axis=0)


@ex.mistake
def label_numbers_averaged(scores):
    """You average the numbers of the classes: a 3 and a 9 make a 6. Average probabilities.

    What are the numbers that you average?
    """
    return stacked(scores).argmax(axis=-1).mean(axis=0)


@ex.mistake
def label_returned(scores):
    """The labels come back, one per row. Stop one line earlier and return the mean probabilities.

    What shape comes back, and what shape is asked for?
    """
    return softened(stacked(scores)).mean(axis=0).argmax(axis=-1)


@ex.mistake
def summed_not_averaged(scores):
    """Rows sum to the number of networks. Divide by it.

    By what do you divide?
    """
    return softened(stacked(scores)).sum(axis=0)


@ex.mistake
def predictions_not_averaged(scores):
    """An array for each network comes back. Return their mean over the networks."""
    return softened(stacked(scores))


@ex.mistake
def mean_over_everything(scores):
    """A single number comes back: without an axis, `np.mean` averages over images and classes too."""
    return softened(stacked(scores)).mean()


@ex.mistake
def averaged_over_the_rows(scores):
    """You average over the images; every image needs its own prediction. Which axis counts the networks?"""
    return softened(stacked(scores)).mean(axis=1)


@ex.mistake
def averaged_over_networks_and_rows(scores):
    """One row comes back for all images: `concatenate` or `vstack` put networks and images on one axis. Give the
    networks an axis of their own."""
    return softened(np.concatenate(scores)).mean(axis=0)


@ex.mistake
def softmax_down_the_rows(scores):
    """The images compete with each other: in your softmax the columns sum to one. The classes are the last axis."""
    s = stacked(scores)
    odds = np.exp(s - s.max(axis=1, keepdims=True))
    return (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0)


@ex.mistake
def softmax_over_everything(scores):
    """Your softmax is normalised over images and classes together. Give it the axis of the classes."""
    return sum(np.exp(s - s.max()) / np.exp(s - s.max()).sum() for s in scores) / len(scores)


@ex.mistake
def softmax_without_an_axis(scores):
    """Your softmax runs over networks, images and classes at once. Give it the axis of the classes."""
    s = stacked(scores)
    odds = np.exp(s - s.max())
    return (odds / odds.sum()).mean(axis=0)


@ex.mistake
def softmax_over_the_networks(scores):
    """The networks compete with each other: your softmax runs over the first axis. The classes are the last one."""
    s = stacked(scores)
    odds = np.exp(s - s.max(axis=0))
    return (odds / odds.sum(axis=0)).mean(axis=0)


@ex.mistake
def geometric_mean_not_normalised(scores):
    """You average logarithms of probabilities, and the rows no longer sum to one. Average the probabilities.

    Of what do you take the mean, of probabilities or of their logarithms?
    """
    s = stacked(scores)
    return np.exp((s - np.logaddexp.reduce(s, axis=-1, keepdims=True)).mean(axis=0))


@ex.mistake
def probabilities_multiplied(scores):
    """You multiply the probabilities, or add the scores: one network that says no decides alone. Average.

    Of what do you take the mean, and where?
    """
    return softened(stacked(scores).sum(axis=0))


@ex.mistake
def softmax_taken_twice(scores):
    """The softmax is taken of probabilities, a second time, and flattens everything. Once is enough.

    How often does `softmax` stand on the way of one score?
    """
    return softened(softened(stacked(scores)).mean(axis=0))


@ex.mistake
def the_surest_network_decides(scores):
    """For every class you take the largest probability any network gave. Take the mean.

    How many networks have a say in each entry of your result?
    """
    return softened(stacked(scores)).max(axis=0)


@ex.mistake
def median_of_the_networks(scores):
    """You take the median over networks; rows need not sum to one. Take the mean.

    Do your rows sum to one?
    """
    return np.median(softened(stacked(scores)), axis=0)


@ex.mistake
def one_network_only(scores):
    """Only one network's probabilities come back. Does the loop keep what it had, or overwrite it?"""
    return softened(np.asarray(scores[-1]))


@ex.mistake
def the_first_network_only(scores):
    """Only the first network's probabilities come back. Is the `return` inside the loop?"""
    return softened(np.asarray(scores[0]))


@ex.mistake
def exp_overflows(scores):
    """There is a nan: `np.exp(1000)` overflows. Subtract each row's largest score first, or use SciPy's softmax.

    What is `np.exp(1000)`?
    """
    return softened(stacked(scores), shift=lambda s: 0.0).mean(axis=0)


@ex.mistake
def one_shift_for_all_rows(scores):
    """You subtract the largest score of all, and rows far below it vanish. Subtract each row's own largest.

    What is left of a row whose scores are a thousand below the largest of all?
    """
    return softened(stacked(scores), shift=lambda s: s.max()).mean(axis=0)


@ex.mistake
def the_input_is_changed(scores):
    """You change the arrays you were given (`-=`, `+=`, `[:] =` or `out=`), so whoever looks at these scores next
    finds others. Work on new arrays.

    After your lines, what is in `scores[0]`?
    """
    total = 0.0
    for s in scores:
        s -= s.max(axis=-1, keepdims=True)
        total = total + softened(s)
    return total / len(scores)
