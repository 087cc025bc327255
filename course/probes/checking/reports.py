"""Watch a check of every array, and who is accused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course import trojans
from course.probes.answers import required
from course.probes.base import Lent, Raised, Unusable, call
from course.probes.bounded import bounded

# 4. check_gradients


@dataclass
class Counted(Lent):
    """The loss scale * sum(w^3 + linear * w), which notes how often it was called and which entries were moved.

    idle  names of arrays that do not enter the loss
    """

    start: Mapping[str, np.ndarray]
    linear: float = 0.0
    scale: float = 1.0
    idle: Sequence[str] = ()
    calls: int = 0
    moved: set[tuple[str, int]] = field(default_factory=set)

    def __call__(self, params: Mapping[str, ArrayLike]) -> float:
        """Return the loss."""
        self.calls += 1
        total = 0.0
        for name, w in params.items():
            w = np.asarray(w, dtype=np.float64)
            for k in np.flatnonzero(w.ravel() != self.start[name].ravel()):
                self.moved.add((name, int(k)))
            total += float(np.sum(w**3 + self.linear * w)) if name not in self.idle else 0.0
        return self.scale * total


def parameters(seed: int, **shapes: Any) -> dict[str, np.ndarray]:
    """Return arrays of numbers between 0.5 and 1.5."""
    rng = np.random.default_rng(seed)
    return {name: rng.uniform(0.5, 1.5, shape) for name, shape in shapes.items()}


def run(
    check: Callable, params: dict, grads: Mapping[str, np.ndarray], per_array: int, seed: int, **of_loss: Any
) -> tuple[dict, Counted, dict]:
    """Return the report of a check, the loss that was watched, and the parameters as they came back.

    Raises ``Unusable``.
    """
    loss = Counted({name: w.copy() for name, w in params.items()}, **of_loss)
    mine = {name: w.copy() for name, w in params.items()}
    claimed = {name: g.copy() for name, g in grads.items()}
    report = required(call(check, loss, mine, claimed, per_array, np.random.default_rng(seed)))
    if not isinstance(report, dict):
        raise Unusable(
            "wrong type", "It must return a dict from the name of an array to its worst relative error."
        )
    return report, loss, mine


def found(report: Mapping[str, Any]) -> dict[str, str]:
    """Return how large every reported error is: large for tens of percent."""
    sizes = {str(name): float(np.max(np.asarray(error, dtype=np.float64))) for name, error in report.items()}
    return {
        name: "no error"
        if abs(error) <= 1e-3
        else "a large error"
        if error > 0.3
        else "a small error"
        if error > 0
        else "a negative error"
        for name, error in sizes.items()
    }


NO_ERROR = 1e-6
"""Above what rounding leaves of a centred difference in ``errors``, and below what one side alone leaves."""


def errors(check: Callable, *, seed: int, scale: float = 1.0) -> dict[str, Any]:
    """Return the errors that are reported where every entry is drawn and every array is wrong in its own way.

    Errors by the sum of both sides, which cost something in another exercise, are told as errors by the larger.

    scale  of the loss, and so of all slopes
    """
    params = parameters(
        seed, right=5, turned=4, longer=6, halved=(2, 3, 2), missing=(2, 2), unused=3, invented=3, one=1, number=(),
    )  # fmt: skip
    params |= {"at zero": np.zeros(4)}
    idle = ("unused", "invented")
    slopes = {name: scale * (3 * w**2 + 2.0) * (name not in idle) for name, w in params.items()}
    grads = {name: np.array(slope) for name, slope in slopes.items()}
    grads["turned"][1] *= -1
    grads["longer"][5] *= 1.05
    grads["halved"][1, 2, 1] /= 2
    grads["missing"][0, 1] = 0
    grads["invented"][2] = scale / 4
    grads["at zero"][3] *= 3
    report = run(check, params, grads, 12, seed, linear=2.0, scale=scale, idle=idle)[0]
    told = {str(name): float(np.max(np.asarray(error, dtype=np.float64))) for name, error in report.items()}
    by_larger, by_sum = (
        {name: float(np.max(error(grads[name], slope))) for name, slope in slopes.items()}
        for error in (over_the_larger, over_the_sum)
    )
    if told.keys() == by_sum.keys() and all(abs(told[name] - by_sum[name]) < NO_ERROR for name in told):
        told = by_larger
    return {name: told_as(error) for name, error in told.items()}


def told_as(error: float) -> float | str:
    """Return an error with the digits that do not depend on the step, or in words where it is very small."""
    if abs(error) < NO_ERROR:
        return "no error"
    return round(error, 5) if abs(error) > 1e-4 else "more than rounding leaves"


def over_the_larger(a: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return ``|a - n|`` divided by the larger of ``|a|`` and ``|n|``."""
    return np.abs(a - n) / np.maximum(np.maximum(np.abs(a), np.abs(n)), np.finfo(float).tiny)


def over_the_sum(a: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return ``|a - n|`` divided by ``|a| + |n|``."""
    return np.abs(a - n) / np.maximum(np.abs(a) + np.abs(n), np.finfo(float).tiny)


def ever_drawn(check: Callable, *, seed: int) -> set[int]:
    """Return which of four entries were moved in a dozen checks of three; one is never moved once in 10^7."""
    params = parameters(seed, w=4)
    right = {name: 3 * w**2 for name, w in params.items()}
    seen = [run(check, params, right, 3, seed + k)[1].moved for k in range(12)]
    return {k for moved in seen for _, k in moved}


def visible_check(check: Callable) -> dict[str, Any]:
    """Watch ``check_gradients``: first on arrays with more entries than it is asked for, then on small biases."""
    params = parameters(3, W1=(20, 15), W2=(8, 2), b=6)
    right = {name: 3 * w**2 for name, w in params.items()}
    wrong = {name: right | {name: 12 * right[name]} for name in ("W2", "b")}
    reports = [run(check, params, right, 6, seed) for seed in (1, 1, 2)]
    moved = [loss.moved for _, loss, _ in reports]
    biases = parameters(4, **{f"b{k}": 4 for k in range(1, 7)})
    bug = {name: 3 * b**2 for name, b in biases.items()}
    for k in range(1, 7):
        bug[f"b{k}"][k % 4] *= 12
    return {
        "the errors of a right gradient": found(reports[0][0]),
        "the errors of a gradient that is wrong in W2": found(run(check, params, wrong["W2"], 6, 3)[0]),
        "the errors of a gradient that is wrong in b": found(run(check, params, wrong["b"], 6, 3)[0]),
        "evaluations of the loss": "as asked" if reports[0][1].calls <= 37 else "more than two per entry",
        "params after the call": reports[0][2],
        "entries": "from everywhere"
        if any(k >= 150 for _, k in moved[0] | moved[2])
        else "from the beginning",
        "entries of every array": "six"
        if all(sum(name == each for each, _ in moved[0]) == 6 for name in params)
        else "not six",
        "same seed, same entries": moved[0] == moved[1],
        "other seed, same entries": moved[0] == moved[2],
        "the errors of all entries": attempt(lambda: errors(check, seed=5)),
        "the errors of all entries, for a loss of small numbers": attempt(
            lambda: errors(check, seed=6, scale=1e-6)
        ),
        "entries that come up in a dozen checks": len(ever_drawn(check, seed=7)),
        "six of four entries, one of them wrong": attempt(lambda: found(run(check, biases, bug, 6, 1)[0])),
    }


def attempt(part: Callable[[], Any]) -> Any:
    """Return what a part gives, or ``Raised`` where only it fails."""
    try:
        return part()
    except Unusable as trouble:
        if trouble.kind != "raises" or trouble.__cause__ is None:
            raise
        return Raised.of(trouble)


# 5. find_trojans


def accused(find: Callable, kinds: Sequence[str], seed: int) -> list[str]:
    """Return whom a search accuses among these kinds, under neutral names and on data of their own.

    Raises ``Unusable``.
    """
    made = {
        f"sample {k + 1}": bounded(trojans.make(kind, seed + k), "a loss") for k, kind in enumerate(kinds)
    }
    named = required(call(find, made, trojans.workshop(seed)))
    try:
        return sorted(str(name) for name in named)
    except TypeError:
        raise Unusable("wrong type", "It must return a list of names.") from None


def visible_trojans(find: Callable) -> dict[str, list[str]]:
    """Watch ``find_trojans``: in each line-up the first is right and the last is wrong in its own way."""
    return {
        "the accused among a right hinge and one that counts every margin": accused(
            find, ("hinge", "every_margin"), 21
        ),
        "the accused among a right softmax and one with a data gradient five percent too long": accused(
            find, ("softmax", "faint"), 79
        ),
        "the accused among a right dropout and one that ignores its seed": accused(
            find, ("dropout", "deaf"), 23
        ),
        "the accused among a right softmax and one with summed bias gradients": accused(
            find, ("softmax", "summed_bias"), 24
        ),
        "the accused among a right softmax and four that are wrong in one array each": accused(
            find, ("softmax", "wrong_W1", "wrong_b1", "wrong_W2", "wrong_b2"), 26
        ),
        "the accused among a right dropout and one with a gradient twice too long": accused(
            find, ("dropout", "dropout_doubled"), 27
        ),
        "the accused among two losses of small numbers, the second with a gradient too long": accused(
            find, ("small", "small_faint"), 25
        ),
    }
