"""Recorded runs of rules that a reader has not written yet: points, and no rule.

One run for each rule and surface, from the surface's own start, at one rate; what another start or noise would give
is not recorded, and the run then says so.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from course.descend import Trace
from course.surfaces import Surface
from course.widgets.runs import Event, Run, events

FILE = Path(__file__).with_name("demonstrations.json")


@lru_cache
def recorded() -> dict[str, dict[str, Any]]:
    """Return rule -> its rate, and surface -> points (T + 1, 2)."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def names() -> list[str]:
    """Return the rules of which there are recordings."""
    return list(recorded())


def run(name: str, surface: Surface, *, start: tuple[float, float], steps: int, noise: float) -> Run:
    """Return the recorded run of a rule, or one of no steps where there is none.  Raises ``KeyError``."""
    kept = recorded()[name]
    points = np.array(kept["paths"].get(surface.name, [start]))[: steps + 1]
    if noise or not np.allclose(points[0], start, rtol=1e-3, atol=0):
        points = np.array([start], dtype=np.float64)
    trace = Trace(points=points, losses=np.asarray(surface.value(points)))
    if len(points) == 1:
        said = "not recorded from here: only from the surface's own start, without noise"
        return Run(trace=trace, rate=kept["rate"], events=(Event(step=0, kind="absent", text=said),))
    first = Event(step=0, kind="recorded", text=f"recorded at rate {kept['rate']:g}")
    return Run(trace=trace, rate=kept["rate"], events=(first, *events(surface, trace)))
