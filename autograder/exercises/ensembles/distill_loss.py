"""Exercise ``distill_loss``: learn from a teacher's softened probabilities and from the labels.

The reference differentiates its own loss with a complex step, which is exact to rounding; the notebook writes the
gradient down.  Judged are the gradient and *differences* of losses, so that the divergence from the teacher, which
differs from the cross-entropy by a constant of the teacher's, counts as the same loss.
"""

from functools import partial

import numpy as np
from scipy import special

from autograder.judging import Check, Exercise
from course.probes.ensembles.scores import (
    arguments_untouched,
    constant,
    distillation_defaults,
    distilled,
    visible_distillation,
)

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
    z = scores
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
    case(4, 3, 4, 2.0, 0.9),
    case(5, 1, 2, 1.0, 0.5),
]

student, other, teacher, y, *further = case(6, 3, 4, 2.0, 0.7)

LARGE = [
    (400 * student, 400 * other, teacher + 1500.0, y, *further),
    (student, other, 900 * teacher, y, *further),
]

distill_loss = Exercise(
    "distill_loss",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="loss",
            probe=lambda candidate: distilled(candidate, ORDINARY + LARGE)["the loss"],
            near=5e-5,  # a difference of losses has lost the digits that they share
            says="The loss changes from one student to another by a wrong amount, for ordinary scores or only for"
            " very large ones. Mend it before the gradient.",
        ),
        Check(
            name="constant",
            probe=constant,
            says="The loss changes as it should, but in the worked example it is neither the cross-entropy nor the"
            " divergence.",
        ),
        Check(
            name="gradient",
            probe=lambda candidate: distilled(candidate, ORDINARY + LARGE)["the gradient"],
            says="The loss is right, but the gradient is not its gradient.",
        ),
        Check(
            name="arguments untouched",
            probe=lambda candidate: arguments_untouched(candidate, ORDINARY[0]),
            says="Loss and gradient are right, but an array you were given has changed. It belongs to the caller.",
        ),
        Check(
            name="default",
            probe=distillation_defaults,
            says="With temperature and alpha given it is right; left out, they are not 2 and 0.9.",
        ),
    ],
    visible=visible_distillation,
    uses=("average_predictions",),
    read="Exercise 6. Distil",
    effect="The student learns from a distorted teacher, or hardly from it, and ends no better than with "
    "the labels alone.",
)


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
    d_soft = (special.softmax(z / t, axis=1) - p) / t
    d_hard = (special.softmax(z / h, axis=1) - truth) / h
    return loss, sign * (hard * d_hard + soft * (slope or factor)(T) * d_soft) / rows(z)


@distill_loss.variant
def written_down(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    return distil(scores, teacher_scores, y, temperature, alpha)


@distill_loss.variant
def divergence_for_cross_entropy(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    loss, gradient = distil(scores, teacher_scores, y, temperature, alpha)
    p = softened(teacher_scores, temperature)
    terms = p * np.log(np.where(p > 0, p, 1.0))
    return loss + alpha * temperature**2 * terms.sum(axis=1).mean(), gradient


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


@distill_loss.variant_as_in("PyTorch")
def kl_div_times_t_squared(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    def log_softmax(input, dim=1):
        shifted = input - input.max(axis=dim, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))

    T, N = temperature, scores.shape[0]
    log_student, log_teacher = log_softmax(scores / T), log_softmax(teacher_scores / T)
    teacher = np.exp(log_teacher)
    soft = -(teacher * log_student).sum() / N * T**2
    log_p = log_softmax(scores)
    hard = -log_p[np.arange(N), y].mean()
    grad_hard = np.exp(log_p)
    grad_hard[np.arange(N), y] -= 1
    grad_soft = T * (np.exp(log_student) - teacher)
    return alpha * soft + (1 - alpha) * hard, (alpha * grad_soft + (1 - alpha) * grad_hard) / N


@distill_loss.convention(share=0.75)
def another_default_temperature(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
    """Left out, `temperature` is another number than 2. Keep the documented
    default."""
    return distil(scores, teacher_scores, y, temperature, alpha)


@distill_loss.convention(share=0.75)
def another_default_alpha(scores, teacher_scores, y, temperature=2.0, alpha=0.5):
    """Left out, `alpha` is another number than 0.9. Keep the documented default."""
    return distil(scores, teacher_scores, y, temperature, alpha)


@distill_loss.mistake
def loss_off_by_a_constant(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The gradient is right and the loss changes as it should, but it is off by a constant. Is there a mean over
    the classes where a sum is due, or the teacher's entropy with the wrong sign?"""
    loss, dscores = distil(scores, teacher_scores, y, temperature, alpha)
    return loss - (1 - alpha + alpha * temperature**2) * np.log(scores.shape[1]), dscores


def with_gradient(gradient):
    """Return a loss that is right, with what ``gradient(hard, soft)`` makes of the two parts of its gradient."""

    def answer(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
        parts = [
            distil(scores, teacher_scores, y, temperature, alpha, weights=weights)[1]
            for weights in (lambda a: (1 - a, 0.0), lambda a: (0.0, a))
        ]
        return distil(scores, teacher_scores, y, temperature, alpha)[0], gradient(*parts)

    return answer


distill_loss.table(
    {
        """temperature on the student only: You soften the student and not the teacher, whose small
        probabilities stay invisible. Divide the scores of both sides by the temperature.

        How often do your lines divide by the temperature, and what?
        """: partial(distil, teach=lambda v, T: softened(v, 1.0)),
        """temperature on the teacher only: You soften the teacher and not the student, who learns to be as
        unsure as the softened teacher. Divide the scores of both sides by the temperature.

        How often do your lines divide by the temperature, and what?
        """: partial(distil, T_student=lambda T: 1.0),
        """T squared missing: The soft part shrinks as the temperature grows, and the labels drown it.
        Multiply it by the square of T.

        By what is the soft part multiplied in your loss?
        """: partial(distil, factor=lambda T: 1.0),
        """T for T squared: The soft part is multiplied by T. One T is lost in the slope, another in the
        differences between softened probabilities: it takes the square.

        By what is the soft part multiplied in your loss?
        """: partial(distil, factor=lambda T: T),
        """T squared missing in the gradient: The loss has its square of T, the gradient has not. Whatever
        multiplies the loss multiplies its gradient.

        If you multiply the loss by a number, what happens to its gradient?
        """: partial(distil, slope=lambda T: 1.0),
        """T squared missing in the loss: The gradient has its square of T, the loss has not. The two must
        belong together.

        If you multiply the loss by a number, what happens to its gradient?
        """: partial(distil, factor=lambda T: 1.0, slope=lambda T: T**2),
        """inner slope forgotten: The soft gradient is T times too large: scores were divided by T, and the
        chain rule does it once more.

        For scores that are divided by T, what does the chain rule add?
        """: partial(distil, slope=lambda T: T**3),
        """T squared on both parts: The square of T multiplies the labels' part too. It belongs to the soft
        part alone.

        Which part does your square of T multiply?
        """: lambda scores, teacher_scores, y, temperature=2.0, alpha=0.9: distil(
            scores, teacher_scores, y, temperature, alpha, weights=lambda a: ((1 - a) * temperature**2, a)
        ),
        """labels part softened too: The labels' part uses the softened student. There the temperature is one.

        Which scores does your labels' part use?
        """: partial(distil, T_hard=lambda T: T),
        """multiplied by the temperature: You multiply scores by T, which sharpens. Divide, on both sides.

        For a score of 3 and T = 2, what goes into your softmax?
        """: lambda scores, teacher_scores, y, temperature=2.0, alpha=0.9: distil(
            scores, teacher_scores, y, temperature, alpha, **MULTIPLIED
        ),
        """probabilities divided by T: You divide the teacher's probabilities by T, and they no longer sum to
        one. Divide the scores, earlier.

        To what do your teacher's probabilities sum?
        """: partial(distil, teach=lambda v, T: softened(v, 1.0) / T),
        """teacher without softmax: The teacher's scores are used as if they were probabilities. Where is
        their softmax?
        """: partial(distil, teach=lambda v, T: v / T),
        """teacher taken for probabilities: The teacher's scores are used as if they were probabilities,
        without temperature and softmax. Divide them by T, then take the softmax.

        To what do your teacher's probabilities sum?
        """: partial(distil, teach=lambda v, T: v),
        """labels of the teacher only: Of the teacher only its first choice is left. What it thinks of the
        other classes is what you came for.

        How many classes of the teacher enter your sum?
        """: partial(distil, teach=lambda v, T: np.eye(v.shape[1])[v.argmax(axis=1)]),
        """alpha swapped: `alpha` is the teacher's share, and you give it to the labels. Exchange it with one
        minus alpha.

        With alpha one, which part is left?
        """: partial(distil, weights=lambda a: (a, 1 - a)),
        """labels part missing: The labels never enter. Add their cross-entropy, with the share that alpha
        leaves.

        Where do your lines use `y`?
        """: partial(distil, weights=lambda a: (0.0, a)),
        """labels part in full: The labels' part counts in full. It has the share that alpha leaves.

        With alpha one, what is left of the labels' part?
        """: partial(distil, weights=lambda a: (1.0, a)),
        """label not subtracted: In the gradient of the labels' part nothing is subtracted at the label. It is
        probability minus one there.

        To what does each row of the labels' gradient sum?
        """: partial(distil, labels=0.0),
        """gradient with the wrong sign: The gradient has the wrong sign: student minus teacher, not teacher
        minus student.

        In which direction does your step move a score that is too low?
        """: partial(distil, sign=-1.0),
        """soft gradient with the wrong sign: The labels' part of the gradient is right, the teacher's has the
        wrong sign: student minus teacher, not teacher minus student.

        In which direction does your step move a score that is too low?
        """: lambda scores, teacher_scores, y, temperature=2.0, alpha=0.9: with_gradient(
            lambda hard, soft: hard - soft
        )(scores, teacher_scores, y, temperature, alpha),
        """labels part missing in the gradient: The gradient is that of the teacher's part alone. The loss has
        a labels' part too, and so has its gradient.

        Where does your gradient use `y`?
        """: lambda scores, teacher_scores, y, temperature=2.0, alpha=0.9: with_gradient(
            lambda hard, soft: soft
        )(scores, teacher_scores, y, temperature, alpha),
        """soft part missing in the gradient: The gradient is that of the labels' part alone. The loss has a
        teacher's part too, and so has its gradient.

        Where does your gradient use the teacher?
        """: lambda scores, teacher_scores, y, temperature=2.0, alpha=0.9: with_gradient(
            lambda hard, soft: hard
        )(scores, teacher_scores, y, temperature, alpha),
    }
)


@distill_loss.mistake
def shares_missing_in_the_gradient(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The two parts of the gradient are added in full. They have the same shares as in the loss, one minus
    alpha and alpha.

    With alpha one, what is left of the labels' part of your gradient?
    """
    in_full = distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1.0, 1.0))[1]
    return distil(scores, teacher_scores, y, temperature, alpha)[0], in_full


def softened_labels_part(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Return the loss, and its gradient without the one over T of the labels' part."""
    loss, _ = distil(scores, teacher_scores, y, temperature, alpha, T_hard=lambda T: T)

    def weights(a):
        return (1 - a) * temperature, a

    return loss, distil(scores, teacher_scores, y, temperature, alpha, T_hard=lambda T: T, weights=weights)[1]


distill_loss.table(
    {
        """summed over the rows: Loss and gradient are sums over the rows, so a larger batch takes larger
        steps. Take means.

        Twice the same rows: is your loss twice as large?
        """: partial(distil, mean=np.sum, rows=lambda z: 1),
        """soft gradient without its T: The soft gradient is T times too small. The square of T in front,
        times the one over T of the chain rule, leaves one T.

        What number stands in front of your difference of probabilities?
        """: partial(distil, slope=lambda T: T),
        """T squared and chain rule missing: The loss lacks its square of T, and the soft gradient lacks that
        and the one over T of the chain rule. Put in both, and one T is left in the gradient.

        By what is the soft part multiplied in your loss?
        """: partial(distil, factor=lambda T: 1.0, slope=lambda T: T),
        """T for T squared in the loss: The gradient is right, the soft part of the loss is multiplied by T.
        There it takes the square; one T is lost only in the gradient.

        By what is the soft part multiplied in your loss?
        """: partial(distil, factor=lambda T: T, slope=lambda T: T**2),
        """loss summed over the rows: The gradient is a mean over rows, the loss is a sum. Take the mean in
        both.

        Twice the same rows: is your loss twice as large?
        """: partial(distil, mean=np.sum),
        """labels part softened without its slope: The labels' part uses the softened student, in the loss and
        in the gradient. There the temperature is one.

        Which scores does your labels' part use?
        """: lambda scores, teacher_scores, y, temperature=2.0, alpha=0.9: softened_labels_part(
            scores, teacher_scores, y, temperature, alpha
        ),
    }
)


@distill_loss.mistake
def labels_part_softened_in_the_loss_only(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """In the loss the labels' part uses the softened student, in the gradient it does not. The temperature is one
    in both.

    Which scores does your labels' part use?
    """
    loss, _ = softened_labels_part(scores, teacher_scores, y, temperature, alpha)
    return loss, distil(scores, teacher_scores, y, temperature, alpha)[1]


@distill_loss.mistake
def labels_part_softened_in_the_gradient_only(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """In the gradient the labels' part uses the softened student, in the loss it does not. The temperature is one
    in both.

    Which scores does your labels' part use?
    """
    _, gradient = softened_labels_part(scores, teacher_scores, y, temperature, alpha)
    return distil(scores, teacher_scores, y, temperature, alpha)[0], gradient


@distill_loss.mistake
def scores_times_the_temperature(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You multiply scores by T, which sharpens. Divide, on both sides; the gradient's own T is right.

    For a score of 3 and T = 2, what goes into your softmax?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, **MULTIPLIED, slope=lambda T: 1.0)


@distill_loss.mistake
def student_not_softened(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You soften the teacher and not the student, in the loss and in the gradient. Divide the scores of both sides
    by the temperature.

    How often do your lines divide by the temperature, and what?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, T_student=lambda T: 1.0, slope=lambda T: T)


@distill_loss.mistake
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


@distill_loss.mistake
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


@distill_loss.mistake
def mean_over_the_classes_too(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You take the mean over rows and classes. Cross-entropy sums over the classes and averages over the rows.

    Over which axes does your mean run?
    """
    parts = distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (0.0, a))
    rest = distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1 - a, 0.0))
    return tuple(soft / np.shape(scores)[1] + hard for soft, hard in zip(parts, rest, strict=True))


@distill_loss.mistake
def mean_over_the_classes_in_the_loss(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The gradient is right, but the teacher's part of the loss is a mean over rows and classes. Cross-entropy
    sums over the classes and averages over the rows.

    Over which axes does your mean run?
    """
    loss = mean_over_the_classes_too(scores, teacher_scores, y, temperature, alpha)[0]
    return loss, distil(scores, teacher_scores, y, temperature, alpha)[1]


@distill_loss.mistake
def roles_exchanged_in_the_loss(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The gradient is right, but in the loss student and teacher have changed places: the logarithm belongs to the
    student, the weights to the teacher.

    Whose logarithm do you take?
    """
    loss = roles_exchanged(scores, teacher_scores, y, temperature, alpha)[0]
    return loss, distil(scores, teacher_scores, y, temperature, alpha)[1]


@distill_loss.mistake
def divergence_the_other_way(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The gradient is right, but the divergence in the loss goes the other way: it is weighted by the student's
    probabilities. The teacher's are the weights.

    Whose probabilities stand in front of your logarithms?
    """
    T, (loss, _) = (
        temperature,
        distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1 - a, 0.0)),
    )
    log_p, log_q = (special.log_softmax(np.asarray(each) / T, axis=1) for each in (teacher_scores, scores))
    soft = (np.exp(log_q) * (log_q - log_p)).sum(axis=1).mean()
    return loss + alpha * T**2 * soft, distil(scores, teacher_scores, y, temperature, alpha)[1]


@distill_loss.mistake
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


@distill_loss.mistake
def scores_compared(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You compare scores with scores, by squares. Compare softened probabilities, by cross-entropy.

    Where in your soft part is a softmax?
    """
    loss, gradient = distil(scores, teacher_scores, y, temperature, alpha, weights=lambda a: (1 - a, 0))
    apart = scores - teacher_scores
    return loss + alpha * (apart**2).sum(axis=1).mean() / 2, gradient + alpha * apart / len(apart)


@distill_loss.convention(share=0.75)
def logarithm_of_a_vanished_probability(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """It is right for ordinary scores. You take the logarithm of a softmax, and where that rounds to zero the
    loss is infinite. Use `log_softmax`.

    What is the logarithm of a softmax that has rounded to zero?
    """

    def log(z, axis):
        return np.log(special.softmax(z, axis=axis))

    return distil(scores, teacher_scores, y, temperature, alpha, log=log)


@distill_loss.convention(share=0.75)
def zero_times_the_logarithm_of_zero(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """It is right for ordinary scores. Your divergence takes the logarithm of the teacher's probabilities, and
    where one rounds to zero, 0 times log 0 is NaN. Leave the teacher's entropy out, which has no gradient, or
    use `scipy.special.rel_entr`.

    What is 0 times the logarithm of 0?
    """
    loss, gradient = distil(scores, teacher_scores, y, temperature, alpha)
    p = softened(teacher_scores, temperature)
    return loss + alpha * temperature**2 * (p * np.log(p)).sum(axis=1).mean(), gradient


@distill_loss.mistake
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


@distill_loss.in_place
def the_input_is_changed(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """You change an array that you were given (`/=`, `-=` or `[rows, y] -= 1`), so the caller's scores are others
    afterwards. Work on new arrays.

    After your lines, what is in `scores`?
    """
    answer = distil(scores, teacher_scores, y, temperature, alpha)
    scores -= 1.0
    return answer


@distill_loss.mistake
def inner_slope_forgotten_and_not_divided_by_the_rows(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Two things in the gradient: its soft part is T times too large, since scores were divided by T and the
    chain rule does it once more; and it is not divided by the number of rows, as the loss is.

    For scores that are divided by T, what does the chain rule add?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, slope=lambda T: T**3, rows=lambda z: 1)


@distill_loss.mistake
def alpha_swapped_and_not_divided_by_the_rows(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Two things: `alpha` is the teacher's share, and you give it to the labels; and the gradient is not
    divided by the number of rows, as the loss is.

    With alpha one, which part is left?
    """
    return distil(
        scores, teacher_scores, y, temperature, alpha, weights=lambda a: (a, 1 - a), rows=lambda z: 1
    )


@distill_loss.mistake
def labels_part_softened_and_not_divided_by_the_rows(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Two things: the labels' part uses the softened student, and there the temperature is one; and the
    gradient is not divided by the number of rows, as the loss is.

    Which scores does your labels' part use?
    """
    loss, gradient = softened_labels_part(scores, teacher_scores, y, temperature, alpha)
    return loss, gradient * len(y)


@distill_loss.mistake
def temperature_on_the_student_only_and_T_squared_missing(
    scores, teacher_scores, y, temperature=2.0, alpha=0.9
):
    """Two things: you soften the student and not the teacher, and the soft part lacks the square of T. Divide
    the scores of both sides by the temperature, and multiply.

    How often do your lines divide by the temperature, and what?
    """
    return distil(
        scores,
        teacher_scores,
        y,
        temperature,
        alpha,
        teach=lambda v, T: softened(v, 1.0),
        factor=lambda T: 1.0,
    )


@distill_loss.mistake
def gradient_not_divided_by_the_rows(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """The loss is a mean over rows, the gradient is not. Divide it by the number of rows.

    Twice the same rows: is your gradient the same in each row, or half?
    """
    return distil(scores, teacher_scores, y, temperature, alpha, rows=lambda z: 1)
