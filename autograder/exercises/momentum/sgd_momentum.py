"""Momentum, ``v <- mu * v - lr * g; w <- w + v``, with ``v`` zero at first and the rate inside ``v``."""

from functools import partial

import numpy as np

from autograder.exercises.momentum.shared import DEFAULTS, VISIBLE, momentum_checks, stepped, unpack
from autograder.judging import Exercise
from autograder.judging.config_slips import MutableDefault, slips_with_the_config, stops_without_a_slope
from autograder.judging.rules import EFFECT


def reference(w, dw, config=None):
    """Polyak's heavy ball, ``w_next = w - lr * g + mu * (w - w_before)``: no velocity is kept at all."""
    config = {} if config is None else config
    rate, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    before = config.get("before", w)
    config["before"] = w
    return w - rate * dw + mu * (w - before), config


sgd_momentum = Exercise(
    "sgd_momentum",
    points=10,
    reference=reference,
    checks=momentum_checks(),
    visible=VISIBLE,
    constants=DEFAULTS,
    may_change=("w", "config"),
    read="Exercise 2. Momentum",
    effect=EFFECT,
    ravine_rate=0.01,
)


step = partial(stepped, move=lambda w, before, v, g, lr, mu: w + v)


@sgd_momentum.mistake
def gradient_added(w, dw, config=None):
    """The ball rolls uphill. Either the gradient is added to the velocity, or a velocity built with a minus
    is subtracted from `w`: there must be one minus in all."""
    return step(w, dw, config, velocity=lambda v, g, lr, mu: mu * v + lr * g)


@sgd_momentum.mistake
def velocity_not_kept(w, dw, config=None):
    """This is the path of plain gradient descent: each step starts from velocity zero. Does the new velocity
    go back into `config["velocity"]`, in the config that is returned?"""
    config, rate, mu, v = unpack(w, config)
    v = mu * v - rate * dw
    return w + v, config


@sgd_momentum.convention(share=0.75)
def mu_hard_coded(w, dw, config=None):
    """With another `config["momentum"]` the path does not change. A number stands where the config should be
    read."""
    config, rate, _, v = unpack(w, config)
    v = config["velocity"] = 0.9 * v - rate * dw
    return w + v, config


sgd_momentum.table(
    {
        """velocity reversed at every step: The velocity changes its direction at every step. What is stored and
        what is read back have opposite signs: keep one convention for both.
        """: partial(step, velocity=lambda v, g, lr, mu: -mu * v - lr * g),
        """mu multiplies the gradient: The momentum coefficient also scales the gradient. It belongs to the
        old velocity alone; check the parentheses.
        """: partial(step, velocity=lambda v, g, lr, mu: mu * (v - lr * g)),
        """mu and rate exchanged: The two coefficients stand in each other's place: the rate keeps the
        velocity and the momentum scales the gradient.
        """: partial(step, velocity=lambda v, g, lr, mu: lr * v - mu * g),
        """velocity never decays: All past gradients weigh the same: the old velocity is not multiplied by the
        momentum.
        """: partial(step, velocity=lambda v, g, lr, mu: v - lr * g),
        """one minus mu keeps the velocity: The old velocity is multiplied by (1 - mu), as if mu were
        friction. mu is the part of the velocity that survives: larger mu, less friction.
        """: partial(step, velocity=lambda v, g, lr, mu: (1 - mu) * v - lr * g),
        """averages exchanged: The velocity is an average with its weights exchanged, (1 - mu) on the old
        velocity and mu on the gradient. The old velocity keeps mu, and the gradient has no such weight.
        """: partial(step, velocity=lambda v, g, lr, mu: (1 - mu) * v - mu * lr * g),
        """rate forgotten: The learning rate does not appear: the whole gradient is taken into the velocity.
        """: partial(step, velocity=lambda v, g, lr, mu: mu * v - g),
        """rate applied twice: The learning rate scales the gradient and then the velocity again. Once is
        enough: inside the velocity.
        """: partial(step, move=lambda w, before, v, g, lr, mu: w + lr * v),
        """old velocity used: `w` moves with the velocity of the step before, so the first step goes nowhere.
        Update the velocity first, then move.
        """: partial(step, move=lambda w, before, v, g, lr, mu: w + before),
        """gradient used twice: The gradient enters the velocity and is subtracted from `w` once more. The
        velocity alone moves `w`.
        """: partial(step, move=lambda w, before, v, g, lr, mu: w + v - lr * g),
    }
)


@sgd_momentum.mistake
def velocity_starts_at_the_gradient(w, dw, config=None):
    """The first step is too long: the velocity does not start at zero. Where there is none in the config, it
    is zeros of the shape of `w`."""
    config, rate, mu, _ = unpack(w, config)
    v = config.get("velocity", -rate * dw)
    v = config["velocity"] = mu * v - rate * dw
    return w + v, config


@sgd_momentum.convention(share=0.75)
def another_default_momentum(w, dw, config=None):
    """With every key given the path is right; with `momentum` left out it is not. Look at the defaults in the
    table of the exercise."""
    config, rate, mu, v = unpack(w, {"momentum": 0.0, **(config or {})})
    v = config["velocity"] = mu * v - rate * dw
    return w + v, config


@sgd_momentum.mistake
def velocity_made_for_a_vector(w, dw, config=None):
    """Vectors work, other shapes do not: the first velocity has the length of `w` and not its shape. There is
    a NumPy function that makes zeros like another array."""
    config, rate, mu, _ = unpack(w, config)
    v = config.get("velocity")
    v = np.zeros(len(w)) if v is None else v
    v = config["velocity"] = mu * v - rate * dw
    return w + v, config


@sgd_momentum.mistake
class velocity_in_a_global:
    """The velocity outlives the run: a new config does not start at rest. All state belongs in `config`,
    none in a global or in the function."""

    def __init__(self):
        self.velocity = 0.0

    def __call__(self, w, dw, config=None):
        config, rate, mu, _ = unpack(w, config)
        if np.shape(self.velocity) != np.shape(w):
            self.velocity = np.zeros_like(w)
        self.velocity = mu * self.velocity - rate * dw
        return w + self.velocity, config


@sgd_momentum.mistake
class velocity_shared_between_parameters:
    """One parameter alone is right; two in turn disturb each other, because they share one velocity. Keep it
    in each one's `config`."""

    def __init__(self):
        self.velocity = 0.0

    def __call__(self, w, dw, config=None):
        config, rate, mu, _ = unpack(w, config)
        if "started" not in config:
            self.velocity, config["started"] = np.zeros_like(w), True
        self.velocity = mu * self.velocity - rate * dw
        return w + self.velocity, config


@sgd_momentum.in_place
def dw_changed(w, dw, config=None):
    """The path is right, but the caller's gradient is different after the call: something like `dw *= ...`
    writes into it. Make the product a new array."""
    config, rate, mu, v = unpack(w, config)
    dw *= -rate
    v = config["velocity"] = mu * v + dw
    return w + v, config


@sgd_momentum.convention(share=0.75)
def rate_outside_the_velocity(w, dw, config=None):
    """At a constant rate this is the same path; when the rate changes it is not. PyTorch keeps the rate outside,
    v = mu*v + g and w -= lr*v; here lr goes into v, so that old pushes keep the rate they had."""
    config, rate, mu, v = unpack(w, config)
    v = config["velocity"] = mu * v + dw
    return w - rate * v, config


@sgd_momentum.convention(share=0.5)
def averaged_gradient(w, dw, config=None):
    """This is momentum as a moving average, v = mu*v + (1-mu)*g and w -= lr*v: the first moment of Adam, and
    the form many courses teach. Here the gradient enters whole, so your steps are shorter by (1-mu)."""
    config, rate, mu, v = unpack(w, config)
    v = config["velocity"] = mu * v + (1 - mu) * dw
    return w - rate * v, config


@sgd_momentum.convention(share=0.5)
def averaged_gradient_with_the_rate_inside(w, dw, config=None):
    """This is momentum as a moving average, v = mu*v - (1-mu)*lr*g, akin to the first moment of Adam. Here
    the gradient enters whole, so your steps are shorter by (1-mu)."""
    config, rate, mu, v = unpack(w, config)
    v = config["velocity"] = mu * v - (1 - mu) * rate * dw
    return w + v, config


@sgd_momentum.variant_as_in("CS231n")
def new_arrays(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w + v
    config["velocity"] = v
    return next_w, config


@sgd_momentum.variant
def all_in_place(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    v = config.setdefault("velocity", np.zeros_like(w))
    v *= mu
    v -= lr * dw
    w += v
    return w, config


@sgd_momentum.variant
def positive_velocity_subtracted(w, dw, config=None):
    config = dict(config or {})
    lr, mu = config.get("learning_rate", 1e-2), config.get("momentum", 0.9)
    v = mu * config.get("velocity", 0.0) + lr * dw
    return w - v, {**config, "velocity": v}


@sgd_momentum.variant
def another_key_for_the_velocity(weights, gradient, options=None):
    options = {} if options is None else options
    vec = options.get("momentum", 0.9) * options.get("vec", np.zeros(np.shape(weights)))
    options["vec"] = vec = vec - options.get("learning_rate", 0.01) * gradient
    return weights + vec, options


@sgd_momentum.variant
def heavy_ball_with_the_point_before(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
    before = config.get("w_before", w)
    config["w_before"] = w.copy()
    return w - config["learning_rate"] * dw + config["momentum"] * (w - before), config


@sgd_momentum.variant
def entry_by_entry(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    v = config.setdefault("velocity", np.zeros_like(w))
    for index in np.ndindex(w.shape):
        v[index] = -dw[index] * lr + v[index] * mu
        w[index] += v[index]
    return w, config


slips_with_the_config(sgd_momentum, positive_velocity_subtracted, DEFAULTS, ["velocity"])
stops_without_a_slope(
    sgd_momentum,
    positive_velocity_subtracted,
    """Where the whole gradient is zero the ball stays where it is. It has a velocity: without a push it coasts on,
    and the velocity shrinks by the factor mu. The formula needs no special case.""",
)


@sgd_momentum.mistake
class mutable_default(MutableDefault):
    rule = all_in_place
