"""The config that comes back has keys that are equal and are not, of every kind."""
def sgd(w, dw, config=None):
    nan = float("nan")
    odd = {1: w, 1.5: dw, None: 1, nan: 2, (1, (2, nan)): 3, b"learning_rate": 1, "learning_rate": nan, "": "", "\0": "\0"}
    odd |= {float("nan"): number for number in range(2000)} | {np.float32(1.5): 1, np.str_("w"): w, -0.0: 1, 1j: 2}
    return w, {**(config or {}), **odd, "__class__": 1, "self": odd}
