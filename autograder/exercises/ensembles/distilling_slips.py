"""Known mistakes in ``distill_loss`` that break the bond between loss and gradient, or leave the formula."""

from __future__ import annotations

import numpy as np
from scipy import special

from autograder.exercises.ensembles.distilling_known import MULTIPLIED, distil, distill_loss, softened

__all__ = ["distill_loss"]
ex = distill_loss


@ex.mistake
def soft_gradient_without_its_T(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The soft gradient is T times too small. The square of T in front, times the one over T of the chain rule,
    leaves one T.

    What number stands in front of your difference of probabilities?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, slope=lambda T: T)


@ex.mistake
def T_squared_and_chain_rule_missing(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The loss lacks its square of T, and the soft gradient lacks that and the one over T of the chain rule. Put in
    both, and one T is left in the gradient.

    By what is the soft part multiplied in your loss?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, factor=lambda T: 1.0, slope=lambda T: T)


@ex.mistake
def T_for_T_squared_in_the_loss(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The gradient is right, the soft part of the loss is multiplied by T. There it takes the square; one T is lost
    only in the gradient.

    By what is the soft part multiplied in your loss?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, factor=lambda T: T, slope=lambda T: T**2)


@ex.mistake
def loss_summed_over_the_rows(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The gradient is a mean over rows, the loss is a sum. Take the mean in both.

    Twice the same rows: is your loss twice as large?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, mean=np.sum)


def softened_labels_part(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Return the loss, and its gradient without the one over T of the labels' part."""
    loss, _ = distil(scores, teacher_scores, y, temperature, alpha, T_hard=lambda T: T)

    def weights(a):
        return (1 - a) * temperature, a

    return loss, distil(scores, teacher_scores, y, temperature, alpha, T_hard=lambda T: T, weights=weights)[1]


@ex.mistake
def labels_part_softened_without_its_slope(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The labels' part uses the softened student, in the loss and in the gradient. There the temperature is one.

    Which scores does your labels' part use?
    """
    return softened_labels_part(scores, teacher_scores, y, temperature, alpha)


@ex.mistake
def labels_part_softened_in_the_loss_only(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """In the loss the labels' part uses the softened student, in the gradient it does not. The temperature is one
    in both.

    Which scores does your labels' part use?
    """
    loss, _ = softened_labels_part(scores, teacher_scores, y, temperature, alpha)
    return loss, distil(scores, teacher_scores, y, temperature, alpha)[1]


@ex.mistake
def labels_part_softened_in_the_gradient_only(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """In the gradient the labels' part uses the softened student, in the loss it does not. The temperature is one
    in both.

    Which scores does your labels' part use?
    """
    _, gradient = softened_labels_part(scores, teacher_scores, y, temperature, alpha)
    return distil(scores, teacher_scores, y, temperature, alpha)[0], gradient


@ex.mistake
def scores_times_the_temperature(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You multiply scores by T, which sharpens. Divide, on both sides; the gradient's own T is right.

    For a score of 3 and T = 2, what goes into your softmax?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, **MULTIPLIED, slope=lambda T: 1.0)


@ex.mistake
def student_not_softened(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You soften the teacher and not the student, in the loss and in the gradient. Divide the scores of both sides
    by the temperature.

    How often do your lines divide by the temperature, and what?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, T_student=lambda T: 1.0, slope=lambda T: T)


@ex.mistake
def T_taken_as_a_power(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You raise probabilities to the power T. The T is a label: divide the scores by it, before the softmax.

    For a score of 3 and T = 2, what goes into your softmax?
    """
    T, rest = (
        temperature,
        distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1 - a, 0.0)),
    )
    p, q = special.softmax(teacher_scores, axis=1) ** T, special.softmax(scores, axis=1) ** T
    loss = -(T**2) * (p * np.log(q)).sum(axis=1).mean()
    return rest[0] + alpha * loss, rest[1] + alpha * T * (q - p) / len(p)


@ex.mistake
def softmax_down_the_rows(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The images compete with each other: in your softmax the columns sum to one. The classes are the last axis.

    Which axis must sum to one?
    """
    T, rows = temperature, np.arange(len(y))
    p, log_q = special.softmax(teacher_scores / T, axis=0), special.log_softmax(scores / T, axis=0)
    log_1 = special.log_softmax(scores, axis=0)
    loss = -(1 - alpha) * log_1[rows, y].mean() - alpha * T**2 * (p * log_q).sum(axis=1).mean()
    hard = np.exp(log_1)
    hard[rows, y] -= 1
    return loss, ((1 - alpha) * hard + alpha * T * (np.exp(log_q) - p)) / len(y)


@ex.mistake
def mean_over_the_classes_too(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You take the mean over rows and classes. Cross-entropy sums over the classes and averages over the rows.

    Over which axes does your mean run?
    """
    parts = distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (0.0, a))
    rest = distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1 - a, 0.0))
    return tuple(soft / np.shape(scores)[1] + hard for soft, hard in zip(parts, rest, strict=True))


@ex.mistake
def roles_exchanged(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Student and teacher have changed places: the logarithm belongs to the student, the weights to the teacher.

    Whose logarithm do you take?
    """
    T, (loss, gradient) = (
        temperature,
        distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1 - a, 0)),
    )
    q, log_p = softened(np.asarray(scores), T), special.log_softmax(teacher_scores / T, axis=1)
    each = -(q * log_p).sum(axis=1, keepdims=True)
    return loss + alpha * T**2 * each.mean(), gradient + alpha * T * q * (-log_p - each) / len(q)


@ex.mistake
def scores_compared(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You compare scores with scores, by squares. Compare softened probabilities, by cross-entropy.

    Where in your soft part is a softmax?
    """
    loss, gradient = distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1 - a, 0))
    apart = scores - teacher_scores
    return loss + alpha * (apart**2).sum(axis=1).mean() / 2, gradient + alpha * apart / len(apart)


@ex.mistake
def logarithm_of_a_vanished_probability(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You take the logarithm of a softmax; where that rounds to zero the loss is infinite. Use `log_softmax`.

    What is the logarithm of a softmax that has rounded to zero?
    """

    def log(z, axis):
        return np.log(special.softmax(z, axis=axis))

    return distil(scores, teacher_scores, y, temperature, alpha, log=log)


@ex.mistake
def exp_overflows(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """There is a nan: `np.exp` of a large score overflows. Subtract each row's largest first, or use SciPy's
    `log_softmax`.

    What is `np.exp(1000)`?
    """

    def plain(z, axis=1):
        return np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)

    T, rows = temperature, np.arange(len(y))
    p, q, q_1 = plain(teacher_scores / T), plain(scores / T), plain(scores)
    loss = -(1 - alpha) * np.log(q_1[rows, y]).mean() - alpha * T**2 * (p * np.log(q)).sum(axis=1).mean()
    q_1[rows, y] -= 1
    return loss, ((1 - alpha) * q_1 + alpha * T * (q - p)) / len(y)


@ex.mistake
def the_input_is_changed(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You change an array that you were given (`/=`, `-=` or `[rows, y] -= 1`), so the caller's scores are others
    afterwards. Work on new arrays.

    After your lines, what is in `scores`?
    """
    answer = distil(scores, teacher_scores, y, temperature, alpha)
    scores -= 1.0
    return answer


@ex.mistake
def gradient_not_divided_by_the_rows(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The loss is a mean over rows, the gradient is not. Divide it by the number of rows.

    Twice the same rows: is your gradient the same in each row, or half?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, rows=lambda z: 1)
