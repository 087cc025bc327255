"""Lesson 05: references held to PyTorch and to hand-worked numbers, published styles graded fairly."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from autograder.exercises import adaptive_rates
from autograder.judging import judge
from autograder.judging.judge import agree, recorded
from course import probing
from course.checks import check

ORACLES = Path(__file__).parents[2] / "oracles"
BY_NAME = {exercise.name: exercise for exercise in adaptive_rates.EXERCISES}
RULES = ("adagrad", "rmsprop", "adam")
ELEMENT_WISE = {
    "sum of squares for element wise square",
    "mean of squares for element wise square",
    "norm for element wise square",
}

# What syllabus.md lists for this lesson -> the names under which it is reported.
SYLLABUS = {
    "adagrad": ELEMENT_WISE
    | {
        "cache decays",
        "no root",
        "stale cache",
        "no square",
        "epsilon missing",
        "state in a global",
        "dw mutated",
    },
    "rmsprop": ELEMENT_WISE
    | {
        "no root",
        "stale cache",
        "decay swapped",
        "no square",
        "epsilon missing",
        "state in a global",
        "dw mutated",
    },
    "adam": {
        "no root",
        "no square",
        "epsilon missing",
        "uncorrected",
        "corrected by multiplying",
        "t stays one or its power is forgotten",
        "t late",
        "t advanced twice",
        "betas exchanged",
        "betas hard coded",
        "correction with beta squared",
        "hats stored",
        "epsilon before the correction",
        "second moment of m",
        "variance for raw moment",
        "state in a global",
        "t in a global",
        "dw mutated",
    },
    "steps_to_escape": {"limit for None", "config not copied", "state lost between steps"},
}


@pytest.mark.parametrize("name", RULES)
def test_reference_follows_pytorch(name):
    data = json.loads((ORACLES / "adaptive_rates.json").read_text(encoding="utf-8"))
    assert set(data["runs"]) == set(RULES)
    for run in data["runs"][name]:
        probe = probing.Path(start=data["start"], gradients=data["gradients"], config=run["config"])
        # 1e-12: thirty steps that each round at 1e-16 relative to parameters of size one
        assert probing.same(probe(BY_NAME[name].reference), run["path"], 1e-12), run["config"]


@pytest.mark.parametrize("name", SYLLABUS)
def test_every_mistake_of_the_syllabus_is_known(name):
    assert SYLLABUS[name] <= {known.name for known in BY_NAME[name].mistakes}


@pytest.mark.parametrize("name", BY_NAME)
def test_no_two_known_functions_are_the_same_behaviour(name):
    exercise = BY_NAME[name]
    for one, other in itertools.combinations([*exercise.mistakes, *exercise.conventions], 2):
        assert any(
            not agree(
                recorded(exercise, one)[check.name], recorded(exercise, other)[check.name], check.tolerance
            )
            for check in exercise.checks
        ), f"{one.name} and {other.name} cannot be told apart"


@pytest.mark.parametrize("name", BY_NAME)
def test_messages_hold_no_decimal_numbers(name):
    for known in [*BY_NAME[name].mistakes, *BY_NAME[name].conventions]:
        words = {word.strip(".,:;()") for word in known.says.split()}
        assert not {word for word in words if "." in word and word.replace(".", "").isdigit()}, known.name


def test_worked_examples_of_the_lesson():
    adagrad = probing.Path(start=[1.0, 1.0], gradients=[[3.0, -4.0]] * 2, config={"learning_rate": 0.1})
    second = 0.1 / np.sqrt(2)
    path = adagrad(BY_NAME["adagrad"].reference)
    assert np.allclose(path[1:], [[0.9, 1.1], [0.9 - second, 1.1 + second]], rtol=1e-8)
    rmsprop = probing.Path(start=[1.0], gradients=[[2.0]], config={"learning_rate": 0.1, "decay_rate": 0.75})
    assert np.allclose(rmsprop(BY_NAME["rmsprop"].reference)[1], [0.8], rtol=1e-8)
    adam = probing.Path(start=[1.0], gradients=[[4.0], [0.0]], config={"learning_rate": 0.1})
    by_hand = 0.9 - 0.1 * (0.36 / 0.19) / np.sqrt(0.015984 / 0.001999)
    assert np.allclose(adam(BY_NAME["adam"].reference)[1:], [[0.9], [by_hand]], rtol=1e-8)
    assert round(by_hand, 4) == 0.8330


def test_first_steps_are_those_the_course_states():
    measure, rate = BY_NAME["first_step"].reference, {"learning_rate": 0.01}
    lengths = [measure(BY_NAME["rmsprop"].reference, {**rate, "decay_rate": d}) for d in (0.9, 0.99, 0.999)]
    assert [float(f"{length:.3g}") for length in lengths] == [3.16, 10.0, 31.6]
    assert measure(BY_NAME["adam"].reference, rate) == pytest.approx(1, rel=1e-9)
    assert measure(BY_NAME["adagrad"].reference, rate) == pytest.approx(1, rel=1e-9)
    uncorrected = next(known for known in BY_NAME["adam"].mistakes if known.name == "uncorrected")
    assert measure(uncorrected.function, rate) == pytest.approx(np.sqrt(10), rel=1e-7)


def test_plain_descent_overtakes_adam_at_ten_times_its_rate():
    from course.mine import plain_gradient_descent

    escape = BY_NAME["steps_to_escape"].reference
    assert escape(plain_gradient_descent, {"learning_rate": 0.1}, 1e-6) == 76
    steps = [escape(plain_gradient_descent, {"learning_rate": 0.01}, y0) for y0 in np.logspace(-12, -1, 12)]
    assert np.mean(np.diff(steps)) == pytest.approx(-116, abs=0.5)


@pytest.mark.parametrize(("name", "steps"), [("adagrad", 1263), ("rmsprop", 17), ("adam", 77)])
def test_saddle_is_left_after_the_steps_the_course_states(name, steps):
    escape, rate = BY_NAME["steps_to_escape"].reference, {"learning_rate": 0.01}
    assert escape(BY_NAME[name].reference, rate, 1e-6) == steps
    assert escape(BY_NAME[name].reference, rate, 0.0, 200) is None


def test_effective_rates_after_the_cliff_are_those_the_course_states():
    slopes = np.where(np.arange(600) < 50, 10.0, 0.1)

    def effective(
        decay,
    ):  # the average of squares, one update at a time: the reference is quadratic in the steps
        square, rates = 0.0, []
        for slope in slopes:
            square = decay * square + (1 - decay) * slope**2
            rates.append(1 / np.sqrt(square))
        return np.array(rates)

    rates = {decay: effective(decay) for decay in (0.9, 0.99, 0.999)}
    assert [decay for decay, found in rates.items() if found[-1] > 9.9] == [0.9]
    assert list(np.flatnonzero(rates[0.999] > rates[0.99])) == list(range(281))


SQUARES = {"power": lambda x: x**2, "product": lambda x: x * x, "square": np.square}
ROOTS = {"sqrt": np.sqrt, "half": lambda x: x**0.5, "power": lambda x: np.power(x, 1 / 2)}


@pytest.mark.parametrize(
    ("square", "root", "in_place", "keep"),
    list(itertools.product(SQUARES, ROOTS, (False, True), ("setdefault", "get", "copy"))),
)
def test_every_spelling_of_adam_earns_full_marks(square, root, in_place, keep):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}

    def adam(w, dw, config=None):
        config = {} if config is None else config
        if keep == "copy":
            config = dict(config)
        for key, default in defaults.items():
            config.setdefault(key, default)
        if keep == "setdefault":
            config.setdefault("m", np.zeros_like(w))
            config.setdefault("v", np.zeros_like(w))
            config.setdefault("t", 0)
        lr, b1, b2, eps = (config[key] for key in defaults)
        m, v, t = config.get("m", np.zeros(w.shape)), config.get("v", np.zeros(w.shape)), config.get("t", 0)
        t += 1
        m = m * b1 + dw * (1.0 - b1)
        v = SQUARES[square](dw) * (1 - b2) + b2 * v
        config["m"], config["v"], config["t"] = m, v, t
        step = lr * (m / (1 - b1**t)) / (ROOTS[root](v / (1 - b2**t)) + eps)
        if in_place:
            w -= step
            return w, config
        return w - step, config

    assert judge(BY_NAME["adam"], adam).verdict == "correct"


def adam_with_loops_over_entries(w, dw, config=None):
    config = config or {"m": {}, "v": {}, "t": 0}
    b1, b2 = config.get("beta1", 0.9), config.get("beta2", 0.999)
    config["t"] = t = config.get("t", 0) + 1
    m, v, new = config.setdefault("m", {}), config.setdefault("v", {}), w.copy()
    for place in np.ndindex(*w.shape):
        m[place] = b1 * m.get(place, 0.0) + (1 - b1) * dw[place]
        v[place] = b2 * v.get(place, 0.0) + (1 - b2) * dw[place] ** 2
        scale = (v[place] / (1 - b2**t)) ** 0.5 + config.get("epsilon", 1e-8)
        new[place] -= config.get("learning_rate", 1e-3) * m[place] / (1 - b1**t) / scale
    return new, config


def adam_that_keeps_its_state_as_a_list(w, dw, config=None):
    settings = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "state": [0, 0.0, 0.0]}
    settings.update(config or {})
    t, first, second = settings["state"]
    first = first + (1 - settings["beta1"]) * (dw - first)
    second = second + (1 - settings["beta2"]) * (dw * dw - second)
    t = t + 1
    a = settings["learning_rate"] / (1 - settings["beta1"] ** t)
    b = np.sqrt(1 / (1 - settings["beta2"] ** t))
    settings["state"] = [t, first, second]
    return w + -a * first / (np.sqrt(second) * b + settings["epsilon"]), settings


@pytest.mark.parametrize("rule", [adam_with_loops_over_entries, adam_that_keeps_its_state_as_a_list])
def test_state_may_have_any_form_that_config_can_hold(rule):
    assert judge(BY_NAME["adam"], rule).verdict == "correct"


def rmsprop_with_its_average_in_a(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("a", np.zeros_like(w))
    beta, a = config["decay_rate"], config["a"]
    a = beta * a + (1 - beta) * np.multiply(dw, dw)
    config["a"] = a
    scale = np.multiply(config["learning_rate"], 1 / (np.sqrt(a) + config["epsilon"]))
    return w - np.multiply(scale, dw), config


def test_rmsprop_may_keep_its_average_under_another_key():
    assert judge(BY_NAME["rmsprop"], rmsprop_with_its_average_in_a).verdict == "correct"


def test_one_wrong_place_of_epsilon_is_a_convention_with_a_note():
    def rmsprop(w, dw, config=None):
        config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": 0.0} | (config or {})
        config["cache"] = config["cache"] * config["decay_rate"] + dw**2 * (1 - config["decay_rate"])
        return w - config["learning_rate"] * dw / np.sqrt(config["epsilon"] + config["cache"]), config

    verdict = judge(BY_NAME["rmsprop"], rmsprop)
    assert (verdict.verdict, verdict.points) == ("convention", 7.5)
    assert "optax" in verdict.message


def test_t_from_one_is_partly_right_before_and_right_after_use():
    def adam(w, dw, config=None, *, early):
        config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 1} | (
            config or {}
        )
        config["t"] += early
        t = config["t"]
        config["m"] = config["beta1"] * config.get("m", 0) + (1 - config["beta1"]) * dw
        config["v"] = config["beta2"] * config.get("v", 0) + (1 - config["beta2"]) * dw**2
        scale = np.sqrt(config["v"] / (1 - config["beta2"] ** t)) + config["epsilon"]
        w = w - config["learning_rate"] * config["m"] / (1 - config["beta1"] ** t) / scale
        config["t"] += not early
        return w, config

    early = judge(BY_NAME["adam"], lambda *args: adam(*args, early=True))
    assert (early.verdict, early.points) == ("convention", 7)
    assert judge(BY_NAME["adam"], lambda *args: adam(*args, early=False)).verdict == "correct"


def test_a_mistake_nobody_recorded_is_told_which_property_failed():
    def adam(w, dw, config=None):  # right, but for a rate that is halved at every tenth step
        next_w, config = BY_NAME["adam"].reference(w, dw, config)
        steps = len(config["seen"])
        return (next_w + w) / 2 if steps % 10 == 0 else next_w, config

    verdict = judge(BY_NAME["adam"], adam)
    assert (verdict.verdict, verdict.mistake) == ("mistake", None)
    assert "documented defaults" in verdict.message


def test_visible_check_names_the_rule_it_called_with():
    report = check("first_step", lambda rule, config: 3.0)
    assert "plain_gradient_descent" in report.headline
    assert " at 0x" not in report.headline


def test_an_array_for_a_number_is_refused_by_the_first_look_and_by_the_graded_check():
    def first_step(rule, config):
        next_w, _ = rule(np.zeros(1), np.array([100.0]), dict(config))
        return abs(next_w) / config["learning_rate"]

    assert check("first_step", first_step).headline == "Array for a number."
    assert judge(BY_NAME["first_step"], first_step).mistake == "array for a number"


def adam_written(w, dw, config, *, averages=("beta1", "beta2"), corrections=("beta1", "beta2"), weigh_m=True):
    c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "m": 0.0, "v": 0.0, "t": 0}
    c |= config or {}
    (a, b), (p, q) = ([c[key] for key in keys] for keys in (averages, corrections))
    c["t"] += 1
    c["m"] = a * c["m"] + ((1 - a) if weigh_m else 1) * dw
    c["v"] = b * c["v"] + (1 - b) * dw * dw
    m, v = c["m"] / (1 - p ** c["t"]), c["v"] / (1 - q ** c["t"])
    return w - c["learning_rate"] * m / (np.sqrt(v) + c["epsilon"]), c


@pytest.mark.parametrize(
    ("slip", "name"),
    [
        ({"averages": ("beta2", "beta1")}, "betas exchanged in the averages"),
        ({"averages": ("beta2", "beta1"), "corrections": ("beta2", "beta1")}, "betas exchanged"),
        ({"corrections": ("beta2", "beta1")}, "corrections exchanged"),
        ({"corrections": ("beta2", "beta2")}, "first moment corrected with beta2"),
        ({"corrections": ("beta1", "beta1")}, "second moment corrected with beta1"),
        ({"weigh_m": False}, "first moment not weighted"),
    ],
)
def test_slips_with_the_betas_are_told_apart_by_both_checks(slip, name):
    def adam(w, dw, config=None):
        return adam_written(w, dw, config, **slip)

    assert check("adam", adam).headline == f"{name[0].upper()}{name[1:]}."
    assert judge(BY_NAME["adam"], adam).mistake == name


@pytest.mark.parametrize(
    ("copied", "name"), [(True, "config not carried on"), (False, "config neither copied nor carried on")]
)
def test_a_config_thrown_away_on_the_walk_is_named(copied, name):
    def steps_to_escape(rule, config, y0, limit=2000):
        w, held = np.array([1.0, y0]), dict(config) if copied else config
        for step in range(limit):
            w, _ = rule(w, np.array([2 * w[0], -2 * w[1]]), held)
            if abs(w[1]) > 1:
                return step + 1
        return None

    assert judge(BY_NAME["steps_to_escape"], steps_to_escape).mistake == name


def test_escape_may_lean_on_the_loop_of_the_course():
    from course.descend import descend
    from course.surfaces import saddle

    def steps_to_escape(rule, config, y0, limit=2000):
        points = descend(rule, saddle, (1, y0), steps=limit, config=config).points
        gone = [k for k, (_, y) in enumerate(points) if abs(y) > 1]
        return gone[0] if gone else None

    assert judge(BY_NAME["steps_to_escape"], steps_to_escape).verdict == "correct"
