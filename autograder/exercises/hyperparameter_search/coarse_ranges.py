"""What is known about wrong ranges in ``coarse_to_fine``.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

from autograder.exercises.hyperparameter_search.border import with_places
from autograder.exercises.hyperparameter_search.coarse_known import around, coarse_to_fine, refine, third

__all__ = ["coarse_to_fine"]
ex = coarse_to_fine


@ex.mistake
def never_narrows(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every stage searches the ranges of the first. Make the next ranges from the best of the last stage.

    With which ranges does the second round of the loop call `search`?
    """
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
    `border` first.

    What does your code do when `border` says "low"?
    """
    return refine(
        search, ranges, epochs, budget, border, narrow=lambda value, pair, side: third(value, pair, "inside")
    )


@ex.mistake
def never_leaves_the_first_range(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """At a border the new range is cut off at the old end, which is where it should have gone on. Do not clip.

    From (0.001, 1) and a best of 0.9, where does the next range end?
    """

    def clipped(value, pair, side):
        low, high = third(value, pair, side)
        return max(low, pair[0]), min(high, pair[1])

    return refine(search, ranges, epochs, budget, border, narrow=clipped)


@ex.mistake
def one_border_for_all_names(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """When one name is at an end, all keep their width. Decide for each name by itself.

    How many names are looked at before a width is decided?
    """
    return refine(search, ranges, epochs, budget, border, anywhere=True)


@ex.mistake
def always_a_third_of_the_first_range(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every new width is measured from the first ranges, so it narrows once and never again. Start from the
    ranges of the last stage.

    Whose width does your code divide, in the third stage?
    """
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
    """The ranges close in on the worst trial. The search returns the best first.

    Which of the trials does your code take?
    """
    return refine(search, ranges, epochs, budget, border, pick=-1)


@ex.mistake
def scores_of_different_stages_compared(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The best of all stages is kept, though their scores come from different numbers of epochs. Take the best of
    the last stage.

    Which of the stages may the best come from?
    """
    return refine(search, ranges, epochs, budget, border, best_of_all=True)


@ex.mistake
def a_third_on_each_side_of_the_best(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Inside, a third of the decades lies on each side of the best, so the new range is two thirds as wide. A third
    is due for both sides together.

    From (0.001, 1) and a best of 0.1, how many decades has the next range?
    """
    return refine(search, ranges, epochs, budget, border, narrow=around(1 / 3, 1 / 2))


@ex.mistake
def half_as_wide_in_place_of_a_third(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Where the best is inside, the new range has half of the decades. A third is due.

    From (0.001, 1) and a best of 0.1, how many decades has the next range?
    """
    return refine(search, ranges, epochs, budget, border, narrow=around(1 / 4, 1 / 2))


@ex.mistake
def twice_as_wide_at_a_border(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """At a border the new range has twice the decades of the old one. It stays as wide, and only moves on.

    From (0.001, 1) and a best of 0.9, how many decades has the next range?
    """
    return refine(search, ranges, epochs, budget, border, narrow=around(1 / 6, 1))


@ex.mistake
def as_wide_in_every_stage(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The ranges move to the best and never get narrower. Inside, a third of the decades is due.

    What does your code do when `border` says "inside"?
    """
    return refine(
        search, ranges, epochs, budget, border, narrow=lambda value, pair, side: third(value, pair, "low")
    )


@ex.mistake
def narrowed_at_the_border_and_kept_inside(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """It is the wrong way round: a range gets narrower where its best lies at an end, and stays as wide where it is
    inside. Turn the comparison round.

    What does your code do when `border` says "inside"?
    """

    def inverted(value, pair, side):
        return third(value, pair, "low" if side == "inside" else "inside")

    return refine(search, ranges, epochs, budget, border, narrow=inverted)


@ex.mistake
def centred_on_the_middle_of_the_range(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """The new ranges have the middle of the old ones as theirs, and nothing follows the best. Centre them on the
    best.

    Where does the best enter into the new ends?
    """

    def around_the_middle(value, pair, side):
        return third((pair[0] * pair[1]) ** 0.5, pair, side)

    return refine(search, ranges, epochs, budget, border, narrow=around_the_middle)


@ex.mistake
def always_from_the_first_ranges(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """Every stage starts again from the first ranges, in what it divides and in what it asks `border` about. Start
    from the ranges of the last stage.

    Which ranges does your loop over the names go through, in the third stage?
    """
    return refine(search, ranges, epochs, budget, border, origin=True, asked_of_first=True)


@ex.mistake
def on_border_in_place_of_the_argument(search, ranges, epochs=(1, 5, 20), budget=300, border=with_places):
    """It asks `on_border`, whatever `border` is given. Call the argument, so that another rule can be handed in.

    Where do your lines use `border`?
    """
    return refine(search, ranges, epochs, budget, with_places)
