"""Pictures of what happens inside a network before it is trained: histograms and profiles, layer by layer."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course.data import Split
from course.figures import runs
from course.network import MLP
from course.plots import Picture
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


def profiles(data: Split, cases: Mapping[str, tuple[str, float | None]]) -> Picture:
    """Draw the spread of activations and the length of the gradient against the layer.

    cases  name -> (activation, initial scale, None for the usual one)
    """
    found = {name: profile(data, *case) for name, case in cases.items()}
    fig, axes = plt.subplots(1, 2, figsize=(9.0, 4.0))
    for ax, part, label in zip(
        axes, (0, 1), ("spread of activations", "length of the gradient"), strict=True
    ):
        lines = {name: (np.arange(1, 1 + len(each[part])), each[part]) for name, each in found.items()}
        runs.curves(ax, lines, log=True).set(xlabel="layer", ylabel=label)
    axes[0].set_title("A spread that is kept...", fontsize=11)
    axes[1].set_title("...keeps the gradient", fontsize=11)
    axes[1].get_legend().remove()
    told = "; ".join(
        f"{name}: spread {a[0]:.1e} to {a[-1]:.1e}, gradient of W1 {g[0]:.1e}"
        for name, (a, g) in found.items()
    )
    return Picture(fig, f"Spread and gradient by layer. {told}.")
