"""A search in stages whose best lies at planned places."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course.probes.answers import required
from course.probes.base import Unusable, call

Places = Sequence[Mapping[str, float]]


class Stages:
    """A search that trains nothing: in stage k the best trial lies at planned places of the ranges.

    places  per stage, name -> where the best lies in its range, 0 the low end and 1 the high end, in decades
    scores  per stage, the validation accuracy of its best
    calls   (ranges, n, epochs) of every call
    """

    def __init__(self, places: Places, scores: Sequence[float]):
        self.places, self.scores = places, scores
        self.calls: list[tuple[dict, Any, Any]] = []

    def search(self, ranges: Mapping[str, Sequence[float]], n: int, epochs: int) -> list[dict]:
        """Return three trials, best first.  Raises ``ValueError`` for a range that no logarithm can take."""
        stage = min(len(self.calls), len(self.places) - 1)
        ranges = {name: tuple(float(end) for end in ends) for name, ends in ranges.items()}
        for name, (lo, hi) in ranges.items():
            if not 0 < lo < hi:
                raise ValueError(
                    f"the range of {name!r} must have 0 < lo < hi; it is ({lo:.3g}, {hi:.3g}). Widths count in"
                    " decades: multiply and divide the best, do not add and subtract."
                )
        self.calls.append((ranges, n, epochs))

        def trial(shift: float, score: float) -> dict:
            at = {name: (place + shift) % 1 for name, place in self.places[stage].items()}
            settings = {name: lo * (hi / lo) ** at[name] for name, (lo, hi) in ranges.items()}
            return {"settings": settings, "val_accuracy": score}

        best = self.scores[stage]
        return [trial(0, best), trial(0.45, best - 0.1), trial(0.3, best - 0.2)]


def outer(best: float, lo: float, hi: float) -> str:
    """Stand in for a border of the reader's own choice: at an end means within a quarter of the decades.

    Raises ``ValueError`` for a best outside the range, which no search finds.
    """
    if not 0 < lo <= best * (1 + 1e-9) <= hi * (1 + 2e-9):
        raise ValueError(
            f"border(best, lo, hi) was asked about {best:.3g} in ({lo:.3g}, {hi:.3g}), yet a search finds its best"
            " within its ranges. Look at the order of the arguments, and whose ranges they are."
        )
    place = math.log(best / lo) / math.log(hi / lo)
    return {0: "low", 3: "high"}.get(math.floor(place * 4), "inside")


def stages_of(
    refine: Callable, plan: Stages, ranges: Mapping[str, tuple], epochs: tuple, budget: int
) -> dict[str, Any]:
    """Return what a coarse-to-fine search asked for and what it reported, ranges as exponents of ten."""
    given = {name: tuple(ends) for name, ends in ranges.items()}
    report = required(call(refine, plan.search, given, epochs, budget, outer))
    try:
        if any("val_accuracy" in stage["best"] for stage in report):
            raise Unusable("wrong type", '"best" holds a whole trial; only its "settings" belong there.')
        read = [[powers(stage["ranges"]), powers(stage["best"])] for stage in report]
    except (TypeError, KeyError, ValueError, IndexError):
        raise Unusable("wrong type", 'It must return a list of dicts with "ranges" and "best".') from None
    return {
        "the ranges that were searched": [powers(each) for each, *_ in plan.calls],
        "trials and epochs of each stage": spent(plan, epochs),
        "the report": read,
        "the ranges that were given": powers(given),
    }


def defaults(refine: Callable, ranges: Mapping[str, tuple], epochs: tuple, budget: int) -> dict[str, bool]:
    """Return which arguments, left out, are the same as those given here.

    Runs of one epoch in one stage show every epoch of a budget.
    """

    def asked(**options: Any) -> list:
        plan = Stages([dict.fromkeys(ranges, 0.5)], [0.5])
        call(
            refine, plan.search, {name: tuple(ends) for name, ends in ranges.items()}, border=outer, **options
        )
        return [calls for _, *calls in plan.calls]

    return {
        "budget": asked(epochs=(1,)) == asked(epochs=(1,), budget=budget),
        "epochs": asked(budget=budget) == asked(epochs=epochs, budget=budget),
    }


def spent(plan: Stages, epochs: tuple) -> Any:
    """Return (trials, epochs) of each stage; in words if all have the same epochs, or trials are a float."""
    if len(set(epochs)) > 1 and len({passes for *_, passes in plan.calls}) == 1:
        return "the same epochs in every stage"
    if any(isinstance(n, float) for _, n, _ in plan.calls):
        return "trials as a float"
    return [[n, passes] for _, n, passes in plan.calls]


def powers(named: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Return the exponents of ten of every entry."""
    return {name: np.log10(np.array(list(np.atleast_1d(v)), dtype=float)) for name, v in named.items()}


def visible_stages(refine: Callable) -> dict[str, Any]:
    """Watch ``coarse_to_fine``."""
    rates, regs = (0.4, 0.6, 0.97, 0.5), (0.8, 0.35, 0.5, 0.5)
    places = [{"rate": rate, "reg": reg} for rate, reg in zip(rates, regs, strict=True)]
    plan = Stages(places, [0.8, 0.9, 0.85, 0.95])
    ranges = {"rate": (1e-4, 10.0), "reg": (1e-6, 1e-1)}
    seen = stages_of(refine, plan, ranges, (1, 2, 5, 16), 158)
    left_out = defaults(refine, ranges, (1, 5, 20), 300)
    return seen | {f"the default of {name}": right for name, right in left_out.items()}
