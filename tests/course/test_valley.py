"""The valley of any steepness and angle is the ravine, steepened and turned about its minimum."""

import numpy as np
import pytest

from course.descend import descend
from course.mine import plain_gradient_descent
from course.surfaces import ravine, valley


def test_valley_at_rest_is_the_ravine():
    points = np.random.default_rng(0).normal(size=(20, 2))
    assert np.allclose(valley(25).value(points), ravine.value(points), rtol=1e-15)
    assert np.allclose(valley(25).gradient(points), ravine.gradient(points), rtol=1e-14)


@pytest.mark.parametrize("angle", [0.0, 0.3, np.pi / 4, 1.2])
def test_derivatives_of_a_turned_valley_agree_with_differences(angle):
    place, h = valley(40, angle), 1e-5
    for p in np.random.default_rng(1).normal(size=(5, 2)):
        for k, shift in enumerate(h * np.eye(2)):
            slope = (place.value(p + shift) - place.value(p - shift)) / (2 * h)
            bend = (place.gradient(p + shift) - place.gradient(p - shift)) / (2 * h)
            # 1e-8: a quadratic has no truncation error, what is left is rounding, 1e-16 / h
            assert slope == pytest.approx(place.gradient(p)[k], abs=1e-8 * 40)
            assert bend == pytest.approx(place.hessian(p)[k], abs=1e-8 * 40)


def test_plain_descent_has_the_same_losses_at_every_angle():
    config = {"learning_rate": 0.015}
    straight, turned = (
        descend(plain_gradient_descent, valley(100, angle), steps=50, config=config).losses
        for angle in (0.0, 0.7)
    )
    assert np.allclose(straight, turned, rtol=1e-10)
