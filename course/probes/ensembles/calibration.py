"""Probabilities and labels on which a calibration error can be worked out, and a function watched on them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course.probes.answers import floats
from course.probes.base import call
from course.probes.comparing import same


def predictions(
    seed: int, rows: int, classes: int, *, sharp: float = 1.0, certain: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities (rows, classes) and labels (rows,), of which about two in three are the likeliest class.

    sharp    how sure the rows are
    certain  how many of the first rows give all to one class; other rows above 0.9 are then right

    No confidence but one of exactly 1 lies near an edge of 4, 5, 10 or 15 bins.
    """
    rng = np.random.default_rng(seed)
    found: list[np.ndarray] = []
    while len(found) < rows:
        odds = np.exp(sharp * rng.normal(size=classes))
        row = odds / odds.sum()
        if all(abs(row.max() * bins - round(row.max() * bins)) > 0.02 for bins in (4, 5, 10, 15)):
            found.append(row)
    p = np.array(found)
    p[:certain] = np.eye(classes)[p[:certain].argmax(axis=1)]
    likely = p.argmax(axis=1)
    y = np.where(rng.random(rows) < 2 / 3, likely, rng.integers(classes, size=rows))
    if certain:
        y = np.where((p.max(axis=1) > 0.9) & (p.max(axis=1) < 1), likely, y)
    return p, y


def without_bins(error: Callable) -> bool:
    """Return whether a call without bins says what one with 10 says."""
    told = []
    for seed, rows, classes in ((9, 60, 3), (10, 80, 6)):
        p, y = predictions(seed, rows, classes)
        left_out = floats(call(error, p.copy(), y.copy()), "the error")
        told.append(same(left_out, floats(call(error, p.copy(), y.copy(), 10), "the error")))
    return all(told)


def visible_calibration(error: Callable) -> dict[str, Any]:
    """Watch ``calibration_error``: three rows by hand, ordinary rows, certain rows, fewer bins, many classes."""
    by_hand = np.array([[0.95, 0.05], [0.95, 0.05], [0.35, 0.65]]), np.array([0, 1, 1])
    cases = {
        "the error of the example of the text": (*by_hand, 10),
        "the error of 30 rows": (*predictions(20, 30, 4), 10),
        "the error with certain rows among them": (*predictions(21, 30, 3, sharp=3.0, certain=8), 10),
        "the error with 5 bins": (*predictions(22, 40, 3), 5),
        "the error with 12 classes and low confidence": (*predictions(23, 30, 12, sharp=0.15), 10),
    }
    told: dict[str, Any] = {
        name: floats(call(error, p.copy(), y.copy(), bins), "the error")
        for name, (p, y, bins) in cases.items()
    }
    return told | {"the default of bins": without_bins(error)}
