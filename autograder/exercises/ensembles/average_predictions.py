"""Exercise ``average_predictions``: the mean of several networks' probabilities.

The reference never forms a softmax: the probability of a class is one over the sum of the odds of all classes
against it.  The notebook takes SciPy's softmax.
"""

import numpy as np

from autograder.exercises.ensembles.shared import softened, stacked
from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.ensembles.scores import untouched, visible_predictions


def reference(scores):
    """Return the mean over networks of  1 / sum_j exp(s_j - s_c)."""
    total = 0.0
    for each in scores:
        s = np.asarray(each)
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
    points=3,
    reference=reference,
    checks=[
        Check(
            name="mean of probabilities",
            probe=Calls(
                arguments=[
                    (members(k, *size),)
                    for k, size in enumerate([(3, 5, 4), (4, 3, 10), (1, 2, 3), (3, 5, 4)])
                ]
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
            probe=lambda candidate: untouched(candidate, members(12, 3, 4, 3)),
            says="The result is right, but the scores you were given have changed. They belong to the caller.",
        ),
    ],
    visible=visible_predictions,
    read="Exercise 1. Average the probabilities",
    effect="The ensemble decides otherwise than its members would together, and part of its gain is lost.",
)


@average_predictions.variant
def one_stack(scores):
    return softened(stacked(scores)).mean(axis=0)


@average_predictions.variant
def running_sum(scores):
    total = np.zeros_like(scores[0])
    for s in scores:
        total += softened(s) / len(scores)
    return total


@average_predictions.variant
def through_logarithms(scores):
    s = stacked(scores)
    logs = s - np.logaddexp.reduce(s, axis=-1, keepdims=True)
    return np.exp(np.logaddexp.reduce(logs, axis=0) - np.log(len(scores)))


@average_predictions.variant_as_in("PyTorch")
def softmax_along_the_last_dim(scores):
    def softmax(input, dim):
        shifted = input - input.max(axis=dim, keepdims=True)
        exp = np.exp(shifted)
        return exp / exp.sum(axis=dim, keepdims=True)

    outputs = [softmax(np.asarray(logits).copy(), dim=-1) for logits in scores]
    return np.stack(outputs).mean(axis=0)


@average_predictions.mistake
def scores_averaged_before_the_softmax(scores):
    """You average the scores and take the softmax once, so a network with large scores outweighs all others.
    Softmax first, for each network on its own, then average.

    Which comes first in your lines, the softmax or the mean?
    """
    return softened(stacked(scores).mean(axis=0))


@average_predictions.mistake
def scores_averaged_and_softmax_down_the_rows(scores):
    """Two things: you average the scores and take the softmax once, and that softmax runs along the images, so its
    columns sum to one. Softmax along the classes, for each network on its own, then average.

    Which comes first in your lines, the softmax or the mean?
    """
    s = stacked(scores).mean(axis=0)
    return softened(s, axis=0, shift=lambda s: s.max(axis=0))


@average_predictions.mistake
def scores_averaged_and_softmax_over_everything(scores):
    """Two things: you average the scores and take the softmax once, and that softmax has no axis, so it runs over
    images and classes. Softmax along the classes, for each network on its own, then average.

    Which comes first in your lines, the softmax or the mean?
    """
    s = stacked(scores).mean(axis=0)
    return np.exp(s - s.max()) / np.exp(s - s.max()).sum()


@average_predictions.mistake
def scores_averaged_and_left_as_they_are(scores):
    """What comes back is a mean of scores: rows do not sum to one. Where is the softmax?"""
    return stacked(scores).mean(axis=0)


@average_predictions.mistake
def labels_averaged(scores):
    """Every network casts one vote, and how sure it was is lost. Average the probabilities, not the labels.

    Where in your lines does it still show how sure a network was?
    """
    s = stacked(scores)
    return (s.argmax(axis=-1)[..., None] == np.arange(s.shape[-1])).mean(axis=0)


average_predictions.table(
    {
        """label numbers averaged: You average the numbers of the classes: a 3 and a 9 make a 6. Average
        probabilities.

        What are the numbers that you average?
        """: lambda scores: stacked(scores).argmax(axis=-1).mean(axis=0),
        """label returned: The labels come back, one per row. Stop one line earlier and return the mean
        probabilities.

        What shape comes back, and what shape is asked for?
        """: lambda scores: softened(stacked(scores)).mean(axis=0).argmax(axis=-1),
        """summed not averaged: Rows sum to the number of networks. Divide by it.

        By what do you divide?
        """: lambda scores: softened(stacked(scores)).sum(axis=0),
        """predictions not averaged: An array for each network comes back. Return their mean over the
        networks.
        """: lambda scores: softened(stacked(scores)),
        """mean over everything: A single number comes back: without an axis, `np.mean` averages over images
        and classes too.
        """: lambda scores: softened(stacked(scores)).mean(),
        """averaged over the rows: You average over the images; every image needs its own prediction. Which
        axis counts the networks?
        """: lambda scores: softened(stacked(scores)).mean(axis=1),
        """averaged over networks and rows: One row comes back for all images: `concatenate` or `vstack` put
        networks and images on one axis. Give the networks an axis of their own.
        """: lambda scores: softened(np.concatenate(scores)).mean(axis=0),
    }
)


@average_predictions.mistake
def softmax_down_the_rows(scores):
    """The images compete with each other: in your softmax the columns sum to one. The classes are the last axis."""
    s = stacked(scores)
    odds = np.exp(s - s.max(axis=1, keepdims=True))
    return (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0)


@average_predictions.mistake
def softmax_over_everything(scores):
    """Your softmax is normalised over images and classes together. Give it the axis of the classes."""
    return sum(np.exp(s - s.max()) / np.exp(s - s.max()).sum() for s in scores) / len(scores)


@average_predictions.mistake
def softmax_without_an_axis(scores):
    """Your softmax runs over networks, images and classes at once. Give it the axis of the classes."""
    s = stacked(scores)
    odds = np.exp(s - s.max())
    return (odds / odds.sum()).mean(axis=0)


@average_predictions.mistake
def softmax_over_the_networks(scores):
    """The networks compete with each other: your softmax runs over the first axis. The classes are the last one."""
    s = stacked(scores)
    odds = np.exp(s - s.max(axis=0))
    return (odds / odds.sum(axis=0)).mean(axis=0)


@average_predictions.mistake
def geometric_mean_not_normalised(scores):
    """You average logarithms of probabilities, and the rows no longer sum to one. Average the probabilities.

    Of what do you take the mean, of probabilities or of their logarithms?
    """
    s = stacked(scores)
    return np.exp((s - np.logaddexp.reduce(s, axis=-1, keepdims=True)).mean(axis=0))


average_predictions.table(
    {
        """probabilities multiplied: You multiply the probabilities, or add the scores: one network that says
        no decides alone. Average.

        Of what do you take the mean, and where?
        """: lambda scores: softened(stacked(scores).sum(axis=0)),
        """softmax taken twice: The softmax is taken of probabilities, a second time, and flattens everything.
        Once is enough.

        How often does `softmax` stand on the way of one score?
        """: lambda scores: softened(softened(stacked(scores)).mean(axis=0)),
        """the surest network decides: For every class you take the largest probability any network gave. Take
        the mean.

        How many networks have a say in each entry of your result?
        """: lambda scores: softened(stacked(scores)).max(axis=0),
        """median of the networks: You take the median over networks; rows need not sum to one. Take the mean.

        Do your rows sum to one?
        """: lambda scores: np.median(softened(stacked(scores)), axis=0),
        """one network only: Only one network's probabilities come back. Does the loop keep what it had, or
        overwrite it?
        """: lambda scores: softened(np.asarray(scores[-1])),
        """the first network only: Only the first network's probabilities come back. Is the `return` inside
        the loop?
        """: lambda scores: softened(np.asarray(scores[0])),
        """returned inside the loop: The first network's probabilities come back, divided by the number of
        networks: the `return` stands inside the loop. Move it one level to the left.
        """: lambda scores: softened(np.asarray(scores[0])) / len(scores),
        """divided by five: You divide by five, however many networks there are. Divide by `len(scores)`, or
        take the mean over their axis.

        By what do you divide?
        """: lambda scores: softened(stacked(scores)).sum(axis=0) / 5,
        """exp overflows: There is a nan: `np.exp(1000)` overflows. Subtract each row's largest score first,
        or use SciPy's softmax.

        What is `np.exp(1000)`?
        """: lambda scores: softened(stacked(scores), shift=lambda s: 0.0).mean(axis=0),
        """exp overflows and softmax down the rows: Two things: your softmax runs along the images, so its
        columns sum to one, and `np.exp(1000)` overflows. Take the classes, the last axis, and subtract each
        row's largest score first, or use SciPy's softmax.

        Which axis must sum to one?
        """: lambda scores: softened(stacked(scores), axis=1, shift=lambda s: 0.0).mean(axis=0),
    }
)


@average_predictions.convention(share=0.75)
def one_shift_for_all_rows(scores):
    """It is right for ordinary scores. You subtract the largest score of all, so rows far below it vanish: 0/0.
    Subtract each row's own largest.

    What is left of a row whose scores are a thousand below the largest of all?
    """
    return softened(stacked(scores), shift=lambda s: s.max()).mean(axis=0)


@average_predictions.in_place
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
