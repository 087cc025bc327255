"""Threads are started without end."""
# stock: skip, it would take the machine with it
import threading
import time

threading.stack_size(1 << 16)
started = 0
try:
    for _ in range(3000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        started += 1
    time.sleep(1)
    print("FOUND room for", started, "threads")
except RuntimeError:
    pass

def sgd(w, dw, config=None):
    return w, {}
