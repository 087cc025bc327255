"""Adam: a leaking average of the gradient over the root of a leaking average of its square, both corrected.

Source: Kingma and Ba (2015), Algorithm 1, with epsilon outside the root.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.exercises.adaptive_rates.probes import rates, visible_gradients
from autograder.judging import Exercise
from autograder.judging.rules import changing_rate, defaults, epsilon, gradient_untouched, shapes, state
from course.probing import Path

DEFAULTS = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}


def reference(w, dw, config=None):
    """Average all gradients and squares seen so far, weighted by age: a weighted mean needs no correction."""
    config = DEFAULTS | (config or {})
    seen = np.array([*config.get("seen", []), dw])
    age = np.arange(len(seen))[::-1]
    first = np.average(seen, axis=0, weights=config["beta1"] ** age)
    second = np.average(seen**2, axis=0, weights=config["beta2"] ** age)
    step = config["learning_rate"] * first / (np.sqrt(second) + config["epsilon"])
    return w - step, {**config, "seen": list(seen)}


OFF = {**DEFAULTS, "learning_rate": 0.02, "beta1": 0.85, "beta2": 0.97}

adam = Exercise(
    "adam",
    points=14,
    reference=reference,
    checks=[
        rates(
            OFF,
            {**OFF, "beta1": 0.6},
            {**OFF, "beta2": 0.8},
            {"learning_rate": 0.3},
            says="With learning_rate, beta1 and beta2 away from the defaults, the path leaves the rule.",
            changing=False,
        ),
        defaults({"beta1": 0.9}, {"epsilon": 1e-8}),
        changing_rate(DEFAULTS),
        epsilon(DEFAULTS),
        shapes(DEFAULTS),
        state(DEFAULTS),
        gradient_untouched(DEFAULTS),
    ],
    visible=Path(
        start=[1.0, -2.0, 0.5],
        gradients=visible_gradients(),
        config={"learning_rate": 0.1, "beta1": 0.7, "beta2": 0.9, "epsilon": 0.01},
    ),
    read="Exercise 4. Adam",
)


def filled(w: np.ndarray, config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a new config with every default and an empty state where they are missing."""
    return DEFAULTS | {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0} | dict(config or {})


def moments(w, dw, config, *, square=None):
    """Return a new config after the right update of t, m and v; v takes in ``square``, by default dw**2."""
    c = filled(w, config)
    square = dw**2 if square is None else square
    c["t"] = c["t"] + 1
    c["m"] = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
    c["v"] = c["beta2"] * c["v"] + (1 - c["beta2"]) * square
    return c


def hats(c, t=None):
    """Return both moments of a config, corrected."""
    t = c["t"] if t is None else t
    return c["m"] / (1 - c["beta1"] ** t), c["v"] / (1 - c["beta2"] ** t)


def stepped(w, c, m, v):
    """Return w after the step of m over the root of v, and the config."""
    return w - c["learning_rate"] * m / (np.sqrt(v) + c["epsilon"]), c


@adam.convention(share=0.75)
def epsilon_inside_the_root(w, dw, config=None):
    """Epsilon is added to the second moment before the root. Some texts and libraries do so (optax calls it
    eps_root, off by default); the paper, PyTorch and this lesson add it after the root."""
    c = moments(w, dw, config)
    m, v = hats(c)
    return w - c["learning_rate"] * m / np.sqrt(v + c["epsilon"]), c


@adam.convention(share=0.75)
def correction_folded_into_the_rate_with_epsilon_not_rescaled(w, dw, config=None):
    """Both corrections sit in the rate, and epsilon meets the uncorrected root. The paper's efficient form and
    Keras do so ("epsilon hat"); to be this lesson's rule epsilon must be multiplied by sqrt(1 - beta2**t)."""
    c = moments(w, dw, config)
    rate = c["learning_rate"] * np.sqrt(1 - c["beta2"] ** c["t"]) / (1 - c["beta1"] ** c["t"])
    return w - rate * c["m"] / (np.sqrt(c["v"]) + c["epsilon"]), c


@adam.convention(share=0.5)
def t_starts_at_one_and_is_advanced_before_use(w, dw, config=None):
    """The first correction is made with t = 2. Course solutions written for a template whose t began at 1 do so;
    here t counts finished steps, so it begins at 0 and is 1 at first use."""
    c = moments(w, dw, {"t": 1} | dict(config or {}))
    return stepped(w, c, *hats(c))
