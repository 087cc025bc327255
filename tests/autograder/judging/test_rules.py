"""Fairness: update rules as people publish them, pasted as source, are graded as their authors would expect."""

import textwrap

import numpy as np
import pytest

from autograder.exercises import momentum
from autograder.judging import judge
from autograder.judging.rules import gradients

BY_NAME = {exercise.name: exercise for exercise in momentum.EXERCISES}

OPTIM_PY = '''
import numpy as np

"""A file of first-order rules, as solutions to university assignments keep them."""


def sgd(w, dw, config=None):
    """
    config format:
    - learning_rate: Scalar learning rate.
    """
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-2)

    w -= config['learning_rate'] * dw
    return w, config


def sgd_momentum(w, dw, config=None):
    """
    config format:
    - learning_rate, momentum: Scalars.
    - velocity: A numpy array of the same shape as w.
    """
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-2)
    config.setdefault('momentum', 0.9)
    v = config.get('velocity', np.zeros_like(w))

    next_w = None
    ###########################################################
    # the momentum update                                      #
    ###########################################################
    v = config['momentum'] * v - config['learning_rate'] * dw
    next_w = w + v
    config['velocity'] = v

    return next_w, config


def sgd_nesterov_momentum(w, dw, config=None):
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-2)
    config.setdefault('momentum', 0.9)
    v = config.get('velocity', np.zeros_like(w))

    v_prev = v # back this up
    v = config['momentum'] * v - config['learning_rate'] * dw
    w += -config['momentum'] * v_prev + (1 + config['momentum']) * v
    config['velocity'] = v

    return w, config


def rmsprop(x, dx, config=None):
    raise NotImplementedError
'''

HEAD = """
def rule(w, dw, config=None):
    if config is None:
        config = {}
    lr = config.setdefault("learning_rate", 1e-2)
    mu = config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    {body}
    return next_w, config
"""

# name -> (exercise, body of the rule, points of ten, name of the mistake or convention)
STYLES = {
    "momentum, float order changed": (
        "sgd_momentum",
        "v = -dw * lr + v * mu; config['velocity'] = v; next_w = v + w",
        10,
        None,
    ),
    "momentum, velocity updated in place": (
        "sgd_momentum",
        "v *= mu; v += -lr * dw; config['velocity'] = v; w += v; next_w = w",
        10,
        None,
    ),
    "momentum, positive velocity": (
        "sgd_momentum",
        "config['velocity'] = mu * v + lr * dw; next_w = w - config['velocity']",
        10,
        None,
    ),
    "momentum, config rebuilt": (
        "sgd_momentum",
        "v = mu * v - lr * dw; next_w = w + v\n"
        "    config = {'learning_rate': lr, 'momentum': mu, 'velocity': v}",
        7.5,
        "other entries lost",
    ),
    "momentum, velocity stored as a list": (
        "sgd_momentum",
        "v = mu * np.asarray(v) - lr * dw; config['velocity'] = v.tolist(); next_w = w + v",
        10,
        None,
    ),
    "momentum, complaint printed": (
        "sgd_momentum",
        "import warnings; warnings.warn('slow'); print(lr)\n"
        "    v = mu * v - lr * dw; config['velocity'] = v; next_w = w + v",
        10,
        None,
    ),
    "momentum, rate outside": (
        "sgd_momentum",
        "v = mu * v + dw; next_w = w - lr * v; config['velocity'] = v",
        7.5,
        "rate outside the velocity",
    ),
    "momentum, moving average": (
        "sgd_momentum",
        "v = mu * v + (1 - mu) * dw; next_w = w - lr * v; config['velocity'] = v",
        5,
        "averaged gradient",
    ),
    "nesterov, change of velocity": (
        "sgd_nesterov_momentum",
        "v_prev = v; v = mu * v - lr * dw; config['velocity'] = v; next_w = w + v + mu * (v - v_prev)",
        10,
        None,
    ),
    "nesterov, new velocity and gradient": (
        "sgd_nesterov_momentum",
        "v = mu * v - lr * dw; config['velocity'] = v; next_w = w + mu * v - lr * dw",
        10,
        None,
    ),
    "nesterov, two moves in place": (
        "sgd_nesterov_momentum",
        "w -= mu * v; v *= mu; v -= lr * dw; w += (1. + mu) * v; config['velocity'] = v; next_w = w",
        10,
        None,
    ),
    "nesterov, expanded in the old velocity": (
        "sgd_nesterov_momentum",
        "next_w = w + mu ** 2 * v - (1 + mu) * lr * dw; config['velocity'] = mu * v - lr * dw",
        10,
        None,
    ),
    "nesterov, back to the point and ahead again": (
        "sgd_nesterov_momentum",
        "x = w - mu * v; v = mu * v - lr * dw; config['velocity'] = v; next_w = x + v + mu * v",
        10,
        None,
    ),
    "nesterov, positive velocity": (
        "sgd_nesterov_momentum",
        "old = v; v = mu * v + lr * dw; config['velocity'] = v; next_w = w + mu * old - (1 + mu) * v",
        10,
        None,
    ),
    "nesterov, old velocity added": (
        "sgd_nesterov_momentum",
        "old = v; v = mu * v - lr * dw; config['velocity'] = v; next_w = w + mu * old + (1 + mu) * v",
        0,
        "plus mu v prev",
    ),
    "nesterov, whole step subtracted": (
        "sgd_nesterov_momentum",
        "old = v; v = mu * v - lr * dw; config['velocity'] = v; next_w = w - (-mu * old + (1 + mu) * v)",
        0,
        "gradient added",
    ),
    "nesterov, moving average": (
        "sgd_nesterov_momentum",
        "v = mu * v + (1 - mu) * dw; config['velocity'] = v; next_w = w - lr * (mu * v + (1 - mu) * dw)",
        5,
        "averaged gradient",
    ),
}


def pasted(source: str, name: str):
    """Return a function as if its source had been pasted into a cell."""
    space = {"np": np}
    exec(textwrap.dedent(source), space)
    return space[name]


@pytest.mark.parametrize("name", ["sgd", "sgd_momentum", "sgd_nesterov_momentum"])
def test_a_whole_published_optim_file_earns_full_marks(name):
    verdict = judge(BY_NAME[name], pasted(OPTIM_PY, name))
    assert verdict.verdict == "correct", verdict.message


@pytest.mark.parametrize("style", STYLES)
def test_published_style(style):
    exercise, body, points, mistake = STYLES[style]
    verdict = judge(BY_NAME[exercise], pasted(HEAD.replace("{body}", body), "rule"))
    assert (verdict.points, verdict.mistake) == (points, mistake), verdict.message


def test_float32_inside_a_rule_is_told_apart_from_float64_and_loses_little():
    body = "v = (mu * v - lr * dw).astype(np.float32); config['velocity'] = v; next_w = w + v"
    found = judge(BY_NAME["sgd_momentum"], pasted(HEAD.replace("{body}", body), "rule"))
    assert (found.points, found.mistake) == (9, "float32 or rounding")


def test_gradients_span_five_orders_of_magnitude_with_exact_zeros():
    g = np.abs(np.array(gradients(0, (50,))))
    assert (g == 0).mean() == pytest.approx(1 / 6, abs=0.05)
    assert g[g > 0].min() < 3e-3
    assert g.max() > 30
