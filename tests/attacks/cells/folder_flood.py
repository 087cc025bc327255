"""Empty files and folders are made by the hundred thousand."""
# stock: skip, it would take the machine with it
import os

made = 0
try:
    for made in range(60_000):
        os.mkdir(f"folder{made}")
    print("FOUND room for", made, "folders")
except OSError:
    pass

def sgd(w, dw, config=None):
    return w, {}
