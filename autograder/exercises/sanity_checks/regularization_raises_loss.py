"""Whether more regularisation raises the loss, as it must."""

from itertools import pairwise

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.sanity import verdicts, visible_penalties


def reference(loss, params, X, y, strengths):
    """Count the strictly rising neighbours after sorting by strength."""
    values = np.array([loss(params, X, y, strength)[0] for strength in sorted(strengths)])
    return bool((np.diff(values) > 0).sum() == len(values) - 1)


regularization_raises_loss = Exercise(
    "regularization_raises_loss",
    points=2,
    reference=reference,
    checks=[
        Check(
            name="rises",
            probe=lambda candidate: verdicts(
                candidate, ("right", "absent", "negative", "capped"), (0.0, 0.1, 0.5, 1.0, 5.0), 8
            ),
            says="A loss that does not rise with each strength was passed, or one that does was refused.",
        ),
        Check(
            name="every step",
            probe=lambda candidate: verdicts(
                candidate, ("dip", "hump", "right"), (0.0, 0.05, 0.1, 0.5, 1.0), 8
            ),
            says="A loss that rises from the first strength to the last, but falls in between, was passed.",
        ),
        Check(
            name="order",
            probe=lambda candidate: [
                *verdicts(candidate, ("right",), (1.0, 0.0, 0.1), 8),
                *verdicts(candidate, ("right",), (0.0, 1e-9, 2e-9), 8),
            ],
            says="The strengths may come in any order; compare them from weak to strong.",
        ),
    ],
    visible=visible_penalties,
    read="Exercise 5. Does it rise?",
    effect="Regularisation that does not reach the loss shows much later, as a gap between two accuracies.",
)


def values(loss, params, X, y, strengths, *, part=0):
    found = [loss(params, X, y, strength)[part] for strength in strengths]
    return [float(np.linalg.norm(v["w"])) for v in found] if part else [float(v) for v in found]


@regularization_raises_loss.mistake
def first_and_last_only(loss, params, X, y, strengths):
    """Only the ends were compared, and a fall in between is not seen. Compare neighbours."""
    v = values(loss, params, X, y, sorted(strengths))
    return v[-1] > v[0]


@regularization_raises_loss.mistake
def equal_is_enough(loss, params, X, y, strengths):
    """Equal losses were let through, so a regulariser that stopped working passes. Ask for a strict rise."""
    v = values(loss, params, X, y, sorted(strengths))
    return all(b >= a for a, b in pairwise(v))


@regularization_raises_loss.mistake
def strengths_not_sorted(loss, params, X, y, strengths):
    """The strengths were taken as they came. Sort them, so that each is stronger than the one before."""
    v = values(loss, params, X, y, strengths)
    return all(b > a for a, b in pairwise(v))


@regularization_raises_loss.mistake
def looks_at_the_gradient(loss, params, X, y, strengths):
    """The gradient was compared. `loss` returns a pair; the first of it is the loss.

    What are the two things that loss returns?
    """
    v = values(loss, params, X, y, sorted(strengths), part=1)
    return all(b > a for a, b in pairwise(v))


@regularization_raises_loss.mistake
def answers_the_opposite(loss, params, X, y, strengths):
    """It says True when the loss falls with more regularisation. A penalty is added, so the loss must rise."""
    v = values(loss, params, X, y, sorted(strengths))
    return all(b < a for a, b in pairwise(v))


@regularization_raises_loss.mistake
def any_rise_is_enough(loss, params, X, y, strengths):
    """One rise was enough. Every stronger penalty must cost more than the one before: all, not any."""
    v = values(loss, params, X, y, sorted(strengths))
    return any(b > a for a, b in pairwise(v))


@regularization_raises_loss.variant
def with_diff(loss, params, X, y, strengths):
    return np.all(np.diff([loss(params, X, y, reg)[0] for reg in sorted(strengths)]) > 0)


@regularization_raises_loss.variant_as_in("SciPy")
def with_a_partial_of_the_strength(loss, params, X, y, strengths):
    from functools import partial

    fun = partial(loss, params, X, y)
    values = np.asarray([fun(strength)[0] for strength in np.sort(np.asarray(strengths))])
    return (values[1:] > values[:-1]).all()
