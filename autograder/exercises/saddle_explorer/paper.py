"""Axes and a figure as plain objects, so that judging one of our own functions takes no drawing."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.kept_figures import background
from course.probes.base import beside
from course.surfaces import Surface


class Line:
    """A line on a sheet."""

    def __init__(self, points: np.ndarray, *, label: str, color: str, marker: str, sheet: Sheet):
        self.points, self.label, self.color, self.marker, self.sheet = points, label, color, marker, sheet

    def remove(self) -> None:
        """Take the line off its sheet."""
        self.sheet.lines.remove(self)

    def get_label(self) -> str:
        """Return the label."""
        return self.label

    def get_color(self) -> str:
        """Return the colour."""
        return self.color

    def get_marker(self) -> str:
        """Return the marker."""
        return self.marker

    def get_xdata(self) -> np.ndarray:
        """Return the first coordinates."""
        return self.points[:, 0]

    def get_ydata(self) -> np.ndarray:
        """Return the second coordinates."""
        return self.points[:, 1]


class Map:
    """The picture of a surface."""

    def __init__(self, surface: Surface):
        self.surface = surface

    def get_array(self) -> np.ndarray:
        """Return something that differs from surface to surface."""
        return np.array(self.surface.domain)

    def get_extent(self) -> str:
        """Return the name of the surface."""
        return self.surface.name


class Text:
    """A text of a legend."""

    def __init__(self, text: str):
        self.text = text

    def get_text(self) -> str:
        """Return the text."""
        return self.text


class Sheet:
    """A figure with one pair of axes, which is itself; its picture says what is on it."""

    dpi = 80
    CYCLE = ("#000001", "#000002", "#000003", "#000004", "#000005", "#000006", "#000007")

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.images: list[Map] = []
        self.collections: list[Any] = []
        self.patches: list[Any] = []
        self.texts: list[Any] = []
        self.legends: list[Any] = []
        self.domain = ((0.0, 1.0), (0.0, 1.0))
        self.axes, self.figure = [self], self
        self.named: list[str] | None = None
        self.drawn = 0

    def plot(
        self, x: Any, y: Any, label: str | None = None, color: str | None = None, marker: str = ""
    ) -> None:
        """Add a line, in the next colour of the cycle if none is given."""
        self.drawn += 1
        color = color or self.CYCLE[self.drawn % len(self.CYCLE)]
        points = np.stack([np.ravel(x), np.ravel(y)], axis=-1)
        self.lines.append(Line(points, label=label or "_unnamed", color=color, marker=marker, sheet=self))

    def cover(self, surface: Surface) -> None:
        """Draw the map of a surface."""
        self.images.append(Map(surface))

    def clear(self) -> None:
        """Take everything off."""
        self.lines.clear()
        self.images.clear()
        self.named = None

    def set(self, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
        """Set the limits."""
        self.domain = (xlim, ylim)

    def legend(self) -> None:
        """Name the labelled lines."""
        self.named = [line.label for line in self.lines if line.label[0] != "_"]

    def get_legend(self) -> Sheet | None:
        """Return the legend, which is the sheet."""
        return self if self.named is not None else None

    def get_texts(self) -> list[Text]:
        """Return the texts of the legend."""
        return [Text(label) for label in self.named or ()]

    def get_xlim(self) -> tuple[float, float]:
        """Return the limits of x."""
        return self.domain[0]

    def get_ylim(self) -> tuple[float, float]:
        """Return the limits of y."""
        return self.domain[1]

    def savefig(self, buffer: Any, **_: Any) -> None:
        """Write what is on the sheet."""
        maps = [each.surface.name for each in self.images]
        rows = [(line.label, line.color, line.points.tolist()) for line in self.lines]
        buffer.write(repr((self.domain, maps, rows)).encode())


def cover(ax: Any, surface: Surface) -> None:
    """Draw the map of a surface, on paper or on axes of Matplotlib's, which may live in another process."""
    if isinstance(ax, Sheet):
        ax.cover(surface)
    else:
        beside(ax, background, ax, surface)
