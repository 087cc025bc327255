"""Every cell shows as much as one cell may."""
# stock: skip, it would take the machine with it
def sgd(w, dw, config=None):
    return w, {}

# %%
get_ipython().record.left = 10**9
print("x" * 12_000_000)

# %%
get_ipython().record.left = 10**9
print("x" * 12_000_000)

# %%
get_ipython().record.left = 10**9
print("x" * 12_000_000)

# %%
get_ipython().record.left = 10**9
print("x" * 12_000_000)
