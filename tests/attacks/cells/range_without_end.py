"""The answer is a range of a billion numbers, which takes no room before it is an array."""
def sgd(w, dw, config=None):
    return range(1 << 40), {"learning_rate": range(1 << 62), "w": slice(0, 1 << 62)}
