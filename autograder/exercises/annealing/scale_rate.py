"""Exercise ``scale_rate``: the rate at which another batch size has the same noise floor.

The reference compares the inverses of the floors, in which the inverse rate stands alone; the notebook solves for
the rate.
"""

import math

from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.composed import Look


def reference(rate, batch, new_batch, curvature=0.0):
    """Return the rate at the new batch: the inverse floor is 2 batch (2 / rate - curvature), up to a constant."""
    return 1 / ((1 / rate - curvature / 2) * batch / new_batch + curvature / 2)


scale_rate = Exercise(
    "scale_rate",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="the floor at the new batch",
            probe=Calls(
                arguments=[
                    (0.1, 32, 64), (0.1, 64, 32), (0.3, 30, 100), (2.0, 30, 10), (0.05, 128, 128),
                    (1e-3, 1, 1000), (0.25, 7, 3, 0), (0.1, 32, 64, 4.0), (0.4, 64, 32, 4.0),
                    (2.0, 30, 1197, 0.06), (0.3, 30, 90, 1), (1.5, 256, 16, 1.2), (0.2, 5, 5, 3.0),
                    (1e-4, 10, 40, 0.5),
                ]
            ),
            says="With the rate you return, the floor at the new batch is not that of the old one.",
        ),
    ],
    visible=Look(
        probes={
            "Without curvature": Calls(arguments=[(0.2, 50, 100), (0.2, 50, 10), (0.3, 20, 20), (1e-3, 8, 4000)]),
            "With curvature": Calls(
                arguments=[(0.2, 50, 100, 4.0), (0.2, 50, 10, 4.0), (0.3, 20, 20, 5.0), (0.2, 50, 5000, 4.0)]
            ),
        }
    ),
    read="Exercise 3. Batch size and rate",
    effect="A run that is moved to another batch size has another floor: it ends higher, or wastes its "
    "batch.",
)  # fmt: skip


@scale_rate.variant
def in_one_fraction(rate, batch, new_batch, curvature=0.0):
    return 2 * rate * new_batch / (2 * batch + rate * curvature * (new_batch - batch))


@scale_rate.variant
def by_the_noise_scale(rate, batch, new_batch, curvature=0.0):
    """From the floor of the old settings, as a number."""
    per_example = rate / (batch * (2.0 - rate * curvature))
    target = per_example * new_batch
    return 2.0 * target / (1.0 + target * curvature)


@scale_rate.variant_as_in("SciPy")
def by_a_root_finder(rate, batch, new_batch, curvature=0.0):
    from scipy.optimize import brentq

    def floor(rate, batch):
        return rate / batch / (2 - rate * curvature)

    if curvature == 0:
        return rate * new_batch / batch
    wanted = floor(rate, batch)
    top = 2 / curvature * (1 - 1e-12)
    return brentq(lambda r: floor(r, new_batch) - wanted, 0.0, top, xtol=1e-18, rtol=1e-14)


@scale_rate.convention(share=0.5)
def linear_whatever_the_curvature(rate, batch, new_batch, curvature=0.0):
    """You scale the rate with the batch and leave the curvature out: the linear scaling rule of Goyal et al.
    (2017). It holds for small rates; near the limit `2 / curvature` the floor formula gives less."""
    return rate * new_batch / batch


scale_rate.table(
    {
        """batch ignored: The batch makes no difference. Where does the noise of a mini-batch stand in the
        floor?
        """: lambda rate, batch, new_batch, curvature=0.0: rate,
        """ratio inverted: A larger batch gets a smaller rate. It has less noise: can it afford a larger rate
        or a smaller one?
        """: lambda rate, batch, new_batch, curvature=0.0: in_one_fraction(rate, new_batch, batch, curvature),
        """root of the ratio: You scale with the root of the batch. The floor holds the variance of the noise,
        which falls like one over the batch; the root keeps the length of a noisy step, a rule that is used
        with Adam.
        """: lambda rate, batch, new_batch, curvature=0.0: in_one_fraction(
            rate, math.sqrt(batch), math.sqrt(new_batch), curvature
        ),
        """root of the ratio without curvature: You scale with the root of the batch, and leave the curvature
        out. The floor holds the variance of the noise, which falls like one over the batch.
        """: lambda rate, batch, new_batch, curvature=0.0: rate * math.sqrt(new_batch / batch),
        """ratio inverted without curvature: A larger batch gets a smaller rate, and the curvature makes no
        difference. It has less noise: can it afford a larger rate or a smaller one?
        """: lambda rate, batch, new_batch, curvature=0.0: rate * batch / new_batch,
        """difference of the batches: You add the difference of the batches. Think in ratios: how many times
        larger is the new batch?
        """: lambda rate, batch, new_batch, curvature=0.0: rate + (new_batch - batch) * rate,
        """old batch forgotten: You multiply by the new batch alone. The rate was found with the old one.
        """: lambda rate, batch, new_batch, curvature=0.0: in_one_fraction(rate, 1, new_batch, curvature),
        """sign of the curvature: With a curvature your rate grows faster than the batch, and passes the
        limit. Look at the sign of the curvature's term.
        """: lambda rate, batch, new_batch, curvature=0.0: in_one_fraction(
            rate, batch, new_batch, -curvature
        ),
    }
)


@scale_rate.mistake
def sign_of_the_new_curvature(rate, batch, new_batch, curvature=0.0):
    """A larger batch can give you a negative rate, or one beyond the limit: the term with the curvature changed its
    side of the equation and kept its sign."""
    q = rate / (batch * (2 - rate * curvature))
    return 2 * q * new_batch / (1 - q * new_batch * curvature)


@scale_rate.mistake
def half_the_rate(rate, batch, new_batch, curvature=0.0):
    """At equal batches and curvature zero you return half the rate. When you solve for the new rate, the 2 of
    `2 - rate * curvature` stays, as a factor."""
    q = rate / (batch * (2 - rate * curvature))
    return q * new_batch / (1 + q * new_batch * curvature)


@scale_rate.mistake
def curvature_of_the_new_side_only(rate, batch, new_batch, curvature=0.0):
    """Equal batches change your rate: the curvature stands on one side of the equation only. Both floors have
    `2 - rate * curvature` below the line."""
    ratio = new_batch / batch
    return 2 * ratio * rate / (2 + ratio * rate * curvature)


@scale_rate.mistake
def curvature_of_the_old_side_only(rate, batch, new_batch, curvature=0.0):
    """You keep `2 - rate * curvature` of the old rate and leave it out for the new one. Both floors have it, each
    with its own rate: solve for the new rate."""
    return 2 * rate * new_batch / (batch * (2 - rate * curvature))


@scale_rate.mistake
def the_two_forgotten(rate, batch, new_batch, curvature=0.0):
    """You have `1 - rate * curvature` where the floor has `2 - rate * curvature`."""
    return in_one_fraction(rate, batch, new_batch, 2 * curvature)


@scale_rate.mistake
def cut_off_at_the_limit(rate, batch, new_batch, curvature=0.0):
    """You scale with the batch and cut off at `2 / curvature`, where the floor is infinite. Put the floor on both
    sides and solve for the new rate: it stays below the limit by itself."""
    linear = rate * new_batch / batch
    return min(linear, 2 / curvature) if curvature else linear


@scale_rate.mistake
def floor_returned(rate, batch, new_batch, curvature=0.0):
    """You return the floor, or a part of it. One step more: which rate has this floor at the new batch?"""
    return rate / (2 * batch * (2 - rate * curvature))
