"""Pictures of lesson F5 on regularisation: what penalties, dropout and shifted images do to a network."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from course.checks import needs
from course.figures.deep import BINS, step
from course.figures.neurons import COLOURS
from course.network import MLP, Params, cross_entropy, one_hot
from course.pixels import DIRECTIONS, Images, moved
from course.plots import Picture
from course.threads import one_thread


@dataclass(frozen=True, kw_only=True)
class Held:
    """A way to hold a network back.

    l2, l1   strength of each penalty on the weights
    longest  greatest length of the weights of a unit, None for any
    keep     share of the units that stay in training
    shifts   whether training images are moved by a pixel at random
    """

    l2: float = 0.0
    l1: float = 0.0
    longest: float | None = None
    keep: float = 1.0
    shifts: bool = False


WAYS = {
    "nothing": Held(),
    "L2": Held(l2=0.01),
    "L1": Held(l1=0.002),
    "max-norm": Held(longest=1.0),
    "your dropout": Held(keep=0.3),
    "shifted images": Held(shifts=True),
}


@one_thread()
def held(
    how: Held, initial: Callable, dropout: Callable, backward: Callable, images: Images, *, seed: int
) -> tuple[Params, np.ndarray]:
    """Return a network of 100 ReLUs that learned 300 digits, three in ten with a wrong label, and their mean."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(images.y_train))[:300]
    shown, y = images.train[order], images.y_train[order].copy()
    wrong = rng.random(300) < 0.3
    y[wrong] = (y[wrong] + rng.integers(1, 10, int(wrong.sum()))) % 10
    mean = shown.reshape(300, 64).mean(axis=0)
    params: Params = {
        "W1": np.asarray(initial(64, 100, "he", rng)),
        "b1": np.zeros(100),
        "W2": np.asarray(initial(100, 10, "he", rng)),
        "b2": np.zeros(10),
    }
    ways = [(0, 0), *DIRECTIONS.values()]
    for _ in range(300):
        rows = rng.integers(0, 300, 50)
        batch = moved(shown[rows], *ways[rng.integers(5)]) if how.shifts else shown[rows]
        X = batch.reshape(-1, 64) - mean
        units = np.maximum(0, X @ params["W1"] + params["b1"])
        seen, mask = dropout(units, how.keep, rng, how.keep < 1)
        _, back = cross_entropy(seen @ params["W2"] + params["b2"], one_hot(y[rows], 10), 0.0)
        below = back @ params["W2"].T
        if how.keep < 1:
            below = backward(below, mask)
        below = below * (units > 0)
        grads = {"W1": X.T @ below, "b1": below.sum(axis=0), "W2": seen.T @ back, "b2": back.sum(axis=0)}
        for name in ("W1", "W2"):
            grads[name] = grads[name] + how.l2 * params[name] + how.l1 * np.sign(params[name])
        params = step(params, grads, 0.3)
        if how.longest is not None:
            for name in ("W1", "W2"):
                lengths = np.linalg.norm(params[name], axis=0)
                params[name] = params[name] * np.minimum(1, how.longest / np.maximum(lengths, 1e-12))
    return params, mean


def right(params: Params, mean: np.ndarray, shown: np.ndarray, y: np.ndarray) -> float:
    """Return the share of images that a network of one layer gets right."""
    return MLP(sizes=(64, 100, 10)).accuracy(params, shown.reshape(-1, 64) - mean, y)


def accuracies(params: Params, mean: np.ndarray, images: Images) -> tuple[float, float]:
    """Return the share of fresh images that is right, as they are and moved by one pixel in four directions."""
    as_they_are = right(params, mean, images.fresh, images.y_fresh)
    moves = [right(params, mean, moved(images.fresh, *way), images.y_fresh) for way in DIRECTIONS.values()]
    return as_they_are, float(np.mean(moves))


@needs("Exercises 2, 5 and 6")
def ways(
    initial: Callable, dropout: Callable, backward: Callable, images: Images, seeds: Iterable[int] = range(4)
) -> Picture:
    """Draw how networks held back in several ways do on fresh images, and on the same moved by a pixel."""
    found: dict[str, Any] = {
        name: np.array(
            [accuracies(*held(how, initial, dropout, backward, images, seed=seed), images) for seed in seeds]
        )
        for name, how in WAYS.items()
    }
    fig, axes = plt.subplots(1, 2, figsize=(10.4, 3.7), sharey=True)
    for part, (ax, title) in enumerate(
        zip(axes, ("All beat nothing...", "...and one teaches something new"), strict=True)
    ):
        for k, each in enumerate(found.values()):
            ax.plot(each[:, part], [k] * len(each), "o", ms=5, mfc="none", color=COLOURS[0],
                    label="one start" if k == 0 else None)  # fmt: skip
            ax.plot(
                each[:, part].mean(), k, "D", ms=8, mfc="none", mec="black", label="mean" if k == 0 else None
            )
        ax.set_title(title, fontsize=11)
        ax.set_xlabel(("fresh images", "fresh images, moved by a pixel")[part] + ": share right")
    axes[0].set_yticks(range(len(found)), list(found))
    axes[0].set_ylim(len(found) - 0.5, -0.5)
    axes[1].legend(fontsize=9, loc="upper right", frameon=True)
    told = "; ".join(
        f"{name} {each[:, 0].mean():.2f} and {each[:, 1].mean():.2f}" for name, each in found.items()
    )
    return Picture(fig, f"Share right on fresh images, and on fresh images moved by a pixel: {told}.")


@needs("Exercises 2, 5 and 6")
def weights(
    initial: Callable, dropout: Callable, backward: Callable, images: Images, names: Sequence[str]
) -> Picture:
    """Draw how the first weights are spread after training with several penalties."""
    fig, axes = plt.subplots(1, len(names), figsize=(3.0 * len(names), 3.2), sharey=True)
    told = []
    for ax, name in zip(axes, names, strict=True):
        W = held(WAYS[name], initial, dropout, backward, images, seed=0)[0]["W1"]
        counts, edges = np.histogram(np.clip(W, -0.6, 0.6), bins=BINS, range=(-0.6, 0.6))
        ax.stairs(counts / counts.sum(), edges, fill=True, color=COLOURS[0], alpha=0.8)
        small, longest = float((np.abs(W) < 0.01).mean()), float(np.linalg.norm(W, axis=0).max())
        ax.set_title(f"{name}\n{small:.0%} below 0.01\nlongest unit {longest:.2g}", fontsize=10)
        ax.set_xlabel("weight")
        told.append(f"{name}: {small:.0%} of the weights below 0.01, the longest unit {longest:.2g}")
    axes[0].set_ylabel("share")
    return Picture(fig, "Weights of the first layer after training. " + "; ".join(told) + ".")
