"""Matplotlib figures that a widget keeps: made once, changed in place, shown as an image."""

import io
from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course import plots
from course.surfaces import Surface


def blank_axes(width: float = 6.0, height: float = 4.0) -> Axes:
    """Return the axes of a new figure, in inches, that pyplot neither keeps nor shows by itself."""
    figure = Figure(figsize=(width, height), dpi=80)
    FigureCanvasAgg(figure)
    return figure.subplots()


def background(ax: Axes, surface: Surface) -> Axes:
    """Draw a surface on the axes as one image, and return them.

    The level lines are painted once for all axes of a size, on a figure of their own; every later frame copies
    pixels instead of painting thousands of line segments again.
    """
    (x_low, x_high), (y_low, y_high) = surface.domain
    box = ax.get_window_extent()
    pixels = painted(surface, float(box.width), float(box.height))
    ax.imshow(pixels, extent=(x_low, x_high, y_low, y_high), aspect="auto", gid=plots.MAP)
    ax.set(xlim=(x_low, x_high), ylim=(y_low, y_high), xlabel="$x$", ylabel="$y$")
    ax.grid(False)
    return ax


@lru_cache(maxsize=16)
def painted(surface: Surface, width: float, height: float) -> np.ndarray:
    """Return the level lines of a surface as pixels, (2 height, 2 width, 4), to be read only."""
    canvas = Figure(figsize=(width / 100, height / 100), dpi=200, layout="none")  # type: ignore[arg-type]
    painter = FigureCanvasAgg(canvas)
    plots.contour(canvas.add_axes((0, 0, 1, 1)), surface).set_axis_off()
    painter.draw()
    pixels = np.array(painter.buffer_rgba())
    pixels.flags.writeable = False
    return pixels


def png(figure: Figure) -> bytes:
    """Return the figure as it is now, as a PNG for ``ipywidgets.Image``; packed in haste, it is soon replaced."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=figure.dpi, pil_kwargs={"compress_level": 1})
    return buffer.getvalue()


def open_figures() -> int:
    """Return how many figures pyplot keeps in memory."""
    return len(plt.get_fignums())
