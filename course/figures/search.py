"""Pictures of searches over hyperparameters: plans, projections, stages, and a board that fills."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course.plots import Picture

GRID, RANDOM, OTHER = "#D55E00", "#0072B2", "#009E73"


def plan(ax: Axes, points: Sequence[tuple[float, float]], *, color: str, marker: str, label: str) -> Axes:
    """Draw the settings of a search in the unit square, with ticks of their projections on both axes."""
    x, y = np.transpose(points)
    ax.plot(x, y, marker, color=color, ms=8, label=label, clip_on=False)
    ax.plot(x, np.full(len(x), -0.03), "|", color=color, ms=12, mew=1.5, clip_on=False)
    ax.plot(np.full(len(y), -0.03), y, "_", color=color, ms=12, mew=1.5, clip_on=False)
    ax.set(xlim=(-0.03, 1), ylim=(-0.03, 1), xticks=[], yticks=[], aspect="equal")
    ax.set_xlabel("one knob", labelpad=12)
    ax.set_ylabel("the other knob", labelpad=12)
    return ax


def projections(
    ax: Axes, curve: tuple[np.ndarray, np.ndarray], tried: Mapping[str, Sequence[tuple[float, float]]]
) -> Axes:
    """Draw a response curve over the knob that matters, and what each search saw of it.

    curve  positions (N,) and accuracies (N,)
    tried  name -> (position, accuracy) of each run; the first is drawn as grid, the second as random
    """
    ax.plot(*curve, color="0.6", lw=1)
    looks = zip(tried.items(), (GRID, RANDOM), ("s", "o"), strict=False)
    for (name, points), color, marker in looks:
        x, y = np.transpose(points)
        found = f"{name}: {len(x)} runs, {len(set(x))} rates, best {100 * np.nanmax(y):.1f}%"
        ax.plot(x, y, marker, color=color, ms=7, label=found)
        ax.plot(x, np.full(len(x), -0.02), "|", color=color, ms=12, mew=2)
    ax.set(xscale="log", xlabel=r"learning rate $\eta$", ylabel="validation accuracy", ylim=(-0.05, 1))
    ax.legend(loc="upper left")
    return ax


def scatter(ax: Axes, trials: Sequence[Mapping[str, Any]]) -> Axes:
    """Draw trials over learning rate and regularisation: lighter and larger is better, a cross has diverged.

    trials  best first; the first has a ring, so that a wrong order is seen
    """
    good = [each for each in trials if not math.isnan(each["val_accuracy"])]
    bad = [each for each in trials if math.isnan(each["val_accuracy"])]
    if good:
        accuracy = np.array([each["val_accuracy"] for each in good])
        x, y = positions(good)
        ax.scatter(
            x,
            y,
            s=12 + 90 * accuracy**3,
            c=accuracy,
            cmap="viridis",
            vmin=0,
            vmax=1,
            edgecolors="0.3",
            lw=0.6,
        )
    if bad:
        ax.plot(*positions(bad), "x", color="0.3", ms=7, ls="")
    if trials:
        ax.plot(*positions(trials[:1]), "o", ms=16, mfc="none", mec="black", mew=1.6)
    ax.set(xscale="log", yscale="log", xlabel=r"learning rate $\eta$", ylabel="regularisation")
    return ax


def positions(trials: Sequence[Mapping[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
    """Return learning rates (N,) and regularisations (N,)."""
    settings = [each["settings"] for each in trials]
    return np.array([s["learning_rate"] for s in settings]), np.array([s["reg"] for s in settings])


def box(ax: Axes, ranges: Mapping[str, tuple[float, float]], **line: Any) -> Axes:
    """Draw a pair of ranges as a rectangle."""
    (left, right), (low, high) = ranges["learning_rate"], ranges["reg"]
    ax.plot([left, right, right, left, left], [low, low, high, high, low], **line)
    for axis, ends in ((ax.xaxis, (left, right)), (ax.yaxis, (low, high))):
        ticks = np.geomspace(*ends, 3)
        axis.set_ticks(ticks, [f"{float(f'{tick:.2g}'):g}" for tick in ticks])
        axis.set_ticks([], minor=True)
    return ax


def best_so_far(ax: Axes, curves: Mapping[str, np.ndarray]) -> Axes:
    """Draw the lowest error after each trial: median over seeds as a line, the seeds' range as a band.

    curves  name -> accuracies (seeds, trials), NaN for a trial that diverged
    """
    looks = zip(
        curves.items(), (RANDOM, OTHER, GRID), ("-", "--", ":"), ("///", "\\\\\\", "..."), strict=False
    )
    for (name, values), color, dash, hatch in looks:
        best = 1 - np.fmax.accumulate(np.nan_to_num(values), axis=1)
        n = np.arange(1, best.shape[1] + 1)
        low, high = best.min(axis=0), best.max(axis=0)
        ax.fill_between(n, low, high, facecolor=color, edgecolor=color, alpha=0.15, hatch=hatch, lw=0)
        ax.plot(n, np.median(best, axis=0), color=color, ls=dash, lw=2.5, label=name)
    ax.set(xlabel="trials", ylabel="lowest validation error so far (log)", yscale="log")
    ax.set_yticks([0.06, 0.1, 0.2, 0.5, 1.0], ["0.06", "0.1", "0.2", "0.5", "1"])
    ax.set_yticks([], minor=True)
    ax.legend(loc="upper right")
    return ax


def again(ax: Axes, names: Sequence[str], first: Sequence[float], repeats: np.ndarray) -> Axes:
    """Draw what runs scored when they were found (hollow) and when they were trained again (dots and their mean).

    first    accuracies (K,)
    repeats  accuracies (K, seeds)
    """
    for k, values in enumerate(repeats):
        ax.plot(
            [k] * len(values), values, "o", ms=5, color=RANDOM, alpha=0.6, label="again" if k == 0 else None
        )
        ax.plot(
            [k - 0.2, k + 0.2], [values.mean()] * 2, color=RANDOM, lw=2.5, label="mean" if k == 0 else None
        )
    ax.plot(range(len(first)), first, "D", ms=9, mfc="none", mec=GRID, mew=1.8, ls="", label="when found")
    ax.set_xticks(range(len(names)), names)
    ax.set(
        ylabel="validation accuracy", xlabel="run, in the order of the board", xlim=(-0.6, len(names) - 0.4)
    )
    ax.set_title("The first of the board, trained again with fresh seeds")
    ax.legend(ncols=3, loc="lower left", fontsize=9)
    return ax


def nothing_yet(axes: Sequence[Axes], what: str) -> None:
    """Say in empty axes what comes first."""
    for ax in axes:
        ax.set_axis_off()
        ax.text(0.5, 0.5, what, ha="center", va="center", transform=ax.transAxes)


class Board:
    """A leaderboard and a scatter side by side, drawn again as often as ``show`` is called.

    top  how many lines the table has
    """

    def __init__(self, *, top: int = 6):
        self.top, self.handle = top, None

    def show(self, records: Sequence[Mapping[str, Any]], states: Mapping[str, str], note: str = "") -> None:
        """Draw the runs of a leaderboard and the states of the workers, in the place of what was there."""
        from IPython.display import display

        view = View(records[: self.top], records, states, note)
        if self.handle is None:
            self.handle = display(view, display_id=True)
        else:
            self.handle.update(view)


class View:
    """One look at a board, as HTML with alt text."""

    def __init__(
        self, top: Sequence[Mapping], records: Sequence[Mapping], states: Mapping[str, str], note: str
    ):
        self.top, self.count, self.states, self.note = top, len(records), states, note
        fig, ax = plt.subplots(figsize=(4.6, 3.4))
        scatter(ax, records) if records else nothing_yet([ax], "no checkpoint yet")
        best = f", ring: the best, {100 * top[0]['val_accuracy']:.1f}%" if top else ""
        ax.set_title(f"{len(records)} runs{best}\nlighter, larger: more accurate", fontsize=10)
        leader = f" The leader has {100 * top[0]['val_accuracy']:.1f}%." if top else ""
        workers = ", ".join(f"{name} {state}" for name, state in states.items())
        self.picture = Picture(
            fig, f"{len(records)} runs over learning rate and regularisation.{leader} {workers}"
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        lines = "".join(
            f"<tr><td>{rank}</td><td>{100 * each['val_accuracy']:.2f}</td><td>{html.escape(str(each['run']))}</td>"
            f"<td>{each['epoch']}</td><td>{each['settings']['learning_rate']:.2g}</td>"
            f"<td>{each['settings']['reg']:.2g}</td></tr>"
            for rank, each in enumerate(self.top, start=1)
        )
        heads = "".join(f"<th>{name}</th>" for name in ("", "% val.", "run", "epoch", "η", "reg"))
        workers = " · ".join(f"{html.escape(n)}: {html.escape(s)}" for n, s in self.states.items())
        shown = f"<caption>{len(self.top)} of {self.count} runs</caption>"
        table = f"<table>{shown}<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
        image = self.picture._repr_mimebundle_()["text/html"]
        page = (
            '<div style="display:flex;gap:1.5em;flex-wrap:wrap;align-items:flex-start">'
            f"<div>{table}<p>{workers}</p><p>{html.escape(self.note)}</p></div><div>{image}</div></div>"
        )
        return {"text/html": page, "text/plain": f"{self.picture.alt} {self.note}"}
