"""Pictures of lesson 05: one rate for two slopes, braking, effective rates, lost weight.

Functions that take ``ax`` draw what they are given and return it; the others run rules and return a finished
``Picture`` with its alt text.  A rule that is not written yet is left out.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course import plots
from course.checks import written
from course.descend import descend
from course.figures.landscapes import TO_DO
from course.mine import plain_gradient_descent
from course.plots import Picture, rule_style
from course.probes.base import Rule
from course.surfaces import ravine, valley

SEEN, INVENTED = "#0072B2", "#D55E00"
PLAIN, ADAGRAD, ROOTLESS = rule_style("sgd")["color"], rule_style("adagrad")["color"], "#D55E00"


# One rate for two slopes


def three_rates() -> Picture:
    """Return plain descent in the ravine at a rate that is too small, the best one, and one that is too large."""
    fig, axes = plt.subplots(1, 3, figsize=(11, 3.2), layout="constrained", sharey=True)
    alt = []
    for ax, rate, verdict in zip(
        axes, (0.01, 2 / 26, 0.0808), ("too slow", "the best there is", "too fast"), strict=True
    ):
        trace = descend(plain_gradient_descent, ravine, steps=40, config={"learning_rate": rate})
        plots.paths(plots.contour(ax, ravine), {"sgd": trace}).get_legend().remove()
        ax.set_title(f"rate {rate:.4f}: {verdict}")
        alt.append(f"Rate {rate:.4f}: loss {trace.losses[-1]:.2g} after 40 steps.")
    return Picture(fig, " ".join(alt))


# Adagrad


def steepness(rule: Rule) -> Picture:
    """Return plain descent and a reader's Adagrad in two valleys, one a hundred times as steep across."""
    fig, axes = plt.subplots(1, 2, figsize=(11, 3.4), layout="constrained", sharey=True)
    ends = []
    for ax, steep in zip(axes, (25, 2500), strict=True):
        place = valley(steep)
        traces = {
            "sgd": descend(plain_gradient_descent, place, steps=40, config={"learning_rate": 1.9 / steep}),
            "adagrad": descend(rule, place, steps=40, config={"learning_rate": 0.5}),
        }
        ends.append(traces["adagrad"].points)
        plots.paths(plots.contour(ax, place), traces)
        ax.set_title(f"Condition number {steep}, 40 steps")
    same = len(ends[0]) == len(ends[1]) > 1
    apart = f"Adagrad's two paths differ by at most {np.abs(ends[0] - ends[1]).max():.0e}" if same else TO_DO
    fig.suptitle(apart)
    return Picture(fig, f"SGD slows down in the steeper valley. {apart}.")


def braking(rule: Rule, steps: int = 3000) -> Picture:
    """Return how far three rules get under a constant gradient, and their first steps by the gradient's size."""
    walked = None
    if written(rule, np.ones(1), np.ones(1), {}):
        w, config, walked = np.zeros(1), {"learning_rate": 1.0}, []
        for _ in range(steps):
            w, config = rule(w, np.ones(1), config)
            walked.append(-float(w[0]))
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6), layout="constrained")
    ways(left, walked, steps)
    units_of_a_step(right)
    yours = f"{walked[-1]:.0f}" if walked else TO_DO.lower()
    bare = np.sum(1 / np.arange(1, steps + 1))
    return Picture(
        fig,
        f"Distance after {steps} steps, in rates: plain {steps}, without root {bare:.1f}, Adagrad {yours}.",
    )


def ways(ax: Axes, walked: Sequence[float] | None, steps: int = 3000) -> Axes:
    """Draw the distance under a constant gradient 1: plain, without the root, and by a reader's Adagrad."""
    t = np.arange(1, steps + 1)
    ax.loglog(t, t, color=PLAIN, label="plain: $T$")
    ax.loglog(t, np.cumsum(1 / t), ":", color=ROOTLESS, label="without root: about $\\ln T$")
    if walked is not None:
        ax.loglog(t, walked, "--", color=ADAGRAD, label="yours: about $2\\sqrt{T}$")
    ax.set(xlabel="steps $T$", ylabel="distance, in rates", title="A sum of squares brakes")
    ax.legend()
    return ax


def units_of_a_step(ax: Axes) -> Axes:
    """Draw the first step against the size of the gradient, for g, g / g^2 and g / sqrt(g^2)."""
    size = np.logspace(-3, 3, 7)
    ax.loglog(size, size, color=PLAIN, label="plain: $g$")
    ax.loglog(size, 1 / size, ":", color=ROOTLESS, label="without root: $g/g^2$")
    ax.loglog(size, size / size, "--", color=ADAGRAD, label="with root: $g/\\sqrt{g^2}$")
    ax.set(xlabel="gradient $|g|$", ylabel="first step, in rates", title="Without the root, steep means slow")
    ax.legend()
    return ax


# RMSprop


def after_a_cliff(
    adagrad: Rule, rmsprop: Rule, decays: Sequence[float], steps: int = 600, cliff: int = 50
) -> Picture:
    """Return the effective rates of Adagrad and of RMSprop when the gradient falls from 10 to 0.1 at the cliff."""
    slopes = np.where(np.arange(steps) < cliff, 10.0, 0.1)
    runs = [("adagrad", adagrad, None), *(("rmsprop", rmsprop, decay) for decay in decays)]
    measured = {}
    for name, rule, decay in runs:
        if written(rule, np.ones(1), np.ones(1), {}):
            config = {"learning_rate": 0.1} | ({"decay_rate": decay} if decay else {})
            measured[name, decay] = effective_rates(rule, config, slopes)
    fig, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
    effective(ax, measured, cliff)
    ends = ", ".join(f"{name} {decay or ''} {rates[-1]:.2g}" for (name, decay), rates in measured.items())
    return Picture(fig, f"Effective rates over the rate at step {steps}: {ends or TO_DO.lower()}.")


def effective_rates(rule: Rule, config: dict, slopes: np.ndarray) -> np.ndarray:
    """Return step over gradient, in learning rates, at every step of a rule along given gradients."""
    rates = np.zeros(len(slopes))
    for k, slope in enumerate(slopes):
        w, config = rule(np.zeros(1), np.array([slope]), config)
        rates[k] = -w[0] / slope / config["learning_rate"]
    return rates


def effective(ax: Axes, measured: Mapping[tuple[str, float | None], np.ndarray], cliff: int) -> Axes:
    """Draw effective rates by step; keys are (rule, decay or None), one dash for each."""
    dashes = {None: (3, 1.5), 0.9: (1, 1), 0.99: (6, 2, 1.5, 2), 0.999: (9, 2)}
    for (name, decay), rates in measured.items():
        label = (
            rule_style(name)["label"] + (f", $d$ = {decay}" if decay else "") + f": ends at {rates[-1]:.2g}"
        )
        ax.semilogy(rates, color=rule_style(name)["color"], linestyle=(0, dashes[decay]), label=label)
    ax.axvline(cliff, color="0.5", lw=1, label="the cliff")
    ax.set(xlabel="step", ylabel="effective rate $/\\,\\eta$", ylim=(2e-3, 30))
    ax.set_title("After the cliff Adagrad stays slow and RMSprop recovers" if measured else TO_DO)
    ax.legend(loc="lower right", ncols=2, fontsize=9)
    return ax


# Averages that begin at zero


def lost_weight(beta: float, times: Sequence[int]) -> Picture:
    """Return where the weight of an average lies after some steps: on the gradients, or on the zero."""
    fig, axes = plt.subplots(1, len(times), figsize=(11, 2.9), layout="constrained", sharey=True)
    for ax, t in zip(axes, times, strict=True):
        weights(ax, beta, t)
    axes[0].set_ylabel("weight in $m_t$")
    axes[-1].legend()
    seen = ", ".join(f"{1 - beta**t:.0%} at step {t}" for t in times)
    return Picture(
        fig, f"Share of the weight on gradients, for beta {beta}: {seen}; the rest lies on the zero."
    )


def weights(ax: Axes, beta: float, t: int) -> Axes:
    """Draw the weights of a moving average after t steps: the gradients by age, and the zero it began with."""
    ages = np.arange(t)
    ax.bar(ages, (1 - beta) * beta**ages, color=SEEN, label="gradients seen")
    ax.bar(t, beta**t, color="white", edgecolor=INVENTED, hatch="////", label="the zero it began with")
    ax.set(xlabel="age, in steps", xticks=range(0, t + 1, max(1, t // 4)))
    ax.set_title(f"t = {t}: seen {1 - beta**t:.0%}")
    return ax


def uncorrected(steps: int = 10_000) -> Picture:
    """Return the length of Adam's steps under a constant gradient without correction, and with it."""
    t = np.arange(1, steps + 1)
    length = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
    longest, close = length.argmax(), np.flatnonzero(length > 1.01)[-1] + 1
    fig, ax = plt.subplots(figsize=(8, 3.8), layout="constrained")
    ax.loglog(t, length, color=INVENTED, label="without correction: $m/\\sqrt{v}$")
    ax.loglog(t, np.ones(len(t)), "--", color="black", label="with correction: $\\hat m/\\sqrt{\\hat v}$")
    marks = {
        0: (f"first: {length[0]:.2f}", (12, -6)),
        longest: (f"longest: {length[longest]:.2f}, at $t$ = {t[longest]}", (6, 8)),
        close: (f"within 1% at $t$ = {t[close]}", (-60, 14)),
    }
    for place, (words, away) in marks.items():
        ax.plot(t[place], length[place], "o", color=INVENTED)
        ax.annotate(words, (t[place], length[place]), away, textcoords="offset points", fontsize=10)
    ax.set(
        xlabel="step $t$",
        ylabel="length, in rates",
        title="Uncorrected, the steps are too long for thousands of steps",
    )
    ax.set(ylim=(0.85, 11), yticks=[1, 2, 3, 5, 7], yticklabels=["1", "2", "3", "5", "7"])
    ax.minorticks_off()
    ax.legend(loc="upper right")
    found = f"first step {length[0]:.2f} rates, second {length[1]:.2f}, longest {length[longest]:.2f}"
    return Picture(
        fig, f"Constant gradient, no correction: {found} at t = {t[longest]}, within 1% from t = {t[close]}."
    )
