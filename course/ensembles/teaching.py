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

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from course.ensembles.members import images
from course.network import MLP, Params
from course.probes.base import Rule, one_step
from course.threads import one_thread
from course.training import Moment, batches, train

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


def beside(
    network: MLP,
    rule: Rule,
    seed: int,
    held: Mapping[Any, Params | None] | None = None,
    each_step: Callable[[Params], None] = lambda params: None,
    **options: Any,
) -> np.ndarray:
    """Train at a rate of 1 and return accuracies (epochs + 1, 1 + len(held)): of the weights, then of each copy.

    held       copies of the weights, which ``each_step(params)`` keeps up to date; None counts as the weights
    options    of ``course.training.train``
    """
    data, copies = images(), {} if held is None else held

    def look(at: Moment) -> list[float]:
        weights = [at.params, *(at.params if each is None else each for each in copies.values())]
        return [network.accuracy(each, data.X_judge, data.y_judge) for each in weights]

    run = train(
        network,
        data.X_train,
        data.y_train,
        rule,
        {"learning_rate": 1.0},
        rng=np.random.default_rng(seed),
        each_step={"held": lambda at: each_step(at.params)},
        each_epoch={"look": look},
        **options,
    )
    return np.array(run.epochs["look"])


def second_copy(
    keep: Callable[[Any, Params, float, float], Params], *, steps: int = 200, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return a noisy walk of one weight around 1, and a second copy of it after every step.

    keep  ``copy = keep(copy, params, loss, best)``; the first copy is None, best is the lowest loss so far
    """
    rng, copy, best, held = np.random.default_rng(seed), None, np.inf, []
    walk, luck = 1 + rng.normal(size=steps), rng.exponential(size=steps)  # of a weight, of a mini-batch
    for w, lucky in zip(walk, luck, strict=True):
        loss = 0.5 * (w - 1) ** 2 + lucky
        copy = keep(copy, {"w": np.array([w])}, loss, best)
        best = min(best, loss)
        held.append(float(copy["w"][0]))
    return walk, np.array(held)


def is_running_average(walk: np.ndarray, held: np.ndarray) -> bool:
    """Whether every copy is the last copy and the new weight, mixed in one proportion above one half."""
    if (held == walk).all():
        return False
    shares = (held[1:] - walk[1:]) / (held[:-1] - walk[1:])
    return bool(np.allclose(shares, shares[0]) and 0.5 < shares[0] < 1 and held[0] == walk[0])


Learner = Callable[[int, float], Params]
"""``params = learn(seed, rate)``."""


def fresh_students(network: MLP, learn: Learner, seeds: Iterable[int]) -> tuple[float, float, np.ndarray]:
    """Return the chosen rate, the mean accuracy of fresh students on the images that choose, and those judged."""
    data = images()
    rate = chosen_rate(learn, network, data.X_choose, data.y_choose)
    fresh = [learn(seed, rate) for seed in seeds]
    chosen = float(np.mean([network.accuracy(each, data.X_choose, data.y_choose) for each in fresh]))
    return rate, chosen, np.array([network.accuracy(each, data.X_judge, data.y_judge) for each in fresh])


def chosen_rate(learn: Learner, network: MLP, X: np.ndarray, y: np.ndarray) -> float:
    """Return the better of two learning rates, by the accuracy of two seeds each on the images that choose."""
    return max(
        (0.5, 1.0), key=lambda rate: sum(network.accuracy(learn(seed, rate), X, y) for seed in range(2))
    )
