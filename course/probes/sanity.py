"""The two checks of lesson 02 rehearsed: a loop on twenty rows, and losses whose penalty is right or broken."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.mine import plain_gradient_descent
from course.probes.answers import required
from course.probes.base import Unusable, call

ROWS = 20


def squares(params: dict, X: np.ndarray, y: np.ndarray, reg: float = 0.5) -> tuple[float, dict]:
    """Return least squares with a weight and a bias, and its gradients; the default penalty is not zero."""
    wrong = X @ params["w"] + params["b"] - y
    value = float((wrong**2).mean() / 2 + reg / 2 * (params["w"] ** 2).sum())
    return value, {"w": X.T @ wrong / len(y) + reg * params["w"], "b": np.array([wrong.mean()])}


def slowing(w: np.ndarray, dw: np.ndarray, config: dict) -> tuple[np.ndarray, dict]:
    """Take a plain step that shortens as the calls are counted in config; work in place, as many rules do.

    So a config that is lost or shared shows, and so do arrays and configs of the caller that were not copied.
    """
    config["calls"] = config.get("calls", 0) + 1
    now = {"learning_rate": config["learning_rate"] / config["calls"] ** 0.5}
    w[...] = plain_gradient_descent(w, dw, now)[0]
    return w, config


def slowing_anew(w: np.ndarray, dw: np.ndarray, config: dict) -> tuple[np.ndarray, dict]:
    """Take the steps of ``slowing`` and leave both arguments alone: what it returns is all there is."""
    return slowing(w.copy(), dw, dict(config))


def rehearse(
    overfit: Callable, *, rows: int, steps: int, seed: int, rule: Callable = slowing, rate: float = 0.2
) -> dict[str, Any]:
    """Return the losses of a loop on least squares, and what it left of its arguments.  Raises ``Unusable``.

    The rows after the first twenty have other labels, so that a loop over all of them shows.
    """
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((rows, 2))
    y = X @ np.array([1.0, -2.0]) + 0.5 + (np.arange(rows) >= ROWS) * 3.0
    params, config = {"w": np.array([0.1, -0.3]), "b": np.array([0.7])}, {"learning_rate": rate}
    found = required(call(overfit, squares, params, X, y, rule, config, steps))
    try:
        losses = [float(value) for value in found]
    except TypeError:
        raise Unusable("wrong type", "It must return a list of losses, one number each.") from None
    return {"losses": losses, "params afterwards": params, "config afterwards": config}


def visible_twenty(overfit: Callable) -> dict[str, Any]:
    """Watch ``overfit_tiny``."""
    anew = rehearse(overfit, rows=32, steps=5, seed=9, rule=slowing_anew)["losses"]
    rising = rehearse(overfit, rows=32, steps=4, seed=9, rule=plain_gradient_descent, rate=3.0)["losses"]
    return rehearse(overfit, rows=32, steps=5, seed=9) | {
        "losses, with a rule that returns new arrays": anew,
        "losses that rise at a rate too large": rising,
    }


def penalised(kind: str) -> Callable:
    """Return a loss whose penalty is right, absent, negative, or wrong at some strengths.

    Its gradient always grows with the strength: only the loss is asked about.
    """

    def loss(params: dict, X: np.ndarray, y: np.ndarray, reg: float = 0.0) -> tuple[float, dict]:
        w = np.asarray(params["w"], dtype=np.float64)
        size = float((w**2).sum())
        extra = {
            "right": reg / 2 * size,
            "absent": 0.0,
            "negative": -reg / 2 * size,
            "dip": size * (reg if reg <= 0.1 else 0.12 - reg / 10 if reg < 1 else reg),
            "hump": size * reg * (0.4 - reg),
            "capped": size * min(reg, 0.5),
        }[kind]
        return float(((X @ w - y) ** 2).mean()) + extra, {"w": w * reg + 1.0 + reg}

    return loss


def verdicts(rises: Callable, kinds: Sequence[str], strengths: Sequence[float], seed: int) -> list[Any]:
    """Return what a check of the penalty says of losses of these kinds.  Raises ``Unusable``."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((6, 3)), rng.standard_normal(6)
    found = []
    for kind in kinds:
        params = {"w": np.array([1.0, -2.0, 0.5])}
        answer = required(call(rises, penalised(kind), params, X.copy(), y.copy(), list(strengths)))
        found.append(answer)
    return found


def visible_penalties(rises: Callable) -> dict[str, Any]:
    """Watch ``regularization_raises_loss``."""
    strengths = (0.0, 0.1, 0.3, 0.6, 2.0)
    kinds = {
        "a penalty that is added": "right",
        "a loss without its penalty": "absent",
        "a penalty that is subtracted": "negative",
        "a penalty that stops growing": "capped",
        "a loss that dips and then rises": "dip",
        "a loss that rises and then falls": "hump",
    }
    found = {name: verdicts(rises, (kind,), strengths, 2)[0] for name, kind in kinds.items()}
    return found | {
        "strengths that come unsorted": verdicts(rises, ("right",), (0.2, 2.0, 0.0), 2)[0],
        "a penalty that is added, at strengths of 0 and 1e-9": verdicts(rises, ("right",), (0.0, 1e-9), 2)[0],
    }
