"""An integer of a hundred megabytes, and a text of as much, are the answer."""
def sgd(w, dw, config=None):
    return 1 << 800_000_000, {"velocity": "x" * 100_000_000}
