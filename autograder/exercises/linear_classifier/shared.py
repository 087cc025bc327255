"""What the two losses of lesson F2 share: how they are built with one thing wrong, their checks and their
mistakes."""

from collections.abc import Callable

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.linear import case, kept, pair

EFFECT = "Every step of training follows this gradient, and nothing but the curve of the loss complains."


def extended(X):
    """Return rows with a 1 appended."""
    return np.hstack([X, np.ones((len(X), 1))])


def hinge(scores, y, delta=1.0, *, label="count", own_margin=False, squared=False, every=False, worst=False):
    """Return the summed hinge of the rows and its gradient with respect to the scores."""
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    if not own_margin:
        margins[rows, y] = 0
    if worst:
        margins = np.where(margins == margins.max(axis=1, keepdims=True), margins, 0)
    hit = np.ones(scores.shape) if every else (margins > 0).astype(float)
    hit[rows, y] = 0
    if squared:
        hit, margins = 2 * hit * margins, margins**2
    d = hit.copy()
    d[rows, y] = -{"count": hit.sum(axis=1), "once": 1.0 * (hit.sum(axis=1) > 0), "never": 0.0}[label]
    return margins.sum(), d


def cross_entropy(scores, y, *, one=1.0, axis=1, shift=True, log=np.log, label=True):
    """Return the summed cross-entropy of the rows and its gradient with respect to the scores.

    shift  by the largest score of each row; ``"all"``: by the largest of all rows
    """
    rows = np.arange(len(y))
    odds = np.exp(scores - scores.max(axis=None if shift == "all" else 1, keepdims=True) if shift else scores)
    p = odds / odds.sum(axis=axis, keepdims=axis is not None)
    d = p.copy()
    if label:
        d[rows, y] -= one
    else:
        d -= one
    return -log(p[rows, y]).sum(), d


def assemble(
    W,
    X,
    y,
    reg,
    loss,
    *,
    bias=True,
    mean="both",
    half=0.5,
    twice=1.0,
    who="weights",
    into="sum",
    out="as it is",
):
    """Return (loss, dW) from the loss of scores; each mistake changes one thing.

    bias   whether the last column of W is used
    mean   what is divided by the number of rows: ``both``, ``loss``, ``gradient`` or ``neither``
    half   factor of the squared weights in the loss; ``twice`` that of the weights in the gradient
    who    what is penalised: ``weights``, ``all``, ``all in the loss``, ``all in the gradient``
    into   ``mean``: the penalty is divided by the number of rows too
    out    what becomes of the gradient in the end: ``sign``, ``turned``, or of the weights: ``W changed``
    """
    rows = extended(X) if bias else np.hstack([X, np.zeros((len(X), 1))])
    value, d = loss(rows @ W.T, y)
    n = len(y)
    value = value / n if mean in ("both", "loss") else value
    dW = d.T @ rows / (n if mean in ("both", "gradient") else 1)
    weights = W.copy()
    weights[:, -1] = 0
    share = 1 / n if into == "mean" else 1.0
    value += share * half * reg * ((W if who in ("all", "all in the loss") else weights) ** 2).sum()
    dW += share * twice * reg * (W if who in ("all", "all in the gradient") else weights)
    if out == "W changed":
        W[:, -1] = 0
    return value, -dW if out == "sign" else dW.T if out == "turned" else dW


def checks(seed):
    """Return the checks that both losses have."""
    sizes = ((5, 3, 4), (1, 2, 3), (7, 4, 3), (6, 4, 3), (7, 4, 3))
    cases = [
        (*case(seed + k, *each), reg)
        for k, (each, reg) in enumerate(zip(sizes, (0, 0, 0, 0.7, 0), strict=True))
    ]
    return [
        Check(
            name="loss and gradient",
            probe=lambda candidate: [pair(candidate, *each) for each in cases],
            says="The loss, its penalty or their gradient is not right.",
        ),
        Check(
            name="arguments",
            probe=lambda candidate: kept(candidate, *case(seed + 7, 4, 3, 3), 0.3),
            says="Loss and gradient are right, but W, X or y has changed.",
        ),
    ]


COMMON = {
    "loss not divided by the rows": (
        {"mean": "gradient"},
        """The loss is a sum over the rows but its gradient a mean, so they do not match. Divide the loss as
        well.

        What happens to your loss if every row stands twice in X, and what should happen?""",
    ),
    "gradient not divided by the rows": (
        {"mean": "loss"},
        """The loss is a mean but its gradient a sum, so they do not match. Divide the gradient as well.

        If a loss is divided by N, what happens to its slope?""",
    ),
    "sum for mean": (
        {"mean": "neither"},
        """Loss and gradient are sums over the rows, so they grow with the number of rows. Divide both by it.

        What happens to your loss if every row stands twice in X, and what should happen?""",
    ),
    "bias forgotten": (
        {"bias": False},
        """The bias, the last column of W, has no part in the scores, and its gradient is 0. Append a 1 to
        every row.

        What are your scores for a row of zeros?""",
    ),
    "bias penalised": (
        {"who": "all"},
        """The bias is penalised as well. Only the weights are: leave the last column of W out of the penalty,
        in the loss and in the gradient.

        Which columns of W are in your sum of squares?""",
    ),
    "bias penalised in the loss": (
        {"who": "all in the loss"},
        """The bias is in the penalty of the loss, but not in its gradient. It belongs to neither.

        Which columns of W are in your sum of squares?""",
    ),
    "bias penalised in the gradient": (
        {"who": "all in the gradient"},
        """The bias is in the gradient of the penalty, but not in the loss. It belongs to neither: its column
        gets nothing.

        What does the penalty add to the last column of dW?""",
    ),
    "penalty without its half": (
        {"half": 1.0},
        """The penalty of the loss lacks its half: the slope of reg times w squared is 2 reg w, and your
        gradient has reg times w.

        What is the slope of your penalty?""",
    ),
    "penalty of the gradient twice": (
        {"twice": 2.0},
        """The gradient of the penalty is twice too large: the slope of half of reg times w squared is reg
        times w.

        What is the slope of your penalty?""",
    ),
    "penalty of another scale": (
        {"half": 1.0, "twice": 2.0},
        """Your penalty is reg times the sum of squares, with the slope 2 reg w. They match, and many write it
        so, but here it is half of that: your reg is worth two of ours.

        What stands before the sum of squares in the formula?""",
    ),
    "penalty missing in the gradient": (
        {"twice": 0.0},
        """The penalty is in the loss and not in the gradient. Add its slope, reg times w.

        What is the slope of the penalty with respect to one weight?""",
    ),
    "penalty missing in the loss": (
        {"half": 0.0},
        """The penalty is in the gradient and not in the loss. Add half of reg times the sum of squares.

        Where in your loss does reg stand?""",
    ),
    "penalty missing": (
        {"half": 0.0, "twice": 0.0},
        """`reg` is not used: neither the loss nor its gradient has the penalty.

        Where in your lines does reg stand?""",
    ),
    "penalty divided by the rows": (
        {"into": "mean"},
        """The penalty is divided by the number of rows, too. The mean goes over the rows; the penalty is
        added after it.

        What do you divide by N, and when?""",
    ),
    "penalty subtracted": (
        {"half": -0.5, "twice": -1.0},
        """The penalty is subtracted, so large weights are rewarded. Add it.

        What does a larger reg do to your loss?""",
    ),
    "sign of the gradient": (
        {"out": "sign"},
        """The gradient points the wrong way. A raised score of a wrong class raises the loss, so its entry is
        positive.

        Which way does the score of a wrong class push the loss?""",
    ),
    "rows and columns of the gradient exchanged": (
        {"out": "turned"},
        """The gradient lies on its side: it must have the shape of W, a row for every class.

        What shape has your dW, and what shape has W?""",
    ),
    "the arguments are changed": (
        {"out": "W changed"},
        """Loss and gradient are right, but `W`, `X` or `y` has changed. Work on copies: `W[:, -1] = 0` writes
        into the caller's weights.

        After your lines, what is in W?""",
    ),
}
"""What goes wrong in any penalised mean loss: name -> what is changed, what is said and asked."""
SHARES = {"penalty of another scale": 0.75}
"""Those of them that are conventions."""


def changed(loss, bias=True, mean="both", half=0.5, twice=1.0, who="weights", into="sum", out="as it is"):
    """Return the loss of a linear classifier from a loss of scores, with some of its parts changed."""

    def answer(W, X, y, reg, *delta):
        parts = {
            "bias": bias,
            "mean": mean,
            "half": half,
            "twice": twice,
            "who": who,
            "into": into,
            "out": out,
        }
        return assemble(W, X, y, reg, lambda scores, labels: loss(scores, labels, *delta), **parts)

    return answer


def common(exercise: Exercise, loss: Callable) -> None:
    """Record the mistakes and conventions that belong to every linear classifier with a loss of scores."""
    for name, (changes, text) in COMMON.items():
        exercise.family(
            lambda _: changed(loss, **changes),
            {name: text},
            share=SHARES.get(name, 0.0),
            in_place=name == "the arguments are changed",
        )
