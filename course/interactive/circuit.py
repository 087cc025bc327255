"""A circuit whose values flow forward and whose gradients flow back; press a gate to read both.

What flows crosses once, for every setting of the two sliders; moving anything needs no answer from the kernel.
"""

from collections.abc import Callable

import numpy as np
import traitlets
from matplotlib.figure import Figure

from course.checks import needs
from course.circuits import Circuit, Flow, measured, taped
from course.figures.backpropagation import circuit_figure, told
from course.front import module, style
from course.interactive.playground import Playground

SETTINGS = np.linspace(-4, 4, 17)


class CircuitPlayground(Playground):
    """A circuit of two moving inputs, its values, its gradients and the gradient along every wire.

    flow   through the circuit, for every pair of ``settings``: arrays of shape (n, n), the first input along axis 0
    start  indices of the first setting
    """

    _esm = module("circuit")
    _css = style("playground") + style("circuit")
    painted = "canvas"

    names = traitlets.List().tag(sync=True)
    signs = traitlets.List().tag(sync=True)
    places = traitlets.List().tag(sync=True)
    wires = traitlets.List().tag(sync=True)
    settings = traitlets.List().tag(sync=True)
    flows = traitlets.Bytes().tag(sync=True)
    where = traitlets.List().tag(sync=True)
    stage = traitlets.Int().tag(sync=True)
    chosen = traitlets.Int().tag(sync=True)

    def __init__(self, flow: Flow, settings: np.ndarray, start: tuple[int, int]) -> None:
        gates = flow.circuit.gates
        table = np.array([*flow.values, *flow.gradients, *flow.shares])
        if table.shape[1:] != (len(settings),) * 2:
            raise ValueError(
                f"a flow of ({len(settings)}, {len(settings)}) settings was due; got {table.shape[1:]}."
            )
        self.flow = flow
        super().__init__(
            names=[gate.name for gate in gates],
            signs=[gate.sign for gate in gates],
            places=[list(map(float, gate.at)) for gate in gates],
            wires=[list(wire) for wire in flow.circuit.wires],
            settings=settings.tolist(),
            flows=table.astype(np.float32).tobytes(),
            where=list(start),
            stage=2 * self.columns(flow.circuit) - 1,
            chosen=len(gates) - 1,
        )

    @staticmethod
    def columns(circuit: Circuit) -> int:
        """Return in how many columns a circuit is drawn."""
        return len({gate.at[0] for gate in circuit.gates})

    def now(self) -> Flow:
        """Return the flow at the present setting, of plain numbers."""
        i, j = self.where
        parts = (self.flow.values, self.flow.gradients, self.flow.shares)
        values, gradients, shares = ([each[i, j] for each in part] for part in parts)
        return Flow(circuit=self.flow.circuit, values=values, gradients=gradients, shares=shares)

    def figure(self) -> Figure:
        """Return the picture of the present setting."""
        return circuit_figure(self.now())

    def describe(self) -> str:
        """Return what the picture shows, made from the present setting."""
        return told(self.now())


def grid() -> tuple[np.ndarray, np.ndarray]:
    """Return every pair of settings: x along axis 0, y along axis 1."""
    x, y = np.meshgrid(SETTINGS, SETTINGS, indexing="ij")
    return x, y


def nudged(circuit: Circuit, x: float, y: float, *rest: float) -> CircuitPlayground:
    """Return a circuit whose gradients are measured by nudging; ``rest`` are further inputs, which stay."""
    first, second = grid()
    return playground(measured(circuit, first, second, *(np.full_like(first, each) for each in rest)), x, y)


@needs("Exercises 5 and 6")
def on_your_tape(circuit: Circuit, Node: Callable, x: float, y: float) -> CircuitPlayground:
    """Return a circuit whose values and gradients come from the reader's own tape."""
    return playground(taped(circuit, Node, *grid()), x, y)


def playground(flow: Flow, x: float, y: float) -> CircuitPlayground:
    """Return the playground of a flow, which begins at a setting."""
    i, j = (int(np.abs(SETTINGS - each).argmin()) for each in (x, y))
    return CircuitPlayground(flow, SETTINGS, (i, j))
