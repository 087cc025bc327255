"""Sentences of lesson 07 that a change of the course could make false, over seeds where they are statistical."""

import numpy as np
import pytest

from autograder.exercises import annealing, momentum
from autograder.project import Project
from autograder.validating.validate import answers_of, cells_of
from course.annealing import CURVATURE, LINEAR, REG, excess, fit, history_of, minimum
from course.data import digits
from course.network import MLP
from course.noisy_bowl import expected_loss, floor
from course.surfaces import noisy_quadratic
from course.threads import one_thread

LESSON = "07_annealing"
SGD = next(each for each in momentum.EXERCISES if each.name == "sgd").reference
START = np.array(noisy_quadratic.start)


def constant(iteration, config):
    return config["initial_rate"]


@pytest.fixture(scope="module")
def names():
    """Return what the lesson's cells define: its own answers, and the schedules that it gives."""
    project = Project.here()
    handed = answers_of(project, LESSON, cells_of(project, LESSON))
    return handed["translate_momentum_buffer"].names


@pytest.fixture(autouse=True)
def single():
    with one_thread():
        yield


def ends(schedule, rate, seeds, **options):
    """Return the excess loss at the end of a run for each seed."""
    return [excess(fit(schedule, {"initial_rate": rate}, seed, rule=SGD, **options)) for seed in seeds]


def test_a_halved_rate_a_little_more_than_halves_the_loss_within_fifteen_steps():
    mean = expected_loss(np.where(np.arange(400) < 200, 0.2, 0.1), start=START)
    assert mean[200] == pytest.approx(floor(0.2), rel=1e-6)
    assert 0.4 < mean[215] / mean[200] < 0.5


def test_the_exponential_ends_ten_times_above_its_floor_and_without_noise_at_nothing():
    rates = 0.4 * np.exp(-np.log(10) / 10 * np.arange(600) / 20)
    noisy, still = (expected_loss(rates, start=START, sigma=sigma)[-1] for sigma in (1.0, 0.0))
    assert noisy / floor(rates[-1]) == pytest.approx(10, rel=0.03)
    assert still < 1e-30
    later = expected_loss(
        np.append(rates, rates[-1] * np.exp(-np.log(10) / 200 * np.arange(5000))), start=START
    )
    assert later[-1] > 0.85 * noisy  # frozen: all rates to come take off a tenth
    slow = 0.4 / (1 + 0.9 * np.arange(600) / 20)
    assert expected_loss(slow, start=START)[-1] / floor(slow[-1]) == pytest.approx(1, abs=0.05)


@pytest.mark.thorough
def test_the_minimum_is_that_of_the_loss_that_is_trained():
    data = digits()
    params = {"W1": np.zeros((64, 10)), "b1": np.zeros(10)}
    for _ in range(6000):  # full batch, below the limit of 2 / 0.06
        _, grads = LINEAR.loss(params, data.X_train, data.y_train, reg=REG)
        params = {name: w - 20 * grads[name] for name, w in params.items()}
    assert LINEAR.loss(params, data.X_train, data.y_train, reg=REG)[0] - minimum() == pytest.approx(
        0, abs=1e-8
    )

    def gradient(w):
        grads = LINEAR.loss(
            {"W1": w[:640].reshape(64, 10), "b1": w[640:]}, data.X_train, data.y_train, reg=REG
        )[1]
        return np.concatenate([grads["W1"].ravel(), grads["b1"]])

    w, v = np.concatenate([params["W1"].ravel(), params["b1"]]), np.ones(650)
    for _ in range(200):
        v = gradient(w + 1e-4 * v / np.linalg.norm(v)) - gradient(w - 1e-4 * v / np.linalg.norm(v))
    assert np.linalg.norm(v) / 2e-4 == pytest.approx(CURVATURE, rel=0.01)


@pytest.mark.thorough
def test_with_the_linear_rule_runs_end_alike_from_10_to_300_rows_and_not_with_all():
    medians = [np.median(ends(constant, 2.0 * b / 30, range(5), batch=b)) for b in (10, 30, 100, 300)]
    assert max(medians) / min(medians) < 1.3
    same = [np.median(ends(constant, 2.0, range(3), batch=b)) for b in (10, 30, 100, 300)]
    assert same[3] > 10 * same[1]
    assert same[0] > 1.5 * same[1]
    assert 2.0 * 1197 / 30 > 2 / CURVATURE > 33
    assert min(ends(constant, 2.0 * 1197 / 30, range(3), batch=1197)) > 0.4
    bent = annealing.scale_rate.reference(2.0, 30, 1197, CURVATURE)
    assert bent < 2 / CURVATURE
    assert max(ends(constant, bent, range(3), batch=1197)) < 0.05


@pytest.mark.long
def test_the_plateau_rule_cuts_the_error_and_its_first_cut_is_luck(names):
    settings = {"initial_rate": 32.0, "factor": 0.3, "patience": 2}
    rule, cuts = names["reduce_on_plateau"], []
    for seed in range(12):
        run = fit(rule, settings, seed, rule=SGD, epochs=12, watches=True)
        errors = history_of(run)["val_error"]
        rates = [rule({"val_error": errors[:n]}, dict(settings)) for n in range(13)]
        cuts.append(int(np.argmax(np.less(rates, 32.0))))
        if seed == 0:
            assert 0.3 < errors[cuts[0]] / errors[cuts[0] - 1] < 0.6  # "falls to about half and stays there"
            assert max(errors[cuts[0] :]) < 0.6 * errors[cuts[0] - 1]
    assert min(cuts) <= 3
    assert max(cuts) >= 7


@pytest.mark.thorough
def test_more_patience_or_the_loss_makes_the_first_cut_no_more_certain():
    def first_cut(watched, patience):
        rule = annealing.reduce_on_plateau.reference
        config = {"initial_rate": 1.0, "factor": 0.3, "patience": patience}
        rates = [rule({"val_error": watched[:n]}, config) for n in range(len(watched) + 1)]
        return int(np.argmax(np.less(rates, 1.0)))

    cuts = {name: [] for name in ("error, 2", "error, 4", "loss, 2")}
    for seed in range(24):
        run = fit(constant, {"initial_rate": 32.0}, seed, rule=SGD, epochs=24)
        errors, losses = history_of(run)["val_error"], run.epochs["val_loss"][1:]
        for name, watched, patience in zip(cuts, (errors, errors, losses), (2, 4, 2), strict=True):
            cuts[name].append(first_cut(watched, patience))
    assert min(map(min, cuts.values())) > 0  # every run was cut
    assert np.median(cuts["error, 4"]) > np.median(cuts["error, 2"]) + 1
    spread = {name: np.std(epochs) for name, epochs in cuts.items()}
    assert spread["error, 4"] > 0.9 * spread["error, 2"]  # 2.4 against 1.5 epochs over sixty seeds
    assert spread["loss, 2"] > 0.7 * spread["error, 2"]  # 1.7 against 1.5


def test_the_schedules_that_are_given_start_and_end_where_the_lesson_says(names):
    config = {"initial_rate": 0.5, "per_epoch": 10, "epochs": 12, "warm": 2, "cool": 3}
    for name in ("cosine", "warm_cosine", "wsd"):
        rates = [names[name](i, config) for i in range(121)]
        assert max(rates) == pytest.approx(0.5)
        assert rates[120] == pytest.approx(0, abs=1e-12)
    warm = [names["warm_cosine"](i, config) for i in range(120)]
    assert int(np.argmax(warm)) in (19, 20)
    stable = [names["wsd"](i, config) for i in range(20, 90)]
    assert stable == [0.5] * 70


@pytest.mark.thorough
def test_no_constant_rate_reaches_what_a_warm_up_reaches_from_large_weights(names):
    steep = {"network": MLP(sizes=(64, 50, 50, 10)), "batch": 100, "epochs": 6, "reg": 0.0, "rule": SGD}

    def final(schedule, rate, gain):
        runs = [fit(schedule, {"initial_rate": rate, "warm": 2}, s, gain=gain, **steep) for s in range(6)]
        return [np.inf if run.stopped else run.epochs["train_loss"][-1] for run in runs]

    steady = {rate: final(constant, rate, 4.0) for rate in (0.2, 0.4, 0.8, 1.6)}
    medians = {rate: np.median(losses) for rate, losses in steady.items()}
    assert min(medians, key=medians.get) in (0.4, 0.8)
    warmed = final(names["climb"], 0.8, 4.0)
    assert np.median(warmed) < min(medians.values()) / 3
    assert max(warmed) < min(map(min, steady.values()))  # every seed beats every constant run
    assert np.median(final(names["climb"], 3.2, 4.0)) > 1  # no cure for a rate that is too large everywhere
    usual = [min(np.median(final(s, rate, 1.0)) for rate in (0.8, 1.6)) for s in (constant, names["climb"])]
    assert 0.6 < usual[1] / usual[0] < 1.6  # with weights of the right size there is little to gain


def test_the_velocity_coasts_for_43_steps_after_a_drop_to_a_tenth():
    v, ratios = -0.1 / (1 - 0.9), []
    for _ in range(50):
        v = 0.9 * v - 0.01
        ratios.append(-v / (0.01 / (1 - 0.9)))
    assert [round(ratios[i - 1], 1) for i in (1, 10, 43)] == [9.1, 4.1, 1.1]


@pytest.mark.thorough
def test_every_schedule_that_cools_ends_several_times_lower_at_a_higher_rate(names):
    rivals = {
        "constant": (constant, {}),
        "step": (names["step_decay"], {"factor": 0.5, "every": 2}),
        "exponential": (names["smooth_decay"], {"kind": "exponential", "k": 0.4}),
        "1/t": (names["smooth_decay"], {"kind": "1/t", "k": 1.0}),
        "linear": (names["smooth_decay"], {"kind": "linear"}),
        "plateau": (names["reduce_on_plateau"], {"factor": 0.5, "patience": 1}),
        "cosine": (names["cosine"], {}),
        "warm-up + cosine": (names["warm_cosine"], {"warm": 1}),
        "WSD": (names["wsd"], {"warm": 1, "cool": 2}),
    }
    best = {}
    for name, (schedule, knobs) in rivals.items():
        medians = {
            rate: np.median(
                [
                    excess(
                        fit(schedule, {"initial_rate": rate, **knobs}, s, rule=SGD, watches=name == "plateau")
                    )
                    for s in range(8)
                ]
            )
            for rate in (1, 2, 4, 8, 16, 32, 64)
        }
        rate = min(medians, key=medians.get)
        best[name] = rate, medians[rate]
    for name, (rate, loss) in best.items():
        assert rate not in (1, 64)
        if name != "constant":
            assert loss < best["constant"][1] / 2.5, name
            assert rate > best["constant"][0], name


@pytest.mark.thorough
def test_a_constant_rate_wins_where_there_is_no_noise_at_the_minimum(names):
    roomy = {"network": MLP(sizes=(64, 32, 10)), "epochs": 14, "reg": 0.0, "rule": SGD}
    last = {}
    for name, schedule in (("constant", constant), ("cosine", names["cosine"])):
        runs = [fit(schedule, {"initial_rate": 2.0}, seed, **roomy) for seed in range(4)]
        last[name] = {
            part: np.median([run.epochs[f"{part}_loss"][-1] for run in runs]) for part in ("train", "val")
        }
    assert last["constant"]["train"] < 0.5 * last["cosine"]["train"]
    assert last["constant"]["val"] / last["cosine"]["val"] == pytest.approx(1, abs=0.2)
