"""What is known about right and wrong answers to ``distill_loss``: one formula with one thing changed.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from autograder.exercises.ensembles.distilling import distill_loss

__all__ = ["distill_loss"]
ex = distill_loss


def softened(v, T):
    """Return the softmax at a temperature."""
    return special.softmax(v / T, axis=1)


MULTIPLIED = {"teach": lambda v, T: softened(v, 1 / T), "T_student": lambda T: 1 / T}
"""Scores times the temperature, on both sides."""


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


@ex.variant
def written_down(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    return distil(scores, teacher_scores, y, temperature, alpha)


@ex.variant
def divergence_for_cross_entropy(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    loss, gradient = distil(scores, teacher_scores, y, temperature, alpha)
    p = softened(teacher_scores, temperature)
    return loss + alpha * temperature**2 * (p * np.log(p)).sum(axis=1).mean(), gradient


@ex.variant
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


@ex.mistake
def temperature_on_the_student_only(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You soften the student and not the teacher, whose small probabilities stay invisible. Divide the scores of
    both sides by the temperature.

    How often do your lines divide by the temperature, and what?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, teach=lambda v, T: softened(v, 1.0))


@ex.mistake
def temperature_on_the_teacher_only(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You soften the teacher and not the student, who learns to be as unsure as the softened teacher. Divide the
    scores of both sides by the temperature.

    How often do your lines divide by the temperature, and what?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, T_student=lambda T: 1.0)


@ex.mistake
def T_squared_missing(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The soft part shrinks as the temperature grows, and the labels drown it. Multiply it by the square of T.

    By what is the soft part multiplied in your loss?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, factor=lambda T: 1.0)


@ex.mistake
def T_for_T_squared(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The soft part is multiplied by T. One T is lost in the slope, another in the differences between softened
    probabilities: it takes the square.

    By what is the soft part multiplied in your loss?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, factor=lambda T: T)


@ex.mistake
def T_squared_missing_in_the_gradient(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The loss has its square of T, the gradient has not. Whatever multiplies the loss multiplies its gradient.

    If you multiply the loss by a number, what happens to its gradient?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, slope=lambda T: 1.0)


@ex.mistake
def T_squared_missing_in_the_loss(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The gradient has its square of T, the loss has not. The two must belong together.

    If you multiply the loss by a number, what happens to its gradient?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, factor=lambda T: 1.0, slope=lambda T: T**2)


@ex.mistake
def inner_slope_forgotten(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The soft gradient is T times too large: scores were divided by T, and the chain rule does it once more.

    For scores that are divided by T, what does the chain rule add?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, slope=lambda T: T**3)


@ex.mistake
def T_squared_on_both_parts(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The square of T multiplies the labels' part too. It belongs to the soft part alone.

    Which part does your square of T multiply?
    """
    return distil(
        scores, teacher_scores, y, temperature, alpha, weights=lambda a: ((1 - a) * temperature**2, a)
    )


@ex.mistake
def labels_part_softened_too(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The labels' part uses the softened student. There the temperature is one.

    Which scores does your labels' part use?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, T_hard=lambda T: T)


@ex.mistake
def multiplied_by_the_temperature(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You multiply scores by T, which sharpens. Divide, on both sides.

    For a score of 3 and T = 2, what goes into your softmax?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, **MULTIPLIED)


@ex.mistake
def probabilities_divided_by_T(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You divide the teacher's probabilities by T, and they no longer sum to one. Divide the scores, earlier.

    To what do your teacher's probabilities sum?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, teach=lambda v, T: softened(v, 1.0) / T)


@ex.mistake
def teacher_without_softmax(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The teacher's scores are used as if they were probabilities. Where is their softmax?"""
    return distil(scores, teacher_scores, y, temperature, alpha, teach=lambda v, T: v / T)


@ex.mistake
def labels_of_the_teacher_only(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Of the teacher only its first choice is left. What it thinks of the other classes is what you came for.

    How many classes of the teacher enter your sum?
    """
    return distil(
        scores, teacher_scores, y, temperature, alpha, teach=lambda v, T: np.eye(v.shape[1])[v.argmax(axis=1)]
    )


@ex.mistake
def alpha_swapped(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """`alpha` is the teacher's share, and you give it to the labels. Exchange it with one minus alpha.

    With alpha one, which part is left?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (a, 1 - a))


@ex.mistake
def labels_part_missing(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The labels never enter. Add their cross-entropy, with the share that alpha leaves.

    Where do your lines use `y`?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (0.0, a))


@ex.mistake
def labels_part_in_full(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The labels' part counts in full. It has the share that alpha leaves.

    With alpha one, what is left of the labels' part?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1.0, a))


@ex.mistake
def label_not_subtracted(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """In the gradient of the labels' part nothing is subtracted at the label. It is probability minus one there.

    To what does each row of the labels' gradient sum?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, labels=0.0)


@ex.mistake
def gradient_turned_round(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The gradient has the wrong sign: student minus teacher, not teacher minus student.

    In which direction does your step move a score that is too low?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, sign=-1.0)


@ex.mistake
def summed_over_the_rows(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Loss and gradient are sums over the rows, so a larger batch takes larger steps. Take means.

    Twice the same rows: is your loss twice as large?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, mean=np.sum, rows=lambda z: 1)
