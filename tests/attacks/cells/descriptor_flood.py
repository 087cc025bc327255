"""Descriptors are opened until there are no more, and then some more."""
import os
import resource

try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 20, 1 << 20))
except (OSError, ValueError):
    pass
kept = []
try:
    while len(kept) < 5000:
        kept.append(os.open("/dev/null", os.O_RDONLY))
    print("FOUND room for", len(kept), "descriptors")
except OSError:
    pass
for each in kept:
    os.close(each)

def sgd(w, dw, config=None):
    return w, {}
