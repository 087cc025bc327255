"""The answer is a list of a hundred thousand objects, each of a class of its own name."""
# stock: skip, not tried there

def sgd(w, dw, config=None):
    return [type(f"C{number}", (), {})() for number in range(20_000)] * 5, {"x": [object() for _ in range(100_000)]}
