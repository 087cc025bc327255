"""The gradient of each row's largest entry; tied entries share it."""

import numpy as np

from autograder.exercises.backpropagation.shared import EFFECT
from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(dout, x):
    """Row by row: list who is as large as the largest, and pay each an equal part."""
    paid = np.zeros(np.shape(x))
    for i, row in enumerate(x):
        winners = [j for j, value in enumerate(row) if value == max(row)]
        for j in winners:
            paid[i, j] = dout[i] / len(winners)
    return paid


GRADED = [
    (np.array([2.0, -1.5, 0.5]), np.array([[0.1, 0.9, 0.3], [1.2, -0.4, 0.8], [-3.0, -1.0, -2.0]])),
    (np.array([3.0, 6.0, -9.0, 0.7]), np.array([[1.0, 1, 0], [2, 2, 2], [-1, -5, -1], [0, 3, 1]])),
    (np.array([1.0, 4.0]), np.array([[2.0, 7, 7, 7], [0, 0, -1, -2]])),
    (np.array([5.0]), np.array([[4.0]])),
    (np.array([1.5, 2.5]), np.array([[7.0, 7.001, 6.999], [0.0, 1e-4, 2e-4]])),
]

max_backward = Exercise(
    "max_backward",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="rows",
            probe=Calls(arguments=GRADED),
            says="The gradient of a row does not go to its largest entries, in equal parts.",
        ),
    ],
    visible=Calls(
        arguments=[
            (np.array([2.0, -3.0]), np.array([[0.5, 4.0, 1.0], [-2.0, -1.0, -7.0]])),
            (np.array([5.0]), np.array([[3.0, 3.001, 2.0]])),
            (np.array([6.0, 8.0, 1.5]), np.array([[3.0, 1.0, 3.0], [5.0, 5.0, 5.0], [9.0, 0.0, 2.0]])),
        ]
    ),
    read="Exercise 4. Back through a max",
    effect=EFFECT,
    equivalent={},
)


def mask(x):
    return x == x.max(axis=1, keepdims=True)


def one_winner(dout, x, column):
    dx = np.zeros(x.shape)
    dx[np.arange(len(x)), column] = dout
    return dx


@max_backward.convention(share=2 / 3)
def the_first_of_a_tie_takes_all(dout, x):
    """Right without ties, and a valid choice with them: PyTorch's max along an axis does so. Here ties share."""
    return one_winner(dout, x, x.argmax(axis=1))


@max_backward.convention(share=2 / 3)
def the_last_of_a_tie_takes_all(dout, x):
    """Right without ties; at a tie the last one is paid alone. Here tied entries share, and no order decides."""
    return one_winner(dout, x, x.shape[1] - 1 - x[:, ::-1].argmax(axis=1))


max_backward.table(
    {
        """ties paid twice: Every tied entry is paid in full, so a row hands out more than arrived. Divide by
        the number of winners.

        If two entries are tied and both grow by 0.01, by how much does the largest grow?
        """: lambda dout, x: mask(x) * dout[:, None],
        """all paid in equal parts: Every entry of a row is paid, as in a mean. Only the largest moves the
        output.
        """: lambda dout, x: np.ones(x.shape) * dout[:, None] / x.shape[1],
        """all paid in full: Every entry of a row is paid, as in a sum. Only the largest moves the output.
        """: lambda dout, x: np.ones(x.shape) * dout[:, None],
        """shared among all winners of the batch: Rows are divided by the number of winners in the whole
        batch. Count by row: axis=1, keepdims=True.
        """: lambda dout, x: mask(x) * dout[:, None] / mask(x).sum(),
    }
)


@max_backward.mistake
def largest_of_the_whole_batch(dout, x):
    """The largest entry of the whole array is looked for. Each row has its own: x.max(axis=1, keepdims=True)."""
    winners = x == x.max()
    return winners * dout[:, None] / np.maximum(winners.sum(axis=1, keepdims=True), 1)


max_backward.table(
    {
        """relu for the max: Positive entries are paid: that is the ReLU. The max of a row pays the largest,
        even if it is negative.
        """: lambda dout, x: (x > 0) * dout[:, None],
        """what arrives is left out: A winner is paid 1, or its part of it, whatever arrives. Multiply by
        dout.
        """: lambda dout, x: mask(x) / mask(x).sum(axis=1, keepdims=True),
        """paid with the value: The winner's value is multiplied in. The slope of the largest entry in itself
        is 1.
        """: lambda dout, x: x * mask(x) * dout[:, None] / mask(x).sum(axis=1, keepdims=True),
    }
)


@max_backward.mistake
def the_smallest_paid(dout, x):
    """The smallest entry of each row is paid."""
    winners = x == x.min(axis=1, keepdims=True)
    return winners * dout[:, None] / winners.sum(axis=1, keepdims=True)


@max_backward.mistake
def sign_reversed(dout, x):
    """The gradient has the wrong sign: if the largest entry grows, so does the output."""
    return -mask(x) * 1.0 * dout[:, None] / mask(x).sum(axis=1, keepdims=True)


@max_backward.mistake
def winners_of_columns(dout, x):
    """The largest of each column is paid. Rows are axis 0, and the largest of a row is taken along axis 1."""
    winners = x == x.max(axis=0)
    return winners * dout[:, None] / np.maximum(winners.sum(axis=1, keepdims=True), 1)


@max_backward.variant
def shared_in_two_lines(dout, x):
    winners = (x == np.max(x, axis=1)[:, None]).astype(float)
    return winners / winners.sum(axis=1)[:, None] * dout.reshape(-1, 1)


@max_backward.variant
def by_rows(dout, x):
    dx = np.zeros(x.shape)
    for n in range(x.shape[0]):
        who = np.flatnonzero(x[n] == np.amax(x[n]))
        dx[n, who] = dout[n] / who.size
    return dx


@max_backward.variant
def with_where(dout, x):
    best = np.amax(x, axis=-1, keepdims=True)
    count = np.count_nonzero(x == best, axis=-1)
    return np.where(x < best, 0.0, (dout / count)[:, np.newaxis])


@max_backward.variant
def with_einsum(dout, x):
    winners = np.equal(x, x.max(1, keepdims=True)) * 1.0
    return np.einsum("n,nc->nc", dout / np.einsum("nc->n", winners), winners)


@max_backward.variant
def by_index_pairs(dout, x):
    rows, columns = np.nonzero(x == x.max(axis=1, keepdims=True))
    dx = np.zeros(x.shape)
    dx[rows, columns] = dout[rows] / np.bincount(rows)[rows]
    return dx


@max_backward.variant
def as_a_comprehension(dout, x):
    return [
        [d * (v == max(row)) / list(row).count(max(row)) for v in row] for d, row in zip(dout, x, strict=True)
    ]


@max_backward.variant
def by_sorting(dout, x):
    best = np.sort(x, axis=1)[:, -1:]
    equal = np.isclose(x, best, rtol=0, atol=0)
    return np.divide(dout[:, None] * equal, equal.sum(1, keepdims=True))


@max_backward.variant_as_in("CS231n")
def max_pool_backward_naive(dout, x):
    N, C = x.shape
    dx = np.zeros_like(x)
    for n in range(N):
        mask = x[n] == np.max(x[n])
        for c in range(C):
            dx[n, c] += dout[n] * mask[c] / np.sum(mask)
    return dx
