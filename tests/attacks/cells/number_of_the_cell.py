"""The number of the cell is negative, huge, a truth value, or no number at all."""
get_ipython().execution_count = -1

def sgd(w, dw, config=None):
    return w, {}

# %%
get_ipython().execution_count = 10**30

# %%
get_ipython().execution_count = True

# %%
class Number(int):
    __add__ = __radd__ = __index__ = __str__ = __repr__ = lambda self, *_: self

get_ipython().execution_count = Number(3)
