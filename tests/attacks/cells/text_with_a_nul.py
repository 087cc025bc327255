"""A NUL byte, a byte order mark and half a character stand in the source that is built and run."""
for text in ("x = 1\0", "\ufeffx = 1", "x = '\ud83d'", "#" * 1_000_000 + "\r" * 100_000):
    try:
        get_ipython().run_cell(text)
        compile(text, "<cell>", "exec")
    except Exception:
        pass

def sgd(w, dw, config=None):
    return w, {}
