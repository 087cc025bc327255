"""The own folder is full of links: to itself, to each other, to everything, to nothing, and thousands to one file."""
# stock: skip, not tried there
import os

open("one", "w").close()
os.makedirs("folder/in/folder", exist_ok=True)
for number in range(3000):
    try:
        os.link("one", f"folder/{number}")
        os.symlink(("/", "..", f"link{number}", f"link{number + 1}", "/proc/self/root", "gone")[number % 6], f"link{number}")
    except OSError:
        break
try:
    os.symlink("..", "folder/in/folder/up")
    os.rename("folder/in", "folder/in/folder/in")
except OSError:
    pass

def sgd(w, dw, config=None):
    return w, {}
