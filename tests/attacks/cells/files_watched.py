"""Folders are watched, so that names in them are told."""
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)

def call(x86_64, aarch64, *arguments):
    number = x86_64 if platform.machine() == "x86_64" else aarch64
    return libc.syscall(ctypes.c_long(number), *[ctypes.c_long(each) for each in arguments])

if call(294, 26, 0) >= 0 or call(300, 262, 0, 0) >= 0:
    print("FOUND a way to watch folders")

def sgd(w, dw, config=None):
    return w, {}
