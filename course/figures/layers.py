"""Pictures of what happens inside a network: histograms by layer, and first-layer weights as images."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from course.data import Split
from course.network import MLP
from course.threads import one_thread


def histogram(ax: Axes, values: np.ndarray, *, low: float, high: float, title: str, note: str = "") -> Axes:
    """Draw how often each value occurs, as a filled outline; what lies outside counts in the outermost bin."""
    counts, edges = np.histogram(np.clip(values, low, high), bins=41, range=(low, high))
    ax.stairs(counts / counts.sum(), edges, fill=True, color="#0072B2", alpha=0.8)
    ax.set_title(title, fontsize=10)
    if note:
        ax.annotate(note, (0.5, 0.97), xycoords="axes fraction", ha="center", va="top", fontsize=8)
    ax.set(xlim=(low, high), ylim=(0, 1.7 * (counts / counts.sum()).max()), yticks=[])
    ax.set_xticks([low, 0, high], [f"{low:g}", "0", f"{high:g}"])
    ax.tick_params(labelsize=8)
    return ax


@one_thread()
def profile(data: Split, activation: str, scale: float | None) -> tuple[list[float], list[float]]:
    """Return the spread of activations and the length of the gradient, layer by layer, before any training.

    Nine layers of 100 units on 300 digits; ``scale`` as in ``MLP.start``.
    """
    network = MLP(sizes=(data.X_train.shape[1], *[100] * 9, data.classes), activation=activation)
    params = network.start(np.random.default_rng(0), scale=scale)
    X, y = data.X_train[:300], data.y_train[:300]
    grads = network.loss(params, X, y)[1]
    spread = [float(layer.std()) for layer in network.layers(params, X)[1:-1]]
    return spread, [float(np.linalg.norm(grads[f"W{k}"])) for k in range(1, network.depth + 1)]


def filters(ax: Axes, W: np.ndarray, image: tuple[int, int], *, count: int = 16) -> Axes:
    """Draw the weights into the first ``count`` units as small images, grey at zero."""
    high, wide = image
    side = int(np.ceil(np.sqrt(count)))
    sheet = np.full((side * (high + 1), side * (wide + 1)), np.nan)
    for k in range(min(count, W.shape[1])):
        row, column = divmod(k, side)
        tile = W[:, k].reshape(image) / np.abs(W[:, k]).max()
        sheet[
            row * (high + 1) : row * (high + 1) + high, column * (wide + 1) : column * (wide + 1) + wide
        ] = tile
    ax.imshow(sheet, cmap="RdBu", vmin=-1, vmax=1)
    ax.axis("off")
    return ax


def roughness(W: np.ndarray, image: tuple[int, int]) -> float:
    """Return how much neighbouring pixels of the weight images differ, in units of their spread.

    The mean squared difference of vertical and horizontal neighbours over twice the variance: 1 for pure noise, 0
    for a flat image.
    """
    tiles = W.T.reshape(-1, *image)
    across = np.mean((tiles[:, :, 1:] - tiles[:, :, :-1]) ** 2)
    down = np.mean((tiles[:, 1:] - tiles[:, :-1]) ** 2)
    return float((across + down) / 2 / (2 * tiles.var()))
