"""Exercise ``numerical_hessian``: centred differences of the gradient.

The reference draws a straight line through two gradients and reads its slope; the notebook writes the difference.
A separable quartic makes the answer depend on h on the diagonal alone, so that a symmetrised answer and a raw one
are the same, and both are accepted.
"""

from functools import partial

import numpy as np

from autograder.exercises.second_order.shared import coupled_quartic
from autograder.judging import Check, Exercise
from course.comparison import rosenbrock_gradient
from course.probes.base import Calls
from course.probes.composed import Kept, Look
from course.probes.curvature import bend, default_step_of_a_hessian
from course.surfaces import beale, himmelblau


def reference(gradient, x, h=1e-5):
    """Return the slopes of the straight lines through the gradients at -h and +h along each axis."""
    columns = []
    for axis in np.eye(len(x)):
        ends = [gradient(x + side * axis) for side in (-h, h)]
        columns.append(np.polynomial.polynomial.polyfit([-h, h], ends, 1)[1])
    return np.stack(columns)


numerical_hessian = Exercise(
    "numerical_hessian",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="centred differences with the h given",
            probe=Calls(
                arguments=[
                    (coupled_quartic, np.array([0.3, -1.2, 0.7, 2.0, -0.4]), 0.3),
                    (coupled_quartic, np.array([1.0, 0.0, -2.0]), 0.1),
                    (coupled_quartic, np.array([0.0, 0.5]), 0.2),
                    (coupled_quartic, np.array([1, -2, 3, 2]), 0.1),
                    (beale.gradient, np.array([2.5, 0.3]), 1e-5),
                    (himmelblau.gradient, np.array([-1.0, 2.0]), 1e-5),
                ]
            ),
            says="The answer is not what centred differences of the gradient give with the h that was given.",
        ),
        Check(
            name="the default h",
            probe=default_step_of_a_hessian,
            says="Without h the gradients are not taken at a distance of 1e-5.",
        ),
        Check(
            name="x as it was",
            probe=Kept(names=["x"], arguments=[(coupled_quartic, np.array([1.0, -2.0, 3.0]), 0.1)]),
            says="After the call x is not as it was.",
        ),
    ],
    visible=Look(
        probes={
            "With the h given": Calls(
                arguments=[
                    (rosenbrock_gradient, np.array([-1.2, 1.0]), 0.1),
                    (rosenbrock_gradient, np.array([0.5, 0.5]), 0.01),
                    (bend, np.array([0.3, -1.2, 0.7]), 0.3),
                    (rosenbrock_gradient, np.array([-1.2, 1.0]), 1e-5),
                ]
            ),
            "At an x of whole numbers": Calls(arguments=[(rosenbrock_gradient, np.array([1, 2]), 0.1)]),
            "Without h": default_step_of_a_hessian,
            "After a call": Kept(names=["x"], arguments=[(rosenbrock_gradient, np.array([-1.2, 1.0]), 0.1)]),
        }
    ),
    read="Exercise 1. The Hessian from gradients",
    effect="Newton's step is as good as the curvature it is given.",
    equivalent={
        "H[:, j] = (gradient(x + step)… -> H[j, :] = (gradient(x + step)…": (
            "The Hessian is symmetric, and the lesson allows rows for columns."
        ),
        "…polynomial.polyfit([-h, h], ends, 1)[1]) -> …polynomial.polyfit([-h, h], ends, 2)[1])": (
            "Every parabola through two points has the slope of their line half way between them."
        ),
    },
)


def differences(gradient, x, h, *, ahead=1.0, behind=1.0, width=2.0):
    """Return differences of gradients ``ahead`` and ``behind`` steps away, over ``width`` steps."""
    x = np.asarray(x, dtype=np.float64)
    axes = np.eye(len(x)) * h
    rows = [gradient(x + ahead * step) - gradient(x - behind * step) for step in axes]
    return np.stack(rows, axis=1) / (width * h)


@numerical_hessian.convention(share=0.75)
def another_default_h(gradient, x, h=1e-6):
    """Your default h is smaller than the one documented, 1e-5. All else is right."""
    return differences(gradient, x, h)


@numerical_hessian.convention(share=0.75)
def a_larger_default_h(gradient, x, h=1e-4):
    """Your default h is larger than the one documented, 1e-5. All else is right."""
    return differences(gradient, x, h)


@numerical_hessian.convention(share=0.75)
def answer_of_whole_numbers(gradient, x, h=1e-5):
    """It is right where x holds floats. Where x holds whole numbers the Hessian is made with their type, and every
    entry is cut to a whole number. Make an array of floats.

    What is the dtype of `np.zeros((n, n), dtype=x.dtype)`?
    """
    return differences(gradient, x, h).astype(np.asarray(x).dtype)


@numerical_hessian.convention(share=0.5)
def step_scaled_with_x(gradient, x, h=1e-5):
    """Your step grows with x where an entry is above 1, the relative step of Dennis and Schnabel. Here h itself is
    the step, wherever x is."""
    x = np.asarray(x, dtype=np.float64)
    steps = h * np.maximum(1, np.abs(x))
    rows = [gradient(x + step) - gradient(x - step) for step in np.diag(steps)]
    return np.stack(rows, axis=1) / (2 * steps)


numerical_hessian.table(
    {
        """forward difference: You compare x + h with x itself, so the error shrinks only like h. Step to both
        sides of x.
        """: partial(differences, behind=0.0, width=1.0),
        """forward difference in rows: You compare x + h with x itself, so the error shrinks only like h, and
        the matrix is not symmetric. Step to both sides of x.
        """: lambda gradient, x, h=1e-5: differences(gradient, x, h, behind=0.0, width=1.0).T,
        """backward difference in rows: You compare x with x - h, so the error shrinks only like h, and the
        matrix is not symmetric. Step to both sides of x.
        """: lambda gradient, x, h=1e-5: differences(gradient, x, h, ahead=0.0, width=1.0).T,
        """backward difference: You compare x with x - h, so the error shrinks only like h. Step to both sides
        of x.
        """: partial(differences, ahead=0.0, width=1.0),
        """one side over two steps: You compare x + h with x itself and divide by 2h, so every curvature is
        about half of what it should be. Step to both sides of x.
        """: partial(differences, behind=0.0),
        """one side over two steps in rows: You compare x + h with x itself and divide by 2h, so every
        curvature is about half of what it should be. Step to both sides of x.
        """: lambda gradient, x, h=1e-5: differences(gradient, x, h, behind=0.0).T,
        """divided by h: The two points are farther apart than what you divide by. How far is it from x - h to
        x + h?
        """: partial(differences, width=1.0),
        """half the difference not divided by h: The difference of the gradients is not divided by the
        distance. Look for h in the last line.
        """: lambda gradient, x, h=1e-5: differences(gradient, x, h) * h,
        """multiplied by h: You multiply by h: Python reads `/ 2 * h` from left to right. Put brackets round
        what is below the line.
        """: lambda gradient, x, h=1e-5: differences(gradient, x, h) * h**2,
        """minus and plus exchanged: Every curvature has the wrong sign. Which of the two gradients is
        subtracted?
        """: lambda gradient, x, h=1e-5: -differences(gradient, x, h),
    }
)


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


@numerical_hessian.in_place
def x_of_the_caller_left_moved(gradient, x, h=1e-5):
    """The Hessian is right, but after the call x is not as it was: you move the caller's own array. Work on a
    copy."""
    H = differences(gradient, x, h)
    if x.dtype.kind == "f":
        x[-1] -= h
    return H


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
def gradients_in_float32(gradient, x, h=1e-5):
    """The gradients are kept in float32, and with a small h their difference drowns in rounding. Keep them in
    float64: look for a type of an array or a `float32`."""
    x = np.asarray(x, dtype=np.float64)
    pairs = [(np.float32(gradient(x + h * e)), np.float32(gradient(x - h * e))) for e in np.eye(len(x))]
    return np.stack([(a - b) / (2 * h) for a, b in pairs], axis=1)


@numerical_hessian.mistake
def h_given_is_ignored(gradient, x, h=1e-5):
    """The argument h makes no difference. Look for a step size that was written out instead of `h`."""
    return differences(gradient, x, 1e-5)


@numerical_hessian.mistake
def default_h_too_small(gradient, x, h=1e-12):
    """With a step as small as your default, rounding eats the difference. Look at the default of h."""
    return differences(gradient, x, h)


@numerical_hessian.variant_as_in("CS231n")
def in_place_and_put_back(gradient, x, h=1e-5):
    """As CS231n's ``eval_numerical_gradient_array`` does, an entry at a time."""
    x = np.array(x, dtype=np.float64)
    H = np.zeros((x.size, x.size))
    for j in range(x.size):
        old = x[j]
        x[j] = old + h
        H[j] += gradient(x.copy())
        x[j] = old - h
        H[j] -= gradient(x.copy())
        x[j] = old
    return H / (2 * h)


@numerical_hessian.variant
def symmetric_part(gradient, x, h=1e-5):
    H = differences(gradient, x, h)
    return (H + H.T) / 2


@numerical_hessian.variant
def all_points_at_once(gradient, x, h=1e-5):
    """As d2l's readers write it: rows of points, a list of gradients."""
    shifts = h * np.eye(len(x))
    return [(np.array(gradient(x + e)) - np.array(gradient(x - e))) / 2 / h for e in shifts]


@numerical_hessian.variant_as_in("SciPy")
def by_scipys_derivative(gradient, x, h=1e-5):
    """As ``scipy.optimize`` does it for a vector function: its centred Jacobian with an absolute step."""
    from scipy.optimize._numdiff import approx_derivative

    x = np.asarray(x, dtype=float)
    return approx_derivative(
        lambda p: np.asarray(gradient(p)), x, method="3-point", abs_step=np.full(len(x), h)
    )
