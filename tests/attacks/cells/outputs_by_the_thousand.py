"""Every cell shows thousands of outputs of one letter."""
# long: it has many cells
# stock: skip, it would take hours there
SHOW = """
get_ipython().record.outputs += [
    {"output_type": "display_data", "data": {"text/plain": "x"}, "metadata": {}} for _ in range(2000)
]
"""
exec(SHOW)

def sgd(w, dw, config=None):
    return w, {}

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)

# %%
exec(SHOW)
