"""Interactive figure of lesson 04: momentum and rate of the reader's own rule on the ravine."""

import ipywidgets as widgets
from matplotlib.figure import Figure

from course import plots
from course.descend import descend
from course.interactive.drawn import Drawn
from course.probes.base import Rule
from course.surfaces import Surface


def sliders(rule: Rule, surface: Surface, *, steps: int = 60) -> Drawn:
    """Return sliders for momentum and rate over a picture of ``steps`` updates."""

    def draw(momentum: float, learning_rate: float) -> plots.Picture:
        config = {"learning_rate": learning_rate, "momentum": momentum}
        trace = descend(rule, surface, steps=steps, config=config)
        figure = Figure(figsize=(9, 4), layout="constrained")
        ax = figure.add_subplot()
        plots.paths(plots.contour(ax, surface), {"sgd_momentum": trace})
        ax.set_title(trace.stopped or f"loss after {steps} steps: {trace.losses[-1]:.2g}")
        return plots.Picture(figure, plots.describe_traces(surface, {"sgd_momentum": trace}))

    momentum = widgets.FloatSlider(0.9, min=0.0, max=0.99, step=0.01, description="momentum")
    rate = widgets.FloatLogSlider(
        0.02, min=-2.7, max=-0.7, step=0.02, description="rate", readout_format=".3f"
    )
    return Drawn(draw, {"momentum": momentum, "learning_rate": rate})
