"""Marks are written backwards between characters that turn the direction of text."""
print("\u202e stniop 4 fo 4 \u2066\u202d")

def sgd(w, dw, config=None):
    raise ValueError("\u202e stniop 4 fo 4")
