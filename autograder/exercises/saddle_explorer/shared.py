"""What the exercises of this lesson share: an explorer without a browser, how figures are read, and small rules.

The explorer is what the notebook's widgets and figure amount to, as plain objects; the reference and the known
mistakes are built from it, so that judging one takes no drawing.  A candidate's figures are read with calls,
attributes, items and lengths alone, since they may live in another process; only plain data comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from course.descend import descend
from course.probes.base import Unusable, call
from course.surfaces import SURFACES

LIMIT = 1e3


class Line:
    """A labelled line on a sheet."""

    def __init__(self, label: str, points: np.ndarray, sheet: Sheet | None = None):
        self.label, self.points, self.sheet = label, points, sheet

    def remove(self) -> None:
        """Take the line off its sheet."""
        if self.sheet is not None:
            self.sheet.lines.remove(self)

    def get_label(self) -> str:
        """Return the label."""
        return self.label

    def get_xdata(self) -> np.ndarray:
        """Return the first coordinates."""
        return self.points[:, 0]

    def get_ydata(self) -> np.ndarray:
        """Return the second coordinates."""
        return self.points[:, 1]


class Sheet:
    """A figure with one pair of axes, which is itself."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.domain = ((0.0, 1.0), (0.0, 1.0))
        self.axes = [self]

    def plot(self, x: np.ndarray, y: np.ndarray, label: str | None = None) -> None:
        """Add a line."""
        self.lines.append(Line(label or "_unnamed", np.stack([x, y], axis=-1), self))

    def set(self, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
        """Set the limits."""
        self.domain = (xlim, ylim)

    def get_xlim(self) -> tuple[float, float]:
        """Return the limits of x."""
        return self.domain[0]

    def get_ylim(self) -> tuple[float, float]:
        """Return the limits of y."""
        return self.domain[1]


class Control:
    """A value with a description, and who wants to know when it changes."""

    def __init__(self, description: str, value: Any, act: Callable[[], None], **facts: Any):
        self.description, self.act = description, act
        self.__dict__.update(facts, value=value)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "value":
            self.act()


class Play(Control):
    """A control that counts by itself."""


class Desk:
    """An explorer with one flaw, or none.

    children  its controls;  figure  what it shows
    """

    def __init__(self, surface: Any, rules: dict[str, Callable], steps: int = 100, *, flaw: str = ""):
        self.flaw, self.rules, self.steps, self.place = flaw, rules, steps, surface
        self.figure = self.sheet = Sheet()
        self.held: dict[str, dict] = {}
        self.gone: set[str] = set()
        moved = (lambda: None) if flaw == "no step" else self.draw
        again = {"no rate": lambda: None, "redraw": self.draw}.get(flaw, self.settle)
        other = (lambda: None) if flaw == "no surface" else self.travel
        self.step = Control("step", 0, moved, min=0, max=steps)
        self.play = Play("", 0, lambda: None, min=0, max=steps)
        self.rate = Control("rate", 0.05, again)
        self.surface = Control("surface", surface.name, other)
        self.toggles = [Control(name, True, lambda name=name: self.toggle(name)) for name in rules]
        self.children = (self.step, self.play, self.rate, self.surface, *self.toggles)
        if flaw == "no play":
            self.children = (self.step, self.rate, self.surface, *self.toggles)
        self.sheet.domain = surface.domain
        self.run(surface.start)
        if flaw != "late":
            self.draw()

    def run(self, start: Any) -> None:
        """Compute all paths."""
        shared: dict[str, Any] = {}
        self.paths = {}
        for name, rule in self.rules.items():
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
        k = self.step.value
        found = [] if self.flaw != "stay" else [*self.sheet.lines]
        if self.flaw == "new figure":
            domain, self.figure = self.sheet.domain, Sheet()
            self.sheet = self.figure
            self.sheet.domain = domain
        for name, points in self.paths.items():
            if name not in self.gone:
                ended = k >= len(points) and self.flaw != "silent"
                end = {"early": k, "whole": len(points)}.get(self.flaw, k + 1)
                label = f"{name} (stopped at step {len(points) - 1})" if ended else name
                found.append(Line(label, points[:end].copy()))
        self.sheet.lines = found

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
            self.sheet.domain = self.place.domain
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
        self.draw()


def watched(rule: Callable, keep: dict) -> Callable:
    """Return the rule, writing its state into ``keep`` however it hands it on."""

    def follow(w: np.ndarray, dw: np.ndarray, config: dict | None) -> tuple[np.ndarray, dict]:
        w, config = rule(w, dw, {**(config or {}), **keep})
        keep.update(config)
        return w, config

    return follow


def lines(ax: Any) -> list[list]:
    """Return [label, (N, 2) points] of every labelled line, in the order of the labels."""
    found = []
    for line in ax.lines:
        label = line.get_label()
        if isinstance(label, str) and label and not label.startswith("_"):
            points = np.stack([numbers(line.get_xdata()), numbers(line.get_ydata())], axis=-1)
            found.append([label, points])
    return sorted(found, key=lambda each: (each[0], len(each[1])))


def numbers(values: Any) -> np.ndarray:
    """Return coordinates as an array of one dimension."""
    return np.asarray(values, dtype=np.float64).reshape(-1)


def limits(ax: Any) -> list[float]:
    """Return the four limits of the axes."""
    return [float(each) for each in (*ax.get_xlim(), *ax.get_ylim())]


def widgets(container: Any) -> Iterator[Any]:
    """Yield a container and everything inside it."""
    yield container
    for child in getattr(container, "children", ()):
        yield from widgets(child)


def control(container: Any, description: str) -> Any:
    """Return the control with a description.  Raises ``Unusable``."""
    for each in widgets(container):
        if getattr(each, "description", None) == description and hasattr(each, "value"):
            return each
    raise Unusable("missing control", f"It has no control whose description is {description!r}.")


def move(container: Any, description: str, value: Any) -> None:
    """Set the value of a control, as a hand would.  Raises ``Unusable`` for what the observers raise."""
    call(setattr, control(container, description), "value", value)


def shown(container: Any) -> Any:
    """Return the figure of an explorer.  Raises ``Unusable``."""
    if container is None:
        raise Unusable("returns None", "It returned None. Does it end in `return explorer`?")
    try:
        return container.figure
    except AttributeError:
        raise Unusable(
            "no figure", "The container has no attribute `figure`: explorer.figure = ax.figure."
        ) from None


def picture(container: Any) -> list[list]:
    """Return the labelled lines in the explorer's figure.  Raises ``Unusable``."""
    axes = list(shown(container).axes)
    if not axes:
        raise Unusable("no figure", "The figure of the explorer has no axes.")
    return lines(axes[0])


def plain(w, dw, config=None):
    """Walk down the gradient; nothing is kept, the given config is not touched."""
    config = {"learning_rate": 1e-2} | (config or {})
    return w - config["learning_rate"] * dw, config


def heavy(w, dw, config=None):
    """Keep nine tenths of the last step, in the given config."""
    return rolling(w, dw, config, 0.9)


def light(w, dw, config=None):
    """Keep four tenths of the last step, in the given config, under the same key as ``heavy``."""
    return rolling(w, dw, config, 0.4)


def rolling(w, dw, config, kept):
    """Keep a share of the last step; the velocity is written into the given config."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config["velocity"] = kept * config.get("velocity", 0.0) - config["learning_rate"] * dw
    return w + config["velocity"], config


def in_place(w, dw, config=None):
    """Step by the sign of the gradient, writing the new parameters over the old."""
    config = {"learning_rate": 1e-2} | (config or {})
    w -= config["learning_rate"] * np.sign(dw)
    return w, config
