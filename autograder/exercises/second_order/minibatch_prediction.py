"""Exercise ``minibatch_prediction``: how noise in the gradients becomes noise in the curvature.

A committed prediction: the reader says how the relative error of a measured curvature changes when the step
or the mini-batch changes, before a run on the digits shows it. The reference simulates nothing: it
propagates variances; the notebook writes the closed form.
"""

import math

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(step, batch):
    """Return the ratio of the relative errors of y.s / s.s after and before.

    The error is the difference of two independent means over b examples, along a unit vector, over the length of s:
    its variance is 2 sigma**2 / (b |s|**2), and variances are compared here, as logarithms.
    """
    return math.exp(-(2 * math.log(step) + math.log(batch)) / 2)


minibatch_prediction = Exercise(
    "minibatch_prediction",
    points=2,
    reference=reference,
    checks=[
        Check(
            name="steps and batches",
            probe=Calls(arguments=[(0.5, 1), (0.1, 1), (3.0, 1), (1, 4), (1, 100), (0.2, 16), (2.0, 9)]),
            says="The factor does not follow from noise of a fixed size divided by the length of the step.",
        )
    ],
    visible=None,
    read="Exercise 5. A prediction about mini-batches",
    effect="The curvature of a few examples is taken for that of the loss, and a step trusts it.",
)


@minibatch_prediction.variant
def with_powers(step, batch):
    return step**-1.0 * batch**-0.5


@minibatch_prediction.variant_as_in("SciPy")
def with_numpys_roots(step, batch):
    import numpy as np

    step, batch = np.asarray(step, dtype=float), np.asarray(batch, dtype=float)
    return np.reciprocal(step * np.sqrt(batch))


minibatch_prediction.table(
    {
        """short steps measure better: You expect short steps to measure curvature better, as they do without
        noise. The noise of the two gradients stays as the step shrinks: what is it divided by?
        """: lambda step, batch: step / math.sqrt(batch),
        """step makes no difference: You expect the error not to depend on the step. The noise does not, but
        the difference it hides in does.
        """: lambda step, batch: 1 / math.sqrt(batch),
        """error falls like the batch: You expect ten times the examples to give a tenth of the error. The
        mean of b examples is noisy like one over the root of b.
        """: lambda step, batch: 1 / (step * batch),
        """batch makes no difference: You expect the error not to depend on the batch. Each gradient is a mean
        over the batch: how noisy is a mean?
        """: lambda step, batch: 1 / step,
        """larger batches are noisier: You expect larger batches to be noisier. The batch belongs below the
        line.
        """: lambda step, batch: math.sqrt(batch) / step,
        """step squared: You divide by the square of the step. s.s is below, but s is above too: y.s holds one
        factor of the step.
        """: lambda step, batch: 1 / (step**2 * math.sqrt(batch)),
        """root of the step: You treat the step like the batch. Only the number of averaged examples comes
        with a root.
        """: lambda step, batch: 1 / math.sqrt(step * batch),
        """everything upside down: Your factor is the inverse of the error: how exact the curvature is, not
        how wrong.
        """: lambda step, batch: step * math.sqrt(batch),
        """nothing changes: You expect the same error at any step and batch. Write the noise, what it is
        divided by, and divide twice.
        """: lambda step, batch: 1.0,
    }
)
