"""Pictures of plans and of what they find: projections, importance, luck, a range that was cut short.

What a picture says is printed and is its alt text.  A picture whose functions are not written yet says so.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from course.plots import Picture, shown

GRID, RANDOM, OTHER, FOURTH = "#D55E00", "#0072B2", "#009E73", "#CC79A7"
LOOKS = ((GRID, "s", "-"), (RANDOM, "o", "--"), (OTHER, "^", ":"), (FOURTH, "D", "-."))

Points = Sequence[tuple[float, float]]
Trials = Sequence[Mapping[str, Any]]


def plans(grid: Points, drawn: Points) -> Picture:
    """Draw two plans in the unit square, with marks of their projections on both axes."""
    fig, axes = plt.subplots(1, 2, figsize=(8.6, 4.8))
    seen = []
    for ax, points, title, (color, marker, _) in zip(
        axes, (grid, drawn), ("Nine on a grid", "Nine at random"), LOOKS, strict=False
    ):
        x, y = np.transpose(points)
        seen.append(len(set(x)))
        ax.plot(x, y, marker, color=color, ms=8, clip_on=False)
        ax.plot(x, np.full(len(x), -0.03), "|", color=color, ms=12, mew=1.5, clip_on=False)
        ax.plot(np.full(len(y), -0.03), y, "_", color=color, ms=12, mew=1.5, clip_on=False)
        ax.set(xlim=(-0.03, 1), ylim=(-0.03, 1), xticks=[], yticks=[], aspect="equal", title=title)
        ax.set_xlabel("one hyperparameter", labelpad=12)
        ax.set_ylabel("the other", labelpad=12)
    said = f"Two plans of nine runs. On one axis the grid has {seen[0]} values, the random plan {seen[1]}."
    return Picture(fig, said)


def decades(rates: np.ndarray, memories: Mapping[str, np.ndarray]) -> Picture:
    """Draw how many draws fall into each decade: of a learning rate, and of the steps that momentum remembers."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.5, 3.4), width_ratios=(1.2, 1))
    powers = np.arange(math.floor(np.log10(rates.min())), math.ceil(np.log10(rates.max())) + 1)
    counts = np.histogram(np.log10(rates), powers)[0]
    left.bar(powers[:-1] + 0.5, counts, width=0.9, color=GRID, hatch="//", edgecolor="white")
    for k, count in zip(powers, counts, strict=False):
        left.text(k + 0.5, count + 0.02 * len(rates), str(count), ha="center")
    left.set_xticks(powers, [f"$10^{{{k}}}$" for k in powers])
    left.set(xlabel="value drawn", ylabel=f"of {len(rates)} draws", ylim=(0, 1.1 * len(rates)))
    left.set_title("Uniform from $10^{-6}$ to 10: nearly all above 1")
    edges, said = (
        (2, 10, 100, 1000),
        [f"{counts[-1]} of {len(rates)} uniform draws lie in the highest decade."],
    )
    for k, ((name, values), (color, *_)) in enumerate(zip(memories.items(), LOOKS, strict=False)):
        shares = np.histogram(values, edges)[0] / len(values)
        hatch = ("//", "..")[k]
        right.bar(
            np.arange(3) + 0.38 * k,
            100 * shares,
            0.36,
            color=color,
            hatch=hatch,
            edgecolor="white",
            label=name,
        )
        said.append(f"{name}: {100 * shares[-1]:.0f}% of the draws remember more than 100 steps.")
    right.set_xticks(np.arange(3) + 0.19, ["2 to 10", "10 to 100", "100 to 1000"])
    right.set(xlabel=r"steps remembered, $1/(1-\mu)$", ylabel="share of the draws, %")
    right.set_title("Momentum: uniform, or $1-\\mu$ on a log scale")
    right.legend()
    return shown(fig, *said)


def by_batch(rates: np.ndarray, table: Mapping[int, np.ndarray], fixed: float) -> Picture:
    """Draw accuracy against the learning rate for several batch sizes, and a rate that was fixed for all."""
    fig, ax = plt.subplots(figsize=(8, 3.6))
    at, said = int(np.abs(np.log(rates / fixed)).argmin()), []
    for (batch, accuracy), (color, marker, dash) in zip(table.items(), LOOKS, strict=False):
        ax.plot(rates, 100 * accuracy, marker=marker, ls=dash, color=color, label=f"batch {batch}")
        good, best = rates[accuracy > accuracy.max() - 0.03], 100 * accuracy.max()
        said.append(
            f"batch {batch}: {100 * accuracy[at]:.0f}% at rate {rates[at]:.2g}, {best:.1f}% at best;"
            f" within 3 points of that from {good.min():.2g} to {good.max():.2g}"
        )
    ax.axvline(rates[at], color="0.5", lw=1)
    ax.text(rates[at], 4, " the rate that was fixed", color="0.35")
    ax.set(xscale="log", xlabel=r"learning rate $\eta$", ylabel="validation accuracy, %", ylim=(0, 100))
    ax.set_title("A larger batch wants a larger rate")
    ax.legend(loc="upper right")
    return shown(fig, *said)


def coins(lucky: np.ndarray, examples: int) -> Picture:
    """Draw the accuracy of the best of many coins on the set that chose it."""
    fig, ax = plt.subplots(figsize=(7, 2.8))
    low, high = round(lucky.min() * examples) - 3, round(lucky.max() * examples) + 4
    ax.hist(lucky, bins=(np.arange(low, high, 3) - 0.5) / examples, color=RANDOM, edgecolor="white")
    ax.axvline(0.5, color="black", ls="--")
    ax.text(0.502, ax.get_ylim()[1] * 0.05, "what each is worth", rotation=90, va="bottom")
    ax.set(
        xlabel="accuracy of the best of 40 coins, on the set that chose it",
        ylabel=f"of {len(lucky)} searches",
    )
    ax.set_title(f"Choosing alone adds {100 * (lucky.mean() - 0.5):.1f} percentage points")
    return shown(fig, f"On the set that chose it the best of 40 coins shows {lucky.mean():.3f} on average.")


def projections(
    curve: tuple[np.ndarray, np.ndarray], tried: Mapping[str, Points], shares: Mapping[str, float]
) -> Picture:
    """Draw what two plans saw of the hyperparameter that matters, and how much each of them matters.

    curve   rates (N,) and accuracies (N,)
    tried   name -> (rate, accuracy) of each run
    shares  name -> share of the variance of all accuracies
    """
    fig, (ax, right) = plt.subplots(1, 2, figsize=(11, 3.8), width_ratios=(2.2, 1))
    ax.plot(*curve, color="0.6", lw=1)
    said, best = [], {}
    for k, ((name, points), (color, marker, _)) in enumerate(zip(tried.items(), LOOKS, strict=False)):
        x, y = np.transpose(points)
        best[name] = y.max()
        said.append(f"{name}: {len(x)} runs, {len(set(x))} learning rates, best {100 * y.max():.1f}%")
        ax.plot(x, y, marker, color=color, ms=7, label=said[-1])
        ax.plot(x, np.full(len(x), -0.06 - 0.06 * k), "|", color=color, ms=9, mew=2)
    ahead = max(best, key=lambda name: best[name])
    title = "they tie" if len(set(best.values())) == 1 else f"the {ahead} plan is ahead"
    ax.set(xscale="log", xlabel=r"learning rate $\eta$", ylabel="validation accuracy", ylim=(-0.17, 1.3))
    ax.set_yticks(np.linspace(0, 1, 6))
    ax.set_title(f"In this one draw {title}")
    ax.legend(loc="upper left")
    names = list(shares)
    right.barh(names[::-1], [100 * shares[name] for name in names[::-1]], color="0.55")
    for name in names:
        right.text(100 * shares[name] + 2, name, f"{100 * shares[name]:.1f}%", va="center")
    right.set(xlim=(0, 125), xlabel="share of the variance, %", xticks=range(0, 101, 25))
    right.set_title("What matters")
    right.grid(axis="y", visible=False)
    return shown(
        fig, *said, *(f"{name}: {100 * share:.1f}% of the variance" for name, share in shares.items())
    )


def luck(results: Mapping[str, np.ndarray], *, xlabel: str, title: str, dots: bool = False) -> Picture:
    """Draw for each way a line from the worst to the best result, a bar over the middle 80%, and the median.

    dots  whether every result is drawn, too
    """
    fig, ax = plt.subplots(figsize=(8.6, 0.75 * len(results) + 1.3))
    if not results:
        return shown(fig, "The exercises above come first.")
    rng, said = np.random.default_rng(0), []
    for row, ((name, values), (color, marker, _)) in enumerate(zip(results.items(), LOOKS, strict=False)):
        low, middle, high = 100 * np.quantile(values, (0.1, 0.5, 0.9))
        ax.plot([100 * values.min(), 100 * values.max()], [row, row], color=color, lw=1.5)
        ax.plot([low, high], [row, row], color=color, lw=11, alpha=0.35, solid_capstyle="butt")
        ax.plot([middle] * 2, [row - 0.3, row + 0.3], color="black", lw=2.5)
        if dots:
            ax.plot(
                100 * values, row + rng.uniform(-0.22, 0.22, len(values)), marker, color=color, mfc="none"
            )
        said.append(
            f"{name}: median {middle:.1f}%, one in ten below {low:.1f}%, the worst {100 * values.min():.1f}%"
        )
    ax.set_yticks(range(len(results)), list(results))
    ax.set(xlabel=xlabel, ylim=(len(results) - 0.5, -0.5))
    ax.grid(axis="y", visible=False)
    ax.set_title(title)
    return shown(fig, *said)


def cut_short(
    trials: Trials | None, ends: tuple[float, float], side: str | None, curve: tuple[np.ndarray, np.ndarray]
) -> Picture:
    """Draw trials within a range of learning rates, and what there was to find beyond it."""
    fig, ax = plt.subplots(figsize=(8, 3.4))
    if trials is None:
        return shown(fig, "Exercises 1 and 2 come first.")
    rates = [trial["settings"]["learning_rate"] for trial in trials]
    ax.plot(*curve, color="0.6", lw=1, label="what there was to find")
    ax.plot(rates, [each["val_accuracy"] for each in trials], "o", color=RANDOM, label=f"{len(rates)} trials")
    ax.axvspan(*ends, color="0.92", zorder=0, label="the range searched")
    ax.set(xscale="log", xlabel=r"learning rate $\eta$", ylabel="validation accuracy")
    word = side or "on_border is not written yet"
    ax.set_title(f"The best has rate {rates[0]:.2g}. Border: {word}")
    ax.legend(loc="upper left")
    return shown(
        fig,
        f"The best of {len(rates)}: rate {rates[0]:.3g}, accuracy {trials[0]['val_accuracy']:.3f}; border: {word}.",
    )
