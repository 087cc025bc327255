"""How a schedule is driven: asked out of the blue, as after a restart, or step after step in a training
loop, and the two checks of every schedule that is asked by the iteration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.judging import Check
from course.probes.base import Calls, Unusable, call


@dataclass(frozen=True, kw_only=True, eq=False)
class Loop:
    """Ask a schedule at every iteration, as a training loop does, with one config for the whole run.

    The loop writes each answer into ``config["learning_rate"]``, where the update rule reads it, and the
    schedule finds it there at the next call.
    """

    config: Mapping[str, Any]
    iterations: int

    def __call__(self, schedule: Callable) -> list[Any]:
        """Return the rate of every iteration.  Raises ``Unusable``."""
        return in_a_loop(schedule, self.config, range(self.iterations))


def in_a_loop(schedule: Callable, config: Mapping[str, Any], times: Sequence | range) -> list[Any]:
    """Return ``schedule(time, config)`` for each time, with the answer kept in the config. Raises
    ``Unusable``."""
    config = {**config, "learning_rate": config["initial_rate"]}
    rates = []
    for time in times:
        rate = call(schedule, time, config)
        if rate is None:
            raise Unusable("returns None", "It returned None. Is there a return statement?")
        rates.append(rate)
        config["learning_rate"] = rate
    return rates


def settings(config: Mapping[str, Any] | None, **defaults: float) -> dict[str, float]:
    """Return the config with the defaults of all schedules filled in."""
    return {"initial_rate": 0.1, "per_epoch": 100, **defaults, **(config or {})}


Question = tuple[int, Mapping[str, Any] | None]
"""The arguments of a schedule: iteration and config."""


def asked(questions: Sequence[Question], loop: Loop) -> list[Check]:
    """Return the checks of a schedule: asked out of the blue, and step after step."""
    return [
        Check(
            name="asked at any iteration",
            probe=Calls(arguments=questions),
            says="Asked at one iteration, with nothing before it, the rate is not right.",
        ),
        Check(
            name="asked at every iteration",
            probe=loop,
            says="In a training loop, which keeps the last rate in config, the schedule drifts away.",
        ),
    ]


def asked_with_k() -> list[Check]:
    """Return the checks of a schedule with one knob, k per epoch; its answers tell the schedules apart."""
    return asked(
        [
            *((i, {"initial_rate": 0.8, "per_epoch": 10, "k": 0.3}) for i in (0, 1, 25, 30, 99)),
            *((i, {"initial_rate": 2.0, "per_epoch": 7}) for i in (3, 14, 100)),
            (40, {"per_epoch": 12, "k": 0}),
            *((i, None) for i in (0, 50, 1234)),
        ],
        Loop(config={"initial_rate": 0.4, "per_epoch": 8, "k": 0.25}, iterations=40),
    )
