"""A ball in a noisy bowl: its path, the loss it has on average, and the level at which a constant rate keeps it.

The bowl is ``surfaces.noisy_quadratic``: curvatures 1 and 4, Gaussian noise in every gradient.
"""

import numpy as np

CURVATURE = np.array([1.0, 4.0])


def bounce(rates: np.ndarray, noise: np.ndarray, *, start: np.ndarray, sigma: float = 1.0) -> np.ndarray:
    """Return the points of a ball in the noisy bowl, (T + 1, 2), the start first.

    rates  (T,) learning rate of each step
    noise  (T, 2) standard normal numbers; ``sigma`` times these are added to the gradient
    """
    points = [np.asarray(start, dtype=np.float64)]
    for rate, kick in zip(rates, noise, strict=True):
        points.append((1 - rate * CURVATURE) * points[-1] - rate * sigma * kick)
    return np.array(points)


def expected_loss(rates: np.ndarray, *, start: np.ndarray, sigma: float = 1.0) -> np.ndarray:
    """Return the loss averaged over all noise, (T + 1,), exactly.

    Each coordinate's mean square m obeys  m <- (1 - rate * curvature)**2 m + rate**2 sigma**2.
    """
    square = np.asarray(start, dtype=np.float64) ** 2
    losses = [CURVATURE @ square / 2]
    for rate in rates:
        square = (1 - rate * CURVATURE) ** 2 * square + (rate * sigma) ** 2
        losses.append(CURVATURE @ square / 2)
    return np.array(losses)


def floor(rate: float, *, sigma: float = 1.0) -> float:
    """Return the loss at which a constant rate stays, averaged over the noise; infinite beyond stability.

    The fixed point of ``expected_loss``: the sum over curvatures c of  rate sigma**2 / (2 (2 - rate c)).
    """
    if not 0 < rate * CURVATURE.max() < 2:
        return float("inf")
    return float((rate * sigma**2 / (2 * (2 - rate * CURVATURE))).sum())
