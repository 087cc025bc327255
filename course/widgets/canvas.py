"""The front end of the Explorer as a model: everything it paints, as typed traits."""

from collections.abc import Collection, Mapping, Sequence

import anywidget
import numpy as np
import traitlets

from course.front import module, style
from course.plots import SPARE_STYLES, rule_style
from course.surfaces import Surface
from course.widgets.runs import Run

GRID = 121
"""Heights along each side of the map."""
LEVELS = 22


class Canvas(anywidget.AnyWidget):
    """Paths on a surface, with the loss beside them and a bar to play them.

    paths    float32 triples (x, y, loss), rule after rule; ``lengths`` says how many each has
    slopes   float32 gradients (x, y) at the points of the paths; ``ran_at`` the learning rate of each run
    ridge    of a surface with one straight ridge: a point of it and the direction in which it falls
    pad      whether a pad moves ``rate``, within ``rates``, and ``momentum``
    events   per rule, what happened: step, kind, text
    grid     float32 heights, ``grid_size`` x ``grid_size``, row by row from the lowest y
    hidden   names of the rules that are not shown
    note     a sentence under the picture
    """

    _esm = module("explorer")
    _css = style("explorer")

    surface = traitlets.Unicode().tag(sync=True)
    domain = traitlets.List().tag(sync=True)
    grid = traitlets.Bytes().tag(sync=True)
    grid_size = traitlets.Int(GRID).tag(sync=True)
    levels = traitlets.List(traitlets.Float()).tag(sync=True)
    minima = traitlets.List().tag(sync=True)
    saddles = traitlets.List().tag(sync=True)

    rules = traitlets.List(traitlets.Dict()).tag(sync=True)
    paths = traitlets.Bytes().tag(sync=True)
    lengths = traitlets.List(traitlets.Int()).tag(sync=True)
    events = traitlets.List().tag(sync=True)
    slopes = traitlets.Bytes().tag(sync=True)
    ran_at = traitlets.List(traitlets.Float()).tag(sync=True)
    ridge = traitlets.List(traitlets.Float()).tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)

    steps = traitlets.Int(400, min=1).tag(sync=True)
    step = traitlets.Int(0, min=0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    view = traitlets.Enum(("contour", "3d"), "contour").tag(sync=True)
    hidden = traitlets.List(traitlets.Unicode()).tag(sync=True)
    start = traitlets.List(traitlets.Float(), [0.0, 0.0], minlen=2, maxlen=2).tag(sync=True)
    saved = traitlets.Bool(False).tag(sync=True)
    rate = traitlets.Float(1e-2).tag(sync=True)
    rates = traitlets.List(traitlets.Float(), [1e-4, 1.0]).tag(sync=True)
    momentum = traitlets.Float(0.9).tag(sync=True)
    race = traitlets.Bool(False).tag(sync=True)
    pad = traitlets.Bool(False).tag(sync=True)

    def show_surface(self, surface: Surface) -> None:
        """Send the heights of a surface, its levels, minima and saddles."""
        (x_low, x_high), (y_low, y_high) = surface.domain
        x, y = np.meshgrid(np.linspace(x_low, x_high, GRID), np.linspace(y_low, y_high, GRID))
        heights = np.asarray(surface.value(np.stack([x, y], axis=-1)))
        with self.hold_sync():
            self.surface = surface.name
            self.domain = [list(limits) for limits in surface.domain]
            self.levels = np.unique(np.quantile(heights, np.linspace(0, 1, LEVELS))).tolist()
            self.minima = [list(place) for place in surface.minima]
            self.saddles = [list(place) for place in surface.saddles]
            self.ridge = ridge(surface)
            self.grid = heights.astype(np.float32).tobytes()

    def show_runs(self, surface: Surface, runs: Mapping[str, Run]) -> None:
        """Send the runs of all rules on a surface in one message."""
        traces = [run.trace for run in runs.values()]
        triples = [np.column_stack([trace.points, trace.losses]) for trace in traces]
        with self.hold_sync():
            self.lengths = [len(each) for each in triples]
            self.ran_at = [run.rate for run in runs.values()]
            self.slopes = b"".join(
                np.asarray(surface.gradient(trace.points), dtype=np.float32).tobytes() for trace in traces
            )
            self.events = [[vars(event) for event in run.events] for run in runs.values()]
            self.paths = np.concatenate(triples).astype(np.float32).tobytes() if triples else b""

    def show_rules(self, names: Sequence[str], recorded: Collection[str] = ()) -> None:
        """Send name, colour, dashes and marker of each rule, from the table all pictures of the course use."""
        used: list[dict] = []
        for name in names:
            style = rule_style(name)
            if any(style["color"] == other["color"] for other in used):  # two rules of the reader's own
                free = [
                    each for each in SPARE_STYLES if each["color"] not in {other["color"] for other in used}
                ]
                style = {**style, **(free[0] if free else {})}
            if name in recorded:
                style = {**style, "label": f"{style['label']} (recorded)", "recorded": True}
            used.append({**style, "name": name, "dashes": list(style["dashes"])})
        self.rules = used


def ridge(surface: Surface) -> list[float]:
    """Return a point on the ridge of a surface and the unit vector along which it falls, if the ridge is straight.

    Straight is the ridge of a quadratic surface with one saddle and no minimum, x^2 - y^2; else nothing comes back.
    """
    if len(surface.saddles) != 1 or surface.minima:
        return []
    curvature, directions = np.linalg.eigh(surface.hessian(surface.saddles[0]))
    corners = np.array([[x, y] for x in surface.domain[0] for y in surface.domain[1]])
    falls = curvature < 0
    if falls.sum() != 1 or not np.allclose(surface.hessian(corners), surface.hessian(surface.saddles[0])):
        return []
    return [float(each) for each in (*surface.saddles[0], *directions[:, falls][:, 0])]
