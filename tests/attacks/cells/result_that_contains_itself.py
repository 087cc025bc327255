"""The answer contains itself, twice on every level."""
def sgd(w, dw, config=None):
    found = [0.0]
    found += [found, found]
    return found, {"velocity": found}
