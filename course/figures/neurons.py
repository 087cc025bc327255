"""Pictures of lesson F4: activations and slopes, the zigzag, dying units, boundaries by size and penalty."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from course.checks import needs
from course.data import Split, spiral
from course.figures.capstone import regions
from course.network import MLP, Params
from course.plots import Picture
from course.threads import one_thread

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (8, 2, 2, 2)))


@dataclass(frozen=True, kw_only=True, eq=False)
class NoisySpiral:
    """Spiral points of which a share has a wrong label, and fresh ones that have none.

    seed   of the points and labels
    wrong  share of the training labels that are drawn anew among the other classes
    """

    seed: int
    points: int = 40
    wrong: float = 0.25

    @cached_property
    def train(self) -> tuple[np.ndarray, np.ndarray]:
        """Return points and labels to train with."""
        rng = np.random.default_rng(100 + self.seed)
        X, y = spiral(rng, points=self.points)
        moved = rng.random(len(y)) < self.wrong
        return X, np.where(moved, (y + rng.integers(1, 3, len(y))) % 3, y)

    @cached_property
    def fresh(self) -> tuple[np.ndarray, np.ndarray]:
        """Return points and right labels that nobody has trained with."""
        return spiral(np.random.default_rng(999), points=300)


def accuracy(params: Params, X: np.ndarray, y: np.ndarray) -> float:
    """Return the share of rows whose highest score is that of their label."""
    return MLP(sizes=(2, len(params["b1"]), 3)).accuracy(params, X, y)


def boundaries(nets: Mapping[str, Params], data: NoisySpiral, *, tell: bool) -> Picture:
    """Draw the regions of several trained networks with their training points.

    tell  whether to say how they do on fresh points
    """
    fig, axes = plt.subplots(1, len(nets), figsize=(3.6 * len(nets), 4.1))
    parts = []
    for ax, (name, params) in zip(np.atleast_1d(axes), nets.items(), strict=True):
        network = MLP(sizes=(2, len(params["b1"]), 3))
        X, y = data.train
        regions(ax, lambda rows, n=network, p=params: n.scores(p, rows).argmax(axis=1), X, y)  # type: ignore[misc]
        seen, new = accuracy(params, X, y), accuracy(params, *data.fresh)
        ax.set_title(
            f"{name}\nseen {seen:.0%}" + (f", fresh {new:.0%}" if tell else ", fresh ?"), fontsize=11
        )
        parts.append(
            f"{name}: {seen:.0%} of the points it saw" + (f", {new:.0%} of fresh ones" if tell else "")
        )
    return Picture(fig, "Regions of networks on a spiral with wrong labels. " + "; ".join(parts) + ".")


def given(units: int, reg: float, data: NoisySpiral) -> Params:
    """Return a network of the course, trained on a noisy spiral, for the first picture."""
    network = MLP(sizes=(2, units, 3))
    return trained(lambda p, X, y, reg: network.loss(p, X, y, reg=reg), units, reg, data)


@one_thread()
def trained(loss: Callable, units: int, reg: float, data: NoisySpiral, *, steps: int = 1000) -> Params:
    """Return parameters after full-batch descent at rate 1 on a loss (params, X, y, reg) -> value, gradients."""
    params = MLP(sizes=(2, units, 3)).start(np.random.default_rng(data.seed))
    X, y = data.train
    for _ in range(steps):
        grads = loss(params, X, y, reg)[1]
        params = {name: w - grads[name] for name, w in params.items()}
    return params


@needs("Exercise 1")
def curves(activation: Callable, slope: Callable | None = None) -> Picture:
    """Draw the reader's activations, and beside them their slopes if there is a function for these."""
    x = np.linspace(-5, 5, 201)
    outs = {kind: np.asarray(activation(kind, x)) for kind in ("sigmoid", "tanh", "relu", "leaky")}
    shown = {"activation": outs}
    if slope is not None:
        shown["slope"] = {kind: np.asarray(slope(kind, out)) for kind, out in outs.items()}
    fig, axes = plt.subplots(1, len(shown), figsize=(5.2 * len(shown), 3.9))
    for ax, (what, lines) in zip(np.atleast_1d(axes), shown.items(), strict=True):
        for (kind, y), colour, dash in zip(lines.items(), COLOURS, DASHES, strict=True):
            ax.plot(x, y, color=colour, linestyle=dash, label=kind)
        ax.set(xlabel="$x$", ylabel=what, ylim=(-1.2, 2.2) if what == "activation" else (-0.05, 1.1))
    np.atleast_1d(axes)[0].legend()
    np.atleast_1d(axes)[0].set_title("Two of them flatten on both sides")
    if slope is not None:
        np.atleast_1d(axes)[1].set_title(
            f"The sigmoid's slope never exceeds {shown['slope']['sigmoid'].max():.2f}"
        )
    ends = "; ".join(f"{kind} from {y[0]:.2f} to {y[-1]:.2f}" for kind, y in outs.items())
    return Picture(fig, f"Four activations between -5 and 5: {ends}.")


def zigzag_path(centred: bool, *, steps: int, rate: float = 0.1, seed: int = 0) -> np.ndarray:
    """Return the weights of a linear neuron, (steps + 1, 2), that is shown one example after the other.

    It is to become (1, -1).  Inputs lie in the unit square, or in the same square moved to the origin.
    """
    rng, target = np.random.default_rng(seed), np.array([1.0, -1.0])
    w, path = np.zeros(2), [np.zeros(2)]
    for _ in range(steps):
        x = rng.random(2) - (0.5 if centred else 0.0)
        x = x / np.sqrt(1 / 12 if centred else 1 / 3)  # of one size on average
        w = w - rate * ((w - target) @ x) * x
        path.append(w)
    return np.array(path)


def zigzag(*, steps: int = 40) -> Picture:
    """Draw the paths of a neuron's two weights for inputs that are all positive, and for centred ones."""
    fig, axes = plt.subplots(1, 2, figsize=(9.2, 4.2), sharex=True, sharey=True)
    ends = []
    for ax, centred, name in zip(axes, (False, True), ("all inputs positive", "inputs centred"), strict=True):
        path = zigzag_path(centred, steps=steps)
        away = float(np.linalg.norm(path[-1] - [1, -1]))
        ax.plot(*path.T, "-o", ms=3, color=COLOURS[int(not centred)])
        ax.plot(1, -1, "*", ms=15, color="black")
        ax.plot(0, 0, "o", ms=9, mfc="none", mec="black")
        ax.set(xlabel="$w_1$", ylabel="$w_2$", title=f"{name.capitalize()}: {away:.2f} away", aspect="equal")
        ends.append(f"{name}, after {steps} steps {away:.2f} away from the star")
    return Picture(fig, "Paths of two weights from a circle to a star. " + "; ".join(ends) + ".")


@one_thread()
def layer_after(
    data: Split, rate: float, *, epochs: int = 3, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, list]:
    """Return W1, b1 of a hundred ReLUs after some epochs of mini-batches of 50 digits, and those batches."""
    network = MLP(sizes=(64, 100, 10))
    rng = np.random.default_rng(seed)
    params = network.start(rng)
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(len(data.y_train)), len(data.y_train) // 50):
            grads = network.loss(params, data.X_train[rows], data.y_train[rows])[1]
            with np.errstate(all="ignore"):
                params = {name: w - rate * grads[name] for name, w in params.items()}
    return params["W1"], params["b1"], np.array_split(data.X_train, 24)


@needs("Exercise 3")
def dying(dead_share: Callable, data: Split, rates: Sequence[float]) -> Picture:
    """Draw the share of dead units by the reader's count against the learning rate, for three starts."""
    fig, ax = plt.subplots(figsize=(7.0, 3.9))
    shares = np.array(
        [[dead_share(*layer_after(data, rate, seed=seed)) for rate in rates] for seed in range(3)]
    )
    for row, marker in zip(shares, "os^", strict=True):
        ax.plot(rates, row, marker=marker, color=COLOURS[1], mfc="none", linestyle="", label="one start")
    ax.plot(rates, shares.mean(axis=0), color=COLOURS[1], label="mean of the three")
    handles, labels = ax.get_legend_handles_labels()
    ax.legend(handles[-2:], labels[-2:])
    ax.set(xscale="log", xlabel="learning rate", ylabel="share of dead ReLUs", ylim=(-0.05, 1.05))
    ax.set_xticks(rates, [f"{rate:g}" for rate in rates])
    ax.set_xticks([], minor=True)
    ax.set_title("A rate that is too large kills units, for good")
    told = ", ".join(
        f"{share:.2f} at rate {rate:g}" for rate, share in zip(rates, shares.mean(axis=0), strict=True)
    )
    return Picture(fig, f"Share of a hundred ReLUs that fire for no digit after three epochs: {told}.")


@needs("Exercise 6")
def by_seed(two_layer: Callable, settings: Mapping[str, tuple[int, float]], seeds: int) -> Picture:
    """Draw the accuracy on fresh points of the reader's networks, one dot for each seed."""
    rows: dict[str, Any] = {}
    for name, (units, reg) in settings.items():
        each = [NoisySpiral(seed=seed) for seed in range(seeds)]
        rows[name] = [accuracy(trained(two_layer, units, reg, data), *data.fresh) for data in each]
    fig, ax = plt.subplots(figsize=(7.6, 3.4))
    table = np.array(list(rows.values()))
    for k, seed in enumerate(table.T):
        ax.plot(seed, range(len(rows)), color="0.8", linewidth=1, zorder=1)
        ax.plot(
            seed,
            range(len(rows)),
            "o",
            ms=5,
            color=COLOURS[0],
            zorder=2,
            label="one spiral" if k == 0 else None,
        )
    ax.plot(table.mean(axis=1), range(len(rows)), "D", ms=9, mfc="none", mec="black", label="mean")
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(xlabel="accuracy on fresh points", ylim=(len(rows) - 0.5, -0.5))
    ax.set_title("Many units with a penalty beat few units")
    ax.legend(loc="lower left", fontsize=9)
    told = "; ".join(
        f"{name}, {np.mean(row):.3f} ({min(row):.2f} to {max(row):.2f})" for name, row in rows.items()
    )
    return Picture(fig, f"Accuracy on fresh points over {seeds} spirals: {told}.")
