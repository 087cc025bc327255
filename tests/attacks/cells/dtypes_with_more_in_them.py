"""Arrays are of types that carry more than numbers, or lie in memory in every other way."""
# stock: skip, not tried there
import numpy as np

calls = []

def sgd(w, dw, config=None):
    calls.append(1)
    n = np.size(w)
    noted = np.dtype(float, metadata={"points": 4, "self": calls})
    within = np.zeros(8 * n + 1, dtype=np.uint8)[1:].view(np.float64)
    made = [
        np.zeros(n, dtype=noted),
        within,
        np.zeros(n, dtype=">f8"),
        np.zeros(2 * n)[::-2],
        np.lib.stride_tricks.as_strided(np.zeros(n), (n,), (4,)),
        np.zeros(n, dtype="datetime64[ns]"),
        np.zeros(n, dtype="V8"),
        np.zeros(n, dtype="S8"),
        np.zeros((n, 1) + (1,) * 29),
        np.array(w, dtype=np.longdouble) * 0,
    ]
    return made[len(calls) % len(made)], {"velocity": made}
