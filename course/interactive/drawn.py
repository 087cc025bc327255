"""A picture that is drawn anew whenever a slider moves, with the same in words below it."""

from collections.abc import Callable, Mapping

import ipywidgets as widgets

from course.plots import Picture
from course.widgets.standin import StandIn, small


class Drawn(StandIn, widgets.VBox):
    """Sliders over a picture.

    draw     name=value, ... -> the picture of a setting
    sliders  name -> slider
    """

    def __init__(
        self, draw: Callable[..., Picture], sliders: Mapping[str, widgets.Widget], *, width: int = 900
    ):
        self._draw, self.sliders = draw, dict(sliders)
        self.screen, self.words = widgets.Image(format="png", width=width), widgets.HTML()
        for slider in self.sliders.values():
            slider.observe(self.draw, "value")
        self.draw()
        super().__init__([widgets.HBox(list(self.sliders.values())), self.screen, self.words])

    def draw(self, _: object = None) -> None:
        """Draw the present setting."""
        self.picture = self._draw(**{name: slider.value for name, slider in self.sliders.items()})
        self.screen.value, self.words.value = self.picture.png, self.picture.alt

    def still(self) -> dict[str, str]:
        """Return the picture of the present setting."""
        return small(self.picture)
