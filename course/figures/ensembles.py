"""Pictures of the first half of lesson 10: who errs where, what more members bring, runs and their averages.

What a picture says is printed and is its alt text.  A picture whose functions are not written yet says so.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course.plots import Picture, shown

BLUE, ORANGE, GREEN, PINK, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "0.45"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "h")
COLOURS = (GREY, ORANGE, BLUE, GREEN, PINK, "0.2")
DASHES = ("-", "--", ":", "-.")
Report = tuple[float, float, float]
"""Gain and the ends of its interval, as shares of one."""


def exam(scores: np.ndarray, y: np.ndarray, together: np.ndarray | None = None) -> Picture:
    """Draw a mark for every mistake, a line for each network, and below them what their average gets wrong.

    scores    (M, N, C)
    together  (N, C) probabilities, or None
    """
    wrong = scores.argmax(axis=2) != y
    missed = np.flatnonzero(wrong.any(axis=0))
    missed = missed[np.argsort(-wrong[:, missed].sum(axis=0), kind="stable")]
    names, rows, colours = [f"seed {k}" for k in range(len(wrong))], list(wrong), [BLUE] * len(wrong)
    if together is not None:
        joint = np.asarray(together).argmax(axis=1) != y
        names, rows, colours = [*names, "average"], [*rows, joint], [*colours, ORANGE]
    fig, ax = plt.subplots(figsize=(9, 0.42 * len(rows) + 0.8))
    for row, (errors, colour) in enumerate(zip(rows, colours, strict=True)):
        places = np.flatnonzero(errors[missed])
        ax.plot(places, np.full(len(places), row), "|", ms=17, mew=2.2, color=colour)
        ax.text(len(missed) + 1, row, f"{errors.sum()}", va="center")
    ax.set(ylim=(len(names) - 0.4, -0.6), xlim=(-1, len(missed) + 6), yticks=range(len(names)))
    ax.set_yticklabels(names)
    ax.set_xlabel(
        f"{len(missed)} images of {len(y)}, those that all miss on the left; at the right the mistakes"
    )
    ax.grid(False)
    alone, all_miss = wrong.sum(axis=1), wrong.all(axis=0)
    said = [
        f"Mistakes on {len(y)} images: {', '.join(map(str, alone))}; {all_miss.sum()} images are missed by all."
    ]
    ax.set_title("Five networks miss different images, and some the same")
    if together is not None:
        few = (wrong.sum(axis=0) > 0) & (wrong.sum(axis=0) <= len(wrong) // 2)
        ax.set_title(
            f"The average makes {joint.sum()} mistakes, a single network {alone.mean():.1f} on average"
        )
        said = [
            f"The average makes {joint.sum()} mistakes. One network makes {alone.mean():.1f} on average, the best"
            f" {alone.min()}.",
            f"Of the {all_miss.sum()} images that all miss, the average misses {joint[all_miss].sum()};"
            f" of the {few.sum()} that one or two miss, {joint[few].sum()}.",
        ]
    return shown(fig, *said)


def lines(ax: Axes, x: Sequence[float], ways: Mapping[str, Sequence[float]]) -> None:
    """Draw a line for each way, shares as percentages."""
    for (name, values), color, dash, marker in zip(ways.items(), COLOURS[1:], DASHES, MARKERS, strict=False):
        ax.plot(x, 100 * np.asarray(values), color=color, ls=dash, marker=marker, label=name)
    ax.set(ylabel="accuracy, %")


def one_too_sure(factors: np.ndarray, ways: Mapping[str, Sequence[float]], alone: float) -> Picture:
    """Draw the accuracy of two means against the factor on one network's scores, and of that network alone."""
    fig, ax = plt.subplots(figsize=(7.4, 3.3))
    lines(ax, factors, ways)
    ax.axhline(100 * alone, color="0.6", ls=":", label="that network alone")
    ax.set(xscale="log", xlabel="factor on the scores of one network")
    ax.set_xticks([1, 10, 100], ["1", "10", "100"])
    ax.set_title("One network that is too sure dominates a mean of scores")
    ax.legend()
    said = [
        f"{n}: {100 * v[0]:.1f}% at factor 1, {100 * v[-1]:.1f}% at {factors[-1]:.0f}"
        for n, v in ways.items()
    ]
    return shown(fig, *said)


def halfway(way: np.ndarray, between: Mapping[str, Sequence[float]]) -> Picture:
    """Draw accuracies on the straight line from one network's weights to another's."""
    fig, ax = plt.subplots(figsize=(7.4, 3.3))
    lines(ax, way, between)
    ax.set(xlabel="share of the way from one network's weights to the other's")
    ax.set_title("The mean of two good networks can be a bad one")
    ax.legend()
    middle = len(way) // 2
    return shown(
        fig,
        *(
            f"{name}: ends {100 * v[0]:.1f} and {100 * v[-1]:.1f}%, half way {100 * v[middle]:.1f}%"
            for name, v in between.items()
        ),
    )


def gains_of_pairs(loss: np.ndarray | None, accuracy: np.ndarray | None) -> Picture:
    """Draw by how much each of several averages is better than its members: in log loss and in accuracy."""
    fig, axes = plt.subplots(1, 2, figsize=(9, 2.6), sharey=True)
    if loss is None or accuracy is None:
        return shown(fig, "Exercise 1 comes first.")
    said = []
    for ax, values, name, unit in zip(
        axes, (loss, 100 * accuracy), ("log loss", "accuracy"), ("", ", points"), strict=True
    ):
        heights = np.random.default_rng(0).uniform(-0.3, 0.3, len(values))
        ax.plot(values, heights, "o", color=BLUE, mfc="none")
        ax.axvline(0, color="0.4", lw=1)
        ax.set(xlabel=f"gain in {name}{unit}", yticks=[], ylim=(-0.6, 0.6))
        better, worse = (values > 1e-12).sum(), (values < -1e-12).sum()
        ax.set_title(f"{name[0].upper()}{name[1:]}: better {better}, worse {worse}")
        said.append(
            f"{name}: of {len(values)} averages of two {better} are better than their members, {worse} worse"
        )
    return shown(fig, *said)


def interval(
    ax: Axes, x: float, report: Report, *, color: str = BLUE, marker: str = "o", label: str = ""
) -> None:
    """Draw a gain as a marker and its interval as a bar, in points of a hundred."""
    middle, low, high = 100 * np.asarray(report)
    ax.plot([x, x], [low, high], color=color, lw=4, alpha=0.35, solid_capstyle="butt")
    ax.plot(x, middle, marker, color=color, ms=8, label=label or None)


def against_number(reports: Mapping[int, Report] | None, series: np.ndarray, single: float) -> Picture:
    """Draw the gain against the number of networks, and one series in which they join one after the other.

    series  (T,) gains of the first 1, 2, ... networks, as shares of one
    single  mean accuracy of a network
    """
    fig, ax = plt.subplots(figsize=(8, 3.8))
    if not reports:
        return shown(fig, "Exercises 1 and 2 come first.")
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
    ax.set_title("The first few networks bring most of the gain")
    told = [
        f"{m}: {100 * g:+.2f} [{100 * low:+.2f}, {100 * high:+.2f}]" for m, (g, low, high) in reports.items()
    ]
    return shown(
        fig,
        f"One network: {100 * single:.2f}% on average. Gain in points by number of networks: {'; '.join(told)}.",
        f"One series is best with {series.argmax() + 1} networks and falls {(np.diff(series) < 0).sum()} times.",
    )


def by_draw(exams: Mapping[int, tuple[np.ndarray, np.ndarray]]) -> Picture:
    """Draw the gain of every draw over its mean member, and say how often its average beats its best member.

    exams  members of a draw -> accuracies (D, M) of the members and (D,) of their averages
    """
    fig, ax = plt.subplots(figsize=(8, 2.2))
    said = [] if exams else ["Exercise 1 comes first."]
    for row, (members, (alone, joined)) in enumerate(exams.items()):
        gains, ahead = 100 * (joined - alone.mean(axis=1)), int((joined > alone.max(axis=1)).sum())
        ax.plot(gains, np.full(len(gains), row), "o", mfc="none", color=COLOURS[1 + row])
        ax.plot([gains.mean()] * 2, [row - 0.3, row + 0.3], color=COLOURS[1 + row], lw=3)
        said.append(
            f"{len(gains)} draws of {members}: mean gain {gains.mean():.2f} points, from {gains.min():.2f} to"
            f" {gains.max():.2f}; the average beats its best member in {ahead}"
        )
    ax.set_yticks(range(len(exams)), [f"{len(v[1])} draws of {k}" for k, v in exams.items()])
    ax.set(
        ylim=(max(len(exams), 1) - 0.4, -0.6), xlabel="gain over the mean member in points (bar: the mean)"
    )
    ax.grid(axis="y", visible=False)
    ax.set_title("The gain of a single draw varies widely")
    return shown(fig, *said)


def against_variety(rows: Mapping[str, tuple[float, Report, float, float]]) -> Picture:
    """Draw gain and accuracy against variety.

    rows  name -> (share of images on which two members differ, gain, accuracy of a member, of the average)
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2))
    if not rows:
        return shown(fig, "Exercises 1 and 2 come first.")
    for (name, (variety, report, single, together)), marker in zip(rows.items(), MARKERS, strict=False):
        interval(left, 100 * variety, report, marker=marker, label=name)
        right.plot([100 * variety] * 2, [100 * single, 100 * together], color="0.7", lw=2, zorder=1)
        right.plot(100 * variety, 100 * single, marker, mfc="white", color=GREY, ms=7)
        right.plot(100 * variety, 100 * together, marker, color=ORANGE, ms=9)
    for ax in (left, right):
        ax.set(xlabel="images on which two members differ, %")
    left.set(ylabel="gain in points", title=f"Largest gain: {max(rows, key=lambda name: rows[name][1][0])}")
    right.set(ylabel="accuracy, %", title=f"Best average: {max(rows, key=lambda name: rows[name][3])}")
    left.axhline(0, color="0.7", lw=1)
    left.legend(fontsize=9)
    return shown(
        fig,
        *(
            f"{name:24s} member {100 * single:.1f}%, average {100 * together:.1f}%, two differ on {100 * v:.1f}%"
            for name, (v, _, single, together) in rows.items()
        ),
    )


def seeds_in_columns(ax: Axes, columns: Mapping[str, np.ndarray], *, seed: int = 0) -> Axes:
    """Draw one mark for each seed in a column for each way, and the mean of each as a bar."""
    rng = np.random.default_rng(seed)
    looks = zip(columns.items(), COLOURS, MARKERS, strict=False)
    for x, ((_, values), color, marker) in enumerate(looks):
        places = x + rng.uniform(-0.15, 0.15, len(values))
        ax.plot(places, 100 * values, marker, mfc="none", color=color, ms=6)
        ax.plot([x - 0.28, x + 0.28], [100 * values.mean()] * 2, color=color, lw=3)
    ax.set(
        xlim=(-0.6, len(columns) - 0.4),
        ylabel="accuracy, %",
        xlabel="a mark is one seed, the bar is their mean",
    )
    ax.set_xticks(range(len(columns)), list(columns))
    return ax


def two_runs(ends: Mapping[str, Mapping[str, np.ndarray]]) -> Picture:
    """Draw for each kind of run the accuracy of its last checkpoint and of the average of its last few."""
    fig, axes = plt.subplots(1, 2, figsize=(9, 3.6))
    said = [] if ends else ["Exercise 3 comes first."]
    for ax, (name, columns) in zip(axes, ends.items(), strict=False):
        (_, last), (_, few) = columns.items()
        seeds_in_columns(ax, columns)
        ax.set_title(f"A {name} run: {100 * (few - last).mean():+.2f} points")
        said.append(
            f"{name}: last checkpoint {100 * last.mean():.2f}%, average of five {100 * few.mean():.2f}%, better for"
            f" {(few > last).sum()} of {len(last)} seeds"
        )
    return shown(fig, *said)


def averaged_run(runs: np.ndarray | None, cooled: np.ndarray | None) -> Picture:
    """Draw accuracies along runs, of the weights and of their running average, and where both and cooled runs end.

    runs    (seeds, epochs + 1, 2)
    cooled  (seeds,)
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), width_ratios=(1.2, 1))
    if runs is None or cooled is None:
        return shown(fig, "Exercise 4 comes first.")
    for k, (name, color, dash) in enumerate((("weights", GREY, "-"), ("running average", ORANGE, "--"))):
        left.plot(100 * runs[0, :, k], color=color, ls=dash, lw=1)
        left.plot(100 * runs[:, :, k].mean(axis=0), color=color, ls=dash, lw=3, label=name)
    left.set(
        xlabel="epoch",
        ylabel="accuracy, %",
        ylim=(80, 96),
        title=f"Thick: mean of {len(runs)}; thin: one run",
    )
    left.legend(loc="lower right")
    last, mean = runs[:, -1].T
    seeds_in_columns(right, {"last weights": last, "average": mean, "cooled": cooled})
    right.set_title(f"Better for {(mean > last).sum()} of {len(runs)} seeds")
    return shown(
        fig,
        f"Last weights {100 * last.mean():.2f}%, running average {100 * mean.mean():.2f}% (better for"
        f" {(mean > last).sum()} of {len(runs)} seeds), cooled {100 * cooled.mean():.2f}%.",
    )


def by_memory(decays: Sequence[float], ends: np.ndarray | None, steps: int) -> Picture:
    """Draw the error of the running average against its memory; ends (decays, seeds) are accuracies."""
    fig, ax = plt.subplots(figsize=(7.4, 3.2))
    if ends is None:
        return shown(fig, "Exercise 4 comes first.")
    memory = 1 / (1 - np.array(decays))
    ax.plot(memory, 100 * (1 - ends), "o", color="0.6", ms=4, mfc="none")
    ax.plot(memory, 100 * (1 - ends.mean(axis=1)), "s-", color=ORANGE, label=f"mean of {ends.shape[1]} seeds")
    ax.axvline(steps, color="0.5", ls=":", label="steps of the run")
    ax.set(xscale="log", yscale="log", xlabel="memory $1/(1-d)$ in steps", ylabel="error, %")
    ax.set_yticks([6, 10, 20, 40], ["6", "10", "20", "40"])
    ax.set_yticks([], minor=True)
    ax.set_title("Too short a memory keeps noise; too long a memory keeps the start")
    ax.legend(loc="upper left")
    return shown(
        fig, *(f"decay {d}: error {100 * (1 - v.mean()):.1f}%" for d, v in zip(decays, ends, strict=True))
    )
