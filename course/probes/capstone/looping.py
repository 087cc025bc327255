"""Watch a training loop from inside: a network that notes which rows it is shown, in which order."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course.probes.answers import required
from course.probes.base import Lent, Unusable, call
from course.probes.bounded import bounded
from course.probes.wording import describe


class Watched(Lent):
    """A network of two parameter arrays that remembers every batch.

    repeated  whether the same rows came twice running, with a step between

    Its loss is half the squared distance of the parameters from a place that the labels of the batch pull a little.
    """

    offers = ("start", "loss", "evaluate")

    def __init__(self, rows: int):
        self.X = np.stack([np.arange(rows, dtype=np.float64), np.zeros(rows)], axis=1)
        self.y = (7 * np.arange(rows) + 3) % 5
        self.batches: list[list[int]] = []
        self.pairs = True
        self.repeated = False
        self.losses: list[float] = []
        self.regs: list[float] = []
        self.starts: list[dict[str, np.ndarray]] = []
        self.seen: list[list[float]] = []
        self.lent = False
        self.start = bounded(self.start, "`network.start`")  # type: ignore[method-assign]
        self.loss = bounded(self.loss, "`network.loss`")  # type: ignore[method-assign]

    def start(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Return random parameters."""
        params = {"W1": 1.0 + 0.1 * rng.standard_normal((2, 3)), "b1": np.ones(3)}
        self.starts.append({name: w.copy() for name, w in params.items()})
        return params

    def loss(
        self, params: dict[str, np.ndarray], X: np.ndarray, y: np.ndarray, *, reg: float = 0.0, **_: Any
    ) -> tuple[float, dict[str, np.ndarray]]:
        """Return loss and gradients, and remember the rows."""
        X, y = np.asarray(X, dtype=np.float64), np.asarray(y)
        rows, here = X[:, 0].astype(int), flat(params)
        self.pairs &= len(y) == len(rows) and bool((self.y[rows] == y).all())
        pull = 0.01 * (float(np.mean(y)) - 2.0) if len(y) else np.nan
        grads = {name: np.asarray(w, dtype=np.float64) - pull for name, w in params.items()}
        value = 0.5 * sum(float((g**2).sum()) for g in grads.values())
        if self.batches[-1:] == [rows.tolist()]:
            if self.seen[-1] == here and self.regs[-1] == float(reg):
                return value, grads  # one call for the loss, another for the gradients
            self.repeated = True
        self.seen.append(here)
        self.batches.append(rows.tolist())
        self.regs.append(float(reg))
        self.losses.append(value)
        return value, grads

    @property
    def begins_at_a_start(self) -> bool:
        """Whether the first parameters that the loss was asked for came from ``start``."""
        return self.seen[:1] in [[flat(each)] for each in self.starts]

    @property
    def begins_again(self) -> bool:
        """Whether the loop came back to the parameters of a start, the first or another, after it had left them."""
        starts = [flat(each) for each in self.starts]
        left = next((step for step, each in enumerate(self.seen) if each != self.seen[0]), len(self.seen))
        return any(each in starts for each in self.seen[left:])

    def evaluate(self, *_: Any, **__: Any) -> tuple[float, float]:
        """Note that ``course.training.train`` was called, which asks for this before its first step."""
        self.lent = True
        return np.nan, np.nan


def flat(params: dict[str, Any]) -> list[float]:
    """Return all numbers of a dict of arrays in the order of their names."""
    return [number for name in sorted(params) for number in np.ravel(params[name]).tolist()]


def followed(
    fit: Callable, rows: int, batch: int, epochs: int, seed: int, *, rate: float = 0.1
) -> tuple[Watched, Any, Any]:
    """Run a loop and return the network, the parameters and the losses that came back.  Raises ``Unusable``."""
    network = Watched(rows)
    try:
        returned = call(
            fit, network, network.X.copy(), network.y.copy(), np.random.default_rng(seed),
            epochs=epochs, batch=batch, rate=rate, reg=0.25,
        )  # fmt: skip
    finally:
        if network.lent:
            raise Unusable("wrong type", "Write the loop yourself; `train` cannot be used here.")
    required(returned, "params, losses")
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise Unusable("wrong type", f"It must return (params, losses); it returned {describe(returned)}.")
    params, losses = returned
    if not isinstance(params, dict) or set(params) != {"W1", "b1"}:
        raise Unusable("wrong type", "params must be the dict of `network.start`, with the same names.")
    for name, w in Watched(rows).start(np.random.default_rng(0)).items():
        if np.shape(params[name]) != w.shape:
            came = np.shape(params[name])
            raise Unusable(
                "wrong shape", f"params['{name}'] must keep its shape {w.shape}; it came back as {came}."
            )
    return network, params, losses


def rows_told(fit: Callable, *, rows: int = 21, batch: int = 5, seed: int = 0) -> dict[str, Any]:
    """Return which rows the network was shown, and with which labels; one row is left for the last batch.

    Then it is shown one row less, which fills whole batches.
    """
    network, _, _ = followed(fit, rows, batch, 3, seed)
    full, _, _ = followed(fit, rows - 1, batch, 2, seed)
    sizes = sorted({len(each) for each in network.batches}, reverse=True)
    shown = [row for each in network.batches for row in each]
    length = len(shown) // 3 if len(shown) % 3 == 0 and len(shown) < 3 * rows else rows  # rows may be missing
    epochs = [shown[k : k + length] for k in range(0, len(shown), length)] if shown else []
    return {
        "each label with its row": network.pairs,
        "sizes of the batches": " and ".join(map(str, sizes)),
        "the same batch twice running": network.repeated,
        "a step without rows": not all(full.batches),
        "rows shown": amount(len(shown), rows, epochs=3),
        "every row once an epoch": all(sorted(each) == list(range(rows)) for each in epochs),
        "in the order given": network.batches[:1] == [list(range(batch))],
        "the same order every epoch": len(epochs) > 1 and all(each == epochs[0] for each in epochs[1:]),
    }


def amount(shown: int, rows: int, *, epochs: int) -> str:
    """Return how much a loop showed, in whole epochs where it can be said so."""
    if shown == epochs * rows:
        return "as many epochs as asked for"
    if shown > rows and shown % rows == 0:
        return "another number of epochs"
    return f"{shown} rows"


def seeds_told(fit: Callable, *, seed: int = 0) -> dict[str, bool]:
    """Return what depends on the generator that was given."""
    runs = [followed(fit, 17, 4, 2, each) for each in (seed, seed, seed + 1)]
    orders = [network.batches for network, _, _ in runs]
    return {
        "same seed, same order": orders[0] == orders[1],
        "other seed, same order": orders[0] == orders[2],
        "begins at network.start": all(network.begins_at_a_start for network, _, _ in runs),
        "begins again later": any(network.begins_again for network, _, _ in runs),
    }


def descent_told(fit: Callable, *, rows: int = 22, batch: int = 4, seed: int = 0) -> dict[str, Any]:
    """Return whether it went downhill, what it passed on and what it noted."""
    network, params, losses = followed(fit, rows, batch, 24, seed)
    steps = np.array(network.losses)
    way = descent(steps)
    if way == SLOWLY:  # a rule such as Adam may take a hundredth of the rate
        faster, _, _ = followed(fit, rows, batch, 24, seed, rate=10.0)
        way = DOWNHILL if descent(np.array(faster.losses)) == DOWNHILL else way
    slow, nearly_there, _ = followed(fit, rows, batch, 24, seed, rate=1e-4)
    begun = network.starts[0] if network.starts else {}
    return {
        "the loss": way,
        "every array is trained": all(not np.array_equal(params[name], w) for name, w in begun.items()),
        "rate used": moved(slow, nearly_there) < 0.5 * moved(network, params),
        "reg passed on": set(network.regs) == {0.25},
        "losses": noted(losses, steps, sizes=[len(each) for each in network.batches[: -(-rows // batch)]]),
    }


DOWNHILL, SLOWLY = "goes downhill", "hardly falls"


def descent(steps: np.ndarray) -> str:
    """Return where the losses of a run went; the last 24 steps are at least one swing of a velocity that stays."""
    if not len(steps):
        return "was not asked for"
    end = float(np.mean(steps[-24:]))
    if end < 0.3 * steps[0]:
        return DOWNHILL
    if steps.min() < 0.5 * steps[0]:
        return "falls and rises again"
    return "climbs" if not end <= steps[0] else SLOWLY


DEFAULTS = {"epochs": 20, "batch": 50, "rate": 0.1, "reg": 1e-4}
"""What the lesson's own signature says."""


def defaults_told(fit: Callable, *, rows: int = 70, seed: int = 0) -> dict[str, str]:
    """Return for every option whether a loop has the documented default: each is left out in turn."""
    due = traced(fit, rows, seed, DEFAULTS)
    told = {}
    for name in DEFAULTS:
        try:
            mine = traced(fit, rows, seed, {key: value for key, value in DEFAULTS.items() if key != name})
        except Unusable as trouble:
            if not isinstance(trouble.__cause__, TypeError):
                raise
            told[name] = "no default"
            continue
        told[name] = "as documented" if mine == due else "another default"
    return told


def traced(fit: Callable, rows: int, seed: int, options: dict[str, Any]) -> tuple:
    """Return every batch a loop showed, its loss and its penalty."""
    network = Watched(rows)
    call(fit, network, network.X.copy(), network.y.copy(), np.random.default_rng(seed), **options)
    return network.batches, network.losses, network.regs


def moved(network: Watched, params: dict[str, Any]) -> float:
    """Return how far parameters have come from where the first loss was asked for."""
    return float(np.abs(np.subtract(flat(params), network.seen[0])).sum()) if network.seen else 0.0


def noted(losses: Any, steps: np.ndarray, *, sizes: list[int]) -> str:
    """Return what a list of losses holds, by the sizes of the batches of an epoch."""
    try:
        found = np.asarray(losses, dtype=np.float64)
    except (TypeError, ValueError):
        return "no numbers"
    if found.shape == steps.shape and len(steps) and np.allclose(found, steps):
        return "one per step"
    if not len(steps) or len(steps) % len(sizes):
        return "something else"
    by_epoch = steps.reshape(-1, len(sizes))
    readings = {
        "mean of each epoch": by_epoch.mean(axis=1),
        "mean of each epoch, weighted by rows": by_epoch @ sizes / sum(sizes),
        "last of each epoch": by_epoch[:, -1],
        "sum of each epoch": by_epoch.sum(axis=1),
        "first of each epoch": by_epoch[:, 0],
    }
    named = [
        name for name, each in readings.items() if found.shape == each.shape and np.allclose(found, each)
    ]
    return named[0] if named else "something else"


def visible_loop(fit: Callable) -> dict[str, Any]:
    """Watch ``fit``."""
    return {
        **rows_told(fit, rows=13, batch=4, seed=3),
        **seeds_told(fit, seed=3),
        **descent_told(fit, seed=3),
        **defaults_told(fit, seed=3),
    }
