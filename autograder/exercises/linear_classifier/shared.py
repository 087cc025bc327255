"""What the two losses of lesson F2 share: how they are built with one thing wrong, their checks and their
mistakes."""

from __future__ import annotations

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
    """Return the summed cross-entropy of the rows and its gradient with respect to the scores."""
    rows = np.arange(len(y))
    odds = np.exp(scores - scores.max(axis=1, keepdims=True) if shift else scores)
    p = odds / odds.sum(axis=axis, keepdims=axis is not None)
    d = p.copy()
    if label:
        d[rows, y] -= one
    else:
        d -= one
    return -log(p[rows, y]).sum(), d


def assemble(
    W, X, y, reg, loss, *, bias=True, mean=("loss", "gradient"), half=0.5, twice=1.0, who="weights", into=None
):
    """Return (loss, dW) from the loss of scores; each mistake changes one thing.

    bias   whether the last column of W is used
    mean   which of the two are divided by the number of rows
    half   factor of the squared weights in the loss; ``twice`` that of the weights in the gradient
    who    what is penalised: ``weights``, ``all``, ``all in the loss``, ``all in the gradient``
    into   "mean": the penalty is divided by the number of rows too
    """
    rows = extended(X) if bias else np.hstack([X, np.zeros((len(X), 1))])
    value, d = loss(rows @ W.T, y)
    n = len(y)
    value = value / n if "loss" in mean else value
    dW = d.T @ rows / (n if "gradient" in mean else 1)
    weights = W.copy()
    weights[:, -1] = 0
    share = 1 / n if into == "mean" else 1.0
    value += share * half * reg * ((W if who in ("all", "all in the loss") else weights) ** 2).sum()
    dW += share * twice * reg * (W if who in ("all", "all in the gradient") else weights)
    return value, dW


def checks(seed):
    """Return the checks that both losses have."""
    sizes = ((5, 3, 4), (1, 2, 3), (7, 4, 3), (6, 4, 3))
    cases = [
        (*case(seed + k, *each), reg) for k, (each, reg) in enumerate(zip(sizes, (0, 0, 0, 0.7), strict=True))
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


def common(exercise: Exercise, loss) -> None:
    """Record the mistakes and conventions that belong to every linear classifier, with the loss of its scores."""

    def known(record, **changed):
        def note(function):
            def wrong(W, X, y, reg, *more):
                return assemble(W, X, y, reg, lambda s, labels: loss(s, labels, *more), **changed)

            wrong.__name__, wrong.__doc__ = function.__name__, function.__doc__
            return record(wrong)

        return note

    @known(exercise.mistake, mean=("gradient",))
    def loss_not_divided_by_the_rows():
        """The loss is a sum over the rows but its gradient a mean, so they do not match. Divide the loss as well.

        What happens to your loss if every row stands twice in X, and what should happen?
        """

    @known(exercise.mistake, mean=("loss",))
    def gradient_not_divided_by_the_rows():
        """The loss is a mean but its gradient a sum, so they do not match. Divide the gradient as well.

        If a loss is divided by N, what happens to its slope?
        """

    @known(exercise.mistake, mean=())
    def sum_for_mean():
        """Loss and gradient are sums over the rows, so they grow with the number of rows. Divide both by it.

        What happens to your loss if every row stands twice in X, and what should happen?
        """

    @known(exercise.mistake, bias=False)
    def bias_forgotten():
        """The bias, the last column of W, has no part in the scores, and its gradient is 0. Append a 1 to every
        row.

        What are your scores for a row of zeros?
        """

    @known(exercise.mistake, who="all")
    def bias_penalised():
        """The bias is penalised as well. Only the weights are: leave the last column of W out of the penalty, in
        the loss and in the gradient.

        Which columns of W are in your sum of squares?
        """

    @known(exercise.mistake, who="all in the loss")
    def bias_penalised_in_the_loss():
        """The bias is in the penalty of the loss, but not in its gradient. It belongs to neither.

        Which columns of W are in your sum of squares?
        """

    @known(exercise.mistake, who="all in the gradient")
    def bias_penalised_in_the_gradient():
        """The bias is in the gradient of the penalty, but not in the loss. It belongs to neither: its column gets
        nothing.

        What does the penalty add to the last column of dW?
        """

    @known(exercise.mistake, half=1.0)
    def penalty_without_its_half():
        """The penalty of the loss lacks its half: the slope of $\\lambda w^2$ is $2\\lambda w$, and your gradient
        has $\\lambda w$.

        What is the slope of your penalty?
        """

    @known(exercise.mistake, twice=2.0)
    def penalty_of_the_gradient_twice():
        """The gradient of the penalty is twice too large: the slope of $\\frac\\lambda2 w^2$ is $\\lambda w$.

        What is the slope of your penalty?
        """

    @known(exercise.convention(share=0.75), half=1.0, twice=2.0)
    def penalty_of_another_scale():
        """Your penalty is $\\lambda\\sum w^2$ with the slope $2\\lambda w$. They match, and many write it so, but
        here it is half of that: your $\\lambda$ is worth two of ours.

        What stands before the sum of squares in the formula?
        """

    @known(exercise.mistake, twice=0.0)
    def penalty_missing_in_the_gradient():
        """The penalty is in the loss and not in the gradient. Add its slope, $\\lambda w$.

        What is the slope of the penalty with respect to one weight?
        """

    @known(exercise.mistake, half=0.0)
    def penalty_missing_in_the_loss():
        """The penalty is in the gradient and not in the loss. Add $\\frac\\lambda2\\sum w^2$.

        Where in your loss does reg stand?
        """

    @known(exercise.mistake, half=0.0, twice=0.0)
    def penalty_missing():
        """`reg` is not used: neither the loss nor its gradient has the penalty.

        Where in your lines does reg stand?
        """

    @known(exercise.mistake, into="mean")
    def penalty_divided_by_the_rows():
        """The penalty is divided by the number of rows, too. The mean goes over the rows; the penalty is added
        after it.

        What do you divide by N, and when?
        """

    @known(exercise.mistake, half=-0.5, twice=-1.0)
    def penalty_subtracted():
        """The penalty is subtracted, so large weights are rewarded. Add it.

        What does a larger reg do to your loss?
        """

    def sign_of_the_gradient(W, X, y, reg, *more):
        """The gradient points the wrong way. A raised score of a wrong class raises the loss, so its entry is
        positive.

        Which way does the score of a wrong class push the loss?
        """
        value, dW = assemble(W, X, y, reg, lambda s, labels: loss(s, labels, *more))
        return value, -dW

    def rows_and_columns_of_the_gradient_exchanged(W, X, y, reg, *more):
        """The gradient lies on its side: it must have the shape of W, a row for every class.

        What shape has your dW, and what shape has W?
        """
        value, dW = assemble(W, X, y, reg, lambda s, labels: loss(s, labels, *more))
        return value, dW.T

    for function in (sign_of_the_gradient, rows_and_columns_of_the_gradient_exchanged):
        exercise.mistake(function)

    def the_arguments_are_changed(W, X, y, reg, *more):
        """Loss and gradient are right, but `W`, `X` or `y` has changed. Work on copies: `W[:, -1] = 0` writes
        into the caller's weights.

        After your lines, what is in W?
        """
        found = assemble(W, X, y, reg, lambda s, labels: loss(s, labels, *more))
        W[:, -1] = 0
        return found

    exercise.convention(share=0.8)(the_arguments_are_changed)
