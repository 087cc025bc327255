"""Exercise ``scores``: a template and a bias for every class, as one matrix."""

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.linear import case, kept, visible_scores


def reference(W, X):
    """Go through rows and classes one by one."""
    return np.array(
        [[sum(w * x for w, x in zip(row, x_i, strict=False)) + row[-1] for row in W] for x_i in X]
    )


scores = Exercise(
    "scores",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="scores",
            probe=Calls(
                arguments=[
                    case(21, 5, 3, 4)[:2],
                    case(22, 1, 2, 3)[:2],
                    case(23, 4, 3, 4)[:2],
                    case(25, 5, 3, 4)[:2],
                ]
            ),
            says="The scores of all rows, a column for every class, are not right.",
        ),
        Check(
            name="arguments",
            probe=lambda candidate: kept(candidate, *case(24, 4, 3, 2)[:2]),
            says="The scores are right, but W or X has changed.",
        ),
    ],
    visible=visible_scores,
    read="Exercise 1. Scores",
    equivalent={
        "…hstack([X, np.ones((len(X), 1))]) @ W.T -> …hstack([X, np.ones((len(X), 1), dtype='float32')]) @ W.T": (
            "A 1 is exact in single precision."
        ),
    },
    effect="Every answer of the classifier is the largest of the wrong numbers.",
)


def extended(X, value=1.0):
    """Return rows with a number appended."""
    return np.hstack([X, np.full((len(X), 1), value)])


@scores.variant_as_in("CS231n")
def ones_appended(W, X):
    return np.hstack([X, np.ones((X.shape[0], 1))]) @ W.T


@scores.variant
def weights_and_bias_apart(W, X):
    return X @ W[:, :-1].T + W[:, -1]


@scores.variant
def columns_of_ones_by_c(W, X):
    return np.c_[X, np.ones(len(X))].dot(np.transpose(W))


@scores.variant
def einsum(W, X):
    return np.einsum("nd,cd->nc", X, W[:, :-1]) + W[None, :, -1]


@scores.variant
def one_row_at_a_time(W, X):
    found = np.zeros((len(X), len(W)))
    for i, x in enumerate(X):
        found[i] = W @ np.append(x, 1)
    return found


@scores.variant
def padded(W, X):
    return (W @ np.pad(X, ((0, 0), (0, 1)), constant_values=1).T).T


scores.table(
    {
        """bias forgotten: The last column of W, the bias, has no part in the scores. Append a 1 to every row
        of X, or add `W[:, -1]`.

        What are the scores of a row of zeros?
        """: lambda W, X: X @ W[:, :-1].T,
        """ones in the first column: The column of ones stands before the pixels, but the bias is the last
        column of W.

        Which number of a row is multiplied with the last column of W?
        """: lambda W, X: np.hstack([np.ones((len(X), 1)), X]) @ W.T,
        """bias subtracted: The bias is subtracted. Add it: the number appended to every row is 1.

        What are the scores of a row of zeros?
        """: lambda W, X: extended(X, -1.0) @ W.T,
        """bias counted twice: The bias is in the scores twice: by the 1 that was appended, and added. Once is
        enough.

        What are the scores of a row of zeros?
        """: lambda W, X: extended(X) @ W.T + W[:, -1],
        """rows and columns of the scores exchanged: The scores lie on their side: row i must hold the scores
        of image i, a column for every class.

        What shape comes back, and what shape is asked for?
        """: lambda W, X: W @ extended(X).T,
        """bias of the wrong class: The bias is a column where it should be a row, or stands in the wrong
        order: every class has its own, the same for all images.

        Do two images get the same bias for one class?
        """: lambda W, X: X @ W[:, :-1].T + W[::-1, -1],
        """labels returned: What comes back are the classes with the largest score. Return the scores
        themselves.

        What shape comes back, and what shape is asked for?
        """: lambda W, X: np.asarray(reference(W, X)).argmax(axis=1),
    }
)


@scores.mistake
def probabilities_returned(W, X):
    """What comes back are probabilities. Scores may be any number; the softmax comes later.

    Do your rows sum to one, and should they?
    """
    odds = np.exp(np.asarray(reference(W, X)))
    return odds / odds.sum(axis=1, keepdims=True)


@scores.in_place
def the_arguments_are_changed(W, X):
    """The scores are right, but `W` or `X` has changed. Work on copies.

    After your lines, what is in W?
    """
    found = extended(X) @ W.T
    W[:, -1] = 0
    return found
