"""Exercise ``numerical_hessian``: centred differences of the gradient.

The reference fits a parabola through three gradients and reads its slope; the notebook writes the
difference. A separable quartic makes the answer depend on h on the diagonal alone, so that a symmetrised
answer and a raw one are the same, and both are accepted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.judging import Check, Exercise
from course.comparison import rosenbrock_gradient
from course.probes.base import Calls, Unusable, call
from course.surfaces import beale, himmelblau


def reference(gradient, x, h=1e-5):
    """Return the slopes at 0 of the parabolas through the gradients at -h, 0 and +h along each axis."""
    x = np.asarray(x, dtype=np.float64)
    columns = []
    for axis in np.eye(len(x)):
        gradients = [np.array(gradient(x + step * h * axis), dtype=np.float64) for step in (-1, 0, 1)]
        columns.append(np.polynomial.polynomial.polyfit([-1.0, 0.0, 1.0], gradients, 2)[1] / h)
    return np.stack(columns, axis=1)


def coupled_quartic(x):
    """Return the gradient of the sum of x**4 plus products of three neighbours; (n,) -> (n,)."""
    x = np.asarray(x, dtype=np.float64)
    left, right = np.roll(x, 1), np.roll(x, -1)
    return 4 * x**3 + left * right + right * np.roll(x, -2) + left * np.roll(x, 2)


def steep_plane(x):
    """Return the gradient of a gentle bowl on a steep plane: rounding shows when h is tiny; (3,) -> (3,)."""
    return np.array([[2.0, 0.5, 0.0], [0.5, 1.0, -0.3], [0.0, -0.3, 3.0]]) @ x + 1e3


def inputs(function: Callable) -> list:
    """Return the Hessian at whole-numbered points, and the points as the call left them."""
    outcome = []
    for x in (np.array([1, -2, 3, 2]), np.array([0, 2, -1])):
        answer = call(function, coupled_quartic, x)
        if answer is None:
            raise Unusable("returns None", "It returned None. Is there a return statement?")
        outcome.append({"answer": answer, "x after": np.array(x)})
    return outcome


numerical_hessian = Exercise(
    "numerical_hessian",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="centred differences with the h given",
            probe=Calls(
                arguments=[
                    (coupled_quartic, np.array([0.3, -1.2, 0.7, 2.0, -0.4]), 0.5),
                    (coupled_quartic, np.array([1.0, 0.0, -2.0]), 0.125),
                ]
            ),
            says="With a large h the answer is not what centred differences of the gradient give.",
        ),
        Check(
            name="the default h",
            probe=Calls(
                arguments=[
                    (beale.gradient, np.array([2.5, 0.3])),
                    (himmelblau.gradient, np.array([-1.0, 2.0])),
                    (steep_plane, np.array([0.5, -0.2, 1.0])),
                ]
            ),
            says="Without h the answer is far from the analytic Hessian.",
            tolerance=1e-5,
        ),
        Check(
            name="whole numbers, and x as it was",
            probe=inputs,
            says="At an x of whole numbers the answer is wrong, or x is not as it was after the call.",
            tolerance=1e-4,
        ),
    ],
    visible=Calls(
        arguments=[
            (rosenbrock_gradient, np.array([-1.2, 1.0]), 0.1),
            (rosenbrock_gradient, np.array([0.5, 0.5]), 0.01),
            (rosenbrock_gradient, np.array([1, 2]), 0.1),
        ]
    ),
    read="Exercise 2. The Hessian from gradients",
    effect="Newton's step is as good as the curvature it is given.",
)


def differences(gradient, x, h, *, ahead=1.0, behind=1.0, width=2.0):
    """Return differences of gradients ``ahead`` and ``behind`` steps away, over ``width`` steps."""
    x = np.asarray(x, dtype=np.float64)
    axes = np.eye(len(x)) * h
    rows = [gradient(x + ahead * step) - gradient(x - behind * step) for step in axes]
    return np.stack(rows, axis=1) / (width * h)


@numerical_hessian.mistake
def forward_difference(gradient, x, h=1e-5):
    """You compare x + h with x itself, so the error shrinks only like h. Step to both sides of x."""
    return differences(gradient, x, h, behind=0.0, width=1.0)


@numerical_hessian.mistake
def backward_difference(gradient, x, h=1e-5):
    """You compare x with x - h, so the error shrinks only like h. Step to both sides of x."""
    return differences(gradient, x, h, ahead=0.0, width=1.0)


@numerical_hessian.mistake
def divided_by_h(gradient, x, h=1e-5):
    """The two points are further apart than what you divide by. How far is it from x - h to x + h?"""
    return differences(gradient, x, h, width=1.0)


@numerical_hessian.mistake
def half_the_difference_not_divided_by_h(gradient, x, h=1e-5):
    """The difference of the gradients is not divided by the distance. Look for h in the last line."""
    return differences(gradient, x, h) * h


@numerical_hessian.mistake
def multiplied_by_h(gradient, x, h=1e-5):
    """You multiply by h: Python reads `/ 2 * h` from left to right. Put brackets round what is below the
    line."""
    return differences(gradient, x, h) * h**2


@numerical_hessian.mistake
def minus_and_plus_exchanged(gradient, x, h=1e-5):
    """Every curvature has the wrong sign. Which of the two gradients is subtracted?"""
    return -differences(gradient, x, h)


@numerical_hessian.mistake
def all_coordinates_moved_at_once(gradient, x, h=1e-5):
    """Every column is the same: you add h to all of x. Column j moves coordinate j alone."""
    x = np.asarray(x, dtype=np.float64)
    column = (gradient(x + h) - gradient(x - h)) / (2 * h)
    return np.stack([column] * len(x), axis=1)


@numerical_hessian.mistake
def only_the_diagonal(gradient, x, h=1e-5):
    """Only the diagonal is filled. Moving coordinate j changes every entry of the gradient: keep the whole
    column."""
    return np.diag(np.diag(differences(gradient, x, h)))


@numerical_hessian.mistake
def x_not_moved_back(gradient, x, h=1e-5):
    """After a column x stays where the last step left it, so the next column is measured elsewhere. Work on
    a copy, or put the coordinate back."""
    columns = []
    for j in range(len(x)):
        x[j] += h
        ahead = gradient(x).copy()
        x[j] -= 2 * h
        columns.append((ahead - gradient(x)) / (2 * h))
    return np.stack(columns, axis=1)


@numerical_hessian.mistake
def whole_numbers_stay_whole(gradient, x, h=1e-5):
    """An x of integers cannot hold x + h: adding h to an entry of it is rounded away. Look at the type of
    the array you write into."""
    columns = []
    for j in range(len(x)):
        ahead, behind = x.copy(), x.copy()
        ahead[j] += h
        behind[j] -= h
        columns.append((gradient(ahead) - gradient(behind)) / (2 * h))
    return np.stack(columns, axis=1)


@numerical_hessian.mistake
def h_given_is_ignored(gradient, x, h=1e-5):
    """The argument h makes no difference. Look for a step size that was written out instead of `h`."""
    return differences(gradient, x, 1e-5)


@numerical_hessian.mistake
def default_h_too_small(gradient, x, h=1e-12):
    """With a step as small as your default, rounding eats the difference. Look at the default of h."""
    return differences(gradient, x, h)


@numerical_hessian.variant
def in_place_and_put_back(gradient, x, h=1e-5):
    original, dtype = x, np.float64
    x = np.array(x, dtype=dtype)
    H = np.zeros((x.size, x.size))
    for j in range(x.size):
        old = x[j]
        x[j] = old + h
        H[j] += gradient(x.copy())
        x[j] = old - h
        H[j] -= gradient(x.copy())
        x[j] = old
    assert original.shape == x.shape
    return H / (2 * h)


@numerical_hessian.variant
def symmetric_part(gradient, x, h=1e-5):
    H = differences(gradient, x, h)
    return (H + H.T) / 2
