"""One frame: the surface, and of every path the first k + 1 points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.exercises.saddle_explorer.shared import Sheet, limits, lines
from autograder.judging import Check, Exercise
from course.probes.base import Unusable, beside, call
from course.surfaces import ravine, saddle
from course.widgets.figures import blank_axes

LONG = np.stack([np.linspace(1, -1, 9), np.linspace(0, 0.8, 9) ** 2], axis=-1)
BENT = np.stack([np.cos(np.arange(9.0)), np.sin(np.arange(9.0)) / 2], axis=-1)
PAIRS = ((6, 2), (2, 8))
SHORT = np.array([[1.0, 0.0], [-1.1, 0.1], [40.0, 0.3]])


def drawn(candidate: Callable, surface: Any, *frames: tuple[dict, int]) -> Any:
    """Return the axes after drawing some frames on them one after the other.  Raises ``Unusable``."""
    ax = Sheet() if any(candidate is each for each in ON_PAPER) else beside(candidate, blank_axes)
    for paths, step in frames:
        call(candidate, ax, surface, paths, step)
    return ax


def frames(candidate: Callable) -> list[Any]:
    """Single frames, then frames that follow each other on the same axes with the same paths."""
    paths = {"heavy": LONG.copy(), "plain": BENT.copy()}
    single = drawn(candidate, saddle, (paths, 3))
    seen = [lines(single), len(single.lines) > 0]
    again = {"heavy": LONG.copy(), "plain": BENT.copy()}
    return [
        *seen,
        at_the_start(candidate),
        *(lines(drawn(candidate, saddle, (again, a), (again, b))) for a, b in PAIRS),
    ]


def at_the_start(candidate: Callable) -> list[int]:
    """How many points the line of frame 0 has; none if an empty slice has no last point to mark."""
    try:
        return [len(points) for _, points in lines(drawn(candidate, saddle, ({"plain": BENT.copy()}, 0)))]
    except Unusable as trouble:
        if trouble.kind == "raises":
            return [0]
        raise


def ended(candidate: Callable) -> list[Any]:
    """A path that has ended before the step that is drawn, and one that ends just there."""
    return [
        lines(drawn(candidate, saddle, ({"plain": SHORT.copy()}, 5))),
        lines(drawn(candidate, saddle, ({"plain": SHORT.copy()}, 2))),
    ]


def domain(candidate: Callable) -> list[Any]:
    """The limits of the axes, with a path that has left the map, on two surfaces."""
    return [
        limits(drawn(candidate, saddle, ({"plain": SHORT.copy()}, 2))),
        limits(drawn(candidate, ravine, ({"plain": SHORT.copy()}, 1), ({"plain": SHORT.copy()}, 2))),
    ]


ON_PAPER: list[Callable] = []
"""Functions of ours that need no Matplotlib: a frame of theirs takes microseconds."""


def reference(ax, surface, paths, step):
    """Set every line from scratch, with no contours; the lesson keeps the level lines and moves the rest."""
    sketch(ax, surface, paths, step)
    return ax


def sketch(ax, surface, paths, step, *, flaw=""):
    """Draw a frame with bare lines, with one flaw."""
    if flaw != "stay":
        for line in list(ax.lines):
            line.remove()
    for k, (name, points) in enumerate(paths.items()):
        last = len(points) - 1
        end = step + {"early": 0, "whole": 10**6}.get(flaw, 1)
        rows = points[step : step + 1] if flaw == "dot" else points[:end]
        if flaw == "cut":
            paths[name] = rows
        if (flaw == "first" and k > 0) or (flaw == "vanish" and step > last):
            continue
        called = {"from": last + 1, "step": step}.get(flaw, last)
        label = f"{name} (stopped at step {called})" if step > last and flaw != "silent" else name
        x, y = rows.T[::-1] if flaw == "swap" else rows.T
        ax.plot(x, y, label=None if flaw == "nameless" else label)
    if flaw != "free":
        (x_low, x_high), (y_low, y_high) = surface.domain
        ax.set(xlim=(x_low, x_high), ylim=(y_low, y_high))


ON_PAPER.append(reference)
draw_frame = Exercise(
    "draw_frame",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="frames",
            probe=frames,
            says="The labelled lines on the axes are not the first step + 1 points of each path.",
        ),
        Check(
            name="ended",
            probe=ended,
            says="A path that ended before this step is not drawn and named as agreed.",
        ),
        Check(name="map", probe=domain, says="The limits of the axes are not the domain of the surface."),
    ],
    read="Exercise 2. Draw a frame",
    effect="A frame that shows more or less than its step tells another story than the run.",
)


@draw_frame.mistake
def one_point_too_few(ax, surface, paths, step):
    """Step k shows k points instead of k + 1: the start is step 0. Slice up to `step + 1`."""
    sketch(ax, surface, paths, step, flaw="early")


@draw_frame.mistake
def whole_path_at_every_step(ax, surface, paths, step):
    """Every frame shows whole paths: `step` is not used. Slice the points."""
    sketch(ax, surface, paths, step, flaw="whole")


@draw_frame.mistake
def one_point_instead_of_a_path(ax, surface, paths, step):
    """Only the point of this step is drawn. A frame shows the path up to it."""
    sketch(ax, surface, paths, step, flaw="dot")


@draw_frame.mistake
def old_lines_stay(ax, surface, paths, step):
    """Lines of the frame before are still on the axes. Remove them first: `for line in list(ax.lines)`."""
    sketch(ax, surface, paths, step, flaw="stay")


@draw_frame.mistake
def paths_cut_for_good(ax, surface, paths, step):
    """The caller's paths were shortened, so a later frame cannot show more. Slice into a new name."""
    sketch(ax, surface, paths, step, flaw="cut")


@draw_frame.mistake
def only_the_first_path(ax, surface, paths, step):
    """Only one path is drawn. Something that belongs inside the loop over the paths ends it, or stands after it."""
    sketch(ax, surface, paths, step, flaw="first")


@draw_frame.mistake
def x_and_y_swapped(ax, surface, paths, step):
    """x and y are exchanged: column 0 of a path is x, column 1 is y."""
    sketch(ax, surface, paths, step, flaw="swap")


@draw_frame.mistake
def lines_without_labels(ax, surface, paths, step):
    """There are lines, but they carry no names. Pass `label=` when you plot."""
    sketch(ax, surface, paths, step, flaw="nameless")


@draw_frame.mistake
def drawn_on_other_axes(ax, surface, paths, step):
    """Nothing was drawn on the axes you were given. `plt.plot` draws on pyplot's own; call `ax.plot`."""
    sketch(Sheet(), surface, paths, step)
    ax.set(xlim=surface.domain[0], ylim=surface.domain[1])


@draw_frame.mistake
def stopped_path_vanishes(ax, surface, paths, step):
    """A path that ended before this step is missing. Draw it whole; that it ended is what one wants to see."""
    sketch(ax, surface, paths, step, flaw="vanish")


@draw_frame.mistake
def stopped_path_not_named(ax, surface, paths, step):
    """A path that ended before this step looks as if it went on. Say so in its label."""
    sketch(ax, surface, paths, step, flaw="silent")


@draw_frame.mistake
def stop_counted_from_one(ax, surface, paths, step):
    """The label names the number of points, which is one more than the last step."""
    sketch(ax, surface, paths, step, flaw="from")


@draw_frame.mistake
def present_step_for_the_stop(ax, surface, paths, step):
    """The label of a stopped path names the step of the frame. Name the last step the path has."""
    sketch(ax, surface, paths, step, flaw="step")


@draw_frame.mistake
def map_follows_the_paths(ax, surface, paths, step):
    """A path that runs away stretches the axes until the surface is a dot. Set the limits to the domain, last."""
    sketch(ax, surface, paths, step, flaw="free")


ON_PAPER += [known.function for known in draw_frame.mistakes]


@draw_frame.variant
def cleared_and_drawn_anew(ax, surface, paths, step):
    ax.clear()
    for name, points in paths.items():
        seen = points[: step + 1]
        over = f" (stopped at step {len(points) - 1})" if len(points) <= step else ""
        ax.plot(seen[:, 0], seen[:, 1], "-", label=name + over)
        ax.plot(*seen[-1], "o", color="black")
    ax.legend()
    ax.set_xlim(*surface.domain[0])
    ax.set_ylim(*surface.domain[1])
    return ax


@draw_frame.variant
def lines_moved_in_place(ax, surface, paths, step):
    kept = {line.get_gid(): line for line in ax.lines}
    for gone in kept.keys() - paths.keys():
        kept.pop(gone).remove()
    for name, points in paths.items():
        line = kept.get(name) or ax.plot([], [], gid=name)[0]
        line.set_data(*points[: step + 1].T)
        line.set_label(name if step < len(points) else f"{name} (stopped at step {len(points) - 1})")
    ax.axis([*surface.domain[0], *surface.domain[1]])
