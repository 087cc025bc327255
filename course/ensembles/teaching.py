"""Training against any loss on the scores, and training an epoch at a time.

>>> import numpy as np
>>> from course.network import MLP
>>> rule = lambda w, dw, config: (w - config["learning_rate"] * dw, config)
>>> net, X = MLP(sizes=(2, 4, 3)), np.zeros((6, 2))
>>> towards = np.ones((6, 3))
>>> squares = lambda s, rows: (0.0, (s - towards[rows]) / s.size)  # only the slope trains
>>> params = teach(net, X, squares, rule, {"learning_rate": 1.0}, rng=np.random.default_rng(0), epochs=60, batch=3)
>>> bool(np.allclose(net.scores(params, X), 1, atol=1e-3))
True
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from course.network import MLP, Params
from course.probes.base import Rule, one_step
from course.threads import one_thread
from course.training import batches, train

Criterion = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]
"""``loss, dscores = criterion(scores, rows)`` for the scores (B, C) of the rows with these numbers."""


@one_thread()
def teach(
    network: MLP,
    X: np.ndarray,
    criterion: Criterion,
    rule: Rule,
    config: Mapping[str, Any],
    *,
    rng: np.random.Generator,
    epochs: int,
    batch: int = 50,
) -> Params:
    """Train a network from a random start against a loss on its scores, and return its parameters.

    Whatever the criterion needs to know of a row, a label or a teacher, it looks up by the row's number.  Raises
    ``ValueError`` for anything but ReLU units.
    """
    if network.activation != "relu":
        raise ValueError(f"teach differentiates ReLU units only; got {network.activation!r}.")
    params = network.start(rng)
    configs: dict[str, dict] = {name: dict(config) for name in params}
    for _ in range(epochs):
        for rows in batches(len(X), min(batch, len(X)), rng):
            grads = gradients(network, params, X[rows], partial(slope_at, criterion, rows))
            for name, grad in grads.items():
                params[name], configs[name] = one_step(rule, params[name], grad, configs[name])
    return params


def slope_at(criterion: Criterion, rows: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return the criterion's gradient with respect to the scores of some rows."""
    return criterion(scores, rows)[1]


def gradients(
    network: MLP, params: Params, X: np.ndarray, slope: Callable[[np.ndarray], np.ndarray]
) -> Params:
    """Return the gradient of a loss with respect to every parameter, from its slope at the scores."""
    outputs = network.layers(params, X)
    back, grads = np.asarray(slope(outputs[-1]), dtype=np.float64), {}
    for layer in range(network.depth, 0, -1):
        grads[f"W{layer}"] = outputs[layer - 1].T @ back
        grads[f"b{layer}"] = back.sum(axis=0)
        if layer > 1:
            back = (back @ params[f"W{layer}"].T) * (outputs[layer - 1] > 0)
    return grads


def epoch_by_epoch(
    network: MLP,
    X: np.ndarray,
    y: np.ndarray,
    rule: Rule,
    config: Mapping[str, Any],
    *,
    seed: int,
    **options: Any,
) -> Callable[[Params], None]:
    """Return ``train_epoch(params)``, which trains for one epoch and changes the arrays of ``params`` in place.

    options  of ``course.training.train``, e.g. ``batch`` and ``reg``

    The rule's own state, a velocity for instance, starts afresh in every epoch.
    """
    rng = np.random.default_rng(seed)

    def train_epoch(params: Params) -> None:
        run = train(network, X, y, rule, config, rng=rng, epochs=1, params=params, **options)
        for name, w in run.params.items():
            params[name][...] = w

    return train_epoch
