"""Exercise ``distill_loss``: learn from a teacher's softened probabilities and from the labels.

The reference differentiates its own loss with a complex step, which is exact to rounding; the notebook writes the
gradient down.  Judged are the gradient and *differences* of losses, so that the divergence from the teacher, which
differs from the cross-entropy by a constant of the teacher's, counts as the same loss.
"""

from __future__ import annotations

import numpy as np

from autograder.judging import Check, Exercise
from course.ensembles import watching

STEP = 1e-30


def log_probabilities(z):
    """Return z - log sum_c exp z_c over the last axis; z may be complex."""
    top = z.real.max(axis=-1, keepdims=True)
    return z - top - np.log(np.exp(z - top).sum(axis=-1, keepdims=True))


def loss_alone(z, teacher_scores, y, temperature, alpha):
    """Return the loss for scores of shape (..., N, C)."""
    with np.errstate(over="ignore"):
        odds = np.exp((teacher_scores[:, None, :] - teacher_scores[:, :, None]) / temperature)
    soft = -((1 / odds.sum(axis=2)) * log_probabilities(z / temperature)).sum(axis=-1)
    hard = -log_probabilities(z)[..., np.arange(len(y)), y]
    return ((1 - alpha) * hard + alpha * temperature**2 * soft).mean(axis=-1)


def reference(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Return the loss, and its derivative by one complex step for each score."""
    z = np.array(scores, dtype=np.complex128)
    steps = 1j * STEP * np.eye(z.size).reshape(z.size, *z.shape)
    slopes = loss_alone(z + steps, np.asarray(teacher_scores), np.asarray(y), temperature, alpha).imag / STEP
    return float(
        loss_alone(z, np.asarray(teacher_scores), np.asarray(y), temperature, alpha).real
    ), slopes.reshape(z.shape)


def case(seed, rows, classes, *further, size=2.0):
    """Return two students' scores, the teacher's, labels, and further arguments."""
    rng = np.random.default_rng(seed)
    student, other, teacher = size * rng.normal(size=(3, rows, classes))
    return student, other, teacher, rng.integers(classes, size=rows), *further


ORDINARY = [
    case(0, 4, 3, 3.0, 0.6),
    case(1, 3, 5, 0.5, 0.25),
    case(2, 2, 4, 4.0, 1.0),
    case(3, 3, 3, 5.0, 0.0),
    case(4, 3, 4),
    case(5, 1, 2, 1.0, 0.5),
]
student, other, teacher, y, *further = case(6, 3, 4, 2.0, 0.7)
LARGE = [(400 * student, 400 * other, teacher + 1500.0, y, *further)]

distill_loss = Exercise(
    "distill_loss",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="loss",
            probe=lambda candidate: watching.distilled(candidate, ORDINARY + LARGE)["the loss"],
            says="The loss changes from one student to another by a wrong amount, for ordinary scores or only for"
            " very large ones. Mend it before the gradient.",
        ),
        Check(
            name="gradient",
            probe=lambda candidate: watching.distilled(candidate, ORDINARY + LARGE)["the gradient"],
            says="The loss is right, but the gradient is not its gradient.",
        ),
        Check(
            name="arguments untouched",
            probe=lambda candidate: watching.arguments_untouched(candidate, ORDINARY[0]),
            says="Loss and gradient are right, but an array you were given has changed. It belongs to the caller.",
        ),
    ],
    visible=watching.visible_distillation,
    read="Exercise 5. Distil",
)
