"""Watch what a reader's functions of lesson F5 do: whitening, starting weights, batch normalisation, dropout.

Each function drives a candidate and returns what it saw as plain data; none knows what is right: the visible check
compares with a recording.
"""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from course.probes.answers import floats
from course.probes.base import Unusable, call
from course.probes.in_place import unchanged
from course.probes.linear import kept
from course.probes.neighbours import CHANGED, KEPT
from course.probes.wording import describe

# Whitening

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


def several(answer: Any, count: int, what: str) -> Sequence[Any]:
    """Return the things that came back, if they are as many as they should be.  Raises ``Unusable``."""
    if answer is None:
        raise Unusable("returns None", f"It returned None. Does it end in `return` and {what}?")
    if not isinstance(answer, tuple | list) or len(answer) != count:
        raise Unusable("wrong type", f"It must return {what}; it returned {describe(answer)}.")
    return answer


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


# Starting weights

KINDS = ("zero", "xavier", "he")
CELL = 1.12
"""Spreads whose ratio is below this may be called the same."""


def about(x: float) -> str:
    """Return a positive number in words, to about a twentieth: the middle of the cell of a fixed scale it lies
    in.
    """
    if not np.isfinite(x):
        return "not a number"
    return "0" if x == 0 else f"about {CELL ** round(np.log(x) / np.log(CELL)):.2g}"


def weights(initial: Callable, fan_in: int, fan_out: int, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Return the weights of a layer.  Raises ``Unusable`` for what holds no numbers."""
    return floats(call(initial, fan_in, fan_out, kind, rng), "the weights")


def spreads(initial: Callable, fan_in: int, fan_out: int, seed: int = 0) -> dict[str, Any]:
    """Return in words what the weights of a large layer look like, for every kind of start."""
    seen: dict[str, Any] = {}
    layer = f"from {fan_in} inputs to {fan_out} units"
    for kind in KINDS:
        W = weights(initial, fan_in, fan_out, kind, np.random.default_rng(seed))
        seen[f'the shape of "{kind}" {layer}'] = list(W.shape)
        spread = float(W.std())
        rounding = 1e-12 * float(
            np.abs(W).max(initial=0)
        )  # equal weights have a spread of 0, up to the last digit
        seen[f'the standard deviation of "{kind}" {layer}'] = about(0.0 if spread <= rounding else spread)
        seen[f'the mean of "{kind}" {layer}'] = "near 0" if abs(W.mean()) <= 0.1 * W.std() else "far from 0"
    return seen


def drawn_from(draw: Callable[[np.random.Generator], np.ndarray]) -> str:
    """Return in words whether numbers depend on the generator they are given and on nothing else."""
    one, again, other = (draw(np.random.default_rng(seed)).tolist() for seed in (5, 5, 6))
    if one != again:
        return "not repeatable"
    return "from rng" if one != other else "always the same"


def draw_of_weights(initial: Callable) -> str:
    """Return in words where the draw of the weights comes from."""
    return drawn_from(lambda rng: weights(initial, 7, 5, "he", rng))


def visible_start(initial: Callable) -> dict[str, Any]:
    """Watch ``initial`` on a large layer, and where its draw comes from."""
    return spreads(initial, 290, 170) | {"the draw": draw_of_weights(initial)}


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


# Dropout


def dropped(
    dropout: Callable, x: np.ndarray, keep: float, rng: np.random.Generator, training: bool
) -> list[Any]:
    """Return the output and the mask of a call.  Raises ``Unusable``."""
    out, mask = several(call(dropout, x, keep, rng, training), 2, "out, mask")
    return [floats(out, "out, mask"), mask]


def masks(dropout: Callable, keep: float, seed: int) -> dict[str, Any]:
    """Return in words and numbers what dropout does to a large array in training."""
    x = np.random.default_rng(seed).uniform(1, 2, (120, 160))
    out, mask = dropped(dropout, x.copy(), keep, np.random.default_rng(seed + 1), True)
    if out.shape != x.shape:
        raise Unusable("wrong shape", f"`out` must have the shape of `x`, {x.shape}; it has {out.shape}.")
    stays = out != 0
    factors = out[stays] / x[stays]
    one = factors.size and float(np.ptp(factors)) <= 1e-6 * float(np.abs(factors).max())
    return {
        f"the share of entries that stay, for keep = {keep:g}": f"about {round(20 * stays.mean()) / 20:.2f}",
        f"what those are multiplied by, for keep = {keep:g}": (
            float(factors[0]) if one else "nothing stays" if not factors.size else "several numbers"
        ),
        f"what is dropped, for keep = {keep:g}": (
            "whole rows" if (stays == stays[:, :1]).all() else
            "whole columns" if (stays == stays[:1]).all() else "single entries"
        ),
        f"the mask, for keep = {keep:g}": mask_of(mask, x, out),
    }  # fmt: skip


def mask_of(mask: Any, x: np.ndarray, out: np.ndarray) -> str:
    """Return in words what a mask is to what it has made."""
    try:
        found = np.array(mask, dtype=np.float64)
    except (TypeError, ValueError):
        found = np.full((), np.nan)
    if found.shape != x.shape and not stretches(found, x.shape):
        return "has another shape than x"
    if np.allclose(found * x, out, rtol=1e-5):
        return "is what x was multiplied by"
    return "is 1 where x stayed" if np.array_equal(found != 0, out != 0) else "is not the one that was used"


def stretches(mask: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Return whether one mask serves all rows or all columns of an array of this shape."""
    rows, columns = shape
    return mask.shape in {(columns,), (1, columns), (rows, 1)}


def draw_of_masks(dropout: Callable) -> str:
    """Return in words where the draw of a mask comes from."""
    return drawn_from(lambda rng: dropped(dropout, np.ones((6, 9)), 0.5, rng, True)[0])


def at_test(dropout: Callable, seed: int, keep: float) -> str:
    """Return in words what comes out where nothing is trained."""
    x = np.random.default_rng(seed).uniform(1, 2, (12, 10)).round(2)
    out, _ = dropped(dropout, x.copy(), keep, np.random.default_rng(seed), False)
    if out.shape != x.shape:
        return "of another shape"
    if (out == 0).any():
        return "x with entries dropped"
    factors = out / x
    one = float(np.ptp(factors)) <= 1e-6 * float(np.abs(factors).max())
    return (
        "x"
        if one and abs(factors[0, 0] - 1) < 1e-6
        else f"x times {factors[0, 0]:.3g}"
        if one
        else "something else"
    )


def x_afterwards(dropout: Callable) -> str:
    """Return whether x is what it was after training and after test."""
    x = np.random.default_rng(8).uniform(1, 2, (6, 5))
    found = [kept(dropout, x, 0.5, np.random.default_rng(9), training) for training in (True, False)]
    return KEPT if found == [KEPT, KEPT] else CHANGED


def dropouts(dropout: Callable, keeps: Iterable[float], seed: int) -> dict[str, Any]:
    """Return what dropout does in training for several shares, and outside it."""
    seen: dict[str, Any] = {}
    for k, keep in enumerate(keeps):
        seen |= masks(dropout, keep, seed + 10 * k)
    return seen | {"the output outside training": at_test(dropout, seed, 0.6)}


def visible_dropout(dropout: Callable) -> dict[str, Any]:
    """Watch ``dropout``."""
    return dropouts(dropout, (0.8, 0.3), 3) | {
        "the draw": draw_of_masks(dropout),
        "x afterwards": x_afterwards(dropout),
    }


def backs(backward: Callable, seed: int) -> dict[str, Any]:
    """Return what the way back through a mask does, with a mask that another call has kept."""
    rng = np.random.default_rng(seed)
    dout = rng.normal(size=(4, 5)).round(2)
    mask = (rng.random((4, 5)) < 0.6) * 2.5
    return {
        "dx": floats(call(backward, dout.copy(), mask.copy()), "dx"),
        "dout and mask afterwards": kept(backward, dout, mask),
    }


def visible_dropout_backward(backward: Callable) -> dict[str, Any]:
    """Watch ``dropout_backward``."""
    return backs(backward, 1)
