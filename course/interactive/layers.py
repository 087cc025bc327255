"""What ten layers put out before training, against the scale of their start, with and without batch normalisation.

All histograms cross once; moving a slider needs no answer from the kernel.
"""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.figure import Figure

from course.checks import needs
from course.data import Split
from course.figures.deep import BINS, RANGES, Weights, shares, through, unit_spread
from course.front import module
from course.interactive.playground import Playground

SCALES = np.geomspace(0.1, 10, 21)  # the middle one is 1
DEPTH = 10
STARTS = (("your Xavier, tanh", "xavier", "tanh"), ("your He, ReLU", "he", "relu"))
BETWEEN = ("no normalisation", "your batch normalisation")


class LayersPlayground(Playground):
    """Histograms of ten layers, and their standard deviation by layer.

    initial  the reader's starting weights
    forward  the reader's batch normalisation between the weights and the activation
    data     rows that go in
    """

    _esm = module("layers")

    shares = traitlets.Bytes().tag(sync=True)
    spreads = traitlets.Bytes().tag(sync=True)
    sizes = traitlets.List().tag(sync=True)
    starts = traitlets.List().tag(sync=True)
    between = traitlets.List().tag(sync=True)
    scales = traitlets.List().tag(sync=True)
    start = traitlets.Int(0).tag(sync=True)
    normalised = traitlets.Int(0).tag(sync=True)
    scale = traitlets.Int(10).tag(sync=True)

    def __init__(self, initial: Callable, forward: Callable, data: Split) -> None:
        X = unit_spread(data)[:200]
        sizes = (len(STARTS), len(BETWEEN), len(SCALES), DEPTH, BINS)
        self.table, self.widths = np.zeros(sizes), np.zeros(sizes[:-1])
        for s, (_, kind, activation) in enumerate(STARTS):
            for n in range(len(BETWEEN)):
                for k, scale in enumerate(SCALES):
                    between = normalising(forward) if n else lambda z: z
                    found = through(X, scaled(initial, kind, float(scale)), activation, between=between)
                    self.table[s, n, k] = [shares(layer, activation) for layer in found]
                    self.widths[s, n, k] = [layer.std() for layer in found]
        super().__init__(
            shares=self.table.astype(np.float32).tobytes(),
            spreads=self.widths.astype(np.float32).tobytes(),
            sizes=list(sizes),
            starts=[{"name": name, "range": list(RANGES[activation])} for name, _, activation in STARTS],
            between=list(BETWEEN),
            scales=SCALES.tolist(),
        )

    def now(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the histograms (depth, bins) and the standard deviations (depth,) of the present setting."""
        at = self.start, self.normalised, self.scale
        return self.table[at], self.widths[at]

    def figure(self) -> Figure:
        """Return the picture of the present setting."""
        bars, spread = self.now()
        low, high = RANGES[STARTS[self.start][2]]
        fig, axes = plt.subplots(1, DEPTH, figsize=(10, 2.1), sharey=True)
        for k, (ax, heights) in enumerate(zip(axes, bars, strict=True)):
            top = np.sort(heights)[-2] or heights.max()
            ax.stairs(
                np.minimum(heights / top, 1), np.linspace(low, high, BINS + 1), fill=True, color="#0072B2"
            )
            ax.set_title(f"{k + 1}\n{spread[k]:.2g}", fontsize=9)
            ax.set(xlim=(low, high), xticks=[low, high], yticks=[])
            ax.tick_params(labelsize=8)
        return fig

    def describe(self) -> str:
        """Return what the picture shows, made from the present setting."""
        _, spread = self.now()
        return (
            f"Histograms of ten layers. {STARTS[self.start][0]} times {self.scales[self.scale]:.3g},"
            f" {BETWEEN[self.normalised]}: standard deviation {spread[0]:.2g} in layer 1, {spread[-1]:.2g} in"
            f" layer {DEPTH}."
        )


def scaled(initial: Callable, kind: str, scale: float) -> Weights:
    """Return the reader's start times a number."""
    return lambda fan_in, fan_out, rng: scale * np.asarray(initial(fan_in, fan_out, kind, rng))


def normalising(forward: Callable) -> Callable[[np.ndarray], np.ndarray]:
    """Return the reader's batch normalisation in training, with gamma 1 and beta 0, as a function of a batch."""

    def between(z: np.ndarray) -> np.ndarray:
        ones, zeros = np.ones(z.shape[1]), np.zeros(z.shape[1])
        settings = {"mode": "train", "momentum": 0.9, "eps": 1e-5, "running_mean": zeros, "running_var": ones}
        return np.asarray(forward(z, ones, zeros, settings)[0])

    return between


@needs("Exercises 2 and 3")
def at_the_start(initial: Callable, forward: Callable, data: Split) -> LayersPlayground:
    """Return histograms of ten layers with a slider for the scale of the reader's start."""
    return LayersPlayground(initial, forward, data)
