"""Interactive figures of lesson 12: singular values step by step, and a valley in a matrix that turns."""

from collections.abc import Callable, Mapping

import ipywidgets as widgets
import numpy as np

from course.checks import needs
from course.figures import adamw_and_muon as figures
from course.interactive.drawn import Drawn
from course.plots import Picture
from course.probes.base import Rule
from course.surfaces import matrix_valley


@needs("Exercise 4")
def closing_in(orthogonalise: Callable, gradient: np.ndarray) -> Drawn:
    """Return a slider for the steps over the singular values that the reader's function makes of a gradient."""

    def draw(steps: int) -> Picture:
        return figures.closing_in(orthogonalise, gradient, steps)

    steps = widgets.IntSlider(5, min=0, max=10, description="steps", continuous_update=False)
    return Drawn(draw, {"steps": steps})


def turning_matrix(rules: Mapping[str, Rule], rates: Mapping[str, float]) -> Drawn:
    """Return sliders for the turned axes of a matrix over the paths of the rules that have a rate."""

    def draw(left: int, right: int) -> Picture:
        return figures.in_a_matrix(rules, rates, matrix_valley(left, right))

    sliders: dict[str, widgets.Widget] = {
        "left": widgets.IntSlider(0, min=0, max=90, step=5, description="turn U", continuous_update=False),
        "right": widgets.IntSlider(0, min=0, max=90, step=5, description="turn V", continuous_update=False),
    }
    return Drawn(draw, sliders, width=640)
