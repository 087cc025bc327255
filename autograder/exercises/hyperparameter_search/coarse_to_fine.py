"""Exercise ``coarse_to_fine``: a wide and short search, then narrower and longer ones, at a fixed budget."""

from functools import partial

import numpy as np

from autograder.exercises.hyperparameter_search.on_border import with_places
from autograder.judging import Check, Exercise
from course.probes.search.stages import Stages, defaults, stages_of, visible_stages


def reference(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Move the ends of each range by shares of its decades, in exponents of ten."""
    share = budget // len(epochs)
    ends = {name: np.log10(pair) for name, pair in ranges.items()}
    report = []
    for passes in epochs:
        now = {name: (float(10 ** pair[0]), float(10 ** pair[1])) for name, pair in ends.items()}
        best = search(now, share // passes, passes)[0]["settings"]
        report.append({"ranges": now, "best": best})
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
        Check(
            name="default",
            probe=lambda candidate: defaults(candidate, RANGES, (1, 5, 20), 300),
            says="With epochs and budget given it is right; left out, they are not (1, 5, 20) and 300.",
        ),
    ],
    visible=visible_stages,
    uses=("on_border",),
    read="Exercise 4. Coarse to fine",
    equivalent={
        "…half * np.array([-1.0, 1.0]) -> …half * np.array([-1.0, 1.0], dtype='float32')": (
            "One and minus one are exact in single precision."
        ),
        "…np.log10(value) + half * np.array([-1.0, 1.0]) -> …np.log10(value) + half / np.array([-1.0, 1.0])": (
            "To multiply by one or minus one is to divide by it."
        ),
    },
    effect="The later and dearer stages search where the best is not.",
)


def around(inside, at_an_end):
    """Return a way to centre the next range on the best, as far to each side as these shares of the decades."""

    def narrow(value, pair, side):
        half = (pair[1] / pair[0]) ** (inside if side == "inside" else at_an_end)
        return value / half, value * half

    return narrow


third = around(1 / 6, 1 / 2)


def refine(
    search, ranges, epochs, budget, border, *, narrow=third, trials=None, pick=0, best_of_all=False, copy=True,
    passes_of=lambda passes: passes, origin=False, asked_of_first=False, anywhere=False, again=False,
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
        asked = first if asked_of_first else ranges
        sides = {name: border(best[name], *asked[name]) for name in ranges}
        if again and set(sides.values()) != {"inside"}:
            best = search(dict(ranges), n, passes)[0]["settings"]
        worst = next((side for side in sides.values() if side != "inside"), "inside")
        for name in ranges:
            side = worst if anywhere else sides[name]
            ranges[name] = narrow(best[name], first[name] if origin else ranges[name], side)
    return report


@coarse_to_fine.variant
def in_powers(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    return refine(search, ranges, epochs, budget, border)


@coarse_to_fine.variant
def with_lists_for_ranges(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    return refine(
        search,
        ranges,
        epochs,
        budget,
        border,
        narrow=lambda value, pair, side: list(third(value, pair, side)),
    )


@coarse_to_fine.variant_as_in("SciPy")
def with_bounds_in_log_space(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    bounds = {name: np.log(np.asarray(pair, dtype=float)) for name, pair in ranges.items()}
    report = []
    for maxiter in epochs:
        now = {name: tuple(np.exp(pair).tolist()) for name, pair in bounds.items()}
        trials = search(now, budget // len(epochs) // maxiter, maxiter)
        x0 = trials[0]["settings"]
        report += [{"ranges": now, "best": x0}]
        for name, value in x0.items():
            lo, hi = bounds[name]
            width = (hi - lo) / (3 if border(value, *now[name]) == "inside" else 1)
            bounds[name] = np.log(value) + np.array([-width / 2, width / 2])
    return report


@coarse_to_fine.convention(share=0.75)
def another_budget_by_default(search, ranges, epochs=(1, 5, 20), budget=100, border=with_places):
    """The search is right; left out, `budget` is another number than 300. Keep the documented default."""
    return refine(search, ranges, epochs, budget, border)


@coarse_to_fine.convention(share=0.75)
def other_epochs_by_default(search, ranges, epochs=(1, 3, 10), budget=300, border=with_places):
    """The search is right; left out, `epochs` is not (1, 5, 20). Keep the documented default."""
    return refine(search, ranges, epochs, budget, border)


coarse_to_fine.table(
    {
        """whole budget in every stage: Every stage spends the whole budget. Divide it by the number of
        stages.

        For a budget of 300 and runs of 1, 5 and 20 epochs, how many trials does each stage try?
        """: partial(refine, trials=lambda budget, epochs, passes: budget // passes),
        """budget counted in trials: The budget counts epochs, you count trials: a trial of many epochs costs
        as many times more. Divide by both.

        For a budget of 300 and runs of 1, 5 and 20 epochs, how many trials does each stage try?
        """: partial(refine, trials=lambda budget, epochs, passes: budget // len(epochs)),
        """same number of trials in every stage: Every stage tries as many settings, so the long one takes
        nearly all of the budget. Give each stage an equal share of the epochs.

        For a budget of 300 and runs of 1, 5 and 20 epochs, how many trials does each stage try?
        """: partial(refine, trials=lambda budget, epochs, passes: budget // sum(epochs)),
    }
)


@coarse_to_fine.mistake
def exceeds_the_budget(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The number of trials is rounded up, and the sum exceeds the budget. Round down.

    For a budget of 300 and runs of 1, 5 and 20 epochs, how many trials does each stage try?
    """
    return refine(
        search, ranges, epochs, budget, border,
        trials=lambda budget, epochs, passes: -(-budget // (len(epochs) * passes)),
    )  # fmt: skip


@coarse_to_fine.mistake
def searches_again_at_a_border(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """A stage whose best is at an end is searched twice, and the budget is exceeded. Let the next stage look
    there.

    How often do you call `search` for three stages?
    """
    return refine(search, ranges, epochs, budget, border, again=True)


@coarse_to_fine.mistake
def one_dict_for_all_stages(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The ranges are changed in place: the caller's dict, and every entry of the report, show the last ones. Make
    a new dict for each stage.

    Which line makes the dict of the next ranges, and does it run in every stage?
    """
    return refine(search, ranges, epochs, budget, border, copy=False)


@coarse_to_fine.mistake
def reports_the_next_ranges(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The report holds the ranges made after a stage, not those that were searched. Note them before you narrow.

    At which place in the loop is the report written?
    """
    report = refine(search, ranges, epochs, budget, border)
    following = [
        {
            name: third(each["best"][name], pair, border(each["best"][name], *pair))
            for name, pair in each["ranges"].items()
        }
        for each in report
    ]
    return [{"ranges": later, "best": each["best"]} for later, each in zip(following, report, strict=True)]


@coarse_to_fine.mistake
def one_number_of_epochs_for_all_stages(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The runs of all stages are equally long. Hand each stage its own number of epochs.

    How long are the runs that your loop asks `search` for, in each of its rounds?
    """
    return refine(search, ranges, epochs, budget, border, passes_of=lambda passes: epochs[0])


@coarse_to_fine.mistake
def trials_as_a_float(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The number of trials is a float, and `range` wants a whole number. Divide with `//`.

    Of which type is the n that `search` gets?
    """
    return refine(
        search, ranges, epochs, budget, border,
        trials=lambda budget, epochs, passes: budget // len(epochs) / passes,
    )  # fmt: skip


@coarse_to_fine.mistake
def rounded_to_the_nearest_number_of_trials(
    search, ranges, epochs=(1, 5, 20), budget=300, border=with_places
):
    """The number of trials is rounded to the nearest, which is sometimes up, and the sum exceeds the budget. Round
    down.

    If a stage may spend 39 epochs on runs of 5, how many runs fit?
    """
    return refine(
        search, ranges, epochs, budget, border,
        trials=lambda budget, epochs, passes: round(budget // len(epochs) / passes),
    )  # fmt: skip


@coarse_to_fine.mistake
def never_narrows(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every stage searches the ranges of the first. Make the next ranges from the best of the last stage.

    With which ranges does the second round of the loop call `search`?
    """
    return refine(search, ranges, epochs, budget, border, narrow=lambda value, pair, side: pair)


@coarse_to_fine.mistake
def narrowed_on_a_linear_scale(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The width is a difference, so a low end can fall below zero. Halve and divide in decades, that is multiply
    and divide the best."""

    def linear(value, pair, side):
        half = (pair[1] - pair[0]) / (6 if side == "inside" else 2)
        return max(value - half, 1e-12), value + half

    return refine(search, ranges, epochs, budget, border, narrow=linear)


@coarse_to_fine.mistake
def does_not_widen_at_a_border(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """A range is narrowed though its best lies at an end, so what lies beyond is hardly seen. Ask
    `border` first.

    What does your code do when `border` says "low"?
    """
    return refine(
        search, ranges, epochs, budget, border, narrow=lambda value, pair, side: third(value, pair, "inside")
    )


@coarse_to_fine.mistake
def never_leaves_the_first_range(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """At a border the new range is cut off at the old end, which is where it should have gone on. Do not clip.

    From (0.001, 1) and a best of 0.9, where does the next range end?
    """

    def clipped(value, pair, side):
        low, high = third(value, pair, side)
        return max(low, pair[0]), min(high, pair[1])

    return refine(search, ranges, epochs, budget, border, narrow=clipped)


@coarse_to_fine.mistake
def one_border_for_all_names(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """When one name is at an end, all keep their width. Decide for each name by itself.

    How many names are looked at before a width is decided?
    """
    return refine(search, ranges, epochs, budget, border, anywhere=True)


@coarse_to_fine.mistake
def always_a_third_of_the_first_range(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every new width is measured from the first ranges, so it narrows once and never again. Start from the
    ranges of the last stage.

    Whose width does your code divide, in the third stage?
    """
    return refine(search, ranges, epochs, budget, border, origin=True)


@coarse_to_fine.mistake
def half_width_taken_for_width(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The new ranges are twice as wide as they should be: the width was put on each side of the best."""
    return refine(
        search, ranges, epochs, budget, border,
        narrow=lambda value, pair, side: third(value, (1, (pair[1] / pair[0]) ** 2), side),
    )  # fmt: skip


coarse_to_fine.table(
    {
        """centred on the worst: The ranges close in on the worst trial. The search returns the best first.

        Which of the trials does your code take?
        """: partial(refine, pick=-1),
        """scores of different stages compared: The best of all stages is kept, though their scores come from
        different numbers of epochs. Take the best of the last stage.

        Which of the stages may the best come from?
        """: partial(refine, best_of_all=True),
        """a third on each side of the best: Inside, a third of the decades lies on each side of the best, so
        the new range is two thirds as wide. A third is due for both sides together.

        From (0.001, 1) and a best of 0.1, how many decades has the next range?
        """: partial(refine, narrow=around(1 / 3, 1 / 2)),
        """half as wide in place of a third: Where the best is inside, the new range has half of the decades.
        A third is due.

        From (0.001, 1) and a best of 0.1, how many decades has the next range?
        """: partial(refine, narrow=around(1 / 4, 1 / 2)),
        """twice as wide at a border: At a border the new range has twice the decades of the old one. It stays
        as wide, and only moves on.

        From (0.001, 1) and a best of 0.9, how many decades has the next range?
        """: partial(refine, narrow=around(1 / 6, 1)),
        """as wide in every stage: The ranges move to the best and never get narrower. Inside, a third of the
        decades is due.

        What does your code do when `border` says "inside"?
        """: partial(refine, narrow=lambda value, pair, side: third(value, pair, "low")),
    }
)


@coarse_to_fine.mistake
def narrowed_at_the_border_and_kept_inside(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The two cases are exchanged: a range gets narrower where its best lies at an end, and stays as wide where it
    is inside. Reverse the comparison.

    What does your code do when `border` says "inside"?
    """

    def inverted(value, pair, side):
        return third(value, pair, "low" if side == "inside" else "inside")

    return refine(search, ranges, epochs, budget, border, narrow=inverted)


@coarse_to_fine.mistake
def centred_on_the_middle_of_the_range(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The new ranges have the middle of the old ones as theirs, and nothing follows the best. Centre them on the
    best.

    Where does the best enter into the new ends?
    """

    def around_the_middle(value, pair, side):
        return third((pair[0] * pair[1]) ** 0.5, pair, side)

    return refine(search, ranges, epochs, budget, border, narrow=around_the_middle)


@coarse_to_fine.mistake
def always_from_the_first_ranges(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every stage starts again from the first ranges, in what it divides and in what it asks `border` about. Start
    from the ranges of the last stage.

    Which ranges does your loop over the names go through, in the third stage?
    """
    return refine(search, ranges, epochs, budget, border, origin=True, asked_of_first=True)


@coarse_to_fine.mistake
def on_border_in_place_of_the_argument(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """It asks `on_border`, whatever `border` is given. Call the argument, so that another rule can be handed in.

    Where do your lines use `border`?
    """
    return refine(search, ranges, epochs, budget, with_places)
