"""What can be read off Matplotlib axes, as plain data: lines, colours, marks, the map below them, the legend.

Each function works where the axes are; ``beside(ax, lines, ax)`` calls it there.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib.colors import to_hex

from course.kept_figures import png
from course.probes.base import Unusable


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Turn what is raised by reading a thing that is not what it should be into ``Unusable``."""
    try:
        yield
    except (AttributeError, TypeError, ValueError, LookupError, RuntimeError) as error:
        text = f"{what} could not be read. Is it what the exercise asks for? {type(error).__name__}: {error}"
        raise Unusable("wrong type", text) from error


def lines(ax: Any) -> list[list]:
    """Return [label, (N, 2) points] of every labelled line, in the order of the labels."""
    found = [
        [line.get_label(), np.stack([numbers(line.get_xdata()), numbers(line.get_ydata())], axis=-1)]
        for line in labelled(ax)
    ]
    return sorted(found, key=lambda each: (each[0], len(each[1])))


def labelled(ax: Any) -> list[Any]:
    """Return the lines that carry a label of their own."""
    labels = [(line, line.get_label()) for line in ax.lines]
    return [line for line, label in labels if isinstance(label, str) and label and label[0] != "_"]


def numbers(values: Any) -> np.ndarray:
    """Return coordinates as an array of one dimension."""
    return np.asarray(values, dtype=np.float64).reshape(-1)


def limits(ax: Any) -> list[float]:
    """Return the four limits of the axes."""
    return [float(each) for each in (*ax.get_xlim(), *ax.get_ylim())]


def colours(ax: Any) -> dict[str, str]:
    """Return the colour of each labelled line, by label."""
    return {line.get_label(): to_hex(line.get_color(), keep_alpha=True) for line in labelled(ax)}


def marked(ax: Any, point: Any) -> bool:
    """Whether a marker lies on a point: of a line, of a scatter, or a small shape."""
    point = np.asarray(point, dtype=np.float64)

    def holds(places: Any) -> bool:
        places = np.asarray(places, dtype=np.float64).reshape(-1, 2)
        return bool(len(places)) and bool(np.isclose(places, point).all(axis=1).any())

    for line in ax.lines:
        has_marker = line.get_marker() not in (None, "", " ", "None", "none", ",")
        if has_marker and holds(np.stack([numbers(line.get_xdata()), numbers(line.get_ydata())], axis=-1)):
            return True
    if any(hasattr(each, "get_offsets") and holds(each.get_offsets()) for each in ax.collections):
        return True
    return any(hasattr(each, "center") and holds(each.center) for each in ax.patches)


def legend_texts(ax: Any) -> list[str]:
    """Return the texts of the legends of the axes and of their figure."""
    legends = [ax.get_legend(), *ax.figure.legends]
    return [text.get_text() for each in legends if each is not None for text in each.get_texts()]


def ground(ax: Any) -> str:
    """Return a digest of what lies under the lines: images and filled or level lines; nothing if there are none."""
    seen = hashlib.sha1(usedforsecurity=False)
    parts = [(np.asarray(each.get_array()), each.get_extent()) for each in ax.images]
    for each in ax.collections:
        if type(each).__name__ != "PathCollection":  # a scatter
            vertices = [path.vertices for path in each.get_paths()]
            parts.append((np.concatenate(vertices) if vertices else np.zeros(0), each.get_array()))
    for part, beside in parts:
        seen.update(np.ascontiguousarray(part).tobytes())
        seen.update(repr(beside).encode())
    return seen.hexdigest() if parts else ""


def things(ax: Any) -> list[int]:
    """Return how many maps lie on the axes, and how many lines, markers, shapes and texts."""
    markers = [each for each in ax.collections if type(each).__name__ == "PathCollection"]
    maps = len(ax.images) + len(ax.collections) - len(markers)
    return [maps, sum(map(len, (ax.lines, markers, ax.patches, ax.texts)))]


def painting(figure: Any) -> str:
    """Return a digest of the picture that a figure would be now."""
    return digest(png(figure))


def digest(content: Any) -> str:
    """Return a digest of bytes or text."""
    content = content.encode() if isinstance(content, str) else bytes(content)
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
