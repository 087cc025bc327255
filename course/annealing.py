"""The runs of lesson 07: the digits under a learning-rate schedule, and how far above the minimum they end.

No schedule and no rule lives here; both are the reader's and are passed in.
"""

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import minimize

from course.data import digits
from course.network import MLP
from course.probes.base import Rule
from course.training import Run, train

Schedule = Callable[[Any, dict], float]
LINEAR = MLP(sizes=(64, 10))
REG = 1e-3
CURVATURE = 0.0588
"""The largest curvature of the linear classifier's loss at its minimum; a test measures it."""


def fit(
    schedule: Schedule,
    config: Mapping[str, Any],
    seed: int,
    *,
    rule: Rule,
    epochs: int = 8,
    batch: int = 30,
    network: MLP = LINEAR,
    reg: float = REG,
    gain: float = 1.0,
    watches: bool = False,
) -> Run:
    """Train on the digits; before every step the schedule is asked for the rate.

    schedule  ``schedule(iteration, config)``, or with ``watches`` ``schedule(history, config)``
    config    of the schedule, one for the whole run; ``per_epoch`` and ``epochs`` are filled in, and the last
              answer stands in it as ``learning_rate``
    gain      the starting weights are multiplied by this
    """
    data = digits()
    per_epoch = math.ceil(len(data.y_train) / batch)
    config = {"per_epoch": per_epoch, "epochs": epochs, **config}

    def rate(epoch: float, run: Run) -> float:
        now = history_of(run) if watches else round(epoch * per_epoch)
        config["learning_rate"] = schedule(now, config)
        return config["learning_rate"]

    rng = np.random.default_rng(seed)
    params = {name: gain * array for name, array in network.start(rng).items()}
    rows: dict[str, Any] = {"X": data.X_train, "y": data.y_train, "validation": (data.X_val, data.y_val)}
    return train(
        network, rule=rule, rng=rng, epochs=epochs, batch=batch, params=params, reg=reg, rate=rate, **rows
    )


def history_of(run: Run) -> dict[str, list[float]]:
    """Return the errors recorded so far, one entry for each finished epoch."""
    return {f"{part}_error": [1 - a for a in run.epochs[f"{part}_accuracy"][1:]] for part in ("train", "val")}


@cache
def minimum() -> float:
    """Return the smallest regularised training loss of the linear classifier, found by L-BFGS."""
    data = digits()
    start = {"W1": np.zeros((64, 10)), "b1": np.zeros(10)}

    def flat(w: np.ndarray) -> tuple[float, np.ndarray]:
        params = {"W1": w[:640].reshape(64, 10), "b1": w[640:]}
        loss, grads = LINEAR.loss(params, data.X_train, data.y_train, reg=REG)
        return loss, np.concatenate([grads[name].ravel() for name in start])

    best = minimize(flat, np.zeros(650), jac=True, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-9})
    return float(best.fun)


def excess(run: Run) -> float:
    """Return how far the loss of a linear classifier ends above the minimum; infinity for a run that diverged."""
    if run.stopped:
        return math.inf
    data = digits()
    return LINEAR.loss(run.params, data.X_train, data.y_train, reg=REG)[0] - minimum()
