"""What stands where a widget cannot run: one picture beside the live view, which gives way to it.

A cell shows two things.  The first is the live view; a page that cannot run it shows nothing for it.  The second is
a picture with alt text, which the page hides as soon as the live view has painted.  No script is asked: a style
looks for the view of this one model that has something painted in it.  In one output
with two formats the page would choose before it knew: a page made by ``nbconvert`` with the state of its widgets
chooses the live view, and without a network it would show nothing.
"""

import io
from typing import Any

import ipywidgets as widgets
from IPython.display import display
from PIL import Image

from course.plots import Picture, image

PATIENCE = 4
"""Seconds for which JupyterLab shows nothing until the live view is there; other pages show the picture at once."""

STYLE = """<style>
:is(.jp-OutputArea-child, .output_area):has({live}) + * {stand} {{ display: none; }}
:is(.cell_container, #output-area):has({live}) {stand} {{ display: none; }}
@media screen {{ .jp-NotebookPanel {stand} {{ animation: {wait}s step-end descent-wait; }} }}
@keyframes descent-wait {{ from {{ visibility: hidden; max-height: 0; overflow: hidden; }} }}
.jp-NotebookPanel {stand}::before {{ content: "Run this cell to bring this to life."; }}
.jp-OutputArea-child:has(+ .jp-OutputArea-child {stand}) > .jupyter-widgets:not(:has(*)) {{ display: none; }}
</style>"""
"""Hide the stand-in behind its live view; in JupyterLab wait for that, and if there is none, say how to get one.

The first rule is for JupyterLab and the pages of nbconvert, where the two are neighbours: when something changes
there a browser looks again at these two only, so that a playing widget costs nothing more.  The second is for VS
Code and Colab.  The last takes away what JupyterLab has in place of the view: "Error displaying widget: model not
found".
"""


class StandIn(widgets.DOMWidget):
    """A widget with a picture that stands in for it.

    Within another widget it is part of that one, and shows no picture.
    """

    painted = "canvas, img"
    """What the live view holds once it is painted, as a CSS selector."""

    def still(self) -> dict[str, str]:
        """Return the stand-in: its ``text/html``, and as ``text/plain`` what it shows."""
        raise NotImplementedError

    def _ipython_display_(self) -> None:
        """Show the live view and the stand-in; the description is said once, the picture kept once."""
        still = self.still()
        mark = f"descent-live-{self.model_id}"
        self.add_class(mark)
        bundle: Any = self._repr_mimebundle_()
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        display({**data, "text/plain": still["text/plain"], "text/html": ""}, metadata=metadata, raw=True)
        display({"text/html": standing(still["text/html"], mark, self.painted)}, raw=True)


def standing(shown: str, mark: str, painted: str) -> str:
    """Return HTML that is shown until an element of class ``mark`` holds what is ``painted``."""
    name = mark.replace("live", "standin")
    style = STYLE.format(live=f".{mark} :is({painted})", stand=f".{name}", wait=PATIENCE)
    return f'<div class="descent-standin {name}">{style}\n{shown}</div>'


def small(picture: Picture) -> dict[str, str]:
    """Return a picture as a stand-in, in a palette of 255 colours: a fifth of the size in every saved notebook."""
    buffer = io.BytesIO()
    full = Image.open(io.BytesIO(picture.png)).convert("RGB")
    full.quantize(255, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(buffer, format="png")
    return {
        "text/html": image(buffer.getvalue(), picture.alt, picture.width, turns=picture.turns),
        "text/plain": picture.alt,
    }
