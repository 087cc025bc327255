"""Exercise ``svm_gradient``: the multi-class hinge of a linear classifier, with its penalty and its gradient.

The reference goes through rows and classes in two loops, and adds the row to the violated classes and subtracts it
from the label's, as the notes say it; the notebook takes one matrix product.
"""

from functools import partial

import numpy as np

from autograder.exercises.linear_classifier.shared import EFFECT, assemble, checks, common, extended, hinge
from autograder.judging import Check, Exercise
from course.probes.linear import margins, visible_svm


def reference(W, X, y, reg, delta=1.0):
    """Return loss and gradient by loops."""
    weights = np.append(W[:, :-1], np.zeros((len(W), 1)), axis=1)
    loss, dW = reg / 2 * np.vdot(weights, weights), reg * weights
    for x, label in zip(X, y, strict=True):
        x = np.append(x, 1.0)
        for c in range(len(W)):
            margin = (W[c] - W[label]) @ x + delta
            if c != label and margin > 0:
                loss += margin / len(y)
                dW[c] += x / len(y)
                dW[label] -= x / len(y)
    return loss, dW


svm_gradient = Exercise(
    "svm_gradient",
    points=6,
    reference=reference,
    checks=[
        *checks(31),
        Check(
            name="margin",
            probe=lambda candidate: margins(candidate, 35, [0.25, 4.0, 0.0]),
            says="It is wrong for a margin delta other than 1.",
        ),
    ],
    visible=visible_svm,
    returns=("loss", "gradient"),
    uses=("scores",),
    read="Exercise 2. The hinge",
    equivalent={
        "dW[c] += x / len(y); dW[label] -= x / len(y) -> (exchanged)": "They are two rows.",
        "if c != label and margin > 0: -> if c != label and margin >= 0:": (
            "At the kink itself any slope between the two sides will do."
        ),
        "margin = (W[c] - W[label]) @ x + delta -> margin = x @ (W[c] - W[label]) + delta": (
            "The product of two vectors is the same either way."
        ),
        "…1], np.zeros((len(W), 1)), axis=1) -> …1], np.zeros((len(W), 1), dtype='float32'), axis=1)": (
            "A 0 is exact in single precision."
        ),
        "…hstack([X, np.ones((len(X), 1))])) -> …hstack([X, np.ones((len(X), 1), dtype='float32')]))": (
            "A 1 is exact in single precision."
        ),
        "…margins > 0).astype(np.float64) -> …margins > 0).astype(np.float32)": (
            "Small whole numbers are exact in single precision."
        ),
    },
    effect=EFFECT,
)


def build(W, X, y, reg, delta=1.0, **changed):
    return assemble(W, X, y, reg, lambda scores, labels: hinge(scores, labels, delta, **changed))


common(svm_gradient, hinge)


@svm_gradient.mistake
def margin_of_the_label_counted(W, X, y, reg, delta=1.0):
    """The label's own margin, which is always delta, is in the sum, so the loss is too large. Set it to 0.

    What is your loss when every margin is kept?
    """
    return build(W, X, y, reg, delta, own_margin=True)


@svm_gradient.mistake
def margin_of_the_label_in_the_gradient(W, X, y, reg, delta=1.0):
    """The label counts among the violated classes, in the loss and in the gradient: its margin is always delta.
    Set it to 0 before you look which margins are violated.

    Is margins[rows, y] 0 in your lines?
    """
    rows = np.arange(len(y))

    def loss(scores, labels):
        value, d = hinge(scores, labels, delta, own_margin=True)
        d[rows, labels] += 1
        return value, d

    return assemble(W, X, y, reg, loss)


@svm_gradient.mistake
def label_subtracted_once(W, X, y, reg, delta=1.0):
    """The label's score stands in every violated margin of its row: subtract the row as often as there are
    violated margins, not once.

    How often does the label's score stand in the loss of one row?
    """
    return build(W, X, y, reg, delta, label="once")


@svm_gradient.mistake
def label_subtracted_always(W, X, y, reg, delta=1.0):
    """The row is subtracted once from its label's template, whether margins are violated or not. Subtract it as
    often as there are violated margins.

    What is the gradient of a row whose margins are all kept?
    """
    rows = np.arange(len(y))

    def loss(scores, labels):
        value, d = hinge(scores, labels, delta)
        d[rows, labels] = -1
        return value, d

    return assemble(W, X, y, reg, loss)


svm_gradient.table(
    {
        """label forgotten: The label's template gets no gradient, but its score stands in every violated
        margin, with a minus.

        Which way does the label's score push the loss?
        """: partial(build, label="never"),
        """every margin counts in the gradient: The gradient counts margins that are kept. Only where a margin
        is violated does the maximum move.

        What is the slope of max(0, m) where m is negative?
        """: partial(build, every=True),
        """only the worst class: Only the largest violated margin of a row counts. All violated margins are
        added.

        How many classes can push on one row?
        """: partial(build, worst=True),
        """delta ignored: A margin of 1 is used whatever delta says.

        Where in your lines does delta stand?
        """: lambda W, X, y, reg, delta=1.0: build(W, X, y, reg, 1.0),
    }
)


@svm_gradient.mistake
def averaged_over_the_classes_too(W, X, y, reg, delta=1.0):
    """The margins are averaged over the classes. Add them over the classes, average over the rows only.

    By which numbers do you divide?
    """

    def loss(scores, labels):
        value, d = hinge(scores, labels, delta)
        return value / len(W), d / len(W)

    return assemble(W, X, y, reg, loss)


@svm_gradient.convention(share=0.5)
def squared_hinge(W, X, y, reg, delta=1.0):
    """The margins are squared: the L2-SVM, the default of scikit-learn's LinearSVC. Here they count as they are.

    What do you add up, margins or their squares?
    """
    return build(W, X, y, reg, delta, squared=True)


@svm_gradient.variant_as_in("CS231n")
def naive_loops(W, X, y, reg, delta=1):
    dW = np.zeros_like(W)
    num_classes, num_train, loss = W.shape[0], X.shape[0], 0.0
    for i in range(num_train):
        xi = np.concatenate([X[i], [1]])
        scores = W.dot(xi)
        correct = scores[y[i]]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - correct + delta
            if margin > 0:
                loss += margin
                dW[j] += xi
                dW[y[i]] += -xi
    loss /= num_train
    dW /= num_train
    loss += 0.5 * reg * np.sum(W[:, :-1] * W[:, :-1])
    dW[:, :-1] += reg * W[:, :-1]
    return loss, dW


@svm_gradient.variant
def half_vectorised(W, X, y, reg, delta=1):
    ones, dW, loss = extended(X), np.zeros(W.shape), 0
    for i in range(len(X)):
        margins = np.maximum(0, W @ ones[i] - W[y[i]] @ ones[i] + delta)
        margins[y[i]] = 0
        loss += margins.sum()
        mask = (margins > 0) * 1.0
        mask[y[i]] = -mask.sum()
        dW += np.outer(mask, ones[i])
    penalty = W.copy()
    penalty[:, -1] = 0
    return loss / len(X) + reg / 2 * (penalty**2).sum(), dW / len(X) + reg * penalty


@svm_gradient.variant
def vectorised_with_a_mask(W, X, y, reg, delta=1):
    N = X.shape[0]
    scores = X.dot(W[:, :-1].T) + W[:, -1]
    correct = scores[range(N), list(y)].reshape(N, 1)
    margin = np.maximum(scores - correct + delta, 0)
    margin[range(N), list(y)] = 0
    mask = np.zeros(margin.shape)
    mask[margin > 0] = 1
    mask[np.arange(N), y] = -np.sum(mask, axis=1)
    dW = np.zeros_like(W)
    dW[:, :-1] = mask.T.dot(X) / N + reg * W[:, :-1]
    dW[:, -1] = mask.sum(axis=0) / N
    return np.sum(margin) / N + 0.5 * reg * np.sum(W[:, :-1] ** 2), dW


@svm_gradient.variant
def one_hot(W, X, y, reg, delta=1):
    B, truth = np.c_[X, np.ones(len(X))], np.eye(len(W))[y]
    s = B @ W.T
    gap = s - (s * truth).sum(1, keepdims=True) + delta * (1 - truth)
    d = (gap > 0) * (1 - truth)
    d = (d - truth * d.sum(1, keepdims=True)) / len(y)
    keep = np.append(np.ones(W.shape[1] - 1), 0)
    loss = (np.maximum(gap, 0) * (1 - truth)).sum(axis=1).mean()
    return loss + reg * 0.5 * ((W * keep) ** 2).sum(), d.T @ B + reg * W * keep


@svm_gradient.variant
def margin_of_the_label_taken_off(W, X, y, reg, delta=1):
    B, n = extended(X), len(y)
    s = np.matmul(B, W.T)
    m = s - s[np.arange(n), y, None] + delta
    on = (m > 0).astype(np.float64)
    loss = (m * on).sum() / n - delta
    on[np.arange(n), y] -= on.sum(axis=1)
    R = np.pad(W[:, :-1], ((0, 0), (0, 1)))
    return loss + reg / 2 * np.linalg.norm(R) ** 2, np.einsum("nc,nd->cd", on, B) / n + reg * R


@svm_gradient.variant
def penalty_by_two_sums(W, X, y, reg, delta=1):
    loss, dW = build(W, X, y, 0.0, delta)
    loss += reg / 2 * (np.sum(W**2) - np.sum(W[:, -1] ** 2))
    dW = dW + reg * W
    dW[:, -1] -= reg * W[:, -1]
    return loss, dW
