"""Every return of every function, in every thread, is seen by a function that changes what it finds."""
# stock: skip, not tried there
import sys
import threading

def profile(frame, event, argument):
    if event in ("return", "call") and frame.f_code.co_name in ("run", "do_probe", "do_call", "outgoing", "encode"):
        for value in list(frame.f_locals.values()):
            if isinstance(value, list):
                value[:] = value[:1] * len(value)

sys.setprofile(profile)
threading.setprofile(profile)
getattr(threading, "setprofile_all_threads", print)(profile)

def sgd(w, dw, config=None):
    sys.setprofile(profile)
    return w, {}
