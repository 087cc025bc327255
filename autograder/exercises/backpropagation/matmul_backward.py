"""The gradient of a product of two matrices with respect to both."""

from __future__ import annotations

import numpy as np

from autograder.exercises.backpropagation.shared import EFFECT
from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(dD, X, W):
    """Go through every product x * w that enters an entry of D: each of the two is handed the other."""
    dX, dW = np.zeros(np.shape(X)), np.zeros(np.shape(W))
    for i, row in enumerate(X):
        for j, column in enumerate(np.transpose(W)):
            for k, (x, w) in enumerate(zip(row, column, strict=True)):
                dX[i, k] += dD[i][j] * w
                dW[k, j] += dD[i][j] * x
    return dX, dW


def three(n, d, h, seed):
    """Return dD (n, h), X (n, d) and W (d, h)."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).round(2) for shape in ((n, h), (n, d), (d, h))]


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
            three(3, 2, 1, 5),
        ]
    ),
    returns=("gradient dX", "gradient dW"),
    read="Exercise 2. Back through a matrix product",
    effect=EFFECT,
    equivalent={
        "dX[i, k] += dD[i][j] * w; dW[k, j] += dD[i][j] * x -> (exchanged)": "They are two arrays.",
    },
)


@matmul_backward.mistake
def transposes_forgotten(dD, X, W):
    """Neither factor is transposed. dX has the shape of X: which order and transpose of dD and W give that?"""
    return dD @ W, X @ dD


@matmul_backward.mistake
def transpose_on_the_wrong_side(dD, X, W):
    """The factors stand in the wrong order: W.T @ dD and dD @ X.T. A row of dX comes from the same row of dD."""
    return W.T @ dD, dD @ X.T


@matmul_backward.mistake
def the_gradient_of_x_without_transpose(dD, X, W):
    """dW is right; in dX the W is not transposed."""
    return dD @ W, X.T @ dD


@matmul_backward.mistake
def the_gradient_of_w_without_transpose(dD, X, W):
    """dX is right; in dW the X is not transposed."""
    return dD @ W.T, X @ dD


@matmul_backward.mistake
def the_gradient_of_x_in_the_wrong_order(dD, X, W):
    """dW is right; in dX the factors stand in the wrong order. A row of dX comes from the same row of dD."""
    return W.T @ dD, X.T @ dD


@matmul_backward.mistake
def the_gradient_of_w_in_the_wrong_order(dD, X, W):
    """dX is right; in dW the factors stand in the wrong order. A column of dW comes from the same column of dD."""
    return dD @ W.T, dD @ X.T


@matmul_backward.mistake
def the_gradient_of_x_turned(dD, X, W):
    """dX is transposed: it has the shape of X.T. A gradient has the shape of what it is the gradient of."""
    return W @ dD.T, X.T @ dD


@matmul_backward.mistake
def the_gradient_of_w_turned(dD, X, W):
    """dW is transposed: it has the shape of W.T. A gradient has the shape of what it is the gradient of."""
    return dD @ W.T, dD.T @ X


@matmul_backward.mistake
def the_other_factor_forgotten(dD, X, W):
    """dX is made from X and dW from W. A product hands each factor the other one."""
    return dD @ X.T, W.T @ dD


@matmul_backward.mistake
def the_gradients_exchanged(dD, X, W):
    """dX and dW have changed places in the return."""
    return X.T @ dD, dD @ W.T


@matmul_backward.mistake
def averaged_over_the_rows(dD, X, W):
    """dW is divided by the number of rows. The loss's own 1/N is already in dD; here rows add up.

    Would a sum of losses, without any mean, have the same dW?
    """
    return dD @ W.T, X.T @ dD / len(X)


@matmul_backward.mistake
def multiplied_entry_by_entry(dD, X, W):
    """The matrices are multiplied entry by entry. D is a matrix product, and its gradients are too: @."""
    return dD * W.T, X.T * dD


@matmul_backward.mistake
def what_arrives_is_left_out(dD, X, W):
    """dD is not used: that is the slope of the sum of all entries of D. Multiply by what arrives."""
    return np.ones_like(dD) @ W.T, X.T @ np.ones_like(dD)


@matmul_backward.mistake
def sign_turned(dD, X, W):
    """Both gradients have the wrong sign."""
    return -(dD @ W.T), -(X.T @ dD)


@matmul_backward.variant
def with_dot(dD, X, W):
    dX = dD.dot(W.T)
    dW = X.T.dot(dD)
    return dX, dW


@matmul_backward.variant
def with_einsum(dD, X, W):
    return np.einsum("nh,dh->nd", dD, W), np.einsum("nd,nh->dh", X, dD)


@matmul_backward.variant
def one_row_at_a_time(dD, X, W):
    dX, dW = np.zeros_like(X), np.zeros_like(W)
    for n in range(len(X)):
        dX[n] = W @ dD[n]
        dW += np.outer(X[n], dD[n])
    return [dX, dW]


@matmul_backward.variant
def transposed_products(dD, X, W):
    return (W @ dD.T).T, (dD.T @ X).T


@matmul_backward.variant
def with_broadcasting(dD, X, W):
    return (dD[:, None, :] * W).sum(axis=2), (X[:, :, None] * dD[:, None, :]).sum(axis=0)


@matmul_backward.variant
def with_tensordot(dD, X, W):
    return np.tensordot(dD, W, axes=(1, 1)), np.tensordot(X, dD, axes=(0, 0))
