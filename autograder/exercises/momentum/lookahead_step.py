"""Nesterov momentum in its look-ahead form: the gradient is asked for at ``x + mu * v``."""

from collections.abc import Callable

import numpy as np

from autograder.judging import Check, Exercise
from autograder.judging.rules import EFFECT
from course.probes.composed import Chain, Look
from course.probes.look_ahead import bumpy, level, worked
from course.surfaces import ravine

STEPS = 6


def slope(p: np.ndarray) -> np.ndarray:
    """Return the gradient of a bumpy bowl, entry by entry: p^2/4 - cos(2p), which no line can stand in for."""
    p = np.array(p, dtype=np.float64)
    return 0.5 * p + 2.0 * np.sin(2.0 * p)


def shelf(p: np.ndarray) -> np.ndarray:
    """Return the gradient of a floor that is flat above 0 and rises below, entry by entry."""
    return 3.0 * np.minimum(np.array(p, dtype=np.float64), 0.0)


RUNS = {
    "the run from rest": ([1.0, -2.0, 0.3], [0.0, 0.0, 0.0], 0.05, 0.8),
    "the run with a rate of 0": ([0.8, -0.5], [0.2, -0.4], 0.0, 0.7),
    "the run of a moving ball": ([0.4, -1.0, 2.0], [0.5, -0.2, 0.1], 0.02, 0.95),
    "the run without momentum": ([1.5, 0.2, -0.7], [0.3, 0.1, -0.4], 0.1, 0.0),
    "the run of a scalar": (0.7, -0.4, 0.05, 0.6),
    "the run of a matrix": (
        [[1.0, -1.0], [0.5, 2.0], [0.1, -0.3]],
        [[0.1, 0.0], [-0.2, 0.3], [0.0, 0.4]],
        0.03,
        0.9,
    ),
    "the run over a shelf": ([1.0, 3.0], [-0.7, 0.3], 0.1, 0.9),
}


def runs(step: Callable) -> dict[str, dict]:
    """Return, for each run, the points and velocities, and how many gradients were asked for."""
    outcome = {}
    for name, (x, v, rate, mu) in RUNS.items():
        asked: list[None] = []
        ground = shelf if "shelf" in name else slope

        def gradient(p: np.ndarray, asked: list = asked, ground: Callable = ground) -> np.ndarray:
            asked.append(None)
            return ground(p)

        chain = Chain(start=(x, v), names=("x", "v"), rest=(gradient, rate, mu), times=STEPS)
        outcome[name] = {"run": chain(step), "asked": len(asked)}
    return outcome


def reference(x, v, grad, lr, mu):
    """Two half-moves: coast to the look-ahead point, then correct by the slope found there."""
    ahead = np.add(x, np.multiply(mu, v))
    landed = ahead - lr * grad(ahead)
    return landed, landed - x


def as_rule(step: Callable) -> Callable:
    """Return a look-ahead step as an update rule on the ravine; it asks for its gradients itself."""

    def rule(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
        config = dict(config or {})
        velocity = config.get("velocity", np.zeros_like(w))
        rate, mu = config.get("learning_rate", 0.01), config.get("momentum", 0.9)
        w, config["velocity"] = step(w, velocity, ravine.gradient, rate, mu)
        return w, config

    return rule


lookahead_step = Exercise(
    "lookahead_step",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="runs",
            probe=runs,
            says="Along a run the place or the velocity leaves the rule.",
        )
    ],
    visible=Look(
        probes={
            "On the worked example": worked,
            "On two coordinates of a slope that is no line": bumpy,
            "Where the ground is level": level,
        }
    ),
    equivalent={"x = x + v -> x += v": "The text allows x and v to be changed in place."},
    may_change=("x", "v"),
    read="Exercise 3. Look first, then step",
    effect=EFFECT,
    ravine_rate=0.01,
    as_rule=as_rule,
)


@lookahead_step.mistake
def gradient_taken_at_x(x, v, grad, lr, mu):
    """The gradient is asked for at x, where the ball is. That is plain momentum: ask where it will have
    coasted to."""
    v = mu * v - lr * grad(x)
    return x + v, v


@lookahead_step.mistake
def moved_twice(x, v, grad, lr, mu):
    """The step starts from the look-ahead point, so mu * v is travelled twice. The look-ahead point is only
    for asking; the move starts at x."""
    ahead = x + mu * v
    v = mu * v - lr * grad(ahead)
    return ahead + v, v


@lookahead_step.mistake
def gradient_added(x, v, grad, lr, mu):
    """The gradient is added to the velocity, so the ball climbs. Look at its sign."""
    v = mu * v + lr * grad(x + mu * v)
    return x + v, v


@lookahead_step.mistake
def looked_ahead_by_the_whole_velocity(x, v, grad, lr, mu):
    """The gradient is asked for at x + v. Friction takes its part first: without a new push the ball would
    coast to x + mu * v."""
    v = mu * v - lr * grad(x + v)
    return x + v, v


@lookahead_step.mistake
def looked_back(x, v, grad, lr, mu):
    """The gradient is asked for behind the ball, at x - mu * v. Ahead is in the direction of the velocity."""
    v = mu * v - lr * grad(x - mu * v)
    return x + v, v


@lookahead_step.mistake
def looked_ahead_along_the_gradient(x, v, grad, lr, mu):
    """The point that was asked about is one gradient step away. Look ahead along the velocity: the push is
    not known yet."""
    v = mu * v - lr * grad(x - lr * grad(x))
    return x + v, v


@lookahead_step.mistake
def moved_by_the_old_velocity(x, v, grad, lr, mu):
    """The new velocity is right, but x moves by the one that came in. First make the new velocity, then move by
    it."""
    return x + v, mu * v - lr * grad(x + mu * v)


@lookahead_step.mistake
def mu_applied_twice(x, v, grad, lr, mu):
    """The velocity is multiplied by mu before the look-ahead point is formed, so mu enters that point twice.
    Form the point from the velocity as it came in."""
    v = mu * v
    v = v - lr * grad(x + mu * v)
    return x + v, v


@lookahead_step.mistake
def velocity_never_decays(x, v, grad, lr, mu):
    """The look-ahead point uses mu and the new velocity does not: the old velocity has to be multiplied by
    mu there as well."""
    v = v - lr * grad(x + mu * v)
    return x + v, v


@lookahead_step.mistake
def look_ahead_point_returned(x, v, grad, lr, mu):
    """What comes back is the next look-ahead point, x + v + mu * v. In this form the function returns the
    point itself; the ahead form comes in the next exercise."""
    v = mu * v - lr * grad(x + mu * v)
    return x + (1 + mu) * v, v


@lookahead_step.mistake
def rate_outside_the_velocity(x, v, grad, lr, mu):
    """The rate is applied to the whole velocity, as PyTorch does. Here lr scales the gradient before it enters
    v, and x moves by v."""
    v = mu * v - grad(x + lr * mu * v)
    return x + lr * v, v


@lookahead_step.mistake
def one_minus_mu_keeps_the_velocity(x, v, grad, lr, mu):
    """The old velocity is multiplied by (1 - mu), as if mu were friction. mu is the part that survives."""
    v = (1 - mu) * v - lr * grad(x + mu * v)
    return x + v, v


@lookahead_step.mistake
def stops_where_the_gradient_is_zero(x, v, grad, lr, mu):
    """Where the whole gradient is zero the ball stays where it is. It has a velocity: without a push it coasts on,
    and the velocity shrinks by the factor mu. The formula needs no special case."""
    g = grad(x + mu * v)
    return (x + mu * v - lr * g, mu * v - lr * g) if np.any(g) else (x, v)


@lookahead_step.mistake
def old_velocity_returned(x, v, grad, lr, mu):
    """The point is right and the velocity that comes back is the one that went in: return the new one."""
    return x + mu * v - lr * grad(x + mu * v), v


@lookahead_step.mistake
def pair_reversed(x, v, grad, lr, mu):
    """The velocity comes back first. The order is (x, v), as in the arguments."""
    v = mu * v - lr * grad(x + mu * v)
    return v, x + v


@lookahead_step.convention(share=0.5)
def two_gradients_for_one_step(x, v, grad, lr, mu):
    """The path is right and `grad` is called twice for each step. A gradient is what a step costs: this one
    costs double. Call it once and keep the result."""
    return x + mu * v - lr * grad(x + mu * v), mu * v - lr * grad(x + mu * v)


@lookahead_step.convention(share=0.5)
def averaged_gradient(x, v, grad, lr, mu):
    """The velocity is a moving average, v = mu*v - (1-mu)*lr*g, akin to Nadam's first moment. Here the
    gradient enters whole."""
    v = mu * v - (1 - mu) * lr * grad(x + mu * v)
    return x + v, v


@lookahead_step.variant_as_in("CS231n")
def as_published(x, v, grad, lr, mu):
    x_ahead = x + mu * v
    v = mu * v - lr * grad(x_ahead)
    x = x + v
    return x, v


@lookahead_step.variant
def in_place(x, v, grad, lr, mu):
    g = grad(x + mu * v)
    v *= mu
    v -= lr * g
    x += v
    return x, v


@lookahead_step.variant
def velocity_from_the_displacement(x, v, grad, lr, mu):
    push = -lr * np.asarray(grad(mu * v + x))
    next_x = x + mu * v + push
    return [next_x, next_x - x]
