"""Pictures of trials: scattered, in stages, in rungs, on a board that fills, and trained again."""

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course.figures.search import GRID, RANDOM, Trials
from course.plots import Picture, shown


def scatter(ax: Axes, trials: Trials) -> Axes:
    """Draw trials over learning rate and regularisation: lighter and larger is better, a cross has diverged.

    trials  best first; the first has a ring, so that a wrong order is seen
    """
    good = [each for each in trials if not math.isnan(each["val_accuracy"])]
    bad = [each for each in trials if math.isnan(each["val_accuracy"])]
    if good:
        accuracy = np.array([each["val_accuracy"] for each in good])
        looks = {"cmap": "viridis", "vmin": 0, "vmax": 1, "edgecolors": "0.3", "lw": 0.6}
        ax.scatter(*positions(good), s=12 + 90 * accuracy**3, c=accuracy, **looks)
    if bad:
        ax.plot(*positions(bad), "x", color="0.3", ms=7, ls="")
    if trials:
        ax.plot(*positions(trials[:1]), "o", ms=16, mfc="none", mec="black", mew=1.6)
    ax.set(xscale="log", yscale="log", xlabel=r"learning rate $\eta$", ylabel=r"penalty $\lambda$")
    return ax


def positions(trials: Trials) -> tuple[np.ndarray, np.ndarray]:
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


def stages(told: Sequence[tuple[int, Mapping, Trials]], border: Any) -> Picture:
    """Draw the trials of every stage in the ranges it searched.

    told    per stage epochs, ranges and trials; empty while the search is not written
    border  the reader's ``on_border``
    """
    fig, axes = plt.subplots(1, 3, figsize=(13, 4))
    said = [] if told else ["Exercises 1 to 4 come first."]
    for ax, (epochs, ranges, trials) in zip(axes, told, strict=False):
        scatter(ax, trials)
        box(ax, ranges, color="0.3", lw=1.2, ls="--")
        top = trials[0]
        ends = {name: border(top["settings"][name], *ranges[name]) for name in ranges}
        runs = f"{len(trials)} runs of {epochs} epoch{'s' if epochs > 1 else ''}"
        ax.set_title(f"{runs}: best {100 * top['val_accuracy']:.1f}%")
        said.append(
            f"{runs}: best {top['val_accuracy']:.3f} at "
            + ", ".join(f"{name} {top['settings'][name]:.2g} ({end})" for name, end in ends.items())
        )
    return shown(fig, *said)


def ladder(rungs: Sequence[Mapping[str, Any]] | None) -> Picture:
    """Draw the error of every setting in every rung that trained it; the winner is drawn thick."""
    fig, ax = plt.subplots(figsize=(8.6, 4))
    if not rungs:
        return shown(fig, "Exercises 1 and 5 come first.")
    lines: dict[float, list[tuple[int, float]]] = {}
    for rung in rungs:
        for trial in rung["trials"]:
            error = 100 * (1 - np.nan_to_num(trial["val_accuracy"]))
            lines.setdefault(trial["settings"]["learning_rate"], []).append((rung["epochs"], error))
    winner = rungs[-1]["trials"][0]["settings"]["learning_rate"]
    for rate, points in lines.items():
        look = {"color": GRID, "lw": 2.5, "zorder": 3} if rate == winner else {"color": "0.6", "lw": 0.8}
        ax.plot(*np.transpose(points), marker="o", ms=4, **look)
    steps = [rung["epochs"] for rung in rungs]
    ax.set(
        xscale="log", yscale="log", xlabel="epochs of the runs in a rung", ylabel="validation error, % (log)"
    )
    ax.set_yticks([5, 10, 20, 50, 100], ["5", "10", "20", "50", "100"])
    ax.set_yticks([], minor=True)
    counts = [len(rung["trials"]) for rung in rungs]
    ax.set_xticks(steps, [f"{e}\n{n} run{'' if n == 1 else 's'}" for e, n in zip(steps, counts, strict=True)])
    ax.set_xticks([], minor=True)
    rank = sum(points[0][1] < lines[winner][0][1] for points in lines.values()) + 1
    spent = sum(rung["epochs"] * len(rung["trials"]) for rung in rungs)
    ax.set_title(f"{len(lines)} settings, {spent} epochs: the winner was number {rank} after the first rung")
    return shown(
        fig,
        f"Rungs of {', '.join(str(len(rung['trials'])) for rung in rungs)} runs, {spent} epochs in all.",
        f"The winner, rate {winner:.2g}, was number {rank} of {len(lines)} after the first rung.",
    )


def again(names: Sequence[str], first: Sequence[float], repeats: np.ndarray) -> Picture:
    """Draw what settings scored when they were found (hollow) and when they were trained again (dots and mean).

    first    accuracies (K,)
    repeats  accuracies (K, seeds)
    """
    fig, ax = plt.subplots(figsize=(8, 3))
    if not names:
        return shown(fig, "Exercises 1 and 5 come first.")
    for k, values in enumerate(repeats):
        label = ("trained again", "mean") if k == 0 else (None, None)
        ax.plot([k] * len(values), values, "o", ms=5, color=RANDOM, alpha=0.6, label=label[0])
        ax.plot([k - 0.2, k + 0.2], [values.mean()] * 2, color=RANDOM, lw=2.5, label=label[1])
    ax.plot(range(len(first)), first, "D", ms=9, mfc="none", mec=GRID, mew=1.8, ls="", label="when found")
    ax.set_xticks(range(len(names)), names)
    ax.set(ylabel="validation accuracy", xlim=(-0.6, len(names) - 0.4))
    lost = 100 * (np.mean(first) - repeats.mean())
    ax.set_title(f"Trained again, the finalists lose {lost:.1f} points on average")
    ax.set_ylim(ax.get_ylim()[0] - 0.2 * np.ptp(ax.get_ylim()), None)  # room for the legend
    ax.legend(ncols=3, loc="lower left", fontsize=9)
    place = int(repeats.mean(axis=1).argmax())
    return shown(
        fig,
        f"When found: {np.mean(first):.3f} on average; trained again {repeats.mean():.3f}.",
        f"By the mean, {names[place]} is the best.",
    )


def ending(seen: Trials, test: float, images: int, settings: Mapping[str, float]) -> Picture:
    """Draw the accuracy of the last run on training and validation rows, and the one number of the test rows."""
    fig, ax = plt.subplots(figsize=(8, 3.4))
    if not seen:
        return shown(fig, "Exercises 1 and 5 come first.")
    epochs = [each["epoch"] for each in seen]
    for part, dash, color in (("train", "--", "0.45"), ("val", "-", RANDOM)):
        ax.plot(epochs, [each[f"{part}_accuracy"] for each in seen], ls=dash, color=color, label=part)
    ax.plot(epochs[-1], test, "*", ms=14, color=GRID, label="test, looked at once")
    ax.legend(loc="lower center")
    ax.set(xlabel="epoch", ylabel="accuracy")
    ax.set_title(f"Validation {seen[-1]['val_accuracy']:.3f}, test {test:.3f}")
    error = (test * (1 - test) / images) ** 0.5
    return shown(
        fig,
        f"Rate {settings['learning_rate']:.3g}, reg {settings['reg']:.3g}, {epochs[-1]} epochs, all training rows:",
        f"validation {seen[-1]['val_accuracy']:.3f}, test {test:.3f}, on {images} images each"
        f" (standard error {error:.3f}).",
    )


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
        scatter(ax, records)
        best = f", ring: the best, {100 * top[0]['val_accuracy']:.1f}%" if top else ""
        ax.set_title(f"{len(records)} runs{best}\nlarger: more accurate", fontsize=10)
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
