"""A sum that should be zero leaves rounding, another one on every processor: it is compared as zero."""

import numpy as np
import pytest

from autograder.building.agreement import exercises_of
from autograder.exercises.ensembles import honest_gain
from autograder.exercises.neurons_and_layers import two_layer
from autograder.judging import judge
from autograder.judging.records import Check
from autograder.judging.signatures import observe, recorded
from autograder.project import Project
from course.checks import check
from course.checks.two_slips import at, leaves
from course.probes.base import Unusable
from course.probes.comparing import ROUNDING, same

LESSONS = Project.here().lessons()
EVERY = [exercise for lesson in LESSONS for exercise in exercises_of(lesson)]


def signatures(exercise, known=None):
    """Yield what a known function, or the reference, does in every graded check and in the visible one."""
    yield from recorded(exercise, known).complete().values()
    if exercise.visible is not None:
        function = exercise.reference if known is None else known.make()
        yield observe(Check(name="visible", probe=exercise.visible, says=""), function)


def sizes(outcome):
    """Yield the largest number of every array, and of every number, in an outcome."""
    if isinstance(outcome, Unusable):
        return
    for path in leaves(outcome):
        leaf = at(outcome, path)
        for each in leaf if isinstance(leaf, list | tuple) else [leaf]:
            if isinstance(each, float | np.ndarray) and np.size(each) and np.asarray(each).dtype.kind == "f":
                finite = np.abs(each)[np.isfinite(each)]
                yield float(np.max(finite, initial=0.0))


@pytest.mark.long
@pytest.mark.parametrize("exercise", EVERY, ids=lambda each: each.name)
def test_nothing_right_is_so_small_that_it_passes_for_rounding(exercise):
    found = [size for known in (None, *exercise.variants) for each in signatures(exercise, known)
             for size in sizes(each)]  # fmt: skip
    assert [size for size in found if 0 < size < 1000 * ROUNDING] == []


@pytest.mark.parametrize("noise", [0.0, 3e-17, np.array([2e-16, -1e-17])])
def test_what_rounding_leaves_of_zero_is_zero(noise):
    zero = np.zeros(np.shape(noise))
    for left in (zero, zero + 7e-17):
        assert same(noise, left)
        assert not same(noise + 1e-8, left)
    assert not same(zero + 2e-12, zero + 1e-12)


def by_another_sum(params, X, y, reg):
    """Sum over the classes in place of the rows: every sum is zero but for the rounding, which is its own."""
    loss, grads = two_layer.reference(params, X, y, reg)
    noise = np.random.default_rng(len(y)).choice([-1.0, 0.0, 2.0], len(y)) * 2.8e-17
    return loss, {**grads, "b2": noise}


def test_a_mistake_whose_answer_is_rounding_is_named_in_both_checks():
    name = "the gradient of b2 over the wrong axis"
    assert judge(two_layer, by_another_sum).mistake == name
    assert check("two_layer", by_another_sum).headline.casefold() == f"{name}."


def test_an_interval_around_nothing_is_named_in_both_checks():
    known = next(each for each in honest_gain.conventions if each.name == "two standard errors")

    def shifted(members, ensembles):
        gain, low, high = known.function(members, ensembles)
        return gain, low + 6e-17, high - 6e-17

    assert judge(honest_gain, shifted).mistake == known.name
    assert check("honest_gain", shifted).headline == "Two standard errors."
