"""Pictures of lesson 01: secants, the V of step sizes, kinks, and where wrong gradients hide."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from course import numerics, trojans
from course.checks import needs
from course.data import Split
from course.mine import plain_gradient_descent
from course.network import MLP
from course.plots import Picture
from course.training import train

# One quotient, one colour and marker; one precision, one dash.
QUOTIENTS = {
    "forward": {"color": "#D55E00", "marker": "^"},
    "centred": {"color": "#0072B2", "marker": "s"},
}
PRECISIONS = {"float64": {"linestyle": "-"}, "float32": {"linestyle": (0, (3, 1.5))}}
RIGHT, WRONG = "#0072B2", "#D55E00"
DASHES = ((), (6, 2), (2, 1.5), (8, 2, 2, 2))


def dashed(k: int) -> Any:
    """Return the dash of the k-th line."""
    return (0, DASHES[k]) if DASHES[k] else "-"


def loss_curves(runs: Mapping[str, Sequence[float]]) -> Picture:
    """Draw the training loss of each run against the epoch."""
    fig, ax = plt.subplots()
    for k, (name, losses) in enumerate(runs.items()):
        ax.plot(np.arange(len(losses)), losses, label=name, linestyle=dashed(k))
    ax.set(xlabel="epoch", ylabel="training loss", title="Both learn. One of the two gradients is wrong")
    ax.legend()
    told = ", ".join(f"{name} ends at {losses[-1]:.2f}" for name, losses in runs.items())
    return Picture(fig, f"Training loss of two networks; {told}.")


def secants(f: Callable, derivative: Callable, x: float, h: float, *, reach: float = 1.6) -> Picture:
    """Draw f near x, its tangent, and the secants through x and x + h, and through x - h and x + h."""
    fig, ax = plt.subplots()
    t = np.linspace(x - reach, x + reach, 200)
    ax.plot(t, f(t), color="black")
    lines = {
        "tangent": (x, derivative(x), {"color": "0.6", "linewidth": 5, "alpha": 0.6}),
        "forward": (x, (f(x + h) - f(x)) / h, {"color": QUOTIENTS["forward"]["color"], "linestyle": (0, (3, 1.5))}),
        "centred": (x + h, (f(x + h) - f(x - h)) / (2 * h), {"color": QUOTIENTS["centred"]["color"],
                                                            "linestyle": (0, (6, 2))}),
    }  # fmt: skip
    for name, (through, slope, style) in lines.items():
        ax.plot(t, f(through) + slope * (t - through), label=f"{name}: slope {slope:.3f}", **style)
    for place, name, away in ((x - h, "$x-h$", (8, -14)), (x, "$x$", (8, -14)), (x + h, "$x+h$", (4, -20))):
        ax.plot(place, f(place), "o", color="black")
        ax.annotate(name, (place, f(place)), textcoords="offset points", xytext=away)
    ax.set(xlabel="$x$", ylabel="$f(x)$", title="The centred secant is nearly parallel to the tangent")
    ax.legend(loc="upper left")
    slopes = ", ".join(f"{name} {slope:.3f}" for name, (_, slope, _) in lines.items())
    return Picture(fig, f"sin near {x:g} with h = {h:g}: slopes of the {slopes}.")


def best_steps(
    quotients: Mapping[str, Callable], f: Callable, derivative: Callable, points: np.ndarray
) -> Picture:
    """Draw the relative error of each quotient in two precisions against h: the median over many points."""
    h = 10.0 ** np.arange(-13, 0.1, 0.25)
    errors = {
        (name, np.dtype(number).name): np.median(
            [numerics.errors_by_step(quotient, f, derivative, x, h, number) for x in points], axis=0
        )
        for name, quotient in quotients.items()
        for number in (np.float64, np.float32)
    }
    best = {key: f"{each.min():.0e} at $h$ = {h[each.argmin()]:.0e}" for key, each in errors.items()}
    fig, ax = plt.subplots(figsize=(7.4, 4.8))
    error_by_step(ax, h, errors, best)
    ax.set_title("Every quotient has a best step, and it is not the smallest")
    told = "; ".join(f"{name} in {number}: {each}" for (name, number), each in best.items()).replace("$", "")
    return Picture(fig, f"Relative error against step size, four V-shaped curves. Smallest errors: {told}.")


def error_by_step(
    ax: Axes,
    steps: np.ndarray,
    errors: Mapping[tuple[str, str], np.ndarray],
    told: Mapping[tuple[str, str], str] | None = None,
) -> Axes:
    """Draw the relative error of each quotient against h; keys are (quotient, precision).

    told  what the legend adds to each
    """
    for (quotient, precision), values in errors.items():
        more = f": {told[quotient, precision]}" if told else ""
        ax.plot(
            steps,
            np.maximum(values, 1e-14),
            **QUOTIENTS[quotient],
            **PRECISIONS[precision],
            markersize=3.5,
            label=f"{quotient}, {precision}{more}",
        )
    ax.set(xscale="log", yscale="log", xlabel="step size $h$", ylabel="relative error", ylim=(1e-13, 10))
    ax.xaxis.set_major_locator(FixedLocator(10.0 ** np.arange(-13, 1, 2)))
    ax.yaxis.set_major_locator(FixedLocator(10.0 ** np.arange(-13, 1, 2)))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_locator(NullLocator())
    ax.legend(loc="lower left", fontsize=9)
    return ax


@needs("Exercises 1 and 2")
def errors_by_size(
    gradient: Callable, error: Callable, network: MLP, X: np.ndarray, y: np.ndarray, h: float = 1e-5
) -> Picture:
    """Draw the relative error of each entry of a right gradient against its size, and what rounding predicts."""
    params = network.start(np.random.default_rng(0))
    where = numerics.picks(params, tuple(params), 150, np.random.default_rng(1))
    loss, grads = network.loss(params, X, y)
    errors = numerics.entry_errors(
        gradient, error, lambda p: network.loss(p, X, y)[0], params, grads, where, h
    )
    size = np.array([abs(grads[name][ix]) for name, ix in where])
    shown = (size > 0) & (errors > 0)
    fig, ax = plt.subplots()
    ax.plot(
        size[shown], errors[shown], "o", ms=3.5, alpha=0.6, color=RIGHT, label="one entry, right gradient"
    )
    ends = np.array([size[shown].min(), size[shown].max()])
    rounding = np.finfo(np.float64).eps * abs(loss) / (h * ends)
    ax.plot(ends, rounding, color="black", linestyle=(0, (6, 2)), label=r"$\varepsilon\,|f|\,/\,(h\,|g|)$")
    ax.set(xscale="log", yscale="log", xlabel="size of the gradient entry $|g|$", ylabel="relative error")
    ax.set_title("Small gradients look worse than they are")
    ax.legend()
    # The errors of the smallest are rounding, other digits on another processor.
    told = f"sizes from {size[shown].min():.0e} to {size[shown].max():.0e}"
    return Picture(fig, f"Relative error against size of the gradient for {shown.sum()} entries; {told}.")


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


@needs("Exercises 1, 2 and 3")
def errors_by_points(
    gradient: Callable, error: Callable, crosses: Callable, X: np.ndarray, y: np.ndarray, starts: int = 16
) -> Picture:
    """Draw the worst relative error of every start against the number of data points; a line joins one start."""
    counts = (3, 10, 50)
    trials = np.array(
        [
            [numerics.kink_trial(gradient, error, crosses, X[:n], y[:n], seed) for seed in range(starts)]
            for n in counts
        ]
    )
    errors, crossed = np.maximum(trials[..., 0], 1e-12), trials[..., 1] > 0
    spreads = np.array(counts)[:, None] * 1.05 ** np.linspace(-3, 3, starts)
    fig, ax = plt.subplots()
    ax.plot(spreads, errors, color="0.85", linewidth=0.8, zorder=0)
    for mask, marker, color, name in (
        (crossed, "X", WRONG, "a step crossed a kink"),
        (~crossed, "o", RIGHT, "no step did"),
    ):
        ax.plot(spreads[mask], errors[mask], marker, color=color, mec="white", ms=8, label=name)
    ax.set(xscale="log", yscale="log", xlabel="data points in the loss", ylabel="worst relative error")
    ax.set(ylim=(1e-10, 3), title="A right gradient: every large error comes from a kink")
    share = [f"{n} points\n{c.sum()} of {starts} crossed" for n, c in zip(counts, crossed, strict=True)]
    ax.set_xticks(counts, share, fontsize=9)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.legend(loc="center left")
    told = "; ".join(
        f"{n} points: worst {w.max():.0e}, {c.sum()} of {starts} crossed"
        for n, w, c in zip(counts, errors, crossed, strict=True)
    )
    return Picture(fig, f"Worst relative error by number of data points. {told}.")


@needs("Exercises 1 and 2")
def burn_in(gradient: Callable, error: Callable, X: np.ndarray, y: np.ndarray) -> Picture:
    """Draw the worst error of a right and a wrong hinge gradient after so many training steps."""
    steps = (0, 2, 5, 10, 20, 30)
    tests = {
        name: trojans.burn_in_errors(gradient, error, X, y, steps, right=right)
        for name, right in {"counts every margin": False, "right": True}.items()
    }
    fig, ax = plt.subplots()
    error_series(ax, steps, tests, xlabel="steps of training before the check", worst=True)
    ax.set_title("At step 0 the wrong gradient looks perfect")
    first, last = (tests["counts every margin"][k] for k in (0, -1))
    return Picture(
        fig, f"Worst relative error of a wrong gradient: {first:.1e} at step 0, {last:.1f} at step 30."
    )


@needs("Exercises 1 and 2")
def under_the_regulariser(gradient: Callable, error: Callable, X: np.ndarray, y: np.ndarray) -> Picture:
    """Draw the errors of a data gradient that is five percent too long, against the strength of a regulariser."""
    strengths = (0, 1, 10, 1e3, 1e5)
    found = [trojans.masked_errors(gradient, error, X, y, reg) for reg in strengths]
    tests = {
        "worst entry": [each.max() for each in found],
        "median entry": [np.median(each) for each in found],
    }
    fig, ax = plt.subplots()
    error_series(ax, strengths, tests, xlabel=r"regularisation $\lambda$", worst=False)
    ax.set_xscale("symlog", linthresh=1)  # linear from 0 to 1, logarithmic beyond
    ax.set_xlim(-0.2, 3 * max(strengths))
    ax.set_xticks(strengths, [f"{reg:g}" for reg in strengths])
    ax.set_title("A strong regulariser hides a wrong data gradient")
    told = ", ".join(f"{reg:g}: {each.max():.1e}" for reg, each in zip(strengths, found, strict=True))
    return Picture(
        fig, f"Relative error of a data gradient that is 5 percent wrong, by regularisation. Worst: {told}."
    )


def error_series(
    ax: Axes, x: Sequence[float], series: Mapping[str, Sequence[float]], *, xlabel: str, worst: bool
) -> Axes:
    """Draw relative errors against something, with the line above which a gradient is probably wrong.

    worst  whether every series is of the worst entry; False where the legend says which entry it is
    """
    for k, (name, values) in enumerate(series.items()):
        ax.plot(x, np.maximum(values, 1e-12), marker="osD^"[k], label=name, linestyle=dashed(k))
    ax.axhline(1e-2, color="0.4", linewidth=1, linestyle=(0, (1, 1.5)))
    ax.annotate(
        "above: probably wrong", (0.99, 1e-2), xycoords=("axes fraction", "data"), ha="right", va="bottom"
    )
    ax.set(yscale="log", xlabel=xlabel, ylabel=f"{'worst ' * worst}relative error", ylim=(1e-11, 10))
    ax.legend(loc="lower left")
    return ax


@needs("Exercise 4")
def careless(check: Callable, settings: Mapping[str, tuple[int, float, int | None]]) -> Picture:
    """Draw whom the reader's check accuses in several settings; a ring marks a verdict that is wrong.

    settings  name -> (steps of burn-in, regularisation, seed)
    """
    table = {name: trojans.accused(check, *setting) for name, setting in settings.items()}
    truth = trojans.PLANTED
    fig, ax = plt.subplots(figsize=(7.8, 3.4))
    for row, accused in enumerate(table.values()):
        for column, (name, kind) in enumerate(truth.items()):
            guilty, named = kind in trojans.WRONG, name in accused
            ax.plot(column, row, "X" if named else "o", ms=8, color=WRONG if named else RIGHT, mec="white")
            if guilty != named:
                ax.plot(column, row, "o", ms=17, mfc="none", mec="black", mew=1.4)
    words = [f"{name}\n{'wrong' if kind in trojans.WRONG else 'right'}" for name, kind in truth.items()]
    ax.set_xticks(range(len(truth)), words, fontsize=9)
    ax.set_yticks(range(len(table)), list(table), fontsize=9)
    ax.set(xlim=(-0.6, len(truth) - 0.4), ylim=(len(table) - 0.4, -0.6))
    ax.set_title("Cross: accused. Ring: a wrong verdict")
    ax.grid(False)
    told = "; ".join(f"{label}: {', '.join(who) or 'nobody'}" for label, who in table.items())
    return Picture(fig, f"Who is accused by which check. {told}.")


@needs("Exercise 4")
def culprit(check: Callable, data: Split, *, epochs: int = 2) -> Picture:
    """Draw what the reader's check says of both networks of the beginning, array by array."""
    X, y, rows = data.X_train[:3], data.y_train[:3], []
    for who, network in trojans.contestants((64, 50, 50, 10)).items():
        run = train(
            network, data.X_train, data.y_train, plain_gradient_descent, {"learning_rate": 0.05},
            rng=np.random.default_rng(0), epochs=epochs,
        )  # fmt: skip
        grads = network.loss(run.params, X, y)[1]
        report = check(
            lambda p, n=network: n.loss(p, X, y)[0], run.params, grads, 5, np.random.default_rng(0)
        )
        rows += [(f"{who}: {array}", max(float(error), 1e-12)) for array, error in report.items()]
    fig, ax = plt.subplots(figsize=(6.4, 4.6))
    for row, (_, error) in enumerate(rows):
        off = error > 1e-2
        ax.plot([1e-12, error], [row, row], color="0.75", linewidth=1)
        ax.plot(error, row, "X" if off else "o", color=WRONG if off else RIGHT, ms=8, mec="white")
    ax.axvspan(1e-2, 10, color="0.93", zorder=0)
    ax.annotate("probably wrong", (1.5e-2, -0.75), fontsize=9, va="center")
    ax.set_yticks(range(len(rows)), [name for name, _ in rows])
    ax.set(xscale="log", xlim=(1e-12, 10), ylim=(len(rows) - 0.5, -1.1), xlabel="worst relative error")
    ax.set_title("A is wrong below its last layer")
    told = (f"{name}: {f'{error:.0e}' if error > 1e-6 else 'right to rounding'}" for name, error in rows)
    return Picture(fig, "; ".join(told))
