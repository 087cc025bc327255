"""The learning rate in the hand: sharpness and loss of recorded full-batch runs, and the limit of the rule.

The runs are data that were recorded once, a rule and a rate each, on the digits of ``course.full_batch``.  They
cross once; moving a slider needs no answer from the kernel.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.figure import Figure

from course.front import module
from course.interactive.playground import Playground

FILE = Path(__file__).with_name("edge_runs.json")
BLUE, ORANGE = "#0072B2", "#D55E00"


@lru_cache
def recorded() -> dict[str, Any]:
    """Return rates, how often loss and sharpness were taken, and a list of rules with a run for each rate.

    A run holds "loss" and "sharpness", its number of steps, and how often the loss rose.
    """
    return json.loads(FILE.read_text(encoding="utf-8"))


class EdgePlayground(Playground):
    """Sharpness and loss against the step, of the run at the rate and with the rule now chosen."""

    _esm = module("edge")

    rules = traitlets.List().tag(sync=True)
    rates = traitlets.List().tag(sync=True)
    every = traitlets.List().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    said = traitlets.List().tag(sync=True)
    rule = traitlets.Int(0).tag(sync=True)
    rate = traitlets.Int(0).tag(sync=True)

    def __init__(self) -> None:
        kept = recorded()
        super().__init__(
            **{name: kept[name] for name in ("rules", "rates", "every", "steps")},
            rate=kept["rates"].index(0.4),
        )

        self.said = [
            [self.told(rule, rate) for rate in range(len(self.rates))] for rule in range(len(self.rules))
        ]

    def run_of(self, rule: int, rate: int) -> dict[str, Any]:
        """Return a run with its rule, its rate and its limit."""
        of, value = self.rules[rule], self.rates[rate]
        return {**of["runs"][rate], "rate": value, "limit": of["limit"] / value, "name": of["name"]}

    def figure(self) -> Figure:
        """Return the picture of the present setting."""
        run = self.run_of(self.rule, self.rate)
        fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
        left.plot(self.every[1] * np.arange(len(run["sharpness"])), run["sharpness"], color=BLUE)
        left.axhline(run["limit"], color=ORANGE, ls="--", label=f"limit {run['limit']:.3g}")
        left.set(title="Sharpness", xlabel="step", ylabel=r"$\lambda$", xlim=(0, self.steps), ylim=(0, 12))
        left.legend()
        right.plot(self.every[0] * np.arange(len(run["loss"])), run["loss"], color="0.3")
        right.set(title="Loss", xlabel="step", yscale="log", xlim=(0, self.steps), ylim=(3e-4, 3))
        return fig

    def describe(self) -> str:
        """Return what the picture shows, made from the present setting."""
        return self.said[self.rule][self.rate]

    def told(self, rule: int, rate: int) -> str:
        """Return what is said of one run."""
        run = self.run_of(rule, rate)
        begun = f"{run['name']} at rate {run['rate']:g}: the limit is {run['limit']:.3g}."
        if run["steps"] < self.steps:
            return f"{begun} The run diverges after {run['steps']} steps."
        return (
            f"{begun} The sharpness goes from {run['sharpness'][0]:.2g} to {run['sharpness'][-1]:.2g}, the loss to"
            f" {run['loss'][-1]:.2g}; it rose in {run['rises']} of {self.steps:,} steps."
        )
