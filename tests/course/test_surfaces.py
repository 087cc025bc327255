"""Gradients and Hessians against finite differences; minima and saddles against eigenvalues."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.surfaces import SURFACES, Surface, noisy_quadratic, saddle

every_surface = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
STEP = 1e-5  # centred differences are best near 1e-5 in float64


def grid(surface: Surface, per_side: int = 7) -> np.ndarray:
    (x_low, x_high), (y_low, y_high) = surface.domain
    x, y = np.meshgrid(np.linspace(x_low, x_high, per_side), np.linspace(y_low, y_high, per_side))
    return np.stack([x.ravel(), y.ravel()], axis=-1)


def slopes(f, p: np.ndarray) -> np.ndarray:
    return np.stack([(f(p + STEP * e) - f(p - STEP * e)) / (2 * STEP) for e in np.eye(2)], axis=-1)


@every_surface
def test_gradient_is_the_slope_of_the_value(surface):
    p = grid(surface)
    scale = max(1.0, np.abs(surface.gradient(p)).max())
    np.testing.assert_allclose(surface.gradient(p), slopes(surface.value, p), atol=1e-7 * scale)


@every_surface
def test_hessian_is_the_slope_of_the_gradient(surface):
    p = grid(surface)
    scale = max(1.0, np.abs(surface.hessian(p)).max())
    np.testing.assert_allclose(surface.hessian(p), slopes(surface.gradient, p), atol=1e-7 * scale)


@every_surface
def test_known_minima_are_flat_and_curve_up(surface):
    for p in surface.minima:
        scale = np.abs(surface.hessian(p)).max()
        assert np.abs(surface.gradient(p)).max() <= 1e-12 * scale
        assert np.linalg.eigvalsh(surface.hessian(p)).min() > 0


@every_surface
def test_known_saddles_are_flat_and_do_not_curve_up_everywhere(surface):
    for p in surface.saddles:
        scale = max(1.0, np.abs(surface.hessian(p)).max())
        assert np.abs(surface.gradient(p)).max() <= 1e-12 * scale
        curvatures = np.linalg.eigvalsh(surface.hessian(p))
        assert curvatures.min() < 0 or surface.name == "monkey saddle"  # whose Hessian vanishes there


@every_surface
def test_start_and_known_points_lie_in_the_domain(surface):
    low, high = np.transpose(surface.domain)
    for p in (surface.start, *surface.minima, *surface.saddles):
        assert (low <= p).all()
        assert (p <= high).all()


@given(st.integers(0, 3), st.integers(1, 4))
def test_shapes_follow_the_leading_axes(rows, columns):
    p = np.zeros((rows, columns, 2))
    assert np.shape(saddle.value(p)) == (rows, columns)
    assert saddle.gradient(p).shape == (rows, columns, 2)
    assert saddle.hessian(p).shape == (rows, columns, 2, 2)


def test_one_point_may_be_a_plain_list():
    assert saddle.value([1.0, 0.5]) == 0.75
    assert saddle.gradient([1.0, 0.5]).tolist() == [2.0, -1.0]


@pytest.mark.parametrize("wrong", [1.0, [1.0], [1.0, 2.0, 3.0]])
def test_a_point_without_two_coordinates_is_refused(wrong):
    with pytest.raises(ValueError, match="two coordinates"):
        saddle.gradient(wrong)


def test_sampled_gradients_scatter_around_the_exact_one_with_the_stated_deviation():
    p = np.tile(noisy_quadratic.start, (20_000, 1))
    sampled = noisy_quadratic.gradient(p, np.random.default_rng(0))
    exact = noisy_quadratic.gradient(noisy_quadratic.start)
    # Five standard errors of a mean and of a deviation over 20,000 draws.
    np.testing.assert_allclose(sampled.mean(axis=0), exact, atol=5 * noisy_quadratic.noise / np.sqrt(20_000))
    np.testing.assert_allclose(sampled.std(axis=0), noisy_quadratic.noise, rtol=5 / np.sqrt(40_000))


def test_without_a_generator_the_gradient_is_exact_and_repeatable():
    first = noisy_quadratic.gradient(noisy_quadratic.start)
    assert (first == noisy_quadratic.gradient(noisy_quadratic.start)).all()


@pytest.mark.parametrize("noise", [-1.0, float("nan")])
def test_noise_must_not_be_negative(noise):
    with pytest.raises(ValueError, match="zero or positive"):
        saddle.noisy(noise)


def test_noisy_changes_only_the_noise():
    rough = saddle.noisy(0.5)
    assert rough.noise == 0.5
    assert rough.gradient([1.0, 2.0]).tolist() == saddle.gradient([1.0, 2.0]).tolist()
