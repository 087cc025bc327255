"""Watch what whitening does to clouds of training and test rows."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course.probes.answers import floats, several
from course.probes.base import call
from course.probes.linear import kept

Cloud = tuple[np.ndarray, np.ndarray, int, float]
"""Training rows (N, D), test rows (M, D), how many directions to keep, epsilon."""


def cloud(seed: int, rows: int, others: int, columns: int, k: int, eps: float) -> Cloud:
    """Return rows that lie far from 0 in a cloud whose directions have clearly different variances."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(columns, columns)))[0]
    turn = turn * np.sign(np.diagonal(turn))
    spread = 4.0 * 2.2 ** -np.arange(columns)
    X = rng.normal(size=(rows + others, columns)) * spread @ turn + rng.uniform(2, 6, columns)
    return X[:rows].round(3), X[rows:].round(3) + 0.5, k, eps


def sides(train: np.ndarray) -> np.ndarray:
    """Return 1 or -1 for every column: on which side of 0 a fixed weighted sum of its numbers lies."""
    weights = np.cos(1.7 * np.arange(len(train)) ** 1.5)
    with np.errstate(all="ignore"):
        return np.where(weights @ train < 0, -1.0, 1.0)


def whitened(whiten: Callable, given: Cloud) -> dict[str, Any]:
    """Return the whitened rows, every direction turned to one side: its sign is nobody's choice.

    Raises ``Unusable`` for anything but a pair of arrays.
    """
    train, test, k, eps = given
    answer = call(whiten, train.copy(), test.copy(), k, eps)
    first, second = several(answer, 2, "(training rows, test rows)")
    here, there = floats(first, "both arrays"), floats(second, "both arrays")
    if here.ndim == 2 and there.ndim == 2 and here.shape[1] == there.shape[1]:
        sign = sides(here)
        here, there = here * sign, there * sign
    return {
        "the correlation between the whitened columns": "not 0" if correlated(here) else "0",
        "the order of the whitened columns": order_of(here),
        "the mean of every whitened test column": "0" if cancels(there) else "not 0",
        "the array of training rows": here,
        "the array of test rows": there,
    }


def correlated(rows: np.ndarray) -> bool:
    """Return whether two columns go together, by far more than a rounding."""
    if rows.ndim != 2 or len(rows) < 2 or not np.isfinite(rows).all():
        return False
    away = rows - rows.mean(axis=0)
    lengths = np.linalg.norm(away, axis=0)
    away = away[:, lengths > 1e-9 * lengths.max(initial=0)]  # a column of rounding errors goes with none
    return away.shape[1] > 1 and bool((np.abs(np.corrcoef(away.T) - np.eye(away.shape[1])) > 1e-4).any())


def order_of(rows: np.ndarray) -> str:
    """Return in words whether the variances of the columns fall from the first to the last."""
    spread = np.atleast_1d(rows.var(axis=0)) if rows.ndim == 2 else np.zeros(1)
    rises = (spread[1:] > spread[:-1] * (1 + 1e-4)).any()
    return "another than from the largest variance to the smallest" if rises else "the largest variance first"


def cancels(rows: np.ndarray) -> bool:
    """Return whether the numbers of every column add up to 0, up to what rounding leaves."""
    return bool((np.abs(rows.sum(axis=0)) <= 1e-5 * np.abs(rows).sum(axis=0)).all())


def watched_clouds(whiten: Callable, clouds: Mapping[str, Cloud]) -> dict[str, Any]:
    """Return the whitened rows of several clouds, and whether the rows are left as they were."""
    found = {
        f"{part} {name}".rstrip(): each
        for name, given in clouds.items()
        for part, each in whitened(whiten, given).items()
    }
    return found | {"train and test afterwards": kept(whiten, *next(iter(clouds.values())))}


VISIBLE_CLOUDS = {
    "": cloud(1, 9, 4, 3, 3, 0.3),
    "with two directions of four": cloud(2, 8, 3, 4, 2, 0.05),
    "of other rows": cloud(3, 9, 4, 3, 3, 0.3),
}


def visible_whitening(whiten: Callable) -> dict[str, Any]:
    """Watch ``whiten`` on three clouds."""
    return watched_clouds(whiten, VISIBLE_CLOUDS)
