"""The cell waits for somebody to type: input, a password, a debugger, a terminal of its own."""
# long: it waits
import getpass
import pdb
import sys

for wait in (input, getpass.getpass, sys.stdin.read, breakpoint, pdb.set_trace, lambda: get_ipython().run_line_magic("debug", "")):
    try:
        wait()
    except BaseException:
        pass
try:
    import pty

    pty.openpty()
    print("FOUND a terminal")
except OSError:
    pass

def sgd(w, dw, config=None):
    return w, {}
