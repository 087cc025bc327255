"""The interactive figure of lesson F2: two weights turn on the surface that the reader's own losses make."""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.figure import Figure

from course.checks import needs
from course.interactive.frames import Frames, frames

TURNS, SIZE = 12, 1.0
"""Positions of the slider, and the length of the weights that turn."""
LEVELS = (0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
"""Of the loss, where a line is drawn."""
COLOURS, MARKS = ("#0072B2", "#D55E00"), "os"


def two_clouds(rng: np.random.Generator, count: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Return two overlapping clouds of points (2 * count, 2) and their labels."""
    y = np.repeat([0, 1], count)
    return rng.normal(size=(2 * count, 2)) * 0.8 + np.where(y[:, None] == 0, [1.0, 0.6], [-1.0, -0.6]), y


def mirrored(w: np.ndarray) -> np.ndarray:
    """Return the weights (2, 3) of two classes whose templates are w and -w, without biases."""
    return np.array([[w[0], w[1], 0.0], [-w[0], -w[1], 0.0]])


@needs("Exercises 2 and 3")
def turning(losses: Mapping[str, Callable], *, turns: int = TURNS, points: int = 25) -> Frames:
    """Return two clouds with a line that turns, beside the surface of the loss over the two weights.

    losses  name -> the reader's ``(loss, dW) = f(W, X, y, reg)``
    """
    X, y = two_clouds(np.random.default_rng(1))
    side = np.linspace(-2, 2, points)
    penalties = (0.0, 0.3)
    surfaces = {
        (name, reg): np.array([[loss(mirrored(np.array([a, b])), X, y, reg)[0] for a in side] for b in side])
        for name, loss in losses.items()
        for reg in penalties
    }

    def degrees(turn: int) -> int:
        return 15 + 360 * turn // turns

    def draw(figure: Figure, name: str, reg: float, turn: int) -> str:
        angle = np.radians(degrees(turn))
        w = SIZE * np.array([np.cos(angle), np.sin(angle)])
        value, dW = losses[name](mirrored(w), X, y, reg)
        dW = np.asarray(dW)
        slope = dW[0, :2] - dW[1, :2]  # both templates hang on the same two weights
        right = float((np.sign(X @ w) == np.where(y == 0, 1, -1)).mean())
        left, where = figure.add_axes((0.08, 0.14, 0.4, 0.74)), figure.add_axes((0.57, 0.14, 0.4, 0.74))
        for label in (0, 1):
            left.plot(*X[y == label].T, MARKS[label], ms=5, color=COLOURS[label], mec="white", mew=0.4)
        along = np.array([-w[1], w[0]]) / SIZE
        left.plot(*(8 * np.array([-along, along])).T, color="black", linewidth=1.5)
        left.annotate("", w, (0, 0), arrowprops={"arrowstyle": "-|>", "color": COLOURS[0], "linewidth": 2.5})
        left.set(
            xlim=(-3.2, 3.2), ylim=(-3.2, 3.2), xlabel="$x_1$", ylabel="$x_2$", title=f"{right:.0%} right"
        )
        where.contour(side, side, surfaces[name, reg], levels=LEVELS, colors="0.6", linewidths=0.9)
        where.plot(*w, "o", ms=9, color=COLOURS[0], mec="white")
        step = -0.7 * slope / max(1e-9, float(np.linalg.norm(slope)))
        where.annotate("", w + step, w, arrowprops={"arrowstyle": "-|>", "color": COLOURS[1], "linewidth": 2})
        where.set(
            xlabel="$w_1$", ylabel="$w_2$", xlim=(-2, 2), ylim=(-2, 2), title=f"{name}: {float(value):.2f}"
        )
        for ax in (left, where):
            ax.grid(False)
        return (
            f"Left, two clouds and the line of the weights ({w[0]:.1f}, {w[1]:.1f}), {right:.0%} right. Right, the"
            f" {name} over the two weights with penalty {reg:g}: {float(value):.2f} here; minus its gradient points"
            f" to ({(w + step)[0]:.1f}, {(w + step)[1]:.1f})."
        )

    def label(value: object) -> str:
        return f"{degrees(value)} degrees" if isinstance(value, int) else str(value)

    controls = {"loss": list(losses), "penalty": list(penalties), "turn": list(range(turns))}
    return frames(draw, controls, start=(1, 0, turns // 3), label=label, size=(7.6, 3.9))
