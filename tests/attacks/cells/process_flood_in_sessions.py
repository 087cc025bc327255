"""Every process goes to a session of its own and forks twice, so that no parent is left."""
# long: it is ended by a limit of time
# stock: skip, it would take the machine with it
import os
import time

until = time.monotonic() + 20
while time.monotonic() < until:
    try:
        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
    except OSError:
        time.sleep(0.01)

def sgd(w, dw, config=None):
    return w, {}
