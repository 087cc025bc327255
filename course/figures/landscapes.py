"""Pictures of rules on surfaces: paths in valleys, ways off a saddle, valleys turned about their minimum.

Functions that take ``ax`` draw what they are given and return it; the others return a finished ``Picture`` with its
alt text.  A rule that is not written yet is left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course import plots
from course.checks import written
from course.descend import Trace, descend, first_step_where
from course.plots import Picture, line_style, rule_style
from course.probes.base import Rule
from course.surfaces import Surface, ravine, saddle, valley

TO_DO = "Not written yet"
NOTHING = "Nothing to draw: the rules are not written yet."
BLUE = "#0072B2"


def headline(ax: Axes, title: str, drawn: Mapping) -> Axes:
    """Give a picture its title, or say that there is nothing to draw yet; a legend only where there are lines."""
    ax.set_title(title if drawn else TO_DO)
    if drawn:
        ax.legend()
    return ax


def written_rules(rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """Return the rules that are written."""
    tried = (np.zeros(2), np.zeros((2, 2)))  # a rule may treat a matrix by itself
    return {name: rule for name, rule in rules.items() if all(written(rule, each, each) for each in tried)}


def ready(**rules: Rule) -> None:
    """Raise ``NotImplementedError`` if one of some rules is not written; a training run would only stop."""
    if len(written_rules(rules)) < len(rules):
        raise NotImplementedError


# Valleys


def side_by_side(surface: Surface, traces: Mapping[str, Trace], rule: str) -> Picture:
    """Return a picture with a panel for each path of one rule, its title and its loss or why it ended."""
    fig, axes = plt.subplots(1, len(traces), figsize=(14, 3.7), layout="constrained", sharey=True)
    alt = []
    for ax, (title, trace) in zip(axes, traces.items(), strict=True):
        plots.paths(plots.contour(ax, surface), {rule: trace}).get_legend().remove()
        end = (
            re.sub(": (.*)", r" (\1)", trace.stopped)
            or f"loss {trace.losses[0]:.3g} → {trace.losses[-1]:.2g}"
        )
        ax.set_title(f"{title}: {end}")
        alt.append(f"{title}. " + plots.describe_traces(surface, {rule: trace}))
    return Picture(fig, " ".join(alt))


def paths_and_losses(surface: Surface, traces: Mapping[str, Trace], title: str) -> Picture:
    """Return the paths on a surface and, beside them, their losses."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4), layout="constrained", width_ratios=(1.5, 1))
    plots.paths(plots.contour(left, surface), traces)
    plots.losses(right, traces).set_yscale("log")
    left.set_title(title if any(trace.evaluations for trace in traces.values()) else TO_DO)
    right.set_title("The losses, gradient by gradient")
    return Picture(fig, plots.describe_traces(surface, traces))


def turned(rules: Mapping[str, Rule], angle: float, config: Mapping[str, float], steps: int = 60) -> Picture:
    """Return the paths of rules in the ravine as it lies and turned, and say how far their losses differ."""
    fig, axes = plt.subplots(1, 2, figsize=(11, 4.8), layout="constrained", sharey=True)
    losses = []
    for ax, degrees in zip(axes, (0, angle), strict=True):
        place = replace(valley(25, np.radians(degrees)), domain=((-2.4, 2.4), (-2.4, 2.4)))
        traces = {name: descend(rule, place, steps=steps, config=config) for name, rule in rules.items()}
        plots.paths(plots.contour(ax, place), traces)
        ax.set(title=f"Turned by {degrees:g} degrees" if degrees else "As it lies", aspect="equal")
        losses.append({name: trace.losses for name, trace in traces.items()})
    apart = [np.abs(losses[1][name] / losses[0][name] - 1).max() for name in written_rules(rules)]
    digits = int(-np.log10(max([*apart, 1e-16])))
    fig.suptitle(f"Turned, every path is the same: the losses agree to {digits} digits" if apart else TO_DO)
    said = f"the losses agree to {digits} digits" if apart else TO_DO
    return Picture(fig, f"Paths in a valley as it lies, and turned by {angle:g} degrees: {said}.")


def dotted(surfaces: Mapping[str, tuple[Surface, Trace]], rule: str = "") -> Picture:
    """Return a panel for each path, with a dot at every step and the title as its key."""
    fig, axes = plt.subplots(1, len(surfaces), figsize=(11, 3.4), layout="constrained", sharey=True)
    alt = []
    for ax, (title, (surface, trace)) in zip(np.atleast_1d(axes), surfaces.items(), strict=True):
        dots(plots.contour(ax, surface), trace, rule)
        ax.set_title(title)
        x, y = trace.points[-1]
        alt.append(f"{title}: after {trace.evaluations} steps at ({x:.3g}, {y:.3g}).")
    return Picture(fig, " ".join(alt))


def dots(ax: Axes, trace: Trace, rule: str = "") -> Axes:
    """Draw a path with a dot at every step."""
    ax.plot(*trace.points.T, "o-", color=rule_style(rule)["color"] if rule else "#444444", ms=3, lw=1)
    return ax


# The ridge


def opening() -> Picture:
    """Return the ridge with a ball beside it, and how plain descent gets away from it."""
    distance = 1e-6 * (1 + 2 * 0.01) ** np.arange(
        800
    )  # on y -> -y^2 every plain step multiplies y by 1 + 2 lr
    leaves = first_step_where(distance > 1)
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    plots.contour(left, saddle).plot(1, 0, "o", ms=10, color="black")
    left.set_title("A saddle, and a ball beside its ridge")
    distances(right, {"sgd": distance}, f"Plain descent has left after {leaves} steps")
    right.text(40, 1.6, "where does momentum cross?", color=BLUE)
    return Picture(
        fig, f"A saddle with a ball on its ridge. Plain descent is at distance 1 after {leaves} steps."
    )


def ridge(traces: Mapping[str, Trace], title: str) -> Picture:
    """Return the distance from the ridge of each rule, step by step."""
    away = {name: np.abs(trace.points[:, 1]) for name, trace in traces.items() if trace.evaluations}
    fig, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
    distances(ax, away, title)
    left = ", ".join(f"{name} {first_step_where(each > 1)}" for name, each in away.items())
    return Picture(fig, f"Steps to leave the saddle from a millionth beside the ridge: {left or TO_DO}.")


def distances(ax: Axes, runs: Mapping[str, np.ndarray], title: str) -> Axes:
    """Draw how far each rule is from the ridge, (T + 1,) each, and mark the first step beyond 1."""
    for name, distance in runs.items():
        style, leaves = plots.line_style(name), first_step_where(distance > 1)
        style["label"] += f": {leaves} steps" if leaves else f": not within {len(distance) - 1} steps"
        ax.semilogy(distance, **style)
        if leaves:
            ax.plot(leaves, 1, plots.rule_style(name)["marker"], color=style["color"], markersize=8)
    ax.axhline(1, color="0.6", linewidth=1)
    ax.set(xlabel="step", ylabel="distance from the ridge, $|y|$", ylim=(5e-7, 10), xlim=(-10, 740))
    return headline(ax, title, runs)


# Three memories


def three_memories(rules: Mapping[str, Rule], configs: Mapping[str, dict], steps: int = 150) -> Picture:
    """Return the paths of three rules in the ravine, a dot at every step, and their losses."""
    fig, axes = plt.subplots(1, len(rules) + 1, figsize=(15, 3.6), layout="constrained")
    losses, alt = axes[-1], []
    for ax, (name, rule) in zip(axes, rules.items(), strict=False):
        trace = descend(rule, ravine, steps=steps, config=configs[name])
        dots(plots.contour(ax, ravine, levels=14), trace, name)
        ax.set_title(trace.stopped or f"{rule_style(name)['label']}: loss {trace.losses[-1]:.0e}")
        losses.semilogy(np.maximum(trace.losses, 1e-20), **line_style(name))
        alt.append(
            f"{rule_style(name)['label']}: {trace.stopped.rstrip('.') or f'loss {trace.losses[-1]:.1e}'}"
        )
    title = "RMSprop's loss rises again" if "rmsprop" in rules else "Loss"
    losses.set(xlabel="gradient evaluations", ylabel="loss", title=title, ylim=(1e-20, 1e3))
    losses.legend(fontsize=9)
    return Picture(fig, f"In the ravine, {steps} steps each. " + "; ".join(alt) + ".")


# Off the saddle


def off_the_saddle(
    traces: Mapping[str, Trace], starts: np.ndarray, counts: Mapping[str, Sequence[int | None]]
) -> Picture:
    """Return who has left when, and the steps to escape against the start, as far as they were counted."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    leaving(left, traces)
    escapes(right, starts, counts)
    alt = [f"{name} {steps[0]} and {steps[-1]}." for name, steps in counts.items()]
    return Picture(fig, f"Steps to escape from 1e-12 and from 0.1: {' '.join(alt) or TO_DO.lower()}")


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
    ax.set(xlabel="$y_0$", ylabel="steps until $|y| > 1$")
    ax.set_title("Adaptive rules hardly feel the distance" if counts else TO_DO)
    return ax


# Turned valleys


def steps_by_angle(degrees: np.ndarray, needed: Mapping[str, np.ndarray]) -> Picture:
    """Return the steps that each rule needs in a valley turned by each angle."""
    fig, ax = plt.subplots(figsize=(8.5, 4.2), layout="constrained")
    angles(ax, degrees, needed)
    alt = [
        f"{name}: {s[0]:.0f} steps along the axes, {s[-1]:.0f} at 45 degrees." for name, s in needed.items()
    ]
    return Picture(fig, " ".join(alt))


def angles(ax: Axes, degrees: np.ndarray, needed: Mapping[str, np.ndarray]) -> Axes:
    """Draw how many steps each rule needs in a valley turned by each angle."""
    for name, steps in needed.items():
        ax.semilogy(degrees, steps, **line_style(name), marker=rule_style(name)["marker"])
    ax.set(xlabel="angle of the valley, degrees", ylabel="steps to a thousandth of the loss", xticks=degrees)
    ax.set_title("Turned, the lead of Adagrad and RMSprop is gone")
    ax.legend(fontsize=9, ncols=2)
    return ax
