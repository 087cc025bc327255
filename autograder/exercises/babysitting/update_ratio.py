"""How far a step goes, measured by the length of what it moves."""

import math

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(w, update):
    """Lengths from exact sums over plain lists."""
    top = math.sqrt(math.fsum(v * v for v in np.ravel(update).tolist()))
    bottom = math.sqrt(math.fsum(v * v for v in np.ravel(w).tolist()))
    return top / bottom if bottom else (math.inf if top else 0.0)


RNG = np.random.default_rng(6)
VECTOR, STEP = RNG.standard_normal(7), 0.003 * RNG.standard_normal(7)
MATRIX, MOVE = RNG.standard_normal((5, 4)), 0.01 * RNG.standard_normal((5, 4))

update_ratio = Exercise(
    "update_ratio",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="lengths",
            probe=Calls(
                arguments=[
                    (VECTOR, STEP),
                    (VECTOR, -50 * STEP),
                    (0.1 * VECTOR, STEP),
                    (1e-9 * VECTOR, 1e-9 * STEP),
                    (MATRIX, MOVE),
                    (MATRIX[:1], MOVE[:1]),
                    (np.array([0.0, 0.5, 0.0, -2.0]), np.array([0.01, 0.0, 0.002, 0.01])),
                ]
            ),
            says="It is the length of the update divided by that of the weights; that of a matrix, too, is the "
            "root of the sum of all squared entries.",
        ),
        Check(
            name="zeros",
            probe=Calls(
                arguments=[
                    (np.zeros(3), np.zeros(3)),
                    (np.zeros(3), np.ones(3)),
                    (np.zeros(3), 1e-3 * np.ones(3)),
                    (np.ones(3), np.zeros(3)),
                ]
            ),
            says="Nothing moved is 0; something moved from exactly zero is inf. Neither is an error or NaN.",
        ),
    ],
    visible=Calls(
        arguments=[
            (np.array([3.0, 4.0]), np.array([0.0, -0.005])),
            (np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([[0.01, 0.0], [0.0, -0.02]])),
            (np.array([0.3, -0.4]), np.array([0.0, 0.002])),
            (np.array([3e-9, -4e-9]), np.array([0.0, 1e-11])),
            (np.array([0.0, 2.0]), np.array([0.0, 0.01])),
            (np.zeros(2), np.array([0.1, 0.0])),
            (np.zeros(2), np.zeros(2)),
        ]
    ),
    read="Exercise 3. Update ratio",
    effect="The rate is judged by this number; read wrongly, it is turned in the wrong direction.",
)


def ratio(w, update, length):
    top, bottom = float(length(np.asarray(update))), float(length(np.asarray(w)))
    return top / bottom if bottom else (math.inf if top else 0.0)


update_ratio.table(
    {
        """upside down: The weights stand above the line. The question is how large the step is, measured by
        the weights.

        Should a longer step give a larger or a smaller number?
        """: lambda w, update: ratio(update, w, np.linalg.norm),
        """squared lengths: The squares were not undone, so the ratio is the square of the right one. Take the
        root.

        What is the length of [3, 4]?
        """: lambda w, update: ratio(w, update, lambda v: (v**2).sum()),
        """sums of absolute values: It adds absolute values. The length of a vector is the root of the sum of
        its squares.

        What is the length of [3, 4]?
        """: lambda w, update: ratio(w, update, lambda v: np.abs(v).sum()),
        """largest entries: It compares the largest entries. The length uses all of them.

        What is the length of [3, 4]?
        """: lambda w, update: ratio(w, update, lambda v: np.abs(v).max()),
        """sums with sign: Entries of opposite sign cancel in a plain sum. Square them first.

        What is the length of [1, -1]?
        """: lambda w, update: ratio(w, update, lambda v: abs(v.sum())),
    }
)


@update_ratio.mistake
def one_zero_for_all(w, update):
    """One weight that is 0 is taken for all of them: `inf` is due only if the whole of `w` is 0.

    What is the length of [0, 2]?
    """
    if np.any(np.asarray(w) == 0):
        return math.inf if np.any(update) else 0.0
    return ratio(w, update, np.linalg.norm)


@update_ratio.mistake
def mean_of_entry_ratios(w, update):
    """Each entry was divided by its own weight, so one weight near 0 decides everything. Divide lengths.

    How many divisions does the formula have?
    """
    w, update = np.asarray(w), np.asarray(update)
    return float(np.mean(np.abs(update) / np.abs(w)))


@update_ratio.mistake
def compares_with_the_next_weights(w, update):
    """It divides by the length after the step. The ratio is measured by the weights before.

    Which weights had moved when the step began?
    """
    top, bottom = np.linalg.norm(update), np.linalg.norm(np.asarray(w) + update)
    return float(top / bottom) if bottom else 0.0


@update_ratio.mistake
def spectral_norm(w, update):
    """For a matrix np.linalg.norm(w, 2) is its largest singular value. Leave out the 2, or flatten first.

    What is the length of a matrix of four ones, and what does your function say?
    """
    return ratio(w, update, lambda v: np.linalg.norm(v, 2))


@update_ratio.mistake
def zero_over_zero(w, update):
    """At weights of 0 it divides by 0: biases start there. Nothing moved is 0, anything else inf."""
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(update) / np.linalg.norm(w))


@update_ratio.mistake
def zero_whenever_the_weights_are_zero(w, update):
    """At weights of 0 it returns 0, even if something moved, as a bias does at its first step. Then the answer is
    inf.

    What is the ratio of a step of 0.1 to a length of 0?
    """
    return float(np.linalg.norm(update) / np.linalg.norm(w)) if np.any(w) else 0.0


@update_ratio.mistake
def inf_whenever_the_weights_are_zero(w, update):
    """At weights of 0 it returns inf, even if nothing moved. Then the answer is 0.

    What does a step of length 0 do to a bias that is 0?
    """
    return float(np.linalg.norm(update) / np.linalg.norm(w)) if np.any(w) else math.inf


@update_ratio.mistake
def a_small_number_beside_the_length(w, update):
    """The small number added below the line is not small beside small weights, and turns inf into a large ratio
    that looks measured. Treat 0 separately."""
    return float(np.linalg.norm(update) / (np.linalg.norm(w) + 1e-8))


@update_ratio.mistake
def a_small_number_below_the_line(w, update):
    """A small number added below the line turns inf into a large ratio that looks measured. Treat 0 separately."""
    return float(np.linalg.norm(update) / (np.linalg.norm(w) + 1e-12))


@update_ratio.variant
def flattened(w, update):
    top, bottom = (np.sqrt(np.dot(v.ravel(), v.ravel())) for v in (update, w))
    if bottom == 0:
        return 0 if top == 0 else np.inf
    return top / bottom


@update_ratio.variant_as_in("CS231n")
def param_scale_and_update_scale(w, update):
    param_scale = np.linalg.norm(w.ravel())
    update_scale = np.linalg.norm(update.ravel())
    if param_scale == 0:
        return 0.0 if update_scale == 0 else np.inf
    return update_scale / param_scale
