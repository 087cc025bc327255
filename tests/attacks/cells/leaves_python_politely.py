"""The check is left by SystemExit and KeyboardInterrupt."""
calls = []

def sgd(w, dw, config=None):
    calls.append(1)
    raise SystemExit(0) if len(calls) % 2 else KeyboardInterrupt
