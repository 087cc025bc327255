"""Classes, errors and arguments have names that are pages, formulas, escape sequences and lines of a table."""
# stock: skip, not tried there
from IPython.display import display

NAMES = ["<img src=x onerror=alert(1)>", "=1+1", "\x1b[31mx\x1b]0;4 of 4\x07", "\u202ex", "a\nsgd: 4 of 4 points", "\ud83d"]
calls = []

def sgd(w, dw, config=None):
    name = NAMES[len(calls) % len(NAMES)]
    calls.append(1)
    kind = type(name, (Exception,), {"__module__": name, "__qualname__": name})
    if len(calls) % 2:
        raise kind(";=1+1;\n=1+1\n" + name, {name: name})
    return kind(), {name: kind}
# %%
for name in NAMES:
    try:
        display(type(name, (), {"__repr__": lambda self: name})())
    except BaseException:
        pass
raise type(NAMES[0], (Exception,), {})("\n".join(NAMES))
