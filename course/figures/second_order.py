"""Pictures of lesson 08: sixty steps against one, the weight of Hessians, where Newton goes, two loops, races.

Every function draws on the axes it is given and returns alt text made from what it drew.  What the reader has not
written yet is left out and named.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes

from course import plots, surfaces
from course.descend import descend
from course.probes.base import Rule
from course.race import Racer
from course.surfaces import Surface

MODELS = {  # parameters, from the papers' own text
    "digits softmax": 650,
    "LeNet-5 (1998)": 60_000,
    "one million": 1_000_000,
    "ResNet-50 (2015)": 25_600_000,
    "GPT-2 (2019)": 1_500_000_000,
    "GPT-3 (2020)": 175_000_000_000,
    "Llama 3.1 (2024)": 405_000_000_000,
}
MACHINES = {"a laptop, 16 GiB": 16.0, "one H100, 80 GB": 80e9 / 2**30}
BATCHES = {10: ("o", "#D55E00"), 40: ("s", "#0072B2"), 160: ("D", "#009E73")}
STOCHASTIC = {
    "gradient descent": ("#000000", "-", "o"),
    "L-BFGS, different batches": ("#7A5C00", "--", "*"),
    "L-BFGS, same batch": ("#CC79A7", "-.", "P"),
}
NEWTON = plots.rule_style("newton")["color"]
THREE_STARTS = ((-4.5, 0.6), (0.5, 0.0), (4.0, 3.5))
"""On Himmelblau's surface: Newton's steps from them end at a saddle, the maximum and a minimum."""


def sixty_against_one(ax: Axes, rule: Rule) -> str:
    """Draw gradient descent at the best rate of the ravine, and one straight step."""
    trace = descend(rule, surfaces.ravine, steps=60, config={"learning_rate": 2 / (1 + 25)})
    plots.contour(ax, surfaces.ravine)
    plots.paths(ax, {"sgd": trace})
    arrow = {"arrowstyle": "-|>", "lw": 3, "color": NEWTON}
    ax.annotate("", surfaces.ravine.minima[0], surfaces.ravine.start, arrowprops=arrow)
    ax.text(-0.35, 0.42, "one step of the other method", color="#7a4a00", weight="bold")
    return (
        f"In the ravine gradient descent needs 60 steps to a loss of {trace.losses[-1]:.1g}; "
        "one straight step of the other method ends at 0."
    )


def gib(numbers: float, size: int = 4) -> float:
    """Return the GiB that so many numbers take in single precision."""
    return numbers * size / 2**30


def weights(ax: Axes) -> str:
    """Draw what a Hessian, Adam's moments and ten L-BFGS pairs weigh against the number of parameters."""
    n = np.geomspace(300, 1e12, 100)
    ax.plot(n, gib(3 * n), color="#CC79A7", ls="--", label="parameters and Adam's two moments")
    ax.plot(n, gib(21 * n), color="#7A5C00", ls="-.", label="parameters and ten L-BFGS pairs")
    ax.plot(n, gib(n**2), color="black", label="the Hessian")
    for name, k in MODELS.items():
        ax.plot(k, gib(float(k) ** 2), "ko")
        right = name == "Llama 3.1 (2024)"
        away, side = ((8, -9), "left") if right else ((-8, 4), "right")
        ax.annotate(name, (k, gib(float(k) ** 2)), away, textcoords="offset points", ha=side, fontsize=9)
    for name, size in MACHINES.items():
        ax.axhline(size, color="0.6", lw=1, ls=":")
        ax.text(1.8e13, size, name, ha="right", va="bottom" if size > 50 else "top", color="0.35", fontsize=9)
    ax.set(xscale="log", yscale="log", xlim=(10, 2e13), ylim=(1e-6, 1e16))
    ax.set(xlabel="parameters $n$", ylabel="GiB in float32")
    ax.legend(loc="lower right")
    return "Hessians in GiB: " + ", ".join(f"{m} {gib(float(k) ** 2):.3g}" for m, k in MODELS.items()) + "."


def errors_by_step(ax: Axes, hessian: Callable | None) -> str:
    """Draw the relative error of a measured Hessian on Rosenbrock's surface against the step h."""
    steps, point = np.geomspace(1e-9, 1e-1, 33), np.array([-1.2, 1.0])
    exact = surfaces.rosenbrock.hessian(point)
    ax.set(xscale="log", yscale="log", ylim=(1e-13, 1e-1), xlabel="$h$", ylabel="relative error")
    if hessian is None:
        return "numerical_hessian is not written yet."
    off = [np.abs(hessian(surfaces.rosenbrock.gradient, point, h) - exact).max() for h in steps]
    errors = np.array(off) / np.abs(exact).max()
    ax.plot(steps, errors, "o-", color="black", ms=4, label="your Hessian against the analytic one")
    ax.plot(steps, steps**2 / 2, color="0.5", ls="--", label="slope two: truncation")
    ax.plot(steps, 2e-16 / steps, color="0.5", ls=":", label="slope minus one: rounding")
    ax.legend()
    return f"The smallest relative error, {errors.min():.1g}, is at h = {steps[errors.argmin()]:.1g}."


def newton_paths(axes: Sequence[Axes], newton: Callable | None) -> str:
    """Draw where ``newton(surface, start)`` goes: on the saddle, in Rosenbrock's valley, from three starts on
    Himmelblau's surface."""
    starts: list[tuple[Surface, Sequence[tuple[float, float]]]] = [
        (surfaces.saddle, [(1.0, 0.5)]),
        (replace(surfaces.rosenbrock, domain=((-2.0, 2.0), (-3.6, 3.0))), [(-1.2, 1.0)]),
        (surfaces.himmelblau, THREE_STARTS),
    ]
    said = []
    for ax, (surface, points) in zip(axes, starts, strict=True):
        plots.contour(ax, surface, levels=14)
        for start in points:
            if newton is None:
                continue
            path = newton(surface, start)
            ax.plot(*path.T, "-X", color=NEWTON, mec="black", lw=2, ms=8)
            ax.plot(*start, "o", mfc="white", mec="black", ms=8)
            x, y = path[-1] + 0.0
            said.append(f"{surface.name} from {start}: {len(path) - 1} step(s) to ({x:.2f}, {y:.2f})")
    return "; ".join(said) or "newton_step or numerical_hessian is not written yet."


def two_loops(ax: Axes) -> str:
    """Draw the two-loop recursion for two pairs: down the left side, across, and up the right."""
    ax.set(xlim=(-0.7, 3.7), ylim=(-0.45, 3.4))
    ax.axis("off")
    boxes = {
        (0.4, 3.0): "$q = g$",
        (0.4, 2.0): "newest pair, $i=2$\n"
        r"$\alpha_2 = \rho_2\, s_2^\top q$"
        "\n"
        r"$q \leftarrow q - \alpha_2 y_2$",
        (0.4, 1.0): "oldest pair, $i=1$\n"
        r"$\alpha_1 = \rho_1\, s_1^\top q$"
        "\n"
        r"$q \leftarrow q - \alpha_1 y_1$",
        (1.5, 0.0): r"$r = \gamma\, q$",
        (2.6, 1.0): "oldest pair, $i=1$\n"
        r"$\beta = \rho_1\, y_1^\top r$"
        "\n"
        r"$r \leftarrow r + (\alpha_1 - \beta)\, s_1$",
        (2.6, 2.0): "newest pair, $i=2$\n"
        r"$\beta = \rho_2\, y_2^\top r$"
        "\n"
        r"$r \leftarrow r + (\alpha_2 - \beta)\, s_2$",
        (2.6, 3.0): "return $-r$",
    }
    for (x, y), words in boxes.items():
        frame = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": "black"}
        ax.text(x, y, words, ha="center", va="center", fontsize=10, bbox=frame)
    tall, flat = 0.36, 0.18
    ways = [
        ((0.4, 3.0 - flat), (0.4, 2.0 + tall)), ((0.4, 2.0 - tall), (0.4, 1.0 + tall)),
        ((0.4, 1.0 - tall), (1.15, 0.08)), ((1.85, 0.08), (2.6, 1.0 - tall)),
        ((2.6, 1.0 + tall), (2.6, 2.0 - tall)), ((2.6, 2.0 + tall), (2.6, 3.0 - flat)),
    ]  # fmt: skip
    for start, end in ways:
        ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "lw": 1.5, "color": "black"})
    for y, name in ((2.0, r"$\alpha_2$"), (1.0, r"$\alpha_1$")):
        arrow = {"arrowstyle": "-|>", "lw": 1.5, "ls": "--", "color": "#0072B2"}
        ax.annotate("", (2.0, y), (1.0, y), arrowprops=arrow)
        ax.text(1.5, y + 0.1, name, ha="center", color="#0072B2", fontsize=11)
    return (
        "Two pairs: the first loop goes down from the newest to the oldest and takes alpha times y off q; "
        "gamma scales; the second loop goes up from the oldest to the newest and adds (alpha - beta) times s, "
        "with the alpha that the same pair found on the way down."
    )


def surface_races(
    axes: Sequence[Axes], races: Mapping[str, Mapping[str, Racer]], goal: float, limit: float
) -> str:
    """Draw, for each surface, how many evaluations each method needs to come within ``goal`` of the minimum."""
    said, names = [], list(next(iter(races.values())))
    for ax, (title, racers) in zip(axes, races.items(), strict=True):
        for row, (name, racer) in enumerate(racers.items()):
            style, cost = plots.rule_style(name), racer.cost(goal)
            if cost is None:
                lowest = racer.run(goal).best()[-1]
                ax.text(limit, row, f"not there: {lowest:.2g}", ha="right", va="center", fontsize=9)
            else:
                ax.plot(cost, row, style["marker"], color=style["color"], ms=9)
            said.append(f"{title}, {style['label']}: {'not reached' if cost is None else f'{cost:.0f}'}")
        ax.set(xscale="log", xlim=(3, 1.2 * limit), xlabel="evaluations")
    axes[0].set_yticks(range(len(names)), [plots.rule_style(name)["label"] for name in names])
    axes[0].invert_yaxis()
    return f"Evaluations to within {goal:g} of the minimum. " + "; ".join(said) + "."


def digit_race(axes: Sequence[Axes], racers: Mapping[str, Racer], lowest: float, goal: float) -> str:
    """Draw the lowest loss so far against evaluations (left) and seconds (right)."""
    said = []
    for name, racer in racers.items():
        run, style = racer.run(lowest + goal), plots.rule_style(name)
        above, cost = np.maximum(run.best() - lowest, 1e-9), run.cost_to_reach(lowest + goal)
        for ax, across in zip(axes, (run.costs, run.seconds), strict=True):
            ax.plot(across, above, drawstyle="steps-post", **plots.line_style(name))
            ax.plot(across[-1], above[-1], style["marker"], color=style["color"])
        said.append(f"{style['label']} {'not reached' if cost is None else f'{cost:.0f}'}")
    for ax, label in zip(axes, ("evaluations", "seconds on one core"), strict=True):
        ax.axhline(goal, color="0.6", lw=1, ls=":")
        ax.set(xscale="log", yscale="log", ylim=(1e-8, 5), xlabel=label)
    axes[0].set(ylabel="loss above the minimum")
    axes[0].legend(fontsize=9, loc="lower left")
    return f"Evaluations until the loss is within {goal:g} of its minimum: " + "; ".join(said) + "."


def memories(ax: Axes, copies: Mapping[str, float], n: int) -> str:
    """Draw the peak memory of each method in copies of the parameters."""
    labels = [plots.rule_style(name)["label"] for name in copies]
    ax.barh(labels, copies.values(), color="#56B4E9", edgecolor="black")
    for row, number in enumerate(copies.values()):
        ax.text(number * 1.06, row, f"{number:,.0f}", va="center", fontsize=9)
    ax.axvline(n, color="black", ls="--", lw=1)
    ax.text(n * 1.06, -0.75, "one Hessian", ha="center", va="center", fontsize=9)
    ax.set(xscale="log", xlim=(1, 2e4), xlabel="peak memory, in copies of the parameters")
    ax.invert_yaxis()
    return "Copies of the parameters: " + ", ".join(
        f"{each} {number:,.0f}" for each, number in zip(labels, copies.values(), strict=True)
    ) + "."  # fmt: skip


def noisy_curvature(
    ax: Axes, lengths: np.ndarray, spread: Mapping[int, Sequence[float]], prediction: Callable | None
) -> str:
    """Draw measured relative errors of a curvature, and a reader's prediction through one of them, dashed."""
    middle = len(lengths) // 2
    first = next(iter(spread))
    for batch, errors in spread.items():
        marker, color = BATCHES[batch]
        ax.plot(lengths, errors, marker, color=color, label=f"measured, {batch} rows")
        if prediction is not None:
            anchor = spread[first][middle]
            guess = [anchor * prediction(t / lengths[middle], batch / first) for t in lengths]
            ax.plot(lengths, guess, color=color, lw=1, ls="--")
    ax.axhline(1, color="black", lw=1)
    ax.text(lengths[0], 1.1, "above this line the sign of the curvature is a guess")
    ax.set(xscale="log", yscale="log")
    ax.set(xlabel=r"length of the step $\|s\|$", ylabel="relative error of the curvature")
    ax.legend()
    slope = np.polyfit(np.log(lengths), np.log(spread[40]), 1)[0]
    ends = ", ".join(f"with {batch} rows {errors[0]:.0f}" for batch, errors in spread.items())
    return f"Errors fall with slope {slope:.2f} in the step; at {lengths[0]:g} they are {ends}."


def batches(ax: Axes, found: Mapping[str, Mapping[int, Sequence[float]]]) -> str:
    """Draw the loss at the end against the batch size for each method: the median, and the range as a band."""
    said = []
    for method, by_size in found.items():
        color, dash, marker = STOCHASTIC[method]
        sizes, runs = list(by_size), np.array(list(by_size.values()))
        medians = np.median(runs, axis=1)
        ax.plot(sizes, medians, color=color, ls=dash, marker=marker, ms=8, label=method)
        ax.fill_between(sizes, runs.min(axis=1), runs.max(axis=1), color=color, alpha=0.15)
        said.append(
            f"{method}: " + ", ".join(f"{b} rows {m:.1g}" for b, m in zip(sizes, medians, strict=True))
        )
    ax.set(xscale="log", yscale="log", xlabel="rows in a mini-batch", ylabel="loss above the minimum")
    if not found:
        return "lbfgs_direction is not written yet."
    ax.set_xticks(sizes, sizes)
    ax.set_xticks([], minor=True)
    ax.legend()
    return "; ".join(said) + "."
