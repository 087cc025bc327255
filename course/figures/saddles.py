"""Pictures of lesson 06: balls on a ridge, copies, frames, the cost of flicker, large rates, ends of paths.

Those that run the reader's functions leave out what is not written yet.
"""

import time
from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course import plots
from course.checks import written
from course.descend import descend, first_step_where
from course.kept_figures import blank_axes, open_figures, png
from course.mine import plain_gradient_descent
from course.plots import Picture
from course.probes.base import Rule
from course.surfaces import SURFACES, Surface, ravine, saddle

ORANGE = "#D55E00"
LETTERS = "ABCDEFG"


def five_balls(distances: Sequence[float]) -> Picture:
    """Return the starts of some balls at x = 1, from above and by their distance from the ridge."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained", width_ratios=(3, 2))
    plots.contour(left, saddle)
    left.plot(np.ones(len(distances)), distances, "o", ms=8, mfc="none", mec="black")
    left.set_title("Five balls, seen from above: four look like one")
    off = [y0 for y0 in distances if y0]
    right.semilogx(off, range(len(off)), "o", color="black")
    right.set(
        xlabel="distance from the ridge, $y_0$",
        yticks=range(len(distances)),
        ylim=(-0.5, len(distances) - 0.5),
    )
    right.set_yticks(range(len(distances)), [*LETTERS[: len(distances)]])
    right.set_title("E has no place on this axis")
    return Picture(
        fig,
        f"A saddle with five starts at x = 1 and y = {[*distances]}; on a logarithmic axis zero has no place.",
    )


def waits(distances: Sequence[float], steps: int = 1100) -> Picture:
    """Return how the distance of each ball from the ridge grows under plain gradient descent; print the waits."""
    fig, ax = plt.subplots(figsize=(8, 3.8), layout="constrained")
    told = []
    for letter, y0 in zip(LETTERS, distances, strict=False):
        path = descend(plain_gradient_descent, saddle, (1.0, y0), steps=steps, limit=1e12).points
        away = np.abs(path[:, 1])
        leaves = first_step_where(away > 1)
        told.append(f"{letter} {'never leaves' if leaves is None else f'leaves at step {leaves}'}")
        if leaves is not None:
            ax.semilogy(away, color="black")
            ax.annotate(letter, (0, y0), xytext=(-16, -4), textcoords="offset points", weight="bold")
            ax.plot(leaves, 1, "o", color=ORANGE)
            told[-1] += f", {away[1] / away[0]:.3g} times as far off at every step"
    ax.axhline(1, color="0.6", lw=1)
    ax.set(xlabel="step", ylabel="distance from the ridge, $|y|$", ylim=(1e-10, 1e2))
    ax.set_title("A thousand times nearer costs the same number of steps each time")
    print(*told, sep="\n")
    return Picture(
        fig, "Distance from the ridge against steps: parallel lines on a logarithmic axis. " + "; ".join(told)
    )


def copied_or_not(kept: np.ndarray, seen: np.ndarray) -> Picture:
    """Return a path whose points were copied beside the same path whose points were not."""
    fig, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained", sharex=True, sharey=True)
    counts = [len(np.unique(points.round(9), axis=0)) for points in (kept, seen)]
    titles = (f"Copied: {counts[0]} points", f"Not copied: {counts[1]} point, {len(seen)} times")
    for ax, points, title in zip(axes, (kept, seen), titles, strict=True):
        plots.contour(ax, saddle)
        ax.plot(*points.T, "o-", color=ORANGE)
        ax.set_title(title)
    return Picture(
        fig, f"Two panels of the same run: {counts[0]} different points with copies, {counts[1]} without."
    )


def ready(trace: Callable, draw_frame: Callable) -> bool:
    """Whether both of the reader's functions are written."""
    return written(trace, plain_gradient_descent, saddle, (1.0, 0.1), 1) and written(
        draw_frame, blank_axes(), saddle, {"plain": np.ones((2, 2))}, 1
    )


def three_frames(
    trace: Callable, draw_frame: Callable, rules: Mapping[str, Rule], steps: Sequence[int] = (3, 12, 24)
) -> Picture | None:
    """Return some frames of the reader's own paths, drawn by the reader's own function."""
    if not ready(trace, draw_frame):
        print("trace and draw_frame come first.")
        return None
    paths = {
        name: trace(rule, saddle, (1.0, 0.02), 60, {"learning_rate": 0.07}) for name, rule in rules.items()
    }
    fig, axes = plt.subplots(1, len(steps), figsize=(12, 3.6), layout="constrained")
    for ax, step in zip(axes, steps, strict=True):
        farthest = max(paths, key=lambda name: abs(paths[name][step][1]))
        draw_frame(ax, saddle, paths, step)
        ax.set_title(f"Step {step}: {farthest} is farthest from the ridge", fontsize=10)
    ends = [f"{name} at ({path[steps[-1]][0]:.2g}, {path[steps[-1]][1]:.2g})" for name, path in paths.items()]
    return Picture(fig, f"Frames of your paths on the saddle. After {steps[-1]} steps: " + ", ".join(ends))


def timed(draw: Callable, frames: int = 10) -> tuple[float, int]:
    """Return milliseconds per frame, PNG included, and how many figures pyplot holds more than before."""
    before, began = open_figures(), time.perf_counter()
    for step in range(frames):
        png(draw(step))
    return 1000 * (time.perf_counter() - began) / frames, open_figures() - before


def flicker(trace: Callable, draw_frame: Callable, rules: Mapping[str, Rule]) -> None:
    """Print what a frame costs if everything is made anew, and if only the lines of one figure move."""
    if not ready(trace, draw_frame):
        print("trace and draw_frame come first.")
        return
    runs = {name: trace(rule, saddle, (1.0, 0.02), 60) for name, rule in rules.items()}

    def everything(step: int) -> Figure:
        figure, ax = plt.subplots(figsize=(6, 4))
        plots.contour(ax, saddle)
        for name, points in runs.items():
            ax.plot(*points[: step + 1].T, **plots.line_style(name))
        ax.legend()
        return figure

    kept = blank_axes()

    def lines_only(step: int) -> Figure:
        draw_frame(kept, saddle, runs, step)
        return kept.figure

    lines_only(0)
    anew, moved = timed(everything), timed(lines_only)
    plt.close("all")
    print(f"everything anew for every event: {anew[0]:4.0f} ms a frame, {anew[1]} figures left in memory")
    print(f"one figure, lines moved:         {moved[0]:4.0f} ms a frame, {moved[1]} figures left in memory")
    print(f"ratio {anew[0] / moved[0]:.1f}")


def beyond_the_limit(
    trace: Callable, draw_frame: Callable, rules: Mapping[str, Rule], rates: Sequence[float] = (0.078, 0.086)
) -> Picture | None:
    """Return the rules on the ravine, below and above the largest stable rate of plain descent; print the ends."""
    if not ready(trace, draw_frame):
        print("trace and draw_frame come first.")
        return None
    fig, axes = plt.subplots(1, len(rates), figsize=(11, 3.8), layout="constrained")
    told = []
    for ax, rate in zip(axes, rates, strict=True):
        paths = {
            name: trace(rule, ravine, ravine.start, 100, {"learning_rate": rate}, limit=20)
            for name, rule in rules.items()
        }
        draw_frame(ax, ravine, paths, 100)
        stopped = [name for name, path in paths.items() if len(path) <= 100]
        ax.set_title(
            f"Rate {rate}: " + (f"{' and '.join(stopped)} runs away" if stopped else "all stay on the map")
        )
        ends = [
            f"{name} stops at step {len(path) - 1}"
            if name in stopped
            else f"{name} ends {np.hypot(*path[-1]) / rate:.2g} rates from the minimum"
            for name, path in paths.items()
        ]
        told.append(f"rate {rate}: {', '.join(ends)}")
    return plots.shown(fig, *told)


def starts(surface: str, places: Sequence[tuple[float, float]]) -> Picture:
    """Return a map with some starts on it, by letter, and its minima, by number."""
    fig, ax = plt.subplots(figsize=(6, 5), layout="constrained")
    numbered(ax, SURFACES[surface], places)
    ax.set_title("Which minimum does each ball reach?")
    where = ", ".join(f"{letter} {place}" for letter, place in zip(LETTERS, places, strict=False))
    return Picture(fig, f"A map of the surface {surface} with its minima numbered and the starts {where}.")


def endings(rule: Rule, surface: str, places: Sequence[tuple[float, float]], rate: float = 0.01) -> Picture:
    """Return the paths from some starts and print which minimum each of them reaches."""
    fig, ax = plt.subplots(figsize=(6, 5), layout="constrained")
    where, told = SURFACES[surface], []
    for letter, place in zip(LETTERS, places, strict=False):
        path = descend(rule, where, place, steps=400, config={"learning_rate": rate}).points
        away = np.linalg.norm(np.array(where.minima) - path[-1], axis=1)
        told.append(
            f"{letter} reaches minimum {np.argmin(away) + 1}"
            if away.min() < 0.1
            else f"{letter} reaches none"
        )
        ax.plot(*path.T, color=ORANGE)
    numbered(ax, where, places)
    reached = len({each.split()[-1] for each in told})
    ax.set_title(f"{len(places)} starts side by side, {reached} minima")
    return plots.shown(fig, *told)


def numbered(ax: Axes, surface: Surface, places: Sequence[tuple[float, float]]) -> None:
    """Draw a map with its minima numbered and some starts on it."""
    plots.contour(ax, surface)
    for number, place in enumerate(surface.minima, start=1):
        ax.annotate(str(number), place, xytext=(9, 5), textcoords="offset points", weight="bold")
    for letter, place in zip(LETTERS, places, strict=False):
        ax.plot(*place, "o", color=ORANGE)
        ax.annotate(letter, place, xytext=(6, 3), textcoords="offset points", weight="bold", color=ORANGE)
