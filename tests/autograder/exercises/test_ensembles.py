"""The exercises of lesson 10 by other routes: SciPy, closed forms, differences, and the asserts a reader sees."""

import numpy as np
import pytest
from scipy import special

from autograder.exercises.ensembles import (
    EXERCISES,
    average_predictions,
    calibration_error,
    checkpoint_ensemble,
    distill_loss,
    ema_update,
    honest_gain,
)
from autograder.exercises.ensembles.distill_loss import LARGE, ORDINARY, case
from autograder.judging import judge
from autograder.judging.signatures import observe
from course.probes.ensembles.weights import Rehearsal, copied, walk


def known(exercise, name):
    every = [*exercise.mistakes, *exercise.conventions]
    return next(each for each in every if each.name == name)


def test_the_points_are_those_of_the_syllabus():
    assert {each.name: each.points for each in EXERCISES} == {
        "average_predictions": 3, "honest_gain": 2, "checkpoint_ensemble": 3, "ema_update": 4,
        "calibration_error": 3, "distill_loss": 5,
    }  # fmt: skip


def test_the_reference_averages_scipys_softmax():
    scores = list(5 * np.random.default_rng(0).normal(size=(4, 6, 7)))
    wanted = sum(special.softmax(each, axis=1) for each in scores) / 4
    assert np.allclose(average_predictions.reference(scores), wanted, rtol=1e-12)


def test_a_mean_of_scores_is_the_normalised_geometric_mean():
    scores = list(np.random.default_rng(1).normal(size=(3, 4, 5)))
    geometric = np.exp(np.mean([special.log_softmax(each, axis=1) for each in scores], axis=0))
    geometric /= geometric.sum(axis=1, keepdims=True)
    assert np.allclose(
        known(average_predictions, "scores averaged before the softmax").function(scores),
        geometric,
        rtol=1e-12,
    )


def test_the_worked_average_by_hand():
    found = average_predictions.reference([np.zeros((1, 2)), np.array([[np.log(9.0), 0.0]])])
    assert np.allclose(found, [[0.7, 0.3]])


def test_the_worked_gain_by_hand():
    members, ensembles = [[0.90, 0.92], [0.89, 0.91], [0.92, 0.94]], [0.92, 0.92, 0.96]
    half = 4.30265 * 0.01 / np.sqrt(3)
    assert honest_gain.reference(members, ensembles) == pytest.approx(
        (0.02, 0.02 - half, 0.02 + half), abs=1e-7
    )


def test_the_interval_covers_the_true_gain_in_95_of_100_cases():
    rng = np.random.default_rng(0)
    members = 0.9 + 0.01 * rng.normal(size=(4000, 5, 3))
    ensembles = members.mean(axis=2) + 0.007 + 0.004 * rng.normal(size=(4000, 5))
    found = [honest_gain.reference(m, e) for m, e in zip(members, ensembles, strict=True)]
    covered = np.mean([low <= 0.007 <= high for _, low, high in found])
    # a standard error of 0.0035; five of them
    assert covered == pytest.approx(0.95, abs=0.0175)
    short = [known(honest_gain, "normal quantile instead of Students").function(*pair) for pair in
             zip(members, ensembles, strict=True)]  # fmt: skip
    assert np.mean([low <= 0.007 <= high for _, low, high in short]) < 0.9


def test_a_running_average_is_a_sum_of_fading_weights():
    path, decay, average = walk(8, 12), 0.83, None
    for weights in path:
        average = ema_update.reference(average, weights, decay)
    shares = (1 - decay) * decay ** np.arange(12)[::-1]
    shares[0] = decay**11  # the first copy
    assert shares.sum() == pytest.approx(1)
    for name, a in average.items():
        assert np.allclose(a, np.tensordot(shares, [weights[name] for weights in path], 1))


def test_a_checkpoint_ensemble_by_hand():
    run = Rehearsal(3)
    params, kept = copied(run.start), []
    for _ in range(4):
        run.train_epoch(params)
        kept.append(special.softmax(run.scores(params), axis=1))
    again = Rehearsal(3)
    found = checkpoint_ensemble.reference(again.start, again.train_epoch, again.scores, 4, 2)
    assert np.allclose(found, (kept[2] + kept[3]) / 2, rtol=1e-12)
    assert again.epochs == 4


@pytest.mark.parametrize("number", range(len(ORDINARY)))
def test_the_gradient_is_that_of_the_loss_by_centred_differences(number):
    scores, _, teacher, y, *further = ORDINARY[number]
    _, gradient = distill_loss.reference(scores, teacher, y, *further)
    for at in np.ndindex(scores.shape):
        step = np.zeros_like(scores)
        step[at] = 1e-5
        up, down = (distill_loss.reference(scores + s, teacher, y, *further)[0] for s in (step, -step))
        assert gradient[at] == pytest.approx((up - down) / 2e-5, abs=1e-7)


def test_with_alpha_zero_or_a_one_hot_teacher_it_is_cross_entropy():
    scores, _, _, y = case(31, 5, 4)
    plain = -special.log_softmax(scores, axis=1)[np.arange(5), y].mean()
    sure = 1e3 * np.eye(4)[y]
    assert distill_loss.reference(scores, sure, y, 3.0, 0.0)[0] == pytest.approx(plain)
    assert distill_loss.reference(scores, sure, y, 1.0, 1.0)[0] == pytest.approx(plain)


def test_at_a_high_temperature_distillation_compares_scores():
    scores, _, teacher, y = case(32, 3, 5)
    apart = (scores - scores.mean(axis=1, keepdims=True)) - (teacher - teacher.mean(axis=1, keepdims=True))
    _, gradient = distill_loss.reference(scores, teacher, y, 1e4, 1.0)
    assert np.allclose(gradient, apart / 5 / 3, rtol=2e-3, atol=1e-5)


def test_the_worked_distillation_by_hand():
    loss, gradient = distill_loss.reference(
        np.zeros((1, 2)), np.array([[2 * np.log(3), 0]]), np.array([1]), 2.0, 1.0
    )
    assert loss == pytest.approx(4 * np.log(2))
    assert np.allclose(gradient, [[-0.5, 0.5]])


def test_large_scores_would_overflow():
    scores = LARGE[0][0]
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(scores)).any()
        assert (special.softmax(scores, axis=1) == 0).any()


def test_the_worked_calibration_error_by_hand():
    p, y = np.array([[0.95, 0.05], [0.95, 0.05], [0.35, 0.65]]), np.array([0, 1, 1])
    for each in (calibration_error.reference, *(known.function for known in calibration_error.variants)):
        assert each(p, y) == pytest.approx(2 / 3 * 0.45 + 1 / 3 * 0.35)


def test_probabilities_that_are_true_have_a_small_calibration_error():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(4, 0.5), size=20_000)
    y = (p.cumsum(axis=1) < rng.random((len(p), 1))).sum(axis=1)
    assert calibration_error.reference(p, y) < 0.02
    sharper = p**2 / (p**2).sum(axis=1, keepdims=True)
    assert calibration_error.reference(sharper, y) > 0.05


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_a_verdict_repeats(exercise):
    for each in exercise.mistakes:
        assert judge(exercise, each.make()) == judge(exercise, each.make())


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_nothing_here_is_drawn_at_random(exercise):
    before = np.random.get_state()[1].copy()
    first, second = ([observe(check, exercise.reference) for check in exercise.checks] for _ in range(2))
    assert repr(first) == repr(second)
    assert (np.random.get_state()[1] == before).all()


def test_the_asserts_a_reader_sees_hold_for_every_accepted_answer():
    for each in (*honest_gain.variants, *honest_gain.conventions):
        gain, low, high = each.function(
            np.array([[0.90, 0.92], [0.89, 0.91], [0.92, 0.94]]), np.array([0.92, 0.92, 0.96])
        )
        assert np.isclose(gain, 0.02)
        assert low < gain < high
    for each in average_predictions.variants:
        worked = each.function([np.zeros((1, 2)), np.array([[np.log(9.0), 0.0]])])
        assert np.allclose(worked, [[0.7, 0.3]])
    for each in ema_update.variants:
        assert np.allclose(each.function({"w": np.array([2.0])}, {"w": np.array([6.0])}, 0.75)["w"], [3.0])
    for each in distill_loss.variants:
        teacher = np.array([[2 * np.log(3.0), 0.0]])
        assert np.allclose(
            each.function(np.zeros((1, 2)), teacher, np.array([1]), 2.0, 1.0)[1], [[-0.5, 0.5]]
        )

    def one_more(params):
        params["w"] += 1.0

    for each in checkpoint_ensemble.variants:
        found = each.function({"w": np.zeros(1)}, one_more, lambda p: p["w"] * np.array([[1.0, 0.0]]), 3, 1)
        assert np.allclose(found, [[np.exp(3), 1]] / (np.exp(3) + 1))
