"""Ask a learning-rate schedule: at every step of a run with one config, and where its rates are tiny."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course.probes.answers import required
from course.probes.base import Calls, call


@dataclass(frozen=True, kw_only=True, eq=False)
class Loop:
    """Ask a schedule at one time after another.

    The loop writes each answer into ``config["learning_rate"]``, where the update rule reads it, and the schedule
    finds it there at the next call.

    times   what the schedule is asked about, in order: iterations, or histories of a run
    config  of the first call
    """

    times: Sequence[Any]
    config: Mapping[str, Any]

    def __call__(self, schedule: Callable) -> list[Any]:
        """Return the rate at each time.  Raises ``Unusable``."""
        config = {**self.config, "learning_rate": self.config["initial_rate"]}
        rates = []
        for time in self.times:
            rate = required(call(schedule, copy.deepcopy(time), config))
            rates.append(rate)
            config["learning_rate"] = rate
        return rates


@dataclass(frozen=True, kw_only=True, eq=False)
class TinyRates:
    """Ask a schedule twice, from an initial rate far below any floor that libraries put under a rate.

    What comes back is the second rate over the first, so that all floors look alike.

    times   the two things that the schedule is asked about
    config  without an initial rate
    """

    times: Sequence[Any]
    config: Mapping[str, Any]

    def __call__(self, schedule: Callable) -> dict[str, Any]:
        """Return the ratio, or the two answers if they are not numbers.  Raises ``Unusable``."""
        config = {**self.config, "initial_rate": 1e-12}
        answers = Calls(arguments=[(time, config) for time in self.times])(schedule)
        try:
            first, second = map(float, answers)
            return {"a later rate over an earlier one": second / first}
        except (TypeError, ValueError, ZeroDivisionError):
            return {"two rates": answers}
