"""The answer is a structured array, a masked one, a memory map, a matrix."""
import numpy as np

calls = []

def sgd(w, dw, config=None):
    calls.append(1)
    made = np.zeros(np.shape(w), dtype=[("x", float), ("y", "O")])
    return [made, np.ma.masked_all(np.shape(w)), np.matrix([[0.0]]), np.float64(np.nan)][len(calls) % 4], {}
