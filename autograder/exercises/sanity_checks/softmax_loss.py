"""Cross-entropy of softmax probabilities, and its gradient with respect to the scores."""

from functools import partial
from itertools import product

import numpy as np
from scipy.special import logsumexp, softmax

from autograder.exercises.sanity_checks.shared import (
    BATCHES,
    EFFECT,
    gradient_alone,
    loss_alone,
    untouched,
)
from autograder.judging import Check, Exercise, Known
from course.probes.comparing import same
from course.probes.losses import SOFTMAX, pair, strained, visible_softmax

ROUGHLY = 1e-4
"""How far a right formula may be off at ordinary scores; finer differences are judged by the check of digits."""


def reference(scores, y):
    """Row by row: SciPy's logsumexp less the label's score; softmax less the label's unit vector."""
    losses, gradient = [], []
    for row, label in zip(np.asarray(scores, dtype=np.float64), y, strict=True):
        losses.append(logsumexp(row) - row[label])
        gradient.append((softmax(row) - np.eye(len(row))[label]) / len(scores))
    return float(np.mean(losses)), np.array(gradient)


def strain(*parts):
    """Return a probe: what becomes of scores that strain floating point, a word for each kind."""

    def probe(candidate):
        found = strained(candidate, 4e3)
        return [found[part] for part in parts]

    return probe


def digits(candidate):
    """Return whether ordinary answers are right to the last digits.

    Those that are not right at all pass, and those with a floor in the logarithm, whose size is their own.
    """
    if strain("a label whose probability is 0")(candidate) == ["cut off"]:
        return "float64"
    for scores, y in BATCHES:
        found, right = pair(candidate, scores, y), list(reference(scores, y))
        if same(found, right, ROUGHLY) and not same(found, right):
            return "about 7 digits"
    return "float64"


softmax_loss = Exercise(
    "softmax_loss",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="loss",
            probe=loss_alone,
            says="The mean of -log p(label) over the rows is not right.",
            tolerance=ROUGHLY,
        ),
        Check(
            name="gradient",
            probe=gradient_alone,
            says="The gradient of the mean loss with respect to the scores is not right.",
            tolerance=ROUGHLY,
        ),
        Check(
            name="large scores",
            probe=strain("a large score", "rows far apart"),
            says="Large scores overflow: subtract the largest score of each row before the exponential.",
        ),
        Check(
            name="underflow",
            probe=strain("a label whose probability is 0"),
            says="A label far behind has a probability that underflows to 0: compute its loss from the scores.",
        ),
        Check(
            name="digits",
            probe=digits,
            says="Right to a few digits only: is there a float32, a rounding, or a constant inside the logarithm?",
        ),
        untouched(SOFTMAX),
    ],
    visible=visible_softmax,
    returns=("loss", "gradient"),
    read="Exercise 2. Softmax loss",
    equivalent={
        "…float(np.mean(losses)), np.array(gradient)) -> …float(np.mean(losses)), gradient)": (
            "A list of rows is taken as an array."
        ),
        "…in zip(np.asarray(scores, dtype=np.float64), y, strict=True):"
        " -> …in zip(np.asarray(scores), y, strict=True):": "Scores come as float64.",
    },
    effect=EFFECT,
    is_loss=True,
)


def build(
    scores, y, *, shift="row", log=np.log, floor=None, minus_label=True, gradient_mean=True, loss_mean=True
):
    """Return loss and gradient; what is known below changes one thing.

    shift  by the largest score of each row, by the largest of ``all``, or ``none``
    floor  None takes the loss from the scores; a number is added to the probability inside the logarithm
    """
    rows = np.arange(len(y))
    top = {"row": scores.max(axis=1, keepdims=True), "all": scores.max(), "none": 0.0}[shift]
    s = scores - top
    e = np.exp(s)
    p = e / e.sum(axis=1, keepdims=True)
    scale = 1.0 if log is np.log else np.log(10)
    each = np.log(e.sum(axis=1)) - s[rows, y] if floor is None else -np.log(p[rows, y] + floor)
    each = each / scale
    d = p.copy()
    if minus_label:
        d[rows, y] -= 1
    return float(each.mean() if loss_mean else each.sum()), d / len(y) if gradient_mean else d


EXTRAS = {
    "shift": (
        "one shift for all rows",
        2,
        "One shift for all rows: a row far below the largest score of the batch becomes 0/0. Subtract each row's "
        "own largest score, with axis=1 and keepdims=True.",
    ),
    "zero": (
        "log of 0",
        1,
        "Right, but for a label whose probability underflows to 0: -log(0) is inf. Take the loss from the scores: "
        "the logarithm of the row's sum less the label's shifted score (log-sum-exp).",
    ),
    "floor": (
        "log with a floor",
        1,
        "A small constant inside the logarithm, as many programs have it, caps the loss of a label far behind. "
        "Take the loss from the scores: the logarithm of the row's sum less the label's shifted score "
        "(log-sum-exp).",
    ),
}
"""Habits of programs that are otherwise right: name, points they cost, what is said."""


def habit(*kinds):
    """Return a right softmax loss with these habits."""

    def loss(scores, y):
        floor = {"zero": 0.0, "floor": 1e-8}.get(next((k for k in kinds if k in ("zero", "floor")), ""))
        return build(scores, y, shift="all" if "shift" in kinds else "row", floor=floor)

    return loss


for kinds in product(("shift", ""), ("zero", "floor", "")):
    chosen = tuple(filter(None, kinds))
    if chosen:
        names, costs, sayings = zip(*(EXTRAS[kind] for kind in chosen), strict=True)
        known = Known(
            function=habit(*chosen), share=1 - sum(costs) / 6, name=", ".join(names), says=" ".join(sayings)
        )
        softmax_loss.conventions.append(known)


@softmax_loss.in_place
def scores_changed_in_place(scores, y):
    """The caller's scores have changed: `scores -= ...` works on the array that was passed in. Write
    `scores = scores - ...`, which makes a new one."""
    answer = build(scores, y)
    scores -= scores.max(axis=1, keepdims=True)
    return answer


@softmax_loss.convention(share=0.9)
def single_precision(scores, y):
    """Computed in single precision: right to 7 digits, too few to check a gradient. Work in float64 throughout."""
    return build(scores.astype(np.float32), y)


softmax_loss.table(
    {
        """no max shift: The exponential of a large score overflows, and inf/inf is NaN. Subtract the row's
        largest score first.

        What is exp(1000) in floating point?
        """: partial(build, shift="none"),
        """loss not divided by rows: The loss is a sum over the rows but its gradient a mean, so they do not
        match. Divide the loss as well.

        What happens to your loss if every row stands twice in the batch, and what should happen?
        """: partial(build, loss_mean=False),
        """gradient not divided by rows: The loss is a mean but its gradient a sum, so they do not match.
        Divide the gradient as well.

        If a loss is divided by N, what happens to its slope?
        """: partial(build, gradient_mean=False),
        """sum for mean: Loss and gradient are sums over the rows, so they grow with the batch. Divide by the
        number of rows.

        What happens to your loss if every row stands twice in the batch, and what should happen?
        """: partial(build, loss_mean=False, gradient_mean=False),
        """label not subtracted: The gradient is the probabilities alone, all positive. In each row subtract 1
        at the label.
        """: partial(build, minus_label=False),
    }
)


@softmax_loss.mistake
def label_not_subtracted_and_not_divided(scores, y):
    """Two things in the gradient: in each row 1 is to be subtracted at the label, and all is to be divided by the
    number of rows."""
    loss, d = build(scores, y, minus_label=False)
    return loss, d * len(y)


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
def normalised_over_the_shifted_rows(scores, y):
    """The probabilities were normalised over the batch, not over the classes. Sum along the class axis, 1.

    Which probabilities add up to 1: those of one row, or those of one class?
    """
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=0)
    rows = np.arange(len(y))
    loss = float(-np.log(p[rows, y]).mean())
    p[rows, y] -= 1
    return loss, p / len(y)


@softmax_loss.mistake
def label_column_for_all_rows(scores, y):
    """`[:, y]` picks every label in every row. Pair row i with label i: `[np.arange(N), y]`."""
    loss, _ = build(scores, y)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    d = e / e.sum(axis=1, keepdims=True)
    d[:, y] -= 1
    return loss, d / len(y)


@softmax_loss.mistake
def shifted_along_the_wrong_axis(scores, y):
    """The largest score of each column was subtracted, which changes the probabilities. Shift along axis 1.

    Which scores compete with each other: those of one row, or those of one class?
    """
    return build(scores - scores.max(axis=0), y)


@softmax_loss.mistake
def one_subtracted_everywhere(scores, y):
    """1 was subtracted from every entry of the gradient. Subtract it at the label of each row only.

    What should the entries of one row of the gradient add up to?
    """
    n = len(y)
    loss, d = build(scores, y, minus_label=False)
    return loss, d - 1 / n


@softmax_loss.mistake
def gradient_at_the_probabilities(scores, y):
    """The gradient is that with respect to the probabilities, -1/p at the label. Go back to the scores: p - 1.

    Does the loss change if a wrong class gets a higher score?
    """
    loss, d = build(scores, y)
    rows, n = np.arange(len(y)), len(y)
    p = d[rows, y] * n + 1
    found = np.zeros(scores.shape)
    found[rows, y] = -1 / p / n
    return loss, found


@softmax_loss.mistake
def other_classes_pay_too(scores, y):
    """The loss adds -log(1 - p) of the other classes, as for one yes or no per class. Only the label's p counts."""
    _, d = build(scores, y)
    rows, n = np.arange(len(y)), len(y)
    p = build(scores, y, minus_label=False)[1] * n
    others = np.log(1 - p)
    others[rows, y] = np.log(p[rows, y])
    return float(-others.sum() / n), d


@softmax_loss.variant_as_in("CS231n")
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
