"""Give a function that clips gradients some, and look at what it returns and at what it was given."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course.probes.answers import required_pair
from course.probes.base import Unusable, call
from course.probes.composed import HandsBack
from course.probes.wording import describe

Grads = Mapping[str, Any]


def clipped(candidate: Callable, grads: Grads, max_norm: float) -> dict[str, Any]:
    """Return the clipped arrays by name and the norm, from fresh copies.  Raises ``Unusable``."""
    given = copy.deepcopy(dict(grads))
    returned = required_pair(call(candidate, given, max_norm), "clipped, norm")
    arrays, norm = returned
    if not isinstance(arrays, dict):
        raise Unusable("wrong type", f"`clipped` must be a dict of arrays; it is {describe(arrays)}.")
    if set(arrays) != set(grads):
        names = ", ".join(sorted(map(str, grads)))
        raise Unusable("wrong type", f"`clipped` must hold the same names as grads: {names}.")
    if np.ndim(norm) != 0:
        raise Unusable("wrong type", f"`norm` must be one number; it is {describe(norm)}.")
    try:
        found = {name: np.array(arrays[name], dtype=np.float64) for name in grads}
        length = float(norm)
    except (TypeError, ValueError, OverflowError):
        raise Unusable(
            "wrong type", "`clipped` must hold float arrays and `norm` must be a number."
        ) from None
    for name, each in found.items():
        if each.shape != np.shape(grads[name]):
            raise Unusable(
                "wrong shape",
                f"`clipped[{name!r}]` must have the shape {np.shape(grads[name])}; it has {each.shape}.",
            )
    return {f"the clipped {name}": each for name, each in found.items()} | {"the norm": length}


def answers(*cases: tuple[Grads, float]) -> Callable[[Callable], list[dict[str, Any]]]:
    """Return a probe: what comes of each case."""
    return lambda candidate: [clipped(candidate, *case) for case in cases]


def after(candidate: Callable, grads: Grads, max_norm: float) -> dict[str, Any]:
    """Return the arrays that were given, as they are after the call.  Raises ``Unusable``."""
    given = copy.deepcopy(dict(grads))
    call(candidate, given, max_norm)
    return {name: np.array(each) for name, each in given.items()}


LONG: Grads = {"W": np.array([[3.0, 0.0], [-4.0, 12.0]]), "b": np.array([0.5, -84.0])}
SHORT: Grads = {"W": np.array([[0.3, -0.1], [0.2, 0.0]]), "b": np.array([0.4, 0.1])}
ZERO: Grads = {"W": np.zeros((2, 2)), "b": np.zeros(2)}


def visible_gradients(candidate: Callable) -> dict[str, Any]:
    """Return what comes of long gradients, short ones and zeros, what was left of the long ones, and whether the
    dict that came back is a new one."""
    cases = {
        "long gradients": (LONG, 10.0),
        "gradients just too long": ({"b": np.array([3.0, -4.0]), "K": np.array([[[0.0, 0.5]]])}, 5.0),
        "a bound below 1": (SHORT, 0.25),
        "short gradients": (SHORT, 10.0),
        "zeros": (ZERO, 10.0),
    }
    found = {
        f"{name}: {part}": each
        for name, case in cases.items()
        for part, each in clipped(candidate, *case).items()
    }
    left = after(candidate, LONG, 10.0)
    found |= {f"what you were given as {name}, after the call": each for name, each in left.items()}
    same = HandsBack(arguments=list(cases.values()))(candidate)
    return found | {
        f"{name}: `clipped` is your `grads` itself": each for name, each in zip(cases, same, strict=True)
    }
