"""Lesson 02: references held to hand-worked numbers and to each other, the syllabus' mistakes named."""

import numpy as np
import pytest

from autograder.exercises import sanity_checks
from autograder.judging import judge
from course.checks import check
from course.network import MLP
from tests.autograder.exercises.named_slips import assert_named

BY_NAME = {exercise.name: exercise for exercise in sanity_checks.EXERCISES}

SYLLABUS = {
    "chance_loss": {"logarithm to base 10", "C margins instead of C minus 1"},
    "softmax_loss": {"no max shift", "sum for mean", "label not subtracted", "logarithm to base 10"},
    "svm_loss": {"sum for mean", "margin of the label counted", "label gradient forgotten"},
}


def test_points_are_those_of_the_syllabus():
    assert {e.name: e.points for e in sanity_checks.EXERCISES} == {
        "chance_loss": 3, "softmax_loss": 6, "svm_loss": 5, "overfit_tiny": 4, "regularization_raises_loss": 2,
    }  # fmt: skip


@pytest.mark.parametrize("name", SYLLABUS)
def test_every_mistake_of_the_syllabus_is_rejected_by_its_name(name):
    known = {each.name: each.function for each in BY_NAME[name].mistakes}
    for mistake in SYLLABUS[name]:
        verdict = judge(BY_NAME[name], known[mistake])
        assert (verdict.verdict, verdict.mistake, verdict.points) == ("mistake", mistake, 0)


def test_chance_by_hand():
    reference = BY_NAME["chance_loss"].reference
    assert reference(10, "softmax") == pytest.approx(2.302585, abs=5e-7)
    assert reference(10, "hinge") == 9
    assert reference(10, "hinge", 0.5) == 4.5
    with pytest.raises(ValueError):
        reference(10, "mse")


@pytest.mark.parametrize("name", ["softmax_loss", "svm_loss"])
def test_gradient_of_a_reference_is_its_slope_off_the_kinks(name):
    reference, rng = BY_NAME[name].reference, np.random.default_rng(5)
    scores, y = 2 * rng.standard_normal((4, 5)), rng.integers(0, 5, 4)
    gradient = reference(scores, y)[1]
    for ix in np.ndindex(scores.shape):
        up, down = scores.copy(), scores.copy()
        up[ix] += 1e-6
        down[ix] -= 1e-6
        slope = (reference(up, y)[0] - reference(down, y)[0]) / 2e-6
        assert gradient[ix] == pytest.approx(slope, abs=1e-8)


@pytest.mark.parametrize(("name", "kind"), [("softmax_loss", "softmax"), ("svm_loss", "hinge")])
def test_the_references_agree_with_the_course_network(name, kind):
    rng = np.random.default_rng(6)
    X, y = rng.standard_normal((8, 3)), rng.integers(0, 4, 8)
    net = MLP(sizes=(3, 4), kind=kind)
    params = net.start(rng, scale=1.0)
    loss, gradient = BY_NAME[name].reference(net.scores(params, X), y)
    value, grads = net.loss(params, X, y)
    assert loss == pytest.approx(value)
    np.testing.assert_allclose(X.T @ gradient, grads["W1"])


def test_overfit_tiny_by_hand():
    def parabola(params, X, y, reg=1.0):
        return float((params["w"] ** 2).sum() + reg), {"w": 2 * params["w"]}

    def rule(w, dw, config):
        return w - config["learning_rate"] * dw, config

    losses = BY_NAME["overfit_tiny"].reference(
        parabola, {"w": np.array([1.0])}, np.zeros(30), np.zeros(30), rule, {"learning_rate": 0.25}, 3
    )
    assert losses == [1.0, 0.25, 0.0625, 0.015625]


@pytest.mark.parametrize("name", ["overfit_tiny", "regularization_raises_loss"])
def test_the_visible_check_of_a_function_of_functions_names_every_slip(name):
    seen = {each.name: check(name, each.function) for each in BY_NAME[name].mistakes}
    assert {
        known for known, report in seen.items() if report.headline.lower() != f"{known.lower()}."
    } == set()
    assert check(name, BY_NAME[name].variants[0].function).passed


def test_labels_reach_a_visible_check_as_whole_numbers():
    # A label that came back from the recording as 1.0 could not index an array.
    def indexed(scores, y):
        assert y.dtype.kind == "i"
        return BY_NAME["softmax_loss"].variants[0].function(scores, y)

    assert check("softmax_loss", indexed).passed


def test_the_squared_hinge_is_a_convention_with_half_the_points():
    verdict = judge(BY_NAME["svm_loss"], BY_NAME["svm_loss"].conventions[0].function)
    assert (verdict.verdict, verdict.points) == ("convention", 2.5)
    assert "LinearSVC" in verdict.message


def test_one_dict_under_every_name_is_not_a_dict_for_each():
    def overfit_tiny(loss, params, X, y, rule, config, steps):
        params, losses = {name: w.copy() for name, w in params.items()}, []
        configs = dict.fromkeys(params, dict(config))  # noqa: RUF024, the slip itself
        for _ in range(steps):
            value, grads = loss(params, X[:20], y[:20], 0.0)
            losses.append(value)
            for name in params:
                params[name], configs[name] = rule(params[name], grads[name], configs[name])
        return [*losses, loss(params, X[:20], y[:20], 0.0)[0]]

    assert_named("overfit_tiny", overfit_tiny, "one dict under all names")


def test_a_kind_looked_up_in_a_dict_is_told_that_another_error_is_due():
    def chance_loss(classes, kind, delta=1):
        return {"softmax": np.log(classes), "hinge": (classes - 1) * delta}[kind]

    assert_named("chance_loss", chance_loss, "another error for an unknown kind")
