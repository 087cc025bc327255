"""Outputs of cells that are over are changed by later ones, cleared, or never end."""
from IPython.display import clear_output, display

handle = display("waiting", display_id="shown")

def sgd(w, dw, config=None):
    return w, {}

# %%
for number in range(3000):
    handle.update({"text/html": "<script>1</script>", "text/plain": "4.0"}, raw=True)
    clear_output(wait=True)

# %%
kept = get_ipython().record.displays
for outputs in kept.values():
    outputs += [outputs, {"output_type": "stream", "name": "stdout", "text": "FOUN" + "D"}] * 10
get_ipython().record.outputs = kept
