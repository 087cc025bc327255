"""The Explorer as a still figure: what stands where no widget can run, and the ground an animation draws on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course import plots
from course.descend import Trace
from course.surfaces import Surface
from course.widgets.standin import small

if TYPE_CHECKING:
    from course.widgets.explorer import Explorer


def label(name: str) -> str:
    """Return the name of a rule as the pictures show it."""
    return plots.rule_style(name)["label"]


def on_the_map(surface: Surface, trace: Trace) -> Trace:
    """Return a trace up to the first point outside the domain, so that a figure keeps its scale."""
    limits = np.array(surface.domain)
    outside = ((trace.points < limits[:, 0]) | (trace.points > limits[:, 1])).any(axis=1)
    end = int(np.flatnonzero(outside)[0]) + 1 if outside.any() else len(outside)
    if end == len(outside):
        return trace
    return Trace(points=trace.points[:end], losses=trace.losses[:end])


def shown_traces(explorer: Explorer) -> dict[str, Trace]:
    """Return the traces of the rules that are not hidden, as far as they stay on the map."""
    runs = {name: run for name, run in explorer.runs.items() if name not in explorer.hidden}
    return {name: on_the_map(explorer.surface, run.trace) for name, run in runs.items()}


def alt_text(explorer: Explorer) -> str:
    """Return what the still figure shows, made from the runs."""
    said = [
        f"{label(name)} {' and '.join(event.text for event in run.events)}."
        for name, run in explorer.runs.items()
        if name not in explorer.hidden and run.events
    ]
    traces = shown_traces(explorer)
    about = (
        plots.describe_traces(explorer.surface, traces)
        if traces
        else f"The {explorer.surface.name}, no rules shown."
    )
    return " ".join([about, *said])


def figure(explorer: Explorer, *, moving: bool = False) -> Figure:
    """Return the paths and the losses as one Matplotlib figure that no window manages.

    moving  leave the lines out: an animation draws them
    """
    with plt.style.context([plots.STYLE, {"figure.constrained_layout.use": False}]):  # twice as fast
        made = Figure(figsize=(9.6, 4.2), dpi=100)
        FigureCanvasAgg(made)
        left, right = made.subplots(1, 2, width_ratios=(3, 2))
        made.subplots_adjust(left=0.08, right=0.975, bottom=0.13, top=0.93, wspace=0.2)
        surface, traces = explorer.surface, shown_traces(explorer)
        plots.contour(left, surface, points=81)
        left.set_title(f"Paths on the {surface.name}")
        right.set_title("Loss")
        if traces:
            if not moving:
                plots.paths(left, traces)
                plots.losses(right, traces)
                left.get_legend().remove()
            right.set_xlim(0, max(max(trace.evaluations for trace in traces.values()), 1))
            right.set_ylim(*loss_limits(surface, traces))
    return made


def loss_limits(surface: Surface, traces: dict[str, Trace]) -> tuple[float, float]:
    """Return limits of the loss that hold for every frame: what the paths reach on the map."""
    reached = np.concatenate([trace.losses[: max(len(trace.losses) - 1, 1)] for trace in traces.values()])
    low, high = float(reached.min()), float(reached.max())
    pad = 0.05 * (high - low or 1.0)
    return low - pad, high + pad


def still(explorer: Explorer) -> dict[str, str]:
    """Return the figure that stands where no widget can run, with its alt text."""
    with plt.rc_context({"savefig.dpi": 120}):
        return small(plots.Picture(figure(explorer), alt_text(explorer)))
