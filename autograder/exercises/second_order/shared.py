"""A gradient that finite differences are tried on."""

from __future__ import annotations

import numpy as np


def coupled_quartic(x):
    """Return the gradient of the sum of x**4 plus products of three neighbours; (n,) -> (n,)."""
    x = np.asarray(x, dtype=np.float64)
    left, right = np.roll(x, 1), np.roll(x, -1)
    return 4 * x**3 + left * right + right * np.roll(x, -2) + left * np.roll(x, 2)
