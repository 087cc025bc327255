"""Pictures of lesson 12: what weight decay does to two useless weights, clipping, singular values, a fair race.

Functions that take ``ax`` draw what they are given and return it; the others run the reader's rules and return a
finished ``Picture`` with its alt text.  A rule that is not written yet is left out.
"""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from course import plots
from course.checks import written
from course.descend import descend
from course.figures.landscapes import TO_DO
from course.mine import plain_gradient_descent
from course.plots import Picture, line_style, rule_style
from course.probes.base import Rule
from course.surfaces import MatrixSurface

QUIET, LOUD = "#0072B2", "#D55E00"
NOISE = {"quiet": 0.1, "loud": 10.0}
"""Standard deviation of the gradient of a weight that is of no use."""


# Weight decay


def faded(
    rule: Rule, config: Mapping[str, float], *, penalty: float = 0.0, steps: int = 1500, copies: int = 2000
) -> np.ndarray:
    """Return what is left of two useless weights, (steps + 1, 2), as the mean over many copies.

    Both begin at 1, and their gradients are noise of ``NOISE``.  A penalty adds penalty * w to the gradient.
    """
    rng = np.random.default_rng(0)
    sizes = np.array([[size] for size in NOISE.values()])
    w, state = np.ones((2, copies)), dict(config)
    left = [w.mean(axis=1)]
    for _ in range(steps):
        w, state = rule(w, sizes * rng.standard_normal(w.shape) + penalty * w, state)
        left.append(w.mean(axis=1))
    return np.array(left)


def fading(ax: Axes, left: np.ndarray, title: str) -> Axes:
    """Draw what is left of the quiet and of the loud weight."""
    for name, color, dash, each in zip(NOISE, (QUIET, LOUD), ("-", "--"), left.T, strict=True):
        ax.plot(each, dash, color=color, label=f"{name} gradient: {each[-1]:z.2f} left")
    ax.set(xlabel="step", ylabel="mean weight", title=title, ylim=(-0.3, 1.3))
    ax.legend(loc="lower left", fontsize=9)
    return ax


def opening() -> Picture:
    """Return two useless weights under plain descent with an L2 penalty."""
    left = faded(plain_gradient_descent, {"learning_rate": 0.01}, penalty=0.1)
    fig, ax = plt.subplots(figsize=(7.4, 3.8), layout="constrained")
    fading(ax, left, "Plain descent with a penalty: both weights fade alike")
    quiet, loud = left[-1]
    return Picture(
        fig,
        f"Plain descent with an L2 penalty: after 1500 steps {quiet:.2f} is left of the weight with a quiet"
        f" gradient and {loud:.2f} of the one with a loud gradient, as means over 2000 copies.",
    )


def decays(adamw: Rule) -> Picture:
    """Return what is left of them with a reader's AdamW: the decay in the gradient, and the decay apart."""
    fig, axes = plt.subplots(1, 2, figsize=(11, 3.8), layout="constrained", sharey=True)
    if not written(adamw, np.ones(1), np.ones(1), {}):
        return plots.shown(fig, "adamw is not written yet.")
    inside = faded(adamw, {"learning_rate": 0.01, "weight_decay": 0.0}, penalty=0.1)
    apart = faded(adamw, {"learning_rate": 0.01, "weight_decay": 0.1})
    fading(axes[0], inside, "Adam, the penalty in the gradient")
    fading(axes[1], apart, "AdamW, the decay apart")
    said = [
        f"{name}: {quiet:z.2f} left of the quiet weight, {loud:z.2f} of the loud one"
        for name, (quiet, loud) in (("Adam with an L2 penalty", inside[-1]), ("AdamW", apart[-1]))
    ]
    return Picture(fig, "After 1500 steps. " + "; ".join(said) + ".")


def shares(units: np.ndarray, kept: Mapping[str, np.ndarray]) -> Picture:
    """Return for each pixel how much of its weights a decay leaves, against the unit the pixel is measured in.

    kept  name -> share of the norm of each pixel's weights that is left, compared with no decay
    """
    fig, ax = plt.subplots(figsize=(8.4, 4.2), layout="constrained")
    told = []
    for (name, share), color, mark in zip(kept.items(), (LOUD, QUIET), ("v", "o"), strict=False):
        ax.loglog(units, share, mark, color=color, mfc="none", label=name)
        small, large = (np.median(share[rows]) for rows in (units < 0.3, units > 3))
        told.append(
            f"{name} leaves {small:.2f} where the unit is below 0.3 and {large:.2f} where it is above 3"
        )
    ax.set(xlabel="unit of the pixel", ylabel="share of its weights that is left")
    ax.set_title("One decay for all, or one for each unit?")
    if kept:
        ax.legend()
    print(*told, sep="\n")
    return Picture(fig, "Medians over pixels: " + "; ".join(told or [TO_DO]) + ".")


# Clipping


def arrows(clip: Callable) -> Picture:
    """Return one gradient of two arrays, cut off entry by entry and shortened by the reader's function."""
    given, bound = {"W": np.array([8.0]), "b": np.array([3.0])}, 4.0
    long = np.array([8.0, 3.0])
    ways = {"entry by entry": np.clip(long, -bound, bound)}
    if written(clip, given, bound):
        clipped, _ = clip(given, bound)
        ways["global norm, yours"] = np.array([clipped["W"][0], clipped["b"][0]])
    fig, ax = plt.subplots(figsize=(7.4, 4), layout="constrained")
    ax.annotate("", long, (0, 0), arrowprops={"arrowstyle": "->", "lw": 1.5, "color": "0.6"})
    ax.text(6.2, 1.7, "gradient", color="0.4")
    ax.add_patch(Circle((0, 0), bound, fill=False, ls=":", color="0.5"))
    told = []
    for (name, end), color in zip(ways.items(), (LOUD, QUIET), strict=False):
        angle = np.degrees(np.arctan2(end[1], end[0]) - np.arctan2(long[1], long[0]))
        ax.annotate("", end, (0, 0), arrowprops={"arrowstyle": "-|>", "lw": 2.5, "color": color})
        told.append(f"{name}: length {np.hypot(*end):.2f}, turned by {abs(angle):.0f} degrees")
        ax.plot([], [], color=color, lw=2.5, label=told[-1])
    ax.set(xlim=(-0.5, 9), ylim=(-0.5, 5.5), xlabel="gradient of W", ylabel="gradient of b", aspect="equal")
    ax.set_title("A bound of 4: what happens to the direction?")
    ax.legend(loc="upper right", fontsize=9)
    return Picture(fig, "A gradient (8, 3) and a bound of 4. " + "; ".join(told) + ".")


def spoilt(runs: Mapping[tuple[str, str], np.ndarray], at: int) -> Picture:
    """Return validation losses around one spoilt batch, a panel for each rule.

    runs  (rule, "not clipped" or "clipped") -> (seeds, steps)
    """
    rules = list(dict.fromkeys(name for name, _ in runs))
    fig, axes = plt.subplots(1, max(1, len(rules)), figsize=(11, 3.8), layout="constrained", sharey=True)
    told = []
    for ax, name in zip(np.atleast_1d(axes), rules, strict=False):
        for how, dash in (("not clipped", "-"), ("clipped", "--")):
            losses = runs[name, how]
            steps = np.arange(losses.shape[1])
            color = LOUD if how == "not clipped" else QUIET
            ax.fill_between(steps, losses.min(axis=0), losses.max(axis=0), color=color, alpha=0.15, lw=0)
            ax.semilogy(losses.mean(axis=0), dash, color=color, label=how)
            after = losses[:, at:].max(axis=1).mean()
            told.append(
                f"{rule_style(name)['label']}, {how}: highest loss from there on {after:.2f},"
                f" after 40 more steps {losses[:, at + 40].mean():.2f}, at the end {losses[:, -1].mean():.2f}"
            )
        ax.axvline(at, color="0.5", lw=1, ls=":")
        ax.set_yticks([0.2, 0.5, 1, 2, 5], ["0.2", "0.5", "1", "2", "5"])
        ax.minorticks_off()
        ax.set(xlabel="step", title=f"{rule_style(name)['label']}: one bad batch at step {at}")
        ax.legend(fontsize=9)
    np.atleast_1d(axes)[0].set_ylabel("validation loss")
    return plots.shown(fig, *(told or [TO_DO]))


# Signs


def step_sizes(sizes: Mapping[str, np.ndarray]) -> Picture:
    """Return the root mean square of every step of each rule, in rates."""
    fig, ax = plt.subplots(figsize=(8.4, 3.8), layout="constrained")
    told = []
    for name, each in sizes.items():
        ax.semilogy(each, **line_style(name))
        told.append(
            f"{rule_style(name)['label']}: first step {each[0]:.2f}, mean from the 21st on {each[20:].mean():.2f}"
        )
    ax.set(xlabel="step", ylabel="root mean square, in rates", title="How long is a step, in learning rates?")
    ax.set_yticks([0.1, 0.2, 0.5, 1], ["0.1", "0.2", "0.5", "1"])
    ax.minorticks_off()
    if sizes:
        ax.legend()
    return plots.shown(fig, *(told or [TO_DO]))


# Matrices


def spectrum(ax: Axes, values: np.ndarray, label: str, color: str, mark: str) -> Axes:
    """Draw singular values by their rank."""
    ax.semilogy(np.arange(1, len(values) + 1), values, mark, color=color, mfc="none", label=label)
    ax.set(xlabel="rank", ylabel="singular value")
    return ax


def gradient_spectrum(gradient: np.ndarray) -> Picture:
    """Return the singular values of a gradient, and what dividing every entry by its size makes of them."""
    values = np.linalg.svd(gradient, compute_uv=False)
    signs = np.linalg.svd(np.sign(gradient), compute_uv=False)
    fig, ax = plt.subplots(figsize=(8.4, 3.9), layout="constrained")
    spectrum(ax, values / values[0], "the gradient", "black", "o")
    spectrum(ax, signs / signs[0], "the sign of every entry", rule_style("lion")["color"], "s")
    ax.set(title="A few directions hold most of the gradient", ylabel="singular value over the largest")
    ax.legend()
    share = np.sum(values[:5] ** 2) / np.sum(values**2)
    small = np.count_nonzero(values < 0.1 * values[0])
    return plots.shown(
        fig,
        f"The five largest of {len(values)} singular values hold {share:.0%} of the squared length;"
        f" {small} are below a tenth of the largest.",
        f"After the sign of every entry, {np.count_nonzero(signs < 0.1 * signs[0])} are below a tenth.",
    )


def composed(s: np.ndarray, steps: int) -> np.ndarray:
    """Return what some steps of the quintic make of singular values."""
    for _ in range(steps):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    return s


def closing_in(orthogonalise: Callable, gradient: np.ndarray, steps: int) -> Picture:
    """Return the polynomial after some steps, and the singular values that a reader's function makes."""
    before = np.linalg.svd(gradient, compute_uv=False) / np.linalg.norm(gradient)
    after = np.linalg.svd(orthogonalise(gradient, steps), compute_uv=False)
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained", sharey=True)
    s = np.linspace(0, 1, 801)
    left.plot(s, composed(s, steps), color="0.4", label="the polynomial")
    left.plot(
        before,
        composed(before, steps),
        "o",
        color=rule_style("muon")["color"],
        mfc="none",
        label="the matrix",
    )
    left.set(xlabel="singular value of $G/\\|G\\|$", ylabel="after the steps", title=f"{steps} steps")
    right.axhspan(0.68, 1.21, color="0.92", label="0.68 to 1.21")
    right.plot(np.arange(1, len(before) + 1), before, "o", color="0.6", mfc="none", label="before")
    right.plot(
        np.arange(1, len(after) + 1), after, "H", color=rule_style("muon")["color"], label="after, yours"
    )
    low, high = after.min(), after.max()
    right.set(xlabel="rank", title=f"from {low:.2f} to {high:.2f}", ylim=(-0.05, 1.3))
    left.axhline(1, color="0.7", lw=1)
    left.legend(loc="lower right")
    right.legend(loc=(0.5, 0.25), fontsize=9)
    return Picture(
        fig,
        f"After {steps} steps the {len(after)} singular values lie between {low:.2f} and {high:.2f};"
        f" before, between {before.min():.4f} and {before.max():.2f}.",
    )


def in_a_matrix(
    rules: Mapping[str, Rule], rates: Mapping[str, float], place: MatrixSurface, *, steps: int = 40
) -> Picture:
    """Return the paths of rules in the singular values of a matrix, drawn beside the matrix's turned axes."""
    walks = {
        name: descend(rules[name], place, steps=steps, config={"learning_rate": rate, "weight_decay": 0.0})
        for name, rate in rates.items()
        if name in rules
    }
    fig, ax = plt.subplots(figsize=(6.4, 4.6), layout="constrained")
    plots.paths(plots.contour(ax, place), walks)
    ax.set(
        title=f"U turned by {place.left:g} degrees, V by {place.right:g}",
        xlabel="first singular value, $x$",
        ylabel="second singular value, $y$",
    )
    return Picture(fig, f"U turned by {place.left:g} degrees. " + plots.describe_traces(place, walks))


# The race


def raced(losses: Mapping[str, Sequence[float]], against: str, budget: str) -> Picture:
    """Return the loss of every seed, and the paired differences from one rule with 95% intervals."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6), layout="constrained")
    told = []
    for row, (name, found) in enumerate(losses.items()):
        style = rule_style(name)
        left.plot(found, [row] * len(found), style["marker"], color=style["color"], mfc="none", ms=6)
        left.plot(np.mean(found), row, "|", ms=18, mew=2.5, color=style["color"])
        if name == against:
            continue
        mean, half = paired(found, losses[against])
        right.errorbar(mean, row, xerr=half, fmt=style["marker"], color=style["color"], capsize=4)
        told.append(f"{style['label']} minus {rule_style(against)['label']}: {mean:+.3f} ± {half:.3f}")
    count = max(map(len, losses.values()), default=0)
    names = [rule_style(name)["label"] for name in losses]
    for ax in (left, right):
        ax.set_yticks(range(len(losses)), names)
        ax.set_ylim(len(losses) - 0.5, -0.5)
    left.set(xlabel="validation loss", title=f"{budget}, {count} new seeds")
    right.axvline(0, color="0.5", lw=1)
    label = rule_style(against)["label"]
    right.set(xlabel=f"loss minus that of {label}, same seeds", title="Mean difference, 95% interval")
    return plots.shown(fig, *(told or [TO_DO]))


def paired(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """Return the mean difference over seeds and half of its 95% interval, by Student's t."""
    from scipy import stats

    difference = np.subtract(one, other)
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    return float(difference.mean()), float(stats.t.ppf(0.975, len(difference) - 1) * error)
