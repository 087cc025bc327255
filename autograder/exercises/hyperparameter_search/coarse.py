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
INSIDE = ([{"learning_rate": 0.3, "reg": 0.7, "scale": 0.55}, {"learning_rate": 0.8, "reg": 0.2, "scale": 0.5},
           {"learning_rate": 0.4, "reg": 0.4, "scale": 0.6}], [0.9, 0.7, 0.95])  # fmt: skip
BORDER = ([{"learning_rate": 0.95, "reg": 0.4, "scale": 0.03}, {"learning_rate": 0.3, "reg": 0.02, "scale": 0.6},
           {"learning_rate": 0.6, "reg": 0.98, "scale": 0.97}, {"learning_rate": 0.5, "reg": 0.5, "scale": 0.5}],
          [0.5, 0.6, 0.7, 0.8])  # fmt: skip


def searched(refine):
    """Return the ranges that were searched, when the best is inside and when it is at an end."""
    inside = stages_of(refine, Stages(*INSIDE), RANGES, (1, 5, 20), 300)
    border = stages_of(refine, Stages(*BORDER), RANGES, (1, 2, 4, 8), 80)
    return [inside["ranges"], border["ranges"]]


def spent(refine):
    """Return trials and epochs of every stage, for budgets that do and do not divide evenly."""
    cases = [((1, 5, 20), 300), ((2, 3, 7, 11), 200), ((1, 10), 45), ((4,), 30)]
    return [stages_of(refine, Stages(*INSIDE), RANGES, epochs, budget)["budget"] for epochs, budget in cases]


def told(refine):
    """Return what was reported, and what became of the ranges that were given."""
    seen = stages_of(refine, Stages(*BORDER), RANGES, (1, 2, 4, 8), 80)
    return [seen["report"], seen["given"]]


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
ex = coarse_to_fine


def third(value, pair, side):
    """Return the next range, a third as wide in decades or, at an end, as wide as before, around the best."""
    half = (pair[1] / pair[0]) ** (1 / 6 if side == "inside" else 1 / 2)
    return value / half, value * half


def refine(
    search, ranges, epochs, budget, border, *, narrow=third, trials=None, pick=0, best_of_all=False, copy=True,
    passes_of=lambda passes: passes, origin=False, anywhere=False, again=False,
):  # fmt: skip
    """Return the report of a search in stages; each mistake below changes one thing."""
    trials = trials or (lambda budget, epochs, passes: budget // len(epochs) // passes)
    first, champion, report = {name: tuple(pair) for name, pair in ranges.items()}, None, []
    ranges = dict(ranges) if copy else ranges
    for passes in epochs:
        n = trials(budget, epochs, passes)
        found = search(dict(ranges), n, passes_of(passes))[pick]
        if champion is None or found["val_accuracy"] > champion["val_accuracy"] or not best_of_all:
            champion = found
        best = champion["settings"]
        report.append({"ranges": dict(ranges) if copy else ranges, "best": best})
        sides = {name: border(best[name], *ranges[name]) for name in ranges}
        if again and set(sides.values()) != {"inside"}:
            best = search(dict(ranges), n, passes)[0]["settings"]
        worst = next((side for side in sides.values() if side != "inside"), "inside")
        for name in ranges:
            side = worst if anywhere else sides[name]
            ranges[name] = narrow(best[name], first[name] if origin else ranges[name], side)
    return report


@ex.variant
def in_powers(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    return refine(search, ranges, epochs, budget, border)


@ex.mistake
def never_narrows(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every stage searches the ranges of the first. Make the next ranges from the best of the last stage."""
    return refine(search, ranges, epochs, budget, border, narrow=lambda value, pair, side: pair)


@ex.mistake
def narrowed_on_a_linear_scale(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The width is a difference, so a low end can fall below zero. Halve and divide in decades, that is multiply
    and divide the best."""

    def linear(value, pair, side):
        half = (pair[1] - pair[0]) / (6 if side == "inside" else 2)
        return max(value - half, 1e-12), value + half

    return refine(search, ranges, epochs, budget, border, narrow=linear)


@ex.mistake
def does_not_widen_at_a_border(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """A range is narrowed though its best lies at an end, so what lies beyond is hardly seen. Ask
    `border` first."""
    return refine(
        search, ranges, epochs, budget, border, narrow=lambda value, pair, side: third(value, pair, "inside")
    )


@ex.mistake
def never_leaves_the_first_range(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """At a border the new range is cut off at the old end, which is where it should have gone on. Do not clip."""

    def clipped(value, pair, side):
        low, high = third(value, pair, side)
        return max(low, pair[0]), min(high, pair[1])

    return refine(search, ranges, epochs, budget, border, narrow=clipped)


@ex.mistake
def one_border_for_all_names(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """When one name is at an end, all keep their width. Decide for each name by itself."""
    return refine(search, ranges, epochs, budget, border, anywhere=True)


@ex.mistake
def always_a_third_of_the_first_range(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every new width is measured from the first ranges, so it narrows once and never again. Start from the
    ranges of the last stage."""
    return refine(search, ranges, epochs, budget, border, origin=True)


@ex.mistake
def half_width_taken_for_width(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The new ranges are twice as wide as they should be: the width was put on each side of the best."""
    return refine(
        search, ranges, epochs, budget, border,
        narrow=lambda value, pair, side: third(value, (1, (pair[1] / pair[0]) ** 2), side),
    )  # fmt: skip


@ex.mistake
def centred_on_the_worst(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The ranges close in on the worst trial. The search returns the best first."""
    return refine(search, ranges, epochs, budget, border, pick=-1)


@ex.mistake
def scores_of_different_stages_compared(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The best of all stages is kept, though their scores come from different numbers of epochs. Take the best of
    the last stage."""
    return refine(search, ranges, epochs, budget, border, best_of_all=True)


@ex.mistake
def whole_budget_in_every_stage(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every stage spends the whole budget. Divide it by the number of stages."""
    return refine(
        search, ranges, epochs, budget, border, trials=lambda budget, epochs, passes: budget // passes
    )


@ex.mistake
def budget_counted_in_trials(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The budget counts epochs, you count trials: a trial of many epochs costs as many times more. Divide by
    both."""
    return refine(
        search, ranges, epochs, budget, border, trials=lambda budget, epochs, passes: budget // len(epochs)
    )


@ex.mistake
def same_number_of_trials_in_every_stage(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every stage tries as many settings, so the long one takes nearly all of the budget. Give each stage an equal
    share of the epochs."""
    return refine(
        search, ranges, epochs, budget, border, trials=lambda budget, epochs, passes: budget // sum(epochs)
    )


@ex.mistake
def exceeds_the_budget(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The number of trials is rounded up, and the sum exceeds the budget. Round down."""
    return refine(
        search, ranges, epochs, budget, border,
        trials=lambda budget, epochs, passes: -(-budget // (len(epochs) * passes)),
    )  # fmt: skip


@ex.mistake
def searches_again_at_a_border(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """A stage whose best is at an end is searched twice, and the budget is exceeded. Let the next stage look
    there."""
    return refine(search, ranges, epochs, budget, border, again=True)


@ex.mistake
def one_epoch_in_every_stage(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """All stages train as long as the first. Hand each stage its own number of epochs."""
    return refine(search, ranges, epochs, budget, border, passes_of=lambda passes: epochs[0])


@ex.mistake
def one_dict_for_all_stages(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The ranges are changed in place: the caller's dict, and every entry of the report, show the last ones. Make
    a new dict for each stage."""
    return refine(search, ranges, epochs, budget, border, copy=False)


@ex.mistake
def reports_the_next_ranges(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The report holds the ranges made after a stage, not those that were searched. Note them before you narrow."""
    report = refine(search, ranges, epochs, budget, border)
    following = [
        {
            name: third(each["best"][name], pair, border(each["best"][name], *pair))
            for name, pair in each["ranges"].items()
        }
        for each in report
    ]
    return [{"ranges": later, "best": each["best"]} for later, each in zip(following, report, strict=True)]
