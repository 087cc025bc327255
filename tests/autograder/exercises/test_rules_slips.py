"""Slips that any update rule may have: both checks see them, and name those that are natural.

Each is a wrapping of the lesson's own answer, so that nothing else is wrong.
"""

import itertools

import numpy as np
import pytest

from autograder.judging import judge
from autograder.judging.config_slips import stopping
from autograder.validating import visible
from course.checks import check
from tests.autograder.exercises.named_slips import assert_accepted, assert_named
from tests.autograder.exercises.test_other_peoples_answers import EVERY
from tests.autograder.exercises.test_styles import own_answer, quietly

STATELESS = ("sgd",)
OTHERS = ("sgd_momentum", "sgd_nesterov_momentum", "adagrad", "rmsprop", "adam", "adamw", "lion", "muon")
RULES = (*STATELESS, *OTHERS)
MAY_BE_ZERO = [
    pytest.param(name, key, marks=() if key == "learning_rate" and name != "muon" else pytest.mark.long)
    for name in RULES
    for key in EVERY[name].constants
    if key not in ("epsilon", "weight_decay")
]


def refused(name, rule):
    """Check that neither check takes a rule for right, and return the verdict."""
    with quietly():
        verdict = judge(EVERY[name], rule)
        assert verdict.points < EVERY[name].points
        assert visible.passes(EVERY[name], rule) is not True
    return verdict


def zero_for_none(rule, defaults):
    """Return a rule that reads its settings as in ``config.get(key) or default``."""

    def step(w, dw, config=None):
        config = {} if config is None else config
        for key, value in defaults.items():
            config[key] = config.get(key) or value
        return rule(w, dw, config)

    return step


@pytest.mark.parametrize("name", [each for each in RULES if each != "muon"])
def test_zero_taken_for_left_out_is_named(name):
    assert_named(name, zero_for_none(own_answer(name), EVERY[name].constants), "zero taken for left out")


@pytest.mark.parametrize(("name", "key"), MAY_BE_ZERO)
def test_a_single_setting_of_zero_is_a_number(name, key):
    verdict = refused(name, zero_for_none(own_answer(name), {key: EVERY[name].constants[key]}))
    assert "two parameters" not in verdict.message


@pytest.mark.parametrize("name", RULES)
def test_what_the_caller_keeps_in_the_config_comes_back(name):
    own = own_answer(name)
    kept = {*EVERY[name].constants, "velocity", "cache", "m", "v", "t", "beta1", "beta2", "epsilon"}

    def rebuilt(w, dw, config=None):
        w, config = own(w, dw, config)
        return w, {key: config[key] for key in config if key in kept}

    assert_named(name, rebuilt, "other entries lost")
    assert judge(EVERY[name], rebuilt).points == 0.75 * EVERY[name].points


@pytest.mark.parametrize("name", RULES)
def test_one_array_for_every_result_of_a_shape_is_refused(name):
    own, kept = own_answer(name), {}

    def buffered(w, dw, config=None):
        result, config = own(w, dw, config)
        buffer = kept.setdefault(np.shape(w), np.zeros(np.shape(w)))
        buffer[...] = result
        return buffer, config

    assert "disturb" not in refused(name, buffered).message


@pytest.mark.parametrize("name", [each for each in RULES if each != "adagrad"])
def test_a_gradient_of_zero_is_no_reason_to_stop(name):
    rule = stopping(own_answer(name))
    if name in STATELESS:
        assert_accepted(name, rule)
    elif name == "muon":
        assert "gradient is zero" in refused(name, rule).message
    else:
        assert_named(name, rule, "stops where the gradient is zero")


@pytest.mark.parametrize("name", RULES)
def test_an_array_of_three_axes_is_an_array(name):
    own = own_answer(name)

    def flat_only(w, dw, config=None):
        assert np.ndim(w) < 3
        return own(w, dw, config)

    refused(name, flat_only)
    assert "three axes" in check(name, flat_only).headline


def test_every_parameter_gets_a_config_of_its_own():
    held = {"learning_rate": 1e-2}

    def sgd(w, dw, config=None):
        config = held if config is None else config
        config.setdefault("learning_rate", 1e-2)
        return w - config["learning_rate"] * dw, config

    assert_named("sgd", sgd, "one config for all parameters")


@pytest.mark.parametrize("name", ["sgd_momentum", "sgd_nesterov_momentum"])
@pytest.mark.parametrize("most", [0.95, 0.99])
def test_no_momentum_is_too_large(name, most):
    own = own_answer(name)

    def capped(w, dw, config=None):
        config = {"momentum": 0.9} | (config or {})
        w, after = own(w, dw, config | {"momentum": min(config["momentum"], most)})
        return w, after | {"momentum": config["momentum"]}

    assert judge(EVERY[name], capped).points < EVERY[name].points


@pytest.mark.parametrize("name", ["sgd_momentum", "sgd_nesterov_momentum"])
def test_a_momentum_of_the_first_call_is_refused_by_both_checks(name):
    own = own_answer(name)

    def frozen(w, dw, config=None):
        config = {"momentum": 0.9} | (config or {})
        first = config.setdefault("first", config["momentum"])
        w, after = own(w, dw, config | {"momentum": first})
        return w, after | {"momentum": config["momentum"]}

    assert "when one changes between calls" in refused(name, frozen).message


@pytest.mark.parametrize("taken_back_with", ["the momentum it was made with", "the momentum of now"])
def test_both_ways_to_take_back_a_look_ahead_are_right(taken_back_with):
    def nesterov(w, dw, config=None):
        config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": 0.0 * w} | (config or {})
        mu, before = config["momentum"], config["velocity"]
        old = config.get("made with", mu) if "made" in taken_back_with else mu
        v = config["velocity"] = mu * before - config["learning_rate"] * dw
        config["made with"] = mu
        return w - old * before + (1 + mu) * v, config

    assert_accepted("sgd_nesterov_momentum", nesterov)


@pytest.mark.parametrize("name", ["adamw", "lion"])
def test_weights_that_decay_only_in_matrices_are_named(name):
    own = own_answer(name)

    def rule(w, dw, config=None):
        config = {"weight_decay": 1e-2} | (config or {})
        decay = config["weight_decay"]
        w, after = own(w, dw, config | {"weight_decay": decay if np.ndim(w) > 1 else 0.0})
        return w, after | {"weight_decay": decay}

    assert_named(name, rule, "only matrices decay")


# Muon


def test_a_matrix_with_a_velocity_moves_on_without_a_gradient():
    own = own_answer("muon")

    def muon(w, dw, config=None):
        if w.ndim == 2 and not dw.any():
            config = {"learning_rate": 0.02, "weight_decay": 0.1} | (config or {})
            return w * (1 - config["learning_rate"] * config["weight_decay"]), config
        return own(w, dw, config)

    assert_named("muon", muon, "stops where the gradient is zero")


@pytest.mark.parametrize("lengths", [(0,), (1,), (0, 1)])
def test_a_matrix_of_one_row_or_one_column_is_a_matrix(lengths):
    own, adamw = own_answer("muon"), own_answer("adamw")

    def muon(w, dw, config=None):
        if w.ndim != 2 or 1 in [w.shape[axis] for axis in lengths]:
            return adamw(w, dw, {**(config or {}), "weight_decay": 0.0})
        return own(w, dw, config)

    with quietly():
        verdict = judge(EVERY["muon"], muon)
        assert verdict.points < EVERY["muon"].points
        assert visible.passes(EVERY["muon"], muon) is not (1 in lengths)
    if lengths == (0, 1):
        assert verdict.mistake == "thin matrices by adamw"


@pytest.mark.parametrize("factor", [2.0, 0.0])
def test_the_gradient_of_a_vector_is_left_alone_too(factor):
    own = own_answer("muon")

    def muon(w, dw, config=None):
        result = own(w, dw, config)
        if w.ndim != 2:
            dw *= factor
        return result

    assert refused("muon", muon).points == 0.8 * EVERY["muon"].points


def test_an_epsilon_for_vectors_is_read():
    own = own_answer("muon")

    def muon(w, dw, config=None):
        if w.ndim != 2:
            config = {key: value for key, value in (config or {}).items() if key != "epsilon"}
        return own(w, dw, config)

    assert judge(EVERY["muon"], muon).points < EVERY["muon"].points


def test_a_decay_of_zero_by_default_is_said_to_be_zero():
    own = own_answer("muon")

    def muon(w, dw, config=None):
        return own(w, dw, {"weight_decay": 0.0} | (config or {}))

    verdict = judge(EVERY["muon"], muon)
    assert verdict.mistake == "another default weight decay"
    assert "you take 0;" in verdict.message


# Clipping and orthogonalise


def test_a_new_dict_is_asked_for_also_where_nothing_is_shortened():
    own = own_answer("clip_by_global_norm")

    def clip(grads, max_norm):
        clipped, norm = own(grads, max_norm)
        return (grads if norm <= max_norm else clipped), norm

    assert_named("clip_by_global_norm", clip, "given dict handed back")
    assert judge(EVERY["clip_by_global_norm"], clip).points == 0.8 * EVERY["clip_by_global_norm"].points


def test_the_arrays_of_a_short_gradient_may_be_the_callers():
    def clip(grads, max_norm):
        norm = float(np.sqrt(sum((np.asarray(g) ** 2).sum() for g in grads.values())))
        return {k: g if norm <= max_norm else g * (max_norm / norm) for k, g in grads.items()}, norm

    assert_accepted("clip_by_global_norm", clip)


def test_overwritten_arrays_in_a_new_dict_are_named():
    def clip(grads, max_norm):
        norm = float(np.sqrt(sum((g**2).sum() for g in grads.values())))
        for g in grads.values():
            g *= min(1.0, max_norm / norm) if norm else 1.0
        return dict(grads), norm

    assert_named("clip_by_global_norm", clip, "arrays changed in place")


def test_all_arrays_count_in_the_norm():
    own = own_answer("clip_by_global_norm")

    def clip(grads, max_norm):
        _, norm = own(dict(itertools.islice(grads.items(), 4)), max_norm)
        return {name: g * min(1.0, max_norm / norm if norm else 1.0) for name, g in grads.items()}, norm

    assert judge(EVERY["clip_by_global_norm"], clip).points < EVERY["clip_by_global_norm"].points


@pytest.mark.parametrize("steps", ["refused", "taken for one"])
def test_no_step_at_all_divides_by_the_norm(steps):
    own = own_answer("orthogonalise")

    def orthogonalise(G, steps=5):
        assert steps > 0 or steps_are != "refused"
        return own(G, max(steps, 1))

    steps_are = steps
    refused("orthogonalise", orthogonalise)


def test_another_matrix_of_the_same_shape_has_another_answer():
    own, kept = own_answer("orthogonalise"), {}

    def orthogonalise(G, steps=5):
        if (np.shape(G), steps) not in kept:
            kept[np.shape(G), steps] = own(G, steps)
        return kept[np.shape(G), steps].copy()

    with quietly():
        assert judge(EVERY["orthogonalise"], orthogonalise).points == 0
        kept.clear()
        assert visible.passes(EVERY["orthogonalise"], orthogonalise) is not True


# Lesson 04's other exercises


@pytest.mark.parametrize("way", ["no slope anywhere", "no slope along an entry", "no rate"])
def test_the_ball_coasts_where_there_is_no_push(way):
    def lookahead_step(x, v, grad, lr, mu):
        g = np.asarray(grad(x + mu * v))
        pushed = mu * v - lr * g
        if (way == "no slope anywhere" and not g.any()) or (way == "no rate" and lr == 0):
            return x, v
        v = np.where(g == 0, 0.0, pushed) if "along" in way else pushed
        return x + v, v

    verdict = refused("lookahead_step", lookahead_step)
    if way == "no slope anywhere":
        assert verdict.mistake == "stops where the gradient is zero"


def test_a_search_that_ends_too_early_is_named():
    def max_stable_rate(curvature, mu, kind):
        def grows(rate):
            a = rate * np.max(curvature)
            kept = 0.0 if kind == "sgd" else mu
            ahead = kept if kind == "nesterov" else 0.0
            matrix = [[1 - a, kept - a * ahead], [-a, kept - a * ahead]]
            return np.abs(np.linalg.eigvals(matrix)).max() > 1

        low, high = 0.0, 5.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if grows(middle) else (middle, high)
        return low

    assert_named("max_stable_rate", max_stable_rate, "no limit above five")
