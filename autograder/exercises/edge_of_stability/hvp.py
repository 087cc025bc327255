"""Exercise ``hvp``: the Hessian times a vector from two gradients, here with the names of this lesson.

The formula is that of lesson 08's ``hessian_vector_product``, so the reference is shared: a straight line through
two gradients.  A test holds it to a complex step and to a dense Hessian.
"""

import numpy as np

from autograder.exercises.second_order.hessian_vector_product import (
    along,
    hessian_vector_product,
    reference,
    x_of_the_caller_changed,
)
from autograder.exercises.second_order.shared import coupled_quartic, product_checks
from autograder.judging import Exercise
from course.probes.base import Calls
from course.probes.composed import Kept, Look
from course.probes.curvature import along_a_short_v, bend, default_step_of_a_product

POINT = np.array([-0.4, 1.1, 0.6, -1.8, 0.5])
ALONG = np.array([2.0, -1.0, 0.5, 0.0, -3.0])

hvp = Exercise(
    "hvp",
    points=4,
    reference=reference,
    checks=product_checks(
        "w",
        along=[
            (coupled_quartic, POINT, ALONG, 0.3),
            (coupled_quartic, POINT, 0.01 * ALONG, 0.1),
            (coupled_quartic, np.array([-1.0, 0.0, 2.0]), np.array([0.0, 30.0, 11.0]), 0.2),
            (coupled_quartic, np.array([1.0, 0.5, -2.0]), np.array([0.8, 0.0, 0.6]), 0.1),
            (coupled_quartic, np.array([1, -2, 3]), np.array([1, 0, 2]), 0.1),
            (coupled_quartic, POINT, ALONG, 1e-5),
        ],
        kept=(coupled_quartic, POINT, ALONG, 0.1),
        zeros=(coupled_quartic, POINT, np.zeros(5)),
    ),
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
            "Along a short v": along_a_short_v,
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
    equivalent=hessian_vector_product.equivalent,
)


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


@hvp.variant_as_in("SciPy")
def as_hessp_of_a_jac(grad, w, v, h=1e-5):
    jac, x0, p = grad, np.asarray(w, dtype=float), np.asarray(v, dtype=float)
    norm = np.linalg.norm(p)
    if norm <= np.finfo(float).tiny:
        return np.zeros_like(p)
    eps = h / norm
    return (np.asarray(jac(x0 + eps * p)) - np.asarray(jac(x0 - eps * p))) / (2 * eps)


# Conventions


@hvp.convention(share=0.5)
def step_not_scaled_with_v(grad, w, v, h=1e-5):
    """You step by h times v, however long v is. A long v then steps out of the parabola, and a short one drowns in
    rounding. Divide the step by the length of v, and multiply the difference by it."""
    if not np.any(v):
        return np.zeros(len(v))
    return (grad(w + h * v) - grad(w - h * v)) / (2 * h)


hvp.table(
    {
        """zero v divided by its length: A v of zeros gives NaN, because you divide by its length. Return
        zeros there; all else is right.
        """: lambda grad, w, v, h=1e-5: along(grad, w, v, h) if np.any(v) else np.full(len(v), np.nan),
        """a smaller default h: Your default h is smaller than the one documented, 1e-5. All else is right.
        """: lambda grad, w, v, h=1e-6: along(grad, w, v, h),
        """a larger default h: Your default h is larger than the one documented, 1e-5. All else is right.
        """: lambda grad, w, v, h=1e-4: along(grad, w, v, h),
    },
    share=0.75,
)


@hvp.convention(share=0.75)
def short_v_taken_for_zero(grad, w, v, h=1e-5):
    """A v that is shorter than some limit is taken for a v of zeros. Compare its length with 0: the step is h long
    however short v is."""
    return along(grad, w, v, h) if np.linalg.norm(v) > 1e-6 else np.zeros(len(v))


# Known mistakes, most of them those of lesson 08: its sentence, or one for this lesson

hvp.family(
    hessian_vector_product.known,
    {
        "v of the caller changed": "",
    },
    in_place=True,
)
hvp.family(
    hessian_vector_product.known,
    {
        "forward difference": """You compare the gradient ahead of w with that at w itself, so the error
        shrinks only like h. Step to both sides of w.""",
        "forward difference by h v": """You compare w + h v with w itself. Step to both sides of w, and make
        the step h long whatever the length of v.""",
        "backward difference": """You compare the gradient at w with that behind it, so the error shrinks only
        like h. Step to both sides.""",
        "one side over two steps": """You compare the gradient ahead of w with that at w itself and divide by
        2h, so the product is about half of what it should be. Step to both sides of w.""",
        "divided by h": """The product is twice too large. How far is it from one of the two points to the
        other?""",
        "multiplied by h": "",
        "not divided by h": """The difference of the gradients is not divided by the distance of the points.
        Look for h in the last line.""",
        "minus and plus exchanged": "",
        "length of v forgotten": "",
    },
)


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


hvp.family(
    hessian_vector_product.known,
    {
        "divided by the length twice": """You divide by the length of v where you should multiply. Does a
        longer v make the product longer or shorter?""",
        "length squared": "",
        "multiplied by v": "",
        "curvature along v returned": "",
        "whole hessian measured": "",
        "h given is ignored": "",
    },
)


@hvp.in_place
def w_of_the_caller_changed(grad, w, v, h=1e-5):
    """After the call w is not as it was: you step inside the caller's array. Write `w + step`, not `w += step`."""
    return x_of_the_caller_changed(grad, w, v, h)
