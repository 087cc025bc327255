"""Draw frames of some paths with a function under test, and read off the axes what it drew."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course.kept_figures import blank_axes
from course.probes import pictures
from course.probes.base import Unusable, beside, call
from course.surfaces import ravine, saddle

Paths = Mapping[str, np.ndarray]


def visible_frames(candidate: Callable) -> dict[str, Any]:
    """Return what the notebook's own check looks at.  Raises ``Unusable``."""
    steps = np.arange(9.0)
    paths = {
        "plain": np.stack([1 - steps / 4, steps**2 / 64], axis=-1),
        "stride": np.stack([0.5 - steps / 8, np.sqrt(steps) / 3 - 0.5], axis=-1),
    }
    runaway = np.array([[1.0, 0.0], [-1.2, 0.25], [50.0, 0.5]])
    with pictures.readable("What lies on the axes"):
        return {
            **one_after_the_other(candidate, paths),
            **first(candidate, paths),
            **ended(candidate, runaway),
        }


def copied(paths: Paths) -> dict[str, np.ndarray]:
    """Return paths that may be changed."""
    return {name: points.copy() for name, points in paths.items()}


def one_after_the_other(candidate: Callable, paths: Paths, blank: Callable = blank_axes) -> dict[str, Any]:
    """Draw steps 6, 2 and 8 of some paths on the same axes, the last path alone, then others under the same names.

    The others are drawn twice, the second time on the axes when they have been cleared.  Raises ``Unusable``.
    """
    ax = beside(candidate, blank)

    def see(look: Callable, *what: Any) -> Any:
        return beside(ax, look, ax, *what)

    again, lines, things, colours = copied(paths), [], [], []
    for step in (6, 2, 8):
        call(candidate, ax, saddle, again, step)
        lines.append(see(pictures.lines))
        things.append(see(pictures.things))
        colours.append(see(pictures.colours))
    marked = [see(pictures.marked, points[0]) for points in paths.values()]
    mapped, texts = see(pictures.ground) != "", see(pictures.legend_texts)
    *_, last = paths
    call(candidate, ax, saddle, {last: paths[last].copy()}, 7)
    (maps, rest), *later = things
    alone, fewer, named = see(pictures.colours), see(pictures.lines), see(pictures.legend_texts)
    others = {name: points[::-1] for name, points in paths.items()}
    call(candidate, ax, saddle, copied(others), 5)
    moved = [see(pictures.marked, points[0]) for points in others.values()]
    see(cleared)
    call(candidate, ax, saddle, copied(others), 3)
    return {
        "the lines of frames drawn one after the other": lines,
        "the map under the paths, drawn once": [mapped, all(each[0] == maps for each in later)],
        "nothing left of the frame before": all(each[1] == rest for each in later),
        "the line of a path that is left alone": fewer,
        "the lines of other paths, on axes that were cleared": see(pictures.lines),
        "a marker at the start of every path": all(marked),
        "a marker at the start of other paths under the same names": all(moved),
        "the map on axes that were cleared": see(pictures.ground) != "",
        "one colour for each name": [
            len({*colours[0].values()}) == len(colours[0]),
            all(each == colours[0] for each in colours),
            alone.get(last) == colours[0].get(last),
        ],
        "a legend with every label": all(label in texts for label, _ in lines[-1]),
        "a legend without the paths that are gone": [text for text in named if text in paths] == [last],
    }


def cleared(ax: Any) -> None:
    """Take everything off the axes."""
    ax.clear()


def first(candidate: Callable, paths: Paths, blank: Callable = blank_axes) -> dict[str, Any]:
    """Draw frame 0: lines of one point; none if an empty slice has no last point to mark.  Raises ``Unusable``."""
    ax = beside(candidate, blank)
    try:
        returned = call(candidate, ax, saddle, copied(paths), 0)
    except Unusable as trouble:
        if trouble.kind != "raises":
            raise
        return {"the points of frame 0": [0], "a marker in frame 0": False, "returning the axes": True}
    return {
        "the points of frame 0": [len(points) for _, points in beside(ax, pictures.lines, ax)],
        "a marker in frame 0": all(beside(ax, pictures.marked, ax, each[0]) for each in paths.values()),
        "returning the axes": returned is ax,
    }


def ended(candidate: Callable, points: np.ndarray, blank: Callable = blank_axes) -> dict[str, Any]:
    """Draw a path of three points when it has just ended and later; it leaves the map.  Raises ``Unusable``."""
    ax, lines = beside(candidate, blank), []
    for step in (2, 3, 5):
        call(candidate, ax, ravine, {"plain": points.copy()}, step)
        lines.append(beside(ax, pictures.lines, ax))
    texts = beside(ax, pictures.legend_texts, ax)
    return {
        "the line and the label of a path that has ended": lines,
        "the limits of the axes": beside(ax, pictures.limits, ax),
        "that label in the legend": all(label in texts for label, _ in lines[-1]),
    }
