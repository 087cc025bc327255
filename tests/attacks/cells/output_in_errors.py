"""An error's name, text and traceback are as long as outputs may not be."""
# stock: skip, it would take the machine with it
get_ipython().showtraceback = get_ipython()._showtraceback = lambda *args, **kwargs: get_ipython().record.outputs.append(
    {"output_type": "error", "ename": "x" * 10_000_000, "evalue": "y" * 10_000_000, "traceback": ["z" * 10_000_000] * 3}
)
raise ValueError
