"""The ipywidgets of the Explorer: everything whose change needs Python."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING

import ipywidgets as widgets
import traitlets

from course import surfaces
from course.surfaces import Surface

if TYPE_CHECKING:
    from course.widgets.explorer import Explorer

STYLE = {"description_width": "104px"}
WIDE = widgets.Layout(width="390px", max_width="100%")
NARROW = widgets.Layout(width="232px", max_width="100%")


class Controls(widgets.HBox):
    """Controls linked to the traits of an Explorer.

    listens  the settings any rule listens to; a slider nobody would feel is not there
    rates    the range of the learning rate

    Each control is also an attribute named as the trait it moves; ``start`` has ``start_x`` and ``start_y``.
    """

    def __init__(self, explorer: Explorer, listens: Collection[str], rates: tuple[float, float]):
        self.explorer = explorer
        self.choices = choices(explorer.surface)
        where = [self._surface(), *self._start(), self._noise(), self._steps()]
        how = [self._rate(rates), *self._sliders(listens), self._race()]
        columns = [
            widgets.VBox([heading("Where it runs"), *where], layout=widgets.Layout(margin="0 28px 0 0")),
            widgets.VBox([heading("How the rules are set"), *how]),
        ]
        super().__init__(columns, layout=widgets.Layout(flex_flow="row wrap", margin="0 0 0 8px"))
        explorer.observe(self._race_changed, "race")
        self._race_changed()

    def _surface(self) -> widgets.Widget:
        self.surface = widgets.Dropdown(
            options=list(self.choices.items()),
            value=self.explorer.surface,
            description="Surface",
            style=STYLE,
            layout=widgets.Layout(width="290px", max_width="100%"),
        )
        self.explorer.observe(self._offer_surface, "surface")
        self.surface.observe(lambda change: setattr(self.explorer, "surface", change["new"]), "value")
        return self.surface

    def _offer_surface(self, change: dict) -> None:
        if change["new"] not in self.choices.values():
            self.choices = choices(change["new"]) | self.choices
            with self.surface.hold_trait_notifications():
                self.surface.options = list(self.choices.items())
        self.surface.value = change["new"]

    def _start(self) -> list[widgets.Widget]:
        boxes = []
        for axis, name in enumerate("xy"):
            box = widgets.FloatText(description=f"Start {name}", step=0.05, style=STYLE, layout=NARROW)
            box.tooltip = "Type a number, or drag the ring on the map"
            setattr(self, f"start_{name}", box)
            boxes.append(box)

            def moved(change: dict, axis: int = axis) -> None:
                start = list(self.explorer.start)
                low, high = self.explorer.surface.domain[axis]
                start[axis] = (
                    min(max(change["new"], low), high) if math.isfinite(change["new"]) else start[axis]
                )
                self.explorer.start = tuple(start)
                change["owner"].value = start[axis]  # what is shown is what is used

            box.value = self.explorer.start[axis]
            box.observe(moved, "value")

        def follow(change: dict) -> None:
            boxes[0].value, boxes[1].value = change["new"]

        self.explorer.observe(follow, "start")
        return boxes

    def _noise(self) -> widgets.Widget:
        self.noise = widgets.FloatSlider(
            min=0.0,
            max=max(2.0, self.explorer.noise),
            step=0.05,
            description="Noise",
            tooltip="Standard deviation of the noise in each entry of the gradient",
            style=STYLE,
            layout=widgets.Layout(width="330px", max_width="100%"),
        )
        traitlets.link((self.explorer, "noise"), (self.noise, "value"))
        return self.noise

    def _steps(self) -> widgets.Widget:
        self.steps = widgets.BoundedIntText(
            min=1, max=20_000, step=100, description="Evaluations", style=STYLE, layout=NARROW
        )
        self.steps.tooltip = "Gradient evaluations of every rule"
        traitlets.link((self.explorer, "steps"), (self.steps, "value"))
        return self.steps

    def _rate(self, rates: tuple[float, float]) -> widgets.Widget:
        self.rate = widgets.FloatLogSlider(
            value=self.explorer.rate,
            min=math.log10(rates[0]),
            max=math.log10(rates[1]),
            step=0.02,
            description="Learning rate",
            readout_format=".2g",
            style=STYLE,
            layout=WIDE,
        )
        traitlets.link((self.explorer, "rate"), (self.rate, "value"))
        return self.rate

    def _sliders(self, listens: Collection[str]) -> list[widgets.Widget]:
        table = (
            ("momentum", "momentum", "Momentum", 0.0, 0.999, 0.005, ".3f"),
            ("decay_rate", "decay", "Decay", 0.5, 0.9999, 0.001, ".4f"),
            ("beta1", "beta1", "Beta 1", 0.0, 0.999, 0.005, ".3f"),
            ("beta2", "beta2", "Beta 2", 0.5, 0.9999, 0.001, ".4f"),
            ("weight_decay", "weight_decay", "Weight decay", 0.0, 2.0, 0.01, ".2f"),
        )
        made = []
        for key, trait, description, low, high, step, shown in table:
            if key not in listens:
                continue
            low = min(low, getattr(self.explorer, trait))
            slider = widgets.FloatSlider(
                min=low,
                max=high,
                step=step,
                description=description,
                readout_format=shown,
                style=STYLE,
                layout=WIDE,
            )
            traitlets.link((self.explorer, trait), (slider, "value"))
            setattr(self, trait, slider)
            made.append(slider)
        return made

    def _race(self) -> widgets.Widget:
        self.race = widgets.Checkbox(
            description="Fair race: each rule at its own best rate",
            tooltip="Equal gradient evaluations for every rule, and the best of several learning rates for each",
            indent=False,
            layout=widgets.Layout(width="390px", max_width="100%", margin="2px 2px 2px 14px"),
        )
        traitlets.link((self.explorer, "race"), (self.race, "value"))
        return self.race

    def _race_changed(self, change: dict | None = None) -> None:
        self.rate.disabled = self.explorer.race


def heading(text: str) -> widgets.HTML:
    """Return a small heading above a column of controls."""
    return widgets.HTML(f"<b>{text}</b>", layout=widgets.Layout(margin="0 0 0 10px"))


def choices(surface: Surface) -> dict[str, Surface]:
    """Return the surfaces of the menu by name, the given one in the place of its namesake or first."""
    if surface.name in surfaces.SURFACES:
        return {**surfaces.SURFACES, surface.name: surface}
    return {surface.name: surface, **surfaces.SURFACES}
