"""What lesson 10 says in words of its comparisons: variety, cooling, dropout, students and one wide network."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from course.ensembles.members import SOURCES, images, judged, member
from course.ensembles.teaching import epoch_by_epoch, teach
from course.mine import plain_gradient_descent as rule
from course.network import MLP
from course.training import train

RESTLESS = {"epochs": 10, "batch": 10, "reg": 1e-2}


def right(probabilities):
    return (np.asarray(probabilities).argmax(axis=-1) == images().y_judge).mean(axis=-1)


def gain(draw):
    """Return by how much the average of a draw (M, N, C) is better than its mean member, and the average."""
    together = right(softmax(draw, axis=2).mean(axis=0))
    return together - right(draw).mean(), together


@pytest.fixture(scope="module")
def members():
    return [member(rule, seed) for seed in range(30)]


@pytest.fixture(scope="module")
def pool(members):
    return judged(members)


@pytest.fixture(scope="module")
def teacher(members):
    p = softmax([each.scores(images().X_train) for each in members[:20]], axis=2).mean(axis=0)
    return np.log(p)


@pytest.mark.thorough
def test_hidden_pixels_gain_most_and_end_no_higher_while_one_start_and_one_run_gain_little(pool):
    draws = {"other seeds": pool.reshape(6, 5, *pool.shape[1:])}
    draws |= {name: np.array([source(rule, k) for k in range(4)]) for name, source in SOURCES.items()}
    gains, ends = (
        {name: np.mean([gain(draw)[part] for draw in many]) for name, many in draws.items()}
        for part in (0, 1)
    )
    hidden = gains.pop("six pixels of ten")
    assert hidden > 1.5 * max(gains.values())
    assert ends["six pixels of ten"] < ends["other seeds"] + 0.002
    for name in ("same start, other order", "last epochs of one run"):
        assert gains[name] < 0.4 * gains["other seeds"]
    assert gains["top of a search"] > 0.5 * gains["other seeds"]


def test_an_average_of_checkpoints_helps_a_restless_run_a_lot_and_a_calm_one_little():
    data, network = images(), MLP(sizes=(64, 16, 10))
    found = {}
    for name, options in {"calm": {"epochs": 20, "batch": 50}, "restless": RESTLESS}.items():
        options = dict(options)
        epochs, pairs = options.pop("epochs"), []
        for seed in range(6):
            step = epoch_by_epoch(
                network, data.X_train, data.y_train, rule, {"learning_rate": 1.0}, seed=seed, **options
            )
            params, kept = network.start(np.random.default_rng(seed)), []
            for _ in range(epochs):
                step(params)
                kept.append(softmax(network.scores(params, data.X_judge), axis=1))
            pairs.append((right(kept[-1]), right(np.mean(kept[-5:], axis=0))))
        found[name] = np.mean(pairs, axis=0)
    assert found["restless"][1] > found["restless"][0] + 0.015
    assert abs(found["calm"][1] - found["calm"][0]) < 0.006
    assert found["restless"][1] < found["calm"].max() + 0.01


def test_a_cooled_run_ends_where_the_running_average_does():
    data, network, ends = images(), MLP(sizes=(64, 16, 10)), []
    for seed in range(10):
        average = {}

        def follow(at, average=average):
            for name, w in at.params.items():
                average[name] = 0.99 * average[name] + 0.01 * w if name in average else w.copy()

        cosine = {"rate": lambda epoch, run: 0.5 + 0.5 * np.cos(np.pi * epoch / 10)}
        restless, cooled = (
            train(network, data.X_train, data.y_train, rule, {"learning_rate": 1.0},
                  rng=np.random.default_rng(seed), each_step={"average": watch}, **RESTLESS, **cool).params
            for watch, cool in ((follow, {}), (lambda at: None, cosine))
        )  # fmt: skip
        ends.append(
            [network.accuracy(each, data.X_judge, data.y_judge) for each in (restless, average, cooled)]
        )
    last, averaged, cooled = np.mean(ends, axis=0)
    assert abs(averaged - cooled) < 0.008
    assert min(averaged, cooled) > last + 0.015


@pytest.mark.long
def test_dropout_brings_about_half_a_point_and_five_such_networks_no_more():
    dropped = judged([member(rule, seed, width=64, epochs=30, dropout=0.5) for seed in range(25)])
    without = judged([member(rule, seed, width=64, epochs=30) for seed in range(10)])
    five = [right(softmax(dropped[k : k + 5], axis=2).mean(axis=0)) for k in range(0, 25, 5)]
    one = right(dropped[:10])
    assert -0.002 < one.mean() - right(without).mean() < 0.008
    assert abs(np.mean(five) - one.mean()) < 0.005


@pytest.mark.long
def test_students_of_a_warm_teacher_go_most_of_the_way_to_a_member_and_those_of_a_cold_one_do_not(
    pool, teacher
):
    data, student = images(), MLP(sizes=(64, 8, 10))

    def learnt(T, alpha):
        def slope(scores, rows):
            p, q = softmax(teacher[rows] / T, axis=1), softmax(scores / T, axis=1)
            truth = np.eye(10)[data.y_train[rows]]
            hard = np.exp(log_softmax(scores, axis=1)) - truth
            return 0.0, ((1 - alpha) * hard + alpha * T * (q - p)) / len(rows)

        found = []
        for seed in range(100, 110):
            params = teach(
                student, data.X_train, slope, rule, {"learning_rate": 1.0 if T == 1 else 0.5},
                rng=np.random.default_rng(seed), epochs=40,
            )  # fmt: skip
            found.append(right(student.scores(params, data.X_judge)))
        return np.mean(found)

    labels, cold, warm, alone = learnt(1.0, 0.0), learnt(1.0, 0.9), learnt(4.0, 0.9), right(pool).mean()
    assert abs(cold - labels) < 0.004
    assert labels + 0.5 * (alone - labels) < warm < alone + 0.002


def test_one_wide_network_has_a_part_of_what_five_members_gain(pool):
    wide = right(judged([member(rule, seed, width=80) for seed in range(8)])).mean()
    alone, five = right(pool).mean(), np.mean([gain(pool[k : k + 5])[1] for k in range(0, 30, 5)])
    assert alone + 0.25 * (five - alone) < wide < five
