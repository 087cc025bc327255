"""The config that comes back has keys that all fall into one slot of a dict."""
# long: it is ended by a limit of time
def sgd(w, dw, config=None):
    return w, {key * (2**61 - 1): 0 for key in range(1, 60_000)}
