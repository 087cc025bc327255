"""Another root is entered, and left by the way it was entered."""
# long: it takes seconds
# stock: skip, it only looks for a way out, which the container around stock closes
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)

def call(x86_64, aarch64, *arguments):
    number = x86_64 if platform.machine() == "x86_64" else aarch64
    return libc.syscall(ctypes.c_long(number), *[ctypes.c_long(each) for each in arguments])

import os

for act in (lambda: os.chroot("."), lambda: os.chroot("/tmp")):
    try:
        act()
        print("FOUND another root")
    except OSError:
        pass
name = ctypes.create_string_buffer(b".")
if call(155, 41, ctypes.addressof(name), ctypes.addressof(name)) >= 0:
    print("FOUND another root by pivoting")

def sgd(w, dw, config=None):
    return w, {}
