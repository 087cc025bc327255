"""The interactive figure of lesson F1: the reader's own vote decides every point of a map, for any k."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from course.checks import needs
from course.data import spiral
from course.interactive.frames import Frames, frames
from course.pixels import with_wrong_labels

KS = (1, 3, 5, 9, 15, 25, 51, 101)
COLOURS = ("#0072B2", "#D55E00", "#009E73")
MARKS = "osD"
POINTS = 56
"""Of the map, to a side."""


@needs("Exercises 1 and 2")
def decision_map(
    distances: Callable, vote: Callable, *, ks: Sequence[int] = KS, wrong: float = 0.2
) -> Frames:
    """Return a map of what the reader's neighbours answer everywhere, with sliders for k and for the labels.

    The distances are asked for once; every position of the sliders is a vote of its own.
    """
    rng = np.random.default_rng(3)
    X, y = spiral(rng)
    fresh, y_fresh = spiral(rng, points=200)
    labels = {"all right": y, "one in five wrong": with_wrong_labels(y, wrong, 3, rng)}
    side = np.linspace(-1.15, 1.15, POINTS)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    order = [np.argsort(np.asarray(distances(rows, X)), axis=1, kind="stable") for rows in (grid, fresh, X)]

    def draw(figure: Figure, kind: str, k: int) -> str:
        colours = ListedColormap(list(COLOURS))
        on_map, answers, own = (np.asarray(vote(labels[kind][near], k)) for near in order)
        ax = figure.add_axes((0.11, 0.13, 0.86, 0.77))
        ax.imshow(
            on_map.reshape(POINTS, POINTS), cmap=colours, vmin=0, vmax=2, alpha=0.3, origin="lower",
            extent=(-1.15, 1.15, -1.15, 1.15), interpolation="nearest", aspect="auto",
        )  # fmt: skip
        for label, mark in enumerate(MARKS):
            shown = X[labels[kind] == label]
            ax.plot(*shown.T, mark, ms=4.5, color=COLOURS[label], mec="white", mew=0.4)
        share, trained = float((answers == y_fresh).mean()), float((own == labels[kind]).mean())
        ax.set(xlabel="$x_1$", ylabel="$x_2$")
        ax.grid(False)
        ax.set_title(f"k = {k}: right on fresh points {share:.0%}, on its own {trained:.0%}")
        return (
            f"A map of three spiral arms in three colours, labels {kind}. With k = {k} neighbours {share:.1%} of"
            f" 600 fresh points are right and {trained:.1%} of the 300 points that train."
        )

    return frames(
        draw, {"labels of the points": list(labels), "neighbours k": list(ks)}, start=(1, 0), size=(6.4, 4.6)
    )
