"""How sure probabilities are: entropy, one temperature for all, and images unlike the digits that must stand out.

>>> bool(np.isclose(entropy(np.full(4, 0.25)), 2))
True
>>> auroc(np.array([3.0, 4.0]), np.array([1.0, 2.0]))  # all of the first are higher
1.0
"""

from collections.abc import Callable, Iterable

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import rankdata

from course.data import digits

TINY = 1e-12


def soften(p: np.ndarray, temperature: float) -> np.ndarray:
    """Return probabilities at a temperature, (..., C): p ** (1 / T), normalised.

    For scores v the same as softmax(v / T), since p is softmax(v).  A probability below 1e-12 counts as that.
    """
    logs = np.log(np.maximum(p, TINY)) / temperature
    odds = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return odds / odds.sum(axis=-1, keepdims=True)


def entropy(p: np.ndarray) -> np.ndarray:
    """Return the entropy of distributions (..., C) in bits, (...)."""
    return -(p * np.log2(np.maximum(p, TINY))).sum(axis=-1)


def log_loss(p: np.ndarray, y: np.ndarray) -> float:
    """Return the mean of -log of the label's probability."""
    return float(-np.log(np.maximum(p[np.arange(len(y)), y], TINY)).mean())


def told_of(
    draws: Iterable[np.ndarray], y: np.ndarray, calibration_error: Callable[[np.ndarray, np.ndarray], float]
) -> dict[str, list[float]]:
    """Return accuracy, mean confidence, log loss and calibration error, one number for every draw (N, C)."""
    draws = list(draws)
    return {
        "accuracy": [float((p.argmax(axis=1) == y).mean()) for p in draws],
        "confidence": [float(p.max(axis=1).mean()) for p in draws],
        "loss": [log_loss(p, y) for p in draws],
        "error": [calibration_error(p, y) for p in draws],
    }


def best_temperature(p: np.ndarray, y: np.ndarray) -> float:
    """Return the temperature between 1/8 and 8 with the lowest log loss on these rows."""
    found = minimize_scalar(
        lambda u: log_loss(soften(p, np.exp(u)), y), bounds=(-2.08, 2.08), method="bounded"
    )
    return float(np.exp(found.x))


def by_chance(calibration_error: Callable[[np.ndarray, np.ndarray], float], many: np.ndarray) -> float:
    """Return the mean error of networks that are calibrated: their labels are drawn from their own probabilities.

    many  probabilities (M, N, C) of M networks, which draw once each
    """
    errors = []
    for k, p in enumerate(many):
        rng = np.random.default_rng(k)
        errors.append(calibration_error(p, (p.cumsum(axis=1) > rng.random((len(p), 1))).argmax(axis=1)))
    return float(np.mean(errors))


def auroc(these: np.ndarray, others: np.ndarray) -> float:
    """Return the chance that one of these values is higher than one of the others; a tie counts half."""
    ranks = rankdata(np.concatenate([these, others]))
    n, m = len(these), len(others)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def unlike(X: np.ndarray) -> dict[str, np.ndarray]:
    """Return what was made of digits (N, 64), centred as they are: no network has seen anything like it."""
    mean, rng = digits().mean, np.random.default_rng(0)
    pixels = X + mean
    square = pixels.reshape(-1, 8, 8)
    made = {
        "a quarter turn": np.rot90(square, axes=(1, 2)),
        "black and white exchanged": 1 - square,
        "pixels shuffled": pixels[:, rng.permutation(64)],
        "noise": rng.random(X.shape),
    }
    return {name: images.reshape(-1, 64) - mean for name, images in made.items()}


def uncertainties(members: np.ndarray, average: np.ndarray) -> dict[str, np.ndarray]:
    """Return three measures for every image: entropy of each member, entropy of the average, and disagreement.

    members  probabilities (M, N, C)
    average  (N, C), their mean

    The disagreement is the entropy of the average less the mean entropy of the members, their mutual information.
    """
    each, together = entropy(members), entropy(average)
    name = f"average of {len(members)}"
    return {"one network": each, name: together[None], "disagreement": (together - each.mean(axis=0))[None]}


def stands_out(strange: dict[str, np.ndarray], ordinary: dict[str, np.ndarray]) -> dict[str, list[float]]:
    """Return for each measure (draws, N) the chance that a strange image has more of it, one for every draw."""
    return {
        name: [auroc(a, b) for a, b in zip(strange[name], ordinary[name], strict=True)] for name in strange
    }
