"""Watch what a reader's functions of lesson 10 do with weights, on small, prepared walks and runs.

Each function drives a candidate and returns what it saw as plain data; none knows what is right: the visible check
compares with a recording.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.network import Params
from course.probes.answers import floats, required
from course.probes.base import Unusable, call
from course.probes.comparing import same
from course.probes.wording import describe

SHAPES = {"W1": (3, 2), "b1": (2,), "W3": (2, 1), "b3": (1,)}


# Running averages


def walk(seed: int, steps: int, shapes: dict[str, tuple[int, ...]] = SHAPES) -> list[Params]:
    """Return the weights of a walk, one dict for every step."""
    rng = np.random.default_rng(seed)
    now = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    path = []
    for _ in range(steps):
        now = {name: w + rng.normal(size=w.shape) for name, w in now.items()}
        path.append(now)
    return path


def copied(params: Params) -> Params:
    """Return a copy of the dict and of every array."""
    return {name: w.copy() for name, w in params.items()}


def asked(update: Callable, average: Params | None, params: Params, decay: float | None) -> Params:
    """Return the next average, looked at; without a decay the candidate's default counts.  Raises ``Unusable``."""
    arguments = (average, params) if decay is None else (average, params, decay)
    new = required(call(update, *arguments), what="the average")
    if not isinstance(new, dict):
        raise Unusable(
            "wrong type", f"The average must be a dict like params; it came back as {describe(new)}."
        )
    return new


def averages(
    update: Callable, path: Sequence[Params], decays: Sequence[float | None], *, in_place: bool
) -> list[Params]:
    """Return the average after every step of a walk.

    in_place  the training changes its arrays in place, as many do; otherwise every step brings new ones
    """
    average, params, seen = None, copied(path[0]), []
    for weights, decay in zip(path, decays, strict=True):
        if in_place:
            for name, w in weights.items():
                params[name][...] = w
        else:
            params = copied(weights)
        average = asked(update, average, params, decay)
        seen.append({name: np.array(a) for name, a in average.items()})
    return seen


def weights_after(update: Callable, path: Sequence[Params], decay: float) -> list[Params]:
    """Return what the weights are after each call: nobody but the training should have moved them."""
    average, seen = None, []
    for weights in path:
        params = copied(weights)
        average = asked(update, average, params, decay)
        seen.append(copied(params))
    return seen


def in_turn(update: Callable, paths: Sequence[Sequence[Params]], decay: float) -> list[Params]:
    """Return the averages of several walks, taken in turn, a step of each."""
    running: list[Params | None] = [None] * len(paths)
    seen = []
    for step in zip(*paths, strict=True):
        for k, weights in enumerate(step):
            running[k] = new = asked(update, running[k], copied(weights), decay)
            seen.append({name: np.array(a) for name, a in new.items()})
    return seen


def default_decay(update: Callable) -> bool:
    """Return whether a decay that is left out is 0.99."""
    path = walk(42, 3)
    due, mine = (averages(update, path, [decay] * 3, in_place=False) for decay in (0.99, None))
    return same(mine, due)


def visible_average(update: Callable) -> dict[str, Any]:
    """Watch ``ema_update``: new arrays at every step, arrays that change in place, the weights, two runs."""
    path = walk(41, 6)
    return {
        "the average, with new weights at every step": averages(
            update, path, [*[0.8] * 5, 0.0], in_place=False
        ),
        "the average, with weights that training changes in place": averages(
            update, path, [0.8] * 6, in_place=True
        ),
        "the weights after each call": weights_after(update, path[:4], 0.8),
        "the averages of two runs that take turns": in_turn(update, [walk(43, 2), walk(44, 2)], 0.8),
        "the default of decay": default_decay(update),
    }


# Checkpoints


class Rehearsal:
    """A training run without a network: every epoch changes the arrays of ``params`` in place.

    The next weights depend on the present ones alone, so whoever starts again walks the same path.
    """

    def __init__(self, seed: int):
        rng = np.random.default_rng(seed)
        self.turn, self.push = 0.5 * rng.normal(size=(3, 3)), rng.normal(size=(3, 4))
        self.X = 1.5 * rng.normal(size=(5, 3))
        self.start = {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=4)}
        self.epochs, self.misused = 0, False

    def train_epoch(self, params: Params) -> None:
        """Train for one epoch, in place."""
        self.epochs += 1
        if params is None:
            self.misused = True
            return
        params["W"][...] = np.tanh(self.turn @ params["W"] + self.push)
        params["b"][...] = np.cos(2 * params["b"] + 1)

    def scores(self, params: Params) -> np.ndarray:
        """Return scores (5, 4)."""
        if params is None:
            self.misused = True
            return np.zeros((5, 4))
        return 3 * np.tanh(self.X @ params["W"]) + params["b"]


def checkpoints(ensemble: Callable, cases: Sequence[tuple[int, int]], seed: int) -> list[dict[str, Any]]:
    """Return the prediction for every (epochs, keep), and whether something else than weights was handed over."""
    seen = []
    for k, (epochs, keep) in enumerate(cases):
        run = Rehearsal(seed + k)
        answer = call(ensemble, copied(run.start), run.train_epoch, run.scores, epochs, keep)
        seen.append({"probabilities": floats(answer, "the probabilities"), "misused": run.misused})
    return seen


def epochs_trained(ensemble: Callable, cases: Sequence[tuple[int, int]], seed: int) -> list[int]:
    """Return how many epochs were trained in all, for every (epochs, keep)."""
    counted = []
    for k, (epochs, keep) in enumerate(cases):
        run = Rehearsal(seed + k)
        call(ensemble, copied(run.start), run.train_epoch, run.scores, epochs, keep)
        counted.append(run.epochs)
    return counted


def visible_checkpoints(ensemble: Callable) -> dict[str, Any]:
    """Watch ``checkpoint_ensemble``."""
    return {
        "the probabilities": checkpoints(ensemble, [(5, 2), (4, 3)], 80),
        "the number of epochs": epochs_trained(ensemble, [(5, 2)], 80),
    }
