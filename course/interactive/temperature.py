"""What an ensemble thinks of a digit, at a temperature of your choice.

The averaged probabilities cross once, for every image and every number of networks; the front end softens them.
Moving a slider needs no answer from the kernel.
"""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.figure import Figure

from course.data import digits
from course.ensembles.confidence import entropy, soften
from course.front import module
from course.interactive.playground import Playground

TEMPERATURES = np.geomspace(0.25, 16, 49)  # the 17th is 1


class TemperaturePlayground(Playground):
    """A digit, the ensemble's probabilities for it, and their entropy against the temperature.

    images         (n, side, side) pixels
    labels         (n,) what they are
    probabilities  (K, n, C) averaged over the first ``counts[k]`` networks
    counts         (K,) numbers of networks
    """

    _esm = module("temperature")

    pixels = traitlets.Bytes().tag(sync=True)
    side = traitlets.Int().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    probabilities = traitlets.Bytes().tag(sync=True)
    classes = traitlets.Int().tag(sync=True)
    counts = traitlets.List().tag(sync=True)
    temperatures = traitlets.List().tag(sync=True)
    image = traitlets.Int(0).tag(sync=True)
    count = traitlets.Int(0).tag(sync=True)
    temperature = traitlets.Int(16).tag(sync=True)

    def __init__(
        self, images: np.ndarray, labels: Sequence[int], probabilities: np.ndarray, counts: Sequence[int]
    ) -> None:
        n, side, _ = images.shape
        if probabilities.shape[:2] != (len(counts), n) or len(labels) != n:
            raise ValueError(
                f"probabilities must be ({len(counts)}, {n}, C) and labels ({n},); got {probabilities.shape} and"
                f" ({len(labels)},)."
            )
        low, high = images.min(), images.max()
        self.image_array = np.asarray(images, dtype=np.float64)
        self.table = np.asarray(probabilities, dtype=np.float64)
        super().__init__(
            pixels=((images - low) / (high - low)).astype(np.float32).tobytes(),
            side=side,
            labels=[int(y) for y in labels],
            probabilities=self.table.astype(np.float32).tobytes(),
            classes=self.table.shape[2],
            counts=[int(k) for k in counts],
            temperatures=TEMPERATURES.tolist(),
            count=len(counts) - 1,
        )

    @classmethod
    def of_digits(
        cls, X: np.ndarray, y: np.ndarray, tables: np.ndarray, counts: Sequence[int]
    ) -> "TemperaturePlayground":
        """Return the playground of twelve digits: six of all degrees of confidence, six that one network is sure of
        and the largest number of networks is not.

        X       (N, 64) digits, centred
        tables  (K, N, C) averaged over the first ``counts[k]`` networks
        """
        sure = tables.max(axis=2)
        spread = np.argsort(-sure[-1])[np.linspace(250, len(y) - 20, 6).astype(int)]
        chosen = np.concatenate([spread, np.argsort(sure[-1] - sure[0])[:6]])
        return cls((X[chosen] + digits().mean).reshape(-1, 8, 8), y[chosen], tables[:, chosen], counts)

    def now(self) -> np.ndarray:
        """Return the softened probabilities of the present setting, (C,)."""
        return soften(self.table[self.count, self.image], self.temperatures[self.temperature])

    def figure(self) -> Figure:
        """Return the picture of the present setting."""
        p = self.table[self.count, self.image]
        fig, (left, middle, right) = plt.subplots(1, 3, figsize=(10, 3.2), width_ratios=(1, 1.7, 1.5))
        left.imshow(self.image_array[self.image], cmap="gray_r")
        left.set(title=f"A {self.labels[self.image]}", xticks=[], yticks=[])
        true = np.arange(self.classes) == self.labels[self.image]
        middle.bar(range(self.classes), self.now(), color=np.where(true, "#0072B2", "#D55E00"))
        middle.bar(range(self.classes), p, facecolor="none", edgecolor="black", linestyle=":")
        middle.set(
            ylim=(0, 1),
            xlabel="class; blue: the true one, dotted: T = 1",
            ylabel="probability",
            xticks=range(self.classes),
        )
        middle.set_title(f"{self.counts[self.count]} networks, T = {self.temperatures[self.temperature]:.3g}")
        right.plot(self.temperatures, [entropy(soften(p, T)) for T in self.temperatures], color="0.4")
        right.plot(self.temperatures[self.temperature], entropy(self.now()), "o", color="#D55E00")
        right.set(xscale="log", xlabel="temperature $T$", ylabel="entropy in bits", title="How undecided")
        right.set_xticks([0.25, 1, 4, 16], ["0.25", "1", "4", "16"])
        right.set_xticks([], minor=True)
        return fig

    def describe(self) -> str:
        """Return what the picture shows, made from the present setting."""
        p, T = self.now(), self.temperatures[self.temperature]
        first, second = np.argsort(p)[::-1][:2]
        return (
            f"A {self.labels[self.image]}. {self.counts[self.count]} networks at temperature {T:.3g} give"
            f" {p[first]:.3f} to class {first} and {p[second]:.3f} to class {second}; the entropy is"
            f" {entropy(p):.2f} bits."
        )
