"""Pictures of surfaces, paths and losses.  Every function takes ``ax`` and returns it.

One rule has one colour, one dash and one marker in the whole course, so that a curve can be recognised in
colour, in grey and in any lesson.
"""

import base64
import html
import io
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from course.descend import Trace
from course.surfaces import Surface

MAP = "map"
"""The id of an image whose shades no text speaks of: a map of a surface, regions in colours of their own."""
STYLE = Path(__file__).with_name("style.mplstyle")
WIDE = 100
"""Characters of a printed line that a notebook shows without a break inside a word."""

# Okabe and Ito (2008).  The same table drives the Explorer's canvas.
RULE_STYLES: dict[str, dict] = {
    "sgd": {"color": "#000000", "dashes": (), "marker": "o", "label": "SGD"},
    "sgd_momentum": {"color": "#0072B2", "dashes": (6, 2), "marker": "s", "label": "Momentum"},
    "sgd_nesterov_momentum": {
        "color": "#56B4E9",
        "dashes": (6, 2, 1.5, 2),
        "marker": "D",
        "label": "Nesterov",
    },
    "adagrad": {"color": "#009E73", "dashes": (3, 1.5), "marker": "^", "label": "Adagrad"},
    "rmsprop": {"color": "#D55E00", "dashes": (1.5, 1.5), "marker": "v", "label": "RMSprop"},
    "adam": {"color": "#CC79A7", "dashes": (9, 2), "marker": "P", "label": "Adam"},
    "adamw": {"color": "#6A3D9A", "dashes": (10, 2, 2, 2), "marker": "p", "label": "AdamW"},
    "lion": {"color": "#B15928", "dashes": (4, 1.5, 1, 1.5), "marker": "8", "label": "Lion"},
    "muon": {"color": "#44AA99", "dashes": (7, 1.5, 3, 1.5), "marker": "H", "label": "Muon"},
    "newton": {"color": "#E69F00", "dashes": (3, 1, 1, 1, 1, 1), "marker": "X", "label": "Newton"},
    "newton_cg": {"color": "#882255", "dashes": (2, 1), "marker": "d", "label": "Newton-CG"},
    "lbfgs": {"color": "#7A5C00", "dashes": (9, 2, 3, 2), "marker": "*", "label": "L-BFGS"},
}
SPARE_STYLES = (
    {"color": "#444444", "dashes": (4, 4), "marker": "h"},
    {"color": "#8C510A", "dashes": (2, 4), "marker": "<"},
    {"color": "#01665E", "dashes": (8, 4), "marker": ">"},
)


def use_style() -> None:
    """Use the course's Matplotlib style in this session."""
    plt.style.use(STYLE)


def rule_style(name: str) -> dict:
    """Return colour, dashes, marker and label of a rule; a rule of the reader's own gets a spare style."""
    if name in RULE_STYLES:
        return RULE_STYLES[name]
    spare = SPARE_STYLES[sum(map(ord, name)) % len(SPARE_STYLES)]
    return {**spare, "label": name.replace("_", " ")}


def line_style(name: str) -> dict:
    """Return the keyword arguments with which ``ax.plot`` draws a rule."""
    style = rule_style(name)
    return {
        "color": style["color"],
        "label": style["label"],
        "linestyle": (0, style["dashes"]) if style["dashes"] else "-",
    }


def contour(ax: Axes, surface: Surface, *, levels: int = 24, points: int = 161) -> Axes:
    """Draw the level lines of a surface over its domain, its minima and its saddles."""
    (x_low, x_high), (y_low, y_high) = surface.domain
    x, y = np.meshgrid(np.linspace(x_low, x_high, points), np.linspace(y_low, y_high, points))
    z = surface.value(np.stack([x, y], axis=-1))
    heights = np.unique(np.quantile(z, np.linspace(0, 1, levels + 1)))
    ax.contourf(x, y, z, levels=heights, cmap="Greys_r", alpha=0.35, extend="both")
    ax.contour(x, y, z, levels=heights, colors="0.55", linewidths=0.6)
    if surface.minima:
        ax.plot(*np.transpose(surface.minima), linestyle="", marker="*", ms=13, mfc="white", mec="black")
    if surface.saddles:
        ax.plot(*np.transpose(surface.saddles), linestyle="", marker="x", ms=9, mew=2, color="black")
    ax.set(xlim=(x_low, x_high), ylim=(y_low, y_high), xlabel="$x$", ylabel="$y$")
    ax.grid(False)
    return ax


def paths(ax: Axes, traces: Mapping[str, Trace], *, upto: int | None = None) -> Axes:
    """Draw the path of each rule, up to step ``upto``; the end carries the rule's marker, or a cross.

    A trace that was stopped is named in the legend with its reason.
    """
    if not traces:
        raise ValueError("There must be at least one trace to draw; got none.")
    for name, trace in traces.items():
        points = trace.points if upto is None else trace.points[: upto + 1]
        line = line_style(name)
        over = bool(trace.stopped) and len(points) == len(trace.points)
        if over:
            line["label"] += f" ({trace.stopped})"
        ax.plot(*points.T, **line, clip_on=True)
        ax.plot(
            *points[-1], marker="x" if over else rule_style(name)["marker"], color=line["color"], mec="white"
        )
    ax.plot(*next(iter(traces.values())).points[0], marker="o", ms=9, mfc="none", mec="black")
    ax.legend()
    return ax


def losses(ax: Axes, traces: Mapping[str, Trace], *, upto: int | None = None) -> Axes:
    """Draw the loss of each rule against the number of gradient evaluations."""
    for name, trace in traces.items():
        shown = trace.losses if upto is None else trace.losses[: upto + 1]
        ax.plot(np.arange(len(shown)), shown, **line_style(name))
        if trace.stopped and len(shown) == len(trace.losses):
            ax.plot(len(shown) - 1, shown[-1], marker="x", ms=9, mew=2, color=rule_style(name)["color"])
    ax.set(xlabel="gradient evaluations", ylabel="loss")
    ax.legend()
    return ax


def describe_traces(surface: Surface, traces: Mapping[str, Trace]) -> str:
    """Return alt text made from the data: where each rule started, ended, and at which loss."""
    parts = [f"Level lines of the {surface.name} with {len(traces)} path{'s' if len(traces) != 1 else ''}."]
    for name, trace in traces.items():
        x, y = trace.points[-1]
        end = f"after {trace.evaluations} steps at ({x:.2g}, {y:.2g}), loss {trace.losses[-1]:.3g}"
        parts.append(
            f"{rule_style(name)['label']}: {end}{'; ' + trace.stopped.rstrip('.') if trace.stopped else ''}."
        )
    return " ".join(parts)


class Picture:
    """A finished figure with alt text.  A cell that ends in one shows it; nothing is drawn twice."""

    def __init__(self, figure: Figure, alt: str):
        if not alt.strip():
            raise ValueError(
                "A picture needs alt text: one sentence that says what it shows, with its numbers."
            )
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
        self.png = buffer.getvalue()
        self.width = round(figure.get_figwidth() * 100)
        self.alt = alt
        images = [each for ax in figure.axes for each in ax.images]
        shades = [each for ax in figure.axes for each in ax.collections if isinstance(each, QuadMesh)]
        self.turns = all(
            each.get_gid() == MAP for each in (*images, *shades)
        )  # shades that stand for data stay as they are
        plt.close(figure)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": image(self.png, self.alt, self.width, turns=self.turns), "text/plain": self.alt}


def shown(figure: Figure, *said: str) -> Picture:
    """Print what a figure says and return the picture, with the same as alt text; empty axes show the words too."""
    if not any(ax.has_data() for ax in figure.axes):
        for ax in figure.axes:
            ax.set_title("")
            ax.axis("off")
        where = figure.axes[0].transAxes
        figure.axes[0].text(0, 0.5, "\n".join(said), transform=where, va="center", color="0.35")
    for each in said:
        print(textwrap.fill(each, WIDE, subsequent_indent="    ") if len(each) > WIDE else each)
    return Picture(figure, "; ".join(" ".join(each.split()) for each in said))


def draw(
    figure: Callable[..., str],
    *data: object,
    title: str | Sequence[str],
    size: tuple[float, float] = (8, 4),
    pad: float | None = None,
    **layout: Any,
) -> Picture:
    """Draw a figure of the course on new axes and return the picture.

    figure  ``alt = figure(ax, *data)`` draws and returns alt text; ``figure(axes, *data)`` if there are more titles
    title   what the figure shows, or a title for each of the axes in its row; an empty one leaves the figure's own
    pad     points between title and axes
    layout  of ``plt.subplots``, e.g. ``sharey`` and ``width_ratios``
    """
    titles = [title] if isinstance(title, str) else list(title)
    fig, axes = plt.subplots(1, len(titles), figsize=size, **layout)
    alt = figure(axes, *data)
    for ax, words in zip(fig.axes, titles, strict=False):
        if words:
            ax.set_title(words, pad=pad)
    return Picture(fig, alt)


DARK = """<style>
:is(body[data-jp-theme-light="false"], body.vscode-dark)
  :is(.descent-figure, .jp-Notebook:has(.descent-figure) .widget-image) {
  filter: invert(0.95) hue-rotate(180deg) brightness(1.4); }
</style>"""
"""In a dark theme light and dark change places and every colour keeps its hue.

Brightness lifts what was light on white already, such as Nesterov's blue, from a dark blue on black.  An image
widget in the same notebook is a frame that the reader draws.
"""


def image(png: bytes, alt: str, width: int, *, turns: bool = True) -> str:
    """Return a PNG as HTML that holds it, at most ``width`` pixels wide.

    turns  whether it becomes dark in a dark theme
    """
    source = base64.b64encode(png).decode()
    shown = (
        f'<img src="data:image/png;base64,{source}" alt="{html.escape(alt)}" '
        f'style="width:{width}px;max-width:100%;background:white"'
    )
    return f'{shown} class="descent-figure">{DARK}' if turns else f"{shown}>"
