import numpy as np
import pytest

from course.interactive.schedules import SchedulePlayground, shape_of
from course.noisy_bowl import CURVATURE, bounce, expected_loss, floor
from course.surfaces import noisy_quadratic

START = np.array(noisy_quadratic.start)


def halving(iteration, config):
    return config["initial_rate"] * 0.5 ** (iteration // config["every"])


def missing(iteration, config):
    raise NotImplementedError


def playground(**options):
    schedules = {
        "halving": (halving, "every", range(1, 6), {}),
        "missing": (missing, "k", [0.1, 0.2], {}),
        "constant": (lambda i, c: c["initial_rate"], "no knob", [1.0], {}),
    }
    return SchedulePlayground(schedules, steps=20, **options)


def test_curvatures_are_those_of_the_surface():
    assert np.allclose(np.diag(noisy_quadratic.hessian(START)), CURVATURE)


def test_without_noise_the_ball_is_gradient_descent():
    points = bounce(np.array([0.1, 0.2]), np.zeros((2, 2)), start=START)
    one = START - 0.1 * noisy_quadratic.gradient(START)
    two = one - 0.2 * noisy_quadratic.gradient(one)
    assert np.allclose(points, [START, one, two])


def test_expected_loss_is_the_mean_over_many_runs():
    rng, rates = np.random.default_rng(0), np.geomspace(0.3, 0.05, 25)
    runs = [bounce(rates, rng.standard_normal((25, 2)), start=START) for _ in range(4000)]
    mean = np.mean([noisy_quadratic.value(points) for points in runs], axis=0)
    # a standard error of about 1.5% of the noise floor; four of them
    assert np.allclose(mean, expected_loss(rates, start=START), rtol=0.06)


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.3, 0.45])
def test_a_constant_rate_ends_on_its_floor(rate):
    losses = expected_loss(np.full(5000, rate), start=START, sigma=0.7)
    assert losses[-1] == pytest.approx(floor(rate, sigma=0.7), rel=1e-9)


def test_beyond_stability_there_is_no_floor():
    assert floor(0.5) == np.inf
    assert floor(0.0) == np.inf


def test_shapes_are_shares_of_the_initial_rate_and_nan_where_nothing_is_written():
    assert shape_of(halving, {"every": 2}, 5).tolist() == [1, 1, 0.5, 0.5, 0.25]
    assert np.isnan(shape_of(missing, {}, 3)).all()


def test_rates_now_follow_the_knobs():
    widget = playground()
    widget.knob, widget.rate = 1, 10
    assert np.allclose(widget.rates_now(), widget.rates[10] * shape_of(halving, {"every": 2}, 20))
    widget.chosen, widget.knob = 2, 0
    assert np.allclose(widget.rates_now(), widget.rates[10])


def test_a_schedule_that_is_not_written_is_marked_and_sends_no_nan():
    widget = playground()
    assert [entry["missing"] for entry in widget.entries] == [False, True, False]
    assert np.isfinite(np.frombuffer(widget.shapes, dtype=np.float32)).all()


def test_a_static_picture_with_alt_text_stands_in(shown):
    _, still = shown(playground(chosen="constant"))
    assert 'alt="Schedule constant' in still["text/html"]


def test_the_front_end_computes_what_python_computes(in_node):
    rng = np.random.default_rng(1)
    rates, noise = rng.uniform(0, 0.4, 30), rng.standard_normal((30, 2))
    now, kicks, start = rates.tolist(), noise.ravel().tolist(), START.tolist()
    points, losses = in_node(
        "schedules",
        f"[front.bounce({now}, {kicks}, {start}, 0.8), front.expectedLoss({now}, {start}, 0.8)]",
    )
    assert np.allclose(points, bounce(rates, noise, start=START, sigma=0.8), rtol=1e-12)
    assert np.allclose(losses, expected_loss(rates, start=START, sigma=0.8), rtol=1e-12)
