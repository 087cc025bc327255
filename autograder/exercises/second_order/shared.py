"""A gradient that finite differences are tried on, and the checks of a Hessian-vector product."""

import numpy as np

from autograder.judging import Check
from course.probes.base import Calls
from course.probes.composed import Kept
from course.probes.curvature import along_a_short_v, default_step_of_a_product


def coupled_quartic(x):
    """Return the gradient of the sum of x**4 plus products of three neighbours; (n,) -> (n,)."""
    x = np.asarray(x, dtype=np.float64)
    left, right = np.roll(x, 1), np.roll(x, -1)
    return 4 * x**3 + left * right + right * np.roll(x, -2) + left * np.roll(x, 2)


def product_checks(point: str, *, along: list[tuple], zeros: tuple, kept: tuple) -> list[Check]:
    """Return the checks of a Hessian-vector product by a centred difference.

    point  the name of the argument at which the Hessian is taken
    along  arguments of calls; ``zeros`` those of one with a v of zeros, ``kept`` of one that must change nothing
    """
    return [
        Check(
            name="a centred difference along v",
            probe=Calls(arguments=along),
            says="The answer is not the centred difference of gradients along v with the h that was given.",
        ),
        Check(
            name="a v of zeros",
            probe=Calls(arguments=[zeros]),
            says="The product with a vector of zeros is not zero.",
        ),
        Check(name="a short v", probe=along_a_short_v, says="The product with a short v is taken for zero."),
        Check(
            name="the default h",
            probe=default_step_of_a_product,
            says="Without h the gradients are not taken at a distance of 1e-5.",
        ),
        Check(
            name=f"{point} and v as they were",
            probe=Kept(names=[point, "v"], arguments=[kept]),
            says=f"The call changes the caller's {point} or v.",
        ),
    ]
