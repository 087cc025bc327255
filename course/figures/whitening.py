"""Pictures of lesson F5 on data: a cloud centred, scaled and whitened, and noise that whitening blows up."""

from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np

from course.checks import needs
from course.figures.neurons import COLOURS
from course.pixels import Images
from course.plots import Picture


def blob(seed: int = 0, points: int = 200) -> np.ndarray:
    """Return points (N, 2) far from 0 whose two features go together and have very different sizes."""
    rng = np.random.default_rng(seed)
    along, across = rng.normal(size=(2, points))
    return np.stack([30 + 6 * along + 2 * across, 4 + 0.9 * along - 0.5 * across], axis=1)


@needs("Exercise 1")
def clouds(whiten: Callable) -> Picture:
    """Draw a cloud as it is, centred, scaled and whitened by the reader's function."""
    X = blob()
    centred = X - X.mean(axis=0)
    shown = {
        "as measured": X,
        "centred": centred,
        "each column scaled": centred / X.std(axis=0),
        "whitened": np.asarray(whiten(X, X, 2, 1e-8)[0]),
    }
    fig, axes = plt.subplots(1, 4, figsize=(12.4, 3.5))
    told = []
    for ax, (name, points) in zip(axes, shown.items(), strict=True):
        reach = 1.1 * np.abs(points).max()
        ax.plot(*points.T, ".", ms=4, color=COLOURS[0])
        ax.axhline(0, color="0.6", linewidth=0.8)
        ax.axvline(0, color="0.6", linewidth=0.8)
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        ax.set_title(name.capitalize(), fontsize=11)
        spread, together = points.std(axis=0), float(np.corrcoef(points.T)[0, 1])
        told.append(
            f"{name}, deviations {spread[0]:.2g} and {spread[1]:.2g}, correlation {abs(together):.2f}"
        )
    return Picture(fig, "One cloud of points four times. " + "; ".join(told) + ".")


def nearest(X: np.ndarray, y: np.ndarray, Z: np.ndarray) -> np.ndarray:
    """Return the label of the row of X that is nearest to each row of Z."""
    squares = (X**2).sum(axis=1) - 2 * np.asarray(Z) @ np.asarray(X).T
    return np.asarray(y[squares.argmin(axis=1)])


@needs("Exercise 1")
def noise(whiten: Callable, images: Images, epsilons: Sequence[float]) -> Picture:
    """Draw the variances of the digits' directions, and what whitening all of them does to nearest neighbours."""
    X, Z = images.train.reshape(-1, 64), images.fresh.reshape(-1, 64)
    variances = np.maximum(np.linalg.eigvalsh(np.cov(X.T, bias=True))[::-1], 0)
    share = [
        float((nearest(here, images.y_train, there) == images.y_fresh).mean())
        for here, there in (map(np.asarray, whiten(X, Z, 64, eps)) for eps in epsilons)
    ]
    raw = float((nearest(X, images.y_train, Z) == images.y_fresh).mean())
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.4, 3.9))
    seen = variances > 1e-9
    left.plot(np.arange(1, 65)[seen], variances[seen], ".-", color=COLOURS[0])
    left.set(yscale="log", xlabel="direction", ylabel="variance of the digits along it")
    left.set_title(f"{int((~seen).sum())} of 64 directions have no variance at all", fontsize=11)
    right.plot(epsilons, share, "o-", color=COLOURS[1], label="all 64 directions whitened")
    right.axhline(raw, color="0.5", linestyle="--", label="raw pixels")
    right.set(xscale="log", xlabel=r"$\varepsilon$", ylabel="right by the nearest neighbour")
    right.set_title("Whitened noise counts as much as ink", fontsize=11)
    right.legend(fontsize=9)
    told = ", ".join(f"{each:.3f} at {eps:.0e}" for eps, each in zip(epsilons, share, strict=True))
    said = f"Variances from {variances[0]:.1g} down. Nearest neighbours: {raw:.3f} of raw pixels; whitened, {told}."
    return Picture(fig, said)
