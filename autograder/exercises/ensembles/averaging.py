"""Exercise ``average_predictions``: the mean of several networks' probabilities.

The reference never forms a softmax: the probability of a class is one over the sum of the odds of all classes
against it.  The notebook takes SciPy's softmax.
"""

from __future__ import annotations

import numpy as np

from autograder.judging import Check, Exercise
from course.ensembles import rehearsal
from course.probing import Calls


def reference(scores):
    """Return the mean over networks of  1 / sum_j exp(s_j - s_c)."""
    total = 0.0
    for each in scores:
        s = np.asarray(each, dtype=np.float64)
        with np.errstate(over="ignore"):  # the odds against a hopeless class are infinite
            total = total + 1 / np.exp(s[:, None, :] - s[:, :, None]).sum(axis=2)
    return total / len(scores)


def members(seed, models, rows, classes, *, size=3.0, shift=0.0):
    """Return scores of networks that partly agree: ``models`` arrays (rows, classes)."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(rows, classes))
    return [shift + size * (common + rng.normal(size=(rows, classes))) for _ in range(models)]


average_predictions = Exercise(
    "average_predictions",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="mean of probabilities",
            probe=Calls(
                arguments=[(members(k, *size),) for k, size in enumerate([(3, 5, 4), (4, 3, 10), (1, 2, 3)])]
            ),
            says="For networks with ordinary scores the result is not the mean of their probabilities.",
        ),
        Check(
            name="large scores",
            probe=Calls(arguments=[(members(9, 3, 6, 5, size=400.0, shift=2000.0),)]),
            says="For ordinary scores it is right; for very large ones, where exp overflows, it is not.",
        ),
        Check(
            name="scores untouched",
            probe=lambda candidate: rehearsal.untouched(candidate, members(12, 3, 4, 3)),
            says="The result is right, but the scores you were given have changed. They belong to the caller.",
        ),
    ],
    visible=Calls(
        arguments=[
            ([np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]]), np.array([[-1.0, 1.5, 0.0], [3.0, 0.0, 0.0]])],),
            ([np.array([[0.0, 3.0]]), np.array([[1.0, 0.0]]), np.array([[1.5, 0.5]])],),
            (
                [
                    np.array([[1000.0, 999.0, 0.0], [2.0, 0.0, 1.0]]),
                    np.array([[1001.0, 1000.0, 3.0], [0.0, 1.0, 1.0]]),
                ],
            ),
        ]
    ),
    read="Exercise 1. Average the probabilities",
)
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
def logits_averaged(scores):
    """You average the scores and take the softmax once. One network that shouts outweighs all others: softmax
    first, each on its own, then average."""
    return softened(stacked(scores).mean(axis=0))


@ex.mistake
def scores_averaged_and_left_as_they_are(scores):
    """What comes back is a mean of scores: rows do not sum to one. Where is the softmax?"""
    return stacked(scores).mean(axis=0)


@ex.mistake
def labels_averaged(scores):
    """Every network casts one vote, and how sure it was is lost. Average the probabilities, not the labels."""
    s = stacked(scores)
    return (s.argmax(axis=-1)[..., None] == np.arange(s.shape[-1])).mean(axis=0)


@ex.mistake
def label_numbers_averaged(scores):
    """You average the numbers of the classes: a 3 and a 9 make a 6. Average probabilities."""
    return stacked(scores).argmax(axis=-1).mean(axis=0)


@ex.mistake
def label_returned(scores):
    """The labels come back, one per row. Stop one line earlier and return the mean probabilities."""
    return softened(stacked(scores)).mean(axis=0).argmax(axis=-1)


@ex.mistake
def summed_not_averaged(scores):
    """Rows sum to the number of networks. Divide by it."""
    return softened(stacked(scores)).sum(axis=0)


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
    """You average logarithms of probabilities, and the rows no longer sum to one. Average the probabilities."""
    s = stacked(scores)
    return np.exp((s - np.logaddexp.reduce(s, axis=-1, keepdims=True)).mean(axis=0))


@ex.mistake
def probabilities_multiplied(scores):
    """You multiply the probabilities, or add the scores: one network that says no decides alone. Average."""
    return softened(stacked(scores).sum(axis=0))


@ex.mistake
def softmax_taken_twice(scores):
    """The softmax is taken of probabilities, a second time, and flattens everything. Once is enough."""
    return softened(softened(stacked(scores)).mean(axis=0))


@ex.mistake
def the_surest_network_decides(scores):
    """For every class you take the largest probability any network gave. Take the mean."""
    return softened(stacked(scores)).max(axis=0)


@ex.mistake
def median_of_the_networks(scores):
    """You take the median over networks; rows need not sum to one. Take the mean."""
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
def no_max_shift(scores):
    """For large scores exp overflows. Subtract each row's largest score first, or use SciPy's softmax."""
    return softened(stacked(scores), shift=lambda s: 0.0)


@ex.mistake
def one_shift_for_all_rows(scores):
    """You subtract the largest score of all, and rows far below it vanish. Subtract each row's own largest."""
    return softened(stacked(scores), shift=lambda s: s.max())


@ex.mistake
def scores_changed_in_place(scores):
    """You change the arrays you were given (`-=` or `out=`), so the next reader of these scores finds others. Work
    on new arrays."""
    total = 0.0
    for s in scores:
        s -= s.max(axis=-1, keepdims=True)
        total = total + softened(s)
    return total / len(scores)
