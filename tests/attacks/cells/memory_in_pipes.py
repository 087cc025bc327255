"""Pipes are opened and filled until there are no more."""
# stock: skip, it would take the machine with it
import os
import time

held = 0
for _ in range(16):
    try:
        if os.fork() == 0:
            break
    except OSError:
        break
try:
    while True:
        _, writing = os.pipe()
        os.set_blocking(writing, False)
        held += os.write(writing, bytes(1 << 16))
except OSError:
    pass
if held > 100 << 20:
    print("FOUND memory in pipes")
time.sleep(1)

def sgd(w, dw, config=None):
    return w, {}
