"""Pictures of lesson F3: circuits, a descent with a road missing, what a gradient costs, the spiral on a tape."""

from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course.checks import needs
from course.circuits import Circuit, Flow, measured
from course.figures.capstone import regions
from course.network import MLP
from course.plots import Picture

VALUE, UP, DOWN = "#0072B2", "#009E73", "#D55E00"
"""Colours of values, of gradients above zero and of gradients below it."""


def short(number: float) -> str:
    """Return a number with three digits and a proper minus."""
    text = f"{number:.3g}" if abs(number) >= 1e-3 or number == 0 else f"{number:.0e}"
    return text.replace("-", "\N{MINUS SIGN}")


def circuit_axes(ax: Axes, flow: Flow, *, gradients: bool = True) -> Axes:
    """Draw a circuit: values above its gates and, under them, gradients; wires as wide as what flows back is large.

    flow  of plain numbers
    """
    circuit = flow.circuit
    largest = max(abs(float(each)) for each in flow.shares) or 1.0
    for (source, target), share in zip(circuit.wires, flow.shares, strict=True):
        (x0, y0), (x1, y1) = circuit.gates[source].at, circuit.gates[target].at
        look = {"color": "0.45", "linewidth": 1.4}
        if gradients:
            look = {"color": UP if share > 0 else DOWN, "linewidth": 1 + 5 * abs(float(share)) / largest}
        dash = (0, (3, 1)) if gradients and share < 0 else "-"
        t = np.linspace(0, 1, 30)
        ax.plot(x0 + (x1 - x0) * t, y0 + (y1 - y0) * (3 * t**2 - 2 * t**3), zorder=1, linestyle=dash, **look)
        if gradients and x1 - x0 >= 1:
            at = 0.72 if abs(y1 - y0) > 2.4 else 0.5 if x1 - x0 == 1 else 0.3
            y = y0 + (y1 - y0) * (3 * at**2 - 2 * at**3)
            box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
            place = (x0 + (x1 - x0) * at, y)
            ax.annotate(
                short(share), place, fontsize=8, ha="center", va="center", bbox=box, color=look["color"]
            )
    for gate, value, gradient in zip(circuit.gates, flow.values, flow.gradients, strict=True):
        x, y = gate.at
        ax.plot(x, y, "o", ms=27, mfc="white", mec="0.25", zorder=2)
        ax.annotate(gate.sign, (x, y), ha="center", va="center", fontsize=12, zorder=3)
        ax.annotate(short(value), (x, y - 0.34), ha="center", va="bottom", color=VALUE, fontsize=10)
        if gradients:
            ax.annotate(
                short(gradient),
                (x, y + 0.34),
                ha="center",
                va="top",
                color=UP if gradient > 0 else DOWN,
                fontsize=10,
            )
    columns, rows = zip(*(gate.at for gate in circuit.gates), strict=True)
    ax.set(xlim=(-0.4, max(columns) + 0.4), ylim=(max(rows) + 0.75, min(rows) - 0.75))
    ax.set_axis_off()
    return ax


def circuit_figure(flow: Flow, *, gradients: bool = True, title: str = "") -> Figure:
    """Return the drawing of a circuit as a figure."""
    fig, ax = plt.subplots(figsize=(8.6, 4.2))
    circuit_axes(ax, flow, gradients=gradients)
    below = (
        "below it, in green (up) or orange (down, dashed), its gradient"
        if gradients
        else "the rest is to be found"
    )
    ax.set_title(title or f"Above each gate its value; {below}", fontsize=11)
    return fig


def told(flow: Flow, *, gradients: bool = True) -> str:
    """Return a circuit in words: each gate with its value and its gradient."""
    parts = [
        f"{gate.name} is {float(value):.3g}" + (f", gradient {float(gradient):.3g}" if gradients else "")
        for gate, value, gradient in zip(flow.circuit.gates, flow.values, flow.gradients, strict=True)
    ]
    return f"A circuit of {len(parts)} inputs and gates: {'; '.join(parts)}."


def circuit_picture(circuit: Circuit, *inputs: float, gradients: bool = True, title: str = "") -> Picture:
    """Draw a circuit with its values and, if asked for, with gradients that were measured by nudging."""
    flow = measured(circuit, *inputs)
    return Picture(circuit_figure(flow, gradients=gradients, title=title), told(flow, gradients=gradients))


def descended(slopes: Callable, start: tuple[float, float], rate: float, steps: int) -> np.ndarray:
    """Return the points of a plain descent, (steps + 1, 2), along slopes (output, dx, dy)."""
    points = [np.array(start, dtype=np.float64)]
    for _ in range(steps):
        points.append(points[-1] - rate * np.array(slopes(*points[-1])[1:]))
    return np.array(points)


@needs("Exercise 1")
def with_a_road_missing(
    slopes: Callable, circuit: Circuit, start: tuple[float, float], *, rate: float, steps: int
) -> Picture:
    """Draw two descents on the output of a circuit: along the reader's slopes, and along one wire for each input.

    slopes  (x, y) -> output, dx, dy
    """

    def one_wire(x: float, y: float) -> tuple[float, float, float]:
        """Return the output, and what came back to each input over its wire to a sigma."""
        flow, signs = measured(circuit, x, y), [gate.sign for gate in circuit.gates]
        along = {
            source: share
            for (source, to), share in zip(circuit.wires, flow.shares, strict=True)
            if signs[to] == "σ"
        }
        return float(flow.values[-1]), *(float(along[k]) for k in circuit.inputs)

    x, y = np.meshgrid(np.linspace(-1, 5, 120), np.linspace(-7, 0, 120), indexing="ij")
    z = circuit.run([x, y])[-1]
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.6, 4.0))
    left.contourf(x, y, z, levels=np.quantile(z, np.linspace(0, 1, 25)), cmap="Greys_r", alpha=0.4)
    lines = {"all roads added": (slopes, VALUE, "-"), "the last road alone": (one_wire, DOWN, (0, (4, 1.5)))}
    ends = {}
    for name, (used, colour, dash) in lines.items():
        points = descended(used, start, rate, steps)
        heights = circuit.run(list(points.T))[-1]
        ends[name] = heights[-1]
        left.plot(*points.T, color=colour, linestyle=dash)
        left.plot(*points[-1], "o", color=colour)
        right.plot(
            heights, color=colour, linestyle=dash, label=f"{name}: {heights[0]:.2f} to {heights[-1]:.2f}"
        )
    left.plot(*start, "o", mfc="none", mec="black", ms=9)
    left.text(4.6, -4.75, "high", ha="center", va="center")
    left.text(-0.5, -0.5, "low", ha="center", va="center")
    left.set(xlabel="$x$", ylabel="$y$", title="The output, and two walks on it", xlim=(-1, 5), ylim=(-7, 0))
    right.set(xlabel="step", ylabel="output $f$", title="With roads missing, descent climbs")
    right.legend(fontsize=9)
    said = "; ".join(f"{name}, it ends at {height:.2f}" for name, height in ends.items())
    return Picture(fig, f"Two descents of {steps} steps from output {heights[0]:.2f}: {said}.")


@needs("Exercises 3, 5 and 6")
def prices(
    loss_of: Callable, Node: Callable, X: np.ndarray, y: np.ndarray, *, units: Sequence[int]
) -> Picture:
    """Draw what a gradient costs against the number of parameters, in gates computed and pulls called.

    loss_of  (dict of nodes, X, y) -> the loss as a node
    Node     makes a node of a value
    units    of the hidden layer, for each network
    """
    rows = []
    for count in units:
        params = MLP(sizes=(X.shape[1], count, 3)).start(np.random.default_rng(0))
        gates = used_gates(loss_of({name: Node(w) for name, w in params.items()}, X, y))
        rows.append((sum(w.size for w in params.values()), gates))
    sizes, gates = np.array(rows).T
    fig, ax = plt.subplots(figsize=(7.4, 4.0))
    ax.loglog(
        sizes, 2 * sizes * gates, color=DOWN, marker="s", linestyle=(0, (4, 1.5)), label="every number nudged"
    )
    ax.loglog(sizes, 2 * gates, color=VALUE, marker="o", label="your tape, forward and back")
    ax.loglog(sizes, gates, color="0.4", marker=".", linestyle=":", label="the loss alone")
    ax.set(
        xlabel="parameters",
        ylabel="gates computed or asked",
        title="A backward pass needs no more gates for more parameters",
    )
    ax.legend(loc="upper left")
    alt = (
        f"Gates for one gradient of {sizes[-1]} parameters: nudging {2 * sizes[-1] * gates[-1]}, the tape"
        f" {2 * gates[-1]}, the loss alone {gates[-1]}. For {sizes[0]} parameters the tape needs {2 * gates[0]}."
    )
    return Picture(fig, alt)


def used_gates(node: Any) -> int:
    """Return through how many gates a node was computed."""
    found, left = {id(node): node}, [node]
    while left:
        for parent in left.pop().parents:
            if id(parent) not in found:
                found[id(parent)] = parent
                left.append(parent)
    return sum(bool(each.parents) for each in found.values())


@needs("Exercises 3, 5 and 6")
def learned(X: np.ndarray, y: np.ndarray, scores: Callable, losses: Sequence[float]) -> Picture:
    """Draw the loss of a training, and the regions of a classifier of the plane with its points.

    scores  (N, 2) points -> (N, C) scores
    """
    if not losses:
        raise NotImplementedError
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.6, 4.2))
    left.plot(losses, color=VALUE)
    left.set(xlabel="step", ylabel="loss", title=f"The loss falls to {losses[-1]:.2f}", ylim=(0, None))
    regions(right, lambda rows: scores(rows).argmax(axis=1), X, y)
    share = float((scores(X).argmax(axis=1) == y).mean())
    right.set_title(f"{100 * share:.0f}% of the points are right")
    return Picture(fig, f"The loss falls from {losses[0]:.2f} to {losses[-1]:.2f}; accuracy {share:.2f}.")
