"""Exercise ``softmax_gradient``: cross-entropy of a linear classifier, with its penalty and its gradient.

The reference differentiates by the complex step, which subtracts nothing and is right to the last digits; the
notebook takes the formula.
"""

from functools import partial

import numpy as np

from autograder.exercises.linear_classifier.shared import (
    EFFECT,
    assemble,
    checks,
    common,
    cross_entropy,
    extended,
)
from autograder.judging import Check, Exercise
from course.probes.linear import large_scores, rows_apart, visible_softmax


def value_of(W, X, y, reg):
    """Return the loss, also of complex weights: the logarithm of the summed odds against the label."""
    odds = [np.exp((W - W[label]) @ np.append(x, 1.0)).sum() for x, label in zip(X, y, strict=True)]
    return np.log(odds).sum() / len(y) + reg / 2 * (W[:, :-1] ** 2).sum()


def reference(W, X, y, reg):
    """Return the loss, and its gradient entry by entry: the imaginary part of a step of 1e-30 i."""
    steps = 1e-30j * np.eye(W.size).reshape(W.size, *W.shape)
    slopes = [value_of(W + step, X, y, reg).imag / 1e-30 for step in steps]
    return value_of(W, X, y, reg), np.reshape(slopes, W.shape)


softmax_gradient = Exercise(
    "softmax_gradient",
    points=6,
    reference=reference,
    checks=[
        *checks(51),
        Check(
            name="large scores",
            probe=lambda candidate: large_scores(candidate, 58, 900.0),
            says="A large number added to all scores of a row must change nothing; here exp overflows.",
        ),
        Check(
            name="rows far apart",
            probe=lambda candidate: rows_apart(candidate, 59, 900.0),
            says="A row whose scores lie far below those of another row is lost. Subtract each row's own largest.",
        ),
    ],
    visible=visible_softmax,
    returns=("loss", "gradient"),
    uses=("scores",),
    read="Exercise 3. Cross-entropy",
    equivalent={
        "odds = np.exp(s - s.max(axis=1, keepdims=True)) -> odds = np.exp(s - s.min(axis=1, keepdims=True))": (
            "Any shift that keeps exp finite gives the same probabilities; a row's scores lie within 700 here."
        ),
        "…hstack([X, np.ones((len(X), 1))])) -> …hstack([X, np.ones((len(X), 1), dtype='float32')]))": (
            "A 1 is exact in single precision."
        ),
    },
    effect=EFFECT,
)


def build(W, X, y, reg, **changed):
    return assemble(W, X, y, reg, lambda scores, labels: cross_entropy(scores, labels, **changed))


common(softmax_gradient, cross_entropy)


softmax_gradient.table(
    {
        """exp overflows: It is right for small scores; for scores of a thousand `np.exp` overflows and there
        is a NaN. Take the largest score of each row away first: it changes no probability.

        What is np.exp(1000)?
        """: partial(build, shift=False),
        """one at the label forgotten: The gradient is made of the probabilities alone. Subtract 1 at the
        label of every row.

        What is the gradient of a row that is right with probability 1, and what should it be?
        """: partial(build, one=0.0),
        """one subtracted everywhere: 1 is subtracted from all classes. Subtract it at the label of each row
        only: `p[rows, y]`, not `p[:, y]`.

        Do the rows of your p - 1 sum to 0?
        """: partial(build, label=False),
        """one added at the label: 1 is added at the label; subtract it. The gradient is the prediction minus
        the truth.

        Which way does the label's score push the loss?
        """: partial(build, one=-1.0),
        """probabilities down the columns: The images compete with each other: your probabilities sum to one
        down the columns. The classes are axis 1.

        Which sums are 1, those of the rows or those of the columns?
        """: partial(build, axis=0),
        """probabilities down the columns after one shift: The images compete with each other: your
        probabilities sum to one down the columns. The classes are axis 1.

        Which sums are 1, those of the rows or those of the columns?
        """: partial(build, axis=0, shift="all"),
        """probabilities over everything: The probabilities of all images together sum to one. Give the sum
        the axis of the classes, and `keepdims=True`.

        What is the sum of your first row?
        """: partial(build, axis=None),
        """logarithm to base 10: The loss is taken with the logarithm to base 10. `np.log` is the natural one,
        to which the gradient belongs.

        Which logarithm has the slope 1/x?
        """: partial(build, log=np.log10),
        """sign of the loss: The loss is negative: the logarithm of a probability is below 0. Put a minus
        before it.

        Can your loss be above 0?
        """: partial(build, log=lambda p: -np.log(p)),
        """probability for its logarithm: The loss is 1 - p. It is the negative logarithm of the label's
        probability.

        What does your loss say if the label's probability is 0?
        """: partial(build, log=lambda p: p - 1),
    }
)


@softmax_gradient.variant
def naive_loops(W, X, y, reg):
    loss, dW, n = 0.0, np.zeros_like(W), X.shape[0]
    for i in range(n):
        x = np.append(X[i], 1)
        f = W.dot(x)
        f -= np.max(f)
        p = np.exp(f) / np.sum(np.exp(f))
        loss += -np.log(p[y[i]])
        for k in range(W.shape[0]):
            dW[k, :] += (p[k] - (k == y[i])) * x
    loss = loss / n + 0.5 * reg * np.sum(W[:, :-1] ** 2)
    dW /= n
    dW[:, :-1] += reg * W[:, :-1]
    return loss, dW


@softmax_gradient.variant_as_in("CS231n")
def vectorised(W, X, y, reg):
    num_train = X.shape[0]
    ones = np.hstack((X, np.ones((num_train, 1))))
    scores = ones.dot(W.T)
    scores -= np.max(scores, axis=1, keepdims=True)
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    loss = np.sum(-np.log(probs[range(num_train), y])) / num_train
    dscores = probs.copy()
    dscores[range(num_train), y] -= 1
    dscores /= num_train
    dW = np.dot(dscores.T, ones)
    loss += 0.5 * reg * np.sum(W[:, :-1] * W[:, :-1])
    dW[:, :-1] += reg * W[:, :-1]
    return loss, dW


@softmax_gradient.variant
def log_sum_exp(W, X, y, reg):
    s = X @ W[:, :-1].T + W[:, -1]
    logs = s - np.logaddexp.reduce(s, axis=1)[:, None]
    d = (np.exp(logs) - np.eye(len(W))[y]) / len(y)
    loss = -np.take_along_axis(logs, y[:, None], axis=1).mean() + reg / 2 * np.square(W[:, :-1]).sum()
    return loss, np.hstack([d.T @ X + reg * W[:, :-1], d.sum(axis=0)[:, None]])


@softmax_gradient.variant
def one_hot_product(W, X, y, reg):
    B, T = extended(X), (y[:, None] == np.arange(len(W))).astype(float)
    Z = B @ W.T
    Z = Z - Z.max(axis=1).reshape(-1, 1)
    P = np.exp(Z) / np.exp(Z).sum(1, keepdims=True)
    R = np.concatenate([W[:, :-1], np.zeros((len(W), 1))], axis=1)
    return float(-(T * np.log(P)).sum() / len(B) + reg * (R**2).sum() / 2), (P - T).T @ B / len(B) + reg * R


@softmax_gradient.variant_as_in("SciPy")
def scipy_functions(W, X, y, reg):
    from scipy.special import log_softmax, softmax

    s = extended(X) @ W.T
    d = softmax(s, axis=1)
    d[np.arange(len(y)), y] -= 1.0
    keep = np.ones_like(W)
    keep[:, -1] = 0
    loss = -log_softmax(s, axis=1)[np.arange(len(y)), y].mean()
    return loss + 0.5 * reg * (keep * W**2).sum(), d.T @ extended(X) / len(y) + reg * keep * W


@softmax_gradient.convention(share=0.75)
def one_shift_for_all_rows(W, X, y, reg):
    """It is right for ordinary scores. You subtract the largest score of all, so rows far below it vanish: 0/0.
    Subtract each row's own largest.

    What is left of a row whose scores are a thousand below the largest of all?
    """
    s = extended(X) @ W.T
    s = s - s.max()
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(y)), y]))
    p[np.arange(len(y)), y] -= 1
    dW = p.T @ extended(X) / len(y)
    W0 = np.where(np.arange(W.shape[1]) < W.shape[1] - 1, W, 0)
    return loss + reg / 2 * np.sum(W0**2), dW + reg * W0
