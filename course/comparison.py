"""A fair comparison of minimisers: what each one spends in evaluations, seconds and memory.

An ``Objective`` counts whatever calls it, so that nothing depends on what a method reports about itself.

>>> bowl = Objective(lambda w: (float(w @ w), 2 * w), start=np.array([3.0, 4.0]))
>>> bowl(bowl.start)
(25.0, array([6., 8.]))
>>> bowl.evaluations
1.0

The unit of cost is one evaluation: the loss and its gradient, together, over all rows of the data. A
mini-batch of a tenth of the rows costs a tenth. No method of minimisation lives here, only a line search
for directions.
"""

from __future__ import annotations

import copy
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course.network import MLP
from course.probes.base import Rule, one_step
from course.surfaces import Surface, rosenbrock

LossAndGradient = Callable[..., tuple[float, np.ndarray]]


class OutOfBudget(Exception):
    """A method asked for one more evaluation than the comparison allows; it keeps what it had."""


@dataclass(eq=False)
class Objective:
    """A loss of a flat vector, and the bill for evaluating it.

    function  w -> (loss, gradient); with rows also (w, rows) -> those of a mini-batch
    start     (n,) where every method starts
    rows      how many rows of data the full loss averages over
    budget    evaluations after which a call raises ``OutOfBudget``

    evaluations             full evaluations so far; a mini-batch counts as its share of the rows
    costs, seconds, losses  one entry for each full evaluation: evaluations and seconds so far, and its loss
    """

    function: LossAndGradient
    start: np.ndarray
    rows: int = 1
    budget: float = np.inf
    evaluations: float = 0.0
    costs: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    clock: float = field(default_factory=time.perf_counter)

    def __call__(self, w: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the loss and gradient over all rows.  Raises ``OutOfBudget``."""
        self.charge(1.0)
        loss, gradient = self.function(w)
        self.costs.append(self.evaluations)
        self.seconds.append(time.perf_counter() - self.clock)
        self.losses.append(float(loss))
        return float(loss), gradient

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """Return the gradient alone, for finite differences; it costs an evaluation but is no iterate."""
        self.charge(1.0)
        return self.function(w)[1]

    def sample(self, w: np.ndarray, rows: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the loss and gradient of a mini-batch.  Raises ``OutOfBudget``."""
        self.charge(len(rows) / self.rows)
        return self.function(w, rows)

    def watch(self, w: np.ndarray) -> float:
        """Return the full loss for a curve, at no cost: what a spectator sees, not the method."""
        loss = float(self.function(w)[0])
        self.costs.append(self.evaluations)
        self.seconds.append(time.perf_counter() - self.clock)
        self.losses.append(loss)
        return loss

    def charge(self, cost: float) -> None:
        """Add to the bill.  Raises ``OutOfBudget``."""
        if self.evaluations + cost > self.budget * (1 + 1e-12):
            raise OutOfBudget(f"{self.budget:g} evaluations are spent.")
        self.evaluations += cost

    def fresh(self, budget: float | None = None) -> Objective:
        """Return the same loss with an empty bill and the clock at zero."""
        return Objective(self.function, self.start, self.rows, self.budget if budget is None else budget)

    def best(self) -> np.ndarray:
        """Return the lowest loss seen so far at each full evaluation."""
        return np.minimum.accumulate(np.where(np.isfinite(self.losses), self.losses, np.inf))

    def cost_to_reach(self, loss: float) -> float | None:
        """Return the evaluations spent when the loss was first at most ``loss``, or None."""
        reached = np.flatnonzero(self.best() <= loss)
        return float(self.costs[reached[0]]) if len(reached) else None


def on_surface(surface: Surface) -> Objective:
    """Return a surface of two parameters as an objective."""
    return Objective(lambda w: (float(surface.value(w)), surface.gradient(w)), np.array(surface.start))


def long_bowl(n: int, *, condition: float = 100.0) -> Objective:
    """Return a quadratic of n parameters whose gradient needs next to no memory of its own."""
    scales = np.geomspace(1, condition, n)
    return Objective(lambda w: (float(w @ (scales * w)) / 2, scales * w), np.ones(n))


def softmax_regression(X: np.ndarray, y: np.ndarray, *, classes: int, reg: float) -> Objective:
    """Return the loss of a linear softmax classifier as an objective of (D + 1) * classes parameters.

    X, y  (N, D) rows and (N,) labels
    reg   adds reg / 2 times the squared weights *and biases*, so that the Hessian has no zero eigenvalue

    The start is all zeros: every class equally likely.
    """
    network = MLP(sizes=(X.shape[1], classes))
    cut = X.shape[1] * classes

    def function(w: np.ndarray, rows: np.ndarray | slice = slice(None)) -> tuple[float, np.ndarray]:
        params = {"W1": w[:cut].reshape(-1, classes), "b1": w[cut:]}
        loss, grads = network.loss(params, X[rows], y[rows])
        gradient = np.concatenate([grads["W1"].ravel(), grads["b1"]])
        return loss + reg / 2 * float(w @ w), gradient + reg * w

    return Objective(function, np.zeros(cut + classes), rows=len(X))


def run_rule(
    rule: Rule, objective: Objective, config: Mapping[str, Any], *, steps: int, goal: float = -np.inf
) -> np.ndarray:
    """Drive an update rule with full gradients until the steps or the budget end or a loss is reached; return the
    last w."""
    w, state = objective.start.copy(), copy.deepcopy(dict(config))
    for _ in range(steps):
        try:
            loss, gradient = objective(w)
        except OutOfBudget:
            break
        if loss <= goal or not abs(loss) <= 1e12:
            break
        w, state = one_step(rule, w, gradient, state)
    return w


def line_search(
    objective: Objective,
    w: np.ndarray,
    d: np.ndarray,
    loss: float,
    gradient: np.ndarray,
    *,
    first: float = 1.0,
) -> tuple[float, float, np.ndarray] | None:
    """Return a step length t with the loss and gradient at w + t d, or None when none is found in 30 tries.

    The two Wolfe conditions: the loss falls by at least 1e-4 of what the slope promises, and the slope
    rises to at most 0.9 of what it was, which makes y.s > 0. Too long: halve the bracket; too short:
    double.

    Source: A. S. Lewis and M. L. Overton, Nonsmooth optimization via quasi-Newton methods (2013), algorithm
    4.6.
    """
    slope = float(gradient @ d)
    if not slope < 0:
        return None
    low, high, t = 0.0, np.inf, first
    for _ in range(30):
        there, slopes = objective(w + t * d)
        if not there <= loss + 1e-4 * t * slope:
            high = t
        elif slopes @ d < 0.9 * slope:
            low = t
        else:
            return t, there, slopes
        t = (low + high) / 2 if np.isfinite(high) else 2 * t
    return None


def secant_errors(
    objective: Objective,
    w: np.ndarray,
    s: np.ndarray,
    batch: int,
    *,
    draws: int = 80,
    same: bool = False,
    seed: int = 0,
) -> np.ndarray:
    """Return relative errors of the curvature y.s / s.s along a step s from w, (draws,).

    The two gradients whose difference is y come from two mini-batches, or with ``same`` from one.
    """
    rng = np.random.default_rng(seed)
    exact = (objective.function(w + s)[1] - objective.function(w)[1]) @ s
    errors = []
    for _ in range(draws):
        first, second = (rng.choice(objective.rows, batch, replace=False) for _ in range(2))
        y = objective.function(w + s, first if same else second)[1] - objective.function(w, first)[1]
        errors.append((y @ s - exact) / exact)
    return np.array(errors)


def mini_batches(rows: int, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield the row numbers of mini-batches for ever, epoch after epoch in a new order."""
    while True:
        order = rng.permutation(rows)
        for first in range(0, rows - size + 1, size):
            yield order[first : first + size]


def peak_memory(run: Callable[[], object]) -> int:
    """Return the most bytes that were allocated at one moment while ``run`` ran, beyond what was there
    before."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def rosenbrock_gradient(x: np.ndarray) -> np.ndarray:
    """Return the gradient of the Rosenbrock function, (2,) -> (2,); a plain function, so a check can name
    it."""
    return rosenbrock.gradient(x)
