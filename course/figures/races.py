"""Pictures of a race between rules: the final loss of each against its rate."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course import plots
from course.figures.landscapes import NOTHING, headline
from course.plots import Picture


def race(results: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray]]], title: str) -> Picture:
    """Return a panel for each valley: the final loss of each rule against rate times curvature."""
    fig, axes = plt.subplots(1, len(results), figsize=(13, 4.4), layout="constrained")
    alt = []
    for ax, (where, curves) in zip(axes, results.items(), strict=True):
        against_rate(ax, curves, where)
        alt += [f"{where}: {name} reaches {loss.min():.0e}" for name, (_, loss) in curves.items()]
    fig.suptitle(title if alt else "")
    return Picture(fig, "; ".join(alt) or NOTHING)


def against_rate(ax: Axes, curves: Mapping[str, tuple[np.ndarray, np.ndarray]], title: str) -> Axes:
    """Draw the final loss of each rule against rate times curvature, and mark the rate that is best for it."""
    for name, (a, loss) in curves.items():
        low, style = int(loss.argmin()), plots.rule_style(name)
        ax.semilogy(a, loss, **plots.line_style(name))
        ax.plot(a[low], loss[low], style["marker"], markersize=9, color=style["color"])
    ax.set(xlabel=r"rate times steepest curvature, $\eta L$", ylabel="largest of the last ten losses")
    return headline(ax, title, curves)


def by_effective_rate(
    rates: np.ndarray, results: Mapping[str, Mapping[str, np.ndarray]], title: str
) -> Picture:
    """Return a panel for each batch: the loss of each rule, (rates, seeds), against the effective rate."""
    fig, axes = plt.subplots(1, len(results), figsize=(13, 4.6), layout="constrained", sharey=True)
    alt = []
    for ax, (where, tables) in zip(axes, results.items(), strict=True):
        means_and_ranges(ax, rates, tables, where)
        best = {name: np.nanmin(table.mean(axis=1)) for name, table in tables.items()}
        alt += [f"{where}, {name}: best mean loss {loss:.2g}" for name, loss in best.items()]
    fig.suptitle(title if alt else "")
    return Picture(fig, "; ".join(alt) or NOTHING)


def means_and_ranges(ax: Axes, rates: np.ndarray, losses: Mapping[str, np.ndarray], title: str) -> Axes:
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


def tuned_race(
    rates: np.ndarray, tuning: Mapping[str, Mapping[str, np.ndarray]], seeds: Mapping[str, Mapping[str, list]]
) -> Picture:
    """Return a row for each data set: the loss of each rule against its rate, and the losses of other seeds."""
    fig, axes = plt.subplots(len(tuning), 2, figsize=(11, 7), layout="constrained", width_ratios=(3, 2))
    alt = []
    for (left, right), data in zip(axes, tuning, strict=True):
        by_rate(left, rates, tuning[data]).set_title(f"Tuning, {data}")
        by_seed(right, seeds[data]).set_title(f"The race, {data}")
        alt += [f"{name}, {data}: mean {np.mean(found):.3f}." for name, found in seeds[data].items()]
    axes[-1, 0].legend(loc="lower right", fontsize=9)
    return Picture(fig, " ".join(alt) or NOTHING)


def by_rate(ax: Axes, rates: np.ndarray, losses: Mapping[str, np.ndarray]) -> Axes:
    """Draw the loss of each rule against its rate; stopped runs leave a gap."""
    for name, found in losses.items():
        shown = np.where(np.isfinite(found), found, np.nan)
        ax.loglog(rates, shown, **plots.line_style(name), marker=plots.rule_style(name)["marker"])
    ax.set(xlabel="learning rate", ylabel="validation loss", ylim=(0.05, 5))
    return ax


def by_seed(ax: Axes, losses: Mapping[str, list]) -> Axes:
    """Draw one circle per seed and a bar at the mean, one row per rule."""
    for row, (name, found) in enumerate(losses.items()):
        color = plots.rule_style(name)["color"]
        ax.plot(found, [row] * len(found), "o", color=color, mfc="none", ms=7)
        ax.plot(np.mean(found), row, "|", ms=18, mew=2.5, color=color)
    count = max(map(len, losses.values()), default=0)
    ax.set(xlabel=f"validation loss, {count} other seeds", xlim=(0, 0.7))
    ax.set_yticks(range(len(losses)), [plots.rule_style(name)["label"] for name in losses])
    ax.invert_yaxis()
    return ax
