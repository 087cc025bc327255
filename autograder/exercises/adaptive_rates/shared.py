"""What the exercises of this lesson share: check groups, gradients of visible probes, and small rules.

The rules have the course's interface and are handed to functions that take a rule.  Between them they do everything
a rule may do: keep no state or some under any key, return a new config or write into the given one, move w in place
or not, treat coordinates one by one or all together.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.judging import Check
from autograder.judging.rules import at_zero, follow, path


def rates(*configs: Mapping[str, Any], says: str, changing: bool = True, zero: Sequence[str] = ()) -> Check:
    """Runs with other hyperparameters than the defaults, and one whose rate changes between calls.

    zero  names of settings that may be 0, beside the rate
    """
    changes = {0: {"learning_rate": 0.05}, 7: {"learning_rate": 0.005}, 15: {"learning_rate": 0.02}}
    paths = {f"config {k}": path(k, config) for k, config in enumerate(configs)}
    paths |= at_zero(configs[0], "learning_rate", *zero)
    if changing:
        paths["changing rate"] = path(40, configs[0], changes=changes)
    return Check(name="hyperparameters", probe=follow(paths), says=says)


def visible_gradients(steps: int = 8) -> list[np.ndarray]:
    """Return gradients of three coordinates: one steady and large, one small and signed, one often zero."""
    k = np.arange(steps)
    return list(np.stack([5 + k % 3, 0.02 * (-1.0) ** k * (k + 1), (k % 4 == 1) * 0.5], axis=-1))


def heavy(w, dw, config=None):
    """Keep nine tenths of the last step; the velocity is written into the given config."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config["last"] = 0.9 * config.get("last", 0.0) - config["learning_rate"] * dw
    return w + config["last"], config


def leaky(w, dw, config=None):
    """Divide by the root of a moving average; returns a new config each time."""
    config = {"learning_rate": 1e-2, "decay_rate": 0.9, "seen": 0.0} | (config or {})
    seen = config["decay_rate"] * config["seen"] + (1 - config["decay_rate"]) * dw**2
    return w - config["learning_rate"] * dw / (np.sqrt(seen) + 1e-12), config | {"seen": seen}


def hoarding(w, dw, config=None):
    """Divide by the root of everything seen, which is written into the given config."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config["seen"] = config.get("seen", 0.0) + dw**2
    return w - config["learning_rate"] * dw / (np.sqrt(config["seen"]) + 1e-12), config


def in_place(w, dw, config=None):
    """Step by the sign of the gradient, writing the new parameters over the old."""
    config = {"learning_rate": 1e-2} | (config or {})
    w -= config["learning_rate"] * np.sign(dw)
    return w, config


def normalised(w, dw, config=None):
    """Step by the direction of the gradient: coordinates share one length."""
    config = {"learning_rate": 1e-2} | (config or {})
    return w - config["learning_rate"] * dw / (np.sqrt(np.sum(dw**2)) + 1e-12), config
