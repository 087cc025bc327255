"""The exercises of lesson 09 by other routes: SciPy, hand-worked numbers, and the stated error rates."""

import math

import numpy as np
import pytest
from scipy import stats

from autograder.exercises.hyperparameter_search import (
    EXERCISES,
    coarse_to_fine,
    on_border,
    random_search,
    sample_log_uniform,
    successive_halving,
)
from autograder.exercises.hyperparameter_search.sample_log_uniform import CASES, uniform_on_values
from autograder.judging import judge
from autograder.judging.signatures import observe
from course.probes.search import draws


def test_the_points_are_those_of_the_syllabus():
    assert [each.points for each in EXERCISES] == [4, 5, 3, 5, 6, 2]


def test_the_reference_draws_scipys_log_uniform_law():
    values = sample_log_uniform.reference(1e-3, 50.0, 20_000, np.random.default_rng(4))
    assert stats.kstest(values, stats.loguniform(1e-3, 50.0).cdf).pvalue > 1e-3


def test_the_distance_is_scipys():
    sample = np.random.default_rng(0).random(200) ** 2
    assert draws.distance(sample, 0, 1) == pytest.approx(stats.kstest(sample, "uniform").statistic, abs=1e-12)


def test_a_right_sample_is_denied_at_most_once_in_a_million_times():
    assert len(CASES) * draws.LIMIT <= 1e-6
    for _, _, n in CASES:
        bound = math.sqrt(math.log(2 / draws.LIMIT) / (2 * n))
        assert stats.kstwo.sf(bound, n) <= draws.LIMIT  # the exact law of the distance, by SciPy
        assert stats.kstwo.cdf(0.2 / math.sqrt(n), n) <= 1e-8  # taken for evenly spaced


@pytest.mark.parametrize("seed", range(20))
def test_no_seed_lets_a_right_sampler_fail_or_a_uniform_one_pass(seed):
    right, wrong = sample_log_uniform.variants[1].function, uniform_on_values
    assert draws.laws(right, CASES, seed) == ["exponent"] * len(CASES)
    assert draws.laws(wrong, CASES, seed) == ["value"] * len(CASES)


def test_the_border_by_hand():
    ask = on_border.reference
    assert [ask(best, 1e-6, 10.0) for best in (3e-6, 1e-3, 4.0, 1e-7, 100.0)] == [
        "low", "inside", "high", "low", "high",
    ]  # fmt: skip


def test_coarse_to_fine_by_hand():
    calls = []

    def search(ranges, n, epochs):
        calls.append((n, epochs))
        best = {"inside": 1.0, "border": 900.0} if len(calls) == 1 else {"inside": 2.0, "border": 900.0}
        return [{"settings": best, "val_accuracy": 0.5}]

    ranges = {"inside": (1e-3, 1e3), "border": (1e-3, 1e3)}
    found = coarse_to_fine.reference(search, ranges, (1, 5), 103)
    assert calls == [(51, 1), (10, 5)]
    assert np.log10(found[1]["ranges"]["inside"]) == pytest.approx([-1, 1])
    assert np.log10(found[1]["ranges"]["border"]) == pytest.approx(np.log10(900) + np.array([-3, 3]))


@pytest.mark.parametrize("budget", [30, 77, 300, 1001])
def test_no_accepted_search_in_stages_exceeds_its_budget(budget):
    for function in (coarse_to_fine.reference, *(each.function for each in coarse_to_fine.variants)):
        spent = []

        def search(ranges, n, epochs, spent=spent):
            spent.append(n * epochs)
            return [{"settings": {name: lo for name, (lo, hi) in ranges.items()}, "val_accuracy": 0.1}]

        function(search, {"x": (1.0, 10.0)}, (1, 5, 9), budget)
        assert sum(spent) <= budget


def test_a_search_ranks_by_validation_and_puts_nan_last():
    scores = iter([0.2, math.nan, 0.9])
    found = random_search.reference(
        lambda settings: {"val_accuracy": next(scores)},
        {"x": lambda rng: rng.random()},
        3,
        np.random.default_rng(0),
    )
    assert [each["val_accuracy"] for each in found[:2]] == [0.9, 0.2]
    assert math.isnan(found[2]["val_accuracy"])


def test_successive_halving_by_hand():
    spent = []

    def train(settings, epochs):
        spent.append(epochs)
        return math.nan if settings["x"] == 3 else settings["x"] * (1 - 0.5 / epochs)

    rungs = successive_halving.reference(train, [{"x": x} for x in range(7)])
    assert [(each["epochs"], len(each["trials"])) for each in rungs] == [(1, 7), (2, 3), (4, 1)]
    assert sum(spent) == 7 + 6 + 4
    assert [trial["settings"]["x"] for trial in rungs[0]["trials"]] == [6, 5, 4, 2, 1, 0, 3]


def test_a_report_may_hold_its_accuracies_as_float32():
    def reports(rungs, kind):
        trials = [
            [{**trial, "val_accuracy": kind(trial["val_accuracy"])} for trial in rung["trials"]]
            for rung in rungs
        ]
        return [{**rung, "trials": each} for rung, each in zip(rungs, trials, strict=True)]

    def halving(kind):
        return lambda *args, **options: reports(successive_halving.reference(*args, **options), kind)

    assert judge(successive_halving, halving(np.float32)).verdict == "correct"
    assert judge(successive_halving, halving(lambda accuracy: accuracy + 1e-4)).points == 0


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_a_verdict_repeats(exercise):
    for known in exercise.mistakes:
        assert judge(exercise, known.make()) == judge(exercise, known.make())


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_probes_leave_numpys_global_generator_alone(exercise):
    before = np.random.get_state()[1].copy()
    for check in exercise.checks:
        observe(check, exercise.reference)
    assert (np.random.get_state()[1] == before).all()
