"""Cross-entropy of softmax probabilities, and its gradient with respect to the scores."""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp, softmax

from autograder.exercises.sanity_checks.shared import UNTOUCHED, gradient_alone, loss_alone, pair
from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(scores, y):
    """Row by row: SciPy's logsumexp less the label's score; softmax less the label's unit vector."""
    losses, gradient = [], []
    for row, label in zip(np.asarray(scores, dtype=np.float64), y, strict=True):
        losses.append(logsumexp(row) - row[label])
        gradient.append((softmax(row) - np.eye(len(row))[label]) / len(scores))
    return float(np.mean(losses)), np.array(gradient)


def huge(candidate):
    pairs = np.array([[1e4, 9990.0], [-3.0, -2.0]])
    rows = [
        ([1e4, -1e4, 0.0], 0),
        ([-1e4, -1e4 + 1, -1e4], 1),
        ([800.0, 790.0, 805.0], 2),
        ([1e4, -1e4, 0.0], 1),
    ]
    single = [pair(candidate, np.array([row]), np.array([label])) for row, label in rows]
    # Rows of very different size: whether the small one survives the shift of the large one.
    return [single, bool(np.isfinite(pair(candidate, pairs, np.array([0, 1]))[0]))]


softmax_loss = Exercise(
    "softmax_loss",
    points=6,
    reference=reference,
    checks=[
        Check(name="loss", probe=loss_alone, says="The mean of -log p(label) over the rows is not right."),
        Check(
            name="gradient",
            probe=gradient_alone,
            says="The gradient of the mean loss with respect to the scores is not right.",
        ),
        Check(
            name="huge scores",
            probe=huge,
            says="Scores of 10,000 overflow: take the largest score of each row away before the exponential.",
        ),
        UNTOUCHED,
    ],
    visible=Calls(
        arguments=[
            (np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]]), np.array([1, 0])),
            (np.array([[0.0, 0.0, 0.0, 0.0]]), np.array([2])),
            (np.array([[1000.0, 0.0], [0.0, 1.0]]), np.array([0, 1])),
        ]
    ),
    read="cross-entropy, Exercise 2",
)


def build(
    scores, y, *, shift=True, minus_label=True, gradient_mean=True, loss_mean=True, log=np.log, own=None
):
    """Return loss and gradient; each mistake below changes one thing."""
    s = scores - scores.max(axis=1, keepdims=True) if shift is True else scores - (shift or 0)
    e = np.exp(s)
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    each = log(e.sum(axis=1)) - (s[rows, y] if log is np.log else s[rows, y] / np.log(10))
    d = p.copy()
    if minus_label:
        d[rows, y] -= 1
    return float(each.mean() if loss_mean else each.sum()), d / len(y) if gradient_mean else d


@softmax_loss.mistake
def no_max_shift(scores, y):
    """The exponential of a large score overflows, and inf/inf is NaN. Take the row's largest score away first.

    What is exp(1000) in floating point?
    """
    return build(scores, y, shift=None)


@softmax_loss.mistake
def shifted_by_the_largest_of_all_rows(scores, y):
    """One shift for all rows: a row far below the largest score becomes 0/0. Shift each row by its own.

    What is exp(-1000) in floating point, and what is the sum of a row of such numbers?
    """
    return build(scores, y, shift=scores.max())


@softmax_loss.mistake
def sum_for_mean(scores, y):
    """Loss and gradient are sums over the rows, so they grow with the batch. Divide by the number of rows.

    What happens to your loss if every row stands twice in the batch, and what should happen?
    """
    return build(scores, y, loss_mean=False, gradient_mean=False)


@softmax_loss.mistake
def loss_not_divided_by_rows(scores, y):
    """The loss is a sum over the rows but its gradient a mean, so they do not match. Divide the loss as well.

    What happens to your loss if every row stands twice in the batch, and what should happen?
    """
    return build(scores, y, loss_mean=False)


@softmax_loss.mistake
def gradient_not_divided_by_rows(scores, y):
    """The loss is a mean but its gradient a sum, so they do not match. Divide the gradient as well.

    If a loss is divided by N, what happens to its slope?
    """
    return build(scores, y, gradient_mean=False)


@softmax_loss.mistake
def label_not_subtracted(scores, y):
    """The gradient is the probabilities alone, all positive. In each row subtract 1 at the label."""
    return build(scores, y, minus_label=False)


@softmax_loss.mistake
def sign_of_the_gradient(scores, y):
    """The gradient points the wrong way: probabilities less the label's 1, not the other way round.

    Does the loss rise or fall if the score of a wrong class rises?
    """
    loss, d = build(scores, y)
    return loss, -d


@softmax_loss.mistake
def logarithm_to_base_10(scores, y):
    """The loss uses the logarithm to base 10. The gradient p - 1 belongs to the natural one.

    Which logarithm has the slope 1/p?
    """
    return build(scores, y, log=np.log10)


@softmax_loss.mistake
def sign_of_the_loss(scores, y):
    """The loss is negative: it is minus the logarithm of the label's probability.

    What is the sign of the logarithm of a number between 0 and 1?
    """
    loss, d = build(scores, y)
    return -loss, d


@softmax_loss.mistake
def normalised_over_the_rows(scores, y):
    """The probabilities were normalised over the batch, not over the classes. Sum along the class axis, 1.

    Which probabilities add up to 1: those of one row, or those of one class?
    """
    e = np.exp(scores - scores.max(axis=0))
    p = e / e.sum(axis=0)
    d = p.copy()
    rows = np.arange(len(y))
    d[rows, y] -= 1
    return float(-np.log(p[rows, y]).mean()), d / len(y)


@softmax_loss.mistake
def label_column_for_all_rows(scores, y):
    """`[:, y]` picks every label in every row. Pair row i with label i: `[np.arange(N), y]`."""
    loss, _ = build(scores, y)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    d = e / e.sum(axis=1, keepdims=True)
    d[:, y] -= 1
    return loss, d / len(y)


@softmax_loss.mistake
def scores_changed_in_place(scores, y):
    """The caller's scores have changed: `scores -= ...` works on the array that was passed in. Make a new one.

    Does your first line make a new array, or change the one that was passed in?
    """
    answer = build(scores.copy(), y)
    scores -= scores.max(axis=1, keepdims=True)
    return answer


@softmax_loss.variant
def with_log_probabilities(scores, y):
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    n = scores.shape[0]
    dx = np.exp(log_p)
    dx[np.arange(n), y] -= 1
    return -np.sum(log_p[np.arange(n), y]) / n, dx / n


@softmax_loss.variant
def with_one_hot_rows(scores, y):
    truth = np.eye(scores.shape[1])[y]
    log_z = np.logaddexp.reduce(scores, axis=1)
    return np.mean(log_z - (scores * truth).sum(axis=1)), (np.exp(scores - log_z[:, None]) - truth) / len(y)
