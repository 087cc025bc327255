"""What a function that measures or uses curvature does where that is hard to ask in one call.

At which points it asks for a gradient, what it does with a singular Hessian, and whether it needs a matrix for a
vector that is far too long for one.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from course.probes.answers import required
from course.probes.base import Raised, Unusable, call

LONG = 200_000
"""Entries of a vector whose square matrix takes 320 GB."""

STEP = 1e-5
"""The step of finite differences that the exercises document as the default."""


def bend(x: np.ndarray) -> np.ndarray:
    """Return the gradient of a sum of quartics and products of neighbours, (n,) -> (n,)."""
    x = np.asarray(x, dtype=np.float64)
    return 4 * x**3 + np.roll(x, 1) * np.roll(x, -1) + x


def answer_of(function: Callable, *arguments: Any) -> Any:
    """Return what a call returns, or ``Raised``.  Raises ``Unusable`` for a stub and for None."""
    try:
        found = call(function, *arguments)
    except Unusable as trouble:
        if trouble.final:
            raise
        return Raised.of(trouble)
    required(found)
    return found


def default_step(function: Callable, *arguments: Any) -> str:
    """Return how far from its point a finite difference asks for gradients when no step is given, as a word.

    function   ``function(gradient, x, ...)``
    arguments  the point, and what comes after it
    """
    x = np.array(arguments[0], dtype=np.float64)
    asked: list[float] = []

    def gradient(p: np.ndarray) -> np.ndarray:
        asked.append(float(np.linalg.norm(np.asarray(p, dtype=np.float64) - x)))
        return bend(p)

    answer = answer_of(function, gradient, *arguments)
    if isinstance(answer, Raised):
        return f"it raised {answer.error}"
    far = max(asked, default=0.0)
    if abs(far / STEP - 1) < 1e-4:
        return "at a distance of 1e-5"
    if far > STEP:
        return "farther than 1e-5"
    return "closer than 1e-5" if far > 1e-8 else "closer than 1e-8"


def default_step_of_a_hessian(hessian: Callable) -> dict[str, Any]:
    """Return where a Hessian is measured when no step is given."""
    return {"where the gradients are taken": default_step(hessian, np.array([0.3, -1.2, 0.7]))}


def default_step_of_a_product(product: Callable) -> dict[str, Any]:
    """Return where a Hessian-vector product is measured when no step is given."""
    point, along = np.array([0.3, -1.2, 0.7]), np.array([2.0, -1.0, 0.5])
    return {"where the gradients are taken": default_step(product, point, along)}


def along_a_short_v(product: Callable) -> str:
    """Return whether a Hessian-vector product takes a vector of length 1e-7 for zero; its numbers are rounding."""
    point, along = np.array([0.3, -1.2, 0.7]), 1e-7 * np.array([2.0, -1.0, 0.5])
    answer = answer_of(product, bend, point, along, 0.1)
    if isinstance(answer, Raised):
        return str(answer)
    return "not zero" if np.any(np.asarray(answer)) else "zero"


def at_singular_hessians(step: Callable) -> dict[str, Any]:
    """Return, for each singular Hessian, "an error" if a numerical error is raised, else what a step returns."""
    outcome: dict[str, Any] = {}
    for name, H in SINGULAR.items():
        try:
            outcome[name] = call(step, np.arange(1.0, len(H) + 1), H.copy(), 0)
        except Unusable as trouble:
            if trouble.final:
                raise
            numerical = isinstance(
                trouble.__cause__, ValueError | ArithmeticError
            )  # LinAlgError is a ValueError
            outcome[name] = "an error" if numerical else Raised.of(trouble)
    return outcome


SINGULAR = {
    "the step where one curvature is zero": np.diag([3.0, 0.0]),
    "the step where all curvatures are zero": np.zeros((2, 2)),
    "the step where three rows of H are alike": np.ones((3, 3)),
}


@cache
def long_vectors() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a gradient, a step and the difference of gradients along it, of very many parameters."""
    t = np.linspace(0, 1, LONG)
    s = np.sin(5 * t) + 0.5
    return np.cos(9 * t), s, (1 + t) * s


def without_a_matrix(direction: Callable) -> dict[str, Any]:
    """Return a few entries of an L-BFGS direction of very many parameters, or that memory ran out."""
    name = f"the direction for {LONG:,} parameters"
    try:
        g, s, y = (each.copy() for each in long_vectors())
        d = call(direction, g, [s], [y])
    except Unusable as trouble:
        if isinstance(trouble.__cause__, MemoryError):
            return {name: "out of memory: it needs a matrix"}
        raise
    required(d)
    d = np.asarray(d)
    return {name: d[:: LONG // 4] if d.shape == (LONG,) else list(d.shape)}
