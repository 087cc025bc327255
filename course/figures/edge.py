"""Pictures of lesson 13: losses that shiver, an eigenvalue that settles, runs beside their limits, a swing.

Every function takes the reader's own functions, or what they recorded, and returns a picture with alt text made
from what it drew.  At the edge runs are chaotic: what is said of them is a median and has two digits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course.checks import needs
from course.full_batch import FullBatch
from course.mine import plain_gradient_descent
from course.plots import Picture, line_style, shown
from course.probes.base import Rule

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "0.45"
LOOKS = ((BLUE, "-"), (ORANGE, (0, (6, 2))), (GREEN, (0, (3, 1.5))), ("#000000", (0, (1.5, 1.5))))
LIMIT = {"color": "0.35", "lw": 1.2, "ls": (0, (7, 4))}


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What was recorded of a run, and its limit: one number, or one for each measurement."""

    losses: Sequence[float]
    sharpnesses: Sequence[float]
    limit: Any = None

    def late(self) -> float:
        """Return the median sharpness of the last third of the run."""
        return float(np.median(self.sharpnesses[-(len(self.sharpnesses) // 3) :]))

    def rises(self) -> float:
        """Return in what share of its steps the loss rose."""
        return float((np.diff(self.losses) > 0).mean())

    @property
    def diverged(self) -> bool:
        """Whether the loss left all bounds."""
        return not np.all(np.isfinite(self.losses)) or self.losses[-1] > 10


def descent(
    problem: FullBatch, rule: Rule, rate: float, steps: int, w: np.ndarray
) -> tuple[np.ndarray, list]:
    """Return the last point of a full-batch run and its losses."""
    losses, config, w = [], {"learning_rate": rate}, w.copy()
    for _ in range(steps):
        loss, g = problem(w)
        losses.append(loss)
        w, config = rule(w, g, config)
    return w, losses


def readable(ax: Axes) -> None:
    """Mark a logarithmic axis of losses at 1, 3, 10, and so on."""
    low, high = ax.get_ylim()
    marks = [mark for mark in (3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10) if low <= mark <= high]
    ax.set_yticks(marks, [f"{mark:g}" for mark in marks])
    ax.set_yticks([], minor=True)


def two_losses(problem: FullBatch, rule: Rule, rates: Sequence[float], *, steps: int = 1200) -> Picture:
    """Draw the losses of full-batch runs that differ in their rate alone."""
    fig, axes = plt.subplots(1, len(rates), figsize=(10, 3.4), sharey=True)
    said = []
    for ax, rate in zip(axes, rates, strict=True):
        _, losses = descent(problem, rule, rate, steps, problem.start())
        rises = int((np.diff(losses) > 0).sum())
        ax.plot(losses, color=BLUE, lw=1)
        ax.set(yscale="log", xlabel="step", title=f"Rate {rate:g}")
        said.append(
            f"at rate {rate:g} it ends near {losses[-1]:.1g} and {'rose on the way' if rises else 'never rose'}"
        )
        readable(ax)
    axes[0].set_ylabel("loss on all 300 digits")
    return Picture(fig, f"Loss of full-batch gradient descent, on a log scale: {'; '.join(said)}.")


def words_of(share: float) -> str:
    """Return a share in words that a chaotic run does not change.

    >>> [words_of(each) for each in (0, 0.004, 0.17, 0.31, 0.48)]
    ['none', 'few', 'a tenth to a quarter', 'more than a quarter', 'more than a quarter']
    """
    if share < 0.1:
        return "few" if share else "none"
    return "a tenth to a quarter" if share < 0.25 else "more than a quarter"


@needs("Exercises 1 and 2")
def settling(
    sharpness: Callable, problem: FullBatch, w: np.ndarray, *, starts: int = 4, steps: int = 30
) -> Picture:
    """Draw the estimate of power iteration against the number of products, from several start vectors."""
    fig, ax = plt.subplots(figsize=(7, 3.4))
    ends = []
    for seed, (color, dash) in zip(range(starts), LOOKS, strict=False):
        v, values = np.random.default_rng(seed).normal(size=problem.size), []
        for _ in range(steps):
            value, v = sharpness(problem.gradient, w, v, 1)
            values.append(value)
        ax.plot(range(1, steps + 1), values, color=color, ls=dash, label=f"start {seed + 1}")
        ends.append(values)
    ax.set(xlabel="products", ylabel="estimate of the sharpness", title="The start is forgotten")
    ax.legend()
    spread = np.ptp([values[-1] for values in ends]) / np.mean([values[-1] for values in ends])
    within = "one per cent" if spread < 0.01 else "a tenth" if spread < 0.1 else "more than a tenth"
    said = f"After {steps} products the {starts} starts give {np.mean([v[-1] for v in ends]):.2g}, within {within}."
    return shown(fig, said)


def curves(left: Axes, right: Axes, runs: Mapping[str, Watched], every: int) -> list[str]:
    """Draw sharpness and loss of several runs, each with its limit dashed; return what is to be said of each."""
    said = []
    for (name, run), (color, dash) in zip(runs.items(), LOOKS, strict=False):
        at = every * np.arange(len(run.sharpnesses))
        keep = np.isfinite(run.sharpnesses) & (np.asarray(run.losses)[::every][: len(at)] < 10)
        left.plot(at[keep], np.asarray(run.sharpnesses)[keep], color=color, ls=dash, label=name)
        losses = np.asarray(run.losses)
        right.plot(np.where(losses < 10, losses, np.nan), color=color, ls=dash, lw=1, label=name)
        words = f"{name}: sharpness {run.sharpnesses[0]:.1f} at first"
        if run.limit is not None:
            limits = np.broadcast_to(run.limit, len(at))
            left.plot(at, limits, **{**LIMIT, "color": color})
            words += f", limit {limits[-1]:.2f}"
        if run.diverged:
            left.plot(at[keep][-1], np.asarray(run.sharpnesses)[keep][-1], "x", color=color, ms=10, mew=2.5)
            said.append(f"{words}; it diverges")
        else:
            said.append(
                f"{words}, {run.late():.1f} in the last third; loss near {run.losses[-1]:.1g} at the end,"
                f" rising in {words_of(run.rises())} of the steps"
            )
    left.set(xlabel="step", ylabel=r"sharpness $\lambda$")
    right.set(xlabel="step", ylabel="loss", yscale="log")
    readable(right)
    left.legend(fontsize=9)
    return said


@needs("Exercises 1, 2 and 4")
def beside_their_limits(
    watch: Callable[..., tuple[Sequence[float], Sequence[float]]],
    runs: Mapping[str, tuple[tuple, Any]],
    *,
    every: int,
    title: str,
    top: float | None = None,
) -> Picture:
    """Make runs, and draw the sharpness of each beside its limit, thinly dashed, and its loss.

    watch  arguments of a run -> losses and sharpnesses
    runs   name -> (arguments, limit)
    """
    watched = {}
    for name, (arguments, limit) in runs.items():
        losses, sharpnesses = watch(*arguments)
        watched[name] = Watched(losses=losses, sharpnesses=sharpnesses, limit=limit)
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.7))
    said = curves(left, right, watched, every)
    left.set_title(title)
    left.set_ylim(0, top)
    right.set_title("The loss of the same runs")
    return shown(fig, *said)


@needs("Exercises 1, 2 and 4")
def of_rules(
    watch: Callable, rules: Mapping[str, Rule], runs: Mapping[str, tuple[tuple, float]], **more: Any
) -> Any:
    """Draw the runs of those rules that the reader has; say which are missing."""
    missing = [name for name, rule in rules.items() if rule is plain_gradient_descent and name != "sgd"]
    if missing:
        labels = " and ".join(line_style(name)["label"] for name in missing)
        print(f"Not found in lesson 04: {labels}. The playground above has recorded runs.")
    kept = {line_style(name)["label"]: runs[name] for name in rules if name not in missing}
    return beside_their_limits(watch, kept, **more)


@needs("Exercises 1 and 2")
def swinging(
    problem: FullBatch, rule: Rule, sharpness: Callable, *, rate: float = 0.4, begin: int = 460, steps: int = 340,
    every: int = 10,
) -> Picture:  # fmt: skip
    """Draw how a run moves along its sharpest direction as the sharpness crosses the limit."""
    w, _ = descent(problem, rule, rate, begin, problem.start())
    value, v = sharpness(problem.gradient, w, np.random.default_rng(1).normal(size=problem.size), 100)
    swing, sharp, config, u = [], [], {"learning_rate": rate}, v
    for step in range(steps):
        swing.append(float(v @ w))
        if step % every == 0:
            value, u = sharpness(problem.gradient, w, u)
            sharp.append(value)
        w, config = rule(w, problem(w)[1], config)
    at, between = begin + np.arange(steps), begin + every * np.arange(len(sharp))
    hops = (
        np.abs(np.diff(swing, 6)) / 64
    )  # the part that changes its sign at every step, without the slow drift
    fig, (top, middle, bottom) = plt.subplots(3, 1, figsize=(9, 6.6), sharex=True)
    top.plot(at, np.array(swing) - swing[0], color=ORANGE, lw=0.8)
    top.set(ylabel="moved along $v$", title="Along the sharpest direction it hops from side to side")
    middle.plot(at[3:-3], hops, color=ORANGE, lw=1)
    middle.set(
        yscale="log",
        ylabel="size of the hops",
        title="The hops grow from rounding errors while the sharpness is above the limit",
    )
    bottom.plot(between, sharp, color=BLUE)
    bottom.axhline(2 / rate, **LIMIT)
    bottom.set(ylabel=r"sharpness $\lambda$", xlabel="step", title="Wide hops bring the sharpness down")
    highest = int(np.argmax(sharp))
    said = (
        f"The sharpness rises from {sharp[0]:.1f} to {sharp[highest]:.1f}, above the limit {2 / rate:.1f}, and"
        f" falls to {min(sharp[highest:]):.1f}. The hops begin {'below' if hops[:100].min() < 1e-12 else 'above'}"
        f" 1e-12 and grow to about {hops.max():.1f}."
    )
    return shown(fig, said)


@needs("Exercises 2 and 3")
def preconditioned(
    run: Callable[[float], Sequence[float]],
    limit: Callable,
    rates: Sequence[float],
    every: int,
    *,
    adam: Rule,
) -> Picture | None:
    """Draw the preconditioned sharpness of Adam as a share of its limit, for several rates."""
    if adam is plain_gradient_descent:
        print("Your Adam of lesson 05 was not found, so there is no run to measure.")
        return None
    fig, ax = plt.subplots(figsize=(8, 3.6))
    said = []
    for rate, (color, dash) in zip(rates, LOOKS, strict=False):
        shares = np.asarray(run(rate)) / limit("averaged", rate, 0.9)
        ax.plot(every * np.arange(len(shares)), shares, color=color, ls=dash, label=f"rate {rate:g}")
        said.append(
            f"rate {rate:g}: {shares[1]:.1f} of its limit after {every} steps,"
            f" {np.median(shares[-8:]):.1f} at the end"
        )
    ax.axhline(1, **LIMIT)
    ax.set(xlabel="step", ylabel="share of 38 / rate", ylim=(0, None), title="Adam has an edge of its own")
    ax.legend()
    return shown(fig, *said)
