"""Lesson 08: references held to analytic Hessians, complex steps, SciPy and hand-worked numbers."""

import contextlib
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg
from scipy.optimize import LbfgsInvHessProduct, minimize

import course.comparison
from autograder.exercises import second_order
from autograder.exercises.second_order.lbfgs_direction import case, pairs
from autograder.exercises.second_order.numerical_hessian import coupled_quartic
from autograder.judging import judge
from course import surfaces
from course.checks import check
from course.data import digits
from course.network import MLP
from course.probes.base import same

BY_NAME = {exercise.name: exercise for exercise in second_order.EXERCISES}
POINTS = {
    "hessian_memory": 3,
    "numerical_hessian": 5,
    "newton_step": 6,
    "lbfgs_direction": 9,
    "minibatch_prediction": 2,
}

# What syllabus.md lists for this lesson -> the names under which it is reported.
SYLLABUS = {
    "hessian_memory": {"decimal gigabytes"},
    "numerical_hessian": {"forward difference", "divided by h", "x not moved back"},
    "newton_step": {"uphill", "pseudo inverse hides it", "error swallowed"},
    "lbfgs_direction": {
        "uphill",
        "second loop runs backwards",
        "first loop runs forwards",
        "alpha reused",
        "no scaling between the loops",
        "pairs of negative curvature kept",
        "rho inverted",
    },
    "minibatch_prediction": {"short steps measure better", "step makes no difference"},
}


def test_points_are_those_of_the_syllabus():
    assert {name: exercise.points for name, exercise in BY_NAME.items()} == POINTS
    assert sum(POINTS.values()) == 25


@pytest.mark.parametrize("name", BY_NAME)
def test_every_mistake_of_the_syllabus_is_known(name):
    assert {known.name for known in BY_NAME[name].mistakes} >= SYLLABUS[name]


@pytest.mark.parametrize("name", BY_NAME)
def test_every_mistake_is_named_and_earns_nothing(name):
    for known in BY_NAME[name].mistakes:
        verdict = judge(BY_NAME[name], known.function)
        assert (verdict.points, verdict.mistake) == (0, known.name)
        assert len(verdict.message.splitlines()[0]) <= 80


def test_memory_of_the_worked_sizes():
    rule = second_order.hessian_memory.reference
    assert rule(32_768) == 4.0
    assert rule(32_768, 8) == 8.0
    assert rule(32_768, bytes=2) == 2.0


@pytest.mark.parametrize("surface", surfaces.SURFACES.values(), ids=lambda s: s.name)
def test_hessian_agrees_with_the_analytic_one(surface):
    for x in np.random.default_rng(1).uniform(-1, 1, (5, 2)):
        H = second_order.numerical_hessian.reference(surface.gradient, x)
        # centred differences at 1e-5: truncation 1e-10 of the third derivative, rounding 1e-16 / 1e-5
        assert same(H, surface.hessian(x), 1e-8)


def test_hessian_agrees_with_a_complex_step():
    def gradient(x):  # of sum x^4 plus products of neighbours, for complex x
        return (
            4 * x**3
            + np.roll(x, 1) * np.roll(x, -1)
            + np.roll(x, -1) * np.roll(x, -2)
            + np.roll(x, 2) * np.roll(x, 1)
        )

    x = np.array([0.3, -1.2, 0.7, 2.0, -0.4])
    exact = np.stack([gradient(x + 1e-30j * e).imag / 1e-30 for e in np.eye(5)], axis=1)
    assert same(coupled_quartic(x), gradient(x), 1e-14)
    assert same(second_order.numerical_hessian.reference(coupled_quartic, x), exact, 1e-8)


def test_hessian_of_softmax_regression_is_the_kronecker_formula():
    rng = np.random.default_rng(0)
    X, y, reg = rng.standard_normal((40, 3)), rng.integers(0, 4, 40), 0.1
    objective = course.comparison.softmax_regression(X, y, classes=4, reg=reg)
    w = rng.standard_normal(16)
    p = MLP(sizes=(3, 4)).probabilities({"W1": w[:12].reshape(3, 4), "b1": w[12:]}, X)
    ones = np.column_stack([X, np.ones(40)])
    exact = sum(
        np.kron(np.outer(x, x), np.diag(q) - np.outer(q, q)) for x, q in zip(ones, p, strict=True)
    ) / 40 + reg * np.eye(16)
    assert same(second_order.numerical_hessian.reference(objective.gradient, w), exact, 1e-8)
    assert objective.evaluations == 3 * 16  # the reference's parabola has three points; the lesson's two


@pytest.mark.parametrize("damping", [0, 0.5, 7.0])
def test_newton_step_solves_the_damped_system(damping):
    rng = np.random.default_rng(3)
    for n in (1, 2, 6):
        A = rng.standard_normal((n, n))
        H, g = A + A.T, rng.standard_normal(n)
        step = second_order.newton_step.reference(g, H, damping)
        theirs = scipy.linalg.solve(H + damping * np.eye(n), -g, assume_a="sym")
        assert same(step, theirs, 1e-9)  # condition numbers here stay below 1e4


def test_newton_step_raises_where_a_curvature_is_zero():
    for H in (np.zeros((2, 2)), np.diag([1.0, 0.0]), np.ones((3, 3))):
        with pytest.raises(np.linalg.LinAlgError):
            second_order.newton_step.reference(np.ones(len(H)), H)


@pytest.mark.parametrize(("seed", "n", "k"), [(0, 4, 1), (1, 6, 3), (2, 20, 10)])
def test_direction_equals_scipys_product(seed, n, k):
    S, Y = pairs(seed, n, k)
    g = np.random.default_rng(seed).standard_normal(n)
    s, y = S[-1], Y[-1]
    gamma = (s @ y) / (y @ y)
    # SciPy's operator starts from the identity: scale s by 1/sqrt(gamma) and y by sqrt(gamma), then back
    operator = LbfgsInvHessProduct(np.array(S) / np.sqrt(gamma), np.array(Y) * np.sqrt(gamma))
    theirs = -gamma * operator.matvec(g)
    assert same(second_order.lbfgs_direction.reference(g, S, Y), theirs, 1e-10)


def test_two_loops_equal_the_dense_inverse_and_satisfy_the_secant_equation():
    two_loops = second_order.lbfgs_direction.variants[0].function
    for seed in range(5):
        g, S, Y = case(seed, 8, 5, bad=(2,))
        assert same(two_loops(g, S, Y), second_order.lbfgs_direction.reference(g, S, Y), 1e-10)
        assert same(two_loops(Y[-1], S, Y), -S[-1], 1e-10)


def test_prediction_agrees_with_a_simulation():
    rng = np.random.default_rng(0)

    def error(step, batch, draws=40_000):
        noise = rng.standard_normal((2, draws)) / np.sqrt(batch)
        return np.std((noise[0] - noise[1]) / step)

    for step, batch in ((0.5, 1), (2, 9), (0.1, 4)):
        factor = second_order.minibatch_prediction.reference(step, batch)
        # the ratio of two standard deviations from 40,000 draws errs by 0.5%; five times that
        assert error(step, batch) / error(1, 1) == pytest.approx(factor, rel=0.025)


@pytest.mark.parametrize("saddle", surfaces.himmelblau.saddles)
@pytest.mark.parametrize(("share", "stays"), [(0.9, True), (1.1, False)])
def test_a_saddle_attracts_until_damping_is_half_its_negative_curvature(saddle, share, stays):
    lowest = np.linalg.eigvalsh(surfaces.himmelblau.hessian(np.array(saddle)))[0]
    x = np.array(saddle) + 1e-3
    for _ in range(300):
        g, H = surfaces.himmelblau.gradient(x), surfaces.himmelblau.hessian(x)
        x = x + second_order.newton_step.reference(g, H, share * -lowest / 2)
    assert (np.linalg.norm(x - saddle) < 1e-5) == stays


@pytest.mark.parametrize(
    ("start", "below"), [((-4.5, 0.6), 1), ((0.5, 0.0), 2), ((4.0, 3.5), 0)], ids=["saddle", "top", "bottom"]
)
def test_the_three_starts_of_the_lesson_end_at_three_kinds_of_place(start, below):
    assert repr(start) in cell_with("A saddle, the maximum, a minimum")
    x = np.array(start)
    for _ in range(8):
        g, H = surfaces.himmelblau.gradient(x), surfaces.himmelblau.hessian(x)
        x = x + second_order.newton_step.reference(g, H)
    assert np.linalg.norm(surfaces.himmelblau.gradient(x)) < 1e-6
    assert (np.linalg.eigvalsh(surfaces.himmelblau.hessian(x)) < 0).sum() == below


VISIBLE = {  # slips of a first reader, which the check in the notebook should already name
    "numerical_hessian": ["multiplied by h", "whole numbers stay whole"],
    "lbfgs_direction": [
        "uphill once there are pairs",
        "uphill without pairs",
        "alphas in the wrong order",
        "alpha from the gradient",
        "s taken away from q",
        "beta from q",
    ],
}


@pytest.mark.parametrize(("name", "slip"), [(name, slip) for name in VISIBLE for slip in VISIBLE[name]])
def test_the_visible_check_names_the_usual_slips(name, slip):
    (known,) = [each for each in BY_NAME[name].mistakes if each.name == slip]
    assert slip in str(check(name, known.function)).lower()


def cell_with(text):
    """Return the one cell of the lesson's source that contains a text."""
    source = (Path(__file__).parents[3] / "source_notebooks" / "08_second_order.py").read_text(
        encoding="utf-8"
    )
    (cell,) = [c for c in source.split("\n# %%") if text in c]
    return cell


def cell_of(name):
    """Return the code of the lesson's cell that defines ``name``."""
    cell = cell_with(f"\ndef {name}(")
    return cell[cell.index("\n") :]


@pytest.mark.parametrize("reg", [1e-2, 1e-3, 1e-4])
def test_the_lessons_minimiser_needs_at_most_1_2_times_scipys_evaluations(reg):
    space = {"np": np, "line_search": course.comparison.line_search}
    exec(cell_of("lbfgs_direction"), space)
    exec(cell_of("minimise_lbfgs"), space)
    data = digits()
    softmax = course.comparison.softmax_regression(data.X_train, data.y_train, classes=10, reg=reg)
    peer = softmax.fresh()
    minimize(peer, peer.start, jac=True, method="L-BFGS-B", options={"maxcor": 10, "ftol": 1e-8})
    target = peer.best()[-1]
    ours = softmax.fresh(budget=1000)
    space["minimise_lbfgs"](ours)
    assert ours.cost_to_reach(target) <= 1.2 * peer.cost_to_reach(target)


def test_the_measure_of_the_race_notices_a_worse_direction():
    data = digits()
    softmax = course.comparison.softmax_regression(data.X_train, data.y_train, classes=10, reg=1e-3)
    peer = softmax.fresh()
    minimize(peer, peer.start, jac=True, method="L-BFGS-B", options={"maxcor": 10, "ftol": 1e-8})
    space = {"np": np, "line_search": course.comparison.line_search}
    known = {each.name: each.function for each in second_order.lbfgs_direction.mistakes}
    space["lbfgs_direction"] = known["no scaling between the loops"]
    exec(cell_of("minimise_lbfgs"), space)
    ours = softmax.fresh(budget=200)
    with contextlib.suppress(course.comparison.OutOfBudget):
        space["minimise_lbfgs"](ours)
    reached = ours.cost_to_reach(peer.best()[-1])
    assert reached is None or reached > 1.2 * peer.cost_to_reach(peer.best()[-1])


@pytest.mark.parametrize("exercise", [e for e in second_order.EXERCISES if e.visible], ids=lambda e: e.name)
def test_the_visible_probe_never_gives_a_mistake_anothers_name(exercise):
    seen = [(known.name, exercise.visible(known.function)) for known in exercise.mistakes]
    right = exercise.visible(exercise.reference)
    wrong = [(name, outcome) for name, outcome in seen if not same(outcome, right)]
    for name, outcome in wrong:
        assert [other for other, theirs in wrong if same(outcome, theirs)] == [name]
