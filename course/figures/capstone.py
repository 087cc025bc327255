"""Pictures of the capstone: a winner's luck, what a classifier says of the plane, its losses, and its mistakes."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from course import plots
from course.data import spiral
from course.measuring import Best, ahead
from course.mine import plain_gradient_descent
from course.network import MLP
from course.plots import Picture
from course.training import train

COLOURS = ("#0072B2", "#D55E00", "#009E73")
LIGHT = ("#CFE3F1", "#F7DCC9", "#CDEAE0")
MARKERS = ("o", "^", "s")
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (8, 2, 2, 2)))


def luck(ax: Axes, seen: np.ndarray, worth: np.ndarray) -> Axes:
    """Draw models as what a small set says of them against what they are worth, and the one that set would choose.

    seen   accuracy on the rows that choose, (N,)
    worth  accuracy on many rows nobody looked at, (N,)
    """
    top = int(np.argmax(seen))
    low, high = min(seen.min(), worth.min()) - 0.005, max(seen.max(), worth.max()) + 0.005
    ax.plot([low, high], [low, high], color="0.6", lw=1)
    ax.annotate("as good as it looks", (low, low), xytext=(8, 2), textcoords="offset points", fontsize=9,
                color="0.35", rotation=45, rotation_mode="anchor", transform_rotates_text=True)  # fmt: skip
    ax.plot(seen, worth, "o", color=COLOURS[0], mfc="none", ms=6)
    ax.plot(seen[top], worth[top], "*", color=COLOURS[1], ms=16)
    ax.annotate("the winner", (seen[top], worth[top]), xytext=(0.97, 0.4), textcoords="axes fraction", ha="right",
                color=COLOURS[1], arrowprops={"arrowstyle": "-", "color": COLOURS[1], "shrinkB": 8})  # fmt: skip
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    ax.set(xlabel="accuracy on the test rows, which chose", ylabel="accuracy on fresh rows")
    return ax


def rules(yours: Mapping[str, tuple[Callable, Mapping]]) -> Picture:
    """Train on the spiral with each rule that was found, name -> (rule, config), and draw the losses."""
    fig, ax = plt.subplots(figsize=(7, 3.4))
    X, y = spiral(np.random.default_rng(0))
    last = {}
    for name, (rule, config) in yours.items():
        if name == "sgd" or rule is not plain_gradient_descent:
            rng = np.random.default_rng(1)
            run = train(MLP(sizes=(2, 100, 3)), X, y, rule, dict(config), rng=rng, epochs=40, batch=30)
            last[name] = run.epochs["train_loss"][-1]
            ax.plot(run.epochs["epoch"], run.epochs["train_loss"], **plots.line_style(name))
    ax.set(xlabel="epoch", ylabel="training loss", yscale="log")
    ax.set_title("Training loss on the spiral, rule by rule")
    ax.legend()
    told = ", ".join(f"{name} {value:.3f}" for name, value in last.items())
    return Picture(fig, f"Training loss after 40 epochs: {told}")


def shares(found: Mapping[str, Sequence[float]], *, mark: float) -> Picture:
    """Draw the shares that are right of several spirals, of two kinds of points, and the mark to reach."""
    fig, ax = plt.subplots(figsize=(7.5, 2.2))
    dots(ax, found, mark=mark)
    low = min(min(each) for each in found.values())
    ax.set(xlabel="share that is right, five spirals", xlim=(min(mark - 0.02, low - 0.01), 1.002))
    own, fresh = (100 * np.mean(each) for each in found.values())
    ax.set_title(f"Right: its own {own:.1f} in 100, fresh {fresh:.1f}")
    said = "; ".join(
        f"{name}: mean {np.mean(each):.4f}, lowest {min(each):.4f}" for name, each in found.items()
    )
    return plots.shown(fig, said)


def scalings(found: Mapping[str, Best], deviation: np.ndarray, largest: Mapping[str, float]) -> Picture:
    """Draw what each way of scaling reaches, and the deviation of every pixel.

    largest  the largest input that each way makes of a validation image
    """
    fig, (ax, right) = plt.subplots(1, 2, figsize=(10, 2.9), width_ratios=(3, 1.3))
    dots(ax, {name: best.reached for name, best in found.items()})
    order = sorted(found, key=lambda name: float(np.mean(found[name].reached)))
    ax.set(xlabel="validation accuracy, eight seeds, each way at its best rate", title=f"Best: {order[-1]}")
    image = right.imshow(deviation.reshape(8, 8), cmap="Greys", vmin=0)
    right.set(title="Deviation of every pixel", xticks=[], yticks=[])
    right.grid(False)
    fig.colorbar(image, ax=right, label="pixel values, 0 to 16")
    said = [f"{name}: {best}; largest input {largest[name]:.1f}" for name, best in found.items()]
    lead = ahead(found[order[-1]].reached, found[order[-2]].reached)
    return plots.shown(fig, *said, f"{order[-1]} against {order[-2]}: {lead}")


def confusion(labels: np.ndarray, y: np.ndarray) -> Picture:
    """Draw the confusion matrix: how many rows of each class got each label; the diagonal is right."""
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (y, np.asarray(labels, dtype=int)), 1)
    wrong = counts * (1 - np.eye(10, dtype=int))
    fig, ax = plt.subplots(figsize=(4.6, 4.4))
    ax.imshow(wrong, cmap="Oranges", vmin=0, vmax=max(4, wrong.max()), gid=plots.MAP)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            ax.text(
                column,
                row,
                count,
                ha="center",
                va="center",
                fontsize=9,
                color="0.4" if row == column else "black",
            )
    ax.set(xticks=range(10), yticks=range(10), xlabel="label given", ylabel="label of the row")
    ax.grid(False)
    ax.set_title(f"{wrong.sum()} of {len(y)} off the diagonal")
    pairs = [f"{row} called {column}: {wrong[row, column]}" for row, column in np.argwhere(wrong)]
    return Picture(fig, f"Confusion matrix, {wrong.sum()} of {len(y)} rows wrong. " + ", ".join(pairs))


def regions(
    ax: Axes, classify: Callable[[np.ndarray], np.ndarray], X: np.ndarray, y: np.ndarray, *, side: int = 160
) -> Axes:
    """Draw what a classifier says of every place, and points in colour and shape of their own label."""
    reach = 1.1 * np.abs(X).max()
    line = np.linspace(-reach, reach, side)
    across, up = np.meshgrid(line, line)
    said = np.asarray(classify(np.stack([across.ravel(), up.ravel()], axis=1))).reshape(across.shape)
    ax.imshow(said, extent=(-reach, reach, -reach, reach), origin="lower", cmap=ListedColormap(LIGHT),
              vmin=0, vmax=2, interpolation="nearest", gid=plots.MAP)  # fmt: skip
    ax.contour(across, up, said, levels=[0.5, 1.5], colors="0.35", linewidths=0.8)
    wrong = np.asarray(classify(X)) != y
    for k, (color, marker) in enumerate(zip(COLOURS, MARKERS, strict=True)):
        ax.plot(*X[(y == k) & ~wrong].T, marker, color=color, ms=4, mec="white", mew=0.4, ls="")
        ax.plot(*X[(y == k) & wrong].T, marker, color="black", ms=5, mfc=color, mew=1.0, ls="")
    ax.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1), xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.grid(False)
    return ax


def losses(ax: Axes, curves: Mapping[str, Sequence[float]]) -> Axes:
    """Draw the mean loss of every epoch, name -> losses, on a logarithmic axis."""
    for k, (name, curve) in enumerate(curves.items()):
        ax.plot(np.arange(1, len(curve) + 1), curve, label=name, color=COLOURS[k % 3], ls=DASHES[k % 4])
    ax.set(xlabel="epoch", ylabel="mean loss of the mini-batches", yscale="log")
    if len(curves) > 1:
        ax.legend()
    return ax


def yours(
    classify: Callable[[np.ndarray], np.ndarray], X: np.ndarray, y: np.ndarray,
    curves: Mapping[str, Sequence[float]],
) -> Picture:  # fmt: skip
    """Draw what a classifier says of the plane, and the losses of some runs."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.6))
    share = float((np.asarray(classify(X)) == y).mean())
    regions(left, classify, X, y).set_title(f"{100 * share:.1f}% of its own {len(X)} points are right")
    losses(right, curves).set_title("Two more runs of your loop, 60 epochs each")
    told = [f"{name}: loss {curve[0]:.2f} to {curve[-1]:.3f}" for name, curve in curves.items()]
    return Picture(
        fig, f"Borders between three spiral arms, {share:.3f} on the right side. {'; '.join(told)}"
    )


def dots(ax: Axes, rows: Mapping[str, Sequence[float]], *, mark: float | None = None) -> Axes:
    """Draw a row of dots for each name, one per seed, its mean as a bar, and a line at a mark to reach."""
    for row, (name, values) in enumerate(rows.items()):
        heights = row - 0.045 * stacked(values)
        ax.plot(values, heights, MARKERS[row % 3], color=COLOURS[row % 3], mfc="none", ms=7)
        ax.plot([np.mean(values)] * 2, [row - 0.25, row + 0.25], color="black", lw=2)
        ax.annotate(name, (0, row), xytext=(-8, 0), xycoords=("axes fraction", "data"),
                    textcoords="offset points", ha="right", va="center")  # fmt: skip
    if mark is not None:
        ax.axvline(mark, color="0.4", ls=(0, (2, 1.5)))
    ax.set(yticks=[], ylim=(max(len(rows), 1) - 0.5, -0.5))
    ax.grid(axis="y", visible=False)
    return ax


def stacked(values: Sequence[float]) -> np.ndarray:
    """Return for each value how many equal ones came before it, so that dots on one place can be counted."""
    seen: dict[float, int] = {}
    places = []
    for value in values:
        places.append(seen.get(round(value, 9), 0))
        seen[round(value, 9)] = places[-1] + 1
    return np.array(places, dtype=float)


def missed(
    X: np.ndarray, y: np.ndarray, labels: np.ndarray, image: tuple[int, ...], *, most: int = 8
) -> Figure:
    """Draw the rows a classifier got wrong, at most so many, with what it said and what they are."""
    wrong = np.flatnonzero(labels != y)
    fig, axes = plt.subplots(1, most, figsize=(1.15 * most, 1.9))
    for ax, row in zip(axes, [*wrong[:most], *[None] * most], strict=False):
        ax.axis("off")
        if row is not None:
            picture = X[row].reshape(image)
            picture = picture.transpose(1, 2, 0) if len(image) == 3 else picture
            ax.imshow(picture / picture.max(), cmap="Greys", vmin=0, vmax=1)
            ax.set_title(
                f"said {int(labels[row])}, is {int(y[row])}", fontsize=10, loc="center", fontweight="normal"
            )
    return fig
