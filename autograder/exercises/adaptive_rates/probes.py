"""Check groups that the three adaptive rules share, and the gradients of their visible probes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.judging import Check
from autograder.judging.rules import follow, path


def rates(*configs: Mapping[str, Any], says: str, changing: bool = True) -> Check:
    """Runs with other hyperparameters than the defaults, and one whose rate changes between calls."""
    changes = {0: {"learning_rate": 0.05}, 7: {"learning_rate": 0.005}, 15: {"learning_rate": 0.02}}
    paths = {f"config {k}": path(k, config) for k, config in enumerate(configs)}
    if changing:
        paths["changing rate"] = path(40, configs[0], changes=changes)
    return Check(name="hyperparameters", probe=follow(paths), says=says)


def visible_gradients(steps: int = 8) -> list[np.ndarray]:
    """Return gradients of three coordinates: one steady and large, one small and signed, one often zero."""
    k = np.arange(steps)
    return list(np.stack([5 + k % 3, 0.02 * (-1.0) ** k * (k + 1), (k % 4 == 1) * 0.5], axis=-1))
