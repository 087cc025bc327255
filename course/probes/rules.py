"""A rule that nobody trains with, to be handed to a function that measures rules."""

from __future__ import annotations

import numpy as np


def by_the_root(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
    """Go by the root of each slope, downhill: how far is then neither the slope nor one rate."""
    config = {"learning_rate": 1e-2} | (config or {})
    return np.subtract(w, config["learning_rate"] * np.sign(dw) * np.sqrt(np.abs(dw))), config
