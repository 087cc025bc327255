"""Interactive figure of lesson 05: the ravine, turned about its minimum under the rules."""

from collections.abc import Mapping
from dataclasses import replace

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from course import plots
from course.descend import descend
from course.interactive.drawn import Drawn
from course.probes.base import Rule
from course.surfaces import valley


def turning(rules: Mapping[str, Rule], rates: Mapping[str, float], *, steps: int = 40) -> Drawn:
    """Return a slider for the angle over a picture of the rules that have a rate."""

    def draw(angle: int) -> plots.Picture:
        place = replace(valley(25, np.radians(angle)), domain=((-2.4, 2.4), (-2.4, 2.4)))
        walks = {
            name: descend(rules[name], place, steps=steps, config={"learning_rate": rate})
            for name, rate in rates.items()
            if name in rules
        }
        figure = Figure(figsize=(5.6, 5.2), layout="constrained")
        ax = figure.add_subplot()
        plots.paths(plots.contour(ax, place), walks)
        ax.set(title=f"Turned by {angle} degrees, {steps} steps", aspect="equal")
        return plots.Picture(figure, f"Turned by {angle} degrees. " + plots.describe_traces(place, walks))

    angle = widgets.IntSlider(0, min=0, max=90, step=5, description="angle", continuous_update=False)
    return Drawn(draw, {"angle": angle}, width=560)
