"""Watch the pieces of a network: activations, their slopes, and a loss with all its gradients.

Nothing here knows a formula: what comes back is compared with what a right function does.
"""

import copy
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from course.probes.answers import as_floats, required_pair
from course.probes.base import Raised, Unusable, call
from course.probes.comparing import same
from course.probes.in_place import unchanged
from course.probes.wording import describe

KINDS = ("sigmoid", "tanh", "relu", "leaky")
NAMES = ("W1", "b1", "W2", "b2")

OUTPUTS = {
    "sigmoid": np.array([0.1, 0.5, 0.93]),
    "tanh": np.array([-0.8, 0.0, 0.6]),
    "relu": np.array([0.0, 0.4, 2.5]),
    "leaky": np.array([-0.05, 0.004, 2.5]),
}
"""Outputs that each activation may have."""


def of_kinds(function: Callable, inputs: Mapping[str, np.ndarray], what: str) -> dict[str, Any]:
    """Return what a function makes of an array for every kind, or how it fails.

    Raises ``Unusable`` where nothing is written, or None comes back.
    """
    seen: dict[str, Any] = {}
    changed = False
    for kind, x in inputs.items():
        name, given = f"{what} {kind}", x.copy()
        try:
            answer = call(function, kind, given)
        except Unusable as trouble:
            if trouble.final:
                raise
            seen[name] = Raised.of(trouble, f"{kind}: ")
            continue
        if answer is None:
            raise Unusable("returns None", f'It returned None for "{kind}". Is there a return for it?')
        seen[name] = as_floats(answer)
        changed |= not unchanged(x, given)
    return seen | {"the array that was given": "is changed" if changed else "is as it was"}


def watched_kinds(activation: Callable, x: np.ndarray) -> dict[str, Any]:
    """Return what every activation makes of x.  Raises ``Unusable``."""
    return of_kinds(activation, dict.fromkeys(KINDS, x), "the curve of")


def visible_activation(activation: Callable) -> dict[str, Any]:
    """Watch ``activation`` near 0 and far out."""
    near = watched_kinds(activation, np.array([[-2.0, -0.5], [0.4, 3.0]]))
    far = watched_kinds(activation, np.array([-1000.0, 1000.0]))
    return near | {f"{name} far out": each for name, each in far.items()}


def watched_outputs(slope: Callable, outputs: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return the slope of every activation at the outputs given.  Raises ``Unusable``."""
    return of_kinds(slope, outputs, "the slope of")


def visible_slopes(slope: Callable) -> dict[str, Any]:
    """Watch ``slope_from_output``."""
    return watched_outputs(slope, OUTPUTS)


def network(sizes: tuple[int, ...], seed: int) -> dict[str, np.ndarray]:
    """Return parameters W1, b1, W2, b2, ... with two digits."""
    rng = np.random.default_rng(seed)
    params = {}
    for k, (n_in, n_out) in enumerate(itertools.pairwise(sizes), start=1):
        params[f"W{k}"] = rng.normal(size=(n_in, n_out)).round(2)
        params[f"b{k}"] = (0.5 * rng.normal(size=n_out)).round(2)
    return params


def stack(depth: int, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return parameters of many small layers, more than nine, and rows; the signal goes through."""
    params = network((2,) * (depth + 1), seed)
    for k in range(1, depth + 1):
        params[f"W{k}"] = np.eye(2) + 0.1 * params[f"W{k}"]
        params[f"b{k}"] = np.abs(params[f"b{k}"])
    return params, np.array([[0.5, 1.0], [-0.5, 2.0]])


Case = tuple[Mapping[str, np.ndarray], np.ndarray, np.ndarray, float]
"""Parameters, rows, labels and the strength of the penalty."""


def case(rows: int, features: int, units: int, classes: int, reg: float, seed: int) -> Case:
    """Return a network of one layer of units with rows and labels."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, features)).round(2)
    return network((features, units, classes), seed), X, rng.integers(0, classes, rows), reg


def watched_network(loss: Callable, given: Case) -> dict[str, Any]:
    """Return the loss, the gradient of each array, and whether the arguments are what they were.

    Raises ``Unusable`` for anything but a number and a dict of four arrays.
    """
    passed = copy.deepcopy(given)
    value, grads = pair(call(loss, *passed))
    seen: dict[str, Any] = {"the loss": value}
    for name in NAMES:
        seen[f"the gradient of {name}"] = grads[name]
    kept = all(map(same, passed, given))
    return seen | {"the arguments afterwards": "kept" if kept else "changed"}


def pair(answer: Any) -> tuple[float, dict[str, Any]]:
    """Return the loss as a number and the gradients as arrays.  Raises ``Unusable``."""
    required_pair(answer, "loss, grads")
    value, grads = answer
    number = as_floats(value)
    if not isinstance(number, np.ndarray) or number.size != 1:
        raise Unusable("wrong type", f"`loss` must be one number; it came back as {describe(value)}.")
    if not isinstance(grads, Mapping):
        raise Unusable("wrong type", f"`grads` must be a dict; it came back as {describe(grads)}.")
    missing = [name for name in NAMES if grads.get(name) is None]
    if missing:
        raise Unusable("wrong type", f"`grads` has no {', '.join(missing)}. It needs {', '.join(NAMES)}.")
    return float(number.reshape(())), {name: as_floats(grads[name]) for name in NAMES}


def strained(loss: Callable) -> dict[str, str]:
    """Return in a word what becomes of scores in the thousands, of rows far apart, and of a label far behind."""
    params, X, y, _ = case(4, 3, 5, 3, 0.0, 11)
    high = {**params, "b2": params["b2"] + 5000.0}
    apart = {**params, "W2": 1000.0 + params["W2"]}
    behind = {**params, "W2": 1000.0 * params["W2"], "b2": 1000.0 * params["b2"]}
    return {
        "scores in the thousands": finite(loss, high, X, y),
        "rows thousands apart": finite(loss, apart, X, y),
        "a label thousands behind": vanishing(loss, behind, X, y),
    }


def vanishing(loss: Callable, params: Mapping[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> str:
    """Return in a word what a label costs whose probability rounds to 0: its distance, infinity, or a bound."""
    found = finite(loss, params, X, y)
    if found != "finite":
        return found
    cost, further = (
        pair(call(loss, {**params, "W2": k * params["W2"], "b2": k * params["b2"]}, X.copy(), y.copy(), 0.0))[
            0
        ]
        for k in (1.0, 2.0)
    )
    return "finite" if abs(further) > 1.5 * abs(cost) else "cut off"


def finite(loss: Callable, params: Mapping[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> str:
    """Return in a word whether the loss and all gradients are numbers that are finite."""
    with np.errstate(all="ignore"):
        value, grads = pair(call(loss, dict(params), X.copy(), y.copy(), 0.0))
    whole = np.isfinite(value) and all(
        np.isfinite(np.asarray(each, dtype=float)).all() for each in grads.values()
    )
    return "finite" if whole else "not finite"


def parts(loss: Callable, cases: Mapping[str, Case]) -> Iterator[tuple[str, Any]]:
    """Yield the parts of what is watched on several networks, by name.  Raises ``Unusable``."""
    for name, given in cases.items():
        for part, each in watched_network(loss, given).items():
            yield f"{part}{name}", each


VISIBLE = {
    "": case(4, 2, 4, 3, 0.0, 21),
    " with a penalty": case(3, 2, 4, 3, 0.5, 22),
}


def visible_network(loss: Callable) -> dict[str, Any]:
    """Watch ``two_layer``."""
    return dict(parts(loss, VISIBLE)) | strained(loss)
