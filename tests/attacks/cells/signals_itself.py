"""The check stops its own process with a signal."""
import os
import signal

def sgd(w, dw, config=None):
    os.kill(os.getpid(), signal.SIGSEGV)
    os.abort()
