"""Exercise ``hessian_vector_product``: curvature along one direction, from two gradients.

The reference fits a straight line through the two gradients along the unit vector; the notebook writes the
difference. On a quartic the answer depends on how long the step is, so that an answer by another route, such as a
whole Hessian times v, can be told from this one.
"""

from functools import partial

import numpy as np

from autograder.exercises.second_order.shared import coupled_quartic, product_checks
from autograder.judging import Exercise
from course.probes.base import Calls
from course.probes.composed import Kept, Look
from course.probes.curvature import along_a_short_v, bend, default_step_of_a_product


def reference(gradient, x, v, h=1e-5):
    """Return the slope of the gradient along v / |v|, times |v|."""
    length = np.linalg.norm(v)
    if length == 0:
        return np.zeros(len(v))
    ends = [gradient(x + side * v / length) for side in (-h, h)]
    return length * np.polynomial.polynomial.polyfit([-h, h], ends, 1)[1]


POINT = np.array([0.3, -1.2, 0.7, 2.0, -0.4])

hessian_vector_product = Exercise(
    "hessian_vector_product",
    points=4,
    reference=reference,
    checks=product_checks(
        "x",
        along=[
            (coupled_quartic, POINT, np.array([1.0, -2.0, 0.5, 0.0, 3.0]), 0.3),
            (coupled_quartic, POINT, np.array([0.01, 0.03, -0.02, 0.0, 0.01]), 0.1),
            (coupled_quartic, POINT, 1e-4 * np.array([1.0, -2.0, 0.5, 0.0, 3.0]), 0.1),
            (coupled_quartic, np.array([1.0, 0.0, -2.0]), np.array([0.0, 40.0, 9.0]), 0.2),
            (coupled_quartic, np.array([1.0, 0.5, -2.0]), np.array([0.0, 0.6, 0.8]), 0.1),
            (coupled_quartic, np.array([1, -2, 3]), np.array([1, 0, 2]), 0.1),
            (coupled_quartic, np.array([1, -2, 3]), np.array([0.5, 0.0, 0.2]), 0.1),
            (coupled_quartic, POINT, np.array([1.0, -2.0, 0.5, 0.0, 3.0]), 1e-5),
        ],
        kept=(coupled_quartic, POINT[:3], np.array([1.0, -2.0, 0.5]), 0.1),
        zeros=(coupled_quartic, POINT, np.zeros(5)),
    ),
    visible=Look(
        probes={
            "Along v": Calls(
                arguments=[
                    (bend, np.array([0.3, -1.2, 0.7]), np.array([0.6, 0.0, 0.8]), 0.3),
                    (bend, np.array([0.3, -1.2, 0.7]), np.array([6.0, -2.0, 3.0]), 0.1),
                    (bend, np.array([1.0, 0.5, -0.2]), np.array([0.0, 0.02, 0.01]), 0.1),
                    (bend, np.array([1.0, 0.5, -0.2]), np.array([0.0, 2e-4, 1e-4]), 0.1),
                    (bend, np.array([0.3, -1.2, 0.7]), np.array([0.6, 0.0, 0.8]), 1e-5),
                ]
            ),
            "Along a v of zeros": Calls(arguments=[(bend, np.array([0.3, -1.2, 0.7]), np.zeros(3))]),
            "Along a short v": along_a_short_v,
            "Without h": default_step_of_a_product,
            "At an x and a v of whole numbers": Calls(
                arguments=[
                    (bend, np.array([1, -2, 3]), np.array([1, 0, 2]), 0.1),
                    (bend, np.array([1, -2, 3]), np.array([0.5, 0.0, 0.2]), 0.1),
                ]
            ),
            "After a call": Kept(
                names=["x", "v"],
                arguments=[(bend, np.array([0.3, -1.2, 0.7]), np.array([1.0, -2.0, 0.5]), 0.1)],
            ),
        }
    ),
    read="Exercise 3. The Hessian times a vector",
    effect="Newton-CG solves for its step with these products: it turns the wrong way, or never settles.",
    equivalent={
        "return np.zeros(len(v)) -> return np.zeros(len(v), dtype='float32')": "Zero is exact in every type.",
        "…polynomial.polyfit([-h, h], ends, 1)[1] -> …polynomial.polyfit([-h, h], ends, 2)[1]": (
            "Every parabola through two points has the slope of their line half way between them."
        ),
    },
)


@hessian_vector_product.variant
def along(
    gradient, x, v, h=1e-5, *, ahead=1.0, behind=1.0, width=2.0, unit=lambda v, n: v / n, back=lambda n: n
):
    n = np.sqrt(np.dot(v, v))
    if not n:
        return np.zeros_like(v, dtype=float)
    u = unit(v, n)
    return back(n) * (gradient(x + ahead * h * u) - gradient(x - behind * h * u)) / (width * h)


@hessian_vector_product.variant
def with_the_step_in_the_denominator(gradient, x, v, h=1e-5):
    """As one writes it with eps: the step is scaled, and the length cancels by itself."""
    size = float(np.linalg.norm(v))
    eps = h / size if size > 0 else h
    return [(a - b) / (2 * eps) for a, b in zip(gradient(x + eps * v), gradient(x - eps * v), strict=True)]


@hessian_vector_product.variant
def with_a_guard_for_zero(gradient, x, v, h=1e-5):
    v = np.asarray(v, dtype=np.float64)
    length = max(np.linalg.norm(v), np.finfo(float).tiny)
    plus, minus = (np.asarray(gradient(x + s * h * (v / length))) for s in (1, -1))
    return (plus - minus) * (length / (2 * h))


@hessian_vector_product.variant_as_in("SciPy")
def as_the_hessp_of_a_jac(gradient, x, v, h=1e-5):
    x0, p = np.asarray(x, dtype=float), np.asarray(v, dtype=float)

    def jac(t):
        return np.asarray(gradient(x0 + t * p), dtype=float)

    norm = np.linalg.norm(p)
    if norm < np.finfo(float).tiny:
        return np.zeros_like(p)
    eps = h / norm
    return (jac(eps) - jac(-eps)) / (2 * eps)


@hessian_vector_product.convention(share=0.5)
def step_not_scaled_with_v(gradient, x, v, h=1e-5):
    """You step by h times v, however long v is, as many do whose v has length one. A long v then steps out of the
    parabola, and a short one drowns in rounding: make the step h long."""
    return (gradient(x + h * v) - gradient(x - h * v)) / (2 * h)


@hessian_vector_product.convention(share=0.5)
def nan_for_a_v_of_zeros(gradient, x, v, h=1e-5):
    """A v of zeros gives NaN: you divide by its length. Return zeros there."""
    return along(gradient, x, v, h) if np.any(v) else np.full(len(v), np.nan)


@hessian_vector_product.convention(share=0.75)
def short_v_taken_for_zero(gradient, x, v, h=1e-5):
    """A v that is shorter than some limit is taken for a v of zeros. Compare its length with 0: the step is h long
    however short v is."""
    return along(gradient, x, v, h) if np.linalg.norm(v) > 1e-6 else np.zeros(len(v))


@hessian_vector_product.convention(share=0.75)
def another_default_h(gradient, x, v, h=1e-6):
    """Your default h is smaller than the one documented, 1e-5. All else is right."""
    return along(gradient, x, v, h)


@hessian_vector_product.convention(share=0.75)
def a_larger_default_h(gradient, x, v, h=1e-4):
    """Your default h is larger than the one documented, 1e-5. All else is right."""
    return along(gradient, x, v, h)


hessian_vector_product.table(
    {
        """forward difference: You compare x + h with x itself, so the error shrinks only like h. Step to both
        sides of x.
        """: partial(along, behind=0.0, width=1.0),
        """forward difference by h v: You compare x + h v with x itself. Step to both sides of x, so that the
        error shrinks like the square of h, and make the step h long whatever the length of v.
        """: lambda gradient, x, v, h=1e-5: (gradient(x + h * v) - gradient(x)) / h,
        """backward difference: You compare x with x - h, so the error shrinks only like h. Step to both sides
        of x.
        """: partial(along, ahead=0.0, width=1.0),
        """one side over two steps: You compare x + h with x itself and divide by 2h, so the product is about
        half of what it should be. Step to both sides of x.
        """: partial(along, behind=0.0),
        """divided by h: The product is twice too large. How far is it from one point to the other?
        """: partial(along, width=1.0),
        """multiplied by h: You multiply by h: Python reads `/ 2 * h` from left to right. Put brackets round
        what is below the line.
        """: lambda gradient, x, v, h=1e-5: along(gradient, x, v, h) * h**2,
        """not divided by h: The difference of the gradients is not divided by the distance. Look for h in the
        last line.
        """: lambda gradient, x, v, h=1e-5: along(gradient, x, v, h) * 2 * h,
        """minus and plus exchanged: The product has the wrong sign. Which of the two gradients is subtracted?
        """: lambda gradient, x, v, h=1e-5: -along(gradient, x, v, h),
        """length of v forgotten: You return the product with v / |v|. The product is linear in v: multiply by
        the length again.
        """: partial(along, back=lambda n: 1.0),
        """divided by the length twice: You divide by the length of v where you should multiply. Which way
        round does a longer v change the product?
        """: partial(along, back=lambda n: 1 / n),
        """length squared: You take v.v for the length of v. The length is its root: `np.linalg.norm(v)`.
        """: partial(along, unit=lambda v, n: v / n**2, back=lambda n: n**2),
        """multiplied by v: You multiply the slope by v, entry by entry. The difference of the gradients is
        the product already; only the length of v is missing.
        """: lambda gradient, x, v, h=1e-5: along(gradient, x, v, h) * np.asarray(v),
        """curvature along v returned: You return one number, v times H v. Asked is the vector H v.
        """: lambda gradient, x, v, h=1e-5: float(np.dot(v, along(gradient, x, v, h))),
    }
)


@hessian_vector_product.mistake
def whole_hessian_measured(gradient, x, v, h=1e-5):
    """You measure the whole Hessian and multiply, 2n gradients where two are enough. Step along v itself."""
    columns = [(gradient(x + h * e) - gradient(x - h * e)) / (2 * h) for e in np.eye(len(x))]
    return np.stack(columns, axis=1) @ v


@hessian_vector_product.mistake
def h_given_is_ignored(gradient, x, v, h=1e-5):
    """The argument h makes no difference. Look for a step size that was written out instead of `h`."""
    return along(gradient, x, v, 1e-5)


@hessian_vector_product.in_place
def v_of_the_caller_changed(gradient, x, v, h=1e-5):
    """You divide inside the caller's v. Make a new array: `v / length`."""
    product = along(gradient, x, v, h)
    if v.dtype.kind == "f" and v.any():
        v /= np.linalg.norm(v)
    return product


@hessian_vector_product.in_place
def x_of_the_caller_changed(gradient, x, v, h=1e-5):
    """After the call x is not as it was: you step inside the caller's array. Write `x + step`, not `x += step`."""
    product = along(gradient, x, v, h)
    if x.dtype.kind == "f" and np.any(v):
        x -= h * v / np.linalg.norm(v)
    return product
