"""A child in a session of its own outlives its notebook and writes into the next one's place."""
import os
import time

if os.fork() == 0:
    os.setsid()
    for _ in range(200):
        time.sleep(0.05)
        for place in (".", "/tmp", "/dev/shm"):
            try:
                open(os.path.join(place, "from_another_submission"), "w").close()
            except OSError:
                pass
    os._exit(0)

def sgd(w, dw, config=None):
    return w, {}
