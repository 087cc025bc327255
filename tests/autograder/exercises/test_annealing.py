"""Lesson 07: schedules held to hand-worked numbers and to PyTorch's rule, mistakes as the syllabus lists them."""

import itertools
import math
import re

import numpy as np
import pytest

from autograder.exercises import annealing
from autograder.exercises.annealing.reduce_on_plateau import BUMPY, counter, history
from autograder.judging import judge
from autograder.validating import visible
from course.checks import check, headline
from course.noisy_bowl import floor
from course.probes.comparing import same

PLATEAU = annealing.reduce_on_plateau
BY_NAME = {exercise.name: exercise for exercise in annealing.EXERCISES}
POINTS = {
    "step_decay": 2,
    "smooth_decay": 4,
    "scale_rate": 3,
    "reduce_on_plateau": 4,
    "translate_momentum_buffer": 2,
}

# What a reader of this lesson gets wrong -> the names under which it is reported.
EXPECTED = {
    "step_decay": {
        "iterations taken for epochs",
        "compounded from the current rate",
        "factor subtracted",
        "one epoch early",
        "one iteration late",
    },
    "smooth_decay": {
        "missing minus",
        "iterations taken for epochs",
        "compounded from the current rate",
        "negative after the end",
    },
    "scale_rate": {"ratio inverted", "root of the ratio", "curvature of the old side only"},
    "reduce_on_plateau": {
        "training error watched",
        "factor subtracted",
        "compounded from the current rate",
        "one epoch too impatient",
    },
    "translate_momentum_buffer": {"velocity left alone", "ratio inverted"},
}


def test_the_points_add_up_to_fifteen():
    assert {name: exercise.points for name, exercise in BY_NAME.items()} == POINTS
    assert sum(POINTS.values()) == 15


@pytest.mark.parametrize("name", BY_NAME)
def test_every_expected_mistake_is_known(name):
    assert {known.name for known in BY_NAME[name].mistakes} >= EXPECTED[name]


@pytest.mark.parametrize(
    ("name", "config", "iteration", "rate"),
    [
        ("step_decay", {"initial_rate": 1.0, "per_epoch": 10}, 49, 1.0),
        ("step_decay", {"initial_rate": 1.0, "per_epoch": 10}, 50, 0.5),
        ("step_decay", {"initial_rate": 3.0, "per_epoch": 10, "factor": 0.1, "every": 20}, 400, 0.03),
        ("smooth_decay", {"initial_rate": 1.0, "per_epoch": 10, "k": 0.5}, 20, math.exp(-1)),
        ("smooth_decay", {"kind": "1/t", "initial_rate": 1.0, "per_epoch": 10, "k": 0.5}, 20, 0.5),
        ("smooth_decay", {"kind": "linear", "initial_rate": 1.0, "per_epoch": 10, "epochs": 8}, 20, 0.75),
        ("smooth_decay", {"kind": "linear", "initial_rate": 1.0, "per_epoch": 10, "epochs": 8}, 99, 0.0),
    ],
)
def test_reference_gives_the_worked_number(name, config, iteration, rate):
    assert BY_NAME[name].reference(iteration, config) == pytest.approx(rate, rel=1e-14)


def test_exponential_is_the_limit_of_many_small_cuts():
    # (1 - k/n)^(nt) tends to exp(-kt) with relative error k^2 t / 2n = 1e-7 here
    k, t, n = 0.2, 5.0, 10**6
    rate = annealing.smooth_decay.reference(50, {"initial_rate": 1.0, "per_epoch": 10, "k": k})
    assert rate == pytest.approx((1 - k / n) ** (n * t), rel=3e-7)


def test_scaled_rates_have_the_floor_of_the_bowls_exact_recursion():
    """In one direction of curvature 4 the mean square m obeys m <- (1 - rate c)^2 m + rate^2 sigma^2 / batch."""

    def rest(rate, batch, c):
        m = 1.0
        for _ in range(20_000):
            m = (1 - rate * c) ** 2 * m + rate**2 / batch
        return c * m / 2

    for c in (1.0, 4.0):
        rate = annealing.scale_rate.reference(0.1, 32, 200, c)
        assert rest(rate, 200, c) == pytest.approx(rest(0.1, 32, c), rel=1e-9)
    assert annealing.scale_rate.reference(0.1, 32, 10**9, 4.0) < 2 / 4.0
    assert floor(0.1, sigma=1 / math.sqrt(2)) == pytest.approx(
        floor(0.1) / 2
    )  # twice the batch, half the floor


def test_the_worked_number_of_the_batch():
    assert annealing.scale_rate.reference(0.1, 32, 64) == pytest.approx(0.2, rel=1e-14)
    assert round(annealing.scale_rate.reference(0.1, 32, 64, 4.0), 4) == 0.1667


def test_plateau_gives_the_worked_number_and_waits_after_each_cut():
    rule = annealing.reduce_on_plateau.reference
    config = {"initial_rate": 1.0, "patience": 2}
    assert rule(history([0.5, 0.4, 0.4, 0.6, 0.45]), config) == 0.5
    flat = [rule(history([0.5] * n), config) for n in range(8)]
    assert flat == [1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]


def test_the_bumpy_history_of_the_probe_cuts_more_than_once():
    rates = {annealing.reduce_on_plateau.reference(history(BUMPY[:n]), None) for n in range(20)}
    assert len(rates) >= 3


def test_what_libraries_do_otherwise_is_a_convention_with_half_the_points():
    found = {known.name: judge(annealing.reduce_on_plateau, known.function) for known in
             annealing.reduce_on_plateau.conventions}  # fmt: skip
    assert found.keys() == {"one epoch more patience", "a least improvement", "a floor under the rate"}
    assert {(verdict.verdict, verdict.points) for verdict in found.values()} == {("convention", 2)}
    assert "PyTorch" in found["one epoch more patience"].message


@pytest.mark.parametrize("lowest", [1e-3, 1e-5, 1e-7, 1e-8])
@pytest.mark.parametrize("name", ["step_decay", "smooth_decay", "reduce_on_plateau"])
def test_a_floor_under_the_rate_is_named_whatever_its_height(name, lowest):
    def floored(when, config=None):
        return max(BY_NAME[name].reference(when, config), lowest)

    assert judge(BY_NAME[name], floored).mistake == "a floor under the rate"
    assert "A floor under the rate" in str(check(name, floored))


OVERWRITING = ["step_decay", "smooth_decay", "reduce_on_plateau"]


@pytest.mark.parametrize("name", OVERWRITING)
def test_a_setting_that_is_overwritten_shows_in_both_checks(name):
    def overwriting(when, config=None):
        config = {"initial_rate": 0.1} if config is None else config
        config["initial_rate"] = BY_NAME[name].reference(when, config)
        return config["initial_rate"]

    assert judge(BY_NAME[name], overwriting).mistake == "initial rate overwritten"
    assert "Initial rate overwritten" in str(check(name, overwriting))


@pytest.mark.parametrize(
    "slip",
    [
        lambda history, config=None: (
            annealing.reduce_on_plateau.reference(history, config) + 0 * min(history["val_error"])
        ),
        lambda history, config=None: (
            annealing.reduce_on_plateau.reference(history, config) + 0 * history["val_error"][0]
        ),
    ],
    ids=["min", "first entry"],
)
def test_the_empty_history_is_in_both_checks(slip):
    assert judge(annealing.reduce_on_plateau, slip).points == 0
    assert not visible.passes(annealing.reduce_on_plateau, slip)


def test_rounding_is_not_taken_for_an_early_epoch():
    def up(iteration, config=None):
        c = {"initial_rate": 0.1, "per_epoch": 100, "factor": 0.5, "every": 5, **(config or {})}
        return c["initial_rate"] * c["factor"] ** (math.ceil(iteration / c["per_epoch"]) // c["every"])

    assert judge(annealing.step_decay, up).mistake == "epochs rounded up"
    assert "Epochs rounded up" in str(check("step_decay", up))


def test_a_counter_that_runs_on_after_a_cut_is_not_taken_for_a_forgotten_best():
    def runs_on(history, config=None):
        c = {"initial_rate": 0.1, "factor": 0.5, "patience": 3, **(config or {})}
        rate, best, bad = c["initial_rate"], math.inf, 0
        for error in history["val_error"]:
            if error < best:
                best, bad = error, 0
            else:
                bad += 1
                if bad == c["patience"]:
                    rate *= c["factor"]
        return rate

    assert judge(annealing.reduce_on_plateau, runs_on).mistake == "one cut for each stretch"
    assert "One cut for each stretch" in str(check("reduce_on_plateau", runs_on))


SLIPS = {
    "training error watched": {"watched": "train_error"},
    "factor subtracted": {"cut": lambda rate, factor: rate - factor},
    "factor taken as the part removed": {"cut": lambda rate, factor: rate * (1 - factor)},
    "compounded from the current rate": {"start": lambda c: c.get("learning_rate", c["initial_rate"])},
    "a tie counts as better": {"improves": lambda error, best: error <= best},
    "one epoch more patience": {"due": lambda wait, patience: wait > patience},
    "one epoch too impatient": {"due": lambda wait, patience: wait >= patience - 1 and wait > 0},
    "waiting goes on after a cut": {"wait_after_cut": None},
    "waiting goes on after a better epoch": {"forgiven": False},
    "compared with the previous epoch": {"follow": True},
}
"""Slips in a plateau rule -> the option of ``counter`` that makes it."""

ONE_NAME_FOR_BOTH = {
    "bad epochs of the whole run counted": {
        "waiting goes on after a cut",
        "waiting goes on after a better epoch",
    },
}


PAIRS = [pair for pair in itertools.combinations(SLIPS, 2) if len(SLIPS[pair[0]] | SLIPS[pair[1]]) == 2]


@pytest.mark.parametrize("pair", PAIRS, ids=" + ".join)
def test_of_two_slips_in_a_plateau_rule_none_is_named_that_was_not_made(pair):
    options = SLIPS[pair[0]] | SLIPS[pair[1]]

    def rule(history, config=None):
        return counter(history, config, **options)

    verdict = judge(PLATEAU, rule)
    said = f"{verdict.message}\n{check('reduce_on_plateau', rule)}"
    names = [known.name for known in (*PLATEAU.mistakes, *PLATEAU.conventions)]
    named = {name for name in names if re.search(re.escape(headline(name)) + r"[.:\n]", said)}
    assert all(name in pair or ONE_NAME_FOR_BOTH.get(name) == set(pair) for name in named)
    assert "makes no difference" not in said
    assert verdict.points == 0


@pytest.mark.parametrize("name", ["step_decay", "smooth_decay", "reduce_on_plateau"])
def test_a_rate_that_never_falls_earns_nothing(name):
    def constant(when, config=None):
        return {"initial_rate": 0.1, **(config or {})}["initial_rate"]

    assert judge(BY_NAME[name], constant).points == 0


def test_translated_velocity_follows_pytorchs_rule_through_a_schedule():
    rng = np.random.default_rng(0)
    gradients, mu = rng.standard_normal((40, 3)), 0.9
    rates = [0.1 * 0.5 ** (i // 10) for i in range(40)]
    w = np.ones(3)
    b, theirs = np.zeros(3), []
    for rate, g in zip(rates, gradients, strict=True):  # PyTorch: the rate is outside
        b = mu * b + g
        w = w - rate * b
        theirs.append(w)
    w, v, ours = np.ones(3), np.zeros(3), []
    for i, g in enumerate(gradients):  # CS231n: the rate is inside
        if i and rates[i] != rates[i - 1]:
            v = annealing.translate_momentum_buffer.reference(v, rates[i - 1], rates[i])
        v = mu * v - rates[i] * g
        w = w + v
        ours.append(w)
    assert same(ours, theirs, 1e-13)  # forty steps of rounding
    untranslated = judge(annealing.translate_momentum_buffer, lambda v, old, new: v)
    assert untranslated.mistake == "velocity left alone"


@pytest.mark.parametrize("name", ["step_decay", "smooth_decay"])
def test_a_numpy_result_is_accepted(name):
    reference = BY_NAME[name].reference
    assert judge(BY_NAME[name], lambda i, c=None: np.float64(reference(i, c))).verdict == "correct"


@pytest.mark.parametrize("name", BY_NAME)
def test_messages_fit_the_page_and_send_to_the_exercise(name):
    for known in (*BY_NAME[name].mistakes, *BY_NAME[name].conventions):
        verdict = judge(BY_NAME[name], known.function)
        assert len(verdict.message.splitlines()[0]) <= 80
        assert verdict.message.splitlines()[-1].startswith("Read: Exercise")


@pytest.mark.parametrize("exercise", annealing.EXERCISES, ids=lambda e: e.name)
def test_the_visible_probe_sees_every_mistake_and_gives_none_anothers_name(exercise):
    seen = [
        (known.name, exercise.visible(known.make())) for known in [*exercise.conventions, *exercise.mistakes]
    ]
    right = exercise.visible(exercise.reference)
    for name, outcome in seen:
        assert not same(outcome, right)
        assert [other for other, theirs in seen if same(outcome, theirs)] == [name]
