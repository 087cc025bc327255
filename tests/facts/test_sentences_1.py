"""Sentences of lesson 01 that a change of the course could make false."""

import numpy as np
import pytest

from course import numerics, trojans
from course.data import digits
from course.network import MLP


def forward(f, x, h):
    return (f(x + h) - f(x)) / h


def centred(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def entry(f, x, h=1e-5):
    """Return what a reader's ``numerical_gradient`` returns for an array of one number."""
    return np.array([(f(x + h) - f(x - h)) / (2 * h)])


def error(a, n):
    return 0.0 if a == n else abs(a - n) / max(abs(a), abs(n))


def crosses(winners, x, ix, h):
    return any(not np.array_equal(winners(x + s * h), winners(x)) for s in (1, -1))


@pytest.fixture(scope="module")
def pixels():
    return digits().X_train + digits().mean


@pytest.mark.long
def test_the_wrong_gradient_has_the_lower_loss_in_ten_of_twelve_starts_and_accuracy_is_a_toss():
    lower = higher = 0
    for seed in range(12):
        a, b = (run.epochs for run in trojans.trained(digits(), seed=seed).values())
        lower += a["train_loss"][-1] < b["train_loss"][-1]
        higher += b["val_accuracy"][-1] > a["val_accuracy"][-1]
    assert lower == 10
    assert higher == 6


def test_the_best_forward_step_is_smaller_and_several_hundred_times_worse():
    h, points = 10.0 ** np.arange(-13, 0.1, 0.25), np.linspace(0.2, 1.3, 150)

    def curve(quotient, number):
        each = [numerics.errors_by_step(quotient, np.sin, np.cos, x, h, number) for x in points]
        return np.median(each, axis=0)

    one, two = curve(forward, np.float64), curve(centred, np.float64)
    assert 3e-9 <= h[one.argmin()] <= 3e-8
    assert 3e-6 <= h[two.argmin()] <= 2e-5
    assert 300 < one.min() / two.min() < 1000
    single = curve(centred, np.float32)
    assert 1e-3 <= h[single.argmin()] <= 1e-2
    assert 2e-6 < single.min() < 2e-5  # about five digits


def test_errors_of_a_right_gradient_lie_under_what_rounding_predicts(pixels):
    net, X, y = MLP(sizes=(64, 50, 10), activation="tanh"), pixels[:50], digits().y_train[:50]
    params = net.start(np.random.default_rng(0))
    where = numerics.picks(params, tuple(params), 150, np.random.default_rng(1))
    loss, grads = net.loss(params, X, y)
    errors = numerics.entry_errors(entry, error, lambda p: net.loss(p, X, y)[0], params, grads, where, 1e-5)
    size = np.array([abs(grads[name][ix]) for name, ix in where])
    above = errors[size > 0] / (np.finfo(float).eps * loss / (1e-5 * size[size > 0]))
    assert (
        np.mean(above < 1) > 0.95
    )  # a loss can lose two last digits on some processors, and one dot touches the line
    assert above.max() < 2
    assert 1 < loss < 3  # "a loss near 2"


@pytest.mark.long
def test_without_the_crossed_kinks_every_trial_stays_small(pixels):
    y = digits().y_train
    crossed = {}
    for n in (3, 10, 50):
        trials = [numerics.kink_trial(entry, error, crosses, pixels[:n], y[:n], seed) for seed in range(16)]
        assert max(worst for worst, any_crossed in trials if not any_crossed) < 1e-5
        large = [worst for worst, any_crossed in trials if any_crossed]
        crossed[n] = len(large), max(large)
    assert crossed[3][0] < crossed[10][0] < crossed[50][0]  # fewer points: rarer
    assert crossed[3][1] > crossed[10][1] > crossed[50][1]  # but larger


def test_errors_do_not_build_up_with_depth_where_there_is_no_kink(pixels):
    rows = pixels[:10], digits().y_train[:10]
    medians = [
        np.median([numerics.depth_trial(entry, error, "tanh", depth, *rows, seed) for seed in range(6)])
        for depth in (2, 6, 10)
    ]
    assert max(medians) < 1e-5
    assert max(medians) < 4 * min(medians)


def test_small_numbers_lose_digits_below_1e_38_in_float32():
    x = np.float32(1.0)

    def loss_of_digits(scale):
        small = np.float32(scale)
        slope = float(centred(lambda t: small * np.sin(t), x, np.float32(1e-2)))
        return abs(slope / float(small) - np.cos(1)) / np.cos(1)

    assert loss_of_digits(1e-38) < 2 * loss_of_digits(1.0)
    assert loss_of_digits(1e-42) > 1e-2
    assert numerics.gap(1e16) == 2


def test_what_is_told_of_the_planted_implementations_is_true():
    assert trojans.TOLD.keys() == trojans.PLANTED.keys()
    for name, kind in trojans.PLANTED.items():
        assert bool(trojans.TOLD[name][1]) == (kind in trojans.WRONG)


def test_the_review_says_who_was_accused_wrongly_and_why():
    said = trojans.review(["birch", "cedar"]).splitlines()
    by_name = {line.split(":")[0]: line for line in said if not line.startswith(" ")}
    assert "cleared, WRONGLY" in by_name["elm"]
    assert "accused, WRONGLY" in by_name["cedar"]
    assert "the same seed draws the same mask" in by_name["cedar"]
    assert "WRONGLY" not in by_name["birch"] + by_name["ash"]
    assert any("np.ones_like(margins)" in line for line in said)


def test_every_row_of_the_table_accuses_fir_and_only_the_careful_one_is_right_about_all():
    def check_gradients(loss, params, grads, per_array, rng):
        report = {}
        for name, w in params.items():
            found = []
            for k in rng.permutation(w.size)[:per_array]:
                ix = np.unravel_index(int(k), w.shape)
                f, start = numerics.along(loss, params, name, ix)
                found.append(error(grads[name][ix], entry(f, start)[0]))
            report[name] = max(found)
        return report

    guilty = [name for name, kind in trojans.PLANTED.items() if kind in trojans.WRONG]
    rows = {
        (0, trojans.AUTHORS_REG, None): {"cedar", "fir", "juniper"},
        (0, 0.0, 1): {"birch", "fir", "juniper"},
        (30, 1e3, 1): {"elm", "fir", "juniper"},
        (30, 0.0, None): {*guilty, "cedar"},
        (30, 0.0, 1): set(guilty),
    }
    for setting, accused in rows.items():
        assert set(trojans.accused(check_gradients, *setting)) == accused, setting
