"""Pictures of lesson 02: first losses, two losses against the margin, twenty examples, penalties, class regions."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course import suspects
from course.checks import needs
from course.data import Split, spiral
from course.mine import plain_gradient_descent
from course.network import MLP
from course.plots import Picture
from course.threads import one_thread

MARKERS = "osD^vP"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000")
DASHES = ((), (6, 2), (2, 1.5), (8, 2, 2, 2), (4, 4), (1, 1))


def line(k: int) -> dict:
    """Return colour and dash of the k-th line of a picture."""
    dash = DASHES[k % len(DASHES)]
    return {"color": COLOURS[k % len(COLOURS)], "linestyle": (0, dash) if dash else "-"}


def first_losses(losses: Mapping[str, float], *, title: str, expected: float | None = None) -> Picture:
    """Draw the loss of each set-up before its first step and, if it is known, the loss it should have."""
    fig, ax = plt.subplots(figsize=(7.2, 3.5))
    for row, loss in enumerate(losses.values()):
        off = expected is not None and abs(loss / expected - 1) > 0.05
        ax.plot(loss, row, "X" if off else "o", ms=10, color=COLOURS[1] if off else COLOURS[0], mec="white")
        clear = {
            "boxstyle": "square,pad=0.1",
            "facecolor": "white",
            "edgecolor": "none",
        }  # of the dashed line
        ax.annotate(
            f"{loss:.2f}", (loss, row), xytext=(9, 0), textcoords="offset points", va="center", bbox=clear
        )
    if expected is not None:
        ax.axvline(expected, color="0.3", linestyle=(0, (6, 2)), linewidth=1.2, zorder=0)
        ax.annotate(
            f"chance {expected:.3f}", (expected, -0.6), xytext=(4, 0), textcoords="offset points", va="center"
        )
    ax.set_yticks(range(len(losses)), list(losses))
    ax.set(xlabel="loss before the first step", ylim=(len(losses) - 0.5, -0.9))
    ax.set(xlim=(0, 1.15 * max(losses.values())), title=title)
    return Picture(
        fig, "First losses. " + "; ".join(f"{who}, {loss:.2f}" for who, loss in losses.items()) + "."
    )


@needs("Exercise 1")
def suspects_named(chance_loss: Callable, data: Split) -> Picture:
    """Draw the first losses again, with what was done to each and what the reader says they should be."""
    told = {f"{name}: {suspects.TOLD[name]}": loss for name, loss in suspects.first_losses(data).items()}
    return first_losses(
        told, title="Four suspects give themselves away", expected=float(chance_loss(10, "softmax"))
    )


@needs("Exercises 2 and 3")
def by_margin(losses: Mapping[str, Callable]) -> Picture:
    """Draw losses of a two-class example against how far the label's score leads."""
    curves = {
        name: lambda lead, loss=loss: float(loss(np.array([[lead, 0.0]]), np.array([0]))[0])
        for name, loss in losses.items()
    }
    told = {
        name: ", ".join(f"{curve(lead):.2g}" for lead in (0.0, 2.0, 5.0)) for name, curve in curves.items()
    }
    lead = np.linspace(-3, 5.5, 171)
    fig, ax = plt.subplots()
    for k, (name, curve) in enumerate(curves.items()):
        ax.plot(lead, [curve(each) for each in lead], label=f"{name}: {told[name]}", **line(k))
    for place in (0, 2, 5):
        ax.axvline(place, color="0.75", linewidth=1, zorder=0)
    ax.set(xlabel="lead of the label's score over the other", ylabel="loss")
    ax.set_title("The hinge becomes 0; cross-entropy never does")
    ax.legend(title="loss at leads 0, 2 and 5")
    alt = "; ".join(f"{name} {values}" for name, values in told.items())
    return Picture(fig, f"Two losses of two classes; at leads 0, 2 and 5: {alt}.")


@needs("Exercise 4")
def twenty_examples(overfit_tiny: Callable, data: Split, *, steps: int = 150, rate: float = 0.5) -> Picture:
    """Draw what the reader's loop makes of every set-up: the loss on twenty examples, step by step."""
    with np.errstate(all="ignore"), one_thread():
        runs = {
            name: np.array(overfit_tiny(*set_up, plain_gradient_descent, {"learning_rate": rate}, steps))
            for name, set_up in suspects.learners(data).items()
        }
    fig, ax = plt.subplots(figsize=(7.6, 4.8))
    ends = {name: f"{losses[-1]:.3g}" for name, losses in runs.items()}
    for k, (name, losses) in enumerate(runs.items()):
        every = (k * max(1, steps // 30), max(1, steps // 6))  # lines that coincide stay countable
        look = line(k) | {"marker": MARKERS[k], "markevery": every, "label": f"{name}: {ends[name]}"}
        ax.plot(np.arange(len(losses)), np.clip(losses, 1e-6, 1e3), **look)
    for place, name in ((np.log(10), "chance"), (0.1, "passed below here")):
        ax.axhline(place, color="0.6", linewidth=1)
        ax.annotate(
            name, (0.99, place), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=9
        )
    ax.set(xlabel="step", ylabel="loss on 20 examples, cut at 1000", yscale="log", ylim=(5e-3, 1e3))
    ax.set_title("Two of six set-ups fit their twenty examples")
    ax.legend(fontsize=9, title=f"loss after {steps} steps", loc="upper right", bbox_to_anchor=(1, 0.93))
    alt = "; ".join(f"{name} {end}" for name, end in ends.items())
    return Picture(fig, f"Loss on 20 examples after {steps} steps: {alt}.")


@needs("Exercise 5")
def penalties(rises: Callable, data: Split, strengths: Sequence[float]) -> Picture:
    """Draw the loss of three set-ups against the strength of their penalty, and what the reader says of each."""
    params = suspects.NETWORK.start(np.random.default_rng(0))
    fig, ax = plt.subplots()
    told = []
    for k, (name, loss) in enumerate(suspects.regularisers().items()):
        verdict = rises(loss, params, data.X_train, data.y_train, strengths)
        values = [loss(params, data.X_train, data.y_train, reg)[0] for reg in strengths]
        ax.plot(strengths, values, marker=MARKERS[k], label=f"{name}, rises: {verdict}", **line(k))
        told.append(f"{name} goes from {values[0]:.2f} to {values[-1]:.2f} and you say {verdict}")
    ax.set(xlabel=r"regularisation $\lambda$", ylabel="loss at the same parameters")
    ax.set_title("A penalty is a straight line upwards")
    ax.legend()
    return Picture(fig, f"Loss against regularisation. {'; '.join(told)}.")


def frequencies(data: Split) -> Picture:
    """Draw the first steps of a detector of one digit in ten, from two starts of its last bias."""
    runs = suspects.one_in_ten(data)
    floor = runs["at log frequencies"][0]
    fig, ax = plt.subplots()
    for k, (name, losses) in enumerate(runs.items()):
        ax.plot(losses, label=f"last bias {name}: {losses[0]:.2f} at first", **line(k))
    ax.axhline(floor, color="0.6", linewidth=1)
    ax.annotate("knows only how frequent the classes are", (len(losses) - 1, floor), ha="right", va="bottom")
    ax.set(xlabel="step", ylabel="training loss", ylim=(0, 0.75))
    ax.set_title("Fifteen steps to learn that eights are rare")
    ax.legend()
    told = "; ".join(f"{name} {', '.join(f'{v:.2f}' for v in each[::15])}" for name, each in runs.items())
    return Picture(fig, f"Training loss every 15 steps. Last bias {told}.")


@needs("Exercise 2")
def on_the_spiral(descend_all: Callable) -> Picture:
    """Draw the class regions that a linear classifier and a hidden layer learn with the reader's loss.

    descend_all  (params, X, y, steps) -> params, first loss without penalty, last loss with it
    """
    X, y = spiral(np.random.default_rng(0))
    fig, axes = plt.subplots(1, 2, figsize=(8.4, 4.4))
    told = []
    for ax, sizes, steps in zip(axes, ((2, 3), (2, 100, 3)), (200, 2000), strict=True):
        net = MLP(sizes=sizes)
        with one_thread():
            start = net.start(np.random.default_rng(0), scale=0.01)
            params, first, last = descend_all(start, X, y, steps)
        right = net.accuracy(params, X, y)
        regions(ax, partial(winner, net, params), X, y)
        name = "Linear" if len(sizes) == 2 else "A hundred ReLUs"
        ax.set_title(f"{name}: {right:.0%} right\nloss {first:.4f} to {last:.2f}", fontsize=11)
        told.append(f"{name}, {steps} steps: loss {first:.4f} to {last:.2f}, {right:.1%} right")
    return Picture(fig, "Class regions on the spiral. " + "; ".join(told))


def winner(network: MLP, params: dict[str, np.ndarray], points: np.ndarray) -> np.ndarray:
    """Return the class with the largest score at every point, (N,)."""
    return network.scores(params, points).argmax(axis=1)


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


def shuffled_spiral() -> tuple[np.ndarray, np.ndarray]:
    """Return the spiral in a random order, so that its first twenty points are of all arms."""
    X, y = spiral(np.random.default_rng(0))
    order = np.random.default_rng(1).permutation(len(y))
    return X[order], y[order]
