"""Watch what a reader's functions of lesson 13 do: the greatest curvature at a point, and a run that records it.

Each function drives a candidate and returns what it saw as plain data; none knows what is right: the visible check
compares with a recording.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course.mine import plain_gradient_descent
from course.probes.answers import floats, required_pair
from course.probes.base import Unusable, call
from course.probes.in_place import CHANGED, KEPT, unchanged
from course.probes.sanity import slowing, slowing_anew
from course.probes.wording import describe


class Valley:
    """A loss whose Hessian at one point has the eigenvalues that were asked for; it counts its gradients.

    cubic  what is curved farther away
    """

    def __init__(self, eigenvalues: ArrayLike, seed: int, *, cubic: float = 0.1):
        self.cubic = cubic
        rng, n = np.random.default_rng(seed), np.size(eigenvalues)
        self.axes = np.linalg.qr(rng.normal(size=(n, n)))[0]
        self.hessian = self.axes @ np.diag(eigenvalues) @ self.axes.T
        self.point, self.slope = rng.normal(size=n), rng.normal(size=n)
        self.asked = 0

    def gradient(self, w: Any) -> np.ndarray:
        """Return the gradient at w, (n,)."""
        self.asked += 1
        away = np.asarray(w, dtype=np.float64) - self.point
        return self.slope + self.hessian @ away + self.cubic * away**3


def pair(sharpness: Callable, valley: Valley, v: np.ndarray, *steps: int) -> list[Any]:
    """Return an eigenvalue and a vector whose largest entry is positive.  Raises ``Unusable``."""
    answer = required_pair(
        call(sharpness, valley.gradient, valley.point.copy(), v.copy(), *steps), "eigenvalue, v"
    )
    number, vector = floats(answer[0], "eigenvalue, v"), floats(answer[1], "eigenvalue, v")
    if number.size != 1:
        raise Unusable(
            "wrong shape", f"`eigenvalue` must be one number; it came back as {describe(answer[0])}."
        )
    if vector.shape != v.shape:
        raise Unusable("wrong shape", f"`v` must keep its shape, {v.shape}; it came back as {vector.shape}.")
    up = np.sign(vector[np.abs(vector).argmax()])
    return [float(number.reshape(())), vector * up if up else vector]


def asked_for(sharpness: Callable, *steps: int, due: int) -> str:
    """Return in a word whether the gradients that are asked for fit a number of products."""
    valley = Valley(np.linspace(5.0, 0.1, 40), 3)
    pair(sharpness, valley, np.ones(40), *steps)
    if valley.asked in (due, due + 1, *range(2 * due, 2 * due + 3)):
        return "two for each step"
    return "none" if not valley.asked else "fewer" if valley.asked < 2 * due else "more"


def sharpness_facts(sharpness: Callable, seed: int) -> dict[str, Any]:
    """Return the greatest curvature in several places, its direction, and the work that it took."""
    rng = np.random.default_rng(seed)
    up, down = Valley([6.0, 2.5, 1.0, 0.5, -2.0], seed), Valley([1.0, -7.0, 2.0, 3.0], seed + 1)
    flat = Valley([0.0, 0.0, 0.0], seed + 2, cubic=0.0)
    settled = Valley([5.0, 2.0, 0.5], seed + 3)
    start = rng.normal(size=5)
    first, direction = pair(sharpness, up, 0.01 * start, 40)
    given = (up.point.copy(), 30.0 * start)
    handed = tuple(each.copy() for each in given)
    call(sharpness, up.gradient, *handed, 3)
    return {
        "the eigenvalue": first,
        "the vector": direction,
        "the eigenvalue where the greatest curvature is negative": pair(
            sharpness, down, np.array([40.0, 0.0, -25.0, 10.0]), 40
        )[0],
        "the eigenvalue where nothing is curved": round(pair(sharpness, flat, np.ones(3), 5)[0], 6),
        "the eigenvalue after one step from an eigenvector of length 3": pair(
            sharpness, settled, 3.0 * settled.axes[:, 1], 1
        )[0],
        "the gradients asked for in 12 steps": asked_for(sharpness, 12, due=12),
        "the gradients asked for without a number of steps": asked_for(sharpness, due=30),
        "w and v afterwards": KEPT if unchanged(given, handed) else CHANGED,
    }


def visible_sharpness(sharpness: Callable) -> dict[str, Any]:
    """Watch ``sharpness``."""
    return sharpness_facts(sharpness, 5)


# A run that records its sharpness


class Bend:
    """A loss of three parameters that is steeper the farther out, turned against the axes."""

    def __init__(self, seed: int):
        self.turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
        self.curvatures = np.array([9.0, 1.0, 0.3])

    def loss(self, w: Any) -> tuple[float, np.ndarray]:
        """Return the loss and its gradient."""
        z = self.turn @ np.asarray(w, dtype=np.float64)
        value = float((self.curvatures * z**2).sum() / 2 + (z**4).sum() / 4)
        return value, self.turn.T @ (self.curvatures * z + z**3)


def parabola(w: Any) -> tuple[float, np.ndarray]:
    """Return a loss of curvature 3 in every direction, and its gradient."""
    return 1.5 * float(np.dot(w, w)), 3.0 * np.asarray(w, dtype=np.float64)


def numbers_of(sharpnesses: Any) -> Any:
    """Return what was recorded; of pairs (eigenvalue, v) the eigenvalue and a 1 for each entry of v."""
    pairs = isinstance(sharpnesses, list | tuple) and len(sharpnesses) > 0
    pairs = pairs and all(isinstance(each, list | tuple) and len(each) == 2 for each in sharpnesses)
    return [[each[0], *np.ones(np.size(each[1]))] for each in sharpnesses] if pairs else sharpnesses


def recorded_run(train: Callable, *, seed: int, steps: int, every: int) -> dict[str, Any]:
    """Return what a run with a rule that keeps state records, and what it left of its arguments.

    A second run has a rule that leaves its config alone, so that only what it returns holds the state; a third
    diverges.
    """
    bend = Bend(seed)
    w, v = bend.turn.T @ np.array([0.8, -0.7, 1.2]), np.random.default_rng(seed).normal(size=3)
    config = {"learning_rate": 0.12}
    start, along = w.copy(), v.copy()
    answer = required_pair(call(train, bend.loss, w, v, slowing, config, steps, every), "losses, sharpnesses")
    anew = required_pair(
        call(
            train, bend.loss, start.copy(), along.copy(), slowing_anew, {"learning_rate": 0.12}, steps, every
        ),
        "losses, sharpnesses",
    )
    growing = required_pair(
        call(
            train, parabola, start.copy(), along.copy(), plain_gradient_descent, {"learning_rate": 1.0}, 5, 2
        ),
        "losses, sharpnesses",
    )
    same_start = unchanged((start, along, {"learning_rate": 0.12}), (w, v, config))
    return {
        "the losses": floats(answer[0], "losses, sharpnesses"),
        "the sharpnesses": floats(numbers_of(answer[1]), "losses, sharpnesses"),
        "the losses with a rule that returns a new config": floats(anew[0], "losses, sharpnesses"),
        "the losses of a run that diverges": floats(growing[0], "losses, sharpnesses"),
        "the first w, v and config afterwards": KEPT if same_start else CHANGED,
    }


def visible_run(train: Callable) -> dict[str, Any]:
    """Watch ``train_and_measure``: twelve steps, measured at every fourth."""
    return recorded_run(train, seed=11, steps=12, every=4)
