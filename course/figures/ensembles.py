"""Pictures of ensembles: who errs where, what more members bring, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from course import plots

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "0.45"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "h")
Report = tuple[float, float, float]
"""Gain and the ends of its interval, as shares of one."""


def who_errs(ax: Axes, wrong: np.ndarray, names: Sequence[str]) -> Axes:
    """Draw a mark for every mistake: one line for each of M networks, one column for each image that some miss.

    wrong  (M, N) booleans; images that nobody misses are left out, those that many miss come first.  Rows beyond
           the networks named "together" do not change the columns.
    """
    single = wrong[[k for k, name in enumerate(names) if name != "together"]]
    missed = np.flatnonzero(single.any(axis=0))
    missed = missed[np.argsort(-single[:, missed].sum(axis=0), kind="stable")]
    for row, (name, errors) in enumerate(zip(names, wrong, strict=True)):
        places = np.flatnonzero(errors[missed])
        ax.plot(
            places,
            np.full(len(places), row),
            "|",
            ms=17,
            mew=2.2,
            color=ORANGE if name == "together" else BLUE,
        )
        ax.text(len(missed) + 1, row, f"{errors.sum()}", va="center")
    ax.set(ylim=(len(names) - 0.4, -0.6), xlim=(-1, len(missed) + 6), yticks=range(len(names)))
    ax.set_yticklabels(names)
    ax.set_xlabel(f"{len(missed)} images of {wrong.shape[1]}, those that all miss on the left")
    ax.grid(False)
    return ax


def interval(
    ax: Axes, x: float, report: Report, *, color: str = BLUE, marker: str = "o", label: str = ""
) -> None:
    """Draw a gain as a marker and its interval as a bar, in points of a hundred."""
    middle, low, high = 100 * np.asarray(report)
    ax.plot([x, x], [low, high], color=color, lw=4, alpha=0.35, solid_capstyle="butt")
    ax.plot(x, middle, marker, color=color, ms=8, label=label or None)


def against_number(ax: Axes, reports: Mapping[int, Report], series: np.ndarray) -> Axes:
    """Draw the gain against the number of networks, and one series in which they join one after the other.

    series  (T,) gains of the first 1, 2, ... networks, as shares of one
    """
    ax.axhline(0, color="0.7", lw=1)
    ax.plot(np.arange(1, len(series) + 1), 100 * series, color=ORANGE, ls="--", lw=1.5, label="one series")
    for k, (count, report) in enumerate(reports.items()):
        interval(ax, count, report, label="" if k else "mean of disjoint draws, 95%")
    counts = [1, *reports]
    ax.set(xscale="log", xlabel="networks that are averaged", ylabel="gain in points")
    ax.set_xticks(counts, [str(count) for count in counts])
    ax.set_xticks([], minor=True)
    ax.set_ylim(bottom=-0.4)  # room for the legend below the line of no gain
    ax.legend(loc="lower right")
    return ax


def against_variety(
    axes: Sequence[Axes], rows: Mapping[str, tuple[float, Report | None, float, float]]
) -> Sequence[Axes]:
    """Draw gain and accuracy against variety.

    rows  name -> (share of images on which two members differ, gain, accuracy of a member, of the ensemble)
    """
    left, right = axes
    for (name, (variety, report, single, together)), marker in zip(rows.items(), MARKERS, strict=False):
        if report is not None:
            interval(left, 100 * variety, report, marker=marker, label=name)
        right.plot([100 * variety] * 2, [100 * single, 100 * together], color="0.7", lw=2, zorder=1)
        right.plot(100 * variety, 100 * single, marker, mfc="white", color=GREY, ms=7)
        right.plot(100 * variety, 100 * together, marker, color=ORANGE, ms=9)
    left.set(xlabel="images on which two members differ, %", ylabel="gain in points")
    right.set(xlabel="images on which two members differ, %", ylabel="accuracy, %")
    if rows:
        left.axhline(0, color="0.7", lw=1)
        left.legend(fontsize=9)
    return axes


def seeds_in_columns(ax: Axes, columns: Mapping[str, np.ndarray], *, seed: int = 0) -> Axes:
    """Draw one dot for each seed in a column for each way, and the mean of each as a bar."""
    rng = np.random.default_rng(seed)
    looks = zip(columns.items(), (GREY, ORANGE, BLUE, GREEN, "#CC79A7", "0.2"), MARKERS, strict=False)
    for x, ((_, values), color, marker) in enumerate(looks):
        ax.plot(
            x + rng.uniform(-0.15, 0.15, len(values)), 100 * values, marker, mfc="none", color=color, ms=6
        )
        ax.plot([x - 0.28, x + 0.28], [100 * values.mean()] * 2, color=color, lw=3)
    ax.set(
        xlim=(-0.6, len(columns) - 0.4),
        ylabel="accuracy, %",
        xlabel="a mark is one seed, the bar is their mean",
    )
    ax.set_xticks(range(len(columns)), list(columns))
    return ax


def gains_in_columns(ax: Axes, reports: Mapping[str, Report]) -> Axes:
    """Draw a gain and its interval in a column for each way."""
    for x, (report, marker) in enumerate(zip(reports.values(), MARKERS, strict=False)):
        interval(ax, x, report, marker=marker)
    ax.axhline(0, color="0.7", lw=1)
    ax.set(xlim=(-0.6, len(reports) - 0.4), ylabel="gain in points")
    ax.set_xticks(range(len(reports)), list(reports))
    return ax


def half_width(values: np.ndarray) -> float:
    """Return half of Student's 95% interval for the mean of some draws; none for a single draw."""
    if len(values) < 2:
        return 0.0
    return float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))


def costs(ax: Axes, rows: Mapping[str, tuple[int, np.ndarray]]) -> Axes:
    """Draw accuracy against multiplications for one image: mean over draws with its 95% interval.

    rows  name -> (multiplications, accuracies of the draws)
    """
    palette = (GREY, BLUE, BLUE, "0.2", ORANGE, ORANGE, GREEN, "#CC79A7", "#CC79A7")
    for (name, (cost, values)), color, marker in zip(rows.items(), palette, MARKERS, strict=False):
        half = 100 * half_width(values)
        ax.errorbar(cost, 100 * values.mean(), half, fmt=marker, color=color, ms=9, capsize=4, label=name)
    ax.set(xscale="log", xlabel="multiplications for one image", ylabel="accuracy, %")
    if rows:
        ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    return ax


def hard_ones(images: np.ndarray, captions: Sequence[str], *, columns: int = 10) -> Figure:
    """Return a figure with small images (n, side, side) and a line below each."""
    lines = -(-len(images) // columns)
    fig, axes = plt.subplots(lines, columns, figsize=(columns * 0.95, lines * 1.5), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, image, caption in zip(axes.flat, images, captions, strict=False):
        ax.imshow(image, cmap="gray_r")
        ax.set_title(caption, fontsize=9)
    return fig


def shown(figure: Figure, *said: str) -> plots.Picture:
    """Print what a figure says and return the picture; if nothing is drawn yet, write it there instead."""
    if not any(ax.has_data() for ax in figure.axes):
        for ax in figure.axes:
            ax.set_title("")
            ax.axis("off")
            ax.text(0.5, 0.5, "\n".join(said), transform=ax.transAxes, ha="center", va="center", color=GREY)
    print(*said, sep="\n")
    return plots.Picture(figure, "; ".join(" ".join(each.split()) for each in said))
