"""The tape that the reader of lesson F3 writes: loaded by a later notebook, exact, missing with a reason."""

import json

import numpy as np
import pytest

from autograder.exercises.gradient_checking import numerical_gradient
from autograder.project import Project
from course import numerics
from course.circuits import FORKED, measured, taped
from course.interactive.circuit import on_your_tape
from course.mine import NotFound, load, mine
from course.network import MLP

PROJECT = Project.here()


@pytest.fixture(scope="module")
def Node():
    return load(PROJECT.notebook("F3_backpropagation"), "Node")


def test_a_class_of_an_earlier_notebook_is_loaded_with_the_answers_it_uses(Node):
    a, b = Node(3.0), Node(4.0)
    out = a * b + a
    out.backward()
    assert (float(out.value), float(a.grad), float(b.grad)) == (15, 5, 3)


def test_the_tape_is_exact_on_a_circuit_and_its_wires(Node):
    x, y = np.meshgrid([3.0, -1.5, 0.5], [-4.0, 2.0])
    mine, nudged = taped(FORKED, Node, x, y), measured(FORKED, x, y)
    for part in ("values", "gradients", "shares"):
        for one, other in zip(getattr(mine, part), getattr(nudged, part), strict=True):
            assert np.allclose(one, other, rtol=1e-7, atol=1e-9)


def test_the_tape_gives_the_gradient_of_a_network(Node):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(9, 4)), rng.integers(0, 3, 9)
    network = MLP(sizes=(4, 6, 3))
    params = {name: w + rng.normal(size=w.shape) for name, w in network.start(rng).items()}
    nodes = {name: Node(w) for name, w in params.items()}
    scores = (Node(X) @ nodes["W1"] + nodes["b1"]).relu() @ nodes["W2"] + nodes["b2"]
    loss = (scores.exp() @ np.ones((3, 1))).log().sum() + (scores * -np.eye(3)[y]).sum()
    (loss * (1 / 9)).backward()
    value, grads = network.loss(params, X, y)
    assert float(loss.value) / 9 == pytest.approx(value, rel=1e-12)
    for name, grad in grads.items():
        assert np.allclose(nodes[name].grad, grad, rtol=1e-10, atol=1e-13)


def test_a_tape_with_a_stub_in_it_is_missing_and_says_which(tmp_path):
    notebook = json.loads(PROJECT.released("F3_backpropagation").read_text(encoding="utf-8"))
    file = tmp_path / "F3_backpropagation" / "F3_backpropagation.ipynb"
    file.parent.mkdir()
    file.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.warns(NotFound, match="backward is not written yet"):
        assert mine("F3_backpropagation", "Node", folder=tmp_path, otherwise=dict) is dict
    with pytest.raises(KeyError):
        load(file, "Nodes")


def test_a_circuit_on_the_tape_stands_in_with_its_numbers(Node, shown):
    _, still = shown(on_your_tape(FORKED, Node, 3.0, -4.0))
    assert "x is 3, gradient 2.06" in still["text/html"]


def test_the_front_end_reads_a_flow_as_python_does(in_node):
    table = np.arange(5 * 4).reshape(5, 2, 2).ravel().tolist()  # two gates, one wire, two settings
    found = in_node("circuit", f"front.flowAt({table}, 2, 1, 2, [1, 0])")
    assert found == {"values": [2, 6], "gradients": [10, 14], "shares": [18]}
    stages = in_node("circuit", "[0, 2, 3, 5].map((s) => front.shownAt(2, 3, s))")
    assert stages == [
        {"value": shown, "gradient": back}
        for shown, back in ((False, False), (True, False), (True, True), (True, True))
    ]


def test_the_tape_is_a_witness_for_the_numeric_gradient(Node):
    x = np.array([-1.5, 0.2, 0.9])
    assert np.allclose(numerics.on_tape(Node, x), numerics.by_hand(x), rtol=1e-12)
    assert np.allclose(
        numerics.on_tape(numerics.by_hand, x), numerical_gradient.reference(numerics.bump, x), rtol=1e-7
    )
