"""Many processes take locks on many files, each on a byte of its own."""
# long: it takes as many locks as it has time for
# stock: skip, it would take the machine with it
import fcntl
import os
import time

for _ in range(28):
    try:
        if os.fork() == 0:
            break
    except OSError:
        break
taken = 0
until = time.monotonic() + 8
try:
    files = [open(f"lock-{os.getpid()}-{number}", "wb") for number in range(100)]
    for at in range(0, 1 << 24, 2):
        for file in files:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, at)
            taken += 1
        if time.monotonic() > until:
            break
except OSError:
    pass
if taken > 5_000_000:
    print("FOUND room for", taken, "locks")

def sgd(w, dw, config=None):
    return w, {}
