"""The exercises of lesson F3: references against differences and SciPy, the tape as it is published, and slips."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from autograder.exercises.backpropagation import (
    EXERCISES,
    backward,
    circuit,
    gate,
    matmul_backward,
    sum_to_shape,
)
from autograder.exercises.backpropagation.gate import CASES
from autograder.judging import judge
from course.checks import check, headline
from course.circuits import FORKED, PLAIN, measured


def central(f, x, h=1e-6):
    """Return the centred difference of every entry."""
    x = np.array(x, dtype=np.float64)
    slopes = np.zeros(x.shape)
    for ix in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[ix] = h
        slopes[ix] = (f(x + step) - f(x - step)) / (2 * h)
    return slopes


def test_the_points_are_twenty_five():
    assert sum(exercise.points for exercise in EXERCISES) == 25


def test_the_circuits_slopes_are_those_of_differences_and_of_scipy():
    for point in ((3.0, -4.0), (0.2, 0.9), (-1.7, 0.4)):
        _, dx, dy = circuit.reference(*point)
        value = lambda p: circuit.reference(*p)[0]  # noqa: E731
        assert np.allclose([dx, dy], central(value, point), rtol=1e-7)
        assert np.allclose([dx, dy], approx_fprime(point, value, 1e-7), rtol=1e-5)


def test_the_nudged_circuit_agrees_with_the_exact_slopes():
    value, dx, dy = circuit.reference(3.0, -4.0)
    flow = measured(FORKED, 3.0, -4.0)
    assert flow.values[-1] == pytest.approx(value, rel=1e-12)
    assert [flow.gradients[0], flow.gradients[1]] == pytest.approx([dx, dy], rel=1e-7)
    into_x = [share for (source, _), share in zip(FORKED.wires, flow.shares, strict=True) if source == 0]
    assert sum(into_x) == pytest.approx(dx, rel=1e-7)
    assert measured(PLAIN, -2.0, 5.0, -4.0).gradients == pytest.approx([-4, -4, 3, -4, 1], rel=1e-7)


def test_the_gradient_of_a_product_is_that_of_differences():
    rng = np.random.default_rng(0)
    X, W, dZ = rng.normal(size=(3, 2)), rng.normal(size=(2, 4)), rng.normal(size=(3, 4))
    dX, dW = matmul_backward.reference(dZ, X, W)
    assert np.allclose(dX, central(lambda x: np.sum(dZ * (x @ W)), X), rtol=1e-7)
    assert np.allclose(dW, central(lambda w: np.sum(dZ * (X @ w)), W), rtol=1e-7)


@pytest.mark.parametrize("shape", [(4,), (1, 4), (3, 1), (), (2, 1, 1), (3, 4)])
def test_summing_to_a_shape_is_the_gradient_of_broadcasting(shape):
    rng = np.random.default_rng(1)
    grad, small = rng.normal(size=(2, 3, 4)), rng.normal(size=shape)
    slopes = central(lambda s: np.sum(grad * np.broadcast_to(s, grad.shape)), small)
    assert np.allclose(sum_to_shape.reference(grad, shape), slopes, rtol=1e-7)


@pytest.mark.parametrize("kind", CASES)
def test_a_gate_hands_back_what_differences_say(kind):
    inputs, arriving = CASES[kind]
    _, pull = gate.reference(kind, *inputs)
    for k, share in enumerate(pull(arriving)):
        moved = lambda x, k=k: gate.reference(kind, *inputs[:k], x, *inputs[k + 1 :])[0]  # noqa: E731
        assert np.allclose(
            share, central(lambda x: np.sum(arriving * moved(x)), inputs[k]), rtol=1e-7, atol=1e-9
        )


def twice_wrong(x, y):
    value = circuit.reference(x, y)[0]
    one = next(each for each in circuit.mistakes if each.name == "the sigma of x not followed back")
    other = next(each for each in circuit.mistakes if each.name == "the sigma of y not followed back")
    return value, one.make()(x, y)[1], other.make()(x, y)[2]


def test_two_slips_in_the_circuit_are_both_named():
    report, verdict = check("circuit", twice_wrong), judge(circuit, twice_wrong)
    for text in (report.detail, verdict.message):
        assert "The sigma of x not followed back" in text
        assert "The sigma of y not followed back" in text


def test_a_gate_that_is_not_written_does_not_hide_the_others():
    def half(kind, *inputs):
        if kind == "log":
            raise KeyError(kind)
        value, pull = gate.reference(kind, *inputs)
        return value, (lambda g: tuple(-each for each in pull(g))) if kind == "exp" else pull

    assert "log" in judge(gate, half).message or "exp" in judge(gate, half).message
    assert judge(gate, half).points == 0


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "Does it end in `return value, pull`?"),
        (3.0, "must return the pair (value, pull)"),
        ((3.0, 4.0), "pull must be a function"),
        ((3.0, lambda g: None), 'The pull of "add" returned None'),
        ((3.0, lambda g: (g,)), 'The pull of "add" must return 2 gradients'),
    ],
)
def test_a_gate_of_another_form_is_told_what_is_due(returned, said):
    assert said in judge(gate, lambda kind, *inputs: returned).message


def forgets_one_parent(node):
    backward.reference(node)
    if node.parents:
        node.parents[0].grad = np.zeros_like(node.parents[0].value)


def test_a_backward_pass_that_fits_no_known_mistake_is_described():
    verdict = judge(backward, forgets_one_parent)
    assert (verdict.points, verdict.mistake) == (0, None)
    assert "zero" in verdict.message
    assert "chain" in check("backward", forgets_one_parent).headline


def test_the_commonest_slips_have_their_names_in_the_notebook_and_in_the_marks():
    for exercise, name in (
        (circuit, "overwritten at the fork"),
        (matmul_backward, "transpose on the wrong side"),
        (backward, "overwritten at a fork"),
        (backward, "order of the first visit"),
        (gate, "slope of exp from its input"),
    ):
        known = next(each for each in exercise.mistakes if each.name == name)
        assert check(exercise.name, known.make()).headline == f"{headline(name)}."
        assert judge(exercise, known.make()).mistake == name
