"""Pictures of lesson 04: the ridge, step lengths, the look-ahead, echoes of a push, stable rates, two races."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from course import plots
from course.descend import Trace, first_step_where
from course.surfaces import Surface

TO_DO = "Not written yet"
DASHES = ("-", "--", "-.", ":")
BLUE, RED = "#0072B2", "#D55E00"


def headline(ax: Axes, title: str, drawn: Mapping) -> Axes:
    """Give a picture its title, or say that there is nothing to draw yet; a legend only where there are lines."""
    ax.set_title(title if drawn else TO_DO)
    if drawn:
        ax.legend()
    return ax


def distances(ax: Axes, runs: Mapping[str, np.ndarray], title: str) -> Axes:
    """Draw how far each rule is from the ridge, (T + 1,) each, and mark the first step beyond 1."""
    for name, distance in runs.items():
        style, leaves = plots.line_style(name), first_step_where(distance > 1)
        style["label"] += f": {leaves} steps" if leaves else f": not within {len(distance) - 1} steps"
        ax.semilogy(distance, **style)
        if leaves:
            ax.plot(leaves, 1, plots.rule_style(name)["marker"], color=style["color"], markersize=8)
    ax.axhline(1, color="0.6", linewidth=1)
    ax.set(xlabel="step", ylabel="distance from the ridge, $|y|$", ylim=(5e-7, 10), xlim=(-10, 740))
    return headline(ax, title, runs)


def step_lengths(ax: Axes, lengths: Mapping[float, np.ndarray], arrivals: Mapping[float, int | None]) -> Axes:
    """Draw the length of the step on a constant slope for each momentum, and where terminal velocity is near."""
    for (mu, length), dash in zip(lengths.items(), DASHES, strict=False):
        near = arrivals[mu]
        after = "never there" if near is None else f"there after {near} steps"
        ax.loglog(1 + np.arange(len(length)), length, dash, color=BLUE, label=rf"$\mu$ = {mu}: {after}")
        if near is not None:
            ax.plot(near, length[near - 1], "s", color=BLUE)
    ax.set(xlabel="step", ylabel=r"length of the step, in units of $\eta\, g$")
    return headline(ax, "Less friction: a higher speed, reached later", lengths)


def look_ahead(
    ax: Axes, surface: Surface, x: np.ndarray, ahead: np.ndarray, ends: Mapping[str, np.ndarray]
) -> Axes:
    """Draw a ball, the point it coasts to, and from there the push that each rule adds."""
    plots.contour(ax, surface)
    ax.plot(*x, "o", markersize=10, color="black")
    ax.annotate("", tuple(ahead), tuple(x), arrowprops={"arrowstyle": "->", "color": "0.3", "lw": 2})
    middle = (x + ahead) / 2
    ax.text(middle[0] + 0.03, middle[1] + 0.02, r"coasting, $\mu v$", color="0.3", fontsize=12)
    for name, end in ends.items():
        style = plots.rule_style(name)
        ax.plot(*np.transpose([ahead, end]), **plots.line_style(name), linewidth=2.5)
        ax.plot(*end, style["marker"], markersize=9, color=style["color"])
    ax.set(xlim=middle[0] + np.array([-0.4, 0.6]), ylim=middle[1] + np.array([-0.6, 0.4]))
    return headline(ax, "Nesterov feels the far wall one step earlier", ends)


def echoes(ax: Axes, lengths: Mapping[str, np.ndarray], cut: int) -> Axes:
    """Draw what is left of one push, step by step, in several conventions; the rate falls at step ``cut``."""
    for (name, length), dash, colour in zip(lengths.items(), DASHES, (BLUE, RED, "black"), strict=False):
        ax.step(np.arange(len(length)), length, dash, where="mid", color=colour, label=name)
    ax.axvline(cut - 0.5, color="0.6", linewidth=1)
    ax.set(xlabel="step", ylabel="length of the step", yscale="log")
    ax.legend()
    return ax


def schedules(ax: Axes, traces: Mapping[str, Trace]) -> Axes:
    """Draw the loss of runs that differ in their momentum; four constants in black, ramps in colour."""
    looks = (*(("black", dash) for dash in ("-", "--", ":", "-.")), (BLUE, "-"), (RED, "-."))
    for (name, trace), (colour, dash) in zip(traces.items(), looks, strict=False):
        ax.semilogy(trace.losses, dash, color=colour, label=f"{name}: {trace.losses[-1]:.0e} {trace.stopped}")
    ax.set(xlabel="gradient evaluations", ylabel="loss")
    ax.legend()
    return ax


def factors(
    ax: Axes, mu: np.ndarray, a: np.ndarray, factor: np.ndarray, limit: Callable[[float], float] | None
) -> QuadMesh:
    """Draw the factor per step, (len(a), len(mu)), where it is below one, and a limit; return the mesh."""
    mesh = ax.pcolormesh(mu, a, np.ma.masked_greater(factor, 1), cmap="cividis", vmin=0, vmax=1)
    if limit is not None:
        ax.plot(mu, [limit(each) for each in mu], color=RED, linewidth=2.5, label="your limit")
        ax.legend(loc="upper left")
    ax.set(xlabel=r"momentum $\mu$", ylabel=r"rate times curvature, $\eta L$")
    return mesh


def race(ax: Axes, curves: Mapping[str, tuple[np.ndarray, np.ndarray]], title: str) -> Axes:
    """Draw the final loss of each rule against rate times curvature, and mark the rate that is best for it."""
    for name, (a, loss) in curves.items():
        low, style = int(loss.argmin()), plots.rule_style(name)
        ax.semilogy(a, loss, **plots.line_style(name))
        ax.plot(a[low], loss[low], style["marker"], markersize=9, color=style["color"])
    ax.set(xlabel=r"rate times steepest curvature, $\eta L$", ylabel="largest of the last ten losses")
    return headline(ax, title, curves)


def by_effective_rate(ax: Axes, rates: np.ndarray, losses: Mapping[str, np.ndarray], title: str) -> Axes:
    """Draw the mean over seeds of (rates, seeds) losses against the effective rate, with the range as a band.

    A rate at which a run diverged, NaN in the table, is a cross at the top.
    """
    for name, table in losses.items():
        style = plots.line_style(name)
        ax.fill_between(rates, table.min(axis=1), table.max(axis=1), color=style["color"], alpha=0.15, lw=0)
        ax.loglog(rates, table.mean(axis=1), marker=plots.rule_style(name)["marker"], **style)
        lost = rates[np.isnan(table).any(axis=1)]
        if len(lost):
            ax.plot(lost, np.full(len(lost), 80.0), "x", markersize=9, mew=2, color=style["color"])
            ax.annotate("diverged", (lost[0], 80.0), (-60, -4), textcoords="offset points", fontsize=10)
    ax.set(xlabel=r"effective rate, $\eta/(1-\mu)$", ylabel="training loss after 120 gradients")
    if losses:
        ax.set_xticks(rates, [f"{each:g}" for each in rates], minor=False)
    return headline(ax, title, losses)
