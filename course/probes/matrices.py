"""Matrices with singular values that are known, to be handed to functions that work on matrices."""

from collections.abc import Sequence

import numpy as np

TOLERANCE = 1e-5
"""Some add 1e-7 to a norm, as Jordan's code does, and a small singular value grows 485 times in five steps."""


def diagonal(*values: float) -> np.ndarray:
    """Return a square matrix with these numbers on its diagonal."""
    return np.diag(np.array(values, dtype=np.float64))


def turned(values: Sequence[float], rows: int, columns: int, seed: int) -> np.ndarray:
    """Return a matrix of shape (rows, columns) with these singular values, whose singular vectors lie anyhow.

    The vectors are made by reflections, one after the other, so that no factorisation of a library chooses signs.
    """
    rng = np.random.default_rng(seed)
    core = np.zeros((rows, columns))
    core[range(len(values)), range(len(values))] = values
    for _ in range(max(rows, columns)):
        left, right = rng.standard_normal(rows), rng.standard_normal(columns)
        core = core - 2 * np.outer(left, left @ core) / (left @ left)
        core = core - 2 * np.outer(core @ right, right) / (right @ right)
    return core
