"""The check never returns from one call in C, which no handler interrupts."""
# long: it is ended by a limit of time
import re

def sgd(w, dw, config=None):
    re.match("(a|a)*b", "a" * 60)
    return w, {}
