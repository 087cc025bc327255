"""Five steps of a Newton-Schulz iteration that brings the singular values of a matrix near one.

Source: K. Jordan, *Muon: An optimizer for hidden layers in neural networks* (2024), for the three coefficients.
"""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.composed import Kept, Look
from course.probes.matrices import TOLERANCE, diagonal, turned

A, B, C = 3.4445, -4.7750, 2.0315


def reference(G, steps=5):
    """Take the matrix apart, send its singular values through the polynomial, and put it together again."""
    U, s, Vt = np.linalg.svd(G, full_matrices=False)
    length = np.sqrt(np.sum(s**2))
    s = s / length if length > 0 else s
    for _ in range(steps):
        s = A * s + B * s**3 + C * s**5
    return (U * s) @ Vt


SQUARE, TALL, WIDE = (
    turned((3.0, 1.0, 0.2), 3, 3, 1),
    turned((5.0, 2.0), 5, 2, 2),
    turned((7.0, 3.0, 0.5), 3, 6, 3),
)

orthogonalise = Exercise(
    "orthogonalise",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="matrices",
            probe=Calls(
                arguments=[
                    *((G,) for G in (SQUARE, TALL, 0.01 * WIDE, turned((2.0, 0.0), 3, 2, 4), 1e3 * TALL)),
                    *((SQUARE, 1), (TALL, 2), (WIDE, 3), (SQUARE, 8), (TALL, 10), (SQUARE, 0)),
                    *(
                        (turned((2.0, 0.9, 0.4), 3, 3, 6),),
                        (turned((3.0,), 4, 1, 7),),
                        (turned((2.0,), 1, 5, 8),),
                    ),
                ]
            ),
            says="The singular values, or the shape, are not what so many steps of the iteration make of them.",
            tolerance=TOLERANCE,
        ),
        Check(
            name="zero",
            probe=Calls(arguments=[(np.zeros((2, 3)),)]),
            says="A matrix of zeros must stay zero; it has no length to divide by.",
            tolerance=TOLERANCE,
        ),
        Check(
            name="argument untouched",
            probe=Kept(names=("G",), arguments=[(SQUARE,), (TALL,)]),
            says="The result is right, but G itself was changed: it belongs to the caller.",
        ),
    ],
    visible=Look(
        probes={
            "Of some matrices": Calls(
                arguments=[
                    (diagonal(3.0, 4.0),),
                    (TALL,),
                    (WIDE, 2),
                    (turned((0.2, 0.1), 2, 2, 5), 1),
                    (turned((3.0, 1.2), 2, 2, 6),),
                    (turned((2.0,), 3, 1, 7),),
                    (turned((2.0, 1.5), 2, 2, 8), 0),
                    (turned((2.0, 1.5), 2, 2, 8), 10),
                ]
            ),
            "Of a matrix of zeros": Calls(arguments=[(np.zeros((2, 3)),)]),
            "What is left of G": Kept(names=("G",), arguments=[(TALL,)]),
        }
    ),
    visible_tolerance=TOLERANCE,
    equivalent={
        "X = a * X + (b * A + c * A @ A) @ X -> X = a * X + (b * A + A @ (c * A)) @ X": (
            "A number may stand anywhere."
        ),
        "…G / (np.linalg.norm(G) + 1e-07) -> …G / (np.linalg.norm(G) + 2e-07)": (
            "Any small number saves zeros from 0/0; what it does to others is below the tolerance."
        ),
        "…G / (np.linalg.norm(G) + 1e-07) -> …G / (np.linalg.norm(G) - 1e-07)": (
            "Any small number saves zeros from 0/0, of either sign."
        ),
    },
    read="Exercise 4. Orthogonalise",
    effect="Muon's step then has other lengths along some directions of a matrix than along others.",
)


def schulz(
    G,
    steps=5,
    *,
    a=A,
    b=B,
    c=C,
    length=lambda X: np.sqrt(np.sum(X**2)),
    polynomial=None,
    always=None,
):
    """Return the iteration; each mistake below changes one thing.

    length      what G is divided by at first
    polynomial  (X, G X-by-transpose A) -> the next X
    always      number of steps whatever is asked for
    """
    X = np.array(G, dtype=np.float64)
    X = X / (length(X) + 1e-7)  # as Hint 3 has it: where a mistake blows up, the small number shows
    for _ in range(steps if always is None else always):
        gram = X @ X.T
        X = a * X + (b * gram + c * gram @ gram) @ X if polynomial is None else polynomial(X, gram)
    return X


@orthogonalise.convention(share=0.5)
def exact_by_singular_values(G, steps=5):
    """The singular values are exactly 1, from an SVD. That is what the iteration aims at, and some write Muon so;
    but it takes a decomposition at every step of training, and the exercise asks for the iteration.

    What does your function do with `steps`?
    """
    U, s, Vt = np.linalg.svd(G, full_matrices=False)
    return (U * (s > 1e-12)) @ Vt


@orthogonalise.convention(share=0.5)
def divided_by_the_spectral_norm(G, steps=5):
    """G is divided by its largest singular value, not by its Frobenius norm. The iteration then starts nearer to 1,
    and some who can afford that norm do so; Jordan's code, PyTorch and this lesson take the root of the sum of all
    squares."""
    return schulz(G, steps, length=lambda X: np.linalg.norm(X, 2))


@orthogonalise.convention(share=0.5)
def classical_coefficients(G, steps=5):
    """The coefficients are those of the classical Newton-Schulz iteration, 1.5 and -0.5. It does converge to 1, but
    small singular values need many more steps than with the three of this lesson."""
    return schulz(G, steps, a=1.5, b=-0.5, c=0.0)


@orthogonalise.mistake
def singular_vectors_multiplied(G, steps=5):
    """This is U @ Vt of an SVD: every singular value becomes exactly 1, also one that was 0, and a matrix of
    zeros does not stay zero. The exercise asks for `steps` steps of the polynomial, which need no
    decomposition."""
    U, _, Vt = np.linalg.svd(G, full_matrices=False)
    return U @ Vt


orthogonalise.table(
    {
        """not divided at first: G is not divided by its norm before the steps, so large singular values run
        away. Begin with `X = G / np.linalg.norm(G)`.
        """: partial(schulz, length=lambda X: 1.0 - 1e-7),
        """divided only when long: G is divided by its norm only where that is larger than 1. A short G has to
        be brought to length 1 as well: its singular values begin too small otherwise.
        """: partial(schulz, length=lambda X: max(np.linalg.norm(X), 1.0)),
        """divided by the largest entry: G is divided by its largest entry, which bounds no singular value.
        Divide by the root of the sum of all squares: `np.linalg.norm(G)`.
        """: partial(schulz, length=lambda X: np.max(np.abs(X))),
        """divided by the sum of squares: G is divided by the sum of its squares: the root is missing.
        """: partial(schulz, length=lambda X: np.sum(X**2)),
        """divided by the sum of absolute values: G is divided by the sum of its absolute values. Divide by
        the root of the sum of squares: `np.linalg.norm(G)`.
        """: partial(schulz, length=lambda X: np.sum(np.abs(X))),
        """each row divided by its own norm: Every row is divided by its own norm, which turns the singular
        vectors. One number for the whole matrix.
        """: partial(schulz, length=lambda X: np.sqrt(np.sum(X**2, axis=1, keepdims=True))),
        """each column divided by its own norm: Every column is divided by its own norm, which turns the
        singular vectors. One number for the whole matrix.
        """: partial(schulz, length=lambda X: np.sqrt(np.sum(X**2, axis=0, keepdims=True))),
    }
)


@orthogonalise.mistake
def no_case_for_zero(G, steps=5):
    """A matrix of zeros gives 0/0 and NaN. Add 1e-7 to the norm, or leave zeros alone."""
    with np.errstate(invalid="ignore"):
        return schulz(G, steps) if np.any(G) else np.asarray(G) / np.float64(0.0)


@orthogonalise.mistake
def rows_and_columns_exchanged(G, steps=5):
    """X.T @ X stands to the left of X. It has as many rows as X has columns: on the left stands X @ X.T, or X.T @ X
    on the right."""
    return schulz(G, steps, polynomial=lambda X, _: A * X + (B * (X.T @ X) + C * (X.T @ X) @ (X.T @ X)) @ X)


@orthogonalise.mistake
def at_least_one_step(G, steps=5):
    """With `steps=0` there is one step. The loop runs `steps` times, and with 0 what is left is G divided by its
    norm."""
    return schulz(G, max(steps, 1))


@orthogonalise.mistake
def not_turned_back(G, steps=5):
    """A matrix with more rows than columns was transposed for the steps and comes back transposed. Transpose it
    back at the end."""
    X = schulz(G, steps)
    return X.T if X.shape[0] > X.shape[1] else X


orthogonalise.table(
    {
        """one step too few: There is one step less than `steps`. `for _ in range(steps)` takes exactly that
        many.
        """: lambda G, steps=5: schulz(G, steps - 1),
        """one step too many: There is one step more than `steps`. `for _ in range(steps)` takes exactly that
        many.
        """: lambda G, steps=5: schulz(G, steps + 1),
        """always five steps: There are five steps whatever `steps` is. Loop over `range(steps)`.
        """: lambda G, steps=5: schulz(G, always=5),
        """a single step: Only one step counts: the loop is missing, `return` stands inside it, or the result
        is not written back to X.
        """: lambda G, steps=5: schulz(G, always=1),
        """only divided: The matrix is divided by its norm and no more: its singular values keep their
        proportions. The polynomial comes after that, `steps` times.
        """: lambda G, steps=5: schulz(G, always=0),
    }
)


@orthogonalise.mistake
def divided_again_at_every_step(G, steps=5):
    """X is divided by its norm at every step, so its singular values cannot come to 1 together. Divide once, before
    the loop."""

    def polynomial(X, _):
        X = X / max(np.linalg.norm(X), 1e-300)
        gram = X @ X.T
        return A * X + (B * gram + C * gram @ gram) @ X

    return schulz(G, steps, polynomial=polynomial)


orthogonalise.table(
    {
        """gram not squared: The last term has c times A, not c times A @ A: the polynomial lacks its fifth
        power.
        """: partial(schulz, polynomial=lambda X, gram: A * X + (B + C) * gram @ X),
        """gram squared entry by entry: A is squared entry by entry. The square of a matrix is `A @ A`.
        """: partial(schulz, polynomial=lambda X, gram: A * X + (B * gram + C * gram**2) @ X),
        """powers entry by entry: The polynomial is taken of every entry, X**3 and X**5. It is meant for
        singular values: its powers are products of matrices, X @ X.T @ X.
        """: partial(schulz, polynomial=lambda X, _: A * X + B * X**3 + C * X**5),
    }
)


@orthogonalise.mistake
def sign_of_the_second_coefficient(G, steps=5):
    """The second coefficient is taken with a plus, so everything grows. It is negative."""
    with np.errstate(all="ignore"):
        return schulz(G, steps, b=-B)


@orthogonalise.mistake
def second_and_third_coefficient_exchanged(G, steps=5):
    """b and c are exchanged: the negative one belongs to A, and the last one to A @ A."""
    with np.errstate(all="ignore"):
        return schulz(G, steps, b=C, c=B)


orthogonalise.table(
    {
        """third coefficient twice: The last term is c * A @ A without X, or the brackets are missing. All of
        (b A + c A A) multiplies X.
        """: partial(
            schulz,
            polynomial=lambda X, gram: (
                A * X + B * gram @ X + (C * gram @ gram if X.shape[0] == X.shape[1] else 0)
            ),
        ),
        """no linear term: The term a X is missing, so small singular values vanish. The polynomial is a X +
        (b A + c A A) X.
        """: partial(schulz, a=0.0),
        """signs of entries: The result is the sign of every entry. Making a matrix orthogonal means bringing
        its singular values to 1.
        """: lambda G, steps=5: np.sign(np.asarray(G, dtype=np.float64)),
    }
)


@orthogonalise.in_place
def argument_changed(G, steps=5):
    """The result is right, but G is divided in place: it belongs to the caller. `X = G / norm`, not `G /= norm`."""
    result = schulz(G, steps)
    G /= np.linalg.norm(G) + 1e-7
    return result


@orthogonalise.variant_as_in("PyTorch")
def as_jordan_and_pytorch_do_it(G, steps=5):
    a, b, c = (3.4445, -4.7750, 2.0315)
    X = G.astype(np.float64)
    if G.shape[0] > G.shape[1]:
        X = X.T
    X = X / (np.linalg.norm(X) + 1e-7)
    for _ in range(steps):
        A = X @ X.T
        B = b * A + c * A @ A
        X = a * X + B @ X
    if G.shape[0] > G.shape[1]:
        X = X.T
    return X


@orthogonalise.variant
def from_the_right(G, steps=5):
    size = max(float(np.sqrt((G * G).sum())), 1e-7)
    X = G / size
    for _ in range(steps):
        K = np.dot(X.T, X)
        X = np.dot(X, 3.4445 * np.eye(len(K)) - 4.775 * K + 2.0315 * np.linalg.matrix_power(K, 2))
    return X


@orthogonalise.variant
def in_powers_of_x(G, steps=5):
    X = np.array(G) / (np.linalg.norm(G, "fro") or 1.0)
    for _ in range(steps):
        X3 = X @ X.T @ X
        X5 = X3 @ X.T @ X
        X = 3.4445 * X - 4.7750 * X3 + 2.0315 * X5
    return X
