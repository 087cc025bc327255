"""Pictures of runs: losses, wiggle, gaps, ratios and the range test of the learning rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000")
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (8, 2, 2, 2)), (0, (4, 4)), (0, (1, 1)))
MARKERS = "osD^vP"


def style(k: int) -> dict:
    """Return colour and dash of the k-th line of a picture."""
    return {"color": COLOURS[k % len(COLOURS)], "linestyle": DASHES[k % len(DASHES)]}


def curves(
    ax: Axes, lines: Mapping[str, tuple[Sequence[float], Sequence[float]]], *, log: bool = False
) -> Axes:
    """Draw losses as name -> (x, y); a loss that is not finite ends its line in a cross at the top."""
    for k, (name, (x, y)) in enumerate(lines.items()):
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        ax.plot(x, y, label=name, **style(k))
    ax.set(xlabel="epoch", ylabel="training loss", yscale="log" if log else "linear")
    ax.legend(fontsize=9)
    return ax


def smoothed(ax: Axes, x: np.ndarray, raw: np.ndarray, lines: Mapping[str, np.ndarray]) -> Axes:
    """Draw a raw curve in grey and smoothed ones over it."""
    ax.plot(x, raw, color="0.75", linewidth=0.8, label="each mini-batch")
    for k, (name, line) in enumerate(lines.items()):
        ax.plot(x, line, label=name, **style(k))
    ax.set(xlabel="epoch", ylabel="loss of the mini-batch")
    ax.legend(fontsize=9)
    return ax


def wiggle(ax: Axes, batches: Sequence[int], wiggles: Sequence[float]) -> Axes:
    """Draw the size of the step-to-step noise against the batch, with the line 1 / sqrt(batch)."""
    sizes = np.asarray(batches, dtype=np.float64)
    ax.plot(sizes, wiggles, "o-", color=COLOURS[0], label="measured")
    ax.plot(
        sizes,
        wiggles[0] * np.sqrt(sizes[0] / sizes),
        color="0.4",
        linestyle=(0, (2, 1.5)),
        label=r"$1/\sqrt{B}$",
    )
    ax.set(xscale="log", yscale="log", xlabel="batch size $B$", ylabel="wiggle of the loss")
    ax.set_xticks(sizes, [f"{size:g}" for size in sizes])
    ax.minorticks_off()
    ax.set_yticks(wiggles, [f"{each:.2g}" for each in wiggles])
    ax.legend()
    return ax


def gap(ax: Axes, train: Sequence[float], validation: Sequence[float]) -> Axes:
    """Draw training and validation accuracy per epoch and shade what lies between."""
    epochs = np.arange(len(train))
    ax.plot(epochs, train, label="training", **style(0))
    ax.plot(epochs, validation, label="validation", **style(1))
    ax.fill_between(epochs, train, validation, color="0.9")
    ax.annotate(
        f"gap {round(train[-1] - validation[-1], 2) + 0.0:.2f}",
        (0.97, 0.08),
        xycoords="axes fraction",
        ha="right",
        fontsize=11,
    )
    ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1.03))
    ax.legend(loc="lower right", bbox_to_anchor=(1, 0.14))
    return ax


def range_test(ax: Axes, rates: np.ndarray, losses: np.ndarray) -> Axes:
    """Draw the mini-batch loss, cut at twice its first, against a rate that grows step by step, and its lowest."""
    shown = np.minimum(losses, 2 * losses[0])
    ax.plot(rates, shown, color=COLOURS[0])
    lowest = int(np.argmin(shown))
    ax.axvline(rates[lowest], color="0.4", linestyle=(0, (2, 1.5)))
    ax.annotate(f"lowest at {rates[lowest]:.2g}", (rates[lowest], shown.max()), xytext=(-6, -4),
                textcoords="offset points", ha="right", va="top")  # fmt: skip
    ax.set(
        xscale="log",
        xlabel=r"learning rate $\eta$, growing with every step",
        ylabel=f"mini-batch loss, cut at {2 * losses[0]:.1f}",
    )
    return ax


def ratios(ax: Axes, lines: Mapping[str, np.ndarray]) -> Axes:
    """Draw update ratios per step on a logarithmic axis, with the rule of thumb 1e-3."""
    for k, (name, values) in enumerate(lines.items()):
        ax.plot(np.arange(1, len(values) + 1), values, label=name, **style(k))
    ax.axhline(1e-3, color="0.4", linewidth=1)
    ax.annotate(
        "rule of thumb 1e-3",
        (0.99, 1e-3),
        xycoords=("axes fraction", "data"),
        ha="right",
        va="bottom",
        fontsize=9,
    )
    ax.set(yscale="log", xlabel="step", ylabel="length of update / length of weights")
    ax.legend(fontsize=9, loc="upper right")
    return ax


def panel(ax: Axes, history: Mapping[str, Sequence[float]], title: str) -> Axes:
    """Draw one run small: mini-batch losses grey, training loss black, the two accuracies on the right axis."""
    steps, epochs = np.asarray(history["step_loss"]), np.arange(len(history["train_loss"]))
    top = 1.6 * history["train_loss"][0]
    x = np.linspace(0, max(len(epochs) - 1, 1), len(steps))
    finite = np.where(np.isfinite(steps), steps, 10 * top)
    ax.plot(x, np.minimum(finite, top), color="0.75", linewidth=0.7)
    if (finite > top).any():
        ax.plot(x[finite > top][0], top, "X", color=COLOURS[5], ms=9, clip_on=False)
    ax.plot(epochs, np.minimum(history["train_loss"], top), color="black", linewidth=1.6)
    other = ax.twinx()
    other.plot(epochs, history["train_accuracy"], color=COLOURS[0], linewidth=1.4)
    other.plot(epochs, history["val_accuracy"], color=COLOURS[1], linewidth=1.4, linestyle=(0, (4, 1.5)))
    other.set(ylim=(0, 1.02), yticks=[1])
    other.grid(False)
    ax.set(ylim=(0, top))
    ax.set_title(title, fontsize=10)
    ax.tick_params(labelsize=8)
    other.tick_params(labelsize=8)
    return ax


def key(ax: Axes) -> Axes:
    """Write what the lines of ``panel`` are, in their colours, on an empty axes."""
    texts = {
        "mini-batch loss": "0.6",
        "training loss": "black",
        "training accuracy, 0 to 1": COLOURS[0],
        "validation accuracy, dashed": COLOURS[1],
        "cross: loss off the scale": COLOURS[5],
        "across: epochs; up: loss": "0.3",
    }
    for row, (text, color) in enumerate(texts.items()):
        ax.text(0, 0.9 - 0.16 * row, text, color=color, fontsize=10)
    ax.axis("off")
    return ax


def describe(histories: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """Return alt text made from the data: first and last loss, and the last accuracies, of every run."""
    parts = [
        f"{name}: training loss {h['train_loss'][0]:.2f} to {h['train_loss'][-1]:.2f}, accuracy "
        f"{h['train_accuracy'][-1]:.2f} on training and {h['val_accuracy'][-1]:.2f} on validation rows"
        for name, h in histories.items()
    ]
    return "; ".join(parts) + "."
