"""The answer is a list in a list in a list, ten million deep."""
# long: it is ended by a limit of time
def sgd(w, dw, config=None):
    found = []
    for _ in range(10_000_000):
        found = [found]
    return found, {}
