"""Interactive figure of lesson 04: momentum and rate of the reader's own rule on the ravine."""

from __future__ import annotations

import ipywidgets as widgets
from matplotlib.figure import Figure

from course import plots
from course.descend import descend
from course.probes.base import Rule
from course.surfaces import Surface
from course.widgets.standin import StandIn, small


class Sliders(StandIn, widgets.VBox):
    """Sliders for momentum and rate over a picture of ``steps`` updates, and the same in words below."""

    def __init__(self, rule: Rule, surface: Surface, *, steps: int = 60):
        self.rule, self.surface, self.steps = rule, surface, steps
        self.momentum = widgets.FloatSlider(0.9, min=0.0, max=0.99, step=0.01, description="momentum")
        self.rate = widgets.FloatLogSlider(
            0.02, min=-2.7, max=-0.7, step=0.02, description="rate", readout_format=".3f"
        )
        self.screen, self.words = widgets.Image(format="png", width=900), widgets.HTML()
        for slider in (self.momentum, self.rate):
            slider.observe(self.draw, "value")
        self.draw()
        super().__init__([widgets.HBox([self.momentum, self.rate]), self.screen, self.words])

    def draw(self, _: object = None) -> None:
        """Run the rule with the settings of the sliders and show its path."""
        config = {"learning_rate": self.rate.value, "momentum": self.momentum.value}
        trace = descend(self.rule, self.surface, steps=self.steps, config=config)
        figure = Figure(figsize=(9, 4), layout="constrained")
        ax = figure.add_subplot()
        plots.paths(plots.contour(ax, self.surface), {"sgd_momentum": trace})
        ax.set_title(trace.stopped or f"loss after {self.steps} steps: {trace.losses[-1]:.2g}")
        self.picture = plots.Picture(figure, plots.describe_traces(self.surface, {"sgd_momentum": trace}))
        self.screen.value, self.words.value = self.picture.png, self.picture.alt

    def still(self) -> dict[str, str]:
        """Return the picture of the present setting."""
        return small(self.picture)


def sliders(rule: Rule, surface: Surface, *, steps: int = 60) -> Sliders:
    """Return the sliders over a picture of a rule on a surface."""
    return Sliders(rule, surface, steps=steps)
