"""The pictures of lesson 05 draw what was measured."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course.figures import adaptive


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_weights_seen_and_invented_add_up_to_one(ax):
    adaptive.weights(ax, 0.9, 7)
    assert sum(bar.get_height() for bar in ax.patches) == pytest.approx(1, rel=1e-12)


def halving(w, dw, config=None):
    """A rule for these tests: step k is one rate over the root of two to the k, whatever the gradient."""
    config = {"learning_rate": 0.01, "count": 0} | (config or {})
    config = config | {"count": config["count"] + 1}
    return w - config["learning_rate"] * np.sign(dw) / 2.0 ** (config["count"] / 2), config


def stub(*args):
    raise NotImplementedError


def test_effective_rates_are_steps_over_gradients_in_rates():
    found = adaptive.effective_rates(halving, {"learning_rate": 0.5}, np.array([10.0, 0.1]))
    assert found == pytest.approx([2**-0.5 / 10, 0.5 / 0.1])


@pytest.mark.long
def test_pictures_run_the_rule_they_are_given_or_say_that_it_is_not_written():
    assert "Adagrad 2." in adaptive.braking(halving, steps=40).alt  # 1/sqrt 2 + 1/2 + ... = 1 + sqrt 2 = 2.4
    assert "not written yet" in adaptive.braking(stub, steps=40).alt
    assert "differ by at most 0e+00" in adaptive.steepness(halving).alt
    assert "Not written yet" in adaptive.steepness(stub).alt
    assert "rmsprop 0.9" in adaptive.after_a_cliff(stub, halving, decays=(0.9,), steps=60).alt
    assert "adagrad" not in adaptive.after_a_cliff(stub, halving, decays=(0.9,), steps=60).alt


def test_uncorrected_steps_are_those_the_lesson_states():
    said = adaptive.uncorrected().alt
    assert "first step 3.16 rates, second 4.25, longest 6.57 at t = 12, within 1% from t = 3925" in said
