"""The kernel keeps a record of every lock; a million are taken."""
# long: it takes as many locks as it has time for
import fcntl

file = open("locks", "wb")
try:
    for at in range(0, 2_000_000, 2):
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, at)
    print("FOUND a million locks")
except OSError:
    pass

def sgd(w, dw, config=None):
    return w, {}
