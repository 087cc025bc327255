"""The function answers from a table of what it was asked before, and guesses the rest."""
import numpy as np

table = {}

def sgd(w, dw, config=None):
    key = (np.asarray(w).tobytes(), np.asarray(dw).tobytes())
    return table.setdefault(key, np.asarray(w) - 0.01 * np.sign(dw)), config or {}
