"""The check never returns."""
# long: it is ended by a limit of time
def sgd(w, dw, config=None):
    while True:
        pass
