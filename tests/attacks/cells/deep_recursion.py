"""The check recurses until the stack of Python, or of C, is gone."""
# long: it is ended by a limit of time
import sys

sys.setrecursionlimit(10**9)

def sgd(w, dw, config=None):
    return sgd(w, dw, config)
