"""Measure fairly: many networks of one recipe, each way at its best rate, on the same rows, with an interval."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.data import digits, spiral
from course.mine import plain_gradient_descent
from course.network import MLP
from course.threads import one_thread
from course.training import train

RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)

Rows = tuple[np.ndarray, np.ndarray]
"""Rows and their labels."""


def one_recipe(networks: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Train networks that differ in nothing but their seed on 100 digits.

    Returns the accuracy of each on 50 test rows and on 1047 fresh rows.
    """
    data, network = digits(), MLP(sizes=(64, 16, 10))
    X, y = data.X_train, data.y_train
    test, fresh = np.arange(1000, 1050), np.r_[100:1000, 1050:1197]
    every = [
        train(network, X[:100], y[:100], plain_gradient_descent, {"learning_rate": 0.5},
              rng=np.random.default_rng(seed), epochs=10, batch=20).params
        for seed in range(networks)
    ]  # fmt: skip
    seen, worth = (
        np.array([network.accuracy(each, X[rows], y[rows]) for each in every]) for rows in (test, fresh)
    )
    return seen, worth


@one_thread()
def on_fresh_points(train_spiral: Callable, *, spirals: int = 5) -> dict[str, list[float]]:
    """Train on several spirals; return the share that is right of their own points and of 1500 fresh ones."""
    shares: dict[str, list[float]] = {"its own 300 points": [], "1500 fresh points": []}
    for seed in range(spirals):
        X, y = spiral(np.random.default_rng([2, seed]))
        fresh, arms = spiral(np.random.default_rng([3, seed]), points=500)
        classify = train_spiral(X, y, np.random.default_rng(seed))
        for part, (rows, right) in zip(shares.values(), ((X, y), (fresh, arms)), strict=True):
            part.append(float((np.asarray(classify(rows)) == right).mean()))
    return shares


@dataclass(frozen=True, kw_only=True)
class Best:
    """What a way reaches at its best rate.

    rate     the best of those tried
    inside   whether rates on both sides of it were tried
    reached  validation accuracy of every fresh seed
    """

    rate: float
    inside: bool
    reached: list[float]

    def __str__(self) -> str:
        edge = "" if self.inside else " (at the end of the grid: a better one may lie beyond)"
        return f"mean {np.mean(self.reached):.3f}, lowest {min(self.reached):.3f} at rate {self.rate:g}{edge}"


@one_thread()
def at_best_rate(
    fit: Callable, network: MLP, training: Rows, validation: Rows, *, rates: Sequence[float] = RATES,
    epochs: int = 12, seeds: int = 8,
) -> Best:  # fmt: skip
    """Choose a rate by three seeds and return what eight further ones reach with it."""

    def reached(rate: float, seed: int) -> float:
        with np.errstate(all="ignore"):
            params, _ = fit(network, *training, np.random.default_rng(seed), epochs=epochs, rate=rate)
            return network.accuracy(params, *validation)

    means = [float(np.mean([reached(rate, seed) for seed in range(3)])) for rate in rates]
    best = int(np.argmax(means))
    return Best(
        rate=rates[best],
        inside=0 < best < len(rates) - 1,
        reached=[reached(rates[best], 100 + seed) for seed in range(seeds)],
    )


def ahead(one: Sequence[float], other: Sequence[float]) -> str:
    """Say by how many points one way is ahead of another, seed by seed, with the standard error."""
    gap = 100 * np.subtract(one, other)
    return f"{gap.mean():+.1f} points (standard error {gap.std(ddof=1) / len(gap) ** 0.5:.1f})"


def interval(share: float, rows: int, *, z: float = 1.96) -> tuple[float, float]:
    """Return Wilson's interval for a share of rows, by default of 95 per cent.

    >>> [round(end, 3) for end in interval(0.97, 300)]
    [0.944, 0.984]

    E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    middle = share + z**2 / (2 * rows)
    half = z * (share * (1 - share) / rows + z**2 / (4 * rows**2)) ** 0.5
    return (middle - half) / (1 + z**2 / rows), (middle + half) / (1 + z**2 / rows)


@one_thread()
def monitored(epoch_to_keep: Callable[[Mapping[str, list[float]]], int], *, runs: int = 30) -> np.ndarray:
    """Let a function keep an epoch of each of many short runs on digits.

    Its argument is a dict of "train", "val" and "test" accuracies.  Returns (runs, 2): the test accuracy of that
    epoch, which is reported, and its accuracy on a thousand further rows.
    """
    data, network, told = digits(), MLP(sizes=(64, 16, 10)), []

    def noted(rows: np.ndarray) -> Callable[[Any], float]:
        return lambda at: at.network.accuracy(at.params, data.X_train[rows], data.y_train[rows])

    for seed in range(runs):
        order = np.random.default_rng([5, seed]).permutation(1197)
        names = ("train", "val", "test", "further")
        parts = dict(zip(names, np.split(order, [80, 130, 180]), strict=True))
        rows = parts["train"]
        run = train(network, data.X_train[rows], data.y_train[rows], plain_gradient_descent, {"learning_rate": 1.0},
                    rng=np.random.default_rng(seed), epochs=20, batch=20,
                    each_epoch={name: noted(each) for name, each in parts.items()})  # fmt: skip
        kept = epoch_to_keep(run.epochs)
        told.append((run.epochs["test"][kept], run.epochs["further"][kept]))
    return np.array(told)
