"""Sliders over frames drawn beforehand.

Every combination of slider positions has its picture, drawn once; moving a slider swaps pictures in the browser and
never asks the kernel, so it is as fast as the hand, and it works in a page without one.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import anywidget
import numpy as np
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course.front import module, style
from course.plots import image
from course.widgets.standin import StandIn

Draw = Callable[..., str]
"""``alt = draw(figure, *values)``: draw one frame on an empty figure and say what it shows."""


class Frames(StandIn, anywidget.AnyWidget):
    """Pictures chosen by sliders.

    controls  one dict per slider: its ``name`` and the ``labels`` of its positions
    place     the position of every slider; setting it from Python moves the sliders
    frames    one PNG per combination, the last slider fastest
    alts      the alt text of every frame
    """

    _esm = module("frames")
    _css = style("frames")
    controls = traitlets.List(traitlets.Dict()).tag(sync=True)
    place = traitlets.List(traitlets.Int()).tag(sync=True)
    frames = traitlets.List(traitlets.Bytes()).tag(sync=True)
    alts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    width = traitlets.Int(640).tag(sync=True)

    @traitlets.validate("place")
    def _inside(self, proposal: dict) -> list[int]:
        place, sizes = list(proposal["value"]), [len(control["labels"]) for control in self.controls]
        if len(place) != len(sizes) or any(not 0 <= at < size for at, size in zip(place, sizes, strict=True)):
            raise traitlets.TraitError(
                f"place must name a position of every slider, below {sizes}; got {place}."
            )
        return place

    @property
    def current(self) -> int:
        """Return the number of the frame that is shown."""
        return int(np.ravel_multi_index(self.place, [len(control["labels"]) for control in self.controls]))

    def still(self) -> dict[str, str]:
        """Return the current frame, for places without widgets."""
        png, alt = self.frames[self.current], self.alts[self.current]
        return {"text/html": image(png, alt, self.width), "text/plain": alt}


def frames(
    draw: Draw,
    controls: Mapping[str, Sequence],
    *,
    start: Sequence[int],
    label: Callable[[Any], str] = str,
    size: tuple[float, float] = (6.4, 3.8),
) -> Frames:
    """Draw one frame per combination of the controls' values and return the figure with its sliders.

    draw      ``alt = draw(figure, *values)``
    controls  slider name -> its values
    start     position of every slider at first
    label     turns a value into the text beside its slider
    """
    pictures, alts = [], []
    figure = Figure(figsize=size, dpi=110)
    figure.set_layout_engine("none")  # a style may ask for an engine, which would cost most of the time
    canvas = FigureCanvasAgg(figure)
    for values in product(*controls.values()):
        figure.clear()
        alts.append(draw(figure, *values))
        buffer = io.BytesIO()
        canvas.print_png(buffer)  # savefig would draw everything twice
        pictures.append(buffer.getvalue())
    described = [
        {"name": name, "labels": [label(value) for value in values]} for name, values in controls.items()
    ]
    return Frames(
        controls=described, place=list(start), frames=pictures, alts=alts, width=round(size[0] * 100)
    )  # fmt: skip
