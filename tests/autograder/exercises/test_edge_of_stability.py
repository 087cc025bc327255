"""Lesson 13: references held to complex steps, dense Hessians and simulations, and slips as readers make them."""

import numpy as np
import pytest

from autograder.exercises import edge_of_stability
from autograder.exercises.momentum.sgd import reference as sgd
from autograder.exercises.momentum.sgd_momentum import reference as sgd_momentum
from autograder.exercises.momentum.sgd_nesterov_momentum import reference as nesterov
from autograder.judging import judge
from course.checks import check, headline
from course.full_batch import by_complex_step
from course.probes.edge import Bend, Valley
from tests.course.test_full_batch import dense, small

BY_NAME = {exercise.name: exercise for exercise in edge_of_stability.EXERCISES}
hvp, sharpness, critical_sharpness, train_and_measure = edge_of_stability.EXERCISES

# What a reader of this lesson gets wrong -> the names under which it is reported.
EXPECTED = {
    "hvp": {"forward difference", "length of v forgotten", "divided by h"},
    "sharpness": {"size without the sign", "never normalised", "quotient with the start vector"},
    "critical_sharpness": {"nesterov as heavy ball", "averaged as heavy ball", "one minus mu"},
    "train_and_measure": {
        "measured after the step",
        "returned config dropped",
        "pairs in place of sharpnesses",
    },
}


def test_the_points_add_up_to_twenty_two():
    assert {name: each.points for name, each in BY_NAME.items()} == {
        "hvp": 4, "sharpness": 7, "critical_sharpness": 4, "train_and_measure": 7,
    }  # fmt: skip


@pytest.mark.parametrize("name", BY_NAME)
def test_expected_mistakes_are_known_and_there_are_six_other_spellings(name):
    assert {known.name for known in BY_NAME[name].mistakes} >= EXPECTED[name]
    assert len(BY_NAME[name].variants) >= 6


# By other routes


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e5])
def test_the_product_is_that_of_the_complex_step_and_of_the_dense_hessian(size):
    problem = small()
    w, v = problem.start(scale=0.5), size * np.random.default_rng(1).normal(size=problem.size)
    found = hvp.reference(problem.gradient, w, v)
    assert np.abs(found - by_complex_step(problem, w, v)).max() < 1e-7 * size
    assert np.abs(found - dense(problem, w) @ v).max() < 1e-6 * size


def test_the_sharpness_is_the_eigenvalue_of_greatest_size_of_the_dense_hessian():
    problem = small()
    for seed in range(3):
        w = problem.start(seed, scale=0.8)
        values, vectors = np.linalg.eigh(dense(problem, w))
        at = np.abs(values).argmax()
        found, v = sharpness.reference(problem.gradient, w, np.ones(problem.size), 400)
        assert found == pytest.approx(values[at], rel=1e-6)
        assert abs(v @ vectors[:, at]) == pytest.approx(1, abs=1e-6)


def averaged(w, dw, config):
    """Move by a mean of the gradients."""
    v = config["momentum"] * config.get("v", 0 * w) + (1 - config["momentum"]) * dw
    return w - config["learning_rate"] * v, {**config, "v": v}


RULES = {"sgd": sgd, "momentum": sgd_momentum, "nesterov": nesterov, "averaged": averaged}


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("mu", [0.3, 0.9])
def test_a_parabola_as_sharp_as_the_limit_is_where_the_rule_itself_begins_to_swing_up(kind, mu):
    limit = critical_sharpness.reference(kind, 0.2, mu)
    for curvature, grows in ((0.98 * limit, False), (1.02 * limit, True)):
        # Nesterov's rule of lesson 04 moves the point ahead, which is where its gradient is taken
        w, config = np.ones(1), {"learning_rate": 0.2, "momentum": mu}
        for _ in range(2000):
            w, config = RULES[kind](w, curvature * w, config)
        assert (not abs(w[0]) < 1) == grows, kind


def test_the_recorded_run_is_that_of_the_rule_and_its_sharpness_that_of_the_dense_hessian():
    bend, config, w = Bend(3), {"learning_rate": 0.05, "momentum": 0.5}, np.array([0.3, -0.4, 0.8])
    losses, sharpnesses = train_and_measure.reference(bend.loss, w, np.ones(3), sgd_momentum, config, 7, 3)
    points, state = [w], dict(config)
    for _ in range(6):
        following, state = sgd_momentum(points[-1].copy(), bend.loss(points[-1])[1], state)
        points.append(following)
    assert np.allclose(losses, [bend.loss(point)[0] for point in points])
    for found, point in zip(sharpnesses, points[::3], strict=True):
        curvature = np.diag(bend.curvatures + 3 * (bend.turn @ point) ** 2)
        assert found == pytest.approx(np.linalg.eigvalsh(curvature)[-1], rel=1e-6)


# Slips


def two_slips_in_the_product(grad, w, v, h=1e-5):
    length = np.linalg.norm(v) or 1.0
    return (grad(w + h * v / length) - grad(w)) / h


def test_a_forward_difference_without_the_length_is_told_both():
    for text in (judge(hvp, two_slips_in_the_product).message, check("hvp", two_slips_in_the_product).detail):
        assert "length of v" in text
        assert "both sides" in text


def test_the_commonest_slips_have_their_names_in_the_notebook_and_in_the_marks():
    for name, slips in EXPECTED.items():
        exercise = BY_NAME[name]
        for slip in slips:
            known = next(each for each in exercise.mistakes if each.name == slip)
            assert check(name, known.make()).headline == f"{headline(slip)}."
            assert judge(exercise, known.make()).mistake == slip


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "Does it end in `return eigenvalue, v`?"),
        (3.0, "must return the pair (eigenvalue, v)"),
        ((np.ones(5), np.ones(5)), "`eigenvalue` must be one number"),
        ((1.0, 1.0), "`v` must keep its shape"),
    ],
)
def test_a_sharpness_of_another_form_is_told_what_is_due(answer, said):
    assert said in judge(sharpness, lambda grad, w, v, steps=30: answer).message


def test_a_run_of_another_form_is_told_what_is_due():
    assert "Does it end in `return losses, sharpnesses`?" in judge(train_and_measure, lambda *a: None).message
    assert "must return the pair" in judge(train_and_measure, lambda *a: [1.0, 2.0, 3.0]).message


def test_the_valley_counts_and_has_the_eigenvalues_that_were_asked_for():
    valley = Valley([5.0, -2.0, 1.0], 4)
    columns = [
        (valley.gradient(valley.point + 1e-5 * e) - valley.gradient(valley.point - 1e-5 * e)) / 2e-5
        for e in np.eye(3)
    ]
    assert np.allclose(np.linalg.eigvalsh(np.array(columns)), [-2, 1, 5], atol=1e-6)
    assert valley.asked == 6
