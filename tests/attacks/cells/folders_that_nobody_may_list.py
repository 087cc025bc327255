"""Files are filled in a folder that its owner may not list, so that nobody counts them or takes them away."""
# long: it writes hundreds of megabytes
# stock: skip, it would take the machine with it
import os
import time

os.mkdir("closed", 0o300)
try:
    for number in range(10):
        with open(f"closed/flood{number}", "wb") as file:
            file.write(os.urandom(30 << 20))
            file.flush()
        time.sleep(0.15)
    print("FOUND room for", number, "files")
except OSError:
    pass

def sgd(w, dw, config=None):
    return w, {}
