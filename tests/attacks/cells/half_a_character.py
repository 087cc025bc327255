"""Half of a character, which no file can hold, is printed, shown and raised."""
from IPython.display import display

print("\ud83d")
display({"text/plain": "\udfff", "\ud83d": "1"}, raw=True)

def sgd(w, dw, config=None):
    raise ValueError("\ud83d")
