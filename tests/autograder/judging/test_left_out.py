"""A default of one's own costs a part in every exercise that documents one; what is never read is named."""

import inspect
import itertools
from dataclasses import replace

import numpy as np
import pytest

from autograder.judging import judge
from course.checks import check
from course.checks.left_out import Handed
from tests.autograder.exercises.test_styles import LESSONS, exercises_of, handed, quietly

pytestmark = pytest.mark.usefixtures("without_ticks")

EVERY = [(lesson, exercise) for lesson in LESSONS for exercise in exercises_of(lesson)]
WITH_SETTINGS = [
    pytest.param(
        lesson, exercise, id=exercise.name, marks=pytest.mark.thorough if "explorer" in lesson else ()
    )
    for lesson, exercise in EVERY
    if exercise.settings().defaults
]

ONE_EXPLAINS_BOTH = {
    (
        "step_decay",
        "per_epoch",
        "every",
    ): "an epoch of 102 iterations is not told from one of 100 every 7 epochs",
    (
        "successive_halving",
        "epochs",
        "eta",
    ): "whether each default is the documented one is a question for itself",
}


HANDED_ON = {"trace": "the config is the rule's, and is handed on to it"}
"""Exercises with a config that they do not read, and why."""


@pytest.mark.parametrize(("lesson", "exercise"), EVERY, ids=[each.name for _, each in EVERY])
def test_every_config_that_is_read_has_its_constants_declared(lesson, exercise):
    last = list(inspect.signature(exercise.reference).parameters.values())[-1]
    reads = last.name == "config" and last.default is None
    if not reads or exercise.name in HANDED_ON:
        assert not exercise.constants
        return
    given = Handed(handed(lesson)[exercise.name].candidate, exercise.settings(), exercise.settings().defaults)
    with quietly():
        assert exercise.constants
        assert judge(exercise, given).verdict == "correct", (
            "what is declared is not what the lesson documents"
        )


def other(value):
    """Return another value of the same kind."""
    if isinstance(value, tuple):
        return tuple(each + 1 for each in value)
    return value + 2 if isinstance(value, int) else (2.5 if value < 0.1 else 0.6) * value or 0.5


def own(lesson, exercise, names=(), fixed=()):
    """Return the lesson's answer with other defaults of some settings, and some that it does not read."""
    settings = exercise.settings()
    changed = {name: other(value) for name, value in settings.defaults.items()}
    settings = replace(settings, defaults=changed)
    return Handed(handed(lesson)[exercise.name].candidate, settings, filled=names, forced=fixed)


@pytest.mark.long
@pytest.mark.parametrize(("lesson", "exercise"), WITH_SETTINGS)
def test_another_default_loses_a_quarter_and_is_named_in_both_checks(lesson, exercise):
    for name in exercise.settings().defaults:
        candidate = own(lesson, exercise, [name])
        with quietly():
            found, seen = judge(exercise, candidate), check(exercise.name, candidate)
        assert (found.verdict, found.points) == ("convention", 0.75 * exercise.points), (name, found.message)
        assert seen.passed is False, name
        assert "default" in f"{seen.headline} {seen.detail}", (name, seen)


@pytest.mark.long
@pytest.mark.parametrize(("lesson", "exercise"), WITH_SETTINGS)
def test_two_other_defaults_lose_half_unless_one_explains_both(lesson, exercise):
    for pair in itertools.combinations(exercise.settings().defaults, 2):
        with quietly():
            found = judge(exercise, own(lesson, exercise, pair))
        share = 0.75 if (exercise.name, *pair) in ONE_EXPLAINS_BOTH else 0.5
        assert (found.verdict, found.points) == ("convention", share * exercise.points), (pair, found.message)


@pytest.mark.parametrize(("lesson", "exercise"), WITH_SETTINGS)
def test_an_argument_that_is_never_read_is_named(lesson, exercise):
    if exercise.settings().in_config:
        pytest.skip("constants of a config are looked at in test_constants")
    for name in exercise.settings().defaults:
        with quietly():
            found = judge(exercise, own(lesson, exercise, fixed=[name]))
        assert (found.verdict, found.points) == ("mistake", 0.0), name
        assert found.mistake, (name, found.message)


@pytest.mark.parametrize("sign", [-1, 2])
def test_a_walk_the_wrong_way_is_not_blamed_on_its_limit(sign):
    def trace(rule, surface, start, steps, config=None, limit=1e3):
        w, config = np.array(start, dtype=float), dict(config or {})
        points = [w]
        for _ in range(steps):
            w, config = rule(w.copy(), sign * surface.gradient(w), config)
            points.append(w)
        return np.array(points)

    found = judge(next(each for each in exercises_of("06_saddle_explorer") if each.name == "trace"), trace)
    first, rest = found.message.split("Besides, your answers are the same whatever `limit`")
    assert found.mistake is None
    assert "wrong from row 1 on" in first
    assert "does the other slip hide what it does?" in rest
    assert ("Gradient with the wrong sign" in found.message) == (sign == -1)
