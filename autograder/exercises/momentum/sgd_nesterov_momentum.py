"""Nesterov momentum in its ahead form: what is stored, and where ``dw`` was taken, is the look-ahead point.

v_prev = v;  v <- mu * v - lr * g;  w <- w - mu * v_prev + (1 + mu) * v
"""

from functools import partial

import numpy as np

from autograder.exercises.momentum.shared import DEFAULTS, VISIBLE, momentum_checks, stepped, unpack
from autograder.judging import Exercise
from autograder.judging.config_slips import MutableDefault, slips_with_the_config, stops_without_a_slope
from autograder.judging.rules import EFFECT


def reference(w, dw, config=None):
    """The look-ahead form: keep the point x itself, move it by v, and hand back x + mu * v."""
    config = {} if config is None else config
    rate, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    x, v = config.get("x", w), config.get("velocity", np.zeros_like(w))
    config["velocity"] = mu * v - rate * dw
    config["x"] = x + config["velocity"]
    return config["x"] + mu * config["velocity"], config


sgd_nesterov_momentum = Exercise(
    "sgd_nesterov_momentum",
    points=10,
    reference=reference,
    checks=momentum_checks(),
    visible=VISIBLE,
    constants=DEFAULTS,
    may_change=("w", "config"),
    read="Exercise 4. Nesterov momentum, the ahead form",
    effect=EFFECT,
    ravine_rate=0.01,
)


step = partial(stepped, move=lambda w, before, v, g, lr, mu: w - mu * before + (1 + mu) * v)

sgd_nesterov_momentum.table(
    {
        """previous velocity saved too late: This is exactly the path of plain momentum. Either `v_prev` holds
        the new velocity (it was saved after the update, or `v` was updated in place and both names share one
        array), or there is no look-ahead. If you print `v_prev` just before the line that moves `w`, is it
        still the velocity that came in?
        """: partial(step, move=lambda w, before, v, g, lr, mu: w + v),
        """plus mu v prev: The old look-ahead is added a second time. It has to be taken back before the new
        one is added: look at the sign of `mu * v_prev`.
        """: partial(step, move=lambda w, before, v, g, lr, mu: w + mu * before + (1 + mu) * v),
        """one minus mu times v: The new velocity is weighted by (1 - mu). The point moves by v and the
        look-ahead adds mu times v: count how many v that makes.
        """: partial(step, move=lambda w, before, v, g, lr, mu: w - mu * before + (1 - mu) * v),
        """moved twice: The point is moved by `v` and then by the whole ahead step, which contains that move
        already. One assignment to `next_w` is enough.
        """: partial(step, move=lambda w, before, v, g, lr, mu: w + v - mu * before + (1 + mu) * v),
        """only the new look ahead: Only mu times the new velocity is added to `w`. Three things happen in a
        step: the old look-ahead is taken back, the ball moves by its velocity, and the new look-ahead is
        added.
        """: partial(step, move=lambda w, before, v, g, lr, mu: w + mu * v),
        """no new look ahead: What comes back is the place of the ball: the old look-ahead is taken back and
        the ball moved, but the new look-ahead, mu times the new velocity, is not added.
        """: partial(step, move=lambda w, before, v, g, lr, mu: w - mu * before + v),
        """old look ahead not taken back: `w` is already a look-ahead point. Before the new look-ahead is
        added the old one, mu times the old velocity, has to be taken back.
        """: partial(step, move=lambda w, before, v, g, lr, mu: w + (1 + mu) * v),
        """v prev without mu: The whole old velocity is taken back. The old look-ahead was only mu times it.
        """: partial(step, move=lambda w, before, v, g, lr, mu: w - before + (1 + mu) * v),
        """gradient added: The path climbs: the gradient is added, or the finished step is subtracted. There
        must be one minus in front of the gradient, in all.
        """: partial(step, velocity=lambda v, g, lr, mu: mu * v + lr * g),
    }
)


@sgd_nesterov_momentum.mistake
def velocity_not_kept(w, dw, config=None):
    """Each step starts from velocity zero, so this is gradient descent with a longer step. Does the new
    velocity go back into `config["velocity"]`, in the config that is returned?"""
    config, rate, mu, _ = unpack(w, config)
    return w - (1 + mu) * rate * dw, config


@sgd_nesterov_momentum.mistake
def look_ahead_stored_as_velocity(w, dw, config=None):
    """The displacement of the stored point is kept as the velocity. What goes into `config["velocity"]` is v
    alone, without the two look-aheads."""
    config, rate, mu, v_prev = unpack(w, config)
    v = mu * v_prev - rate * dw
    config["velocity"] = (1 + mu) * v - mu * v_prev
    return w + config["velocity"], config


@sgd_nesterov_momentum.convention(share=0.75)
def mu_hard_coded(w, dw, config=None):
    """With another `config["momentum"]` the path does not change. A number stands where the config should be
    read."""
    config, rate, _, v_prev = unpack(w, config)
    v = config["velocity"] = 0.9 * v_prev - rate * dw
    return w - 0.9 * v_prev + 1.9 * v, config


sgd_nesterov_momentum.table(
    {
        """mu multiplies the gradient: The momentum coefficient also scales the gradient inside the velocity.
        It belongs to the old velocity alone; check the parentheses.
        """: partial(step, velocity=lambda v, g, lr, mu: mu * (v - lr * g)),
        """rate forgotten: The learning rate does not appear: the whole gradient is taken into the velocity.
        """: partial(step, velocity=lambda v, g, lr, mu: mu * v - g),
    }
)


@sgd_nesterov_momentum.convention(share=0.75)
def another_default_momentum(w, dw, config=None):
    """With every key given the path is right; with `momentum` left out it is not. Look at the defaults in the
    table of the exercise."""
    config, rate, mu, v_prev = unpack(w, {"momentum": 0.0, **(config or {})})
    v = config["velocity"] = mu * v_prev - rate * dw
    return w - mu * v_prev + (1 + mu) * v, config


@sgd_nesterov_momentum.mistake
def velocity_made_for_a_vector(w, dw, config=None):
    """Vectors work, other shapes do not: the first velocity has the length of `w` and not its shape. There is
    a NumPy function that makes zeros like another array."""
    config, rate, mu, _ = unpack(w, config)
    v_prev = config.get("velocity")
    v_prev = np.zeros(len(w)) if v_prev is None else v_prev
    v = config["velocity"] = mu * v_prev - rate * dw
    return w - mu * v_prev + (1 + mu) * v, config


@sgd_nesterov_momentum.mistake
class velocity_shared_between_parameters:
    """One parameter alone is right; two in turn disturb each other, because they share one velocity. Keep it
    in each one's `config`."""

    def __init__(self):
        self.velocity = 0.0

    def __call__(self, w, dw, config=None):
        config, rate, mu, _ = unpack(w, config)
        if "started" not in config:
            self.velocity, config["started"] = np.zeros_like(w), True
        v_prev, self.velocity = self.velocity, mu * self.velocity - rate * dw
        return w - mu * v_prev + (1 + mu) * self.velocity, config


@sgd_nesterov_momentum.in_place
def dw_changed(w, dw, config=None):
    """The path is right, but the caller's gradient is different after the call: something like `dw *= ...`
    writes into it. Make the product a new array."""
    config, rate, mu, v_prev = unpack(w, config)
    dw *= -rate
    v = config["velocity"] = mu * v_prev + dw
    return w - mu * v_prev + (1 + mu) * v, config


@sgd_nesterov_momentum.convention(share=0.75)
def rate_outside_the_velocity(w, dw, config=None):
    """At a constant rate this is the same path; when the rate changes it is not. PyTorch keeps the rate outside,
    v = mu*v + g and w -= lr*(g + mu*v); here lr goes into v, so that old pushes keep their rate."""
    config, rate, mu, v = unpack(w, config)
    v = config["velocity"] = mu * v + dw
    return w - rate * (dw + mu * v), config


@sgd_nesterov_momentum.convention(share=0.5)
def averaged_gradient(w, dw, config=None):
    """This is Nesterov on a moving average, v = mu*v + (1-mu)*g, close to what Nadam does with Adam's first
    moment. Here the gradient enters whole, so your steps are shorter by (1-mu)."""
    config, rate, mu, v = unpack(w, config)
    v = config["velocity"] = mu * v + (1 - mu) * dw
    return w - rate * ((1 - mu) * dw + mu * v), config


@sgd_nesterov_momentum.convention(share=0.5)
def averaged_gradient_with_the_rate_inside(w, dw, config=None):
    """This is Nesterov on a moving average, v = mu*v - (1-mu)*lr*g, akin to Nadam's first moment. Here the
    gradient enters whole, so your steps are shorter by (1-mu)."""
    config, rate, mu, v_prev = unpack(w, config)
    v = config["velocity"] = mu * v_prev - (1 - mu) * rate * dw
    return w - mu * v_prev + (1 + mu) * v, config


@sgd_nesterov_momentum.variant_as_in("CS231n")
def published_form(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v_prev = v
    v = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w - config["momentum"] * v_prev + (1 + config["momentum"]) * v
    config["velocity"] = v
    return next_w, config


@sgd_nesterov_momentum.variant
def change_of_velocity(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
    lr, mu = config["learning_rate"], config["momentum"]
    v_prev = config.get("velocity", np.zeros_like(w))
    v = mu * v_prev - lr * dw
    config["velocity"] = v
    return w + v + mu * (v - v_prev), config


@sgd_nesterov_momentum.variant
def new_velocity_and_gradient(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    config["velocity"] = mu * config.get("velocity", 0.0) - lr * dw
    return w + mu * config["velocity"] - lr * dw, config


@sgd_nesterov_momentum.variant
def expanded_in_the_old_velocity(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.get("learning_rate", 1e-2), config.get("momentum", 0.9)
    v_prev = config.get("velocity", np.zeros_like(w))
    config["velocity"] = mu * v_prev - lr * dw
    return w + mu**2 * v_prev - (1 + mu) * lr * dw, config


@sgd_nesterov_momentum.variant
def in_two_moves_in_place(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    v = config.setdefault("velocity", np.zeros_like(w))
    w -= mu * v
    v *= mu
    v -= lr * dw
    w += (1.0 + mu) * v
    return w, config


@sgd_nesterov_momentum.variant
def positive_velocity_subtracted_from_the_point(w, dw, config=None):
    config = dict(config or {})
    lr, mu = config.get("learning_rate", 1e-2), config.get("momentum", 0.9)
    v_prev = config.get("velocity", np.zeros_like(w))
    v = mu * v_prev + lr * dw
    config["velocity"] = v
    w -= (1 + mu) * v - mu * v_prev
    return w, config


@sgd_nesterov_momentum.variant
def look_ahead_form_with_the_point_kept(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    x = w - mu * v
    v = mu * v - lr * dw
    x = x + v
    config["velocity"] = v
    return x + mu * v, config


@sgd_nesterov_momentum.variant
def velocity_copied_before_the_update(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    v = config.setdefault("velocity", np.zeros_like(w))
    v_prev = v.copy()
    v *= mu
    v -= lr * dw
    w += -mu * v_prev + (1 + mu) * v
    return w, config


slips_with_the_config(sgd_nesterov_momentum, change_of_velocity, DEFAULTS, ["velocity"])
stops_without_a_slope(
    sgd_nesterov_momentum,
    change_of_velocity,
    """Where the whole gradient is zero the ball stays where it is. It has a velocity: without a push it coasts on,
    and the velocity shrinks by the factor mu. The formula needs no special case.""",
)


@sgd_nesterov_momentum.mistake
class mutable_default(MutableDefault):
    rule = in_two_moves_in_place
