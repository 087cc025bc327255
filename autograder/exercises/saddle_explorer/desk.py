"""An explorer without a browser: what the notebook's widgets and figure amount to, as plain objects.

The reference and the known mistakes are built from it, so that judging one takes no drawing.
"""

import itertools
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from autograder.exercises.saddle_explorer.draw_frame import sketch
from autograder.exercises.saddle_explorer.paper import Sheet
from course.descend import descend
from course.kept_figures import png
from course.surfaces import SURFACES

LIMIT = 1e3


IN_FRAME = {
    "early": "one point too few",
    "whole": "whole path at every step",
    "stay": "old lines stay",
    "silent": "stopped path not named",
}
"""Flaws that are those of a frame."""


class Control:
    """A value with a description, and who wants to know when it changes."""

    def __init__(self, description: str, value: Any, act: Callable[[], None], **facts: Any):
        self.description, self.act = description, act
        self.__dict__.update(facts, value=value)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "value" and "least" in self.__dict__:
            value = min(max(value, self.least), self.most)
        object.__setattr__(self, name, value)
        if name == "value":
            self.act()


class Play(Control):
    """A control that counts by itself."""


class Image:
    """A place on the page for a picture, with a number of its own."""

    numbers = itertools.count()

    def __init__(self) -> None:
        self.value, self.model_id = b"", str(next(self.numbers))


class Desk:
    """An explorer with one flaw, or none.

    children  its controls and its picture;  figure  what it draws on
    """

    common: dict[str, Any] = {}  # noqa: RUF012  what explorers share that keep their paths outside

    def __init__(self, surface: Any, rules: dict[str, Callable], steps: int = 100, *, flaw: str = ""):
        self.flaw, self.rules, self.steps, self.place = flaw, rules, steps, surface
        self.figure = self.sheet = Sheet()
        self.held: dict[str, dict] = {}
        self.gone: set[str] = set()
        self.switching = False
        nothing = lambda: None  # noqa: E731
        moved = nothing if flaw == "no step" else self.draw
        again = {"no rate": nothing, "redraw": self.draw}.get(flaw, self.settle)
        other = nothing if flaw == "no surface" else self.travel
        last = {"long play": 100, "long": 100}  # what ipywidgets takes if nothing is said
        self.step = Control("step", 0, moved, min=0, max=last.get(flaw, steps) if flaw == "long" else steps)
        self.play = Play(
            "", 0, nothing if flaw == "no link" else self.follow, min=0, max=last.get(flaw, steps)
        )
        self.rate = Control("rate", 0.05, again)
        if flaw == "short rate":
            self.rate.__dict__["least"], self.rate.__dict__["most"] = 1e-2, 1.0
        if flaw == "rate to 2":
            self.rate.__dict__["least"], self.rate.__dict__["most"] = 1e-3, 2.0
        if flaw == "powers":
            least, most = 10**0.001, 10.0**2
            self.rate.__dict__.update(least=least, most=most, value=least)
        self.surface = Control("surface", surface.name, other)
        self.toggles = [Control(name, True, lambda name=name: self.toggle(name)) for name in rules]
        self.image = Image()
        self.children = (self.step, self.play, self.rate, self.surface, *self.toggles, self.image)
        left_out = {"no play": self.play, "unseen": self.image}.get(flaw)
        self.children = tuple(each for each in self.children if each is not left_out)
        self.run(surface.start)
        if flaw != "late":
            self.draw()

    def follow(self) -> None:
        """Move the step to where Play is."""
        self.step.value = self.play.value

    def run(self, start: Any) -> None:
        """Compute all paths."""
        shared: dict[str, Any] = {}
        old = getattr(self, "paths", {})
        self.paths = self.common if self.flaw == "twins" else {}
        self.paths.clear()
        for name, rule in self.rules.items():
            if self.flaw == "stale" and name in self.gone:
                self.paths[name] = old[name]
                continue
            config = {"learning_rate": self.rate.value}
            if self.flaw == "shared":
                config = shared = {**shared, **config}
            if self.flaw == "kept":
                config = self.held[name] = {**self.held.get(name, {}), **config}
            here = start[name] if isinstance(start, dict) else start
            follow = watched(rule, config) if self.flaw in ("shared", "kept") else rule
            with np.errstate(all="ignore"):
                limit = 1e300 if self.flaw == "endless" else 1e150
                points = descend(
                    follow, self.place, here, steps=self.steps, config=config, limit=limit
                ).points
            if self.flaw != "endless":
                points = points[: int(np.argmin([*(np.abs(points) < LIMIT).all(axis=1), False]))]
            self.paths[name] = points

    def draw(self) -> None:
        """Show the first step + 1 points of the paths that are not hidden."""
        if self.flaw == "busy":
            self.run(self.place.start)
        if self.flaw == "elsewhere" and self.sheet.lines:
            plt.figure()
            return
        if self.flaw == "new figure":
            self.figure = self.sheet = Sheet()
        if self.flaw == "behind":
            self.image.value = png(self.figure)
        gone = () if self.flaw == "reappears" and not self.switching else self.gone
        shown = {name: points for name, points in self.paths.items() if name not in gone}
        if not shown and self.flaw == "last stays":
            return
        if not shown and self.flaw == "all or all":
            shown = self.paths
        if self.flaw == "new image" and self.image.value:
            self.image = Image()
            self.children = (*self.children[:-1], self.image)
        in_frame = IN_FRAME.get(self.flaw, "")
        sketch(self.sheet, self.place, shown, self.step.value, flaw=in_frame)
        if self.flaw not in ("behind", "frozen") or not self.image.value:
            self.image.value = png(self.figure)

    def settle(self) -> None:
        """Compute again with the rate that was chosen."""
        lasts = {name: points[-1] for name, points in self.paths.items()}
        self.run(lasts if self.flaw == "onwards" else self.place.start)
        if self.flaw == "back":
            self.step.__dict__["value"] = 0
        self.draw()

    def travel(self) -> None:
        """Go to the surface that was chosen."""
        old, self.place = self.place, SURFACES[self.surface.value]
        if self.flaw not in ("old map", "elsewhere"):
            self.sheet.images.clear()
        if self.flaw == "redraw":
            self.draw()
            return
        self.run(old.start if self.flaw == "old start" else self.place.start)
        self.draw()

    def toggle(self, name: str) -> None:
        """Show or hide one path."""
        at = list(self.rules).index(name)
        if self.flaw == "no toggle":
            return
        if self.flaw == "last":
            name = list(self.rules)[-1]
        visible = self.toggles[at].value
        if self.flaw == "upside down":
            visible = not visible
        if not visible:
            self.gone.add(name)
        elif self.flaw != "for ever":
            self.gone.discard(name)
        self.switching = True
        self.draw()
        self.switching = False


def watched(rule: Callable, keep: dict) -> Callable:
    """Return the rule, writing its state into ``keep`` however it hands it on."""

    def follow(w: np.ndarray, dw: np.ndarray, config: dict | None) -> tuple[np.ndarray, dict]:
        w, config = rule(w, dw, {**(config or {}), **keep})
        keep.update(config)
        return w, config

    return follow
