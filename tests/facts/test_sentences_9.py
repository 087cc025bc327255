"""Sentences of lesson 09 that a change of the course could make false: with momentum, and with plain descent."""

import numpy as np
import pytest
from scipy.stats import qmc

from autograder.exercises import hyperparameter_search, momentum
from course.data import digits
from course.search import DigitsJob, table_of
from course.threads import one_thread

RULES = {each.name: each.reference for each in momentum.EXERCISES if each.name in ("sgd", "sgd_momentum")}
RANGES = {"learning_rate": (1e-3, 30.0), "reg": (1e-6, 1e-2)}
WIDE = {"learning_rate": (1e-6, 10.0), "reg": (1e-6, 10.0)}
both_rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
plain_descent_later = pytest.mark.parametrize(
    "rule",
    [
        pytest.param(RULES["sgd"], id="sgd", marks=pytest.mark.thorough),
        pytest.param(RULES["sgd_momentum"], id="sgd_momentum"),
    ],
)


@pytest.fixture(autouse=True)
def single():
    with one_thread():
        yield


@pytest.fixture(scope="module", params=[pytest.param("sgd", marks=pytest.mark.thorough), "sgd_momentum"])
def trained(request):
    with one_thread():
        return table_of(DigitsJob(rule=RULES[request.param], epochs=5), RANGES, (60, 5))


@pytest.mark.long
@plain_descent_later
def test_a_fixed_rate_makes_small_batches_win_and_a_rate_of_their_own_leaves_little(rule):
    job = DigitsJob(rule=rule, epochs=10)

    def accuracy(rate, batch):
        runs = [
            job({"learning_rate": rate, "batch": batch, "seed": seed})["val_accuracy"] for seed in range(2)
        ]
        return np.mean(np.nan_to_num(runs))

    rates = np.geomspace(1e-3, 30, 16)
    fixed = min(rates, key=lambda rate: abs(rate - 0.03))
    assert accuracy(fixed, 10) - accuracy(fixed, 250) > (0.4 if rule is RULES["sgd"] else 0.1)
    best = [max(accuracy(rate, batch) for rate in rates[4:14]) for batch in (10, 50, 250)]
    assert np.ptp(best) < 0.03


@pytest.mark.long
def test_the_rate_is_nearly_everything(trained):
    assert trained.mean(axis=1).var() / trained.var() > 0.9


def test_random_plans_are_better_in_the_middle_and_worst_at_the_worst(trained):
    rng = np.random.default_rng(7)
    grid = np.array([(x, y) for x in (1 / 6, 1 / 2, 5 / 6) for y in (1 / 6, 1 / 2, 5 / 6)])
    ways = {
        "grid": lambda: grid - 1 / 6 + rng.random(2) / 3,
        "random": lambda: rng.random((9, 2)),
        "hypercube": lambda: qmc.LatinHypercube(2, rng=rng).random(9),
        "halton": lambda: qmc.Halton(2, rng=rng).random(9),
    }

    def best(points):
        x, y = np.clip(np.transpose(points), 0, 1 - 1e-9)
        return trained[(60 * x).astype(int), (5 * y).astype(int)].max()

    found = {name: np.array([best(plan()) for _ in range(1000)]) for name, plan in ways.items()}
    usual = np.mean(found["random"][:, None] > found["grid"])
    assert usual > 0.5  # "usually, yes"
    worst = {name: each.min() for name, each in found.items()}
    assert min(worst, key=worst.get) == "random"
    assert worst["random"] < worst["grid"] - 0.1
    assert min(worst["hypercube"], worst["halton"]) > worst["grid"] + 0.05


@both_rules
def test_thirty_trials_below_the_good_rates_end_at_the_border_far_from_the_best(rule):
    rng, job = np.random.default_rng(2), DigitsJob(rule=rule)
    rates = hyperparameter_search.sample_log_uniform.reference(1e-4, 0.03, 30, rng)
    found = [np.nan_to_num(job({"learning_rate": rate, "reg": 1e-4})["val_accuracy"]) for rate in rates]
    top = rates[int(np.argmax(found))]
    assert hyperparameter_search.on_border.reference(top, 1e-4, 0.03) == "high"
    assert job({"learning_rate": 1.0, "reg": 1e-4})["val_accuracy"] > max(found) + 0.02


def draw(n, rng):
    columns = {
        name: hyperparameter_search.sample_log_uniform.reference(*ends, n, rng) for name, ends in WIDE.items()
    }
    seeds = rng.integers(2**31, size=n)
    return [{name: float(columns[name][k]) for name in WIDE} | {"seed": int(seeds[k])} for k in range(n)]


@pytest.mark.thorough
@both_rules
def test_one_setting_in_six_comes_within_three_points_of_the_best(rule):
    job = DigitsJob(rule=rule, epochs=20)
    found = [np.nan_to_num(job(each)["val_accuracy"]) for each in draw(300, np.random.default_rng(77))]
    assert 0.11 < np.mean(np.array(found) > max(found) - 0.03) < 0.21


@pytest.mark.thorough
@both_rules
def test_in_the_race_medians_are_close_and_halving_has_the_least_bad_luck(rule):
    data, job = digits(), DigitsJob(rule=rule, epochs=20)

    def score(settings, epochs):
        return DigitsJob(rule=rule, epochs=epochs)(settings)["val_accuracy"]

    def judged(settings):
        fitted = [job.fit({**settings, "seed": 900 + k}, lambda stats: None).params for k in range(2)]
        return np.mean(
            [job.network.accuracy(params, data.X_train[300:], data.y_train[300:]) for params in fitted]
        )

    places = []

    def halved(rng):
        rungs = hyperparameter_search.successive_halving.reference(score, draw(50, rng), 1, 2)
        winner = rungs[-1]["trials"][0]["settings"]
        places.append(1 + [trial["settings"] for trial in rungs[0]["trials"]].index(winner))
        return winner

    def at_random(rng):
        return max(draw(15, rng), key=lambda settings: np.nan_to_num(score(settings, 20)))

    found = {
        way.__name__: np.array([judged(way(np.random.default_rng(seed))) for seed in range(20)])
        for way in (at_random, halved)
    }
    assert abs(np.median(found["at_random"]) - np.median(found["halved"])) < 0.015
    assert found["halved"].min() > found["at_random"].min()
    assert max(places) <= 25
    assert max(places) > 1  # one rung would not do
