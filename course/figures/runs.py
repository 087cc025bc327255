"""Pictures of lesson 03: losses on several axes, noise, gaps, sizes of steps, and runs read and repaired."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course import histories, training
from course.checks import needs
from course.data import Split
from course.plots import Picture
from course.training import Run

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000")
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (8, 2, 2, 2)), (0, (4, 4)), (0, (1, 1)))

Line = tuple[Sequence[float], Sequence[float]]


def style(k: int) -> dict:
    """Return colour and dash of the k-th line of a picture."""
    return {"color": COLOURS[k % len(COLOURS)], "linestyle": DASHES[k % len(DASHES)]}


def curves(ax: Axes, lines: Mapping[str, Line], *, log: bool = False) -> Axes:
    """Draw losses as name -> (x, y)."""
    for k, (name, (x, y)) in enumerate(lines.items()):
        ax.plot(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64), label=name, **style(k))
    ax.set(xlabel="epoch", ylabel="training loss", yscale="log" if log else "linear")
    ax.legend(fontsize=9)
    return ax


@needs("Exercise 1")
def two_axes(losses: Mapping[int, Sequence[float]], to_epochs: Callable, n: int) -> Picture:
    """Draw mini-batch losses of several batch sizes by iterations, and by epochs as the reader counts them."""
    steps = {b: np.arange(len(y)) for b, y in losses.items()}
    epochs = {b: np.asarray(to_epochs(steps[b], n, b)) for b in losses}
    fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.6), sharey=True)
    for ax, x in zip(axes, (steps, epochs), strict=True):
        curves(ax, {f"batch {b}": (list(x[b]), y) for b, y in losses.items()})
    shortest = min(map(len, losses.values()))
    axes[0].set(xlabel="iteration", ylabel="mini-batch loss", xlim=(0, shortest))
    axes[0].set_title(f"By iterations, the first {shortest}")
    axes[1].set_title("By epochs")
    axes[1].set_ylabel("")
    early = {b: np.mean(y[shortest - 8 : shortest]) for b, y in losses.items()}
    late = {b: np.mean(y[-1000 // b :]) for b, y in losses.items()}
    told = "; ".join(
        f"batch {b}: {early[b]:.2f} around iteration {shortest}, {late[b]:.2f} at the end" for b in losses
    )
    return Picture(fig, f"Loss of two batch sizes by iterations and by epochs. {told}.")


@needs("Exercise 2")
def averaged(epochs: np.ndarray, losses: np.ndarray, smooth: Callable, betas: Sequence[float]) -> Picture:
    """Draw a noisy loss with the reader's running averages, on a linear and on a logarithmic axis."""
    lines = {beta: np.asarray(smooth(losses, beta)) for beta in betas}
    fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.7))
    for ax in axes:
        ax.plot(epochs, losses, color="0.75", linewidth=0.8, label="each mini-batch")
        for k, (beta, line) in enumerate(lines.items()):
            ax.plot(epochs, line, label=rf"$\beta$ = {beta}", **style(k))
        ax.set(xlabel="epoch", ylabel="loss of the mini-batch")
        ax.legend(fontsize=9)
    axes[0].set_title("The hockey stick")
    axes[1].set(yscale="log", ylim=(0.02, 4), ylabel="")
    axes[1].set_title("On a log scale it is still falling")
    longest = lines[betas[-1]]
    ends = ", ".join(f"{longest[at]:.2f}" for at in (0, len(longest) // 2, -1))
    return Picture(
        fig, f"Mini-batch loss with running averages; beta {betas[-1]}: start, half way, end {ends}."
    )


def noise_by_batch(batches: Sequence[int], noise: Sequence[float]) -> Picture:
    """Draw the deviation of the mini-batch loss against the batch, with the line 1 / sqrt(batch)."""
    sizes = np.asarray(batches, dtype=np.float64)
    fig, ax = plt.subplots()
    ax.plot(sizes, noise, "o-", color=COLOURS[0], label="measured")
    line = noise[0] * np.sqrt(sizes[0] / sizes)
    ax.plot(sizes, line, color="0.4", linestyle=DASHES[2], label=r"$1/\sqrt{B}$")
    ax.set(xscale="log", yscale="log", xlabel="batch size $B$", ylabel="wiggle of the loss")
    ax.set_xticks(sizes, [f"{size:g}" for size in sizes])
    ax.minorticks_off()
    ax.set_yticks(noise, [f"{each:.2g}" for each in noise])
    ax.set_title("A batch four times as large halves the wiggle")
    ax.legend()
    told = ", ".join(f"batch {b}: {w:.3f}" for b, w in zip(batches, noise, strict=True))
    return Picture(fig, f"Standard deviation of the mini-batch loss by batch size. {told}.")


def rates(runs: Mapping[str, Run]) -> Picture:
    """Draw the training loss of runs that differ in their rate."""
    fig, ax = plt.subplots()
    lines = {}
    for name, run in runs.items():
        y = run.epochs["train_loss"]
        lines[f"{name}: {y[0]:.2f}, {y[len(y) // 2]:.2f}, {y[-1]:.2f}"] = (run.epochs["epoch"], y)
    curves(ax, lines).set_title("Too low is a line; too high is stuck")
    ax.legend(
        title="loss at the start, half way, at the end",
        fontsize=9,
        loc="center right",
        bbox_to_anchor=(1, 0.38),
    )
    return Picture(fig, f"Training loss by rate, at the start, half way and at the end. {'; '.join(lines)}.")


@needs("Exercise 2")
def range_test(rates: np.ndarray, losses: np.ndarray, smooth: Callable) -> Picture:
    """Draw the mini-batch loss, smoothed a little, against a rate that grows step by step, and its lowest.

    The curve is cut at twice its first value.
    """
    losses = np.asarray(smooth(losses, 0.8))
    rates = rates[: len(losses)]
    fig, ax = plt.subplots()
    shown = np.minimum(losses, 2 * losses[0])
    ax.plot(rates, shown, color=COLOURS[0])
    lowest = int(np.argmin(shown))
    ax.axvline(rates[lowest], color="0.4", linestyle=DASHES[2])
    ax.annotate(f"lowest at {rates[lowest]:.2g}", (rates[lowest], shown.max()), xytext=(-6, -4),
                textcoords="offset points", ha="right", va="top")  # fmt: skip
    ax.set(xscale="log", xlabel=r"learning rate $\eta$, growing with every step")
    ax.set(ylabel=f"mini-batch loss, cut at {2 * losses[0]:.1f}")
    ax.set_title("The loss falls until the rate is too large")
    told = f"{losses[0]:.2f} at {rates[0]:.2g}, lowest {shown.min():.2f} at {rates[lowest]:.2g}"
    return Picture(fig, f"Mini-batch loss against a growing rate: {told}.")


def gaps(cases: Mapping[str, Run]) -> Picture:
    """Draw training and validation accuracy per epoch of several runs, and shade what lies between."""
    fig, axes = plt.subplots(1, len(cases), figsize=(3.2 * len(cases), 3.4), sharey=True)
    told = []
    for ax, (name, run) in zip(axes, cases.items(), strict=True):
        seen, kept = (np.asarray(run.epochs[f"{part}_accuracy"]) for part in ("train", "val"))
        epochs = np.arange(len(seen))
        ax.plot(epochs, seen, label="training", **style(0))
        ax.plot(epochs, kept, label="validation", **style(1))
        ax.fill_between(epochs, seen, kept, color="0.9")
        gap = round(seen[-1] - kept[-1], 2) + 0.0
        ax.annotate(f"gap {gap:.2f}", (0.97, 0.08), xycoords="axes fraction", ha="right", fontsize=11)
        ax.set(xlabel="epoch", ylim=(0, 1.03))
        ax.set_title(name, fontsize=10)
        told.append(f"{name}: {seen[-1]:.2f} and {kept[-1]:.2f}")
    axes[0].set_ylabel("accuracy")
    axes[0].legend(loc="lower right", bbox_to_anchor=(1, 0.14))
    return Picture(fig, f"Training and validation accuracy. {'; '.join(told)}.")


@needs("Exercise 3")
def ratios(update_ratio: Callable, fit: Callable[..., Run], by_rate: Sequence[float]) -> Picture:
    """Draw the reader's update ratio of W1 step by step at several rates, with the rule of thumb 1e-3.

    fit  (rate, each_step) -> run
    """
    update_ratio(np.ones(1), np.ones(1))
    fig, ax = plt.subplots(figsize=(6.8, 4.4))
    told = []
    for k, rate in enumerate(by_rate):
        run = fit(rate=rate, each_step={"ratio": training.per_array(update_ratio)})
        values = training.column(run, "ratio", "W1")
        name = f"rate {rate:g}: {np.median(values):.1e}, loss {run.epochs['train_loss'][-1]:.2f}"
        ax.plot(np.arange(1, len(values) + 1), values, label=name, **style(k))
        told.append(name)
    ax.axhline(1e-3, color="0.4", linewidth=1)
    ax.annotate(
        "rule of thumb 1e-3", (0.99, 1e-3), xycoords=("axes fraction", "data"), ha="right", va="bottom"
    )
    ax.set(yscale="log", xlabel="step", ylabel="length of update / length of W1")
    ax.set_title("The best of the three is far above the rule of thumb")
    ax.legend(fontsize=9, loc="upper right", title="median ratio, training loss at the end")
    return Picture(
        fig, f"Update ratio of W1 per step; median, and training loss at the end. {'; '.join(told)}."
    )


def norms(fit: Callable[..., Run], by_rate: Sequence[float]) -> Picture:
    """Draw the global gradient norm and the mini-batch loss of the first steps at several rates."""
    fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.7))
    told = []
    for k, rate in enumerate(by_rate):
        run = fit(rate=rate, each_step={"norm": training.gradient_norm}, limit=1e12)
        norm, loss = np.asarray(run.steps["norm"])[:36], np.asarray(run.steps["loss"])[:36]
        for ax, values in zip(axes, (norm, loss), strict=True):
            ax.plot(np.arange(1, len(values) + 1), values, label=f"rate {rate:g}", **style(k))
        told.append(
            f"rate {rate:g}: from {norm[0]:.2g} to at most {norm.max():.2g}, in the end {norm[-1]:.2g}"
        )
    for ax, name in zip(axes, ("global gradient norm", "mini-batch loss"), strict=True):
        ax.set(yscale="log", xlabel="step", ylabel=name)
        ax.legend(fontsize=9)
    axes[0].set_title("Rate 15: ten times as long in four steps", fontsize=11)
    axes[1].set_title("Neither comes back to the good run", fontsize=11)
    return Picture(fig, f"Global gradient norm in the first three epochs. {'; '.join(told)}.")


def scaling(runs: Mapping[str, histories.History]) -> Picture:
    """Draw training losses of runs with one ratio of rate and batch, and their mini-batch losses in grey."""
    fig, axes = plt.subplots(1, len(runs), figsize=(3.2 * len(runs), 3.4), sharey=True)
    for k, (ax, (name, run)) in enumerate(zip(axes, runs.items(), strict=True)):
        steps, losses = np.asarray(run["step_loss"]), run["train_loss"]
        x = np.linspace(0, len(losses) - 1, len(steps))
        ax.plot(x, np.minimum(steps, 4), color="0.8", linewidth=0.6)
        ax.plot(np.arange(len(losses)), losses, "o-", color=COLOURS[k])
        ax.set(xlabel="epoch", ylim=(0, 4))
        ax.set_title(f"{name}: {losses[-1]:.3f}", fontsize=10)
    axes[0].set_ylabel("loss; grey: mini-batch, cut at 4")
    told = "; ".join(
        f"{name}: {', '.join(f'{v:.3f}' for v in run['train_loss'])}" for name, run in runs.items()
    )
    return Picture(fig, f"Training loss per epoch at one ratio of rate and batch. {told}.")


def seven(runs: Mapping[str, histories.History], diagnose: Callable | None = None) -> Picture:
    """Draw the runs of the lesson small, with a key; below each letter, if it is given, the reader's diagnosis."""
    titles = {
        letter: f"{letter}: {diagnose(run)}" if diagnose else f"run {letter}" for letter, run in runs.items()
    }
    fig, axes = plt.subplots(2, 4, figsize=(9.4, 4.4))
    for ax, (letter, run) in zip(axes.flat, runs.items(), strict=False):
        panel(ax, run, titles[letter])
    key(axes.flat[-1])
    return Picture(fig, f"Seven runs. {', '.join(titles.values())}. {describe(runs)}")


seven_named = needs("Exercise 5")(seven)


@needs("Exercise 5")
def repaired(
    diagnose: Callable,
    changes: Mapping[str, Mapping[str, Any]],
    data: Split,
    seven: Mapping[str, Mapping[str, Sequence[float]]],
) -> Picture:
    """Draw each run of the lesson beside itself with one change, each with the reader's diagnosis.

    changes  letter -> what is set otherwise, e.g. {"rate": 0.3}; an empty one is left out
    seven    letter -> the history of the run before the change
    """
    changes = {letter: change for letter, change in changes.items() if change}
    fig, axes = plt.subplots(2, max(len(changes), 4), figsize=(1 + 1.9 * max(len(changes), 4), 4.4))
    told = []
    for (before, after), (letter, change) in zip(axes.T, changes.items(), strict=False):
        ill, healed = seven[letter], histories.make(replace(histories.SETUPS[letter], **change), data)
        words = ", ".join(f"{name} {value}" for name, value in change.items())
        panel(before, ill, f"{letter}: {diagnose(ill)}")
        panel(after, healed, f"{words}:\n{diagnose(healed)}")
        told.append(f"{letter}, {diagnose(ill)}, with {words}: {diagnose(healed)}")
    for unused in axes[:, len(changes) :].flat:
        unused.axis("off")
    return Picture(fig, f"Runs before and after one change. {'; '.join(told) or 'No change yet.'}")


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
