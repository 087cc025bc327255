"""Pictures of lesson F5 on deep networks: what ten layers put out at the start, and what training makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np

from course.checks import needs
from course.data import Split
from course.figures.neurons import COLOURS, DASHES
from course.mine import plain_gradient_descent
from course.network import MLP, Params, cross_entropy, one_hot
from course.plots import Picture
from course.threads import one_thread

STARTS = {"A": 0.28, "B": 0.1, "C": 0.2, "D": 0.4, "E": 0.14}
"""The standard deviation that the weights of each network of the first picture start from."""


def step(params: Params, grads: Params, rate: float) -> Params:
    """Return parameters after one step of plain descent."""
    return {
        name: plain_gradient_descent(w, grads[name], {"learning_rate": rate})[0] for name, w in params.items()
    }


def unit_spread(data: Split) -> np.ndarray:
    """Return the training rows, centred, divided by one number so that all pixels together have variance 1."""
    return np.asarray(data.X_train / data.X_train.std())


@one_thread()
def deep_losses(data: Split, scale: float, *, steps: int = 150, seed: int = 0) -> np.ndarray:
    """Return the loss at every step of a network with ten layers of 50 ReLUs; the run ends where it overflows."""
    network = MLP(sizes=(64, *[50] * 10, 10))
    rng = np.random.default_rng(seed)
    params, X, losses = network.start(rng, scale=scale), unit_spread(data), []
    with np.errstate(all="ignore"):
        for _ in range(steps):
            rows = rng.integers(0, len(X), 60)
            loss, grads = network.loss(params, X[rows], data.y_train[rows])
            losses.append(loss)
            if not np.isfinite(loss):
                break
            params = step(params, grads, 0.1)
    return np.array(losses)


def fates(data: Split, *, tell: bool) -> Picture:
    """Draw the losses of five deep networks that differ in the spread of their first weights alone.

    tell  whether to say which is which
    """
    fig, ax = plt.subplots(figsize=(7.4, 4.2))
    told = []
    for k, (letter, scale) in enumerate(STARTS.items()):
        losses = deep_losses(data, scale)
        drawn = np.where(losses < 4.8, losses, np.nan)
        name = f"{letter}: {scale:g}" if tell else letter
        colour = (*COLOURS, "#56B4E9")[k]
        lost = not np.isfinite(losses[-1])
        ax.plot(drawn, color=colour, linestyle=(*DASHES, (0, (1, 1)))[k], label=name, linewidth=2)
        if lost:
            height = 4.6 - 0.4 * sum("overflows" in each for each in told)
            ax.plot(5, height, marker="x", ms=9, mew=2, color=colour, linestyle="")
            ax.annotate(
                f"{letter} overflows", (5, height), xytext=(9, -4), textcoords="offset points", fontsize=9
            )
        end = "overflows" if lost else f"ends at {losses[-20:].mean():.1f}"
        told.append(f"{name} {end}")
    ax.set(xlabel="step", ylabel="loss of a batch", ylim=(0, 5), xlim=(-2, 150))
    ax.set_title("Ten layers, the same digits, the same rate")
    ax.legend(loc="upper right", ncols=3, title="standard deviation" if tell else None)
    return Picture(fig, "Loss of five networks of ten layers. " + "; ".join(told) + ".")


# Ten layers at the start

BINS = 41
RANGES = {"tanh": (-1.0, 1.0), "relu": (0.0, 5.0)}
CURVES: dict[str, Callable[[np.ndarray], np.ndarray]] = {"tanh": np.tanh, "relu": lambda z: np.maximum(0, z)}

Weights = Callable[[int, int, np.random.Generator], np.ndarray]
"""``W = weights(fan_in, fan_out, rng)``."""


@one_thread()
def through(
    X: np.ndarray,
    weights: Weights,
    activation: str,
    *,
    depth: int = 10,
    units: int = 100,
    between: Callable[[np.ndarray], np.ndarray] = lambda z: z,
) -> list[np.ndarray]:
    """Return what every layer puts out.

    weights  a starting matrix for each layer
    between  what is done to the weighted sums before the activation
    """
    rng, found = np.random.default_rng(0), [X]
    with np.errstate(all="ignore"):
        for _ in range(depth):
            W = np.asarray(weights(found[-1].shape[1], units, rng))
            found.append(CURVES[activation](between(found[-1] @ W)))
    return found[1:]


def shares(layer: np.ndarray, activation: str) -> np.ndarray:
    """Return the share of numbers in each of ``BINS`` bins; what lies outside counts in the outermost."""
    low, high = RANGES[activation]
    counts, _ = np.histogram(np.clip(np.nan_to_num(layer, nan=high), low, high), bins=BINS, range=(low, high))
    return np.asarray(counts / max(counts.sum(), 1))


@needs("Exercise 2")
def ten_layers(initial: Callable, data: Split) -> Picture:
    """Draw what ten layers put out at the start, for five starts, three of them the reader's."""
    X = unit_spread(data)[:300]

    def spread(scale: float) -> Weights:
        return lambda a, b, rng: scale * rng.standard_normal((a, b))

    def own(kind: str) -> Weights:
        return lambda a, b, rng: initial(a, b, kind, rng)

    rows: dict[str, tuple[str, Weights]] = {
        "tanh, weights of deviation 0.01": ("tanh", spread(0.01)),
        "tanh, weights of deviation 1": ("tanh", spread(1.0)),
        "tanh, your Xavier": ("tanh", own("xavier")),
        "ReLU, your Xavier": ("relu", own("xavier")),
        "ReLU, your He": ("relu", own("he")),
    }
    fig, axes = plt.subplots(5, 1, figsize=(10.2, 7.6))
    told = []
    for ax, (name, (activation, weights)) in zip(axes, rows.items(), strict=True):
        found = through(X, weights, activation)
        for k, layer in enumerate(found):
            heights = shares(layer, activation)
            top = np.sort(heights)[-2] or heights.max()  # a bar at 0 may tower over the rest
            edges = k + 0.06 + 0.88 * np.linspace(0, 1, BINS + 1)
            ax.stairs(np.minimum(heights / top, 1), edges, fill=True, color=COLOURS[0], alpha=0.8)
            ax.annotate(f"{layer.std():.1g}", (k + 0.5, 1.08), ha="center", fontsize=8, annotation_clip=False)
        low, high = RANGES[activation]
        ax.set(xlim=(0, 10), ylim=(0, 1.3), yticks=[])
        ax.set_xticks([k + 0.06 for k in range(10)] + [k + 0.94 for k in range(10)],
                      [f"{low:g}"] * 10 + [f"{high:g}"] * 10, fontsize=7)  # fmt: skip
        first, last = f"{found[0].std():.1g}", f"{found[-1].std():.1g}"
        ax.set_title(f"{name}: outputs of deviation {first} in layer 1, {last} in layer 10", fontsize=10)
        ax.grid(False)
        told.append(
            f"{name}: standard deviation {found[0].std():.1g} after layer 1, {found[-1].std():.1g} after layer 10"
        )
    axes[-1].set_xlabel(
        "layers 1 to 10: histograms of their outputs (the last bar holds all beyond it); above, their deviation"
    )
    return Picture(fig, "Histograms of ten layers. " + "; ".join(told) + ".")


# Deep networks trained


@dataclass(frozen=True, kw_only=True)
class Deep:
    """A deep network of ReLUs whose weights start at a factor times the reader's own He.

    initial            kind and fans -> weights, the reader's
    forward, backward  the reader's batch normalisation between layers and activations; None for none
    """

    initial: Callable
    forward: Callable | None = None
    backward: Callable | None = None
    depth: int = 10
    units: int = 50

    @one_thread()
    def losses(
        self, X: np.ndarray, y: np.ndarray, factor: float, *, steps: int, seed: int = 0
    ) -> list[float]:
        """Return the loss at every step; the run ends where it is no longer a number."""
        rng = np.random.default_rng(seed)
        sizes = [X.shape[1], *[self.units] * self.depth, 10]
        params: Params = {}
        for k in range(self.depth + 1):
            params[f"W{k}"] = factor * np.asarray(self.initial(sizes[k], sizes[k + 1], "he", rng))
            params[f"b{k}"] = np.zeros(sizes[k + 1])
            params[f"g{k}"] = np.ones(sizes[k + 1])
        settings = [
            {"mode": "train", "momentum": 0.9, "eps": 1e-5, "running_mean": np.zeros(n), "running_var": np.ones(n)}
            for n in sizes[1:]
        ]  # fmt: skip
        found: list[float] = []
        with np.errstate(all="ignore"):
            for _ in range(steps):
                rows = rng.integers(0, len(y), 60)
                loss, grads = self.gradients(params, X[rows], y[rows], settings)
                found.append(loss)
                if not np.isfinite(loss):
                    break
                params = step(params, grads, 0.1)
        return found

    def gradients(self, params: Params, X: np.ndarray, y: np.ndarray, settings: list) -> tuple[float, Params]:
        """Return the loss of a batch and the gradient of every parameter."""
        outs, caches = [X], []
        for k in range(self.depth):
            z = outs[-1] @ params[f"W{k}"]
            if self.forward is None:
                z, cache = z + params[f"b{k}"], None
            else:
                z, cache = self.forward(z, params[f"g{k}"], params[f"b{k}"], settings[k])
            outs.append(np.maximum(0, z))
            caches.append(cache)
        last = self.depth
        loss, back = cross_entropy(outs[-1] @ params[f"W{last}"] + params[f"b{last}"], one_hot(y, 10), 0.0)
        grads = {name: np.zeros(w.shape) for name, w in params.items()}
        for k in range(last, -1, -1):
            if k < last:
                back = back * (outs[k + 1] > 0)
                if self.backward is not None:
                    back, grads[f"g{k}"], grads[f"b{k}"] = self.backward(back, caches[k])
            if k == last or self.backward is None:
                grads[f"b{k}"] = back.sum(axis=0)
            grads[f"W{k}"] = outs[k].T @ back
            back = back @ params[f"W{k}"].T
        return loss, grads


@needs("Exercises 2, 3 and 4")
def forgiving(
    initial: Callable, forward: Callable, backward: Callable, data: Split, factors: Sequence[float]
) -> Picture:
    """Draw the loss after 100 steps against the scale of the start, without and with batch normalisation."""
    X, y = unit_spread(data), data.y_train
    kinds = {
        "without": Deep(initial=initial),
        "with batch normalisation": Deep(initial=initial, forward=forward, backward=backward),
    }
    fig, ax = plt.subplots(figsize=(7.4, 4.0))
    told = []
    for k, (name, network) in enumerate(kinds.items()):
        ends = []
        for factor in factors:
            losses = network.losses(X, y, factor, steps=100)
            ends.append(float(np.mean(losses[-20:])) if np.isfinite(losses[-1]) else np.nan)
        ax.plot(factors, ends, marker="os"[k], color=COLOURS[1 - k], linestyle=DASHES[1 - k], label=name)
        lost = [factor for factor, end in zip(factors, ends, strict=True) if not np.isfinite(end)]
        ax.plot(
            lost,
            [2.75] * len(lost),
            "x",
            ms=9,
            mew=2,
            color=COLOURS[1 - k],
            label="overflows" if lost else None,
        )
        told.append(
            f"{name}: "
            + ", ".join(
                f"{end:.1f} at {factor:g}" if np.isfinite(end) else f"overflow at {factor:g}"
                for factor, end in zip(factors, ends, strict=True)
            )
        )
    ax.axhline(np.log(10), color="0.6", linewidth=1)
    ax.annotate("chance", (factors[0], np.log(10)), xytext=(0, 4), textcoords="offset points", fontsize=9)
    ax.set(
        xscale="log", xlabel="weights at the start, times your He", ylabel="loss after 100 steps", ylim=(0, 3)
    )
    ax.set_xticks(factors, [f"{factor:g}" for factor in factors])
    ax.set_xticks([], minor=True)
    ax.set_title("With batch normalisation, every start learns")
    ax.legend()
    return Picture(
        fig, "Loss of ten layers after 100 steps against the scale of the start. " + "; ".join(told) + "."
    )
