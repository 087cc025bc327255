"""Lesson 01: gradient checks as users of CS231n, d2l, SciPy and Andrew Ng's course write them are graded fairly."""

import itertools

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.optimize._numdiff import approx_derivative

from autograder.exercises import gradient_checking
from autograder.judging import judge
from course.checks import check

BY_NAME = {exercise.name: exercise for exercise in gradient_checking.EXERCISES}
SPELLINGS = []


def of(exercise, points, name=None):
    """Note a function, the points it must earn and the name of the convention, if any."""

    def note(function):
        SPELLINGS.append(pytest.param(exercise, function, points, name, id=f"{exercise}-{function.__name__}"))
        return function

    return note


# numerical_gradient


@of("numerical_gradient", 4, "integer x moved in place")
def nditer_on_the_array_itself(f, x, h=0.00001):
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        oldval = x[ix]
        x[ix] = oldval + h
        fxph = f(x)
        x[ix] = oldval - h
        fxmh = f(x)
        x[ix] = oldval
        grad[ix] = (fxph - fxmh) / (2 * h)
        it.iternext()
    return grad


@of("numerical_gradient", 7)
def nditer_on_a_copy(f, x, h=0.00001):
    return nditer_on_the_array_itself(f, np.array(x, dtype=float), h)


@of("numerical_gradient", 7)
def flat_index_on_a_copy(f, x, h=1e-5):
    theta = np.asarray(x, dtype=np.float64).copy()
    flat = theta.reshape(-1)
    grad = np.empty(flat.shape)
    for i in range(flat.shape[0]):
        saved = flat[i]
        flat[i] = saved + h
        plus = f(theta)
        flat[i] = saved - h
        minus = f(theta)
        flat[i] = saved
        grad[i] = (plus - minus) / (2 * h)
    return grad.reshape(theta.shape)


@of("numerical_gradient", 7)
def unit_vectors(f, x, h=1e-5):
    x = 1.0 * np.asarray(x, dtype=np.float64)
    grads = []
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = 1
        e = e.reshape(x.shape)
        grads.append((f(x + h * e) - f(x - h * e)) / (2 * h))
    return np.array(grads).reshape(x.shape)


@of("numerical_gradient", 7)
def ndenumerate_with_float(f, x, h=1e-5):
    base = np.array(x, dtype="d")
    out = base * 0.0
    for ix, value in np.ndenumerate(base.copy()):
        ends = []
        for side in (+1, -1):
            base[ix] = float(value) + side * h
            ends.append(f(base))
        base[ix] = value
        out[ix] = np.subtract(*ends) / h / 2
    return out


@of("numerical_gradient", 7)
def scipy_three_point(f, x, h=1e-5):
    x = np.asarray(x, dtype=np.float64)
    found = approx_derivative(lambda v: f(v.reshape(x.shape)), x.ravel(), method="3-point", abs_step=h)
    return np.reshape(found, x.shape)


@of("numerical_gradient", 0, "forward difference")
def scipy_fprime(f, x, h=1e-5):
    x = np.asarray(x, dtype=np.float64)
    return approx_fprime(x.ravel(), lambda v: f(v.reshape(x.shape)), h).reshape(x.shape)


@of("numerical_gradient", 7)
def recursive_lists(f, x, h=1e-5):
    shape = np.shape(x)
    flat = [float(v) for v in np.ravel(x)]

    def at(k, step):
        return f(np.array([*flat[:k], flat[k] + step, *flat[k + 1 :]]).reshape(shape))

    return np.array([(at(k, h) - at(k, -h)) / (2 * h) for k in range(len(flat))]).reshape(shape)


@of("numerical_gradient", 4, "slopes kept in the type of x")
def zeros_like_before_the_copy(f, x, h=1e-5):
    grad = np.zeros_like(x)
    grad[...] = flat_index_on_a_copy(f, x, h)
    return grad


# relative_error


@of("relative_error", 4)
def largest_of_both(a, n):
    a, n = np.asarray(a, float), np.asarray(n, float)
    top = np.maximum(np.abs(a), np.abs(n))
    out = np.zeros(top.shape)
    np.divide(np.abs(a - n), top, out=out, where=top > 0)
    return out.max()


@of("relative_error", 4)
def nan_to_num(a, n):
    with np.errstate(all="ignore"):
        return np.nanmax(np.nan_to_num(np.abs(np.subtract(a, n)) / np.maximum(np.abs(a), np.abs(n))))


@of("relative_error", 4)
def zipped(a, n):
    pairs = zip(np.atleast_1d(a).ravel(), np.atleast_1d(n).ravel(), strict=True)
    return max(0.0 if x == y else abs(x - y) / max(abs(x), abs(y)) for x, y in pairs)


@of("relative_error", 4)
def an_array_of_one(a, n):
    return np.array([zipped(a, n)])


@of("relative_error", 4)
def tiny_from_finfo(a, n):
    top = np.maximum(np.maximum(np.abs(a), np.abs(n)), np.finfo(float).tiny)
    return float(np.max(np.abs(np.asarray(a) - np.asarray(n)) / top))


@of("relative_error", 2, "sum with a floor")
def sum_and_1e_8(x, y):
    return np.max(np.abs(np.subtract(x, y)) / (np.maximum(1e-8, np.abs(x) + np.abs(y))))


@of("relative_error", 2, "sum with a floor")
def sum_and_1e_10_added(x, y):
    return np.max(np.abs(np.subtract(x, y)) / (np.abs(x) + np.abs(y) + 1e-10))


@of("relative_error", 2, "floor hides small gradients")
def max_and_1e_9(x, y):
    return np.max(np.abs(np.subtract(x, y)) / np.maximum(1e-9, np.maximum(np.abs(x), np.abs(y))))


@of("relative_error", 2, "floor hides small gradients")
def max_and_1e_8_added(x, y):
    return np.max(np.abs(np.subtract(x, y)) / (np.maximum(np.abs(x), np.abs(y)) + 1e-8))


@of("relative_error", 2, "norms added")
def norms_as_in_ngs_course(grad, gradapprox):
    numerator = np.linalg.norm(np.atleast_1d(grad) - np.atleast_1d(gradapprox))
    denominator = np.linalg.norm(np.atleast_1d(grad)) + np.linalg.norm(np.atleast_1d(gradapprox))
    return 0.0 if denominator == 0 else numerator / denominator


# crosses_kink


@of("crosses_kink", 5)
def changed_anywhere(winners, x, ix, h):
    up, down = np.copy(x), np.copy(x)
    up[ix], down[ix] = up[ix] + h, down[ix] - h
    w = [np.asarray(winners(each)) for each in (down, x, up)]
    return np.any((w[0] != w[1]) | (w[1] != w[2]))


@of("crosses_kink", 5)
def all_of_three(winners, x, ix, h):
    old, found = x[ix], []
    for value in (old - h, old, old + h):
        x[ix] = value
        found.append(np.array(winners(x)))
    x[ix] = old
    return not all(np.array_equal(each, found[1]) for each in found)


@of("crosses_kink", 5)
def early_returns(winners, x, ix, h):
    here = winners(x).tolist()
    for step in (h, -h):
        moved = x.copy()
        moved[ix] += step
        if winners(moved).tolist() != here:
            return True
    return False


@of("crosses_kink", 5)
def zero_dimensional_truth(winners, x, ix, h):
    return np.array(changed_anywhere(winners, x, ix, h))


# check_gradients


def relative(a, n):
    return 0.0 if a == n else abs(a - n) / max(abs(a), abs(n))


@of("check_gradients", 6)
def with_integers_and_replacement_refused(loss, params, grads, per_array, rng):
    worst = {}
    for key in params:
        w, count = params[key], min(per_array, params[key].size)
        picked = set()
        while len(picked) < count:
            picked.add(int(rng.integers(w.size)))
        errors = []
        for k in picked:
            ix = np.unravel_index(k, w.shape)
            keep = w[ix]
            w[ix] = keep + 1e-5
            up = loss(params)
            w[ix] = keep - 1e-5
            down = loss(params)
            w[ix] = keep
            errors.append(relative(grads[key][ix], (up - down) / 2e-5))
        worst[key] = max(errors)
    return worst


@of("check_gradients", 6)
def with_flat_views_and_the_sum_of_both(loss, params, grads, per_array, rng):
    # The error of CS231n: what is wrong with it costs Exercise 2 and nothing here.
    report = {}
    for name, array in params.items():
        flat, g = array.reshape(-1), grads[name].reshape(-1)
        report[name] = []
        for k in rng.choice(flat.size, size=min(flat.size, per_array), replace=False):
            old = flat[k]
            flat[k] = old + 1e-5
            up = loss(params)
            flat[k] = old - 1e-5
            down = loss(params)
            flat[k] = old
            n = (up - down) / 2e-5
            report[name].append(abs(g[k] - n) / max(1e-8, abs(g[k]) + abs(n)))
        report[name] = np.max(report[name])
    return report


# find_trojans


@of("find_trojans", 8)
def by_all_entries_after_forty_steps(implementations, data):
    X, y, guilty = data["X"], data["y"], set()
    for name, f in implementations.items():
        p = {k: np.array(v) for k, v in data["params"].items()}
        for _ in range(40):
            g = f(p, X, y, 0.0, 3)[1]
            for k in p:
                p[k] = p[k] - 0.3 * g[k]
        g = f(p, X, y, 0.0, 3)[1]
        for k, w in p.items():
            for ix in itertools.product(*map(range, w.shape)):
                old, ends = w[ix], []
                for step in (1e-5, -1e-5):
                    w[ix] = old + step
                    ends.append(f(p, X, y, 0.0, 3)[0])
                w[ix] = old
                n = (ends[0] - ends[1]) / 2e-5
                if abs(n - g[k][ix]) > 1e-3 * max(abs(n), abs(g[k][ix]), 1e-9):
                    guilty.add(name)
    return guilty


@pytest.mark.parametrize(("exercise", "function", "points", "name"), SPELLINGS)
def test_a_published_spelling_earns_its_points_and_both_checks_say_the_same(exercise, function, points, name):
    verdict, report = judge(BY_NAME[exercise], function), check(exercise, function)
    assert (round(verdict.points, 9), verdict.mistake) == (points, name)
    assert report.passed is (name is None)
    assert name is None or report.headline == f"{name[:1].upper()}{name[1:]}."


def test_a_missing_minimum_is_named_and_not_a_raw_error():
    def check_gradients(loss, params, grads, per_array, rng):
        for w in params.values():
            rng.choice(w.size, per_array, replace=False)
        return with_flat_views_and_the_sum_of_both(loss, params, grads, per_array, rng)

    assert check("check_gradients", check_gradients).headline == "More draws than entries."
