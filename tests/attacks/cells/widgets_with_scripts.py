"""A widget carries its own script, page and state into whoever shows the notebook."""
import ipywidgets
from IPython.display import display

page = ipywidgets.HTML("<script>1</script><img src=x onerror=alert(1)>")
display(page, ipywidgets.Output(), ipywidgets.Image(value=b"<svg onload=1>", format="svg+xml"))
state = {"version_major": 2, "version_minor": 0, "state": {"x": {"model_name": "HTMLModel", "state": {"value": "<script>"}}}}
display({"application/vnd.jupyter.widget-state+json": state, "application/vnd.jupyter.widget-view+json": {"model_id": "x"},
         "application/javascript": "1", "application/pdf": "JVBERi0=", "image/svg+xml": "<svg/>", "text/latex": "$x$"}, raw=True)

def sgd(w, dw, config=None):
    return w, {}
