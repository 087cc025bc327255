"""Lesson 01: references held to calculus and SciPy, the syllabus' mistakes named, messages that leak nothing."""

import numpy as np
import pytest
from scipy.optimize._numdiff import approx_derivative

from autograder.exercises import gradient_checking
from autograder.judging import judge
from course import trojans
from course.checks import check, headline
from tests.autograder.exercises.named_slips import assert_accepted, assert_named

BY_NAME = {exercise.name: exercise for exercise in gradient_checking.EXERCISES}

# What syllabus.md lists for this lesson -> the names under which it is reported.
SYLLABUS = {
    "numerical_gradient": {
        "forward difference", "divided by h instead of 2h", "x not restored", "integer x moved in place",
        "single precision kept", "h of 1e 12", "a second name instead of a copy",
    },
    "relative_error": {
        "no absolute values", "zero over zero", "floor hides small gradients", "sum instead of maximum",
    },
    "crosses_kink": {"compares values instead of identities", "looks at plus h only"},
    "check_gradients": {"sampled from the flat vector", "sampled in proportion to size"},
    "find_trojans": {"checks only at initialisation", "a gradient five percent too long passes", "no seed"},
}  # fmt: skip


def test_points_are_those_of_the_syllabus():
    assert {e.name: e.points for e in gradient_checking.EXERCISES} == {
        "numerical_gradient": 7, "relative_error": 4, "crosses_kink": 5, "check_gradients": 6, "find_trojans": 8,
    }  # fmt: skip


@pytest.mark.parametrize("name", SYLLABUS)
def test_every_mistake_of_the_syllabus_is_rejected_by_its_name(name):
    exercise = BY_NAME[name]
    known = {each.name: each.function for each in (*exercise.conventions, *exercise.mistakes)}
    assert SYLLABUS[name] <= known.keys()
    for mistake in SYLLABUS[name]:
        verdict = judge(exercise, known[mistake])
        assert verdict.mistake == mistake
        assert verdict.points < exercise.points


def test_numeric_gradient_agrees_with_scipy():
    def f(x):
        return float(np.sum(np.sin(x) * np.arange(1, 5)) + np.prod(x))

    x = np.array([0.3, -0.7, 1.1, 0.9])
    mine = BY_NAME["numerical_gradient"].reference(f, x)
    np.testing.assert_allclose(mine, approx_derivative(f, x, method="3-point"), rtol=1e-7)


def test_numeric_gradient_has_the_truncation_error_calculus_predicts():
    x, h = np.array([1.0, -2.0]), 0.1
    mine = BY_NAME["numerical_gradient"].reference(lambda x: float(np.sum(x**3)), x, h)
    np.testing.assert_allclose(mine, 3 * x**2 + h**2)  # h^2 / 6 times the third derivative, 6
    at_one = [
        BY_NAME["numerical_gradient"].reference(lambda x: float(np.sin(x[0])), np.array([1.0]), step)[0]
        for step in (1e-1, 1e-2)
    ]
    errors = np.abs(np.array(at_one) - np.cos(1))
    assert np.log10(errors[0] / errors[1]) == pytest.approx(2, abs=0.01)


def copies(kind, size=None):
    """Return a difference quotient with its own step or type, which moves two copies for every entry."""

    def gradient(f, x, h=1e-5):
        h = size or h
        x = np.asarray(x, dtype=kind)
        slopes = []
        for k in range(x.size):
            above, below = x.copy(), x.copy()
            above.flat[k] += h
            below.flat[k] -= h
            slopes.append(f(above) / (2 * h) - f(below) / (2 * h))
        return np.reshape(slopes, x.shape)

    return gradient


def to_and_fro(kind, size=None):
    """Return a difference quotient with its own step or type, which moves each entry up, down and back."""

    def gradient(f, x, h=1e-5):
        h = size or h
        x, slopes = np.array(x, dtype=kind), np.zeros(np.shape(x))
        for ix in np.ndindex(x.shape):
            x[ix] += h
            above = f(x)
            x[ix] -= 2 * h
            slopes[ix] = (above - f(x)) / (2 * h)
            x[ix] += h
        return slopes

    return gradient


@pytest.mark.parametrize("written", [copies, to_and_fro])
@pytest.mark.parametrize(
    ("kind", "size", "name"),
    [
        (np.float32, None, "moved in single precision"),
        (np.float64, 1e-12, "h of 1e 12"),
        (np.float64, 3e-13, "h of 1e 12"),
        (np.float64, None, None),
    ],
)
def test_a_step_that_rounding_spoils_is_named_however_it_is_written(written, kind, size, name):
    """What rounding leaves of a slope is another number for each of them; how far x is moved is not."""
    gradient = written(kind, size)
    assert judge(BY_NAME["numerical_gradient"], gradient).mistake == name
    report = check("numerical_gradient", gradient)
    assert report.passed if name is None else headline(name) in report.headline


@pytest.mark.parametrize(
    ("a", "n", "expected"),
    [
        (-1.0, -1.1, 0.1 / 1.1),
        (0.0, 0.0, 0.0),
        (0.0, 1e-300, 1.0),
        (2.0, -2.0, 2.0),
        ([1.0, 0.0], [1.0, 0.0], 0.0),
    ],
)
def test_relative_error_by_hand(a, n, expected):
    reference = BY_NAME["relative_error"].reference
    assert reference(a, n) == pytest.approx(expected)
    assert reference(n, a) == pytest.approx(expected)


def test_kinks_planted_by_hand():
    reference = BY_NAME["crosses_kink"].reference

    def relu(x):
        return (x > 0).astype(int)

    x = np.array([-1e-6, 2.0])
    assert reference(relu, x, 0, 1e-5)
    assert not reference(relu, x, 0, 1e-7)
    assert not reference(relu, x, 1, 1e-5)
    assert reference(relu, np.array([0.0]), 0, 1e-9)  # a tie


def test_a_bug_in_the_bias_alone_is_always_seen():
    reference = BY_NAME["check_gradients"].reference
    params = {"W": np.full((300, 100), 0.5), "b": np.full(10, 0.5)}
    grads = {"W": 2 * params["W"], "b": 20 * params["b"]}
    for seed in range(5):
        report = reference(
            lambda p: float(sum((w**2).sum() for w in p.values())),
            params,
            grads,
            3,
            np.random.default_rng(seed),
        )
        assert report["W"] < 1e-4  # rounding of a sum near 7500 over a step of 1e-5
        assert report["b"] == pytest.approx(0.9, abs=1e-3)


def test_the_planted_bugs_are_found_and_nobody_else():
    found = BY_NAME["find_trojans"].reference(trojans.planted(), trojans.workshop())
    assert sorted(found) == ["birch", "elm", "fir", "juniper"]


@pytest.mark.parametrize("seed", range(30))
def test_the_reference_accuses_the_wrong_kinds_whatever_the_data(seed):
    made = {kind: trojans.make(kind, seed) for kind in trojans.KINDS}
    assert set(BY_NAME["find_trojans"].reference(made, trojans.workshop(seed))) == set(trojans.WRONG)


def test_no_single_careless_check_finds_the_four_and_spares_the_three():
    from autograder.exercises.gradient_checking.find_trojans import inspect

    guilty = ["birch", "elm", "fir", "juniper"]
    careless = ({"burn_in": 0}, {"reg": (1e5,)}, {"seed": None}, {"arrays": ["W1", "W2"]})
    for change in careless:
        assert sorted(inspect(trojans.planted(), trojans.workshop(), **change)) != guilty, change
    assert sorted(inspect(trojans.planted(), trojans.workshop())) == guilty


@pytest.mark.parametrize("reg", [0.0, trojans.AUTHORS_REG])
def test_right_and_wrong_implementations_lie_far_from_the_threshold(reg):
    from autograder.exercises.gradient_checking.find_trojans import worst

    for seed in range(5):
        data, rng = trojans.workshop(seed), np.random.default_rng(0)
        for kind in trojans.KINDS:
            implementation = trojans.make(kind, seed)
            params = {name: w.copy() for name, w in data["params"].items()}
            for _ in range(30):
                grads = implementation(params, data["X"], data["y"], 0.0, 7)[1]
                params = {name: params[name] - 0.5 * grads[name] for name in params}
            error = worst(implementation, params, data["X"], data["y"], (reg, 7), list(params), rng)
            right = kind in trojans.RIGHT or (kind.endswith("faint") and reg > 0)
            factor = 5 if kind.startswith("small") else 30  # near the start a weak regulariser masks less
            assert error < 1e-3 / factor if right else error > 30 * 1e-3, (kind, seed)


def test_nan_that_is_replaced_after_the_maximum_hides_the_other_entries_in_both_checks():
    def relative_error(a, n):
        with np.errstate(all="ignore"):
            return np.nan_to_num(np.max(np.abs(np.subtract(a, n)) / np.maximum(np.abs(a), np.abs(n))))

    def before_the_maximum(a, n):
        with np.errstate(all="ignore"):
            return np.max(np.nan_to_num(np.abs(np.subtract(a, n)) / np.maximum(np.abs(a), np.abs(n))))

    assert_named("relative_error", relative_error, "NaN replaced after the maximum")
    assert_accepted("relative_error", before_the_maximum)


def test_the_error_of_lesson_f2_is_not_called_a_floor():
    def relative_error(a, n):
        scale = max(np.max(np.abs(a)), np.max(np.abs(n)))
        return np.max(np.abs(np.subtract(a, n))) / scale if scale else 0.0

    assert_named("relative_error", relative_error, "divided by the largest of all entries")


def test_a_solver_in_another_style_that_uses_a_whole_gradient_is_accepted():
    def check_gradients(loss, params, grads, per_array, rng):
        worst = {}
        for name, w in params.items():
            where = rng.permutation(w.size)[: min(per_array, w.size)]
            total = 0.0
            for k in where:
                keep = w.ravel()[k]
                values = []
                for side in (1, -1):
                    w.ravel()[k] = keep + side * 2e-5
                    values.append(loss(params))
                w.ravel()[k] = keep
                n, a = np.subtract(*values) / 4e-5, grads[name].ravel()[k]
                total = max(total, abs(n - a) / max(abs(n), abs(a), 1e-30))
            worst[name] = total
        return worst

    assert judge(BY_NAME["check_gradients"], check_gradients).verdict == "correct"
