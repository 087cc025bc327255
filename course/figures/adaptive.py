"""Pictures of lesson 05: effective rates, lost weight, a race.

Every drawing function takes ``ax`` and returns it; what it draws was measured in the notebook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from course.descend import Trace
from course.plots import line_style, rule_style

SEEN, INVENTED = "#0072B2", "#D55E00"


def dots(ax: Axes, trace: Trace) -> Axes:
    """Draw a path with a dot at every step."""
    ax.plot(*trace.points.T, "o-", color="#444444", ms=3, lw=1)
    return ax


def ways(ax: Axes, walked: np.ndarray | None, steps: int = 3000) -> Axes:
    """Draw the distance under a constant gradient 1: plain, without the root, and by a reader's Adagrad."""
    t = np.arange(1, steps + 1)
    ax.loglog(t, t, "-", label="plain: $T$")
    ax.loglog(t, np.cumsum(1 / t), ":", label="without root: about $\\ln T$")
    if walked is not None:
        ax.loglog(t, walked, "--", label="yours: about $2\\sqrt{T}$")
    ax.set(xlabel="steps $T$", ylabel="distance, in rates", title="A sum of squares brakes")
    ax.legend()
    return ax


def units_of_a_step(ax: Axes) -> Axes:
    """Draw the first step against the size of the gradient, for g, g / g^2 and g / sqrt(g^2)."""
    size = np.logspace(-3, 3, 7)
    ax.loglog(size, size, "-", label="plain: $g$")
    ax.loglog(size, 1 / size, ":", label="without root: $g/g^2$")
    ax.loglog(size, size / size, "--", label="with root: $g/\\sqrt{g^2}$")
    ax.set(xlabel="gradient $|g|$", ylabel="first step, in rates", title="Without the root, steep means slow")
    ax.legend()
    return ax


def effective(ax: Axes, measured: Mapping[tuple[str, float | None], np.ndarray], cliff: int) -> Axes:
    """Draw effective rates by step; keys are (rule, decay or None), one dash for each."""
    dashes = {None: (3, 1.5), 0.9: (1, 1), 0.99: (6, 2, 1.5, 2), 0.999: (9, 2)}
    for (name, decay), rates in measured.items():
        label = rule_style(name)["label"] + (f", $d$ = {decay}" if decay else "")
        ax.semilogy(rates, color=rule_style(name)["color"], linestyle=(0, dashes[decay]), label=label)
    ax.axvline(cliff, color="0.5", lw=1, label="the cliff")
    ax.set(xlabel="step", ylabel="effective rate $/\\,\\eta$", ylim=(2e-3, 20))
    ax.set_title("After the cliff Adagrad stays slow, RMSprop recovers")
    ax.legend(loc="lower right", ncols=3, fontsize=9)
    return ax


def weights(ax: Axes, beta: float, t: int) -> Axes:
    """Draw the weights of a leaking average after t steps: the gradients by age, and the zero it began with."""
    ages = np.arange(t)
    ax.bar(ages, (1 - beta) * beta**ages, color=SEEN, label="gradients seen")
    ax.bar(t, beta**t, color="white", edgecolor=INVENTED, hatch="////", label="the zero it began with")
    ax.set(xlabel="age, in steps", xticks=range(0, t + 1, max(1, t // 4)))
    ax.set_title(f"t = {t}: seen {1 - beta**t:.0%}")
    return ax


def uncorrected(ax: Axes, t: np.ndarray, length: np.ndarray) -> Axes:
    """Draw the length of Adam's step, in rates, without correction, and the one rate it should be."""
    ax.loglog(t, length, color=INVENTED, label="without correction: $m/\\sqrt{v}$")
    ax.loglog(t, np.ones(len(t)), "--", color="black", label="with correction: $\\hat m/\\sqrt{\\hat v}$")
    ax.set(
        xlabel="step $t$",
        ylabel="length, in rates",
        title="Uncorrected, the steps are too long, and for long",
    )
    ax.set_yticks([1, 2, 3, 5, 7], ["1", "2", "3", "5", "7"])
    ax.minorticks_off()
    ax.legend()
    return ax


def leaving(ax: Axes, traces: Mapping[str, Trace]) -> Axes:
    """Draw |y| of each path against the step, on logarithmic axes, up to where |y| has passed 1."""
    for name, trace in traces.items():
        ax.loglog(np.arange(1, len(trace.points)), np.abs(trace.points[1:, 1]), **line_style(name))
    ax.axhline(1, color="0.5", lw=1)
    ax.set(xlabel="step", ylabel="$|y|$", ylim=(1e-6, 3), title="Who has left, from $y_0 = 10^{-6}$")
    ax.legend(fontsize=9)
    return ax


def escapes(ax: Axes, starts: np.ndarray, counts: Mapping[str, Sequence[int | None]]) -> Axes:
    """Draw the steps to escape of each rule against y0, on a linear axis of steps; None leaves a gap."""
    for name, steps in counts.items():
        ax.semilogx(starts, [np.nan if n is None else n for n in steps], **line_style(name))
    ax.set(xlabel="$y_0$", ylabel="steps until $|y| > 1$", title="Three rules hardly feel how near")
    return ax


def angles(ax: Axes, degrees: np.ndarray, needed: Mapping[str, np.ndarray]) -> Axes:
    """Draw how many steps each rule needs in a valley turned by each angle."""
    for name, steps in needed.items():
        ax.semilogy(degrees, steps, **line_style(name), marker=rule_style(name)["marker"])
    ax.set(xlabel="angle of the valley, degrees", ylabel="steps to a thousandth of the loss", xticks=degrees)
    ax.set_title("Turned, the lead of Adagrad and RMSprop is gone")
    ax.legend(fontsize=9, ncols=2)
    return ax


def tuning(ax: Axes, rates: np.ndarray, losses: Mapping[str, np.ndarray]) -> Axes:
    """Draw the loss of each rule against its rate; stopped runs leave a gap."""
    for name, found in losses.items():
        shown = np.where(np.isfinite(found), found, np.nan)
        ax.loglog(rates, shown, **line_style(name), marker=rule_style(name)["marker"])
    ax.set(xlabel="learning rate", ylabel="validation loss", ylim=(0.05, 5))
    return ax


def seeds(ax: Axes, losses: Mapping[str, Sequence[float]]) -> Axes:
    """Draw one circle per seed and a bar at the mean, one row per rule."""
    for row, (name, found) in enumerate(losses.items()):
        color = rule_style(name)["color"]
        ax.plot(found, [row] * len(found), "o", color=color, mfc="none", ms=7)
        ax.plot(np.mean(found), row, "|", ms=18, mew=2.5, color=color)
    ax.set(xlabel=f"validation loss, {len(found)} other seeds", xlim=(0, 0.6))
    ax.set_yticks(range(len(losses)), [rule_style(name)["label"] for name in losses])
    ax.invert_yaxis()
    return ax
