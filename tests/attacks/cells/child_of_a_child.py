"""A grandchild whose parents have ended goes on after everything is closed."""
# stock: skip, it only looks for a way out, which the container around stock closes
import os
import time

try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for each in range(3, 256):
                try:
                    os.close(each)
                except OSError:
                    pass
            for _ in range(100):
                time.sleep(0.05)
                try:
                    open("/tmp/still_here", "a").write("x")
                except OSError:
                    pass
        os._exit(0)
except OSError:
    pass

def sgd(w, dw, config=None):
    return w, {}
