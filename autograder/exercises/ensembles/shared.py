"""What the exercises of this lesson share: a softmax of several networks' scores."""

import numpy as np


def softened(scores, axis=-1, shift=lambda s: s.max(axis=-1, keepdims=True)):
    """Return the softmax of one array of scores."""
    odds = np.exp(scores - shift(scores))
    return odds / odds.sum(axis=axis, keepdims=True)


def stacked(scores):
    """Return (models, rows, classes)."""
    return np.array(scores, dtype=np.float64)
