"""Exercise ``hvp``: the Hessian times a vector from two gradients, here with the names of this lesson.

The formula is that of lesson 08's ``hessian_vector_product``, so the reference is shared: a straight line through
two gradients.  A test holds it to a complex step and to a dense Hessian.
"""

from __future__ import annotations

import numpy as np

from autograder.exercises.second_order.hessian_vector_product import reference
from autograder.exercises.second_order.shared import coupled_quartic
from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.composed import Kept, Look
from course.probes.curvature import bend, default_step_of_a_product

POINT = np.array([-0.4, 1.1, 0.6, -1.8, 0.5])
ALONG = np.array([2.0, -1.0, 0.5, 0.0, -3.0])

hvp = Exercise(
    "hvp",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="a centred difference along v",
            probe=Calls(
                arguments=[
                    (coupled_quartic, POINT, ALONG, 0.3),
                    (coupled_quartic, POINT, 0.01 * ALONG, 0.1),
                    (coupled_quartic, np.array([-1.0, 0.0, 2.0]), np.array([0.0, 30.0, 11.0]), 0.2),
                    (coupled_quartic, np.array([1.0, 0.5, -2.0]), np.array([0.8, 0.0, 0.6]), 0.1),
                    (coupled_quartic, np.array([1, -2, 3]), np.array([1, 0, 2]), 0.1),
                    (coupled_quartic, POINT, ALONG, 1e-5),
                ]
            ),
            says="The answer is not the centred difference of gradients along v with the h that was given.",
        ),
        Check(
            name="a v of zeros",
            probe=Calls(arguments=[(coupled_quartic, POINT, np.zeros(5))]),
            says="The product with a vector of zeros is not zero.",
        ),
        Check(
            name="the default h",
            probe=default_step_of_a_product,
            says="Without h the gradients are not taken at a distance of 1e-5.",
        ),
        Check(
            name="w and v as they were",
            probe=Kept(names=["w", "v"], arguments=[(coupled_quartic, POINT, ALONG, 0.1)]),
            says="The call changes the caller's w or v.",
        ),
    ],
    visible=Look(
        probes={
            "Along v": Calls(
                arguments=[
                    (bend, np.array([-0.2, 1.1, 0.5]), np.array([0.8, 0.0, 0.6]), 0.3),
                    (bend, np.array([-0.2, 1.1, 0.5]), np.array([6.0, 2.0, -3.0]), 0.1),
                    (bend, np.array([1.0, -0.5, 0.3]), np.array([0.0, 0.02, 0.03]), 0.1),
                    (bend, np.array([-0.2, 1.1, 0.5]), np.array([0.8, 0.0, 0.6]), 1e-5),
                ]
            ),
            "Along a v of zeros": Calls(arguments=[(bend, np.array([-0.2, 1.1, 0.5]), np.zeros(3))]),
            "Without h": default_step_of_a_product,
            "At a w and a v of whole numbers": Calls(
                arguments=[(bend, np.array([1, -2, 3]), np.array([1, 0, 2]), 0.1)]
            ),
            "After a call": Kept(
                names=["w", "v"],
                arguments=[(bend, np.array([-0.2, 1.1, 0.5]), np.array([1.0, -2.0, 0.5]), 0.1)],
            ),
        }
    ),
    read="Exercise 1. The Hessian times a vector",
    effect="Every sharpness is measured with these products: the edge is seen in another place than where it is.",
    equivalent={
        "return np.zeros(len(v)) -> return np.zeros(len(v), dtype='float32')": "Zero is exact in every type.",
        "…polynomial.polyfit([-h, h], ends, 1)[1] -> …polynomial.polyfit([-h, h], ends, 2)[1]": (
            "Every parabola through two points has the slope of their line half way between them."
        ),
    },
)


def along(grad, w, v, h=1e-5, *, ahead=1.0, behind=1.0, width=2.0, back=lambda n: n, unit=lambda v, n: v / n):
    """Return the product; each mistake below changes one thing."""
    n = np.linalg.norm(v)
    if n == 0:
        return np.zeros(len(v))
    step = h * unit(np.asarray(v, dtype=np.float64), n)
    return back(n) * (grad(w + ahead * step) - grad(w - behind * step)) / (width * h)


# Right answers in other styles


@hvp.variant
def normalised_first(grad, w, v, h=1e-5):
    norm = np.sqrt((v**2).sum())
    if norm < 1e-300:
        return 0.0 * v
    u = v / norm
    g_plus = grad(w + h * u)
    g_minus = grad(w - h * u)
    return (g_plus - g_minus) / (2 * h) * norm


@hvp.variant
def with_eps_over_the_norm(grad, w, v, h=1e-5):
    if not np.any(v):
        return np.zeros(np.shape(v))
    eps = h / np.linalg.norm(v)
    return (grad(w + eps * v) - grad(w - eps * v)) / (2 * eps)


@hvp.variant
def two_halves(grad, w, v, h=1e-5):
    size = float(np.sqrt(v @ v))
    if size == 0.0:
        return np.zeros(v.shape)
    r = h / size
    plus, minus = (0.5 / r * grad(w + s * r * v) for s in (1, -1))
    return plus - minus


@hvp.variant
def with_a_floor_under_the_norm(grad, w, v, h=1e-5):
    v = np.asarray(v, dtype=float)
    norm = max(np.linalg.norm(v), 1e-30)
    d = h * v / norm
    return norm * (np.asarray(grad(w + d)) - np.asarray(grad(w - d))) / (h + h)


@hvp.variant
def by_a_gradient_along_the_line(grad, w, v, h=1e-5):
    norm = np.linalg.norm(v)
    if norm == 0:
        return v * 0.0
    line = lambda t: grad(w + t * (v / norm))  # noqa: E731
    return norm * (line(h) - line(-h)) / 2 / h


@hvp.variant
def as_a_list(grad, w, v, h=1e-5):
    n = sum(x * x for x in v) ** 0.5
    if n == 0:
        return [0.0] * len(v)
    up = grad(np.array([a + h * b / n for a, b in zip(w, v, strict=True)]))
    down = grad(np.array([a - h * b / n for a, b in zip(w, v, strict=True)]))
    return [(a - b) * n / (2 * h) for a, b in zip(up, down, strict=True)]


# Conventions


@hvp.convention(share=0.5)
def step_not_scaled_with_v(grad, w, v, h=1e-5):
    """You step by h times v, however long v is. A long v then steps out of the parabola, and a short one drowns in
    rounding. Divide the step by the length of v, and multiply the difference by it."""
    if not np.any(v):
        return np.zeros(len(v))
    return (grad(w + h * v) - grad(w - h * v)) / (2 * h)


@hvp.convention(share=0.75)
def zero_v_divided_by_its_length(grad, w, v, h=1e-5):
    """A v of zeros gives NaN, because you divide by its length. Return zeros there; all else is right."""
    return along(grad, w, v, h) if np.any(v) else np.full(len(v), np.nan)


@hvp.convention(share=0.75)
def a_smaller_default_h(grad, w, v, h=1e-6):
    """Your default h is smaller than the one documented, 1e-5. All else is right."""
    return along(grad, w, v, h)


@hvp.convention(share=0.75)
def a_larger_default_h(grad, w, v, h=1e-4):
    """Your default h is larger than the one documented, 1e-5. All else is right."""
    return along(grad, w, v, h)


# Known mistakes


@hvp.mistake
def forward_difference(grad, w, v, h=1e-5):
    """You compare the gradient ahead of w with that at w itself, so the error shrinks only like h. Step to both
    sides of w."""
    return along(grad, w, v, h, behind=0.0, width=1.0)


@hvp.mistake
def forward_difference_by_h_v(grad, w, v, h=1e-5):
    """You compare w + h v with w itself. Step to both sides of w, and make the step h long whatever the length
    of v."""
    return (grad(w + h * v) - grad(w)) / h


@hvp.mistake
def backward_difference(grad, w, v, h=1e-5):
    """You compare the gradient at w with that behind it, so the error shrinks only like h. Step to both sides."""
    return along(grad, w, v, h, ahead=0.0, width=1.0)


@hvp.mistake
def divided_by_h(grad, w, v, h=1e-5):
    """The product is twice too large. How far is it from one of the two points to the other?"""
    return along(grad, w, v, h, width=1.0)


@hvp.mistake
def multiplied_by_h(grad, w, v, h=1e-5):
    """You multiply by h: Python reads `/ 2 * h` from left to right. Put brackets round what is below the line."""
    return along(grad, w, v, h) * h**2


@hvp.mistake
def not_divided_by_h(grad, w, v, h=1e-5):
    """The difference of the gradients is not divided by the distance of the points. Look for h in the last line."""
    return along(grad, w, v, h) * 2 * h


@hvp.mistake
def minus_and_plus_exchanged(grad, w, v, h=1e-5):
    """The product has the wrong sign. Which of the two gradients is subtracted?"""
    return -along(grad, w, v, h)


@hvp.mistake
def length_of_v_forgotten(grad, w, v, h=1e-5):
    """You return the product with v / |v|. The product is linear in v: multiply by the length again."""
    return along(grad, w, v, h, back=lambda n: 1.0)


@hvp.mistake
def forward_difference_and_length_forgotten(grad, w, v, h=1e-5):
    """Two things: you compare the gradient ahead of w with that at w itself, where both sides are meant, and you
    return the product with v / |v|. Multiply by the length of v again."""
    return along(grad, w, v, h, behind=0.0, width=1.0, back=lambda n: 1.0)


@hvp.mistake
def length_of_v_counted_twice(grad, w, v, h=1e-5):
    """You step by h times v and multiply by the length of v besides, so the length counts twice. Step by
    `h * v / length`; the length in front is right then."""
    if not np.any(v):
        return np.zeros(len(v))
    return np.linalg.norm(v) * (grad(w + h * v) - grad(w - h * v)) / (2 * h)


@hvp.mistake
def divided_by_the_length_twice(grad, w, v, h=1e-5):
    """You divide by the length of v where you should multiply. Does a longer v make the product longer or
    shorter?"""
    return along(grad, w, v, h, back=lambda n: 1 / n)


@hvp.mistake
def length_squared(grad, w, v, h=1e-5):
    """You take v.v for the length of v. The length is its root: `np.linalg.norm(v)`."""
    return along(grad, w, v, h, unit=lambda v, n: v / n**2, back=lambda n: n**2)


@hvp.mistake
def multiplied_by_v(grad, w, v, h=1e-5):
    """You multiply the slope by v, entry by entry. The difference of the gradients is the product already; only
    the length of v is missing."""
    return along(grad, w, v, h) * np.asarray(v)


@hvp.mistake
def curvature_along_v_returned(grad, w, v, h=1e-5):
    """You return one number, v times H v. Asked is the vector H v."""
    return float(np.dot(v, along(grad, w, v, h)))


@hvp.mistake
def whole_hessian_measured(grad, w, v, h=1e-5):
    """You measure the whole Hessian and multiply, 2n gradients where two are enough. Step along v itself."""
    columns = [(grad(w + h * e) - grad(w - h * e)) / (2 * h) for e in np.eye(len(w))]
    return np.stack(columns, axis=1) @ v


@hvp.mistake
def h_given_is_ignored(grad, w, v, h=1e-5):
    """The argument h makes no difference. Look for a step size that was written out instead of `h`."""
    return along(grad, w, v, 1e-5)


@hvp.mistake
def v_of_the_caller_changed(grad, w, v, h=1e-5):
    """You divide inside the caller's v. Make a new array: `v / length`."""
    product = along(grad, w, v, h)
    if v.dtype.kind == "f" and v.any():
        v /= np.linalg.norm(v)
    return product


@hvp.mistake
def w_of_the_caller_changed(grad, w, v, h=1e-5):
    """After the call w is not as it was: you step inside the caller's array. Write `w + step`, not `w += step`."""
    product = along(grad, w, v, h)
    if w.dtype.kind == "f" and np.any(v):
        w -= h * v / np.linalg.norm(v)
    return product
