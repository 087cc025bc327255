"""The answer is an array of a gigabyte, and the argument has become one."""
import numpy as np

def sgd(w, dw, config=None):
    return np.zeros(1 << 27), {"cache": np.zeros(1 << 24)}
