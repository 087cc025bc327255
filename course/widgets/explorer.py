"""The Explorer: any rules on any surface, played, compared and taken apart.

    from course.widgets import Explorer
    Explorer(saddle, {"sgd": sgd, "adam": adam})

What needs Python (the surface, the start, the settings of the rules) is an ipywidgets control; what does not
(playing, the step, showing a rule, the view) lives in the picture and works without a kernel.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import traitlets

from course.probes.base import Rule
from course.surfaces import Surface
from course.widgets import demonstrations as recordings
from course.widgets import export, picture
from course.widgets.canvas import Canvas
from course.widgets.controls import Controls
from course.widgets.runs import RACE_RATES, Run, named_rules, race, run, settings_of
from course.widgets.standin import StandIn

RATES = (1e-4, 10**0.5)
"""The range of the learning rate."""


class Explorer(StandIn, widgets.VBox):
    """Rules on a surface, animated.

    surface  a ``Surface``; the menu offers it and all of ``course.surfaces``
    rules    name -> update rule, or a list of update rules
    state    any of the traits below, as keyword arguments
    demonstrations  names of rules whose recorded runs are shown too; see ``course.widgets.demonstrations``

    Every trait can be set from Python and moves the picture; every control sets a trait.
    A value outside its range raises ``traitlets.TraitError`` and changes nothing.
    """

    surface = traitlets.Instance(Surface)
    start = traitlets.Tuple(traitlets.Float(), traitlets.Float(), help="where every path begins")
    noise = traitlets.Float(0.0, min=0.0, max=10.0, help="standard deviation in each entry of the gradient")
    steps = traitlets.Int(400, min=1, max=20_000, help="gradient evaluations of every rule")
    rate = traitlets.Float(1e-2, min=RATES[0], max=RATES[1])
    momentum = traitlets.Float(0.9, min=0.0, max=0.999)
    beta1 = traitlets.Float(0.9, min=0.0, max=0.999)
    beta2 = traitlets.Float(0.999, min=0.0, max=0.9999)
    decay = traitlets.Float(0.99, min=0.0, max=0.9999)
    weight_decay = traitlets.Float(0.01, min=0.0, max=2.0)
    race = traitlets.Bool(False, help="give each rule its own best rate at equal evaluations")
    step = traitlets.Int(0, min=0)
    playing = traitlets.Bool(False)
    view = traitlets.Enum(("contour", "3d"), "contour")
    hidden = traitlets.List(traitlets.Unicode())

    def __init__(
        self,
        surface: Surface,
        rules: Mapping[str, Rule] | Iterable[Rule],
        *,
        demonstrations: Iterable[str] = (),
        **state: Any,
    ):
        self._rules = named_rules(rules)
        self._demonstrations = tuple(demonstrations)
        self._listens = {name: settings_of(rule) for name, rule in self._rules.items()}
        self._runs: dict[str, Run] = {}
        self._busy = True
        self.canvas = Canvas()
        first = {"surface": surface, "start": surface.start, "noise": surface.noise}
        super().__init__(**{**first, **state})
        if "step" not in state:
            self.step = self.steps
        self.canvas.show_rules([*self._rules, *self._demonstrations], recorded=self._demonstrations)
        for name in ("step", "playing", "view", "hidden", "steps"):
            traitlets.link((self, name), (self.canvas, name))
        traitlets.link((self, "start"), (self.canvas, "start"), transform=(list, tuple))
        for name in ("rate", "momentum", "race"):
            traitlets.link((self, name), (self.canvas, name))
        self.canvas.rates = list(RATES)
        self.canvas.show_surface(self.surface)
        felt = frozenset().union(*self._listens.values())
        self.canvas.pad = "momentum" in felt
        self.controls = Controls(self, felt, RATES)
        self.children = [self.canvas, self.controls]
        self._busy = False
        self.recompute()

    @property
    def runs(self) -> dict[str, Run]:
        """Return the runs shown now, by rule."""
        return dict(self._runs)

    def config(self, name: str) -> dict[str, float]:
        """Return the settings a rule is called with: those it listens to, and the learning rate."""
        values = {
            "learning_rate": self.rate,
            "momentum": self.momentum,
            "beta1": self.beta1,
            "beta2": self.beta2,
            "decay_rate": self.decay,
            "weight_decay": self.weight_decay,
        }
        listens = self._listens.get(name, frozenset())
        return {key: value for key, value in values.items() if key in listens | {"learning_rate"}}

    def recompute(self) -> None:
        """Run every rule again and send all paths at once."""
        surface = self.surface.noisy(self.noise)
        how = race if self.race else run
        self._runs = {
            name: how(rule, surface, start=self.start, steps=self.steps, config=self.config(name))
            for name, rule in self._rules.items()
        } | {
            name: recordings.run(name, self.surface, start=self.start, steps=self.steps, noise=self.noise)
            for name in self._demonstrations
        }
        with self.canvas.hold_sync():
            self.canvas.note = self._note()
            self.canvas.show_runs(self.surface, self._runs)

    def _note(self) -> str:
        if not self.race:
            return ""
        runs = {name: each for name, each in self._runs.items() if name in self._rules}
        tried = (
            f"Fair race: {self.steps} evaluations for every rule at each of {len(RACE_RATES)} rates up to "
            f"{max(RACE_RATES):.2g}."
        )
        if not self.surface.minima:
            return (
                f"{tried} This surface has no minimum, so no rate is best: the larger it is, the sooner a rule "
                "leaves. Shown is the rate at which each leaves the saddle first."
            )
        largest = [picture.label(name) for name, each in runs.items() if each.rate == max(RACE_RATES)]
        border = f" For {' and '.join(largest)} it is the largest tried; a larger one may do better."
        return f"{tried} Shown is the rate with the lowest last loss.{border if largest else ''}"

    @traitlets.validate("start")
    def _start_on_the_map(self, proposal: dict) -> tuple[float, float]:
        start = tuple(map(float, proposal["value"]))
        for name, value, (low, high) in zip("xy", start, self.surface.domain, strict=True):
            if not (math.isfinite(value) and low <= value <= high):
                raise traitlets.TraitError(
                    f"The start must lie on the map: {name} between {low} and {high}; got {value}."
                )
        return start

    @traitlets.validate("step")
    def _step_within_the_run(self, proposal: dict) -> int:
        if proposal["value"] > self.steps:
            raise traitlets.TraitError(f"step must be at most steps = {self.steps}; got {proposal['value']}.")
        return proposal["value"]

    @traitlets.validate("hidden")
    def _hidden_are_rules(self, proposal: dict) -> list[str]:
        unknown = set(proposal["value"]) - {*self._rules, *self._demonstrations}
        if unknown:
            raise traitlets.TraitError(f"hidden names rules that are not here: {sorted(unknown)}.")
        return proposal["value"]

    @traitlets.observe("surface")
    def _new_surface(self, change: dict) -> None:
        if self._busy:
            return
        with self._one_recompute():
            self.start = change["new"].start
            self.noise = change["new"].noise
            self.canvas.show_surface(change["new"])

    @traitlets.observe("steps")
    def _new_length(self, change: dict) -> None:
        if self._busy:
            return
        with self._one_recompute():
            at_end = self.step == change["old"]
            self.step = change["new"] if at_end else min(self.step, change["new"])

    @traitlets.observe(
        "start", "noise", "rate", "momentum", "beta1", "beta2", "decay", "weight_decay", "race"
    )
    def _new_setting(self, change: dict) -> None:
        if not self._busy:
            self.recompute()

    @contextmanager
    def _one_recompute(self) -> Iterator[None]:
        self._busy = True
        try:
            with self.canvas.hold_sync():
                yield
                self.recompute()
        finally:
            self._busy = False

    def still(self) -> dict[str, str]:
        """Return the figure that stands where no widget can run."""
        return picture.still(self)

    def save(self, path: str | Path, **options: Any) -> Path:
        """Write the animation to a file and return its path; see ``course.widgets.export.save``."""
        return export.save(self, path, **options)
