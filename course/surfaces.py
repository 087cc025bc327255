"""Losses of two parameters that can be drawn: value, gradient, Hessian, domain, known minima and saddles.

>>> saddle.value([1.0, 0.5])
0.75
>>> saddle.gradient([1.0, 0.5])
array([ 2., -1.])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Surface:
    """A loss of two parameters, ``p = (x, y)``.

    f, df, ddf  value, (df/dx, df/dy) and (d2f/dx2, d2f/dxdy, d2f/dy2) as functions of arrays x and y
    domain      ((x_low, x_high), (y_low, y_high)), the part worth drawing
    minima      (K, 2) known minimisers
    saddles     (S, 2) known saddle points, degenerate ones included
    start       a start that makes the surface interesting
    noise       standard deviation of the noise in each entry of a sampled gradient
    source      where the surface was published
    """

    name: str
    f: Callable
    df: Callable
    ddf: Callable
    domain: tuple[tuple[float, float], tuple[float, float]]
    minima: tuple[Point, ...] = ()
    saddles: tuple[Point, ...] = ()
    start: Point
    noise: float = 0.0
    source: str

    def __deepcopy__(self, memo: dict) -> Surface:
        """Return the surface itself: nothing in it can change, and it is known by what it is."""
        return self

    def value(self, p: ArrayLike) -> np.ndarray | float:
        """Return the loss at points of shape (..., 2); shape (...)."""
        x, y = coordinates(p)
        return self.f(x, y)

    def gradient(self, p: ArrayLike, rng: np.random.Generator | None = None) -> np.ndarray:
        """Return the gradient at points of shape (..., 2); the same shape.

        With a generator, Gaussian noise of standard deviation ``noise`` is added to each entry, as a
        mini-batch would.
        """
        x, y = coordinates(p)
        exact = np.empty((*x.shape, 2))
        exact[..., 0], exact[..., 1] = self.df(x, y)
        if rng is None or self.noise == 0:
            return exact
        return exact + self.noise * rng.standard_normal(exact.shape)

    def hessian(self, p: ArrayLike) -> np.ndarray:
        """Return the Hessian at points of shape (..., 2); shape (..., 2, 2)."""
        x, y = coordinates(p)
        xx, xy, yy = np.broadcast_arrays(*self.ddf(x, y), x)[:3]
        rows = (np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1))
        return np.stack(rows, axis=-2).astype(np.float64)

    def parameters(self, p: ArrayLike) -> np.ndarray:
        """Return what a rule is given for the point p, (2,), or for its gradient: here the point itself."""
        return np.array(p, dtype=np.float64)

    def point(self, w: np.ndarray) -> np.ndarray:
        """Return the point (2,) that belongs to the parameters w."""
        return w

    def noisy(self, noise: float) -> Surface:
        """Return the same surface with another noise of the sampled gradient."""
        if not noise >= 0:
            raise ValueError(f"noise must be zero or positive; got {noise}.")
        return replace(self, noise=noise)


@dataclass(frozen=True, kw_only=True, eq=False)
class MatrixSurface(Surface):
    """A loss of a (2, 2) matrix W that looks at it along two pairs of directions: x = u1.W v1, y = u2.W v2.

    The columns of U and of V are u1, u2 and v1, v2.  At W = U diag(x, y) V' the numbers x and y are its singular
    values but for sign, and the gradient is U diag(df/dx, df/dy) V'.  The other two numbers of W, u1.W v2 and
    u2.W v1, change nothing.

    left, right  by how many degrees U and V are turned away from the axes
    """

    left: float
    right: float

    def parameters(self, p: ArrayLike) -> np.ndarray:
        """Return U diag(p) V', the matrix of a point or of a gradient."""
        return turn(self.left) @ np.diag(np.asarray(p, dtype=np.float64)) @ turn(self.right).T

    def point(self, w: np.ndarray) -> np.ndarray:
        """Return (u1.W v1, u2.W v2)."""
        return np.diag(turn(self.left).T @ w @ turn(self.right)).copy()


def turn(degrees: float) -> np.ndarray:
    """Return the matrix (2, 2) that turns the plane; its columns are the turned axes."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


def coordinates(p: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of points of shape (..., 2).  Raises ``ValueError``."""
    p = np.asarray(p, dtype=np.float64)
    if p.ndim == 0 or p.shape[-1] != 2:
        raise ValueError(f"A point has two coordinates on its last axis; got shape {p.shape}.")
    if p.ndim == 1:
        return p[0], p[1]  # scalars: a step of a path is then several times faster than with 0-d arrays
    return p[..., 0], p[..., 1]


saddle = Surface(
    name="saddle",
    f=lambda x, y: x**2 - y**2,
    df=lambda x, y: (2 * x, -2 * y),
    ddf=lambda x, y: (2.0, 0.0, -2.0),
    domain=((-1.2, 1.2), (-1.2, 1.2)),
    saddles=((0.0, 0.0),),
    start=(1.0, 1e-6),
    source="The simplest saddle: the hyperbolic paraboloid x^2 - y^2.",
)

monkey_saddle = Surface(
    name="monkey saddle",
    f=lambda x, y: x**3 - 3 * x * y**2,
    df=lambda x, y: (3 * x**2 - 3 * y**2, -6 * x * y),
    ddf=lambda x, y: (6 * x, -6 * y, -6 * x),
    domain=((-1.2, 1.2), (-1.2, 1.2)),
    saddles=((0.0, 0.0),),
    start=(0.9, 0.05),
    source="Hilbert and Cohn-Vossen, Geometry and the Imagination (1932), section 29.",
)

ravine = Surface(
    name="ravine",
    f=lambda x, y: (x**2 + 25 * y**2) / 2,
    df=lambda x, y: (x, 25 * y),
    ddf=lambda x, y: (1.0, 0.0, 25.0),
    domain=((-2.4, 2.4), (-1.2, 1.2)),
    minima=((0.0, 0.0),),
    start=(-2.0, 1.0),
    source="A quadratic of condition number 25, the standard picture of a long valley.",
)

beale = Surface(
    name="Beale",
    f=lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    df=lambda x, y: (
        2 * (1.5 - x + x * y) * (y - 1)
        + 2 * (2.25 - x + x * y**2) * (y**2 - 1)
        + 2 * (2.625 - x + x * y**3) * (y**3 - 1),
        2 * (1.5 - x + x * y) * x + 4 * (2.25 - x + x * y**2) * x * y + 6 * (2.625 - x + x * y**3) * x * y**2,
    ),
    ddf=lambda x, y: (
        2 * (y - 1) ** 2 + 2 * (y**2 - 1) ** 2 + 2 * (y**3 - 1) ** 2,
        2 * (1.5 - x + x * y)
        + 2 * x * (y - 1)
        + 4 * y * (2.25 - x + x * y**2)
        + 4 * x * y * (y**2 - 1)
        + 6 * y**2 * (2.625 - x + x * y**3)
        + 6 * x * y**2 * (y**3 - 1),
        2 * x**2
        + 4 * x * (2.25 - x + x * y**2)
        + 8 * (x * y) ** 2
        + 12 * x * y * (2.625 - x + x * y**3)
        + 18 * (x * y**2) ** 2,
    ),
    domain=((-1.0, 4.5), (-1.5, 1.5)),
    minima=((3.0, 0.5),),
    saddles=((0.0, 1.0),),
    start=(1.0, 1.4),
    source="E. M. L. Beale, On an iterative method of finding a local minimum (1958).",
)

rosenbrock = Surface(
    name="Rosenbrock",
    f=lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    df=lambda x, y: (-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)),
    ddf=lambda x, y: (2 - 400 * (y - 3 * x**2), -400 * x, 200.0),
    domain=((-2.0, 2.0), (-1.0, 3.0)),
    minima=((1.0, 1.0),),
    start=(-1.2, 1.0),
    source="H. H. Rosenbrock, The Computer Journal 3 (1960), 175-184.",
)

himmelblau = Surface(
    name="Himmelblau",
    f=lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    df=lambda x, y: (
        4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
        2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
    ),
    ddf=lambda x, y: (12 * x**2 + 4 * y - 42, 4 * (x + y), 12 * y**2 + 4 * x - 26),
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    minima=(
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    ),
    saddles=(
        (-3.07302575076439, -0.081353044287968),
        (-0.127961346730681, -1.953714980244577),
        (0.086677504555396, 2.884254701174776),
        (3.385154183607021, 0.07385187983775),
    ),
    start=(0.0, 0.5),
    source="D. M. Himmelblau, Applied Nonlinear Programming (1972), p. 428.",
)

noisy_quadratic = replace(
    ravine,
    name="noisy quadratic",
    f=lambda x, y: (x**2 + 4 * y**2) / 2,
    df=lambda x, y: (x, 4 * y),
    ddf=lambda x, y: (1.0, 0.0, 4.0),
    start=(-2.0, 1.0),
    noise=1.0,
    source="The bowl with Gaussian gradient noise, the standard model of mini-batches near a minimum.",
)

SURFACES: dict[str, Surface] = {
    surface.name: surface
    for surface in (saddle, monkey_saddle, ravine, beale, rosenbrock, himmelblau, noisy_quadratic)
}


def valley(steepness: float, angle: float = 0.0) -> Surface:
    """Return the ravine with another curvature across, turned about its minimum by an angle in radians.

    f(x, y) = (u^2 + steepness v^2) / 2 with u = c x + s y and v = c y - s x; the start turns with it, so a rule
    that does not know the axes has the same losses at every angle.
    """
    c, s = float(np.cos(angle)), float(np.sin(angle))
    x0, y0 = ravine.start

    def f(x, y):
        return ((c * x + s * y) ** 2 + steepness * (c * y - s * x) ** 2) / 2

    def df(x, y):
        u, v = c * x + s * y, c * y - s * x
        return c * u - s * steepness * v, s * u + c * steepness * v

    def ddf(x, y):
        return c * c + s * s * steepness, c * s * (1 - steepness), s * s + c * c * steepness

    start = (c * x0 - s * y0, s * x0 + c * y0)
    name = f"ravine of condition number {steepness:g}"
    return replace(ravine, name=name, f=f, df=df, ddf=ddf, start=start)


def matrix_valley(
    left: float = 30.0, right: float = 75.0, *, steepness: float = 25.0, minimum: Point = (1.5, 0.5)
) -> MatrixSurface:
    """Return a ravine whose two coordinates are the singular values of a matrix; see ``MatrixSurface``.

    f = ((x - x*)^2 + steepness (y - y*)^2) / 2 with its minimum at (x*, y*)
    """
    x0, y0 = minimum
    return MatrixSurface(
        name="matrix valley",
        f=lambda x, y: ((x - x0) ** 2 + steepness * (y - y0) ** 2) / 2,
        df=lambda x, y: (x - x0, steepness * (y - y0)),
        ddf=lambda x, y: (1.0, 0.0, steepness),
        domain=((-1.0, 2.6), (-0.6, 1.6)),
        minima=(minimum,),
        start=(-0.5, 1.3),
        left=left,
        right=right,
        source="The ravine of this module, in the singular values of a matrix.",
    )
