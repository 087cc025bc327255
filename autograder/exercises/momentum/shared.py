"""What the momentum rules of this lesson share: the documented defaults, the checks, the visible probe."""

from collections.abc import Callable

import numpy as np

from autograder.judging import Check
from autograder.judging.rules import (
    changing_rate,
    defaults,
    first_look,
    gradients,
    hyperparameters,
    start,
    usual,
    zero_gradient,
)
from course.probes.base import Path

DEFAULTS = {"learning_rate": 1e-2, "momentum": 0.9}
AWAY = {"learning_rate": 0.03, "momentum": 0.7}
TURNED = {"learning_rate": 0.005, "momentum": 1.0}
USUAL = {"learning_rate": 0.02, "momentum": 0.9}

VISIBLE = first_look(
    Path(
        start=[1.0, -2.0, 0.5],
        gradients=[[4.0, -1.0, 0.2], [3.0, 0.0, -0.4], [-2.0, 1.5, 0.3], [1.0, 2.5, 0.0], [0.5, -3.0, 6.0]],
        config={"learning_rate": 0.1, "momentum": 0.8},
        changes={3: {"learning_rate": 0.05}},
    ),
    "momentum",
    still={"momentum": 0.0},
)

RAISED = Path(
    start=start(41), gradients=[np.zeros(6), *gradients(41)], config=AWAY, changes={1: {"momentum": 0.9}}
)
"""A run whose momentum is raised while the ball is still at rest.

Later both momenta are right for Nesterov: the look-ahead may be taken back with the one it was made with.
"""


def momentum_checks() -> list[Check]:
    """Return the assertion groups for a rule with a rate, a momentum and a velocity."""
    return [
        hyperparameters(AWAY, TURNED, zero=["momentum"]),
        defaults({"learning_rate": 0.05}, {"momentum": 0.9}),
        changing_rate({"momentum": 0.9}, also={"a momentum raised at rest": RAISED}),
        zero_gradient(USUAL),
        *usual(USUAL, DEFAULTS),
    ]


def unpack(w: np.ndarray, config: dict | None) -> tuple[dict, float, float, np.ndarray]:
    """Return the config with its defaults filled in, the rate, the momentum, and the velocity so far."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    velocity = config.get("velocity")
    velocity = np.zeros_like(w) if velocity is None else velocity
    return config, config["learning_rate"], config["momentum"], velocity


def stepped(
    w: np.ndarray,
    dw: np.ndarray,
    config: dict | None,
    *,
    velocity: Callable = lambda v, g, lr, mu: mu * v - lr * g,
    move: Callable,
) -> tuple[np.ndarray, dict]:
    """Return a step that two formulas make, the new w and the config.

    velocity  (v, g, lr, mu) -> the new velocity, by default the right one
    move      (w, before, v, g, lr, mu) -> the new w, from the velocity that came in and the new one
    """
    config, lr, mu, before = unpack(w, config)
    v = config["velocity"] = velocity(before, dw, lr, mu)
    return move(w, before, v, dw, lr, mu), config
