"""Lesson 04: references held to PyTorch and to hand-worked numbers, mistakes as the syllabus lists them."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from autograder.exercises import momentum
from autograder.judging import judge
from course.checks import check
from course.descend import descend, first_step_where
from course.probes import base
from course.probes.comparing import same
from course.surfaces import saddle

ORACLES = Path(__file__).parents[2] / "oracles"
BY_NAME = {exercise.name: exercise for exercise in momentum.EXERCISES}
RULES = ("sgd", "sgd_momentum", "sgd_nesterov_momentum")

# What syllabus.md lists for this lesson -> the names under which it is reported.
SYLLABUS = {
    "sgd": {"gradient added"},
    "sgd_momentum": {
        "gradient added",
        "velocity reversed at every step",
        "velocity not kept",
        "mu multiplies the gradient",
        "mu hard coded",
        "rate outside the velocity",
    },
    "sgd_nesterov_momentum": {
        "gradient added",
        "velocity not kept",
        "mu multiplies the gradient",
        "mu hard coded",
        "rate outside the velocity",
        "previous velocity saved too late",
        "plus mu v prev",
        "one minus mu times v",
        "moved twice",
    },
    "lookahead_step": {"gradient taken at x", "moved twice", "gradient added"},
    "max_stable_rate": {"smallest curvature", "nesterov as heavy ball"},
}


@pytest.mark.parametrize("name", RULES)
def test_reference_follows_pytorch_at_constant_rate(name):
    data = json.loads((ORACLES / "momentum.json").read_text(encoding="utf-8"))
    for run in data["runs"][name]:
        probe = base.Path(start=data["start"], gradients=data["gradients"], config=run["config"])
        # 1e-12: both round at 1e-16, thirty steps and a velocity remembered for a hundred add up to less
        assert same(probe(BY_NAME[name].reference), run["path"], 1e-12), run["config"]


def test_recorded_paths_cover_every_rule_and_a_changed_number_is_noticed():
    data = json.loads((ORACLES / "momentum.json").read_text(encoding="utf-8"))
    assert set(data["runs"]) == set(RULES)
    spec = importlib.util.spec_from_file_location("record", ORACLES / "record.py")
    record = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(record)
    assert record.differences(data, data) == []
    changed = json.loads(json.dumps(data))
    changed["runs"]["sgd"][0]["path"][3][0] += 1e-9
    assert len(record.differences(changed, data)) == 1
    del changed["runs"]["sgd"]
    assert len(record.differences(changed, data)) == 1


@pytest.mark.parametrize("name", SYLLABUS)
def test_every_mistake_of_the_syllabus_is_known(name):
    exercise = BY_NAME[name]
    assert SYLLABUS[name] <= {known.name for known in (*exercise.mistakes, *exercise.conventions)}


def test_momentum_by_hand():
    # v1 = -0.1 * 10 = -1, w1 = 4; v2 = 0.5 * -1 - 0.1 * 20 = -2.5, w2 = 1.5
    path = base.Path(start=[5.0], gradients=[[10.0], [20.0]], config={"learning_rate": 0.1, "momentum": 0.5})
    assert np.allclose(path(BY_NAME["sgd_momentum"].reference), [[5.0], [4.0], [1.5]], rtol=1e-15)
    # ahead form: w1 = 5 + 1.5 * -1 = 3.5; w2 = 3.5 - 0.5 * -1 + 1.5 * -2.5 = 0.25
    assert np.allclose(path(BY_NAME["sgd_nesterov_momentum"].reference), [[5.0], [3.5], [0.25]], rtol=1e-15)


@pytest.mark.parametrize("name", RULES[1:])
def test_terminal_velocity_is_the_last_step_of_a_long_constant_push(name):
    path = base.Path(start=[0.0], gradients=[[3.0]] * 400, config={"learning_rate": 0.1, "momentum": 0.9})
    points = path(BY_NAME[name].reference)
    assert np.allclose(points[-2] - points[-1], 0.1 * 3.0 / (1 - 0.9), rtol=1e-9)


def test_saddle_is_left_after_the_steps_the_course_states():
    config = {"learning_rate": 0.01, "momentum": 0.9}
    for name, steps in zip(RULES, (698, 140, 132), strict=True):
        trace = descend(BY_NAME[name].reference, saddle, (1.0, 1e-6), steps=800, config=config)
        assert first_step_where(np.abs(trace.points[:, 1]) > 1) == steps
        trace = descend(BY_NAME[name].reference, saddle, (1.0, 0.0), steps=800, config=config)
        assert np.all(trace.points[:, 1] == 0)


def test_stable_rates_are_those_the_course_states():
    limit = BY_NAME["max_stable_rate"].reference
    assert [round(limit(1.0, 0.9, kind), 2) for kind in ("sgd", "momentum", "nesterov")] == [2.0, 3.8, 1.36]


@pytest.mark.parametrize("kind", ["sgd", "momentum", "nesterov"])
def test_stable_rate_separates_runs_of_the_rules_themselves(kind):
    rule = BY_NAME[{"sgd": "sgd", "momentum": "sgd_momentum", "nesterov": "sgd_nesterov_momentum"}[kind]]
    limit = BY_NAME["max_stable_rate"].reference(7.0, 0.8, kind)
    sizes = []
    for factor in (0.99, 1.01):
        w, config = np.array([1.0]), {"learning_rate": factor * limit, "momentum": 0.8}
        for _ in range(3000):
            w, config = rule.reference(w, 7.0 * w, config)
        sizes.append(abs(w[0]))
    assert sizes[0] < 1e-3
    assert sizes[1] > 1e3


def test_in_place_alias_of_the_velocity_is_named():
    def aliased(w, dw, config=None):
        config = {} if config is None else config
        lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
        v = config.setdefault("velocity", np.zeros_like(w))
        v_prev = v
        v *= mu
        v -= lr * dw
        return w - mu * v_prev + (1 + mu) * v, config

    verdict = judge(BY_NAME["sgd_nesterov_momentum"], aliased)
    assert verdict.mistake == "previous velocity saved too late"
    assert "share one array" in verdict.message


def test_a_velocity_of_either_sign_subtracted_wrongly_is_one_mistake():
    def subtracted(w, dw, config=None):
        config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
        v = config["velocity"] = (
            config["momentum"] * config.get("velocity", 0.0) - config["learning_rate"] * dw
        )
        return w - v, config

    assert judge(BY_NAME["sgd_momentum"], subtracted).mistake == "gradient added"


@pytest.mark.parametrize(
    ("factors", "name"),
    [
        ((2, lambda mu: 2 * (1 + mu), lambda mu: 2 * (1 + mu)), "nesterov as heavy ball"),
        ((2, lambda mu: 2 * (1 + mu), lambda mu: 2), "nesterov as gradient descent"),
        (
            (2, lambda mu: (2 + 2 * mu) / (1 + 2 * mu), lambda mu: 2 * (1 + mu)),
            "limits exchanged",
        ),
    ],
)
def test_a_limit_given_to_the_wrong_method_is_named_by_both_checks(factors, name):
    def max_stable_rate(curvature, mu, kind):
        plain, momentum, nesterov = factors
        limit = {"sgd": plain, "momentum": momentum(mu), "nesterov": nesterov(mu)}[kind]
        return limit / np.max(curvature)

    report = check("max_stable_rate", max_stable_rate)
    assert report.headline == f"{name[0].upper()}{name[1:]}."
    assert report.question, "it asks about this mistake"
    assert judge(BY_NAME["max_stable_rate"], max_stable_rate).mistake == name


def test_points_add_up_to_the_syllabus():
    assert [exercise.points for exercise in momentum.EXERCISES] == [4, 10, 10, 6, 4, 6]


@pytest.mark.parametrize(
    ("ends", "share", "said"),
    [
        ((0.5, 0.9), 0.75, ["last value is 0.9;"]),
        ((0.9, 0.99), 0.75, ["first value is 0.9;"]),
        ((0.0, 0.95), 0.5, ["first value is 0;", "last value is 0.95;"]),
        ((0.9, 0.5), 0.0, []),
    ],
)
def test_other_ends_of_the_schedule_lose_a_part_and_are_named(ends, share, said):
    first, last = ends
    found = judge(BY_NAME["momentum_schedule"], lambda t, T: first + (last - first) * min(t / T, 1))
    assert found.points == share * 4, found.message
    assert all(each in found.message for each in said), found.message
