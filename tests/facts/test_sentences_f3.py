"""Sentences of lesson F3 that a change of the course could make false."""

import numpy as np
import pytest

from autograder.exercises.backpropagation.circuit import reference
from autograder.project import Project
from course.circuits import FORKED, measured
from course.data import spiral
from course.figures.backpropagation import descended, used_gates
from course.mine import load
from course.network import MLP
from course.threads import one_thread


def roads(x, y):
    """Return what comes back along each wire, by the names of its ends."""
    flow = measured(FORKED, x, y)
    names = [gate.name for gate in FORKED.gates]
    return {
        (names[source], names[to]): float(share)
        for (source, to), share in zip(FORKED.wires, flow.shares, strict=True)
    }


def test_the_lower_plus_carries_three_times_what_the_upper_does():
    along = roads(3.0, -4.0)
    upper, lower, sigma = (along["x", name] for name in ("top", "x + y", "sigma(x)"))
    assert (round(upper, 2), round(lower, 2), round(sigma, 2)) == (0.51, 1.58, -0.04)
    assert 3 < lower / upper < 3.2


def test_the_worked_numbers_of_the_circuit():
    assert [round(each, 4) for each in reference(3.0, -4.0)] == [1.5456, 2.0596, 1.5922]


def test_the_neuron_of_the_notes():
    s = 1 / (1 + np.exp(-1))
    assert (round(s, 2), round((1 - s) * s, 4)) == (0.73, 0.1966)


def test_with_one_road_left_the_descent_climbs():
    broken = lambda x, y: (0, roads(x, y)["x", "sigma(x)"], roads(x, y)["y", "sigma(y)"])  # noqa: E731
    start = (3.0, -4.0)
    ends = [reference(*descended(slopes, start, 0.3, 60)[-1])[0] for slopes in (reference, broken)]
    assert ends[0] < 0.1 < 1.6 < 3 < ends[1]


@pytest.fixture(scope="module")
def lesson():
    """Return the loss of the lesson's network on a tape, and the tape."""
    import json

    file = Project.here().notebook("F3_backpropagation")
    space = {"np": np, "Node": load(file, "Node")}
    for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and "def loss_of" in "".join(cell["source"]):
            exec("".join(cell["source"]), space)
    return space


def test_the_price_of_a_gradient_does_not_depend_on_the_number_of_parameters(lesson):
    X, y = spiral(np.random.default_rng(0), points=5)
    gates = set()
    for units in (1, 100, 1000):
        params = MLP(sizes=(2, units, 3)).start(np.random.default_rng(0))
        nodes = {name: lesson["Node"](w) for name, w in params.items()}
        gates.add(used_gates(lesson["loss_of"](nodes, X, y)))
    assert len(gates) == 1
    assert sum(w.size for w in MLP(sizes=(2, 100, 3)).start(np.random.default_rng(0)).values()) == 603


@pytest.mark.parametrize("seed", range(4))
def test_the_network_on_the_tape_learns_the_spiral(lesson, seed):
    X, y = spiral(np.random.default_rng(0))
    network = MLP(sizes=(2, 100, 3))
    params = network.start(np.random.default_rng(seed), scale=0.1)
    with one_thread():
        for _ in range(600):
            _, grads = lesson["tape_gradients"](params, X, y)
            params = {name: w - grads[name] for name, w in params.items()}
    assert network.accuracy(params, X, y) > 0.85


def test_the_tape_is_less_than_a_hundred_lines(lesson):
    import json

    cells = json.loads(Project.here().notebook("F3_backpropagation").read_text(encoding="utf-8"))["cells"]
    lines = 0
    for cell in cells:
        text = "".join(cell["source"])
        starts = ("class Node", "def record", "def gate", "def backward", "def sum_to_shape")
        if cell["cell_type"] == "code" and text.startswith(starts):
            lines += sum(bool(line.strip()) and "###" not in line for line in text.splitlines())
    assert 70 <= lines < 100
