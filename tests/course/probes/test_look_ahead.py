"""A step that is handed a gradient function is watched: how often and where it asks, and what comes back."""

import numpy as np
import pytest

from course.probes.base import Unusable
from course.probes.look_ahead import bumpy, worked


def test_it_sees_where_and_how_often_a_step_asks():
    seen = worked(lambda x, v, grad, lr, mu: (x - lr * (grad(x) + grad(2 * x)), v))
    assert list(seen.values()) == [2, np.array([1.0]), np.array([4.0]), pytest.approx([1 - 0.1 * 12])]
    assert worked(lambda x, v, grad, lr, mu: (x, v))["where it asked"] is None


def test_a_point_that_is_changed_after_the_question_does_not_change_what_was_seen():
    def step(x, v, grad, lr, mu):
        grad(x)
        x += 1
        return x, v

    assert bumpy(step)["where it asked"].tolist() == [0.7, -1.2]


@pytest.mark.parametrize(
    ("returned", "said"), [(None, "returned None"), (np.zeros(1), "must return the pair")]
)
def test_what_is_not_a_pair_is_said(returned, said):
    with pytest.raises(Unusable, match=said):
        worked(lambda *args: returned)
