"""How a schedule is driven: asked out of the blue, as after a restart, or step after step in a training
loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course.probing import Unusable, call


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
