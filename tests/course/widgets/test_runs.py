"""What the Explorer finds out about a run: when it left, arrived or failed, what it feels, who wins a fair race."""

import time

import numpy as np
import pytest

from course.surfaces import beale, himmelblau, monkey_saddle, ravine, saddle
from course.widgets import Explorer, runs
from tests.course.widgets.rules import (
    ball,
    not_a_number,
    plain,
    raising,
    scaled,
    sent,
    told,
    two_betas,
    unwritten,
    uphill,
    wrong_shape,
)


@pytest.mark.parametrize(
    ("rule", "step"), [(plain, 698), (ball, 140), (scaled, 17)], ids=["plain", "momentum", "scaled"]
)
def test_a_rule_reports_when_it_left_the_saddle(rule, step):
    """The table in the facts of lesson 04 and 05: rate 0.01, from (1, 1e-6)."""
    explorer = Explorer(saddle, {"it": rule}, steps=700)
    assert explorer.runs["it"].events[0].step == step
    assert told(explorer, "it").startswith(f"left the saddle at step {step}")


def test_a_rule_on_the_ridge_never_leaves():
    assert told(Explorer(saddle, {"sgd": plain}, start=(1.0, 0.0)), "sgd") == "has not left the saddle"


def test_falling_without_end_is_no_failure():
    explorer = Explorer(saddle, {"ball": ball}, steps=400)
    assert told(explorer, "ball") == "left the saddle at step 140; falls without end"
    assert all(event.kind != "stopped" for event in explorer.runs["ball"].events)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (raising, "It raised ZeroDivisionError: no luck"),
        (unwritten, "Not written yet."),
        (not_a_number, "diverged: step 1 is not finite"),
        (wrong_shape, "`next_w` must have the shape of `w`, (2,); it came back as (3,)."),
        (uphill, "diverged: step "),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_rule_that_fails_is_named_with_its_reason_and_the_others_go_on(rule, reason):
    explorer = Explorer(ravine, {"bad": rule, "sgd": plain}, steps=50)
    assert told(explorer, "bad").startswith(reason)
    assert explorer.runs["bad"].events[-1].kind == "stopped"
    assert "\n" not in told(explorer, "bad")
    assert explorer.canvas.lengths[1] == 51
    assert np.isfinite(sent(explorer)["bad"]).all()


def test_leaving_is_counted_along_the_falling_directions_only():
    points = np.array([[1.1, 0.0], [-1.3, 0.9], [0.0, -1.01], [0.0, 0.0]])
    assert runs.escape_step(saddle, points) == 2


def test_the_monkey_saddle_is_left_where_the_loss_is_lower():
    points = np.array([[1.2, 0.0], [0.1, 0.1], [0.6, 0.7], [0.7, 0.8]])
    assert monkey_saddle.value(points[3]) < 0 < monkey_saddle.value(points[0])
    assert runs.escape_step(monkey_saddle, points) == 3


def test_a_saddle_among_minima_must_be_visited_before_it_is_left():
    away = np.array([[-5.0, 5.0], [5.0, 5.0]])
    near = np.array([*himmelblau.saddles[:1], himmelblau.saddles[0] + np.array([0.9, 0.0]), (0.0, 0.0)])
    assert runs.escape_step(himmelblau, away) is None
    assert runs.escape_step(himmelblau, near) == 2


def test_a_minimum_is_reached_within_a_fiftieth_of_the_map():
    points = np.array([[1.0, 0.5], [2.5, 0.5], [2.99, 0.5]])
    assert runs.arrival_step(beale, points) == 2
    assert runs.arrival_step(saddle, points) is None


def test_settings_are_found_by_what_they_change():
    assert runs.settings_of(plain) == {"learning_rate"}
    assert runs.settings_of(ball) == {"learning_rate", "momentum"}
    assert runs.settings_of(scaled) == {"learning_rate", "decay_rate"}
    assert runs.settings_of(two_betas) == {"learning_rate", "beta1", "beta2"}
    assert runs.settings_of(raising) == frozenset()


def test_noise_is_the_same_for_every_rule_and_every_time():
    first = Explorer(saddle, {"a": plain, "b": plain}, noise=0.5, steps=20)
    again = Explorer(saddle, {"a": plain, "b": plain}, noise=0.5, steps=20)
    assert np.array_equal(sent(first)["a"], sent(first)["b"])
    assert first.canvas.paths == again.canvas.paths
    assert first.canvas.paths != Explorer(saddle, {"a": plain, "b": plain}, steps=20).canvas.paths


def test_a_fair_race_gives_each_rule_the_best_of_the_rates():
    explorer = Explorer(ravine, {"sgd": plain, "sgd_momentum": ball}, steps=60, race=True)
    for name, rule in (("sgd", plain), ("sgd_momentum", ball)):
        ends = []
        for rate in runs.RACE_RATES:
            with np.errstate(all="ignore"):
                one = Explorer(ravine, {name: rule}, steps=60, rate=rate).runs[name]
            ends.append(np.inf if one.trace.stopped else one.trace.losses[-1])
        best = explorer.runs[name]
        assert best.rate == runs.RACE_RATES[int(np.argmin(ends))]
        assert best.trace.losses[-1] == pytest.approx(min(ends))
    assert "Fair race: 60 evaluations for every rule" in explorer.canvas.note
    assert explorer.controls.rate.disabled
    explorer.race = False
    assert explorer.canvas.note == ""
    assert not explorer.controls.rate.disabled


def test_five_rules_of_four_hundred_steps_take_a_fraction_of_a_second():
    """The budget is 50 ms on a quiet machine; ten times that only fails when something is badly wrong."""
    explorer = Explorer(
        saddle, {f"rule{k}": each for k, each in enumerate([plain, ball, scaled, ball, scaled])}
    )
    times = []
    for k in range(5):
        began = time.perf_counter()
        explorer.rate = 0.01 + 0.001 * (k + 1)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.5


def test_a_rule_that_treats_matrices_by_themselves_shows_all_its_settings():
    def rule(w, dw, config):
        key = "momentum" if np.ndim(w) == 2 else "weight_decay"
        return w - config[key] * dw, config

    assert runs.settings_of(rule) == {"momentum", "weight_decay"}


def test_a_rule_of_signs_feels_both_its_betas():
    def signs(w, dw, config):
        m = config.get("m", 0.0)
        config["m"] = config["beta2"] * m + (1 - config["beta2"]) * dw
        return w - config["learning_rate"] * np.sign(config["beta1"] * m + (1 - config["beta1"]) * dw), config

    assert runs.settings_of(signs) == {"learning_rate", "beta1", "beta2"}
