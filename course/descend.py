"""The loop: a rule, a surface and a start make a trace."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course.probes.base import Rule, Unusable, one_step
from course.surfaces import Surface


@dataclass(frozen=True, kw_only=True, eq=False)
class Trace:
    """What a rule did on a surface.

    points   (T + 1, 2), the start first; only finite points
    losses   (T + 1,) the loss at each point
    stopped  why the trace is shorter than asked, or an empty string
    """

    points: np.ndarray
    losses: np.ndarray
    stopped: str = ""

    def __post_init__(self) -> None:
        if self.points.ndim != 2 or self.points.shape[1] != 2 or len(self.points) != len(self.losses):
            raise ValueError(
                f"points must be (T + 1, 2) and losses (T + 1,); got {self.points.shape} and {self.losses.shape}."
            )

    @property
    def evaluations(self) -> int:
        """Return how many gradients were evaluated, T."""
        return len(self.points) - 1


def descend(
    rule: Rule,
    surface: Surface,
    start: ArrayLike | None = None,
    *,
    steps: int = 100,
    config: Mapping[str, Any] | None = None,
    rng: np.random.Generator | None = None,
    limit: float = 1e6,
) -> Trace:
    """Return the trace of ``steps`` updates of ``rule`` on ``surface``.

    rule    ``next_w, config = rule(w, dw, config)``
    start   (2,), by default the surface's own
    config  of the first call; copied, so a dict can serve many runs
    rng     draws the gradient noise of a noisy surface; without it gradients are exact
    limit   a trace ends, and says so, when a coordinate or the loss exceeds it or is not finite

    A rule that raises or returns something else ends its trace too; ``stopped`` says why.
    Raises ``ValueError`` for a start that is not two finite numbers or a negative number of steps.
    """
    p = np.array(surface.start if start is None else start, dtype=np.float64)
    if p.shape != (2,) or not np.isfinite(p).all():
        raise ValueError(f"start must be two finite numbers; got {start!r}.")
    if steps < 0:
        raise ValueError(f"steps must be zero or positive; got {steps}.")
    state = copy.deepcopy(dict(config)) if config is not None else None
    w = surface.parameters(p)
    points, losses, stopped = [p], [float(surface.value(p))], ""
    for step in range(1, steps + 1):
        try:
            w, state = one_step(rule, w, surface.parameters(surface.gradient(p, rng)), state)
        except Unusable as trouble:
            stopped = trouble.message
            break
        p = surface.point(w)
        x, y = p.tolist()
        if not (isfinite(x) and isfinite(y)):
            stopped = f"diverged: step {step} is not finite"
            break
        inside = abs(x) <= limit and abs(y) <= limit
        loss = float(surface.value(p)) if inside else inf
        if not abs(loss) <= limit:
            stopped = f"diverged: step {step} passed {limit:g}"
            break
        points.append(p)
        losses.append(loss)
    return Trace(points=np.array(points), losses=np.array(losses), stopped=stopped)


def first_step_where(condition: np.ndarray) -> int | None:
    """Return the first index at which a boolean array of shape (T + 1,) is True, or None."""
    found = np.flatnonzero(condition)
    return int(found[0]) if len(found) else None
