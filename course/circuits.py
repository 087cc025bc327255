"""Circuits of a few gates: how they are wired and drawn, what they compute, and what a nudge at any wire does.

Nothing here knows a slope.  A gradient is measured, by moving one wire and looking at the output, or it comes from
the reader's own tape.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

NUDGE = 1e-5


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One gate: what it is called, the sign on it, which gates feed it, what it computes, and where it is drawn.

    feeds    numbers of the gates before it; none for an input
    compute  of what comes in, numbers, arrays or nodes of a tape
    at       column and row
    """

    name: str
    sign: str
    at: tuple[float, float]
    feeds: tuple[int, ...] = ()
    compute: Callable[..., Any] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Circuit:
    """Gates in the order in which they can be computed: the inputs first, the output last."""

    gates: tuple[Gate, ...]

    @property
    def inputs(self) -> list[int]:
        """Return the numbers of the gates that are inputs."""
        return [k for k, gate in enumerate(self.gates) if not gate.feeds]

    @property
    def wires(self) -> list[tuple[int, int]]:
        """Return every wire as (from, to), in the order of the gates that they feed."""
        return [(source, k) for k, gate in enumerate(self.gates) for source in gate.feeds]

    def run(
        self, inputs: Sequence[Any], on_wire: Callable[[int, Any], Any] = lambda wire, value: value
    ) -> list:
        """Return what every gate puts out.

        on_wire  number of a wire and what it carries -> what arrives at its end
        """
        out: list[Any] = []
        given, wire = iter(inputs), 0
        for gate in self.gates:
            if gate.compute is None:
                out.append(next(given))
                continue
            arriving = []
            for source in gate.feeds:
                arriving.append(on_wire(wire, out[source]))
                wire += 1
            out.append(gate.compute(*arriving))
        return out


@dataclass(frozen=True, kw_only=True, eq=False)
class Flow:
    """What went through a circuit: the value and the gradient of every gate, and the gradient along every wire.

    Each is an array of the shape of the inputs.
    """

    circuit: Circuit
    values: list[np.ndarray]
    gradients: list[np.ndarray]
    shares: list[np.ndarray]


def measured(circuit: Circuit, *inputs: ArrayLike) -> Flow:
    """Return the flow through a circuit with gradients found by nudging every gate and every wire up and down."""
    given = [np.asarray(each, dtype=np.float64) for each in inputs]

    def output(gate: int | None, wire: int | None, by: float) -> np.ndarray:
        moved = [each + by if k == gate else each for k, each in zip(circuit.inputs, given, strict=True)]
        gates = tuple(
            gate_ if k != gate or gate_.compute is None else shifted(gate_, by)
            for k, gate_ in enumerate(circuit.gates)
        )
        return Circuit(gates=gates).run(moved, lambda number, value: value + by if number == wire else value)[
            -1
        ]

    def slope(gate: int | None = None, wire: int | None = None) -> np.ndarray:
        return (output(gate, wire, NUDGE) - output(gate, wire, -NUDGE)) / (2 * NUDGE)

    return Flow(
        circuit=circuit,
        values=circuit.run(given),
        gradients=[slope(gate=k) for k in range(len(circuit.gates))],
        shares=[slope(wire=k) for k in range(len(circuit.wires))],
    )


def shifted(gate: Gate, by: float) -> Gate:
    """Return a gate whose output is moved by a constant."""
    compute = gate.compute
    assert compute is not None
    return Gate(
        name=gate.name, sign=gate.sign, at=gate.at, feeds=gate.feeds, compute=lambda *a: compute(*a) + by
    )


def taped(circuit: Circuit, Node: Callable, *inputs: ArrayLike) -> Flow:
    """Return the flow through a circuit with gradients from the reader's tape.

    Node  makes a node of a value; nodes can be added, multiplied and sent backward
    """
    along: list[Any] = []

    def on_wire(_: int, node: Any) -> Any:
        along.append(node * 1.0)  # a node of its own, so that the wire has a gradient of its own
        return along[-1]

    out = circuit.run([Node(np.asarray(each, dtype=np.float64)) for each in inputs], on_wire)
    out[-1].backward()
    return Flow(
        circuit=circuit,
        values=[node.value for node in out],
        gradients=[np.asarray(node.grad) for node in out],
        shares=[np.asarray(node.grad) for node in along],
    )


def sigma(t: Any) -> Any:
    """Return 1 / (1 + e^-t), of numbers or of a node of a tape."""
    if hasattr(t, "reciprocal"):
        return ((t * -1.0).exp() + 1.0).reciprocal()
    return 1 / (1 + np.exp(-t))


def divided(a: Any, b: Any) -> Any:
    """Return a / b, of numbers or of nodes of a tape."""
    return a * b.reciprocal() if hasattr(b, "reciprocal") else a / b


FORKED = Circuit(
    gates=(
        Gate(name="x", sign="x", at=(0, 0.8)),
        Gate(name="y", sign="y", at=(0, 2.6)),
        Gate(name="sigma(y)", sign="σ", at=(1, 0), feeds=(1,), compute=sigma),
        Gate(name="sigma(x)", sign="σ", at=(1, 1.5), feeds=(0,), compute=sigma),
        Gate(name="x + y", sign="+", at=(1, 3), feeds=(0, 1), compute=lambda a, b: a + b),
        Gate(name="(x + y) squared", sign="( )²", at=(2, 3), feeds=(4,), compute=lambda a: a * a),
        Gate(name="top", sign="+", at=(3, 0.4), feeds=(0, 2), compute=lambda a, b: a + b),
        Gate(name="bottom", sign="+", at=(3, 2.4), feeds=(3, 5), compute=lambda a, b: a + b),
        Gate(name="f", sign="÷", at=(4, 1.4), feeds=(6, 7), compute=divided),
    )
)
"""(x + sigma(y)) / (sigma(x) + (x + y)^2), in which x is used three times and y twice."""

PLAIN = Circuit(
    gates=(
        Gate(name="x", sign="x", at=(0, 0)),
        Gate(name="y", sign="y", at=(0, 1.5)),
        Gate(name="z", sign="z", at=(0, 3)),
        Gate(name="q", sign="+", at=(1, 0.75), feeds=(0, 1), compute=lambda a, b: a + b),
        Gate(name="f", sign="×", at=(2, 1.9), feeds=(3, 2), compute=lambda a, b: a * b),
    )
)
"""(x + y) z."""
