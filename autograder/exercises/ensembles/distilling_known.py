"""What is known about right and wrong answers to ``distill_loss``: one formula with one thing changed."""

from __future__ import annotations

import numpy as np
from scipy import special

from autograder.exercises.ensembles.distilling import distill_loss

__all__ = ["distill_loss"]


def softened(v, T):
    """Return the softmax at a temperature."""
    return special.softmax(v / T, axis=1)


def distil(
    scores, teacher_scores, y, T=2.0, alpha=0.9, *, teach=softened, T_student=lambda T: T, T_hard=lambda T: 1.0,
    factor=lambda T: T**2, slope=None, weights=lambda alpha: (1 - alpha, alpha), mean=np.mean, rows=len,
    labels=None, log=special.log_softmax, sign=1.0,
):  # fmt: skip
    """Return loss and gradient; each mistake below changes one thing.

    slope  the factor of the soft gradient, by default that of the soft loss
    rows   by what the gradient is divided
    """
    z, each = np.array(scores, dtype=np.float64), np.arange(len(y))
    p, t, h = teach(teacher_scores, T), T_student(T), T_hard(T)
    truth = np.eye(z.shape[1])[y] if labels is None else labels
    hard, soft = weights(alpha)
    log_q, log_1 = log(z / t, axis=1), log(z / h, axis=1)
    loss = mean(-hard * log_1[each, y] - soft * factor(T) * (p * log_q).sum(axis=1))
    d_soft = (special.softmax(z / t, axis=1) * p.sum(axis=1, keepdims=True) - p) / t
    d_hard = (special.softmax(z / h, axis=1) - truth) / h
    return loss, sign * (hard * d_hard + soft * (slope or factor)(T) * d_soft) / rows(z)


@distill_loss.variant
def written_down(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    return distil(scores, teacher_scores, y, temperature, alpha)


@distill_loss.variant
def divergence_for_cross_entropy(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    loss, gradient = distil(scores, teacher_scores, y, temperature, alpha)
    p = softened(teacher_scores, temperature)
    return loss + alpha * temperature**2 * (p * np.log(p)).sum(axis=1).mean(), gradient


@distill_loss.variant
def row_by_row(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    total, gradient = 0.0, np.zeros_like(scores)
    for k, (z, v, label) in enumerate(zip(scores, teacher_scores, y, strict=True)):
        p = np.exp(v / temperature - np.logaddexp.reduce(v / temperature))
        log_q = z / temperature - np.logaddexp.reduce(z / temperature)
        log_1 = z - np.logaddexp.reduce(z)
        total -= (1 - alpha) * log_1[label] + alpha * temperature**2 * p @ log_q
        gradient[k] = (1 - alpha) * np.exp(log_1) + alpha * temperature * (np.exp(log_q) - p)
        gradient[k, label] -= 1 - alpha
    return total / len(y), gradient / len(y)


@distill_loss.mistake
def temperature_on_the_student_only(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You soften the student and not the teacher, whose small probabilities stay invisible. Divide the scores of
    both sides by the temperature."""
    return distil(scores, teacher_scores, y, temperature, alpha, teach=lambda v, T: softened(v, 1.0))


@distill_loss.mistake
def temperature_on_the_teacher_only(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You soften the teacher and not the student, who learns to be as unsure as the softened teacher. Divide the
    scores of both sides by the temperature."""
    return distil(scores, teacher_scores, y, temperature, alpha, T_student=lambda T: 1.0)


@distill_loss.mistake
def T_squared_missing(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The soft part shrinks as the temperature grows, and the labels drown it. Multiply it by the square of T."""
    return distil(scores, teacher_scores, y, temperature, alpha, factor=lambda T: 1.0)


@distill_loss.mistake
def T_for_T_squared(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The soft part is multiplied by T. One T is lost in the slope, another in the differences between softened
    probabilities: it takes the square."""
    return distil(scores, teacher_scores, y, temperature, alpha, factor=lambda T: T)


@distill_loss.mistake
def T_squared_missing_in_the_gradient(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The loss has its square of T, the gradient has not. Whatever multiplies the loss multiplies its gradient."""
    return distil(scores, teacher_scores, y, temperature, alpha, slope=lambda T: 1.0)


@distill_loss.mistake
def T_squared_missing_in_the_loss(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The gradient has its square of T, the loss has not. The two must belong together."""
    return distil(scores, teacher_scores, y, temperature, alpha, factor=lambda T: 1.0, slope=lambda T: T**2)


@distill_loss.mistake
def inner_slope_forgotten(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The soft gradient is T times too large: scores were divided by T, and the chain rule does it once more."""
    return distil(scores, teacher_scores, y, temperature, alpha, slope=lambda T: T**3)


@distill_loss.mistake
def T_squared_on_both_parts(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The square of T multiplies the labels' part too. It belongs to the soft part alone."""
    return distil(
        scores, teacher_scores, y, temperature, alpha, weights=lambda a: ((1 - a) * temperature**2, a)
    )


@distill_loss.mistake
def labels_part_softened_too(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The labels' part uses the softened student. There the temperature is one."""
    return distil(scores, teacher_scores, y, temperature, alpha, T_hard=lambda T: T)


@distill_loss.mistake
def multiplied_by_the_temperature(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You multiply scores by T, which sharpens. Divide, on both sides."""
    return distil(
        scores,
        teacher_scores,
        y,
        temperature,
        alpha,
        teach=lambda v, T: softened(v, 1 / T),
        T_student=lambda T: 1 / T,
    )


@distill_loss.mistake
def probabilities_divided_by_T(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You divide the teacher's probabilities by T, and they no longer sum to one. Divide the scores, earlier."""
    return distil(scores, teacher_scores, y, temperature, alpha, teach=lambda v, T: softened(v, 1.0) / T)


@distill_loss.mistake
def teacher_without_softmax(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The teacher's scores are used as if they were probabilities. Where is their softmax?"""
    return distil(scores, teacher_scores, y, temperature, alpha, teach=lambda v, T: v / T)


@distill_loss.mistake
def labels_of_the_teacher_only(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Of the teacher only its first choice is left. What it thinks of the other classes is what you came for."""
    return distil(
        scores, teacher_scores, y, temperature, alpha, teach=lambda v, T: np.eye(v.shape[1])[v.argmax(axis=1)]
    )


@distill_loss.mistake
def alpha_swapped(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """`alpha` is the teacher's share, and you give it to the labels. Exchange it with one minus alpha."""
    return distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (a, 1 - a))


@distill_loss.mistake
def labels_part_missing(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The labels never enter. Add their cross-entropy, with the share that alpha leaves."""
    return distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (0.0, a))


@distill_loss.mistake
def labels_part_in_full(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The labels' part counts in full. It has the share that alpha leaves."""
    return distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1.0, a))


@distill_loss.mistake
def label_not_subtracted(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """In the gradient of the labels' part nothing is subtracted at the label. It is probability minus one there."""
    return distil(scores, teacher_scores, y, temperature, alpha, labels=0.0)


@distill_loss.mistake
def gradient_turned_round(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The gradient has the wrong sign: student minus teacher, not teacher minus student."""
    return distil(scores, teacher_scores, y, temperature, alpha, sign=-1.0)


@distill_loss.mistake
def summed_over_the_rows(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Loss and gradient are sums over the rows, so a larger batch takes larger steps. Take means."""
    return distil(scores, teacher_scores, y, temperature, alpha, mean=np.sum, rows=lambda z: 1)


@distill_loss.mistake
def gradient_not_divided_by_the_rows(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The loss is a mean over rows, the gradient is not. Divide it by the number of rows."""
    return distil(scores, teacher_scores, y, temperature, alpha, rows=lambda z: 1)


@distill_loss.mistake
def mean_over_the_classes_too(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You take the mean over rows and classes. Cross-entropy sums over the classes and averages over the rows."""
    parts = distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (0.0, a))
    rest = distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1 - a, 0.0))
    return tuple(soft / np.shape(scores)[1] + hard for soft, hard in zip(parts, rest, strict=True))


@distill_loss.mistake
def roles_exchanged(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Student and teacher have changed places: the logarithm belongs to the student, the weights to the teacher."""
    T, (loss, gradient) = (
        temperature,
        distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1 - a, 0)),
    )
    q, log_p = softened(np.asarray(scores), T), special.log_softmax(teacher_scores / T, axis=1)
    each = -(q * log_p).sum(axis=1, keepdims=True)
    return loss + alpha * T**2 * each.mean(), gradient + alpha * T * q * (-log_p - each) / len(q)


@distill_loss.mistake
def scores_compared(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You compare scores with scores, by squares. Compare softened probabilities, by cross-entropy."""
    loss, gradient = distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1 - a, 0))
    apart = scores - teacher_scores
    return loss + alpha * (apart**2).sum(axis=1).mean() / 2, gradient + alpha * apart / len(apart)


@distill_loss.mistake
def logarithm_of_a_vanished_probability(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You take the logarithm of a softmax; where that rounds to zero the loss is infinite. Use `log_softmax`."""
    return distil(
        scores,
        teacher_scores,
        y,
        temperature,
        alpha,
        log=lambda z, axis: np.log(special.softmax(z, axis=axis)),
    )


@distill_loss.mistake
def no_max_shift(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """For large scores exp overflows. Subtract each row's largest first, or use SciPy's `log_softmax`."""
    z, v = np.asarray(scores), np.asarray(teacher_scores)
    safe, gradient = distil(z, v, y, temperature, alpha)
    check = sum(
        np.exp(s / t).sum(axis=1, keepdims=True) for s, t in ((z, 1.0), (z, temperature), (v, temperature))
    )
    return safe + (check - check).sum(), gradient + (check - check)


@distill_loss.mistake
def scores_divided_in_place(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """`/=` divides the arrays you were given, so the caller's scores change. Write `scores / temperature`."""
    answer = distil(scores, teacher_scores, y, temperature, alpha)
    scores /= temperature
    teacher_scores /= temperature
    return answer
