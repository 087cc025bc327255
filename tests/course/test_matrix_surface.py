"""A surface whose points are singular values hands rules a matrix and sees two numbers of it."""

import numpy as np
import pytest

from course.descend import descend
from course.mine import plain_gradient_descent
from course.surfaces import matrix_valley, ravine


def test_a_point_is_the_singular_values_of_its_matrix():
    place = matrix_valley(30, 75)
    w = place.parameters((1.5, 0.5))
    assert w.shape == (2, 2)
    assert np.linalg.svd(w, compute_uv=False) == pytest.approx([1.5, 0.5])
    assert place.point(w) == pytest.approx([1.5, 0.5])


def test_the_gradient_handed_to_a_rule_is_that_of_the_loss_of_the_matrix():
    place, step = matrix_valley(20, 50), 1e-5
    w = place.parameters((0.3, 0.9)) + np.array([[0.1, -0.2], [0.4, 0.3]])
    slope = place.parameters(place.gradient(place.point(w)))
    for ix in np.ndindex(2, 2):
        moved = np.zeros((2, 2))
        moved[ix] = step
        up, down = (float(place.value(place.point(w + sign * moved))) for sign in (1, -1))
        assert slope[ix] == pytest.approx((up - down) / (2 * step), abs=1e-6)


def test_a_rule_sees_a_matrix_there_and_a_vector_on_other_surfaces():
    seen = []

    def rule(w, dw, config=None):
        seen.append((w.shape, dw.shape))
        return plain_gradient_descent(w, dw, config)

    trace = descend(rule, matrix_valley(), steps=3)
    descend(rule, ravine, steps=1)
    assert seen == [((2, 2), (2, 2))] * 3 + [((2,), (2,))]
    assert trace.points.shape == (4, 2)


def test_plain_descent_does_not_feel_how_the_matrix_is_turned():
    paths = [
        descend(plain_gradient_descent, matrix_valley(*turn), steps=30).points for turn in ((0, 0), (30, 75))
    ]
    assert np.allclose(*paths, rtol=0, atol=1e-12)
