"""Many programs take the place of forks and hold as much each as a fork would share with its parent."""
# stock: skip, it would take the machine with it
import os
import sys
import time

PROGRAM = "import os, time; kept = os.urandom(1 << 20) * 100; os.write(1, b'x'); time.sleep(60)"
reading, told = os.pipe()
try:
    for _ in range(9):
        if os.fork() == 0:
            os.dup2(told, 1)
            os.execv(sys.executable, [sys.executable, "-S", "-c", PROGRAM])
    for _ in range(9):
        os.read(reading, 1)
    time.sleep(1)
    print("FOUND room for 900 MB")
except OSError:
    pass

def sgd(w, dw, config=None):
    return w, {}
