"""The multi-class hinge of Weston and Watkins, and its gradient with respect to the scores."""

from functools import partial

import numpy as np

from autograder.exercises.sanity_checks.shared import EFFECT, batch, gradient_alone, loss_alone, untouched
from autograder.judging import Check, Exercise
from course.probes.losses import HINGE, pair, visible_hinge


def reference(scores, y, delta=1.0):
    """Two plain loops over rows and classes, as the formula reads."""
    rows, classes = np.shape(scores)
    loss, gradient = 0.0, np.zeros((rows, classes))
    for i in range(rows):
        for c in range(classes):
            margin = scores[i][c] - scores[i][y[i]] + delta
            if c != y[i] and margin > 0:
                loss += margin / rows
                gradient[i, c] += 1 / rows
                gradient[i, y[i]] -= 1 / rows
    return float(loss), gradient


def other_margins(candidate):
    rows = [batch(1, 5, seed=seed) for seed in (31, 32, 33)]
    return [pair(candidate, *row, delta) for row in rows for delta in (0.25, 4.0, 0.0)]


svm_loss = Exercise(
    "svm_loss",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="loss",
            probe=loss_alone,
            says="The mean over the rows of the summed violated margins is not right.",
        ),
        Check(name="gradient", probe=gradient_alone, says="The gradient of the mean loss is not right."),
        Check(name="margin", probe=other_margins, says="It is wrong for a margin delta other than 1."),
        untouched(HINGE),
    ],
    visible=visible_hinge,
    returns=("loss", "gradient"),
    read="Exercise 3. Hinge loss",
    equivalent={
        "dscores[rows, y] = -dscores.sum(axis=1); dscores = dscores / len(y) -> (exchanged)": (
            "A sum may be divided before or after."
        ),
        "gradient[i, c] += 1 / rows -> gradient[i, c] = 1 / rows": "Every entry but the label's is written once.",
        "gradient[i, c] += 1 / rows; gradient[i, y[i]] -= 1 / rows -> (exchanged)": "They are two entries.",
        "if c != y[i] and margin > 0: -> if c != y[i] and margin >= 0:": (
            "At the kink itself any slope between the two sides will do."
        ),
    },
    effect=EFFECT,
    is_loss=True,
)


def build(scores, y, delta, *, zero_label=True, label_gradient="count", rows=None, mean=True, squared=False):
    """Return loss and gradient; each mistake below changes one thing."""
    index, n = np.arange(len(y)), len(y) if mean else 1
    margins = np.maximum(0, scores - scores[index, y][:, None] + delta)
    if zero_label:
        margins[index, y] = 0
    hit = (margins > 0).astype(float)
    if squared:
        margins, hit = margins**2, 2 * margins
    d = hit.copy()
    d[index, y] -= {"count": hit.sum(axis=1), "one": 1.0, "none": 0.0}[label_gradient]
    return float(margins.sum() / n), d / n


@svm_loss.mistake
def margin_of_the_label_counted(scores, y, delta=1.0):
    """The label's own margin, which is always delta, is in the sum, so the loss is too large. Set it to 0."""
    return build(scores, y, delta, zero_label=False)[0], build(scores, y, delta)[1]


@svm_loss.mistake
def margin_of_the_label_counted_everywhere(scores, y, delta=1.0):
    """The label's own margin, which is always delta, counts in the loss and in the gradient. Set it to 0 first."""
    index, n = np.arange(len(y)), len(y)
    margins = np.maximum(0, scores - scores[index, y][:, None] + delta)
    hit = (margins > 0).astype(float)
    d = hit.copy()
    d[index, y] = -hit.sum(axis=1)
    return float(margins.sum() / n), d / n


@svm_loss.mistake
def averaged_over_classes_too(scores, y, delta=1.0):
    """The violated margins of a row are averaged. Add them over the classes, average over the rows only.

    By which of the two numbers, N and C, does the formula divide?
    """
    loss, d = build(scores, y, delta)
    return loss / scores.shape[1], d / scores.shape[1]


svm_loss.table(
    {
        """loss not divided by rows: The loss is a sum over the rows but its gradient a mean, so they do not
        match. Divide the loss as well.

        What happens to your loss if every row stands twice in the batch, and what should happen?
        """: lambda scores, y, delta=1.0: (
            build(scores, y, delta, mean=False)[0],
            build(scores, y, delta)[1],
        ),
        """gradient not divided by rows: The loss is a mean but its gradient a sum, so they do not match.
        Divide the gradient as well.

        If a loss is divided by N, what happens to its slope?
        """: lambda scores, y, delta=1.0: (
            build(scores, y, delta)[0],
            build(scores, y, delta, mean=False)[1],
        ),
        """sum for mean: Loss and gradient are sums over the rows, so they grow with the batch. Divide by the
        number of rows.

        What happens to your loss if every row stands twice in the batch, and what should happen?
        """: partial(build, mean=False),
        """label gradient forgotten: The label's score stands in every violated margin with a minus, so its
        gradient is not 0.
        """: lambda scores, y, delta=1.0: (
            build(scores, y, delta)[0],
            build(scores, y, delta, label_gradient="none")[1],
        ),
        """label gradient counted once: The label's score stands in every violated margin of its row: subtract
        how many there are, not 1.
        """: lambda scores, y, delta=1.0: (
            build(scores, y, delta)[0],
            build(scores, y, delta, label_gradient="one")[1],
        ),
    }
)


@svm_loss.mistake
def label_gradient_counted_once_and_not_divided(scores, y, delta=1.0):
    """Two things in the gradient: the label's entry is minus the number of violated margins of its row, not -1, and
    all entries are to be divided by the number of rows."""
    return build(scores, y, delta)[0], build(scores, y, delta, label_gradient="one", mean=False)[1]


@svm_loss.mistake
def satisfied_margins_subtracted(scores, y, delta=1.0):
    """Margins below 0 lower the loss. A satisfied margin costs nothing: take the larger of 0 and the margin."""
    index = np.arange(len(y))
    margins = scores - scores[index, y][:, None] + delta
    margins[index, y] = 0
    return float(margins.sum() / len(y)), build(scores, y, delta)[1]


@svm_loss.mistake
def satisfied_margins_subtracted_and_the_label_counted(scores, y, delta=1.0):
    """Two things in the loss: margins below 0 lower it, where they should cost nothing (take the larger of 0 and
    the margin), and the label's own margin, which is always delta, is in the sum."""
    margins = scores - scores[np.arange(len(y)), y][:, None] + delta
    return float(margins.sum() / len(y)), build(scores, y, delta)[1]


@svm_loss.mistake
def every_margin_counts(scores, y, delta=1.0):
    """The gradient has a 1 for margins that are not violated. Only above 0 does the max move."""
    index = np.arange(len(y))
    d = np.ones(scores.shape)
    d[index, y] = -(scores.shape[1] - 1)
    return build(scores, y, delta)[0], d / len(y)


@svm_loss.mistake
def margins_that_are_zero_count(scores, y, delta=1.0):
    """The comparison lets 0 through, and the maximum has set every satisfied margin to 0. Count those above 0.

    What does margins > 0 say of a satisfied margin, and what does margins >= 0?
    """
    d = np.ones(scores.shape)
    d[np.arange(len(y)), y] = -scores.shape[1]
    return build(scores, y, delta)[0], d / len(y)


@svm_loss.mistake
def sign_of_the_gradient(scores, y, delta=1.0):
    """The gradient points the wrong way: raising a class that violates its margin raises the loss, so +1 there."""
    loss, d = build(scores, y, delta)
    return loss, -d


@svm_loss.mistake
def loss_averaged_over_classes_too(scores, y, delta=1.0):
    """The loss is a mean over all entries. Add the margins of a row up and divide by the number of rows only.

    By which of the two numbers, N and C, does the formula divide?
    """
    loss, d = build(scores, y, delta)
    return loss / scores.shape[1], d


@svm_loss.mistake
def delta_ignored(scores, y, delta=1.0):
    """A margin of 1 is used whatever delta says.

    Where in your line does delta stand?
    """
    return build(scores, y, 1.0)


@svm_loss.mistake
def sign_of_the_margin(scores, y, delta=1.0):
    """The margin has the wrong sign: a class violates it whose score comes too near the label's from below."""
    loss, d = build(-scores, y, delta)
    return loss, -d


@svm_loss.mistake
def only_the_worst_class(scores, y, delta=1.0):
    """Only the largest violated margin of a row counts, as in Crammer and Singer's hinge. Here all are added."""
    index, n = np.arange(len(y)), len(y)
    margins = scores - scores[index, y][:, None] + delta
    margins[index, y] = 0
    worst = margins.argmax(axis=1)
    d = np.zeros(scores.shape)
    d[index, worst] += 1
    d[index, y] -= 1
    return float(np.maximum(0, margins.max(axis=1)).mean()), d / n


@svm_loss.convention(share=0.5)
def squared_hinge(scores, y, delta=1.0):
    """The margins are squared: the L2-SVM, the default of scikit-learn's LinearSVC. Here it counts as it is."""
    return build(scores, y, delta, squared=True)


@svm_loss.in_place
def scores_changed_in_place(scores, y, delta=1.0):
    """The caller's scores have changed: `scores -= ...` works on the array that was passed in.

    Write `scores = scores - ...`, which makes a new one.
    """
    answer = build(scores.copy(), y, delta)
    scores -= scores[np.arange(len(y)), y][:, None]
    return answer


@svm_loss.convention(share=0.9)
def gradient_in_single_precision(scores, y, delta=1.0):
    """The gradient is kept in single precision, too few digits to check it. Keep it in float64."""
    loss, d = build(scores, y, delta)
    return loss, d.astype(np.float32)


@svm_loss.variant_as_in("CS231n")
def with_index_arrays(scores, y, delta=1.0):
    n = scores.shape[0]
    correct = scores[np.arange(n), y].reshape(-1, 1)
    margins = np.maximum(0.0, scores - correct + delta)
    margins[np.arange(n), y] = 0.0
    dx = np.zeros_like(scores)
    dx[margins > 0] = 1
    dx[np.arange(n), y] -= np.sum(margins > 0, axis=1)
    return margins.sum() / n, dx / n


@svm_loss.variant
def with_one_hot_rows(scores, y, delta=1.0):
    truth = np.eye(scores.shape[1])[y]
    over = np.maximum(0, scores - (scores * truth).sum(1, keepdims=True) + delta * (1 - truth))
    hit = np.sign(over)
    return over.sum(1).mean(), (hit - truth * hit.sum(1, keepdims=True)) / len(y)
