"""The boundary of the reader's own network on a noisy spiral, trained anew whenever its size or penalty moves."""

from collections.abc import Callable
from functools import cache

import ipywidgets as widgets
import matplotlib.pyplot as plt

from course.checks import needs
from course.figures.capstone import regions
from course.figures.neurons import NoisySpiral, accuracy, trained
from course.interactive.drawn import Drawn
from course.network import MLP, Params
from course.plots import Picture

UNITS = (1, 2, 3, 6, 12, 25, 50, 100)
PENALTIES = (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)


@needs("Exercise 6")
def size_and_penalty(two_layer: Callable) -> Drawn:
    """Return the regions of the reader's network, with sliders for its units, its penalty and the spiral."""

    @cache
    def found(units: int, penalty: float, seed: int) -> Params:
        return trained(two_layer, units, penalty, NoisySpiral(seed=seed))

    def draw(units: int, penalty: float, spiral: int) -> Picture:
        data, params = NoisySpiral(seed=spiral), found(units, penalty, spiral)
        network = MLP(sizes=(2, units, 3))
        fig, ax = plt.subplots(figsize=(5.6, 5.2))
        regions(ax, lambda rows: network.scores(params, rows).argmax(axis=1), *data.train)
        seen, new = accuracy(params, *data.train), accuracy(params, *data.fresh)
        ax.set_title(f"{units} units, penalty {penalty:g}\nseen {seen:.0%}, fresh {new:.0%}", fontsize=11)
        said = f"{units} units, penalty {penalty:g}: right on {seen:.0%} of points seen, {new:.0%} of fresh ones."
        return Picture(fig, said)

    sliders: dict[str, widgets.Widget] = {
        "units": widgets.SelectionSlider(
            options=UNITS, value=100, description="units", continuous_update=False
        ),
        "penalty": widgets.SelectionSlider(
            options=PENALTIES, value=0.0, description="penalty", continuous_update=False
        ),
        "spiral": widgets.IntSlider(3, min=0, max=5, description="spiral", continuous_update=False),
    }
    return Drawn(draw, sliders, width=560)
