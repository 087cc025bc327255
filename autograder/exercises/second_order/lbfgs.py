"""Exercise ``lbfgs_direction``: the two-loop recursion.

The reference builds the dense inverse that the BFGS update gives and multiplies; the notebook never forms a
matrix (Nocedal and Wright, Numerical Optimization, 2nd edition, equation 6.17 against algorithm 7.4).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.judging import Check, Exercise
from course.probing import Calls, call


def reference(g, S, Y):
    """Return -H g, where H starts as gamma I and takes the BFGS update with each usable pair, oldest first."""
    g = np.array(g, dtype=np.float64)
    pairs = [(np.array(s), np.array(y)) for s, y in zip(S, Y, strict=True) if np.dot(y, s) > 0]
    H = np.eye(len(g))
    if pairs:
        s, y = pairs[-1]
        H *= (s @ y) / (y @ y)
    for s, y in pairs:
        left = np.eye(len(g)) - np.outer(s, y) / (y @ s)
        H = left @ H @ left.T + np.outer(s, s) / (y @ s)
    return -H @ g


def pairs(seed: int, n: int, k: int, bad: tuple[int, ...] = ()) -> tuple[list, list]:
    """Return k steps and gradient differences of a noisy bowl, oldest first; the ``bad`` ones curve
    downwards."""
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((n, n)) / np.sqrt(n)
    H = root @ root.T + np.diag(rng.uniform(0.5, 4, n))
    S = [rng.standard_normal(n) * 10 ** rng.uniform(-1, 0) for _ in range(k)]
    Y = [(-1 if i in bad else 1) * H @ s for i, s in enumerate(S)]
    return S, Y


def case(seed: int, n: int, k: int, bad: tuple[int, ...] = ()) -> tuple:
    """Return (g, S, Y)."""
    return (np.random.default_rng(seed + 50).standard_normal(n), *pairs(seed, n, k, bad))


def inputs(function: Callable) -> list:
    """Return g, S and Y as a call leaves them."""
    outcome = []
    for g, S, Y in (case(21, 4, 3), case(22, 3, 2, bad=(0,))):
        g, S, Y = g.copy(), [s.copy() for s in S], [y.copy() for y in Y]
        call(function, g, S, Y)
        outcome.append([np.array(g), [np.array(s) for s in S], [np.array(y) for y in Y]])
    return outcome


lbfgs_direction = Exercise(
    "lbfgs_direction",
    points=9,
    reference=reference,
    checks=[
        Check(
            name="nothing remembered yet",
            probe=Calls(arguments=[(np.array([3.0, -4.0, 0.5]), [], []), (np.array([1e-3]), [], [])]),
            says="With no pairs the direction is not the plain gradient step.",
        ),
        Check(
            name="equals the dense inverse",
            probe=Calls(
                arguments=[
                    case(1, 5, 1),
                    case(2, 3, 2),
                    case(3, 6, 4),
                    case(4, 30, 10),
                    case(14, 6, 5, bad=(1, 4)),
                ]
            ),
            says="The direction is not minus the BFGS inverse of the usable pairs times g.",
        ),
        Check(
            name="pairs of negative curvature",
            probe=Calls(
                arguments=[
                    case(11, 4, 1, bad=(0,)),
                    case(15, 3, 2, bad=(0, 1)),
                    case(12, 4, 2, bad=(0,)),
                    case(13, 4, 2, bad=(1,)),
                ]
            ),
            says="A pair with y.s <= 0 must be skipped, as if it had never been remembered.",
        ),
        Check(name="g, S and Y as they were", probe=inputs, says="The call changes the caller's g, S or Y."),
    ],
    visible=Calls(
        arguments=[
            (np.array([1.0, 2.0]), [], []),
            (np.array([1.0, 2.0]), [np.array([1.0, 0.0])], [np.array([2.0, 1.0])]),
            (
                np.array([1.0, 2.0]),
                [np.array([1.0, 0.0]), np.array([0.5, -0.5])],
                [np.array([2.0, 1.0]), np.array([0.5, -1.0])],
            ),
            (
                np.array([1.0, 2.0]),
                [np.array([1.0, 0.0]), np.array([0.0, 1.0])],
                [np.array([2.0, 1.0]), np.array([1.0, -3.0])],
            ),
        ]
    ),
    read="Exercise 4. The L-BFGS direction",
)
