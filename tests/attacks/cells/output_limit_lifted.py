"""The limit on outputs, which the cell can reach, is lifted."""
# stock: skip, it would take the machine with it
get_ipython().record.left = get_ipython().record.limit = get_ipython().record.rich = 10**9
print("x" * 60_000_000)

def sgd(w, dw, config=None):
    return w, {}
