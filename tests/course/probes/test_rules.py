"""The rules that measures are tried on do what their docstrings say, and asking twice shows what was kept."""

import numpy as np
import pytest

from course.descend import descend
from course.probes import rules
from course.surfaces import saddle


def test_counting_walks_one_two_three_rates_and_so_does_its_twin():
    for rule in (rules.counting, rules.counting_anew):
        trace = descend(rule, saddle, (1.0, 0.5), steps=3, config={"learning_rate": 0.2})
        assert trace.points[:, 1] == pytest.approx([0.5, 0.7, 1.1, 1.7])


def test_one_writes_over_what_it_is_given_and_the_other_does_not():
    w, config = np.zeros(1), {"learning_rate": 1.0}
    rules.counting_anew(w, np.ones(1), config)
    assert (w[0], config) == (0.0, {"learning_rate": 1.0})
    rules.counting(w, np.ones(1), config)
    assert (w[0], config) == (-1.0, {"learning_rate": 1.0, "calls": 1})


def test_waiting_jumps_at_its_step_and_leaves_its_config_alone():
    config = {"wait": 3}
    trace = descend(rules.waiting, saddle, (1.0, 0.5), steps=4, config=config)
    assert trace.points[:, 1].tolist() == [0.5, 0.5, 0.5, 9.5, 9.5]
    rules.waiting(np.zeros(2), np.zeros(2), config)
    assert config == {"wait": 3}


def test_by_the_direction_every_step_is_one_rate_long():
    step, _ = rules.by_the_direction(np.zeros(2), np.array([3.0, -4.0]), {"learning_rate": 0.5})
    assert step == pytest.approx([-0.3, 0.4])
    assert rules.by_the_direction(np.zeros(2), np.zeros(2))[0].tolist() == [0.0, 0.0]


def test_asked_twice_shows_a_state_that_was_kept():
    def careless(rule, config):
        return abs(rule(np.zeros(1), np.ones(1), config)[0][0]) / config["learning_rate"]

    def careful(rule, config):
        return careless(rule, dict(config))

    answers = rules.first_step_twice(careless)
    assert list(answers.values()) == [1.0, 2.0, ["calls", "learning_rate"]]
    assert list(rules.first_step_twice(careful).values()) == [1.0, 1.0, ["learning_rate"]]
