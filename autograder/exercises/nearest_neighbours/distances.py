"""Exercise ``distances``: the Euclidean distance of every row of X to every row of Y.

The reference asks SciPy, which goes through all pairs in C and never subtracts large numbers; the notebook takes
the squared norms less twice the dot products.
"""

from functools import partial

import numpy as np
from scipy.spatial.distance import cdist

from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.neighbours.nearest import bytes_as_numbers, equal_rows, left, rows, visible_distances


def reference(X, Y):
    """Return SciPy's table of distances."""
    return cdist(X, Y)


distances = Exercise(
    "distances",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="all pairs",
            probe=Calls(
                arguments=[
                    (rows(11, 5, 4), rows(12, 3, 4, size=2.0)),
                    (rows(13, 1, 2), rows(14, 6, 2, shift=3.0)),
                    (rows(15, 4, 7, size=30.0), rows(16, 4, 7)),
                    (rows(19, 5, 4), rows(20, 3, 4)),
                ]
            ),
            says="The table of distances of all rows of X to all rows of Y is not right.",
        ),
        Check(
            name="equal rows",
            probe=equal_rows,
            says="A row that stands in X and in Y has no distance 0 to itself.",
        ),
        Check(
            name="pixels of 8 bits",
            probe=bytes_as_numbers,
            says="With pixels of type uint8, as image files have them, the distances are others than with floats.",
        ),
        Check(
            name="arguments",
            probe=lambda candidate: left(candidate, rows(17, 4, 3), rows(18, 5, 3)),
            says="The distances are right, but X or Y is not what it was before the call.",
        ),
    ],
    visible=visible_distances,
    read="Exercise 1. All distances at once",
    effect="Every answer of the classifier is the label of the wrong neighbour, and no error says so.",
)


def differences(X, Y):
    """Return all differences, (N, M, D)."""
    return np.asarray(X, dtype=np.float64)[:, None] - np.asarray(Y, dtype=np.float64)[None]


def expanded(X, Y, *, cross=-2.0, root=np.sqrt, floor=True):
    """Return |x|^2 + cross x.y + |y|^2 and its root; mistakes below change one thing."""
    X, Y = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
    square = (X**2).sum(axis=1)[:, None] + cross * (X @ Y.T) + (Y**2).sum(axis=1)
    return root(np.maximum(square, 0) if floor else square)


@distances.variant_as_in("CS231n")
def two_loops(X, Y):
    table = np.zeros((len(X), len(Y)))
    for i in range(len(X)):
        for j in range(len(Y)):
            table[i, j] = np.sqrt(np.sum((X[i].astype(float) - Y[j]) ** 2))
    return table


@distances.variant
def one_loop(X, Y):
    Y = Y.astype(np.float64)
    return np.array([np.linalg.norm(Y - x, axis=1) for x in X.astype(np.float64)])


@distances.variant
def no_loop_with_three_axes(X, Y):
    return np.sqrt(((X[:, np.newaxis, :] * 1.0 - Y[np.newaxis, :, :]) ** 2).sum(axis=2))


@distances.variant
def norm_of_differences(X, Y):
    return np.linalg.norm(differences(X, Y), axis=-1)


@distances.variant
def squares_and_dot_products(X, Y):
    X, Y = X.astype("float64"), Y.astype("float64")
    a = np.sum(np.square(X), axis=1, keepdims=True)
    b = np.sum(np.square(Y), axis=1, keepdims=True).T
    return np.sqrt(np.clip(a + b - 2 * np.dot(X, Y.T), 0, None))


@distances.variant
def rounding_made_positive(X, Y):
    X, Y = np.array(X, float), np.array(Y, float)
    square = -2 * X.dot(Y.T)
    square += np.einsum("ij,ij->i", X, X)[:, None]
    square += np.einsum("ij,ij->i", Y, Y)[None, :]
    return np.sqrt(np.abs(square))


@distances.variant
def rounding_replaced(X, Y):
    X, Y = X + 0.0, Y + 0.0
    with np.errstate(invalid="ignore"):
        table = ((X**2).sum(1).reshape(-1, 1) + (Y**2).sum(1) - 2 * X @ Y.T) ** 0.5
    return np.nan_to_num(table)


@distances.variant
def column_by_column(X, Y):
    square = 0.0
    for x, y in zip(np.asarray(X, float).T, np.asarray(Y, float).T, strict=True):
        square = square + np.subtract.outer(x, y) ** 2
    return np.hypot(0, np.sqrt(square))


distances.table(
    {
        """no root: What comes back is the squared distance. The nearest row is the same, but no distance is:
        take the root.

        How far is (3, 4) from (0, 0), and what do your lines say?
        """: lambda X, Y: (differences(X, Y) ** 2).sum(axis=2),
        """root of a negative rounding error: For equal rows there is a NaN: `|x|^2 + |y|^2 - 2xy` should be 0
        and is rounded to something like -1e-15. Set what is below 0 to 0 before you take the root.

        What is the root of -1e-15?
        """: partial(expanded, floor=False),
        """l1 for l2: The absolute differences are added: that is the L1 distance. Square the differences,
        add, take the root of the sum.

        At what place in your lines do you add, before the root or after it?
        """: lambda X, Y: np.abs(differences(X, Y)).sum(axis=2),
        """summed over the rows of y: You add over the wrong axis: one number is left for every row of X and
        every column. The columns are the last axis of the differences.

        What shape comes back, and what shape is asked for?
        """: lambda X, Y: np.sqrt((differences(X, Y) ** 2).sum(axis=1)),
        """summed over the rows of x: You add over the first axis, the rows of X. Add over the columns, the
        last axis of the differences.

        What shape comes back, and what shape is asked for?
        """: lambda X, Y: np.sqrt((differences(X, Y) ** 2).sum(axis=0)),
        """everything summed: A single number comes back: without an axis the sum goes over all pairs too.
        Give `sum` the axis of the columns.

        How many distances have 5 rows to 3 others?
        """: lambda X, Y: np.sqrt((differences(X, Y) ** 2).sum()),
        """rows and columns of the table exchanged: The table lies on its side: entry [i, j] must be the
        distance of row i of X to row j of Y.

        Which of X and Y belongs to the first index of your result?
        """: lambda X, Y: expanded(X, Y).T,
        """root of every difference: You average where the formula adds: the distance is divided by the root
        of the number of columns. Add the squares.

        Is there a mean in your lines?
        """: lambda X, Y: np.sqrt((differences(X, Y) ** 2).mean(axis=2)),
        """largest difference only: Only the largest difference of each pair counts, the maximum norm. Add the
        squares of all differences.

        How many columns have a part in each entry of your table?
        """: lambda X, Y: np.abs(differences(X, Y)).max(axis=2),
        """cross term counted once: The dot products are subtracted once; multiplying out `(x-y)^2` gives
        twice their product.

        What is (x - y)(x - y), multiplied out?
        """: partial(expanded, cross=-1.0),
        """cross term added: The dot products are added, which gives the length of x + y. Subtract them,
        twice.

        How far is a row from itself by your formula?
        """: partial(expanded, cross=2.0),
    }
)


@distances.mistake
def norms_left_out(X, Y):
    """One of the two squared norms is missing. The distance needs the one of the row of X and the one of the row
    of Y.

    Which of the three terms do you add?
    """
    X, Y = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
    return np.sqrt(np.maximum((Y**2).sum(axis=1) - 2 * X @ Y.T, 0))


@distances.mistake
def norms_not_lined_up(X, Y):
    """Two rows of norms cannot be added to a table as they are. The norms of X must stand as a column:
    `[:, None]`, or `keepdims=True`.

    What shape have the norms of X, and along which axis of the table do they belong?
    """
    X, Y = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
    return np.sqrt(np.maximum((X**2).sum(axis=1) + (Y**2).sum(axis=1) - 2 * X @ Y.T, 0))


@distances.mistake
def rows_paired_not_crossed(X, Y):
    """Row i of X is compared with row i of Y only. Every row of X must meet every row of Y: give X an axis more,
    `X[:, None]`.

    How many pairs are there of 5 rows and 3 rows?
    """
    return np.sqrt(((np.asarray(X, dtype=np.float64) - np.asarray(Y, dtype=np.float64)) ** 2).sum(axis=1))


@distances.mistake
def dot_products(X, Y):
    """What comes back are dot products, which are large for rows that are alike and far out. Distances need the
    norms.

    How far is a row from itself by your formula?
    """
    return np.asarray(X, dtype=np.float64) @ np.asarray(Y, dtype=np.float64).T


@distances.convention(share=0.8)
def pixels_of_8_bits_overflow(X, Y):
    """It is right for floats. Image files hold `uint8`, whole numbers from 0 to 255, and there 3 - 5 is 254. Turn
    X and Y into floats first.

    What type has an image as it is read from a file?
    """
    return np.sqrt(((X[:, None] - Y[None]) ** 2).sum(axis=2))


@distances.in_place
def the_rows_are_changed(X, Y):
    """The distances are right, but `X` or `Y` has changed (`-=`, `**=` or `out=`), and whoever asks next asks about
    other images. Work on new arrays.

    After your lines, what is in X?
    """
    table = reference(X, Y)
    X *= 2
    return table
