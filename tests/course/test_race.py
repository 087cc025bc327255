import numpy as np
import pytest

from course.comparison import Objective
from course.mine import plain_gradient_descent
from course.race import Racer, copies_held, entered, race, scipy, table, tuned

RATES = {"learning_rate": (0.001, 0.01, 0.1, 0.3, 1.5)}


def sgd(w, dw, config=None):
    return plain_gradient_descent(w, dw, config)


def bowl():
    return Objective(lambda w: (float(w @ w), 2 * w), start=np.array([3.0, 4.0]))


def one_step(objective):
    _, g = objective(objective.start)
    objective(objective.start - g / 2)


def test_the_best_run_is_the_first_at_the_goal_and_the_search_is_billed():
    racers = race(bowl(), {"sgd": (sgd, RATES)}, {"newton": one_step, "absent": None}, goal=1e-6, steps=60)
    assert list(racers) == ["sgd", "newton"]
    assert racers["sgd"].best(1e-6) == (0.3,)
    # 25 (1 - 0.6)^2k <= 1e-6 at k = 10, the eleventh evaluation
    assert racers["sgd"].cost(1e-6) == 11
    assert racers["sgd"].searched() > 11
    assert racers["sgd"].at_an_end(1e-6) == []
    assert racers["newton"].cost(1e-6) == 2


def test_a_goal_that_nobody_reaches_goes_to_the_lowest_loss_and_an_end_is_said():
    racers = race(bowl(), {"sgd": (sgd, {"learning_rate": (0.001, 0.002)})}, {}, goal=1e-6, steps=10)
    assert racers["sgd"].cost(1e-6) is None
    assert racers["sgd"].best(1e-6) == (0.002,)
    assert "at an end of the grid: try beyond" in table(racers, {"goal": 1e-6})
    assert " - " in table(racers, {"goal": 1e-6})


def test_a_method_that_runs_out_of_its_budget_keeps_what_it_had():
    def endless(objective):
        while True:
            objective(objective.start)

    racers = race(bowl(), {}, {"endless": endless, "SciPy BFGS": scipy("BFGS")}, goal=1.0, steps=5, budget=7)
    assert racers["endless"].searched() == 7
    assert racers["SciPy BFGS"].cost(1e-6) is not None


def test_a_stand_in_does_not_race_under_another_name():
    rules = {"sgd": plain_gradient_descent, "adam": plain_gradient_descent, "rmsprop": sgd}
    assert list(entered(rules, {"sgd": RATES, "adam": RATES, "rmsprop": RATES})) == ["sgd", "rmsprop"]


def test_several_settings_are_tried_in_every_combination():
    grid = {"learning_rate": (0.1, 0.3), "momentum": (0.0, 0.5, 0.9)}
    racers = race(bowl(), {"sgd": (sgd, grid)}, {}, goal=1e-6, steps=60)
    assert len(racers["sgd"].runs) == 6
    assert isinstance(racers["sgd"], Racer)
    assert racers["sgd"].at_an_end(1e-6) == ["learning_rate", "momentum"]


def test_memory_is_counted_in_copies_of_the_parameters():
    def hoard(objective):
        held = [objective(objective.start)[1] for _ in range(10)]
        assert len(held) == 10

    def matrix(objective):
        n = len(objective.start)
        objective(objective.start)
        np.ones((n, n)).sum()

    held = copies_held({"sgd": (sgd, RATES)}, {"hoard": hoard, "newton": matrix, "absent": None}, 400)
    assert list(held) == ["sgd", "hoard", "newton"]
    assert held["sgd"] < held["hoard"] < held["newton"]
    assert 400 < held["newton"] < 420


def test_tuning_takes_the_lowest_median_and_says_when_it_lies_at_an_end():
    def loss(rate, seed):
        return np.inf if seed == 2 and rate == 2 else (np.log2(rate) - 1) ** 2

    assert tuned(loss, (1, 2, 4), range(3)) == (2, False)
    assert tuned(loss, (2, 4, 8), range(3)) == (2, True)
    assert tuned(loss, (2, 4, 8), range(3))[0] == pytest.approx(2)
