"""What is known about right and wrong answers to ``coarse_to_fine``: budgets and reports.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

from autograder.exercises.hyperparameter_search.border import with_places
from autograder.exercises.hyperparameter_search.coarse import coarse_to_fine

__all__ = ["coarse_to_fine"]
ex = coarse_to_fine


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


@ex.variant
def in_powers(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    return refine(search, ranges, epochs, budget, border)


@ex.variant
def with_lists_for_ranges(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    return refine(
        search,
        ranges,
        epochs,
        budget,
        border,
        narrow=lambda value, pair, side: list(third(value, pair, side)),
    )


@ex.mistake
def whole_budget_in_every_stage(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every stage spends the whole budget. Divide it by the number of stages.

    For a budget of 300 and runs of 1, 5 and 20 epochs, how many trials does each stage try?
    """
    return refine(
        search, ranges, epochs, budget, border, trials=lambda budget, epochs, passes: budget // passes
    )


@ex.mistake
def budget_counted_in_trials(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The budget counts epochs, you count trials: a trial of many epochs costs as many times more. Divide by
    both.

    For a budget of 300 and runs of 1, 5 and 20 epochs, how many trials does each stage try?
    """
    return refine(
        search, ranges, epochs, budget, border, trials=lambda budget, epochs, passes: budget // len(epochs)
    )


@ex.mistake
def same_number_of_trials_in_every_stage(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every stage tries as many settings, so the long one takes nearly all of the budget. Give each stage an equal
    share of the epochs.

    For a budget of 300 and runs of 1, 5 and 20 epochs, how many trials does each stage try?
    """
    return refine(
        search, ranges, epochs, budget, border, trials=lambda budget, epochs, passes: budget // sum(epochs)
    )


@ex.mistake
def exceeds_the_budget(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The number of trials is rounded up, and the sum exceeds the budget. Round down.

    For a budget of 300 and runs of 1, 5 and 20 epochs, how many trials does each stage try?
    """
    return refine(
        search, ranges, epochs, budget, border,
        trials=lambda budget, epochs, passes: -(-budget // (len(epochs) * passes)),
    )  # fmt: skip


@ex.mistake
def searches_again_at_a_border(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """A stage whose best is at an end is searched twice, and the budget is exceeded. Let the next stage look
    there.

    How often do you call `search` for three stages?
    """
    return refine(search, ranges, epochs, budget, border, again=True)


@ex.mistake
def one_dict_for_all_stages(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The ranges are changed in place: the caller's dict, and every entry of the report, show the last ones. Make
    a new dict for each stage.

    Which line makes the dict of the next ranges, and does it run in every stage?
    """
    return refine(search, ranges, epochs, budget, border, copy=False)


@ex.mistake
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


@ex.mistake
def one_number_of_epochs_for_all_stages(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The runs of all stages are equally long. Hand each stage its own number of epochs.

    How long are the runs that your loop asks `search` for, in each of its rounds?
    """
    return refine(search, ranges, epochs, budget, border, passes_of=lambda passes: epochs[0])


@ex.mistake
def trials_as_a_float(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The number of trials is a float, and `range` wants a whole number. Divide with `//`.

    Of which type is the n that `search` gets?
    """
    return refine(
        search, ranges, epochs, budget, border,
        trials=lambda budget, epochs, passes: budget // len(epochs) / passes,
    )  # fmt: skip


@ex.mistake
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
