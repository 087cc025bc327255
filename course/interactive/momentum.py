"""Interactive figure of lesson 04: momentum and rate of the reader's own rule on the ravine."""

from __future__ import annotations

import ipywidgets as widgets
from matplotlib.figure import Figure

from course import plots
from course.descend import descend
from course.probing import Rule
from course.surfaces import Surface


def sliders(rule: Rule, surface: Surface, *, steps: int = 60) -> widgets.VBox:
    """Return sliders for momentum and rate over a picture of ``steps`` updates, and the same in words below."""
    mu = widgets.FloatSlider(0.9, min=0.0, max=0.99, step=0.01, description="momentum")
    rate = widgets.FloatLogSlider(
        0.02, min=-2.7, max=-0.7, step=0.02, description="rate", readout_format=".3f"
    )
    screen, words = widgets.Image(format="png", width=900), widgets.HTML()

    def draw(_: object = None) -> None:
        trace = descend(
            rule, surface, steps=steps, config={"learning_rate": rate.value, "momentum": mu.value}
        )
        figure = Figure(figsize=(9, 4), layout="constrained")
        ax = figure.add_subplot()
        plots.paths(plots.contour(ax, surface), {"sgd_momentum": trace})
        ax.set_title(trace.stopped or f"loss after {steps} steps: {trace.losses[-1]:.2g}")
        picture = plots.Picture(figure, plots.describe_traces(surface, {"sgd_momentum": trace}))
        screen.value, words.value = picture.png, picture.alt

    for slider in (mu, rate):
        slider.observe(draw, "value")
    draw()
    return widgets.VBox([widgets.HBox([mu, rate]), screen, words])
