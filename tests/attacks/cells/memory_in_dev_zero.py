"""A device is mapped that gives memory to whoever shares it."""
# stock: skip, it would take the machine with it
import mmap
import os

for mode in (os.O_RDWR, os.O_RDONLY):
    for place in ("/dev/zero", "/dev/full", "/dev/mem"):
        try:
            mmap.mmap(os.open(place, mode), 1 << 20, prot=mmap.PROT_READ)
            print("FOUND memory at", place)
        except (OSError, ValueError):
            pass

def sgd(w, dw, config=None):
    return w, {}
