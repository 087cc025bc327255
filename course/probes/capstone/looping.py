"""Watch a training loop from inside: a network that notes which rows it is shown, in which order."""

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from course.probes.answers import required
from course.probes.base import Lent, Unusable, call
from course.probes.bounded import bounded
from course.probes.wording import describe


class Watched(Lent):
    """A network of two parameter arrays that remembers every batch.

    repeated  whether the same rows came twice running, and what lay between
    strange   whether what came was no row of ``X``
    climbs    whether the loss that it gives rises from call to call, whatever the parameters do

    Its loss is half the squared distance of the parameters from a place that the labels of the batch pull a little.
    A penalty is noted and not added, so parameters that move with ``reg`` were moved by somebody else.
    """

    offers = ("start", "loss", "evaluate")

    def __init__(self, rows: int, *, climbs: bool = False):
        self.X = np.stack([np.arange(rows, dtype=np.float64), np.zeros(rows)], axis=1)
        self.y = (7 * np.arange(rows) + 3) % 5
        self.batches: list[list[int]] = []
        self.pairs = True
        self.repeated = "no"
        self.strange = False
        self.climbs = climbs
        self.losses: list[float] = []
        self.regs: list[float | None] = []
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
        self,
        params: dict[str, np.ndarray],
        X: np.ndarray,
        y: np.ndarray,
        *,
        reg: float | None = None,
        **_: Any,
    ) -> tuple[float, dict[str, np.ndarray]]:
        """Return loss and gradients, and remember the rows."""
        rows, here = self.rows(X), flat(params)
        y, penalty = np.asarray(y), None if reg is None else float(reg)
        self.pairs &= len(y) == len(rows) and bool((self.y[rows] == y).all())
        pull = 0.01 * (float(np.mean(y)) - 2.0) if len(y) else np.nan
        grads = {name: np.asarray(w, dtype=np.float64) - pull for name, w in params.items()}
        value = 0.5 * sum(float((g**2).sum()) for g in grads.values()) + self.climbs * len(self.batches)
        if self.batches[-1:] == [rows.tolist()]:
            if self.seen[-1] == here and self.regs[-1] == penalty:
                return value, grads  # one call for the loss, another for the gradients
            self.repeated = "with another reg" if self.seen[-1] == here else "after a step"
        self.seen.append(here)
        self.batches.append(rows.tolist())
        self.regs.append(penalty)
        self.losses.append(value)
        return value, grads

    def rows(self, X: np.ndarray) -> np.ndarray:
        """Return the numbers of the rows that were shown; what is no row of ``X`` is noted."""
        X = np.asarray(X, dtype=np.float64)
        rows = X[:, 0].astype(int)
        if X[:, 1].any() or (X[:, 0] != rows).any():
            self.strange, rows = True, np.zeros(len(X), dtype=int)
        return rows

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

    for stand_in in (start, loss):  # Python's errors about arguments then name what the reader called
        stand_in.__qualname__ = f"MLP.{stand_in.__name__}"
    del stand_in


def flat(params: dict[str, Any]) -> list[float]:
    """Return all numbers of a dict of arrays in the order of their names."""
    return [number for name in sorted(params) for number in np.ravel(params[name]).tolist()]


def followed(
    fit: Callable, rows: int, batch: int, epochs: int, seed: int, *, rate: float = 0.1, reg: float = 0.25,
    climbs: bool = False,
) -> tuple[Watched, Any, Any]:  # fmt: skip
    """Run a loop and return the network, the parameters and the losses that came back.  Raises ``Unusable``."""
    network = Watched(rows, climbs=climbs)
    try:
        returned = call(
            fit, network, network.X.copy(), network.y.copy(), np.random.default_rng(seed),
            epochs=epochs, batch=batch, rate=rate, reg=reg,
        )  # fmt: skip
    finally:
        if network.lent:
            raise Unusable("wrong type", "Write the loop yourself; `train` cannot be used here.")
    if network.strange:
        raise Unusable(
            "wrong type", "`network.loss` was shown rows that are not in X. Hand the rows on as they came."
        )
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


def rows_told(
    fit: Callable, *, rows: int = 21, batch: int = 5, seed: int = 0, epochs: int = 7
) -> dict[str, Any]:
    """Return which rows the network was shown, and with which labels; one row is left for the last batch.

    Then it is shown one row less, which fills whole batches, for two epochs.
    """
    network, _, _ = followed(fit, rows, batch, epochs, seed)
    full, _, _ = followed(fit, rows - 1, batch, 2, seed)
    sizes = sorted({len(each) for each in network.batches}, reverse=True)
    shown = [row for each in network.batches for row in each]
    missing = len(shown) % epochs == 0 and len(shown) < epochs * rows
    length = len(shown) // epochs if missing else rows
    parts = [shown[k : k + length] for k in range(0, len(shown), length)] if shown else []
    whole = network.batches[: rows // batch]
    return {
        "each label with its row": network.pairs,
        "sizes of the batches": " and ".join(map(str, sizes)),
        "the same batch twice running": network.repeated,
        "a step without rows": not all(full.batches),
        "rows shown": amount((len(shown), rows, epochs), (sum(map(len, full.batches)), rows - 1, 2)),
        "every row once an epoch": all(sorted(each) == list(range(rows)) for each in parts),
        "full batches share rows": len(set().union(*whole)) < sum(map(len, whole)),
        "in the order given": network.batches[:1] == [list(range(batch))],
        "the orders of the epochs": orders(network, epochs),
    }


def amount(*runs: tuple[int, int, int]) -> str:
    """Return how much a loop showed, in whole epochs where it can be said so.

    runs  for each how many rows were shown, how many there are, and how many epochs were asked for
    """
    shown, rows, _ = runs[0]
    if shown % rows:
        return f"{shown} rows"
    more = {shown // rows - asked for shown, rows, asked in runs}
    if more == {0}:
        return "as many epochs as asked for"
    if len(more) == 1 and abs(min(more)) == 1:
        return "one epoch more than asked for" if more == {1} else "one epoch fewer than asked for"
    if len({shown // rows for shown, rows, _ in runs}) == 1:
        return "one epoch" if shown == rows else "the same number of epochs whatever is asked for"
    return "another number of epochs"


ALIKE = 0.75
"""Share of neighbours, or of pairs in a batch, that two epochs have in common if one order was made of the other.

Two that are drawn have about two neighbours of twenty in common; fifteen come about 3 times in 10^9.
"""


def orders(network: Watched, epochs: int) -> str:
    """Return whether every epoch has an order of its own, or what it has from an earlier one."""
    each = len(network.batches) // epochs
    parts = [network.batches[k * each : (k + 1) * each] for k in range(epochs)]
    orders = [[row for batch in part for row in batch] for part in parts]
    if all(order == orders[0] for order in orders):
        return "the same in all"
    neighbours = [{frozenset(pair) for pair in pairwise(order)} for order in orders]
    together = [{frozenset(pair) for batch in part for pair in combinations(batch, 2)} for part in parts]
    if any(map(alike, combinations(neighbours, 2))):
        return "an order comes again"
    if any(map(alike, combinations(together, 2))):
        return "the same rows share a batch again"
    labels = [network.y[order].tolist() for order in orders]
    return "the labels come in the same order" if any(a == b for a, b in combinations(labels, 2)) else "new"


def alike(pair: Sequence[set]) -> bool:
    """Whether two sets have most of the first in common."""
    one, other = pair
    return len(one & other) >= ALIKE * max(len(one), 1)


def seeds_told(fit: Callable, *, seed: int = 0) -> dict[str, bool]:
    """Return what depends on the generator that was given."""
    runs = [followed(fit, 17, 4, 2, each)[0] for each in (seed, seed, seed + 1)]
    return {
        "same seed, same order": runs[0].batches == runs[1].batches,
        "other seed, same order": runs[0].batches == runs[2].batches,
        "begins at network.start": all(network.begins_at_a_start for network in runs),
        "begins again later": any(network.begins_again for network in runs),
        "same seed, same start": runs[0].seen[:1] == runs[1].seen[:1],
        "other seed, same start": runs[0].seen[:1] == runs[2].seen[:1],
        "same seed, same steps": runs[0].seen == runs[1].seen,
    }


def descent_told(fit: Callable, *, rows: int = 22, batch: int = 4, seed: int = 0) -> dict[str, Any]:
    """Return whether it went downhill, step by step and to the end, what it passed on and what it noted."""
    network, params, losses = followed(fit, rows, batch, 24, seed)
    steps, each = np.array(network.losses), -(-rows // batch)
    way = descent(steps)
    if way == SLOWLY:  # a rule such as Adam may take a hundredth of the rate
        faster, _, _ = followed(fit, rows, batch, 24, seed, rate=10.0)
        way = DOWNHILL if descent(np.array(faster.losses)) == DOWNHILL else way
    slow, _, _ = followed(fit, rows, batch, 24, seed, rate=1e-4)
    free, tied = (followed(fit, rows, batch, 4, seed, reg=reg)[0] for reg in (0.0, 0.25))
    up, _, risen = followed(fit, rows, batch, 8, seed, climbs=True)
    begun = network.starts[0] if network.starts else {}
    return {
        "the loss": way,
        "a step": stepping([*network.seen, flat(params)], each),
        "every array is trained": all(not np.array_equal(params[name], w) for name, w in begun.items()),
        "rate used": moved(slow) < 0.5 * moved(network),
        "reg passed on": handed([(network.regs, 0.25), (free.regs, 0.0)]),
        "reg moves the parameters by itself": tied.seen != free.seen,
        "losses": noted(losses, steps, sizes=[len(each) for each in network.batches[:each]]),
        "every epoch is run though the loss rises": (len(up.batches), np.size(risen)) == (8 * each, 8),
    }


def stepping(places: list[list[float]], each: int) -> str:
    """Return after which batches the parameters moved.

    places  the parameters at every batch, and those at the end
    each    batches in an epoch

    A schedule may stand still for whole epochs; in one of them at least every batch has its step.
    """
    moved = [here != there for here, there in pairwise(places)]
    epochs = [moved[k : k + each] for k in range(0, len(moved), each)]
    if not moved or len(moved) % each or any(map(all, epochs)):
        return "after every batch"
    return (
        "at the end of an epoch alone" if not any(any(part[:-1]) for part in epochs) else "after some batches"
    )


def handed(runs: Sequence[tuple[list[float | None], float]]) -> str:
    """Return what the network's loss was told of the penalty, by what was noted and what was due in each run."""
    if all(set(regs) == {due} for regs, due in runs):
        return "as given"
    return "left out" if all(set(regs) == {None} for regs, _ in runs) else "another number"


DOWNHILL, SLOWLY = "goes downhill", "hardly falls"


def descent(steps: np.ndarray) -> str:
    """Return where the losses of a run went; the last 24 steps are at least one swing of a velocity that stays."""
    if not len(steps):
        return "was not asked for"
    end = float(np.mean(steps[-24:]))
    if end < 0.3 * steps[0]:
        return DOWNHILL
    if steps.min() < 0.5 * steps[0] and end > 2 * steps.min():
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


def moved(network: Watched) -> float:
    """Return how far parameters came at most from where the first loss was asked for."""
    places = np.array(network.seen)
    return float(np.abs(places - places[0]).sum(axis=1).max()) if len(places) else 0.0


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
        **rows_told(fit, rows=25, batch=6, seed=3),
        **seeds_told(fit, seed=3),
        **descent_told(fit, seed=3),
        **defaults_told(fit, seed=3),
    }
