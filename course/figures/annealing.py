"""Pictures of lesson 07: balls in a bowl that shakes, schedules, batches, a warm-up, a race.

Every function draws on the axes it is given and returns alt text made from what it drew.  What the reader has not
written yet is left out and named.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.layout_engine import ConstrainedLayoutEngine
from scipy.stats import t as student

from course.checks import written
from course.descend import descend
from course.noisy_bowl import expected_loss, floor
from course.probes.base import Rule
from course.surfaces import noisy_quadratic

Schedule = Callable[[Any, dict], float]
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "0.45"
BALLS = {0.2: (ORANGE, "-"), 0.01: (BLUE, "--")}
LOOKS = {
    "step": (BLUE, "-"),
    "exponential": (ORANGE, "--"),
    "1/t": (GREEN, "-."),
    "linear": ("#000000", (0, (1, 1))),
}
START = np.array(noisy_quadratic.start)


def two_balls(ax: Axes, rule: Rule, *, steps: int = 400, seed: int = 3) -> str:
    """Draw the loss of one run (thin) and of the mean run (thick) at a large and a small rate."""
    ends = []
    for rate, (color, dash) in BALLS.items():
        rng = np.random.default_rng(seed)
        run = descend(rule, noisy_quadratic, steps=steps, config={"learning_rate": rate}, rng=rng)
        mean = expected_loss(np.full(steps, rate), start=START)
        ax.plot(run.losses, color=color, lw=0.8, alpha=0.6)
        ax.plot(mean, color=color, ls=dash, lw=3, label=f"rate {rate}")
        ends.append(f"rate {rate} ends at a mean loss of {mean[-1]:.2g}")
    ax.set(yscale="log", ylim=(3e-4, 10), xlabel="step", ylabel="loss")
    ax.legend(title="thin: one run\nthick: mean of all runs", loc="lower left")
    return f"Loss of two runs in a noisy bowl, on a log scale: {'; '.join(ends)}."


def halved(ax: Axes) -> str:
    """Draw the mean loss at rate 0.2, and what it does when the rate is halved at step 200."""
    mean = expected_loss(np.where(np.arange(400) < 200, 0.2, 0.1), start=START)
    ax.plot(expected_loss(np.full(400, 0.2), start=START), color=ORANGE, label="rate 0.2 throughout")
    ax.plot(mean, color="black", ls="--", label="0.2, then 0.1 from step 200")
    for rate in (0.2, 0.1):
        ax.axhline(floor(rate), color="0.6", lw=1, ls=":")
        ax.text(40, floor(rate) * 1.06, f"floor at rate {rate}", color="0.3")
    ax.set(yscale="log", ylim=(0.04, 5), xlabel="step", ylabel="mean loss")
    ax.legend()
    ratio = floor(0.1) / floor(0.2)
    before, after = mean[200], mean[215]
    return f"Mean loss {before:.3f} before the cut, {after:.3f} fifteen steps later; ratio of floors {ratio:.2f}."


def floors(ax: Axes, measured: Mapping[float, Sequence[float]]) -> str:
    """Draw measured mean losses at rest, several for each rate, on the formula's curve."""
    fine = np.geomspace(0.02, 0.45, 100)
    ax.plot(fine, [floor(r) for r in fine], color="black", label="the formula, both directions")
    ax.plot(fine, fine / 2, color="0.5", ls=":", label=r"$\eta\sigma^2/4$ for each direction")
    for k, (rate, losses) in enumerate(measured.items()):
        label = "one run each, 3,000 steps" if k == 0 else None
        ax.plot(np.full(len(losses), rate), losses, "o", mfc="none", color=ORANGE, label=label)
    ax.set(xscale="log", yscale="log", xlabel=r"learning rate $\eta$", ylabel="mean loss at rest")
    ax.set_xticks([0.02, 0.05, 0.1, 0.2, 0.4], ["0.02", "0.05", "0.1", "0.2", "0.4"], minor=False)
    ax.set_xticks([], minor=True)
    ax.legend()
    off = [abs(np.mean(losses) / floor(rate) - 1) for rate, losses in measured.items()]
    return f"Mean losses at rest; at each rate the mean of the runs is within {100 * max(off):.0f}% of the formula."


def side_by_side(
    axes: Sequence[Axes], schedules: Mapping[str, tuple[Schedule, dict]], *, steps: int = 600
) -> str:
    """Draw the rates of schedules (left) and the mean loss in the noisy bowl that they lead to (right)."""
    (left, right), said = axes, []
    for name, (schedule, config) in schedules.items():
        if not written(schedule, 0, dict(config)):
            said.append(f"{name} is not written yet")
            continue
        rates = np.array([schedule(i, dict(config)) for i in range(steps)])
        mean = expected_loss(rates, start=START)
        for ax, values in ((left, rates), (right, mean)):
            ax.plot(values, color=LOOKS[name][0], ls=LOOKS[name][1], label=name)
        said.append(
            f"{name}: at the end rate {rates[-1]:.2g}, loss {mean[-1]:.2g}, floor {floor(rates[-1]):.2g}"
        )
    right.plot(expected_loss(np.full(steps, 0.4), start=START), color="0.6", lw=1, label="constant 0.4")
    left.set(yscale="log", xlabel="iteration", ylabel=r"rate $\eta$")
    right.set(yscale="log", xlabel="iteration", ylabel="mean loss")
    right.legend()
    return "Rates and mean losses in the noisy bowl. " + "; ".join(said) + "."


def frozen(ax: Axes, schedule: Schedule, config: dict, *, steps: int = 1000) -> str:
    """Draw the mean loss of one schedule, its floor, and what is left of the loss without noise."""
    if not written(schedule, 0, dict(config)):
        return "smooth_decay is not written yet."
    rates = np.array([schedule(i, dict(config)) for i in range(steps)])
    mean, still = (expected_loss(rates, start=START, sigma=sigma) for sigma in (1.0, 0.0))
    ax.plot(mean, color=ORANGE, ls="--", label="with noise")
    ax.plot(still, color=BLUE, label="the same without noise")
    ax.plot([floor(rate) for rate in rates], color="0.5", lw=1, label="the floor of each rate")
    ax.set(yscale="log", ylim=(1e-12, 10), xlabel="iteration", ylabel="mean loss")
    ax.legend()
    return (
        f"After {steps} iterations the loss is {mean[-1]:.2g} with noise and {still[-1]:.1g} without it; "
        f"the floor of the last rate is {floor(rates[-1]):.1g}."
    )


def compounded(ax: Axes, schedule: Schedule, config: dict, *, steps: int = 400) -> str:
    """Draw a schedule, and what comes of it when each answer is the next initial rate."""
    if not written(schedule, 0, dict(config)):
        return "step_decay is not written yet."
    right = np.array([schedule(i, dict(config)) for i in range(steps)])
    wrong, rate = [], config["initial_rate"]
    for i in range(steps):
        rate = schedule(i, {**config, "initial_rate": rate})
        wrong.append(rate)
    ax.plot(right, color="black", label="from the initial rate")
    ax.plot(np.maximum(wrong, 1e-300), color=ORANGE, ls="--", label="from the current rate")
    ax.set(yscale="log", ylim=(1e-10, 1), xlabel="iteration", ylabel=r"rate $\eta$")
    ax.legend()
    return f"At iteration 120 the right rate is {right[120]:.2g} and the compounded one {wrong[120]:.2g}."


def batches(ax: Axes, found: Mapping[str, Mapping[int, Sequence[float]]]) -> str:
    """Draw the excess loss at the end of runs against the batch size, a line for each way of choosing the rate."""
    said = []
    for (name, by_size), look in zip(found.items(), ("s:", "o-", "D--"), strict=False):
        sizes, color = list(by_size), {"s:": GREY, "o-": BLUE, "D--": ORANGE}[look]
        medians = np.array([np.median(each) for each in by_size.values()])
        shown = np.isfinite(medians)
        ax.plot(np.array(sizes)[shown], medians[shown], look, color=color, label=name)
        for size, losses in by_size.items():
            ax.plot(np.full(len(losses), size), losses, "_", color=color, ms=8)
        said.append(f"{name}: " + ", ".join(f"{s} rows {m:.2g}" for s, m in zip(sizes, medians, strict=True)))
    ax.set(
        xscale="log", yscale="log", xlabel="rows in a mini-batch", ylabel="training loss above the minimum"
    )
    sizes = list(next(iter(found.values()))) if found else []
    ax.set_xticks(sizes, sizes)
    ax.set_xticks([], minor=True)
    if found:
        ax.legend()
    return "; ".join(said) + "." if said else "scale_rate is not written yet."


def plateaus(
    axes: Sequence[Axes],
    watched: Sequence[tuple[Sequence[float], Sequence[float]]],
    without: Sequence[float],
) -> str:
    """Draw the first of some runs that cut their rate beside one that does not, and when each run cut first.

    watched  validation errors and rates of each run
    without  validation errors at a constant rate
    """
    if not watched:
        return "reduce_on_plateau is not written yet."
    cuts = [int(np.argmax(np.less(rates, rates[0]))) for _, rates in watched]
    errors, rates = watched[0]
    return f"{plateau(axes[0], errors, without, rates)} {first_cuts(axes[1], cuts)}"


def plateau(ax: Axes, errors: Sequence[float], without: Sequence[float], rates: Sequence[float]) -> str:
    """Draw the validation errors of a run with cuts and of one without, and the rates of the one with."""
    epochs = range(1, len(errors) + 1)
    ax.plot(epochs, without, "s:", color=GREY, label="constant rate")
    ax.plot(epochs, errors, "o-", color=BLUE, label="your rule")
    ax.set(xlabel="epoch", ylabel="validation error", ylim=(0, None))
    other = ax.twinx()
    other.step(range(len(rates)), rates, where="post", color=ORANGE, ls="--")
    other.set(yscale="log", ylabel=r"rate $\eta$ (dashed)")
    other.grid(False)
    engine = ax.figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(wspace=0.08)  # between the label of the rates and that of the next axes
    ax.legend(loc="lower left", ncols=2)
    return (
        f"Validation error of your rule: {errors[0]:.3f} after one epoch, {errors[-1]:.3f} after {len(errors)}, "
        f"the rate falling from {rates[0]:g} to {rates[-1]:.2g}; at a constant rate it ends at {without[-1]:.3f}."
    )


def first_cuts(ax: Axes, cuts: Sequence[int]) -> str:
    """Draw the epoch of the first cut of many runs that differ in nothing but their seed."""
    low, high = min(cuts), max(cuts)
    heights = [list(cuts).count(epoch) for epoch in range(low, high + 1)]
    ax.bar(range(low, high + 1), heights, color="#56B4E9", edgecolor="black")
    ax.set(xlabel="epoch after which the rate is first cut", ylabel="runs", xticks=range(low, high + 1))
    return f"The first cut of {len(cuts)} runs comes between epoch {low} and epoch {high}."


def shapes(ax: Axes, schedules: Mapping[str, Schedule], config: dict, steps: int) -> str:
    """Draw the rates of the schedules that the lesson gives."""
    for (name, schedule), dash in zip(schedules.items(), ("-", "--", "-."), strict=False):
        ax.plot([schedule(i, config) for i in range(steps)], ls=dash, label=name)
    ax.set(xlabel="iteration", ylabel=r"rate $\eta$")
    ax.legend()
    tops = {name: max(schedule(i, config) for i in range(steps)) for name, schedule in schedules.items()}
    return "Highest rates: " + ", ".join(f"{name} {top:g}" for name, top in tops.items()) + "."


def warm_or_not(ax: Axes, found: Mapping[str, Mapping[float, Sequence[float]]]) -> str:
    """Draw the loss at the end against the rate, with and without a warm-up; one mark for each seed."""
    said = []
    for (name, by_rate), (look, color) in zip(found.items(), (("s:", GREY), ("o-", BLUE)), strict=True):
        medians = {rate: float(np.median(losses)) for rate, losses in by_rate.items()}
        shown = [rate for rate in by_rate if np.isfinite(medians[rate])]
        ax.plot(shown, [medians[rate] for rate in shown], look, color=color, label=name)
        for rate, losses in by_rate.items():
            ax.plot(np.full(len(losses), rate), losses, "_", color=color, ms=8)
        best = min(medians, key=medians.__getitem__)
        losses = by_rate[best]
        said.append(
            f"{name}: best at rate {best:g}, loss {medians[best]:.2g} [{min(losses):.2g}, {max(losses):.2g}]"
        )
    ax.set(xscale="log", yscale="log", xlabel=r"rate $\eta$", ylabel="training loss at the end")
    rates = list(next(iter(found.values())))
    ax.set_xticks(rates, [f"{rate:g}" for rate in rates])
    ax.set_xticks([], minor=True)
    lost = [
        (rate, color)
        for by_rate, color in zip(found.values(), (GREY, BLUE), strict=True)
        for rate, losses in by_rate.items()
        if not np.isfinite(np.median(losses))
    ]
    for height, (rate, color) in zip((0.93, 0.83), lost, strict=False):
        where = {"xycoords": ax.get_xaxis_transform(), "textcoords": "offset points"}
        ax.annotate("diverged", (rate, height), (-9, 0), color=color, ha="right", **where)
        said.append(f"at rate {rate:g} half of the runs or more diverged")
    ax.legend()
    return "; ".join(said) + "."


def coasting(ax: Axes, lengths: Mapping[str, Sequence[float]]) -> str:
    """Draw lengths of steps on a constant slope, with a drop of the rate at step 30."""
    looks = {
        "CS231n": (BLUE, "-", 2),
        "PyTorch": (ORANGE, "--", 2),
        "CS231n, translated by you": ("#56B4E9", "-", 6),
    }
    for name, values in sorted(lengths.items(), key=lambda each: -looks[each[0]][2]):
        color, dash, width = looks[name]
        ax.plot(values, color=color, ls=dash, lw=width, label=name)
    ax.set(yscale="log", xlabel="step", ylabel="length of the step")
    ax.legend()
    away = {name: values[35] for name, values in lengths.items()}
    return (
        "Five steps after the drop the step is "
        + ", ".join(f"{v:.3g} ({name})" for name, v in away.items())
        + "."
    )


def race(axes: Sequence[Axes], results: Mapping[str, Mapping[str, Any]]) -> str:
    """Draw the excess training loss (left) and the validation error (right) of each schedule at its tuned rate."""
    (left, right), said = axes, []
    for row, (name, result) in enumerate(results.items()):
        for ax, values in ((left, np.log10(result["excess"])), (right, np.array(result["error"]))):
            half = student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
            ends = np.array([values.mean() - half, values.mean() + half])
            shown, bar = (10**values, 10**ends) if ax is left else (values, ends)
            ax.plot(shown, np.full(len(shown), row), "o", ms=4, mfc="none", color="0.4")
            ax.plot(bar, [row, row], color=BLUE, lw=5, alpha=0.5)
        said.append(f"{name} (rate {result['rate']:g}) {np.median(result['excess']):.1e}")
    left.set_yticks(range(len(results)), [f"{name}, {r['rate']:g}" for name, r in results.items()])
    left.set(xscale="log", xlabel="training loss above the minimum")
    left.xaxis.set_minor_formatter("")
    right.set(xlabel="validation error", xlim=(0, None))
    left.invert_yaxis()
    return "Median excess loss by schedule: " + "; ".join(said) + ". Bars are 95% intervals over five seeds."


def without_noise(ax: Axes, runs: Mapping[str, Sequence[Any]]) -> str:
    """Draw training and validation loss by epoch, the median of the runs of each schedule."""
    said = []
    for name, several in runs.items():
        color, dash = ("0.3", "-") if name == "constant" else (BLUE, "--")
        for part, words, width in (("train", "training", 1), ("val", "validation", 2.5)):
            curves = np.array([run.epochs[f"{part}_loss"] for run in several])
            ax.plot(np.median(curves, axis=0), color=color, ls=dash, lw=width, label=f"{name}, {words}")
            said.append(f"{name} {words} {np.median(curves[:, -1]):.2g}")
    ax.set(yscale="log", xlabel="epoch", ylabel=f"loss, median of {len(next(iter(runs.values())))} seeds")
    ax.legend(ncols=2)
    return "Final median losses: " + "; ".join(said) + "."
