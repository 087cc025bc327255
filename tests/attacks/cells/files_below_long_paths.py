"""Files are filled in folders whose paths are longer than any call takes."""
# long: it writes hundreds of megabytes
# stock: skip, it would take the machine with it
import os
import time

made = 0
for _ in range(24):
    os.mkdir("x" * 250)
    os.chdir("x" * 250)
try:
    for number in range(10):
        with open(f"flood{number}", "wb") as file:
            file.write(os.urandom(30 << 20))
            file.flush()
        made += 1
        time.sleep(0.15)
    print("FOUND room for", made, "files")
except OSError:
    pass

def sgd(w, dw, config=None):
    return w, {}
