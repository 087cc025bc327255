import numpy as np
import pytest

from course.descend import Trace, descend, first_step_where
from course.surfaces import noisy_quadratic, ravine, saddle


def plain(w, dw, config=None):
    config = {"learning_rate": 0.1} | (config or {})
    return w - config["learning_rate"] * dw, config


def in_place(w, dw, config=None):
    w -= 0.1 * dw
    return w, {}


def test_a_trace_holds_the_start_and_one_point_per_step():
    trace = descend(plain, ravine, steps=7, config={"learning_rate": 0.02})
    assert trace.points.shape == (8, 2)
    assert trace.losses.shape == (8,)
    assert trace.evaluations == 7
    assert trace.points[0].tolist() == list(ravine.start)
    assert trace.stopped == ""


def test_plain_descent_on_a_quadratic_shrinks_each_coordinate_geometrically():
    trace = descend(plain, ravine, (1.0, 1.0), steps=30, config={"learning_rate": 0.03})
    steps = np.arange(31)[:, None]
    np.testing.assert_allclose(trace.points, (1 - 0.03 * np.array([1.0, 25.0])) ** steps, rtol=1e-12)


def test_a_rule_that_works_in_place_gives_the_same_trace():
    np.testing.assert_array_equal(
        descend(in_place, saddle, steps=9).points, descend(plain, saddle, steps=9).points
    )


def test_the_caller_keeps_its_config_and_start():
    config, start = {"learning_rate": 0.1, "velocity": np.zeros(2)}, np.array([1.0, 1.0])
    descend(lambda w, dw, c: (w, c.update(velocity=c["velocity"] + 1) or c), saddle, start, config=config)
    assert config["velocity"].tolist() == [0.0, 0.0]
    assert start.tolist() == [1.0, 1.0]


def test_divergence_ends_the_trace_and_is_named():
    trace = descend(plain, ravine, steps=200, config={"learning_rate": 0.1})  # beyond 2 / 25
    assert trace.stopped.startswith("diverged: step ")
    assert np.isfinite(trace.points).all()
    assert len(trace.points) < 201


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (lambda w, dw, c=None: (w * np.nan, {}), "diverged: step 1 is not finite"),
        (lambda w, dw, c=None: None, "It returned None"),
        (lambda w, dw, c=None: w, "must return the pair"),
        (lambda w, dw, c=None: (w[:1], {}), "shape"),
        (lambda w, dw, c=None: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_nonsense_ends_the_trace_with_its_reason(rule, reason):
    trace = descend(rule, saddle, steps=5)
    assert reason in trace.stopped
    assert len(trace.points) == 1


def test_an_unwritten_rule_is_called_unwritten():
    def stub(w, dw, config=None):
        raise NotImplementedError("not written yet")

    assert descend(stub, saddle).stopped == "Not written yet."


def test_the_same_generator_seed_repeats_a_noisy_run():
    runs = [descend(plain, noisy_quadratic, rng=np.random.default_rng(3)).points for _ in range(2)]
    np.testing.assert_array_equal(*runs)
    assert (runs[0] != descend(plain, noisy_quadratic).points).any()


@pytest.mark.parametrize("start", [(1.0,), (np.nan, 0.0), (1.0, 2.0, 3.0)])
def test_a_start_must_be_two_finite_numbers(start):
    with pytest.raises(ValueError, match="two finite numbers"):
        descend(plain, saddle, start)


def test_steps_must_not_be_negative():
    with pytest.raises(ValueError, match="steps must be zero or positive; got -1"):
        descend(plain, saddle, steps=-1)


def test_a_trace_checks_its_shapes():
    with pytest.raises(ValueError, match=r"points must be \(T \+ 1, 2\)"):
        Trace(points=np.zeros((3, 2)), losses=np.zeros(2))


def test_first_step_where():
    assert first_step_where(np.array([False, False, True, True])) == 2
    assert first_step_where(np.array([False])) is None
