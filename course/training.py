"""The mini-batch loop: a network, data and an update rule make a run.

>>> from course.data import spiral
>>> from course.network import MLP
>>> def rule(w, dw, config):
...     return w - config["learning_rate"] * dw, config
>>> X, y = spiral(np.random.default_rng(0))
>>> run = train(MLP(sizes=(2, 3)), X, y, rule, {"learning_rate": 1.0}, epochs=20, rng=np.random.default_rng(1))
>>> run.epochs["train_loss"][0] > run.epochs["train_loss"][-1]
True

No rule lives here.  A rule is called once per parameter array and step, each array with its own config.
"""

import copy
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course.network import MLP, Params
from course.probes.base import Rule, Unusable, one_step
from course.threads import one_thread

Recorder = Callable[["Moment"], Any]
Rate = Callable[[float, "Run"], float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Moment:
    """What a recorder sees: after a step, or, at the end of an epoch, after its last step.

    step    number of updates made so far
    epoch   the same in epochs, a fraction between two of them
    params  after the update; do not change them, copy what you keep
    before  before the update; None before the first
    grads   of the mini-batch at ``before``; None before the first update
    loss    of the mini-batch at ``before``, with regularisation; NaN before the first
    X, y    all training rows
    """

    network: MLP
    step: int
    epoch: float
    params: Params
    before: Params | None
    grads: Params | None
    loss: float
    X: np.ndarray
    y: np.ndarray


@dataclass(kw_only=True, eq=False)
class Run:
    """What came of a run.

    params   the last parameters
    steps    per update: ``"loss"`` of the mini-batch, and what the step recorders returned
    epochs   per epoch, the first entry before any update: ``"epoch"``, ``"train_loss"`` (without
             regularisation), ``"train_accuracy"``, with validation data also ``"val_loss"`` and
             ``"val_accuracy"``, and what the epoch recorders returned
    stopped  why the run ended early, or an empty string
    """

    params: Params
    steps: dict[str, list] = field(default_factory=lambda: {"loss": []})
    epochs: dict[str, list] = field(default_factory=lambda: {"epoch": []})
    stopped: str = ""


@one_thread()
def train(
    network: MLP,
    X: np.ndarray,
    y: np.ndarray,
    rule: Rule,
    config: Mapping[str, Any] | None = None,
    *,
    rng: np.random.Generator,
    epochs: int = 10,
    batch: int | None = 100,
    params: Params | None = None,
    reg: float = 0.0,
    dropout: float = 0.0,
    rate: Rate | None = None,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    each_step: Mapping[str, Recorder] | None = None,
    each_epoch: Mapping[str, Recorder] | None = None,
    limit: float = 1e4,
) -> Run:
    """Train and return the ``Run``.  Neither ``params`` nor ``config`` is changed; both are copied.

    rule        ``next_w, config = rule(w, dw, config)``
    config      of the first call; every parameter array gets its own copy and carries its own state
    rng         draws the start (if ``params`` is None), the order of the rows and the dropout masks
    batch       rows per step, or None for all; an epoch is one pass, its last batch may be smaller
    rate        ``rate(epoch, run)`` gives the learning rate of the next step; epoch is a fraction, e.g. 2.25,
                and ``run`` what was recorded so far; it is written into every config as ``"learning_rate"``
    each_step   name -> recorder called after every update; its values land in ``run.steps[name]``
    each_epoch  name -> recorder called before the first update and after every epoch, in ``run.epochs[name]``
    limit       the run ends, and says so, when the loss of a mini-batch is not finite or exceeds this

    A rule that raises or returns something unusable ends the run; ``run.stopped`` says why.
    """
    if batch is not None and batch < 1:
        raise ValueError(f"batch must be at least one row; got {batch}.")
    size = len(X) if batch is None else min(batch, len(X))
    params = network.start(rng) if params is None else {name: a.copy() for name, a in params.items()}
    configs = {name: copy.deepcopy(dict(config)) if config is not None else None for name in params}
    run = Run(params=params)
    per_epoch = math.ceil(len(X) / size)
    before, grads, loss, step = None, None, math.nan, 0

    def moment() -> Moment:
        assert params is not None
        return Moment(
            network=network, step=step, epoch=step / per_epoch, params=params, before=before, grads=grads,
            loss=loss, X=X, y=y,
        )  # fmt: skip

    with np.errstate(over="ignore", invalid="ignore"):
        evaluate(run.epochs, validation, moment())
        record(run.epochs, each_epoch or {}, moment())
        for _ in range(epochs):
            for rows in batches(len(X), size, rng):
                loss, grads = network.loss(params, X[rows], y[rows], reg=reg, dropout=dropout, rng=rng)
                run.steps["loss"].append(loss)
                if not abs(loss) <= limit:
                    run.stopped = f"diverged: the loss of step {step + 1} is {loss:.3g}"
                    break
                if rate is not None:
                    wanted = rate(step / per_epoch, run)
                    configs = {name: {**(c or {}), "learning_rate": wanted} for name, c in configs.items()}
                before = params
                try:
                    params = {}
                    for name, w in before.items():
                        params[name], configs[name] = one_step(rule, w, grads[name], configs[name])
                except Unusable as trouble:
                    params, run.stopped = before, trouble.message
                    break
                step += 1
                run.params = params
                record(run.steps, each_step or {}, moment())
            if run.stopped:
                break
            evaluate(run.epochs, validation, moment())
            record(run.epochs, each_epoch or {}, moment())
    return run


def batches(rows: int, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield the row numbers of one epoch: every row once, in a random order, ``size`` at a time."""
    if size >= rows:
        yield np.arange(rows)
        return
    order = rng.permutation(rows)
    for first in range(0, rows, size):
        yield order[first : first + size]


def record(table: dict[str, list], recorders: Mapping[str, Recorder], moment: Moment) -> None:
    """Append what each recorder returns to its column."""
    for name, recorder in recorders.items():
        table.setdefault(name, []).append(recorder(moment))


def evaluate(table: dict[str, list], validation: tuple[np.ndarray, np.ndarray] | None, at: Moment) -> None:
    """Append the epoch, and loss and accuracy on training and validation rows."""
    table["epoch"].append(at.epoch)
    for part, rows in {"train": (at.X, at.y), "val": validation}.items():
        if rows is not None:
            loss, accuracy = at.network.evaluate(at.params, *rows)
            table.setdefault(f"{part}_loss", []).append(loss)
            table.setdefault(f"{part}_accuracy", []).append(accuracy)


def per_array(measure: Callable[[np.ndarray, np.ndarray], float]) -> Recorder:
    """Return a step recorder: ``measure(w, update)`` for every parameter array, as a dict of its values.

    ``w`` is the array before the step and ``update`` what the rule added to it, so the measure sees what moved,
    whatever the rule did with the gradient.  A measure that is not written yet records NaN.
    """

    def recorder(at: Moment) -> dict[str, float]:
        assert at.before is not None  # a step recorder runs after a step
        try:
            return {name: float(measure(w, at.params[name] - w)) for name, w in at.before.items()}
        except NotImplementedError:
            return dict.fromkeys(at.before, math.nan)

    return recorder


def gradient_norm(at: Moment) -> float:
    """Return the length of the gradient of all parameters taken together; a step recorder."""
    assert at.grads is not None  # a step recorder runs after a step
    return math.sqrt(sum(float(np.sum(grad**2)) for grad in at.grads.values()))


def activations(bins: np.ndarray) -> Recorder:
    """Return an epoch recorder: for every hidden layer, how many activations fall into each bin."""

    def recorder(at: Moment) -> list[np.ndarray]:
        return [np.histogram(layer, bins)[0] for layer in at.network.layers(at.params, at.X)[1:-1]]

    return recorder


def gradients(bins: np.ndarray) -> Recorder:
    """Return an epoch recorder: for every parameter array, how many gradient entries fall into each bin."""

    def recorder(at: Moment) -> dict[str, np.ndarray]:
        grads = at.network.loss(at.params, at.X, at.y)[1]
        return {name: np.histogram(grad, bins)[0] for name, grad in grads.items()}

    return recorder


def column(run: Run, name: str, array: str) -> np.ndarray:
    """Return one array's series from a per-array step recorder: ``column(run, "ratio", "W1")``, shape (T,)."""
    return np.array([entry[array] for entry in run.steps[name]])
