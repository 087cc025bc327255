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


def slope_at(f, x, ix, h):
    ends = []
    for step in (h, -h):
        moved = x.copy()
        moved[ix] += step
        ends.append(f(moved))
    return (ends[0] - ends[1]) / (2 * h)


def over_rows_and_columns(f, x, h):
    if x.ndim == 1:
        return np.array([slope_at(f, x, k, h) for k in range(len(x))])
    return np.array([[slope_at(f, x, (i, k), h) for k in range(x.shape[1])] for i in range(len(x))])


def of_some(chosen):
    """Return slopes of the entries that are chosen, by their number and value, and zero for the others."""

    def slopes(f, x, h):
        found = [slope_at(f, x, ix, h) * chosen(k, x[ix]) for k, ix in enumerate(np.ndindex(x.shape))]
        return np.reshape(found, x.shape)

    return slopes


@pytest.mark.parametrize(
    "slopes",
    [over_rows_and_columns, of_some(lambda k, value: k < 12), of_some(lambda k, value: value != 0)],
    ids=["two axes at most", "the first twelve", "zeros left out"],
)
def test_slopes_that_are_right_for_some_arrays_alone_earn_nothing(slopes):
    def gradient(f, x, h=1e-5):
        return slopes(f, np.array(x, dtype=np.float64), h)

    assert judge(BY_NAME["numerical_gradient"], gradient).points == 0
    assert not check("numerical_gradient", gradient).passed


@pytest.mark.parametrize(("floor", "points"), [(1e-12, 0), (1e-30, 4), (1e-300, 4)])
def test_a_floor_is_seen_unless_no_gradient_is_so_small(floor, points):
    def relative_error(a, n):
        larger = np.maximum(np.maximum(np.abs(a), np.abs(n)), floor)
        return float(np.max(np.abs(np.subtract(a, n)) / larger))

    assert judge(BY_NAME["relative_error"], relative_error).points == points


@pytest.mark.parametrize(
    ("reach", "name"),
    [
        (lambda value, h: (h / 2, h / 2), "half of the step"),
        (lambda value, h: (h / 2, h), None),
        (lambda value, h: (h, h / 2), None),
        (lambda value, h: (0.85 * h, h), None),
        (lambda value, h: (1.2 * h, h), None),
        (lambda value, h: (h * max(1, abs(value)),) * 2, None),
    ],
)
def test_a_kink_is_looked_for_within_the_step_and_no_further(reach, name):
    def crosses(winners, x, ix, h):
        below, above = x.copy(), x.copy()
        left, right = reach(x[ix], h)
        below[ix] -= left
        above[ix] += right
        here = np.asarray(winners(x))
        return any(not np.array_equal(here, np.asarray(winners(each))) for each in (below, above))

    verdict = judge(BY_NAME["crosses_kink"], crosses)
    assert (verdict.points, verdict.mistake) == (0, name)
    assert not check("crosses_kink", crosses).passed


@pytest.mark.parametrize(
    ("seen", "name"),
    [
        (lambda here, there: np.mean(here != there) > 0.01, "a few changes overlooked"),
        (lambda here, there: not np.array_equal(here[:50], there[:50]), "a few changes overlooked"),
        (lambda here, there: not np.array_equal(here > 0, there > 0), "winners as true and false"),
    ],
)
def test_a_change_of_winners_that_is_overlooked_is_named(seen, name):
    def crosses(winners, x, ix, h):
        there = []
        for step in (h, -h):
            moved = x.copy()
            moved[ix] += step
            there.append(np.asarray(winners(moved)))
        return any(bool(seen(np.asarray(winners(x)), each)) for each in there)

    assert_named("crosses_kink", crosses, name)


def checked(error=None, draw=None, at=np.unravel_index):
    """Return a check of every array with an error, draws and indices of its own."""

    def check_gradients(loss, params, grads, per_array, rng):
        report = {}
        for name, w in params.items():
            errors = []
            places = draw(rng, w.size, per_array) if draw else rng.permutation(w.size)[:per_array]
            for k in places:
                ix = at(int(k), w.shape)
                old, ends = w[ix].copy(), []
                for step in (1e-5, -1e-5):
                    w[ix] = old + step
                    ends.append(loss(params))
                w[ix] = old
                a, n = grads[name][ix], (ends[0] - ends[1]) / 2e-5
                errors.append((error or BY_NAME["relative_error"].reference)(a, n))
            report[name] = max(errors)
        return report

    return check_gradients


@pytest.mark.parametrize(
    ("slip", "name"),
    [
        ({"error": lambda a, n: abs(a - n)}, "difference for the relative error"),
        ({"error": lambda a, n: abs(abs(a) - abs(n)) / max(abs(a), abs(n), 1e-300)}, "signs dropped"),
        ({"error": lambda a, n: abs(a - n) / max(abs(a), abs(n), 1e-4)}, None),
        ({"error": lambda a, n: (abs(a - n) / max(abs(a), abs(n), 1e-300)) ** 2}, None),
        ({"error": lambda a, n: float(abs(a - n) > 1e-4 * max(abs(a), abs(n)))}, None),
        ({"draw": lambda rng, size, most: rng.permutation(size)[: min(most, 10)]}, None),
        ({"draw": lambda rng, size, most: rng.permutation(size if most >= size else size - 1)[:most]}, None),
        ({"at": lambda k, shape: divmod(k, shape[1]) if len(shape) == 2 else k if shape else ()}, None),
    ],
)
def test_a_check_that_reports_another_number_or_misses_entries_earns_nothing(slip, name):
    verdict = judge(BY_NAME["check_gradients"], checked(**slip))
    assert (verdict.points, verdict.mistake) == (0, name)
    assert not check("check_gradients", checked(**slip)).passed


def test_errors_by_the_sum_of_both_sides_cost_nothing_here():
    def by_the_sum(a, n):
        return abs(a - n) / max(abs(a) + abs(n), 1e-8)

    assert_accepted("check_gradients", checked(by_the_sum))


def searched(worst, *, arrays=("W1", "b1", "W2", "b2"), alike=False):
    """Return a search: how the errors of the arrays are judged, and whether seeds must not matter."""

    def find_trojans(implementations, data):
        X, y, found = data["X"], data["y"], []
        for name, loss in implementations.items():
            p = {k: w.copy() for k, w in data["params"].items()}
            for _ in range(30):
                grads = loss(p, X, y, 0.0, 1)[1]
                p = {k: p[k] - 0.5 * grads[k] for k in p}
            if loss(p, X, y, 0.0, 1)[0] != loss(p, X, y, 0.0, 1)[0]:
                found.append(name)
                continue
            if alike and loss(p, X, y, 0.0, 1)[0] != loss(p, X, y, 0.0, 2)[0]:
                continue
            report = checked()(
                lambda p, loss=loss: loss(p, X, y, 0.0, 1)[0],
                {k: p[k] for k in p},
                loss(p, X, y, 0.0, 1)[1],
                5,
                np.random.default_rng(0),
            )
            if worst([report[k] for k in arrays]) > 1e-3:
                found.append(name)
        return found

    return find_trojans


@pytest.mark.parametrize(
    "search",
    [
        searched(max, arrays=("W1", "b2")),
        searched(max, arrays=("W2", "b1")),
        searched(np.median),
        searched(lambda errors: sorted(errors)[-2]),
        searched(max, alike=True),
    ],
)
def test_a_search_that_misses_a_wrong_array_or_spares_dropout_earns_nothing(search):
    assert judge(BY_NAME["find_trojans"], search).points == 0
    assert not check("find_trojans", search).passed


def test_the_same_search_over_every_array_is_right():
    assert_accepted("find_trojans", searched(max))
