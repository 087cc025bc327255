"""Exercise ``coarse_to_fine``: a wide and short search, then narrower and longer ones, at a fixed budget."""

import numpy as np

from autograder.exercises.hyperparameter_search.border import with_places
from autograder.judging import Check, Exercise
from course.rehearsal.stages import Stages, stages_of, visible_stages


def reference(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Move the ends of each range by shares of its decades, in exponents of ten."""
    share = budget // len(epochs)
    ends = {name: np.log10(np.array(pair, dtype=float)) for name, pair in ranges.items()}
    report = []
    for passes in epochs:
        now = {name: (float(10 ** pair[0]), float(10 ** pair[1])) for name, pair in ends.items()}
        best = search(dict(now), share // passes, passes)[0]["settings"]
        report.append({"ranges": now, "best": dict(best)})
        for name, value in best.items():
            half = np.ptp(ends[name]) / (6 if border(value, *now[name]) == "inside" else 2)
            ends[name] = np.log10(value) + half * np.array([-1.0, 1.0])
    return report


RANGES = {"learning_rate": (1e-5, 10.0), "reg": (1e-6, 1e-1), "scale": (0.1, 30.0)}
INSIDE = ([{"learning_rate": 0.3, "reg": 0.7, "scale": 0.55}, {"learning_rate": 0.65, "reg": 0.35, "scale": 0.5},
           {"learning_rate": 0.4, "reg": 0.4, "scale": 0.6}], [0.9, 0.7, 0.95])  # fmt: skip
BORDER = ([{"learning_rate": 0.95, "reg": 0.4, "scale": 0.15}, {"learning_rate": 0.3, "reg": 0.02, "scale": 0.6},
           {"learning_rate": 0.6, "reg": 0.98, "scale": 0.83}, {"learning_rate": 0.5, "reg": 0.5, "scale": 0.5}],
          [0.5, 0.6, 0.7, 0.8])  # fmt: skip
RANGED, SPENT, TOLD, GIVEN = (
    "the ranges that were searched", "trials and epochs of each stage", "the report", "the ranges that were given",
)  # fmt: skip


def searched(refine):
    """Return the ranges that were searched, when the best is inside and when it is at an end."""
    inside = stages_of(refine, Stages(*INSIDE), RANGES, (1, 5, 20), 300)
    border = stages_of(refine, Stages(*BORDER), RANGES, (1, 2, 4, 8), 80)
    return [inside[RANGED], border[RANGED]]


def spent(refine):
    """Return trials and epochs of every stage, for budgets that do and do not divide evenly."""
    cases = [((1, 5, 20), 300), ((2, 3, 7, 11), 200), ((1, 10), 45), ((4,), 30)]
    return [stages_of(refine, Stages(*INSIDE), RANGES, epochs, budget)[SPENT] for epochs, budget in cases]


def told(refine):
    """Return what was reported, and what became of the ranges that were given."""
    seen = stages_of(refine, Stages(*BORDER), RANGES, (1, 2, 4, 8), 80)
    return [seen[TOLD], seen[GIVEN]]


coarse_to_fine = Exercise(
    "coarse_to_fine",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="ranges",
            probe=searched,
            says="The ranges of a later stage are not centred on the best and a third, or all, as wide in decades.",
        ),
        Check(
            name="budget",
            probe=spent,
            says="Each stage may spend an equal share of the budget, in epochs, rounded down to whole trials.",
        ),
        Check(
            name="report",
            probe=told,
            says="The search is right; what it returns, or leaves in the caller's ranges, is not.",
        ),
    ],
    visible=visible_stages,
    read="Exercise 4. Coarse to fine",
)
