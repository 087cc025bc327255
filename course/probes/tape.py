"""Watch the pieces of a tape: sums over copies, what a gate hands back, and in which order gradients are handed on.

Nothing here knows a slope: the gates are the reader's, and the graphs on which the order is watched have slopes
that are plain numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from course.probes.answers import as_floats, required
from course.probes.base import Raised, Unusable, beside, call
from course.probes.comparing import same
from course.probes.wording import describe

COPIES: tuple[tuple[np.ndarray, tuple[int, ...]], ...] = (
    (np.array([[1.0, 2, 3], [4, 5, 7]]), (3,)),
    (np.array([[1.0, 2, 3], [4, 5, 7]]), (2, 1)),
    (np.array([[1.0, 2, 3], [4, 5, 7]]), (1, 3)),
    (np.array([[1.0, 2, 3], [4, 5, 7]]), ()),
    (np.array([[1.0, 2, 3], [4, 5, 7]]), (2, 3)),
    (np.array([[1.0, 2], [4, 8]]), (2,)),
    (np.arange(12.0).reshape(2, 2, 3) ** 2, (2, 1)),
    (np.array([[0.1, 0.2, 0.4]]), (1, 3)),
    (np.arange(12.0).reshape(2, 3, 2) ** 2, (2, 3, 1)),
    (np.arange(12.0).reshape(2, 3, 2) ** 2, (2, 1, 1)),
)
"""Gradients, and the shapes to which the visible check asks to add them up."""


def visible_sums(function: Callable) -> dict[str, Any]:
    """Watch ``sum_to_shape``."""
    return watched_sums(function, COPIES)


def watched_sums(function: Callable, cases: Iterable[tuple[np.ndarray, tuple[int, ...]]]) -> dict[str, Any]:
    """Return each gradient added up to a shape, which is a tuple, as ``array.shape`` is.  Raises ``Unusable``."""
    seen: dict[str, Any] = {}
    for grad, shape in cases:
        name = f"a gradient of shape {grad.shape} added up to {shape}"
        try:
            answer = call(function, grad.copy(), shape)
        except Unusable as trouble:
            if trouble.final:
                raise
            seen[name] = Raised.of(trouble, f"{name}: ")
            continue
        seen[name] = as_floats(required(answer))
    return seen


Case = tuple[Sequence[np.ndarray], np.ndarray]
"""The inputs of a gate, and the gradient that arrives at its output."""

GATES: dict[str, Case] = {
    "add": ([np.array([1.0, -2.0]), np.array([0.5, 4.0])], np.array([3.0, -1.0])),
    "multiply": ([np.array([1.5, -2.0]), np.array([0.5, 4.0])], np.array([3.0, -1.0])),
    "reciprocal": ([np.array([0.5, -4.0])], np.array([1.5, 2.0])),
    "exp": ([np.array([0.5, -1.0])], np.array([2.0, -3.0])),
    "log": ([np.array([0.5, 3.0])], np.array([2.0, -3.0])),
    "relu": ([np.array([0.5, -0.3, 2.0])], np.array([2.0, 5.0, -3.0])),
    "sum": ([np.array([[0.5, -1.0, 2.0], [3.0, 4.0, 1.0]])], np.array(2.5)),
    "matmul": (
        [np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[1.0, -1.5], [2.0, 0.5]])],
        np.array([[1.0, -2.0], [3.0, 0.5]]),
    ),
}
"""A case of every gate for the visible check."""


def visible_gates(gate: Callable) -> dict[str, Any]:
    """Watch ``gate``."""
    return watched_gates(gate, GATES) | pulled_later(gate, GATES)


def watched_gates(gate: Callable, cases: Mapping[str, Case]) -> dict[str, Any]:
    """Return what each gate computes and hands back, or how it fails.

    Raises ``Unusable`` where nothing is written, or what comes back has another form.
    """
    seen: dict[str, Any] = {}
    for kind, (inputs, arriving) in cases.items():
        given = [each.copy() for each in inputs]
        told = written(inputs, arriving)
        try:
            value, shares = through(gate, kind, given, arriving)
        except Unusable as trouble:
            if trouble.kind != "raises":
                raise
            seen[f"the value of {kind}"] = Raised.of(trouble, f"{kind}: ")
            continue
        seen[f"the value of {kind}"] = value
        seen[f"what {kind} hands back{told}"] = shares
    return seen


def pulled_later(gate: Callable, cases: Mapping[str, Case]) -> dict[str, Any]:
    """Return what ``pull`` hands back after other gates were made, and when it is called again.

    Raises ``Unusable``.
    """
    seen: dict[str, Any] = {}
    for kind, other in (("multiply", "add"), ("exp", "exp")):
        inputs, arriving = cases[kind]
        _, pull = gate_and_pull(gate, kind, [each.copy() for each in inputs])
        gate_and_pull(gate, other, [each + 1.0 for each in inputs])
        told = f"what {kind} hands back after another gate was made"
        seen[told] = shares_of(pull, kind, arriving, len(inputs))
        seen[f"{told}, called again for another g"] = shares_of(pull, kind, 2.0 - arriving, len(inputs))
    return seen


def written(inputs: Sequence[np.ndarray], arriving: np.ndarray) -> str:
    """Return the inputs of a gate and what arrives, as a reader can type them; nothing if that is long."""
    values = ", ".join(str(each.tolist()) for each in inputs)
    told = f" for the inputs {values} and g = {arriving.tolist()}"
    return told if len(told) <= 80 else ""


def through(
    gate: Callable, kind: str, inputs: Sequence[np.ndarray], arriving: np.ndarray
) -> tuple[Any, list]:
    """Return the value of a gate, and what its ``pull`` returns for the gradient that arrives, one for each input.

    Raises ``Unusable``.
    """
    value, pull = gate_and_pull(gate, kind, inputs)
    return as_floats(value), shares_of(pull, kind, arriving, len(inputs))


def gate_and_pull(gate: Callable, kind: str, inputs: Sequence[np.ndarray]) -> tuple[Any, Callable]:
    """Return the value of a gate and its ``pull``.  Raises ``Unusable``."""
    answer = call(gate, kind, *inputs)
    if answer is None:
        raise Unusable(
            "returns None", f'gate("{kind}", ...) returned None. Does it end in `return value, pull`?'
        )
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Unusable(
            "wrong type", f'gate("{kind}", ...) must return the pair (value, pull), not {describe(answer)}.'
        )
    value, pull = answer
    if not callable(pull):
        raise Unusable(
            "wrong type", f"pull must be a function of the gradient that arrives, not {describe(pull)}."
        )
    return value, pull


def shares_of(pull: Callable, kind: str, arriving: np.ndarray, count: int) -> list:
    """Return what a ``pull`` returns for the gradient that arrives, one for each input.  Raises ``Unusable``."""
    shares = call(pull, np.array(arriving))
    if shares is None:
        raise Unusable("returns None", f'The pull of "{kind}" returned None. Is there a return in it?')
    if count == 1 and not isinstance(shares, tuple | list):
        shares = (shares,)
    if count == 1 and isinstance(shares, list) and len(shares) != 1:
        shares = (shares,)  # an array, as a list
    if not isinstance(shares, tuple | list | np.ndarray) or len(shares) != count:
        due = "one gradient" if count == 1 else f"{count} gradients"
        raise Unusable("wrong type", f'The pull of "{kind}" must return {due}, not {describe(shares)}.')
    return [as_floats(each) for each in shares]


Plan = Sequence[tuple[Sequence[int], Sequence[float]]]
"""A graph: for every node the numbers of its parents, which come before it, and its slope in each."""


class Link:
    """A node whose gate is linear: it hands ``slope`` times its gradient to each parent, and counts how often."""

    def __init__(self, value: np.ndarray, parents: tuple[Link, ...], slopes: Sequence[float], stale: float):
        self.value = value
        self.parents = parents
        self.pull = self.hand_back if parents else None
        self.grad = np.full_like(value, stale)
        self._slopes = slopes
        self._pulls = 0

    def hand_back(self, grad: Any) -> tuple:
        """Return one gradient for each parent; a slope of 1 hands on the very array, as an addition does."""
        self._pulls += 1
        return tuple(grad if slope == 1 else grad * slope for slope in self._slopes)

    def asked(self) -> int:
        """Return how often it was asked; once for each parent is as good as once."""
        return min(self._pulls, 1) if self._pulls <= len(self.parents) else self._pulls


def linked(plan: Plan, shape: tuple[int, ...], stale: float) -> list[Link]:
    """Return the nodes of a graph.

    shape  of every value
    stale  gradient that every node still has from before
    """
    nodes: list[Link] = []
    for parents, slopes in plan:
        value = np.full(shape, 3.0)  # alike in all nodes, and the size of no gradient
        nodes.append(Link(value, tuple(nodes[k] for k in parents), slopes, stale))
    return nodes


def driven(backward: Callable, plan: Plan, shape: tuple[int, ...], stale: float) -> list[list]:
    """Return, after a backward pass from the last node, every node's gradient and how often it was ``asked``."""
    nodes = linked(plan, shape, stale)
    backward(nodes[-1])
    return [[as_floats(node.grad) for node in nodes], [node.asked() for node in nodes]]


def driven_twice(backward: Callable, plan: Plan, inner: int) -> str:
    """Return in words whether a pass from the last node changes what another one, from an inner node, leaves."""
    nodes, anew = linked(plan, (2,), 0.0), linked(plan[: inner + 1], (2,), 0.0)
    backward(nodes[-1])
    backward(nodes[inner])
    backward(anew[-1])
    pairs = zip(nodes[: inner + 1], anew, strict=True)
    alike = all(same(as_floats(one.grad), as_floats(other.grad)) for one, other in pairs)
    return "as on a new graph" if alike else "not as on a new graph"


def passed_twice(backward: Callable, plan: Plan, inner: int) -> str:
    """Return what ``driven_twice`` does, in the process where the function is.  Raises ``Unusable``."""
    return call(beside, backward, driven_twice, backward, [list(map(list, each)) for each in plan], inner)


def passed_back(
    backward: Callable, plan: Plan, shape: tuple[int, ...] = (), stale: float = 0.0
) -> list[list]:
    """Return what ``driven`` does, in the process where the function is.  Raises ``Unusable``."""
    return call(beside, backward, driven, backward, [list(map(list, each)) for each in plan], shape, stale)


ALONE: Plan = [((), ())]
CHAIN: Plan = [((), ()), ((0,), (3.0,)), ((1,), (-2.0,)), ((2,), (0.5,))]
FORK: Plan = [((), ()), ((0,), (2.0,)), ((0,), (5.0,)), ((1, 2), (1.0, 1.0))]
TWICE: Plan = [((), ()), ((0, 0), (3.0, 4.0)), ((1,), (2.0,))]
EARLY: Plan = [((), ()), ((0,), (2.0,)), ((1,), (3.0,)), ((1, 2), (5.0, 7.0))]
LATE: Plan = [((), ()), ((0,), (2.0,)), ((1,), (3.0,)), ((2, 1), (7.0, 5.0))]
ROADS: Plan = [
    ((), ()),
    ((0,), (2.0,)),
    ((1,), (-1.0,)),
    ((0, 2), (3.0, 1.0)),
    ((1, 3), (1.0, 0.5)),
    ((0, 4, 2), (1.0, 2.0, 1.0)),
]
SHARED: Plan = [((), ()), ((), ()), ((0, 1), (1.0, 1.0)), ((0, 2), (1.0, 1.0)), ((1, 3), (1.0, 1.0))]
"""Graphs: an input alone; a chain; a fork; one parent twice; a node that is reached over a short and a long road,
the short or the long one first; many roads; additions, which hand on the very array that they get."""


def ladder(rungs: int, slope: float = 0.5) -> Plan:
    """Return a graph with 2**rungs roads from its last node to its first."""
    plan: list = [((), ())]
    for _ in range(rungs):
        at = len(plan) - 1
        plan += [((at,), (slope,)), ((at,), (1.0,)), ((at + 1, at + 2), (1.0, 2.0))]
    return plan


def visible_backward(backward: Callable) -> dict[str, Any]:
    """Watch ``backward`` on small graphs."""
    seen: dict[str, Any] = {}
    for name, plan in (
        ("a chain", CHAIN),
        ("a fork", FORK),
        ("a node that has one parent twice", TWICE),
        ("a short and a long road, the short one first", EARLY),
        ("a short and a long road, the long one first", LATE),
        ("a graph of many roads", ROADS),
        ("sums that hand on what they get", SHARED),
        ("an input alone", ALONE),
    ):
        seen[f"the gradients on {name}"] = passed_back(backward, plan, (2,))[0]
    seen["the gradients on a second call"] = passed_back(backward, FORK, (), 7.0)[0]
    seen["the gradients of a second call, from an inner node"] = passed_twice(backward, CHAIN, 2)
    seen["how often each node of a ladder is asked"] = passed_back(backward, ladder(4))[1]
    return seen
