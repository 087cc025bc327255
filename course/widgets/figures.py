"""Matplotlib figures that a widget keeps: made once, changed in place, shown as an image."""

from __future__ import annotations

import io

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def blank_axes(width: float = 6.0, height: float = 4.0) -> Axes:
    """Return the axes of a new figure, in inches, that pyplot neither keeps nor shows by itself."""
    figure = Figure(figsize=(width, height), dpi=80)
    FigureCanvasAgg(figure)
    return figure.subplots()


def png(figure: Figure) -> bytes:
    """Return the figure as it is now, as a PNG for ``ipywidgets.Image``."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=figure.dpi)
    return buffer.getvalue()


def open_figures() -> int:
    """Return how many figures pyplot keeps in memory."""
    return len(plt.get_fignums())
