"""Whether a step of the check reaches over the kink of a max."""

import numpy as np

from autograder.judging import Check, Exercise
from course import numerics
from course.probes.base import call
from course.probes.checking.slopes import says, visible_kink


def reference(winners, x, ix, h):
    """Ask for all three points at once and count how many different answers there are."""
    shift = np.zeros(np.shape(x))
    shift[ix] = h
    answers = {np.asarray(winners(np.asarray(x) + sign * shift)).tobytes() for sign in (-1, 0, 1)}
    return len(answers) > 1


def hinges(x):
    """Three ReLUs of sums of the entries; a tie counts as not firing."""
    return (np.array([x[0] + x[1], x[1] - x[2], x[0]]) > 0).astype(np.int64)


def planted_kinks(candidate):
    points = [
        (-1e-6, 0.5, 0.1),
        (1e-6, 0.5, 0.1),
        (1.5e-5, 0.5, 0.1),
        (-1.5e-5, 0.5, 0.1),
        (9e-6, 0.5, 0.1),
        (-9e-6, 0.5, 0.1),
        (1.1e-5, 0.5, 0.1),
        (-1.1e-5, 0.5, 0.1),
        (0.0, 0.5, 0.1),
        (0.5, 0.2, 0.3),
        (0.3, 0.7, 0.7 - 4e-6),
    ]
    steps = [(0, 1e-5), (1, 1e-5), (2, 1e-5), (0, 1e-7), (1, 1e-3)]
    return [says(candidate, hinges, x, ix, h) for x in points for ix, h in steps]


def swapping(x):
    """Two maxes that change their winners at the same point in opposite directions."""
    return np.array([400001, 400000]) if x[0, 1] > 0 else np.array([400000, 400001])


def neighbours(x):
    """One max among many rows: the winner's number changes by one."""
    return np.array([400001 if x[0, 0] > 1 else 400000])


def swapped_identities(candidate):
    swaps = [says(candidate, swapping, [[1.0, place]], (0, 1), 1e-3) for place in (4e-4, -4e-4, 0.5)]
    many = says(candidate, numerics.many, [[5e-4]], (0, 0), 1e-3)
    return [*swaps, many, says(candidate, neighbours, [[1.0, 0.5]], (0, 0), 1e-3)]


def rows(x):
    """A ReLU for each entry of a matrix, of which one lies at its kink, and one of size 3000 a little above its."""
    return (np.ravel(x) > [0.0, 0.0, 2999.998, 0.0]).astype(np.int64)


def one_entry_alone(candidate):
    return [
        says(candidate, rows, [[1e-4, 0.5], [3000.0, 0.2]], ix, h)
        for ix in ((0, 1), (1, 0))
        for h in (1e-3, 5e-3)
    ]


def ridge(x):
    """A max of three that has its middle winner on a strip narrower than the step."""
    return np.array([2 if abs(x[0]) < 1e-6 else 1])


def narrow_strip(candidate):
    return [says(candidate, ridge, [place], 0, 1e-4) for place in (0.0, 5e-7, 0.3)]


def x_afterwards(candidate):
    x = np.array([0.25, 1.5, -0.5])
    call(candidate, hinges, x, 1, 0.125)
    return x


crosses_kink = Exercise(
    "crosses_kink",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="planted kinks",
            probe=planted_kinks,
            says="A kink within h on one side of x was missed, or one was seen where there is none.",
        ),
        Check(
            name="identities",
            probe=swapped_identities,
            says="Two maxes that swap winners, or one of many that changes: compare who won, max by max, at x[ix].",
        ),
        Check(
            name="one entry alone",
            probe=one_entry_alone,
            says="More was moved than the entry ix by h: a kink of another entry was seen, or one out of reach.",
        ),
        Check(
            name="strip",
            probe=narrow_strip,
            says="A piece narrower than the step was missed: x itself lies on it and neither end does.",
        ),
        Check(name="restores", probe=x_afterwards, says="After the call x is not what it was before."),
    ],
    visible=visible_kink,
    read="Exercise 3. Was a kink crossed?",
    equivalent={
        "below[ix] -= h; above[ix] += h -> (exchanged)": "They are two arrays.",
        "shift = np.zeros(np.shape(x)) -> shift = np.zeros(np.shape(x), dtype='float32')": (
            "The step changes by a part in ten million, and a kink so near its end says nothing either way."
        ),
        "…asarray(winners(np.asarray(x) + sign * shift)).tobytes(…"
        " -> …asarray(winners(np.asarray(x) - sign * shift)).tobytes(…": ("The signs are -1, 0 and 1."),
    },
    effect="A gradient is blamed where the loss has a corner, or a real bug is excused as one.",
)


def at(winners, x, ix, entry):
    moved = np.array(x, dtype=np.float64)
    moved[ix] = entry
    return np.asarray(winners(moved))


def one_at(x, ix, h):
    shift = np.zeros(np.shape(x))
    shift[ix] = h
    return shift


def three(winners, x, ix, h):
    return at(winners, x, ix, x[ix] - h), at(winners, x, ix, x[ix]), at(winners, x, ix, x[ix] + h)


@crosses_kink.mistake
def looks_at_plus_h_only(winners, x, ix, h):
    """A kink just below x is missed: the check also visits x - h. Ask for the winners on both sides."""
    _, here, above = three(winners, x, ix, h)
    return not np.array_equal(here, above)


@crosses_kink.mistake
def looks_at_minus_h_only(winners, x, ix, h):
    """A kink just above x is missed: the check also visits x + h. Ask for the winners on both sides."""
    below, here, _ = three(winners, x, ix, h)
    return not np.array_equal(here, below)


@crosses_kink.mistake
def compares_the_two_ends_only(winners, x, ix, h):
    """The ends agree but x lies on another piece, where the analytic gradient is taken. Compare with x as well."""
    below, _, above = three(winners, x, ix, h)
    return not np.array_equal(below, above)


@crosses_kink.mistake
def both_sides_must_change(winners, x, ix, h):
    """It says True only if the winners change on both sides of x. One side is enough: look at `or` and `and`."""
    below, here, above = three(winners, x, ix, h)
    return not (np.array_equal(here, below) or np.array_equal(here, above))


@crosses_kink.mistake
def false_everywhere(winners, x, ix, h):
    """It never sees a kink. `above = x` is a second name for x and no copy: what is added there is taken away again
    from the same array. x.copy() makes another.

    Which of your arrays are copies?
    """
    return False


@crosses_kink.mistake
def all_entries_moved(winners, x, ix, h):
    """x + h moves all entries, so kinks of the neighbours are seen as well. Move entry ix of a copy alone."""
    here = np.asarray(winners(x.copy()))
    return not all(np.array_equal(here, np.asarray(winners(x + step))) for step in (h, -h))


@crosses_kink.mistake
def compares_values_instead_of_identities(winners, x, ix, h):
    """Winners are names, not quantities: two large numbers can be close and name different maxes. Use ==."""
    below, here, above = three(winners, x, ix, h)
    return not (np.allclose(here, above) and np.allclose(here, below))


@crosses_kink.mistake
def counts_winners(winners, x, ix, h):
    """The totals agree while two winners swapped. Compare winner by winner, not their sum."""
    below, here, above = three(winners, x, ix, h)
    return not below.sum() == here.sum() == above.sum()


@crosses_kink.mistake
def all_instead_of_any(winners, x, ix, h):
    """One changed winner is enough to bend the loss. Ask whether any differs, not whether all do."""
    below, here, above = three(winners, x, ix, h)
    return bool(np.all(below != here) or np.all(above != here))


@crosses_kink.mistake
def half_of_the_step(winners, x, ix, h):
    """It looks h / 2 to each side, but the check takes its values at x - h and x + h. A kink between the two is
    missed."""
    return reference(winners, x, ix, h / 2)


@crosses_kink.mistake
def whole_rows_moved(winners, x, ix, h):
    """A whole row of x is moved and not one entry: `ix` may hold an index for every axis. Write `x[ix]`, and hand
    ix on as it comes."""
    shift = np.zeros(np.shape(x))
    shift[ix[0] if np.ndim(ix) else ix] = h
    return len({np.asarray(winners(np.asarray(x) + sign * shift)).tobytes() for sign in (-1, 0, 1)}) > 1


@crosses_kink.mistake
def winners_as_true_and_false(winners, x, ix, h):
    """Winners were taken for True and False, so 1 and 2 are the same. They are numbers of candidates: compare them
    as they come."""
    return reference(lambda x: np.asarray(winners(x)).astype(bool), x, ix, h)


@crosses_kink.mistake
def a_few_changes_overlooked(winners, x, ix, h):
    """One winner that changes among thousands was overlooked: a share was compared, or the first ones alone. Any
    one is enough."""
    here, *there = (
        np.asarray(winners(np.asarray(x) + sign * shift))
        for shift in [one_at(x, ix, h)]
        for sign in (0, 1, -1)
    )
    return any(float(np.mean(here != each)) > 0.01 for each in there)


@crosses_kink.mistake
def answers_the_opposite(winners, x, ix, h):
    """It says True where no kink lies within the step. The question is whether one is crossed."""
    return not reference(winners, x, ix, h)


@crosses_kink.mistake
def h_ignored(winners, x, ix, h):
    """The step it was given is not used. Whether a kink is crossed depends on h."""
    return reference(winners, x, ix, 1e-5)


@crosses_kink.in_place
def x_not_restored(winners, x, ix, h):
    """The entry of x stays moved, so every later check is taken at another point. Write the old value back."""
    crossed = reference(winners, x, ix, h)
    x[ix] -= h
    return crossed


@crosses_kink.variant
def zero_or_one(winners, x, ix, h):
    moved = []
    for step in (-h, 0.0, h):
        each = x.copy()
        each[ix] += step
        moved.append(np.asarray(winners(each)))
    return 1 if np.count_nonzero(moved[0] - moved[1]) + np.count_nonzero(moved[2] - moved[1]) else 0


@crosses_kink.variant_as_in("CS231n")
def in_place_and_put_back(winners, x, ix, h):
    old = x[ix]
    here = np.array(winners(x))
    x[ix] = old + h
    above = np.array(winners(x))
    x[ix] = old - h
    below = np.array(winners(x))
    x[ix] = old
    return (above != here).any() or (below != here).any()


@crosses_kink.variant
def with_copies_and_lists(winners, x, ix, h):
    up, down = x.copy(), x.copy()
    up[ix] += h
    down[ix] -= h
    here = list(winners(x.copy()))
    return bool(list(winners(up)) != here or list(winners(down)) != here)
