"""The check never returns."""
def sgd(w, dw, config=None):
    while True:
        pass
