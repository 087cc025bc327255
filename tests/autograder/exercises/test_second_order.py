"""Lesson 08: references held to analytic Hessians, complex steps, SciPy and hand-worked numbers."""

import contextlib
import itertools
import re
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg
from scipy.optimize import LbfgsInvHessProduct, minimize

import course.comparison
from autograder.exercises import second_order
from autograder.exercises.second_order.lbfgs_direction import case, pairs, two_loops
from autograder.exercises.second_order.shared import coupled_quartic
from autograder.judging import judge
from course import surfaces
from course.checks import check, headline
from course.data import digits
from course.figures.second_order import THREE_STARTS
from course.network import MLP
from course.probes.comparing import same
from course.probes.curvature import LONG, SINGULAR

BY_NAME = {exercise.name: exercise for exercise in second_order.EXERCISES}
POINTS = {
    "numerical_hessian": 4,
    "newton_step": 6,
    "hessian_vector_product": 4,
    "lbfgs_direction": 9,
    "minibatch_prediction": 2,
}

# What a reader of this lesson gets wrong -> the names under which it is reported.
EXPECTED = {
    "numerical_hessian": {"forward difference", "divided by h", "x not moved back"},
    "newton_step": {"uphill", "pseudo inverse hides it", "error swallowed", "matrix of the caller changed"},
    "hessian_vector_product": {"forward difference", "length of v forgotten", "whole hessian measured"},
    "lbfgs_direction": {
        "uphill",
        "second loop runs backwards",
        "first loop runs forwards",
        "alpha reused",
        "no scaling between the loops",
        "pairs of negative curvature kept",
        "rho inverted",
        "matrix formed",
    },
    "minibatch_prediction": {"short steps measure better", "step makes no difference"},
}


def test_the_points_add_up_to_twenty_five():
    assert {name: exercise.points for name, exercise in BY_NAME.items()} == POINTS
    assert sum(POINTS.values()) == 25


@pytest.mark.parametrize("name", BY_NAME)
def test_every_expected_mistake_is_known(name):
    known = (*BY_NAME[name].conventions, *BY_NAME[name].mistakes)
    assert {each.name for each in known} >= EXPECTED[name]


def newest(pairs, curvature):
    """Return what ``curvature`` says of the newest pair, 1 without one."""
    return curvature(*pairs[-1]) if pairs else 1.0


TWO_LOOPS = {
    "uphill": {"sign": 1.0},
    "pairs of negative curvature kept": {"keep": lambda curvature: True},
    "first loop runs forwards": {"first": iter},
    "second loop runs backwards": {"second": reversed},
    "rho inverted": {"rho": lambda s, y: y @ s},
    "rho with y y": {"rho": lambda s, y: 1 / (y @ y)},
    "no scaling between the loops": {"gamma": lambda pairs: 1.0},
    "scaling inverted": {"gamma": lambda pairs: newest(pairs, lambda s, y: (y @ y) / (s @ y))},
    "alpha reused": {"taken": lambda alphas, i: list(alphas.values())[-1]},
    "alphas in the wrong order": {"taken": lambda alphas, i: list(alphas.values())[i]},
    "alpha from the gradient": {"along": lambda q, g: g},
    "s taken away from q": {"away": lambda s, y: s},
    "beta from q": {"over": lambda r, q: q},
    "beta forgotten": {"back": lambda alpha, beta: alpha},
    "alpha and beta exchanged": {"back": lambda alpha, beta: beta - alpha},
}
"""Slips in the two loops -> the option of ``two_loops`` that makes it."""

BOTH_IN_ONE = {frozenset({"first loop runs forwards", "second loop runs backwards"}): "loops exchanged"}
LOOP_PAIRS = [
    pair for pair in itertools.combinations(TWO_LOOPS, 2) if len(TWO_LOOPS[pair[0]] | TWO_LOOPS[pair[1]]) == 2
]


def named_in_the_visible_check(pair):
    """Return the names of the known mistakes that are named to a reader whose two loops have two slips."""
    exercise = second_order.lbfgs_direction
    said = str(
        check(exercise.name, lambda g, S, Y: two_loops(g, S, Y, **TWO_LOOPS[pair[0]], **TWO_LOOPS[pair[1]]))
    )
    return {k.name for k in exercise.mistakes if re.search(re.escape(headline(k.name)) + r"[.:]", said)}


def test_of_two_slips_in_the_two_loops_one_is_mostly_named_and_none_that_was_not_made():
    named = {pair: named_in_the_visible_check(pair) for pair in LOOP_PAIRS}
    assert all(names <= {*pair, BOTH_IN_ONE.get(frozenset(pair))} for pair, names in named.items())
    # 56 of 101; the sign is told of by itself, and the rest shows as a whole with a single pair already
    assert sum(map(bool, named.values())) >= 50


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
    assert objective.evaluations == 2 * 16


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
    for H in SINGULAR.values():
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


def test_two_loops_and_reference_equal_the_dense_inverse_and_satisfy_the_secant_equation():
    two_loops = second_order.lbfgs_direction.variants[0].function
    (dense,) = [
        known.function for known in second_order.lbfgs_direction.mistakes if known.name == "matrix formed"
    ]
    for seed in range(5):
        g, S, Y = case(seed, 8, 5, bad=(2,))
        for direction in (two_loops, second_order.lbfgs_direction.reference):
            assert same(direction(g, S, Y), dense(g, S, Y), 1e-10)
            assert same(direction(Y[-1], S, Y), -S[-1], 1e-10)


def test_a_direction_that_forms_a_matrix_passes_neither_check():
    def bfgs(g, S, Y):
        B = np.eye(len(g))
        pairs = [(s, y) for s, y in zip(S, Y, strict=True) if y @ s > 0]
        if pairs:
            B *= (pairs[-1][0] @ pairs[-1][1]) / (pairs[-1][1] @ pairs[-1][1])
        for s, y in pairs:
            left = np.eye(len(g)) - np.outer(s, y) / (y @ s)
            B = left @ B @ left.T + np.outer(s, s) / (y @ s)
        return -B @ g

    try:
        np.empty((LONG, LONG))
    except MemoryError:
        assert judge(second_order.lbfgs_direction, bfgs).mistake == "matrix formed"
        assert "Matrix formed" in str(check("lbfgs_direction", bfgs))
    else:
        pytest.skip("this machine hands out more memory than it has")


def product(gradient, x, v, **options):
    return second_order.hessian_vector_product.reference(gradient, np.array(x), np.array(v), **options)


def test_a_hessian_vector_product_is_that_of_the_analytic_hessian():
    rng = np.random.default_rng(2)
    for surface in surfaces.SURFACES.values():
        for scale in (1e-6, 1.0, 1e6):
            x, v = rng.uniform(-1, 1, 2), scale * rng.standard_normal(2)
            assert same(product(surface.gradient, x, v), surface.hessian(x) @ v, 1e-8)
    assert product(surfaces.ravine.gradient, [0.0, 0.0], [0.0, 0.0]).tolist() == [0.0, 0.0]


def test_a_step_that_is_not_scaled_fails_on_long_and_short_vectors():
    unscaled = next(k.function for k in second_order.hessian_vector_product.conventions if k.share == 0.5)
    x, H = np.array([-1.2, 1.0]), surfaces.rosenbrock.hessian(np.array([-1.2, 1.0]))
    for v, worst in ((np.array([3e5, 1e5]), 1e-2), (np.array([3e-9, 1e-9]), 1e-4)):
        off = np.abs(unscaled(surfaces.rosenbrock.gradient, x, v) - H @ v).max() / np.abs(H @ v).max()
        assert off > worst
        assert same(product(surfaces.rosenbrock.gradient, x, v), H @ v, 1e-8)


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


@pytest.mark.parametrize(("start", "below"), list(zip(THREE_STARTS, (1, 2, 0), strict=True)))
def test_the_three_starts_of_the_lesson_end_at_three_kinds_of_place(start, below):
    x = np.array(start)
    for _ in range(8):
        g, H = surfaces.himmelblau.gradient(x), surfaces.himmelblau.hessian(x)
        x = x + second_order.newton_step.reference(g, H)
    assert np.linalg.norm(surfaces.himmelblau.gradient(x)) < 1e-6
    assert (np.linalg.eigvalsh(surfaces.himmelblau.hessian(x)) < 0).sum() == below


UNSEEN_BEFORE = [
    ("newton_step", "matrix of the caller changed", "`H` is different after a call"),
    ("newton_step", "gradient of the caller changed", "`g` is different after a call"),
    ("newton_step", "pseudo inverse hides it", "Pseudo inverse hides it"),
    ("newton_step", "error swallowed", "Error swallowed"),
    ("lbfgs_direction", "gradient changed", "Gradient changed"),
]


@pytest.mark.parametrize(("name", "slip", "said"), UNSEEN_BEFORE)
def test_what_used_to_pass_the_visible_check_is_told_there(name, slip, said):
    known = next(each for each in (*BY_NAME[name].conventions, *BY_NAME[name].mistakes) if each.name == slip)
    report = check(name, known.function)
    assert report.passed is False
    assert said in str(report) or slip.capitalize() in str(report)


def test_least_squares_without_a_look_at_the_rank_is_told_in_both_checks():
    def lstsq(g, H, damping=0):
        return np.linalg.lstsq(H + damping * np.eye(len(g)), -g, rcond=None)[0]

    assert judge(second_order.newton_step, lstsq).mistake == "pseudo inverse hides it"
    assert "Pseudo inverse hides it" in str(check("newton_step", lstsq))


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
def test_the_visible_probe_sees_every_mistake_and_gives_none_anothers_name(exercise):
    seen = [
        (known.name, exercise.visible(known.make())) for known in [*exercise.conventions, *exercise.mistakes]
    ]
    right = exercise.visible(exercise.reference)
    for name, outcome in seen:
        assert not same(outcome, right)
        assert [other for other, theirs in seen if same(outcome, theirs)] == [name]
