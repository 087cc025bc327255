"""A zero that is handed over counts: ``delta or 1`` is caught by both checks, wherever a zero makes sense."""

import inspect

import pytest

from autograder.judging import judge
from autograder.validating import visible
from tests.autograder.exercises.test_other_peoples_answers import EVERY
from tests.autograder.exercises.test_styles import own_answer, quietly

pytestmark = pytest.mark.usefixtures("without_ticks")


@pytest.mark.parametrize(
    ("exercise", "argument"),
    [
        ("svm_gradient", "delta"),
        ("svm_loss", "delta"),
        ("chance_loss", "delta"),
        ("on_border", "margin"),
        ("ema_update", "decay"),
        ("distill_loss", "alpha"),
        ("critical_sharpness", "momentum"),
    ],
)
def test_a_zero_is_not_taken_for_an_argument_left_out(exercise, argument):
    own = own_answer(exercise)
    signature = inspect.signature(own)

    def falsy(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        bound.arguments[argument] = bound.arguments[argument] or signature.parameters[argument].default
        return own(*bound.args, **bound.kwargs)

    with quietly():
        assert judge(EVERY[exercise], falsy).points < EVERY[exercise].points
        assert not visible.passes(EVERY[exercise], falsy)
