"""Pictures of lesson 01: secants, the V of step sizes, kinks, and where wrong gradients hide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from course import trojans

# One quotient, one colour and marker; one precision, one dash.
QUOTIENTS = {
    "forward": {"color": "#D55E00", "marker": "^"},
    "centred": {"color": "#0072B2", "marker": "s"},
}
PRECISIONS = {"float64": {"linestyle": "-"}, "float32": {"linestyle": (0, (3, 1.5))}}
RIGHT, WRONG = "#0072B2", "#D55E00"


def loss_curves(ax: Axes, runs: Mapping[str, Sequence[float]]) -> Axes:
    """Draw the loss of each run against the step, one dash and colour each."""
    dashes = ((), (6, 2), (2, 1.5), (8, 2, 2, 2))
    for (name, losses), dash in zip(runs.items(), dashes, strict=False):
        ax.plot(np.arange(len(losses)), losses, label=name, linestyle=(0, dash) if dash else "-")
    ax.set(xlabel="epoch", ylabel="training loss", yscale="log")
    ax.legend()
    return ax


def secants(ax: Axes, f, derivative, x: float, h: float, *, reach: float = 1.6) -> Axes:
    """Draw f near x, its tangent, and the two secants through x, x + h and through x - h, x + h."""
    t = np.linspace(x - reach, x + reach, 200)
    ax.plot(t, f(t), color="black")
    for slope, style, name in (
        (derivative(x), {"color": "0.6", "linewidth": 5, "alpha": 0.6}, "tangent"),
        ((f(x + h) - f(x)) / h, {**QUOTIENTS["forward"], "linestyle": (0, (3, 1.5))}, "forward"),
        ((f(x + h) - f(x - h)) / (2 * h), {**QUOTIENTS["centred"], "linestyle": (0, (6, 2))}, "centred"),
    ):
        style = {key: value for key, value in style.items() if key != "marker"}
        ax.plot(t, f(x) + slope * (t - x), label=f"{name}: slope {slope:.3f}", **style)
    for place, name in ((x - h, "$x-h$"), (x, "$x$"), (x + h, "$x+h$")):
        ax.plot(place, f(place), "o", color="black")
        ax.annotate(name, (place, f(place)), textcoords="offset points", xytext=(6, -14))
    ax.set(xlabel="$x$", ylabel="$f(x)$")
    ax.legend(loc="upper left")
    return ax


def error_by_step(ax: Axes, steps: np.ndarray, errors: Mapping[tuple[str, str], np.ndarray]) -> Axes:
    """Draw the relative error of each quotient against h; keys are (quotient, precision).

    Errors of exactly zero are drawn at the bottom of the axis.
    """
    for (quotient, precision), values in errors.items():
        ax.plot(
            steps,
            np.maximum(values, 1e-14),
            **QUOTIENTS[quotient],
            **PRECISIONS[precision],
            markersize=3.5,
            label=f"{quotient}, {precision}",
        )
    ax.set(xscale="log", yscale="log", xlabel="step size $h$", ylabel="relative error", ylim=(1e-13, 10))
    ax.xaxis.set_major_locator(FixedLocator(10.0 ** np.arange(-13, 1, 2)))
    ax.yaxis.set_major_locator(FixedLocator(10.0 ** np.arange(-13, 1, 2)))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_locator(NullLocator())
    ax.legend(loc="lower left", fontsize=9)
    return ax


def kink(ax: Axes, x: float, h: float) -> Axes:
    """Draw max(0, x) and the secant from x - h to x + h, in units of h, and say what both slopes are."""
    t = np.linspace(-3, 3, 301)
    ax.plot(t, np.maximum(t, 0), color="black", label="max(0, x)")
    ends = np.array([x - h, x + h]) / h
    measured = float(np.diff(np.maximum(ends, 0))[0] / 2)
    analytic = float(x > 0)
    ax.plot(
        ends,
        np.maximum(ends, 0),
        "s--",
        color=QUOTIENTS["centred"]["color"],
        label=f"numeric slope {measured:.2f}",
    )
    ax.plot(x / h, max(x / h, 0), "o", ms=9, mfc="white", mec="black", label=f"slope at x: {analytic:.0f}")
    agree = abs(measured - analytic) < 1e-9
    side = "both ends on one side" if agree else "the step crosses the kink"
    ax.set_title(f"x = {x:.1e}: {side}", loc="left")
    ax.set(xlabel="$x / h$", ylabel="$f / h$", ylim=(-0.6, 3.2), xlim=(-3, 3))
    ax.legend(loc="upper left")
    return ax


def error_by_points(ax: Axes, points: Sequence[int], errors: np.ndarray, crossed: np.ndarray) -> Axes:
    """Draw the worst relative error of every trial against the number of data points; a line joins one start.

    errors, crossed  (len(points), trials): the worst error, and whether any checked step crossed a kink
    """
    spreads = np.array(points)[:, None] * 1.05 ** np.linspace(-3, 3, errors.shape[1])
    ax.plot(spreads, np.maximum(errors, 1e-12), color="0.85", linewidth=0.8, zorder=0)
    for row, spread in enumerate(spreads):
        for mask, marker, color in ((crossed[row], "X", WRONG), (~crossed[row], "o", RIGHT)):
            ax.plot(
                spread[mask], np.maximum(errors[row][mask], 1e-12), marker, color=color, mec="white", ms=8
            )
    ax.plot([], [], "X", color=WRONG, label="a step crossed a kink")
    ax.plot([], [], "o", color=RIGHT, label="no step did")
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="data points in the loss",
        ylabel="worst relative error",
        ylim=(1e-10, 3),
    )
    ax.set_xticks(points, [str(count) for count in points])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.legend(loc="center left")
    return ax


def error_series(
    ax: Axes, x: Sequence[float], series: Mapping[str, Sequence[float]], *, xlabel: str, worst: bool = True
) -> Axes:
    """Draw relative errors against something, with the line above which a gradient is probably wrong.

    worst  whether every series is of the worst entry; False where the legend says which entry it is
    """
    for (name, values), marker, dash in zip(
        series.items(), "osD^", ((), (6, 2), (2, 1.5), (8, 2, 2, 2)), strict=False
    ):
        ax.plot(x, np.maximum(values, 1e-12), marker=marker, label=name, linestyle=(0, dash) if dash else "-")
    ax.axhline(1e-2, color="0.4", linewidth=1, linestyle=(0, (1, 1.5)))
    ax.annotate(
        "above: probably wrong", (0.99, 1e-2), xycoords=("axes fraction", "data"), ha="right", va="bottom"
    )
    ax.set(yscale="log", xlabel=xlabel, ylabel=f"{'worst ' * worst}relative error", ylim=(1e-11, 10))
    ax.legend(loc="lower left")
    return ax


def report(ax: Axes, reports: Mapping[str, Mapping[str, float]]) -> Axes:
    """Draw gradient-check reports: for every candidate and array its worst relative error, as dots on a line."""
    rows = [(who, array, error) for who, found in reports.items() for array, error in found.items()]
    for row, (_, _, error) in enumerate(rows):
        wrong = error > 1e-2
        ax.plot([1e-12, max(error, 1e-12)], [row, row], color="0.75", linewidth=1)
        ax.plot(
            max(error, 1e-12), row, "X" if wrong else "o", color=WRONG if wrong else RIGHT, ms=8, mec="white"
        )
    ax.axvspan(1e-2, 10, color="0.93", zorder=0)
    ax.annotate("probably wrong", (1.5e-2, -0.75), fontsize=9, va="center")
    ax.set_yticks(range(len(rows)), [f"{who}: {array}" for who, array, _ in rows])
    ax.set(xscale="log", xlim=(1e-12, 10), ylim=(len(rows) - 0.5, -1.1), xlabel="worst relative error")
    return ax


def error_by_size(ax: Axes, size: np.ndarray, errors: np.ndarray, *, loss: float, h: float) -> Axes:
    """Draw the relative error of each entry against the size of its gradient, with the line rounding predicts."""
    shown = (size > 0) & (errors > 0)
    ax.plot(
        size[shown], errors[shown], "o", ms=3.5, alpha=0.6, color=RIGHT, label="one entry, right gradient"
    )
    ends = np.array([size[shown].min(), size[shown].max()])
    rounding = np.finfo(np.float64).eps * abs(loss) / (h * ends)
    ax.plot(ends, rounding, color="black", linestyle=(0, (6, 2)), label=r"$\varepsilon\,|f|\,/\,(h\,|g|)$")
    ax.set(xscale="log", yscale="log", xlabel="size of the gradient entry $|g|$", ylabel="relative error")
    ax.legend()
    return ax


def verdicts(ax: Axes, table: Mapping[str, Sequence[str]], truth: Mapping[str, str]) -> Axes:
    """Draw who was accused by which check: rows are checks, columns implementations; a ring marks a wrong verdict.

    truth  name -> kind; the kinds hinge, softmax and dropout are right
    """
    names = list(truth)
    for row, accused in enumerate(table.values()):
        for column, name in enumerate(names):
            guilty, named = truth[name] not in trojans.RIGHT, name in accused
            ax.plot(column, row, "X" if named else "o", ms=8, color=WRONG if named else RIGHT, mec="white")
            if guilty != named:
                ax.plot(column, row, "o", ms=17, mfc="none", mec="black", mew=1.4)
    ax.set_xticks(range(len(names)), [f"{n}\n{truth[n].replace('_', ' ')}" for n in names], fontsize=8)
    ax.set_yticks(range(len(table)), list(table), fontsize=9)
    ax.set(xlim=(-0.6, len(names) - 0.4), ylim=(len(table) - 0.4, -0.6))
    ax.grid(False)
    return ax
