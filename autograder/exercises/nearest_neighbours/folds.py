"""Exercise ``folds``: the row numbers in a random order, cut into parts of nearly one size.

There is no one right answer, so the checks look at what holds for every right one: each row once, sizes that differ
by at most one, an order that is mixed, and draws from the generator that was given.
"""

from itertools import pairwise

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.neighbours.folding import cut, drawing, mixing, visible_folds


def reference(n, parts, rng):
    """Deal rows like cards: every row draws a number, and in the order of these numbers they go round the folds."""
    order = np.argsort(rng.random(n))
    found = [[] for _ in range(parts)]
    for place, row in enumerate(order):
        found[place % parts].append(row)
    return found


folds = Exercise(
    "folds",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="rows and sizes",
            probe=lambda candidate: cut(candidate, [(12, 3), (23, 5), (29, 10), (7, 7)], 3),
            says="Every row must be in one fold and in no other, and sizes may differ by one.",
        ),
        Check(
            name="order",
            probe=mixing,
            says="Rows that follow each other in the data are not mixed over the folds as chance would mix them.",
        ),
        Check(
            name="generator",
            probe=drawing,
            says="The same state of rng must give the same folds, and another state others.",
        ),
    ],
    visible=visible_folds,
    read="Exercise 3. Folds",
    effect="The accuracies of the folds are measured on rows that trained, or on one kind of row only.",
)


@folds.variant
def array_split_of_a_permutation(n, parts, rng):
    return np.array_split(rng.permutation(n), parts)


@folds.variant
def every_so_many_of_a_permutation(n, parts, rng):
    order = rng.permutation(n)
    return [order[start::parts] for start in range(parts)]


@folds.variant
def shuffled_in_place_and_cut(n, parts, rng):
    order = np.arange(n)
    rng.shuffle(order)
    ends = [n * part // parts for part in range(parts + 1)]
    return [order[low:high] for low, high in pairwise(ends)]


@folds.variant
def larger_ones_first(n, parts, rng):
    order, size, more = list(rng.permutation(n)), n // parts, n % parts
    found, start = [], 0
    for part in range(parts):
        stop = start + size + (1 if part < more else 0)
        found.append(np.sort(order[start:stop]))
        start = stop
    return tuple(found)


@folds.variant
def a_number_for_every_row(n, parts, rng):
    fold_of = rng.permutation(np.arange(n) % parts)
    return [np.where(fold_of == part)[0] for part in range(parts)]


@folds.variant
def drawn_without_replacement(n, parts, rng):
    order = rng.choice(n, size=n, replace=False)
    return [list(part) for part in np.array_split(order, parts)]


@folds.variant_as_in("CS231n")
def x_train_folds(n, parts, rng):
    num_train, num_folds = n, parts
    idxs = np.arange(num_train)
    rng.shuffle(idxs)
    X_train_folds = np.array_split(idxs, num_folds)
    return [X_train_folds[i] for i in range(num_folds)]


@folds.mistake
def rest_left_out(n, parts, rng):
    """`n // parts` rows a fold leave the rest of the division in no fold. Give one row more to the first folds,
    or use `np.array_split`.

    With 23 rows and 5 folds, how many rows are in none?
    """
    size = n // parts
    order = rng.permutation(n)
    return [order[part * size : (part + 1) * size] for part in range(parts)]


@folds.mistake
def rest_in_the_last_fold(n, parts, rng):
    """The whole rest of the division lands in the last fold. Sizes may differ by one: spread it.

    With 29 rows and 10 folds, how large is your last fold?
    """
    size = n // parts
    order = rng.permutation(n)
    found = [order[part * size : (part + 1) * size] for part in range(parts - 1)]
    return [*found, order[(parts - 1) * size :]]


@folds.mistake
def one_row_larger_and_the_last_fold_short(n, parts, rng):
    """The sizes are rounded up, so that the last fold is left with few rows or none. Sizes may differ by one only.

    With 29 rows and 10 folds, how large is your last fold?
    """
    size = -(-n // parts)
    order = rng.permutation(n)
    return [order[part * size : (part + 1) * size] for part in range(parts)]


@folds.mistake
def not_shuffled(n, parts, rng):
    """The rows are cut in the order in which they lie, and data is often sorted: a fold may hold one class only.
    Mix first.

    If all zeros come first in the file, what is in your first fold?
    """
    return np.array_split(np.arange(n), parts)


@folds.mistake
def dealt_in_turn_without_shuffling(n, parts, rng):
    """Row 0 to the first fold, row 1 to the second, and so on, the same every time: `rng` is not used. Mix the rows
    first.

    Where in your lines does rng stand?
    """
    return [np.arange(n)[start::parts] for start in range(parts)]


@folds.mistake
def fold_drawn_for_every_row(n, parts, rng):
    """Every row draws its fold for itself, so chance decides how large the folds are. Mix the rows, then cut them
    into equal parts.

    How many rows are in your largest fold, and how many in the smallest?
    """
    fold_of = rng.integers(0, parts, n)
    return [np.flatnonzero(fold_of == part) for part in range(parts)]


@folds.mistake
def blocks_in_random_order(n, parts, rng):
    """Each fold is a block of rows that follow each other in the data, in whatever order they stand in it. Mix all
    rows, then cut.

    Which rows are in your first fold?
    """
    found = np.array_split((np.arange(n) + rng.integers(n)) % n, parts)
    return [found[place] for place in rng.permutation(parts)]


@folds.mistake
def drawn_with_replacement(n, parts, rng):
    """Row numbers are drawn one by one and may come twice, while others never come. Mix all of them once:
    `rng.permutation(n)`.

    Can your draw give the same row twice?
    """
    return np.array_split(rng.integers(0, n, n), parts)


@folds.mistake
def mixed_anew_for_every_fold(n, parts, rng):
    """The rows are mixed again for every fold, so folds overlap and rows are left out. Mix once, before you cut.

    How often is `permutation` called?
    """
    found = []
    for part in range(parts):
        found.append(np.array_split(rng.permutation(n), parts)[part])
    return found


@folds.mistake
def seed_of_its_own(n, parts, rng):
    """The folds are the same whatever `rng` is: a generator with a fixed seed is made inside. Draw from `rng`.

    Which generator do your lines draw from?
    """
    return np.array_split(np.random.default_rng(0).permutation(n), parts)


@folds.mistake
class mixed_by_a_generator_of_its_own:
    """The rows are mixed by `np.random`, which nobody can repeat. Draw from the generator `rng`.

    Which generator do your lines draw from?
    """

    def __init__(self):
        self.generator = np.random.default_rng(123456)

    def __call__(self, n, parts, rng):
        return np.array_split(self.generator.permutation(n), parts)


@folds.mistake
def training_rows_returned(n, parts, rng):
    """What comes back are the rows that train in each round. A fold is the part that is held out.

    How many folds is each row in?
    """
    found = np.array_split(rng.permutation(n), parts)
    return [np.setdiff1d(np.arange(n), part) for part in found]


@folds.mistake
def masks_returned(n, parts, rng):
    """True and False come back for every row. Return the numbers of the rows: `np.flatnonzero(mask)`.

    What does the first fold hold, numbers of rows or answers to a question?
    """
    fold_of = rng.permutation(np.arange(n) % parts)
    return [fold_of == part for part in range(parts)]


@folds.mistake
def counted_from_one(n, parts, rng):
    """The row numbers run from 1 to n, so row 0 is missing and there is no row n.

    What is the number of the first row?
    """
    return np.array_split(rng.permutation(n) + 1, parts)


@folds.mistake
def parts_taken_for_a_size(n, parts, rng):
    """`parts` is taken for the size of a fold. It is how many folds there are.

    How many folds do you return for 29 rows and parts = 10?
    """
    order = rng.permutation(n)
    return [order[start : start + parts] for start in range(0, n, parts)]
