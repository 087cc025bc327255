"""Exercise ``minibatches``: the rows of one epoch in random order, cut into batches, with their labels.

There is no one right answer, so the checks look at what holds for every right one.
"""

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.linear import batch_facts, draw, kept, next_epoch, numbered, order_of_rows, visible_batches


def reference(X, y, size, rng):
    """Sort the rows by a random number each, and take them off the pile."""
    pile = list(np.argsort(rng.random(len(y))))
    found = []
    while pile:
        taken, pile = pile[:size], pile[size:]
        found.append((np.array([X[i] for i in taken]), np.array([y[i] for i in taken])))
    return found


minibatches = Exercise(
    "minibatches",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="rows, sizes and labels",
            probe=lambda candidate: [
                batch_facts(candidate, *sizes, seed=3) for sizes in ((12, 4), (23, 5), (7, 10), (21, 20))
            ],
            says="Every row must be in one batch of `size` rows, the last may be smaller, with its own label.",
        ),
        Check(
            name="order",
            probe=order_of_rows,
            says="Rows that follow each other in the data are not mixed over the batches as chance would mix them.",
        ),
        Check(
            name="generator",
            probe=lambda candidate: [draw(candidate), next_epoch(candidate)],
            says="The same state of rng must give the same batches, and another state others.",
        ),
        Check(
            name="arguments",
            probe=lambda candidate: kept(candidate, *numbered(15), 4, np.random.default_rng(2)),
            says="The batches are right, but X or y has changed: they belong to the caller.",
        ),
    ],
    visible=visible_batches,
    read="Exercise 4. Mini-batches",
    equivalent={
        "…array([y[i] for i in taken]))) -> …array([y[i] for i in taken], dtype='float32')))": (
            "Labels are small whole numbers, exact in single precision."
        ),
    },
    effect="The gradient of a batch is that of other labels or of a part of the data, and training learns that.",
)


def batches_of(X, y, size, order):
    """Return the batches of rows in an order."""
    return [
        (X[order[start : start + size]], y[order[start : start + size]])
        for start in range(0, len(order), size)
    ]


@minibatches.variant
def slices_of_a_permutation(X, y, size, rng):
    order = rng.permutation(len(y))
    return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(y), size)]


@minibatches.variant
def shuffled_copies(X, y, size, rng):
    order = np.arange(X.shape[0])
    rng.shuffle(order)
    X, y = X[order], y[order]
    found = []
    for start in range(0, X.shape[0], size):
        found.append((X[start : start + size], y[start : start + size]))
    return found


@minibatches.variant
def array_split_at_places(X, y, size, rng):
    order = rng.permutation(len(X))
    parts = np.split(order, range(size, len(order), size))
    return [[X[part], y[part]] for part in parts]


@minibatches.variant
def a_generator(X, y, size, rng):
    order = rng.permutation(len(X))
    for k in range(-(-len(order) // size)):
        batch = order[k * size : (k + 1) * size]
        yield X[batch, :], y[batch]


@minibatches.variant
def choice_without_replacement(X, y, size, rng):
    order = rng.choice(len(y), len(y), replace=False)
    Xs, ys = np.take(X, order, axis=0), np.take(y, order)
    return list(zip([Xs[i : i + size] for i in range(0, len(y), size)],
                    [ys[i : i + size] for i in range(0, len(y), size)], strict=True))  # fmt: skip


@minibatches.variant
def rows_and_labels_glued(X, y, size, rng):
    glued = rng.permutation(np.column_stack([X, y]))
    return tuple((part[:, :-1], part[:, -1].astype(int)) for part in
                 np.array_split(glued, np.arange(size, len(glued), size)))  # fmt: skip


@minibatches.variant_as_in("d2l")
def data_iter(X, y, size, rng):
    num_examples = len(X)
    indices = list(range(num_examples))
    rng.shuffle(indices)
    for i in range(0, num_examples, size):
        batch_indices = np.array(indices[i : min(i + size, num_examples)])
        yield X[batch_indices], y[batch_indices]


@minibatches.mistake
def labels_not_shuffled(X, y, size, rng):
    """The rows are mixed and the labels are not, so every row has another's label. Use the same order for both.

    Is the first label of your first batch that of its first row?
    """
    order = rng.permutation(len(y))
    return [(X[order[i : i + size]], y[i : i + size]) for i in range(0, len(y), size)]


@minibatches.mistake
def rows_and_labels_shuffled_apart(X, y, size, rng):
    """Rows and labels are mixed each by themselves, so every row has another's label. Draw one order and use it
    for both.

    How often do you draw an order?
    """
    rows, labels = rng.permutation(len(y)), rng.permutation(len(y))
    return [(X[rows[i : i + size]], y[labels[i : i + size]]) for i in range(0, len(y), size)]


@minibatches.mistake
def last_batch_lost(X, y, size, rng):
    """The rows that do not fill a whole batch are lost. The last batch may be smaller.

    With 23 rows and batches of 5, how many rows are in none?
    """
    order = rng.permutation(len(y))
    return batches_of(X, y, size, order[: len(y) // size * size])


@minibatches.mistake
def last_batch_filled_up(X, y, size, rng):
    """The last batch is filled up with rows that were there already. It may be smaller.

    With 23 rows and batches of 5, how many rows do your batches hold in all?
    """
    order = rng.permutation(len(y))
    return batches_of(X, y, size, np.concatenate([order, order[: -len(y) % size]]))


@minibatches.mistake
def drawn_with_replacement(X, y, size, rng):
    """Rows are drawn with replacement: some come twice in a batch, and others never. An epoch has every row once.

    Can your draw give the same row twice?
    """
    return batches_of(X, y, size, rng.integers(0, len(y), len(y)))


@minibatches.mistake
def every_batch_drawn_anew(X, y, size, rng):
    """Each batch is drawn from all rows again, so rows come in several batches and others never. Draw one order
    for the whole epoch and cut it.

    How often do you draw?
    """
    found = []
    for start in range(0, len(y), size):
        part = rng.permutation(len(y))[: min(size, len(y) - start)]
        found.append((X[part], y[part]))
    return found


@minibatches.mistake
def not_shuffled(X, y, size, rng):
    """The batches are cut in the order in which the rows lie, and data is often sorted. Mix first.

    Where in your lines does rng stand?
    """
    return batches_of(X, y, size, np.arange(len(y)))


@minibatches.mistake
def dealt_in_turn_without_shuffling(X, y, size, rng):
    """The rows are dealt to the batches in turn, the same way every time. Mix first.

    Where in your lines does rng stand?
    """
    count = -(-len(y) // size)
    order = np.concatenate([np.arange(len(y))[start::count] for start in range(count)])
    return batches_of(X, y, size, order)


@minibatches.mistake
def batches_in_random_order(X, y, size, rng):
    """The batches come in random order, but each is still a block of rows that lie side by side. Mix the rows,
    then cut.

    Which rows are in your first batch?
    """
    found = batches_of(X, y, size, (np.arange(len(y)) + rng.integers(len(y))) % len(y))
    return found


@minibatches.mistake
def seed_of_its_own(X, y, size, rng):
    """The batches are the same whatever `rng` is, in every epoch: a generator with a fixed seed is made inside.

    Which generator do your lines draw from?
    """
    return batches_of(X, y, size, np.random.default_rng(0).permutation(len(y)))


@minibatches.mistake
class mixed_by_a_generator_of_its_own:
    """The rows are mixed by `np.random`, which nobody can repeat. Draw from the generator `rng`.

    Which generator do your lines draw from?
    """

    def __init__(self):
        self.generator = np.random.default_rng(123456)

    def __call__(self, X, y, size, rng):
        return batches_of(X, y, size, self.generator.permutation(len(y)))


@minibatches.mistake
def size_taken_for_a_number_of_batches(X, y, size, rng):
    """`size` is taken for how many batches there are. It is how many rows a batch has.

    How many rows has your first batch for 23 rows and size = 5?
    """
    return [(X[part], y[part]) for part in np.array_split(rng.permutation(len(y)), size)]


@minibatches.mistake
def first_batch_only(X, y, size, rng):
    """Only one batch comes back. An epoch goes through all rows.

    How many rows do your batches hold in all?
    """
    return batches_of(X, y, size, rng.permutation(len(y)))[:1]


@minibatches.in_place
def the_rows_are_shuffled_in_place(X, y, size, rng):
    """The batches are right, but `X` and `y` are shuffled themselves, and so is everything that others know by row
    number. Shuffle row numbers.

    After your lines, what is in X?
    """
    order = rng.permutation(len(y))
    X[:], y[:] = X[order].copy(), y[order].copy()
    return [(X[i : i + size].copy(), y[i : i + size].copy()) for i in range(0, len(y), size)]
