"""Where a second-order method ends, from every start: basins of attraction, and the path under the pointer.

All paths are computed once, by the reader's own step, and cross once; pointing needs no answer from the kernel.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from course.front import module
from course.interactive.playground import Playground
from course.plots import MAP
from course.surfaces import Surface

Step = Callable[..., np.ndarray]
"""``step(g, H, damping)``: the change of a point with gradient (2,) and Hessian (2, 2)."""

KINDS = ("a minimum", "a saddle", "a maximum", "not there yet")
COLOURS = ("#56B4E9", "#D55E00", "#000000", "#ffffff")


@dataclass(frozen=True, kw_only=True, eq=False)
class Basins:
    """What became of a square grid of starts.

    surface  the loss
    grid     P: there are P * P starts, row by row from the lowest y, each row from the lowest x
    paths    (P * P, T + 1, 2), the start first; after the end its last point is repeated
    kinds    (P * P,) index into ``KINDS``
    """

    surface: Surface
    grid: int
    paths: np.ndarray
    kinds: np.ndarray

    def shares(self) -> dict[str, float]:
        """Return the share of starts that ended at each kind of place."""
        return {kind: float((self.kinds == i).mean()) for i, kind in enumerate(KINDS)}

    def steps_to_a_minimum(self) -> float:
        """Return the median number of steps of the starts that end at a minimum."""
        moves = (np.diff(self.paths, axis=1) != 0).any(axis=2).sum(axis=1)
        return float(np.median(moves[self.kinds == 0]))

    def draw(self, ax: Axes) -> Axes:
        """Draw the map: one cell for each start, coloured by where it ended."""
        (left, right), (low, high) = self.surface.domain
        cells = self.kinds.reshape(self.grid, self.grid)
        ax.imshow(
            cells,
            origin="lower",
            extent=(left, right, low, high),
            cmap=ListedColormap(COLOURS),
            vmin=-0.5,
            vmax=3.5,
            aspect="auto",
            interpolation="nearest",
            gid=MAP,
        )
        mark_places(ax, self.surface)
        ax.set(xlabel="$x$", ylabel="$y$", xlim=(left, right), ylim=(low, high))
        ax.grid(False)
        return ax


def mark_places(ax: Axes, surface: Surface) -> Axes:
    """Mark the known minima with stars and the saddles with crosses."""
    if surface.minima:
        ax.plot(*np.transpose(surface.minima), "*", ms=14, mfc="white", mec="black")
    if surface.saddles:
        ax.plot(*np.transpose(surface.saddles), "X", ms=9, mfc="white", mec="black")
    return ax


def explore(step: Step, surface: Surface, *, damping: float = 0.0, grid: int = 41, steps: int = 25) -> Basins:
    """Return the basins of ``step`` on a surface.

    A start ends when its gradient is below 1e-6, when the step raises ``LinAlgError``, or a million domains away
    (from less far Newton's steps come back).  The kind of its end is read from the Hessian's eigenvalues there.
    """
    (left, right), (low, high) = surface.domain
    x, y = np.meshgrid(middles(left, right, grid), middles(low, high, grid))
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    paths = np.repeat(points[:, None, :], steps + 1, axis=1)
    reach = 1e6 * max(right - left, high - low)
    active = np.arange(len(points))
    for t in range(1, steps + 1):
        gradients, hessians = surface.gradient(points[active]), surface.hessian(points[active])
        going = []
        for i, g, H in zip(active, gradients, hessians, strict=True):
            if np.hypot(*g) < 1e-6:
                continue
            try:
                there = points[i] + step(g, H, damping)
            except np.linalg.LinAlgError:
                continue
            if np.abs(there).max() < reach:
                points[i] = there
                going.append(i)
        active = np.array(going, dtype=int)
        paths[:, t] = points
    return Basins(surface=surface, grid=grid, paths=paths, kinds=kinds_of(surface, points))


def middles(low: float, high: float, cells: int) -> np.ndarray:
    """Return the middles of equal cells between two ends."""
    return low + (np.arange(cells) + 0.5) * (high - low) / cells


def kinds_of(surface: Surface, points: np.ndarray) -> np.ndarray:
    """Return the kind of place of each point, (N,), as an index into ``KINDS``."""
    values = np.linalg.eigvalsh(surface.hessian(points))
    arrived = np.linalg.norm(surface.gradient(points), axis=1) < 1e-4
    below = (values < 0).sum(axis=1)
    return np.where(arrived, below, len(KINDS) - 1).astype(np.uint8)


class BasinsExplorer(Playground):
    """A map of basins with a slider for damping; pointing at a start draws its path.

    step      ``step(g, H, damping)``, e.g. the reader's ``newton_step``
    surface   where
    dampings  the stops of the slider
    """

    _esm = module("basins")

    dampings = traitlets.List().tag(sync=True)
    chosen = traitlets.Int(0).tag(sync=True)
    cell = traitlets.Int(0).tag(sync=True)
    grid = traitlets.Int().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    domain = traitlets.List().tag(sync=True)
    places = traitlets.Dict().tag(sync=True)
    kinds = traitlets.Bytes().tag(sync=True)
    paths = traitlets.Bytes().tag(sync=True)
    names = traitlets.List(list(KINDS)).tag(sync=True)
    colours = traitlets.List(list(COLOURS)).tag(sync=True)

    def __init__(
        self,
        step: Step,
        surface: Surface,
        *,
        dampings: Sequence[float] = (0.0,),
        grid: int = 41,
        steps: int = 25,
    ) -> None:
        self.maps = [explore(step, surface, damping=d, grid=grid, steps=steps) for d in dampings]
        super().__init__(
            dampings=[float(d) for d in dampings],
            grid=grid,
            steps=steps,
            cell=grid * (grid // 2) + grid // 3,
            domain=[list(map(float, side)) for side in surface.domain],
            places={
                "minima": [list(p) for p in surface.minima],
                "saddles": [list(p) for p in surface.saddles],
            },
            kinds=np.concatenate([m.kinds for m in self.maps]).tobytes(),
            paths=np.concatenate([m.paths.ravel() for m in self.maps]).astype(np.float32).tobytes(),
        )

    def counts(self) -> str:
        """Return a line for each damping: where the starts end, and how many steps it takes to a minimum."""
        lines = ["Where the starts end, and the median number of steps to a minimum:"]
        for damping, each in zip(self.dampings, self.maps, strict=True):
            shares = ", ".join(f"{100 * share:5.1f}% {kind}" for kind, share in each.shares().items())
            steps = each.steps_to_a_minimum()
            lines.append(f"damping {damping:2.0f}: {shares}; {steps:.0f} steps")
        return "\n".join(lines)

    def figure(self) -> Figure:
        """Return the maps of the first and the last damping."""
        shown = [(self.dampings[k], self.maps[k]) for k in (0, -1)]
        fig, axes = plt.subplots(1, 2, figsize=(9, 4.4), layout="constrained")
        for ax, (damping, each) in zip(axes, shown, strict=True):
            each.draw(ax).set_title(f"damping {damping:g}")
        key = [
            Patch(facecolor=colour, edgecolor="0.3", label=kind)
            for colour, kind in zip(COLOURS, KINDS, strict=True)
        ]
        fig.legend(handles=key, loc="outside lower center", ncols=len(key))
        return fig

    def describe(self) -> str:
        """Return what the picture shows: where the starts end at each damping."""
        parts = []
        for damping, each in zip(self.dampings, self.maps, strict=True):
            ends = ", ".join(f"{100 * share:.0f}% {kind}" for kind, share in each.shares().items())
            parts.append(f"damping {damping:g}: {ends}")
        return f"Ends of {self.grid**2} starts on the {self.maps[0].surface.name}. " + "; ".join(parts) + "."
