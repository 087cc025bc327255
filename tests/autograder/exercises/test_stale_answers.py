"""An answer kept from an earlier call earns less: what is computed once and never again for arrays of one shape."""

import copy

import numpy as np
import pytest

from autograder.judging import judge
from autograder.validating import visible
from tests.autograder.exercises.test_other_peoples_answers import EVERY
from tests.autograder.exercises.test_styles import own_answer, quietly

pytestmark = pytest.mark.usefixtures("without_ticks")


def seen_as(value):
    """Return what a careless memory keeps of an argument: the shapes of arrays, and everything else."""
    if isinstance(value, np.ndarray):
        return value.shape
    if isinstance(value, dict):
        return tuple((name, seen_as(each)) for name, each in value.items())
    return tuple(map(seen_as, value)) if isinstance(value, list | tuple) else value


@pytest.mark.parametrize(
    "exercise",
    [
        "distances",
        "scores",
        "svm_gradient",
        "softmax_gradient",
        "forward",
        "two_layer",
        "whiten",
        "batchnorm_forward",
        "batchnorm_backward",
        "softmax_loss",
        "smooth",
        "average_predictions",
        "distill_loss",
    ],
)
def test_the_same_shapes_do_not_make_the_same_answer(exercise):
    kept, own = {}, own_answer(exercise)

    def stale(*args):
        key = seen_as(args)
        if key not in kept:
            kept[key] = own(*args)
        return copy.deepcopy(kept[key])

    with quietly():
        assert judge(EVERY[exercise], stale).points < EVERY[exercise].points
        kept.clear()
        assert not visible.passes(EVERY[exercise], stale)
