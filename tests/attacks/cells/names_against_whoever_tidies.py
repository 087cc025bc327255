"""Files have names that are options, patterns, ends of lines, no text at all, or as long as names can be."""
# stock: skip, not tried there
import os

for name in (b"-rf", b"*", b"a\nb", b"\xff\xfe", b"\x1b[2J", b"~", b"$(id)", b"`id`", b"..a", b" ", b"a" * 255, b"\xed\xa0\x80"):
    for make in (os.mkdir, lambda path: open(path, "wb").close(), lambda path: os.mkfifo(path)):
        try:
            make(name)
            name = name[:-1] + b"x"
        except OSError:
            pass

def sgd(w, dw, config=None):
    os.chdir(b"-rf")
    os.chmod(".", 0)
    return w, {}
