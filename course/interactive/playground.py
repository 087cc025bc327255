"""What the playgrounds share: one style sheet, and a figure that stands in where widgets do not run.

A playground is a widget with sliders over a few canvases.  What it needs crosses once; moving a slider needs no
answer from the kernel.
"""

import anywidget
import numpy as np
from matplotlib.figure import Figure

from course.front import style
from course.plots import Picture
from course.widgets.standin import StandIn, small


class Playground(StandIn, anywidget.AnyWidget):
    """A widget that can draw and describe its present setting where widgets do not run."""

    _css = style("playground")

    def figure(self) -> Figure:
        """Return the picture of the present setting."""
        raise NotImplementedError

    def describe(self) -> str:
        """Return what the picture shows, made from the present setting."""
        raise NotImplementedError

    def still(self) -> dict[str, str]:
        """Return the picture of the present setting with its description."""
        with np.errstate(all="ignore"):  # a run that diverges is drawn as far as it goes
            return small(Picture(self.figure(), self.describe()))
