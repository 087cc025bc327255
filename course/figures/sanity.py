"""Pictures of lesson 02: first losses, two losses against the margin, twenty examples, and class regions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

MARKERS = "osD^vP"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000")
DASHES = ((), (6, 2), (2, 1.5), (8, 2, 2, 2), (4, 4), (1, 1))


def first_losses(ax: Axes, losses: Mapping[str, float], *, expected: float | None = None) -> Axes:
    """Draw the loss of each set-up before its first step, and the loss it should have."""
    for row, loss in enumerate(losses.values()):
        off = expected is not None and abs(loss / expected - 1) > 0.05
        ax.plot(loss, row, "X" if off else "o", ms=10, color=COLOURS[1] if off else COLOURS[0], mec="white")
        box = {
            "boxstyle": "square,pad=0.1",
            "facecolor": "white",
            "edgecolor": "none",
        }  # clear of the dashed line
        ax.annotate(
            f"{loss:.2f}", (loss, row), xytext=(9, 0), textcoords="offset points", va="center", bbox=box
        )
    if expected is not None:
        ax.axvline(expected, color="0.3", linestyle=(0, (6, 2)), linewidth=1.2, zorder=0)
        ax.annotate(
            f"chance {expected:.3f}", (expected, -0.6), xytext=(4, 0), textcoords="offset points", va="center"
        )
    ax.set_yticks(range(len(losses)), list(losses))
    ax.set(
        xlabel="loss before the first step",
        ylim=(len(losses) - 0.5, -0.9),
        xlim=(0, 1.15 * max(losses.values())),
    )
    return ax


def by_margin(ax: Axes, losses: Mapping[str, Callable[[float], float]]) -> Axes:
    """Draw losses of a two-class example against how far the label's score leads."""
    lead = np.linspace(-3, 5, 161)
    for (name, loss), dash in zip(losses.items(), DASHES, strict=False):
        ax.plot(lead, [loss(m) for m in lead], label=name, linestyle=(0, dash) if dash else "-")
    ax.axvline(0, color="0.6", linewidth=1)
    ax.set(xlabel="lead of the label's score", ylabel="loss")
    ax.legend()
    return ax


def learning(ax: Axes, runs: Mapping[str, Sequence[float]], *, chance: float | None = None) -> Axes:
    """Draw the loss on a few examples of every set-up against the step, on a logarithmic axis."""
    for k, (name, losses) in enumerate(runs.items()):
        ax.plot(
            np.arange(len(losses)),
            np.maximum(losses, 1e-6),
            label=name,
            color=COLOURS[k % len(COLOURS)],
            linestyle=(0, DASHES[k % len(DASHES)]) if DASHES[k % len(DASHES)] else "-",
            marker=MARKERS[k % len(MARKERS)],
            markevery=(
                k * max(1, len(losses) // 30),
                max(1, len(losses) // 6),
            ),  # lines that coincide stay countable
        )
    if chance is not None:
        ax.axhline(chance, color="0.6", linewidth=1)
        ax.annotate("chance", (0.99, chance), xycoords=("axes fraction", "data"), ha="right", va="bottom")
    ax.set(xlabel="step", ylabel="loss on 20 examples", yscale="log")
    ax.legend(fontsize=9)
    return ax


def penalties(ax: Axes, strengths: Sequence[float], losses: Mapping[str, Sequence[float]]) -> Axes:
    """Draw the loss of each set-up against the strength of its regulariser."""
    for k, (name, values) in enumerate(losses.items()):
        ax.plot(
            range(len(strengths)),
            values,
            marker=MARKERS[k],
            label=name,
            linestyle=(0, DASHES[k]) if DASHES[k] else "-",
        )
    ax.set_xticks(range(len(strengths)), [f"{s:g}" for s in strengths])
    ax.set(xlabel=r"regularisation $\lambda$", ylabel="loss at the same parameters")
    ax.legend()
    return ax


def regions(ax: Axes, classify: Callable[[np.ndarray], np.ndarray], X: np.ndarray, y: np.ndarray) -> Axes:
    """Draw which class a classifier gives to every point of the plane, and the examples with their labels."""
    reach = 1.1 * np.abs(X).max()
    side = np.linspace(-reach, reach, 161)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    given = np.asarray(classify(grid)).reshape(len(side), len(side))
    classes = int(y.max()) + 1
    ax.contourf(side, side, given, levels=np.arange(classes + 1) - 0.5, colors=COLOURS[:classes], alpha=0.25)
    for c in range(classes):
        ax.plot(*X[y == c].T, MARKERS[c], ms=3.5, color=COLOURS[c])
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.grid(False)
    return ax
