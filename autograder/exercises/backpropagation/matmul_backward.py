"""The gradient of a product of two matrices with respect to both."""

import numpy as np

from autograder.exercises.backpropagation.shared import EFFECT
from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(dZ, X, W):
    """Go through every product x * w that enters an entry of Z: each of the two is handed the other."""
    dX, dW = np.zeros(np.shape(X)), np.zeros(np.shape(W))
    for i, row in enumerate(X):
        for j, column in enumerate(np.transpose(W)):
            for k, (x, w) in enumerate(zip(row, column, strict=True)):
                dX[i, k] += dZ[i][j] * w
                dW[k, j] += dZ[i][j] * x
    return dX, dW


def three(n, d, h, seed, digits=15):
    """Return dZ (n, h), X (n, d) and W (d, h)."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).round(digits) for shape in ((n, h), (n, d), (d, h))]


matmul_backward = Exercise(
    "matmul_backward",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="gradients",
            probe=Calls(
                arguments=[three(1, 2, 3, 3), three(2, 2, 2, 2), three(4, 3, 2, 1), three(5, 1, 1, 4)]
            ),
            says="The gradient of X or that of W is not right.",
        ),
    ],
    visible=Calls(
        arguments=[
            (np.array([[1.0, 2, -1]]), np.array([[2.0, 3]]), np.array([[1.0, 0, 2], [-1, 4, 1]])),
            (np.array([[1.0, 2], [0, 3]]), np.array([[2.0, 1], [4, -1]]), np.array([[1.0, 3], [-2, 5]])),
            three(3, 2, 1, 5, digits=2),
        ]
    ),
    returns=("gradient dX", "gradient dW"),
    read="Exercise 2. Back through a matrix product",
    effect=EFFECT,
    equivalent={
        "dX[i, k] += dZ[i][j] * w; dW[k, j] += dZ[i][j] * x -> (exchanged)": "They are two arrays.",
    },
)


matmul_backward.table(
    {
        """transposes forgotten: Neither factor is transposed. dX has the shape of X: which order and
        transpose of dZ and W give that?
        """: lambda dZ, X, W: (dZ @ W, X @ dZ),
        """transpose on the wrong side: The factors stand in the wrong order: W.T @ dZ and dZ @ X.T. A row of
        dX comes from the same row of dZ.
        """: lambda dZ, X, W: (W.T @ dZ, dZ @ X.T),
        """the gradient of x without transpose: dW is right; in dX the W is not transposed.
        """: lambda dZ, X, W: (dZ @ W, X.T @ dZ),
        """the gradient of w without transpose: dX is right; in dW the X is not transposed.
        """: lambda dZ, X, W: (dZ @ W.T, X @ dZ),
        """the gradient of x in the wrong order: dW is right; in dX the factors stand in the wrong order. A
        row of dX comes from the same row of dZ.
        """: lambda dZ, X, W: (W.T @ dZ, X.T @ dZ),
        """the gradient of w in the wrong order: dX is right; in dW the factors stand in the wrong order. A
        column of dW comes from the same column of dZ.
        """: lambda dZ, X, W: (dZ @ W.T, dZ @ X.T),
        """the gradient of x transposed: dX is transposed: it has the shape of X.T. A gradient has the shape of
        what it is the gradient of.
        """: lambda dZ, X, W: (W @ dZ.T, X.T @ dZ),
        """the gradient of w transposed: dW is transposed: it has the shape of W.T. A gradient has the shape of
        what it is the gradient of.
        """: lambda dZ, X, W: (dZ @ W.T, dZ.T @ X),
        """the other factor forgotten: dX is made from X and dW from W. A product hands each factor the other
        one.
        """: lambda dZ, X, W: (dZ @ X.T, W.T @ dZ),
        """the gradients exchanged: dX and dW have changed places in the return.
        """: lambda dZ, X, W: (X.T @ dZ, dZ @ W.T),
        """averaged over the rows: dW is divided by the number of rows. The loss's own 1/N is already in dZ;
        here rows add up.

        Would a sum of losses, without any mean, have the same dW?
        """: lambda dZ, X, W: (dZ @ W.T, X.T @ dZ / len(X)),
        """multiplied entry by entry: The matrices are multiplied entry by entry. Z is a matrix product, and
        its gradients are too: @.
        """: lambda dZ, X, W: (dZ * W.T, X.T * dZ),
        """what arrives is left out: dZ is not used: that is the slope of the sum of all entries of Z.
        Multiply by what arrives.
        """: lambda dZ, X, W: (np.ones_like(dZ) @ W.T, X.T @ np.ones_like(dZ)),
        "sign reversed: Both gradients have the wrong sign.": lambda dZ, X, W: (-(dZ @ W.T), -(X.T @ dZ)),
    }
)


@matmul_backward.variant_as_in("CS231n")
def with_dot(dZ, X, W):
    dX = dZ.dot(W.T)
    dW = X.T.dot(dZ)
    return dX, dW


@matmul_backward.variant
def with_einsum(dZ, X, W):
    return np.einsum("nh,dh->nd", dZ, W), np.einsum("nd,nh->dh", X, dZ)


@matmul_backward.variant
def one_row_at_a_time(dZ, X, W):
    dX, dW = np.zeros_like(X), np.zeros_like(W)
    for n in range(len(X)):
        dX[n] = W @ dZ[n]
        dW += np.outer(X[n], dZ[n])
    return [dX, dW]


@matmul_backward.variant
def transposed_products(dZ, X, W):
    return (W @ dZ.T).T, (dZ.T @ X).T


@matmul_backward.variant
def with_broadcasting(dZ, X, W):
    return (dZ[:, None, :] * W).sum(axis=2), (X[:, :, None] * dZ[:, None, :]).sum(axis=0)


@matmul_backward.variant
def with_tensordot(dZ, X, W):
    return np.tensordot(dZ, W, axes=(1, 1)), np.tensordot(X, dZ, axes=(0, 0))
