"""A schedule in the hand: its knobs, the loss they lead to, and the ball that bounces in a noisy bowl.

All the front end needs crosses once; moving a knob needs no answer from the kernel.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.figure import Figure

from course.front import module
from course.interactive.playground import Playground
from course.noisy_bowl import CURVATURE, bounce, expected_loss
from course.surfaces import noisy_quadratic

RATES = np.geomspace(0.01, 0.6, 60)

Knob = tuple[Callable[[int, dict], float], str, Sequence[float], Mapping[str, Any]]


def shape_of(schedule: Callable[[int, dict], float], config: Mapping[str, Any], steps: int) -> np.ndarray:
    """Return the rates of a schedule as shares of its initial rate, (steps,); all NaN if it is not written."""
    try:
        rates = [
            schedule(step, {**config, "initial_rate": 1.0, "learning_rate": 1.0}) for step in range(steps)
        ]
    except NotImplementedError:
        return np.full(steps, np.nan)
    return np.array(rates, dtype=np.float64)


class SchedulePlayground(Playground):
    """Three linked pictures: rate against step, loss against step, and the ball in its bowl.

    schedules  name -> (schedule, label of its knob, values of the knob, rest of the config); the knob's label is
               also its key in the config.  Rates are ``schedule(iteration, config)``
    steps      how long the run is
    seed       of the noise, the same for every schedule
    chosen     name of the schedule shown first
    """

    _esm = module("schedules")

    entries = traitlets.List().tag(sync=True)
    shapes = traitlets.Bytes().tag(sync=True)
    noise = traitlets.Bytes().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    rates = traitlets.List().tag(sync=True)
    start = traitlets.List().tag(sync=True)
    chosen = traitlets.Int(0).tag(sync=True)
    knob = traitlets.Int(0).tag(sync=True)
    rate = traitlets.Int(0).tag(sync=True)
    sigma = traitlets.Float(1.0).tag(sync=True)

    def __init__(
        self, schedules: Mapping[str, Knob], *, steps: int = 400, seed: int = 0, chosen: str | None = None
    ) -> None:
        entries: list[dict[str, Any]] = []
        blocks: list[np.ndarray] = []
        for name, (schedule, label, values, rest) in schedules.items():
            block = [shape_of(schedule, {**rest, label: value}, steps) for value in values]
            entry = {"name": name, "label": label, "values": [float(v) for v in values]}
            entries.append({**entry, "missing": bool(np.isnan(block).any())})
            blocks.extend(block)
        self.noise_array = np.random.default_rng(seed).standard_normal((steps, 2))
        self.shape_array = np.array(blocks)
        first = list(schedules).index(chosen) if chosen is not None else 0
        super().__init__(
            entries=entries,
            shapes=np.nan_to_num(self.shape_array).astype(np.float32).tobytes(),
            noise=self.noise_array.astype(np.float32).tobytes(),
            steps=steps,
            rates=RATES.tolist(),
            start=list(noisy_quadratic.start),
            chosen=first,
            knob=len(entries[first]["values"]) // 2,
            rate=int(np.abs(RATES - 0.4).argmin()),
        )

    def rates_now(self) -> np.ndarray:
        """Return the rates of the schedule and knobs now chosen, (steps,)."""
        row = sum(len(entry["values"]) for entry in self.entries[: self.chosen]) + self.knob
        return self.rates[self.rate] * self.shape_array[row]

    def figure(self) -> Figure:
        """Return the picture of the present setting."""
        rates, start = self.rates_now(), np.array(self.start)
        points = bounce(rates, self.noise_array, start=start, sigma=self.sigma)
        losses = points**2 @ CURVATURE / 2
        fig, (left, middle, right) = plt.subplots(1, 3, figsize=(10, 3.2))
        left.plot(rates, color="black")
        left.set(title="The rate", xlabel="step", ylabel=r"learning rate $\eta$", yscale="log")
        middle.plot(losses, color="0.65", lw=1, label="this run")
        middle.plot(expected_loss(rates, start=start, sigma=self.sigma), label="mean of all runs")
        middle.set(title="The loss", xlabel="step", ylabel="loss", yscale="log")
        middle.legend()
        right.plot(*points.T, color="0.4", lw=0.8)
        right.plot(*points[-50:].T, ".", color="#D55E00", label="last 50")
        right.set(title="The ball", xlabel="$x$", ylabel="$y$", xlim=(-2.4, 2.4), ylim=(-1.8, 1.8))
        right.legend()
        return fig

    def describe(self) -> str:
        """Return what the picture shows, made from the present setting."""
        entry = self.entries[self.chosen]
        rates = self.rates_now()
        last = expected_loss(rates, start=np.array(self.start), sigma=self.sigma)[-1]
        return (
            f"Schedule {entry['name']} with {entry['label']} {entry['values'][self.knob]:.3g}: the rate goes from "
            f"{rates[0]:.3g} to {rates[-1]:.3g} in {self.steps} steps and the mean loss ends at {last:.3g}."
        )
