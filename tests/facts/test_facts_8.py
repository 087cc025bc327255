"""The numbers and claims that lesson 10 states in prose, each computed."""

import inspect
import itertools

import numpy as np
import pytest
from scipy import stats
from scipy.special import log_softmax, softmax

from autograder.exercises.ensembles import calibration_error, distill_loss
from course.ensembles.confidence import (
    best_temperature,
    by_chance,
    log_loss,
    soften,
    stands_out,
    uncertainties,
    unlike,
)
from course.ensembles.members import ROWS as TRAINING
from course.ensembles.members import WIDTH, images, judged, member
from course.ensembles.teaching import teach
from course.network import MLP
from course.training import train

ROWS = np.arange(897)


def rule(w, dw, config):
    return w - config["learning_rate"] * dw, config


@pytest.fixture(scope="module")
def pool():
    """Return scores (20, N, C) of twenty seeds."""
    return judged([member(rule, seed) for seed in range(20)])


def right(probabilities):
    return (np.asarray(probabilities).argmax(axis=-1) == images().y_judge).mean(axis=-1)


def test_a_member_has_16_units_and_sees_300_images_in_20_epochs():
    assert (WIDTH, TRAINING) == (16, 300)
    assert inspect.signature(member).parameters["epochs"].default == 20


def test_masks_of_a_layer_of_64_and_of_4096_units():
    assert [len(str(2**units)) - 1 for units in (64, 4096)] == [19, 1233]
    assert [int(units * np.log10(2)) for units in (64, 4096)] == [19, 1233]


def test_ten_equal_shares_have_3_bits_and_a_third():
    assert np.log2(10) == pytest.approx(3.3, abs=0.05)


def test_five_members_or_eighty_units_cost_the_same_and_a_student_half_of_a_member():
    def cost(*sizes):
        return sum(a * b for a, b in itertools.pairwise(sizes))

    assert 5 * cost(64, 16, 10) == cost(64, 80, 10)
    assert 2 * cost(64, 8, 10) == cost(64, 16, 10)


def test_three_draws_have_students_quantile_4_303():
    assert stats.t.ppf(0.975, 2) == pytest.approx(4.303, abs=5e-4)


def test_the_log_loss_of_an_average_is_never_above_the_members_mean_for_any_image(pool):
    y = images().y_judge
    alone = -log_softmax(pool, axis=2)[:, ROWS, y].mean(axis=0)
    together = -np.log(softmax(pool, axis=2).mean(axis=0)[ROWS, y])
    assert (together <= alone + 1e-12).all()


def test_the_average_of_twenty_beats_the_mean_member_and_one_series_goes_up_and_down(pool):
    series = np.array([right(softmax(pool[:k], axis=2).mean(axis=0)) for k in range(1, 21)])
    assert series[-1] > right(pool).mean()
    assert (np.diff(series) < 0).any()


def test_what_all_miss_stays_wrong_for_the_first_five(pool):
    wrong = pool[:5].argmax(axis=2) != images().y_judge
    together = softmax(pool[:5], axis=2).mean(axis=0).argmax(axis=1) != images().y_judge
    assert wrong.min(axis=0).sum() == 27
    assert together[wrong.all(axis=0)].all()
    assert (wrong.sum(axis=1).min(), together.sum()) == (55, 60)
    assert wrong.sum(axis=1).mean() == pytest.approx(63.8)
    few = np.isin(wrong.sum(axis=0), (1, 2))
    assert together[few].sum() == 3
    assert few.sum() > 30, "most of what one or two miss comes right"


def test_a_network_that_is_too_sure_keeps_its_labels_and_outweighs_a_mean_of_scores(pool):
    loud = pool[:5].copy()
    loud[3] *= 300
    assert (loud[3].argmax(axis=1) == pool[3].argmax(axis=1)).all()
    follows = (loud.mean(axis=0).argmax(axis=1) == loud[3].argmax(axis=1)).mean()
    assert follows > 0.99
    assert right(softmax(loud, axis=2).mean(axis=0)) > right(loud.mean(axis=0))


def test_half_way_between_two_seeds_lies_a_bad_network_and_between_two_orders_or_epochs_none():
    net, data = MLP(sizes=(64, 16, 10)), images()
    start = net.start(np.random.default_rng(5))

    def middle(a, b):
        params = {name: (a.params[name] + b.params[name]) / 2 for name in a.params}
        return net.accuracy(params, data.X_judge, data.y_judge)

    assert middle(member(rule, 0), member(rule, 1)) < 0.8
    assert middle(member(rule, 0, start=start), member(rule, 1, start=start)) > 0.9
    assert middle(member(rule, 0, epochs=15), member(rule, 0)) > 0.9


def test_a_restless_run_has_300_steps_and_its_average_is_better():
    data, net = images(), MLP(sizes=(64, 16, 10))
    better = []
    for seed in range(6):
        average = {}

        def follow(at, average=average):
            for name, w in at.params.items():
                average[name] = 0.99 * average[name] + 0.01 * w if name in average else w.copy()

        run = train(
            net, data.X_train, data.y_train, rule, {"learning_rate": 1.0}, rng=np.random.default_rng(seed),
            epochs=10, batch=10, reg=1e-2, each_step={"average": follow},
        )  # fmt: skip
        assert len(run.steps["loss"]) == 300
        pair = [net.accuracy(params, data.X_judge, data.y_judge) for params in (average, run.params)]
        better.append(pair[0] > pair[1])
    assert all(better)


def test_softened_probabilities_differ_by_scores_over_CT_at_a_high_temperature():
    z, v = np.random.default_rng(0).normal(size=(2, 10))
    z, v, T = z - z.mean(), v - v.mean(), 1000.0
    assert np.allclose(softmax(z / T) - softmax(v / T), (z - v) / (10 * T), rtol=0.05, atol=1e-6)


# Confidence


def sure(p):
    return p.max(axis=-1).mean()


def error(p):
    return calibration_error.reference(p, images().y_judge)


@pytest.mark.thorough
def test_averaging_lowers_confidence_which_mends_the_overtrained_and_spoils_the_calibrated(pool):
    short = softmax(pool, axis=2)
    long = softmax(judged([member(rule, seed, epochs=200) for seed in range(20)]), axis=2)
    for members, better in ((short, False), (long, True)):
        assert sure(members.mean(axis=0)) < sure(members)
        single = np.array([error(p) for p in members])
        assert (error(members.mean(axis=0)) < single.mean()) == better
        assert abs(error(members.mean(axis=0)) - single.mean()) > 0.005
        y = images().y_judge
        assert log_loss(members.mean(axis=0), y) < np.mean([log_loss(p, y) for p in members])


def test_by_chance_alone_members_of_20_epochs_would_show_nearly_the_error_that_they_show(pool):
    p = softmax(pool, axis=2)
    chance, shown = by_chance(calibration_error.reference, p), np.mean([error(each) for each in p])
    assert chance == pytest.approx(0.016, abs=0.002)
    assert chance < shown < 1.25 * chance
    average = p.mean(axis=0)
    assert by_chance(calibration_error.reference, np.tile(average, (50, 1, 1))) < error(average) - 0.01


def test_a_teacher_takes_a_9_for_a_3_with_one_or_two_per_cent_and_its_second_choice_is_a_matter_of_thousandths():
    data = images()
    p = softmax([member(rule, seed).scores(data.X_train) for seed in range(20)], axis=2).mean(axis=0)
    assert 0.01 < p[data.y_train == 9, 3].mean() < 0.02
    assert 0.001 < np.median(np.sort(p, axis=1)[:, -2]) < 0.01


def test_one_temperature_calibrates_the_average(pool):
    data, networks = images(), [member(rule, seed) for seed in range(20)]
    choosing = softmax([each.scores(data.X_choose) for each in networks], axis=2).mean(axis=0)
    average = softmax(pool, axis=2).mean(axis=0)
    T = best_temperature(choosing, data.y_choose)
    assert 0.6 < T < 0.95
    assert error(soften(average, T)) < error(average) - 0.01
    assert error(soften(average, T)) < 0.018, "what chance gives"


def test_a_network_is_as_sure_of_digits_turned_by_a_quarter_and_disagreement_sees_more():
    networks, data = [member(rule, seed) for seed in range(20)], images()
    kinds = unlike(data.X_judge)

    def measured(Z):
        p = softmax([each.scores(Z) for each in networks], axis=2)
        return sure(p), uncertainties(p, p.mean(axis=0))

    upright, ordinary = measured(data.X_judge)
    turned, _ = measured(kinds["a quarter turn"])
    assert abs(turned - upright) < 0.03
    for kind, Z in kinds.items():
        found = {name: np.mean(each) for name, each in stands_out(measured(Z)[1], ordinary).items()}
        assert found["one network"] < found["average of 20"] < found["disagreement"], kind
        if kind == "black and white exchanged":
            assert found["average of 20"] > found["one network"] + 0.1
    assert np.mean(stands_out(measured(kinds["a quarter turn"])[1], ordinary)["disagreement"]) < 0.85


def test_one_pass_of_dropout_does_what_thirty_masks_do():
    data, rng = images(), np.random.default_rng(0)
    dropped = [member(rule, seed, width=64, epochs=30, dropout=0.5) for seed in range(10)]
    one = right(judged(dropped))
    masks = [
        softmax(each.masked(data.X_judge, 30, dropout=0.5, rng=rng), axis=2).mean(axis=0) for each in dropped
    ]
    half = stats.t.ppf(0.975, 9) * np.std(one - right(masks), ddof=1) / 10**0.5
    assert abs(np.mean(one - right(masks))) < half + 0.002


def test_a_student_that_never_saw_a_3_knows_most_of_them_from_a_warm_teacher_and_none_from_labels(pool):
    data, net = images(), MLP(sizes=(64, 16, 10))
    teachers = [member(rule, seed) for seed in range(20)]
    advice = np.log(softmax([each.scores(data.X_train) for each in teachers], axis=2).mean(axis=0))
    kept, loss = np.flatnonzero(data.y_train != 3), distill_loss.variants[0].function

    def known(seed, T, alpha):
        def criterion(scores, rows):
            return loss(scores, advice[kept[rows]], data.y_train[kept[rows]], T, alpha)

        params = teach(net, data.X_train[kept], criterion, rule, {"learning_rate": 1.0},
                       rng=np.random.default_rng(seed), epochs=60)  # fmt: skip
        return (net.scores(params, data.X_judge).argmax(axis=1) == 3)[data.y_judge == 3].mean()

    assert known(0, 1.0, 0.0) == 0
    assert known(0, 1.0, 1.0) < 0.35
    assert known(0, 4.0, 1.0) > 0.5
