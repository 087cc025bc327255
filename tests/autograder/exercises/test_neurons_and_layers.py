"""The exercises of lesson F4: references against differences and scikit-learn, and slips, one and two at once."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.neural_network import MLPClassifier

from autograder.exercises.neurons_and_layers import (
    EXERCISES,
    activation,
    count,
    dead_share,
    forward,
    slope_from_output,
    two_layer,
)
from autograder.judging import judge
from course.checks import check, headline
from course.network import MLP
from course.numerics import nudged_gradients
from course.probes.layers import KINDS, case, network


def test_the_points_are_twenty_five():
    assert sum(exercise.points for exercise in EXERCISES) == 25


@pytest.mark.parametrize("kind", KINDS)
def test_a_slope_is_that_of_the_activation(kind):
    x, h = np.array([-2.3, -0.4, 0.6, 1.9]), 1e-6
    slope = (activation.reference(kind, x + h) - activation.reference(kind, x - h)) / (2 * h)
    assert np.allclose(slope_from_output.reference(kind, activation.reference(kind, x)), slope, rtol=1e-7)


def test_the_counts_of_the_notes():
    assert count.reference((3, 4, 2)) == (6, 26)
    assert count.reference((3, 4, 4, 1)) == (9, 41)


def test_scikit_learn_counts_and_computes_the_same():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 4)), rng.integers(0, 3, 30)
    theirs = MLPClassifier((7, 5), max_iter=1, random_state=0)
    with pytest.warns(match="converged"):
        theirs.fit(X, y)
    params = {}
    for k, (W, b) in enumerate(zip(theirs.coefs_, theirs.intercepts_, strict=True), start=1):
        params |= {f"W{k}": W, f"b{k}": b}
    assert count.reference((4, 7, 5, 3))[1] == sum(w.size for w in params.values())
    assert np.allclose(softmax(forward.reference(params, X), axis=1), theirs.predict_proba(X), rtol=1e-12)


def test_the_gradients_of_a_network_are_those_of_differences_and_of_the_courses_network():
    params, X, y, reg = case(5, 3, 4, 3, 0.3, 17)
    value, grads = two_layer.reference(params, X, y, reg)
    nudged = nudged_gradients(lambda p, X, y, _: two_layer.reference(p, X, y, reg), params, X, y)
    theirs = MLP(sizes=(3, 4, 3)).loss(params, X, y, reg=reg)
    assert value == pytest.approx(theirs[0], rel=1e-12)
    for name, grad in grads.items():
        assert np.allclose(grad, nudged[name], rtol=1e-7, atol=1e-9)
        assert np.allclose(grad, theirs[1][name], rtol=1e-12, atol=1e-15)


def test_a_unit_that_fires_in_one_batch_of_many_is_alive():
    W, b = np.array([[1.0, -1.0, 0.0]]), np.zeros(3)
    batches = [np.array([[1.0]]), np.array([[1.0]]), np.array([[-1.0]])]
    assert dead_share.reference(W, b, batches) == pytest.approx(1 / 3)


def other_than(exercise, name):
    return next(each for each in exercise.mistakes if each.name == name).make()


@pytest.mark.parametrize(
    ("exercise", "name"),
    [
        (activation, "tanh without its two"),
        (slope_from_output, "one at a silent relu"),
        (dead_share, "dead by batch"),
        (count, "biases not counted"),
        (forward, "activation on the last layer"),
        (forward, "no activation between"),
        (two_layer, "the gradient of b1 over the wrong axis"),
        (two_layer, "biases regularised"),
        (two_layer, "relu forgotten on the way back"),
    ],
)
def test_the_slips_of_the_syllabus_have_their_names_in_the_notebook_and_in_the_marks(exercise, name):
    function = other_than(exercise, name)
    assert check(exercise.name, function).headline == f"{headline(name)}."
    assert judge(exercise, function).mistake == name


def test_two_slips_in_a_network_are_both_named():
    def loss(params, X, y, reg):
        value, grads = other_than(two_layer, "penalty not in the loss")(params, X, y, reg)
        wrong = other_than(two_layer, "the gradient of b1 averaged")(params, X, y, reg)[1]
        return value, grads | {"b1": wrong["b1"]}

    for said in (check("two_layer", loss).detail, judge(two_layer, loss).message):
        assert "Penalty not in the loss" in said
        assert "The gradient of b1 averaged" in said


def test_a_network_that_forgets_an_array_is_told_which():
    def loss(params, X, y, reg):
        value, grads = two_layer.reference(params, X, y, reg)
        return value, {name: grads[name] for name in ("W1", "W2", "b2")}

    assert "`grads` has no b1" in judge(two_layer, loss).message


def test_a_slip_that_nobody_knows_is_described_by_what_is_wrong():
    def loss(params, X, y, reg):
        value, grads = two_layer.reference(params, X, y, reg)
        return value, grads | {"W2": 3 * grads["W2"]}

    said = check("two_layer", loss).headline
    assert "the gradient of W2" in said


def test_a_network_of_sizes_has_the_arrays_of_these_sizes():
    params = network((2, 3, 4), 0)
    assert {name: w.shape for name, w in params.items()} == {
        "W1": (2, 3),
        "b1": (3,),
        "W2": (3, 4),
        "b2": (4,),
    }
