"""Pictures of lesson F2: templates, three ways of searching, how sure probabilities are, batches, a plane."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.ticker import PercentFormatter

from course.checks import needs
from course.figures.sanity import COLOURS, MARKERS, line
from course.mine import plain_gradient_descent
from course.network import MLP
from course.pixels import Images
from course.plots import MAP, Picture
from course.threads import one_thread

ORDER = (7, 2, 0, 9, 4, 6, 1, 3, 8, 5)
"""Which class stands under which letter, A to J."""


@one_thread()
def learned(images: Images, steps: int = 300, rate: float = 0.5) -> np.ndarray:
    """Return templates and biases (10, 65) that a network without a hidden layer learned from the digits."""
    net, X = MLP(sizes=(64, 10)), images.train.reshape(-1, 64)
    params = {name: np.zeros_like(w) for name, w in net.start(np.random.default_rng(0)).items()}
    for _ in range(steps):
        grads = net.loss(params, X, images.y_train, reg=1e-3)[1]
        params = {
            name: plain_gradient_descent(w, grads[name], {"learning_rate": rate})[0]
            for name, w in params.items()
        }
    return np.column_stack([params["W1"].T, params["b1"]])


def templates(W: np.ndarray, *, names: Sequence[str] | None = None, title: str = "") -> Picture:
    """Draw the rows of W without their biases as images: what speaks for a class, and what against it."""
    shown = W if names is not None else W[list(ORDER)]
    names = names or list("ABCDEFGHIJ")
    limit = np.abs(shown[:, :-1]).max()
    fig, axes = plt.subplots(2, 5, figsize=(7.2, 3.5))
    for ax, row, name in zip(axes.flat, shown, names, strict=True):
        drawn = ax.imshow(row[:-1].reshape(8, 8), cmap="PuOr_r", vmin=-limit, vmax=limit)
        ax.set_title(name, loc="center")
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        for side in ax.spines.values():
            side.set(visible=True, color="0.7")
    bar = fig.colorbar(drawn, ax=axes, ticks=[-limit, 0, limit], shrink=0.9)
    bar.ax.set_yticklabels(["ink speaks against", "nothing", "ink speaks for"])
    if title:
        fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize=12)
    return Picture(fig, f"Ten images of 8 by 8 weights from negative to positive, called {', '.join(names)}.")


@needs("Exercise 1")
def revealed(W: np.ndarray, scores: Callable, X: np.ndarray, y: np.ndarray) -> Picture:
    """Draw the templates with their classes, and say what the reader's scores make of rows with them."""
    share = float((np.asarray(scores(W, X)).argmax(axis=1) == y).mean())
    return templates(
        W,
        names=[str(c) for c in range(10)],
        title=f"Largest score wins: {share:.1%} of {len(y)} fresh images right",
    )


@needs("Exercise 3")
def race(runs: Callable[[], Mapping[str, Sequence[float]]]) -> Picture:
    """Draw the best loss so far against the number of evaluations, for several ways of looking for weights."""
    curves = {name: np.asarray(losses, dtype=np.float64) for name, losses in runs().items()}
    fig, ax = plt.subplots()
    for k, (name, losses) in enumerate(curves.items()):
        ax.plot(np.arange(1, len(losses) + 1), losses, label=f"{name}: {losses[-1]:.2f}", **line(k))
    ax.axhline(np.log(10), color="0.6", linewidth=1)
    ax.annotate("all scores equal", (1, np.log(10)), xytext=(0, 4), textcoords="offset points", fontsize=9)
    ax.set(
        xscale="log", xlabel="times the loss was worked out", ylabel="smallest loss so far", ylim=(0, None)
    )
    ax.set_title("Forty steps down the slope beat 400 tries")
    ax.legend(title="at the end")
    told = "; ".join(f"{name} ends at {losses[-1]:.2f}" for name, losses in curves.items())
    return Picture(fig, f"Smallest cross-entropy so far against the number of evaluations. {told}.")


def confidence(rows: Mapping[float, tuple[float, float]] | None) -> Picture:
    """Draw the share right and the mean of the largest probability against the penalty."""
    rows = rows or {}
    fig, ax = plt.subplots()
    for k, name in enumerate(("share right", "largest probability, on average")):
        values = [each[k] for each in rows.values()]
        ax.plot(list(rows), values, marker=MARKERS[k], label=name, **line(k))
    ax.set(xscale="log", xlabel=r"penalty $\lambda$", ylim=(0, 1.03))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.set_title("The penalty decides how confident the classifier is")
    ax.legend()
    told = "; ".join(
        f"penalty {reg:g}: {right:.3f} right, {sure:.3f} sure" for reg, (right, sure) in rows.items()
    )
    return Picture(fig, f"On fresh images. {told or 'Nothing to draw before Exercise 3 is written'}.")


@needs("Exercises 1, 3, 4 and 5")
def by_rows_seen(runs: Callable[[], Mapping[str, tuple[int, Sequence[float], float]]]) -> Picture:
    """Draw losses against how many rows were looked at: size of the batches, losses, share right at the end."""
    fig, ax = plt.subplots()
    said = []
    for k, (name, (size, losses, share)) in enumerate(runs().items()):
        losses = np.asarray(losses, dtype=np.float64)
        seen = size * np.arange(1, len(losses) + 1)
        width = max(1, 600 // size)
        smooth = np.convolve(losses, np.ones(width) / width, mode="valid")
        ax.plot(seen, losses, color=COLOURS[k], alpha=0.2, linewidth=1)
        ax.plot(seen[width - 1 :], smooth, label=f"{name}: {share:.1%} right", **line(k))
        said.append(
            f"{name}, {len(losses)} steps: loss ends near {smooth[-1]:.2f}, {share:.3f} of fresh images right"
        )
    ax.set(xlabel="rows looked at", ylabel="loss of the batch", ylim=(0, 2.6))
    ax.set_title("The same number of rows: many steps beat few")
    ax.legend()
    return Picture(fig, ". ".join(said) + ".")


@needs("Exercises 1, 3, 4 and 5")
def cut_plane(train: Callable[[], np.ndarray], scores: Callable, X: np.ndarray, y: np.ndarray) -> Picture:
    """Draw which class has the largest score in the plane, over points of three classes."""
    W = np.asarray(train(), dtype=np.float64)
    side = np.linspace(-1.15, 1.15, 200)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    share = float((np.asarray(scores(W, X)).argmax(axis=1) == y).mean())
    fig, ax = plt.subplots(figsize=(5.4, 4.4))
    on_map = np.asarray(scores(W, grid)).argmax(axis=1).reshape(len(side), -1)
    ax.imshow(
        on_map, cmap=ListedColormap(COLOURS[:3]), vmin=0, vmax=2, alpha=0.3, origin="lower",
        extent=(-1.15, 1.15, -1.15, 1.15), aspect="auto", gid=MAP,
    )  # fmt: skip
    for label in range(3):
        ax.plot(*X[y == label].T, MARKERS[label], ms=4.5, color=COLOURS[label], mec="white", mew=0.4)
    ax.grid(False)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", title=f"Straight cuts get {share:.0%} of the spiral right")
    return Picture(
        fig, f"Three spiral arms over a plane cut into three wedges; {share:.1%} of the points are right."
    )
