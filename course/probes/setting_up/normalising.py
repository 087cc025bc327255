"""Watch batch normalisation forward and backward."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course.probes.answers import floats, several
from course.probes.base import Unusable, call
from course.probes.in_place import CHANGED, KEPT, unchanged
from course.probes.setting_up.whitening import cancels

# Batch normalisation, forward


def batch(
    seed: int, rows: int, columns: int, mode: str, momentum: float, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
    """Return x (N, D), gamma (D,), beta (D,) and the settings with running statistics that are under way."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, columns)) * rng.uniform(0.5, 3, columns) + rng.uniform(-4, 4, columns)
    settings = {
        "mode": mode,
        "momentum": momentum,
        "eps": eps,
        "running_mean": rng.normal(size=columns).round(2),
        "running_var": rng.uniform(0.4, 4, columns).round(2),
    }
    return x.round(2), rng.uniform(0.5, 2, columns).round(2), rng.normal(size=columns).round(2), settings


def one_pass(forward: Callable, given: tuple) -> dict[str, Any]:
    """Return what a pass puts out, leaves in the settings and keeps for the way back.  Raises ``Unusable``."""
    x, gamma, beta, settings = copy.deepcopy(given)
    answer = call(forward, x, gamma, beta, settings)
    out, cache = several(answer, 2, "out, cache")
    seen = {"the output": floats(out, "out, cache")}
    for name in ("running_mean", "running_var"):
        if settings.get(name) is None:
            raise Unusable("wrong type", f"After the call, `bn_param` has no {name}.")
        seen[name] = flat(settings[name], len(gamma))
    if settings.get("mode") == "train":
        seen |= cached(cache, len(gamma))
    return seen


def flat(value: Any, columns: int) -> np.ndarray:
    """Return one number for every column, also where they lie in a row of a matrix."""
    found = floats(value, "out, cache")
    return found.reshape(-1) if found.shape == (1, columns) else found


def cached(cache: Any, columns: int) -> dict[str, Any]:
    """Return the three parts of what was kept for the way back, or in words that it is something else."""
    if not isinstance(cache, tuple | list) or len(cache) != 3:
        return {"the cache": "something else"}
    try:
        x_hat, std, gamma = (floats(each, "out, cache") for each in cache)
    except Unusable:
        return {"the cache": "something else"}
    return {
        "the cache": "three arrays",
        "x_hat in the cache": x_hat,
        "std in the cache": flat(std, columns),
        "gamma in the cache": flat(gamma, columns),
    }


def passes(forward: Callable, batches: Mapping[str, tuple]) -> dict[str, Any]:
    """Return what several passes do."""
    return {
        f"{part} {name}": each
        for name, given in batches.items()
        for part, each in one_pass(forward, given).items()
    }


def left_alone(function: Callable, *arguments: Any) -> str:
    """Return whether x, gamma and beta are left as they were; the settings may change."""
    given = copy.deepcopy(arguments)
    call(function, *given)
    return KEPT if unchanged(arguments[:3], given[:3]) else CHANGED


VISIBLE_BATCHES = {
    "in training": batch(1, 5, 3, "train", 0.7, 0.5),
    "in training, with another momentum": batch(2, 4, 2, "train", 0.9, 1e-5),
    "in training, with a momentum of 0": batch(5, 4, 2, "train", 0.0, 1e-5),
    "in training, on the next batch": batch(4, 5, 3, "train", 0.7, 0.5),
    "at test": batch(3, 4, 3, "test", 0.7, 0.5),
}


def visible_normalisation(forward: Callable) -> dict[str, Any]:
    """Watch ``batchnorm_forward`` in training and at test."""
    arguments = VISIBLE_BATCHES["in training"]
    return passes(forward, VISIBLE_BATCHES) | {
        "x, gamma and beta afterwards": left_alone(forward, *arguments)
    }


# Batch normalisation, backward


def kept_for_the_way_back(seed: int, rows: int, columns: int) -> tuple[np.ndarray, tuple]:
    """Return a gradient (N, D) and a cache as a forward pass leaves one, made of waves with mean 0."""
    rng = np.random.default_rng(seed)
    turns = 2 * np.pi * np.arange(rows)[:, None] / rows
    once, twice = (np.cos(k * turns + rng.uniform(0, 6, columns)) for k in (1, 2))
    x_hat = rng.uniform(0.8, 1.1, columns) * once + 0.8 * twice
    cache = (x_hat, rng.uniform(0.5, 3, columns).round(2), rng.uniform(0.5, 2, columns).round(2))
    return rng.normal(size=(rows, columns)).round(2), cache


def three_gradients(backward: Callable, given: tuple[np.ndarray, tuple]) -> dict[str, Any]:
    """Return the three gradients of a candidate.  Raises ``Unusable``."""
    dout, cache = given
    answer = call(backward, dout.copy(), tuple(each.copy() for each in cache))
    dx, dgamma, dbeta = several(answer, 3, "dx, dgamma, dbeta")
    columns = dout.shape[1]
    dx = floats(dx, "dx, dgamma, dbeta")
    return {
        "the sum of dx over the rows of a column": "0" if cancels(dx) else "not 0",
        "dx": dx,
        "dgamma": flat(dgamma, columns),
        "dbeta": flat(dbeta, columns),
    }


def ways_back(backward: Callable, cases: Mapping[str, tuple[np.ndarray, tuple]]) -> dict[str, Any]:
    """Return the gradients of several batches, and whether dout and the cache are left as they were."""
    seen = {
        f"{part} {name}".rstrip(): each
        for name, given in cases.items()
        for part, each in three_gradients(backward, given).items()
    }
    dout, cache = next(iter(cases.values()))
    given = dout.copy(), tuple(each.copy() for each in cache)
    call(backward, *given)
    return seen | {"dout and cache afterwards": KEPT if unchanged((dout, cache), given) else CHANGED}


VISIBLE_WAYS_BACK = {
    "": kept_for_the_way_back(1, 5, 3),
    "of more rows": kept_for_the_way_back(2, 7, 2),
    "of another batch": kept_for_the_way_back(3, 5, 3),
}


def visible_backward(backward: Callable) -> dict[str, Any]:
    """Watch ``batchnorm_backward``."""
    return ways_back(backward, VISIBLE_WAYS_BACK)
