"""Pictures of lesson 04: terminal velocity, the look-ahead, one push, schedules, stable rates.

Functions that take ``ax`` draw what they are given and return it; the others run the reader's rules and return a
finished ``Picture`` with its alt text.  A rule that is not written yet is left out.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course import plots
from course.checks import written
from course.descend import Trace, first_step_where
from course.figures.landscapes import BLUE, NOTHING, TO_DO, headline
from course.plots import Picture
from course.probes.base import Rule
from course.surfaces import Surface, ravine

DASHES = ("-", "--", "-.", ":")
RED = "#D55E00"


# Terminal velocity


def terminal_velocity(rule: Rule, momenta: tuple[float, ...], steps: int = 600) -> Picture:
    """Return how the steps of a rule grow on a constant slope, and when each is within a hundredth of its last."""
    lengths, arrivals = {}, {}
    for mu in momenta if written(rule, np.zeros(1), np.zeros(1)) else ():
        w, config, places = np.zeros(1), {"learning_rate": 0.1, "momentum": mu}, [0.0]
        for _ in range(steps):
            w, config = rule(w, np.ones(1), config)
            places.append(float(w[0]))
        lengths[mu] = -np.diff(places) / 0.1
        near = first_step_where(lengths[mu] > 0.99 / (1 - mu))
        arrivals[mu] = None if near is None else near + 1
    fig, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
    step_lengths(ax, lengths, arrivals)
    ends = [f"{mu}: {each[-1]:.3g} plain steps, near after {arrivals[mu]}" for mu, each in lengths.items()]
    return Picture(fig, "Terminal velocity by momentum. " + ("; ".join(ends) or TO_DO) + ".")


def step_lengths(ax: Axes, lengths: Mapping[float, np.ndarray], arrivals: Mapping[float, int | None]) -> Axes:
    """Draw the length of the step on a constant slope for each momentum, and where terminal velocity is near."""
    for (mu, length), dash in zip(lengths.items(), DASHES, strict=False):
        near = arrivals[mu]
        after = "never there" if near is None else f"there after {near} steps"
        ax.loglog(1 + np.arange(len(length)), length, dash, color=BLUE, label=rf"$\mu$ = {mu}: {after}")
        if near is not None:
            ax.plot(near, length[near - 1], "s", color=BLUE)
    ax.set(xlabel="step", ylabel=r"length of the step, in units of $\eta\, g$")
    return headline(ax, "Less friction: a higher speed, reached later", lengths)


# Looking ahead


def one_step_each(momentum: Rule, lookahead_step: Callable) -> Picture:
    """Return one step of momentum and one of Nesterov, from one place with one velocity, towards a wall."""
    x, v, rate, mu = np.array([-1.4, 0.25]), np.array([0.4, -0.45]), 0.02, 0.9
    ends = {}
    if written(momentum, np.zeros(2), np.zeros(2)):
        config = {"learning_rate": rate, "momentum": mu}
        _, config = momentum(x - v, -v / rate, config)  # one push from rest that leads to x with velocity v
        ends["sgd_momentum"] = momentum(x.copy(), ravine.gradient(x), config)[0]
    if written(lookahead_step, np.zeros(2), np.zeros(2), ravine.gradient, rate, mu):
        ends["sgd_nesterov_momentum"] = lookahead_step(x.copy(), v.copy(), ravine.gradient, rate, mu)[0]
    fig, ax = plt.subplots(figsize=(9, 4.6), layout="constrained")
    look_ahead(ax, ravine, x, x + mu * v, ends)
    alt = [f"{name} ends at {np.round(end, 2)}, loss {ravine.value(end):.3g}" for name, end in ends.items()]
    return Picture(fig, "; ".join([f"The ball at {x} coasts to {np.round(x + mu * v, 2)}", *alt]) + ".")


def look_ahead(
    ax: Axes, surface: Surface, x: np.ndarray, ahead: np.ndarray, ends: Mapping[str, np.ndarray]
) -> Axes:
    """Draw a ball, the point it coasts to, and from there the push that each rule adds."""
    plots.contour(ax, surface)
    ax.plot(*x, "o", markersize=10, color="black")
    ax.annotate("the ball, $x$", tuple(x), (10, 6), textcoords="offset points", fontsize=12)
    ax.annotate("", tuple(ahead), tuple(x), arrowprops={"arrowstyle": "->", "color": "0.3", "lw": 2})
    ax.annotate(r"$x + \mu v$", tuple(ahead), (-52, -4), textcoords="offset points", fontsize=12, color="0.3")
    for name, end in ends.items():
        style = plots.rule_style(name)
        ax.plot(*np.transpose([ahead, end]), **plots.line_style(name) | {"linestyle": "-"}, linewidth=2.5)
        ax.plot(*end, style["marker"], markersize=9, color=style["color"])
    middle = (x + ahead) / 2
    ax.set(xlim=middle[0] + np.array([-0.4, 0.6]), ylim=middle[1] + np.array([-0.6, 0.4]))
    return headline(ax, "Nesterov feels the far wall one step earlier", ends)


# Conventions and schedules


def one_push(momentum: float = 0.9, cut: int = 8, steps: int = 25) -> Picture:
    """Return what becomes of one push in three conventions when the rate is cut tenfold at a step."""
    step = np.arange(steps)
    rate, echo = np.where(step < cut, 0.1, 0.01), momentum**step
    lengths = {
        "rate inside (this course)": rate[0] * echo,
        "rate outside (PyTorch)": rate * echo,
        "moving average": rate * (1 - momentum) * echo,
    }
    fig, ax = plt.subplots(figsize=(9, 4), layout="constrained")
    echoes(ax, lengths, cut).set_title("Rate inside: old pushes keep the rate they were given")
    moved = ", ".join(f"{name} {each.sum():.2f}" for name, each in lengths.items())
    return Picture(
        fig, f"Step lengths after one push; rate cut tenfold at step {cut}. In all they move: {moved}."
    )


def echoes(ax: Axes, lengths: Mapping[str, np.ndarray], cut: int) -> Axes:
    """Draw what is left of one push, step by step, in several conventions; the rate falls at step ``cut``."""
    for (name, length), dash, colour in zip(lengths.items(), DASHES, (BLUE, RED, "black"), strict=False):
        ax.step(np.arange(len(length)), length, dash, where="mid", color=colour, label=name)
    ax.axvline(cut - 0.5, color="0.6", linewidth=1)
    ax.set(xlabel="step", ylabel="length of the step", yscale="log")
    ax.legend()
    return ax


def schedules(traces: Mapping[str, Trace], title: str) -> Picture:
    """Return the losses of runs that differ in their momentum, each named at its end."""
    traces = {name: trace for name, trace in traces.items() if trace.evaluations}
    fig, ax = plt.subplots(figsize=(10, 4.6), layout="constrained")
    colours = ("black", "#56B4E9", "#009E73", "#CC79A7", BLUE, RED)
    for k, (trace, colour) in enumerate(zip(traces.values(), colours, strict=False)):
        ax.semilogy(trace.losses, DASHES[k % 4], color=colour)
    heights = spread([float(np.log10(trace.losses[-1])) for trace in traces.values()], apart=1.3)
    for (name, trace), colour, height in zip(traces.items(), colours, heights, strict=False):
        end = trace.stopped or f"{name}: {trace.losses[-1]:.0e}"
        ax.text(trace.evaluations + 3, 10**height, end, va="center", color=colour, fontsize=10)
    longest = max((trace.evaluations for trace in traces.values()), default=1)
    ax.set(xlabel="gradient evaluations", ylabel="loss", xlim=(0, 1.28 * longest))
    ax.set_title(title if traces else TO_DO)
    ax.set_xticks(range(0, longest + 1, 50))
    alt = [
        f"{name}: loss {each.losses[-1]:.1e} after {each.evaluations} steps" for name, each in traces.items()
    ]
    return Picture(fig, "; ".join(alt) + "." if alt else NOTHING)


def spread(heights: list[float], apart: float) -> list[float]:
    """Return heights for labels, in the same order, moved so that two neighbours are at least ``apart``."""
    moved = list(heights)
    order = sorted(range(len(moved)), key=moved.__getitem__)
    for below, above in pairwise(order):
        moved[above] = max(moved[above], moved[below] + apart)
    return moved


# Stable rates


def stable_factors(limit: Callable[[float, float, str], float]) -> Picture:
    """Return the factor per step over momentum and rate for both methods, and the reader's limit on it."""
    mus, a = np.linspace(0, 0.99, 100), np.linspace(0.005, 4.0, 800)
    M, A = np.meshgrid(mus, a)
    entries = {"momentum": (1 + M - A, M), "nesterov": ((1 + M) * (1 - A), M * (1 - A))}  # trace, determinant
    fig, axes = plt.subplots(1, 2, figsize=(12, 4.4), layout="constrained", sharey=True)
    alt = []
    for ax, (kind, (trace, det)) in zip(axes, entries.items(), strict=True):
        root = np.sqrt((trace**2 / 4 - det).astype(complex))
        factor = np.maximum(abs(trace / 2 + root), abs(trace / 2 - root))
        shown = np.ma.masked_greater(factor, 1)
        mesh = ax.pcolormesh(mus, a, shown, cmap="cividis", vmin=0, vmax=1, rasterized=True)
        if written(limit, 1.0, 0.9, kind):
            ax.plot(mus, [limit(1.0, mu, kind) for mu in mus], color=RED, linewidth=2.5, label="your limit")
            ax.legend(loc="upper left")
        ax.set(xlabel=r"momentum $\mu$", ylabel=r"rate times curvature, $\eta L$", title=kind.capitalize())
        alt.append(f"{kind} is stable up to {a[factor[:, 90] < 1].max():.1f}")
    fig.colorbar(mesh, ax=axes, label=r"factor per step, $\max|\lambda|$")
    fig.suptitle("Momentum widens the range of stable rates; Nesterov narrows it")
    return Picture(fig, "Factor per step over momentum and rate. At 0.9, " + ", ".join(alt) + ".")
