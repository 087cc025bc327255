"""The share of a layer's ReLUs that fire for no row of a whole set, which comes in batches."""

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(W, b, batches):
    """Ask unit by unit and row by row until one row makes it fire."""
    dead = 0
    for j in range(len(b)):
        fires = any(float(np.dot(row, np.asarray(W)[:, j])) + b[j] > 0 for batch in batches for row in batch)
        dead += not fires
    return dead / len(b)


def called(seed, units, batches, rows, shift):
    rng = np.random.default_rng(seed)
    W = rng.normal(size=(3, units)).round(2)
    b = (rng.normal(size=units) - shift).round(2)
    W[:, 0], b[0] = 0.0, 0.0  # a unit that is exactly 0 everywhere
    return W, b, [rng.normal(size=(rows, 3)).round(2) for _ in range(batches)]


ROWS = np.array([[1.0, 0.0], [0.0, 1.0]])
WORKED = (np.array([[1.0, -1.0, 0.0, 1.0], [1.0, -1.0, 0.0, -1.0]]), np.array([0.0, 0.0, 0.0, 0.0]), [ROWS])
ONCE = (
    np.array([[1.0, -1.0, 2.0]]),
    np.array([-0.5, -0.5, -5.0]),
    [np.array([[1.0], [2.0]]), np.array([[-1.0], [-2.0]])],
)
BIAS = (
    np.array([[1.0, -1.0, 0.5]]),
    np.array([5.0, 5.0, -5.0]),
    [np.array([[-1.0], [-2.0]]), np.array([[1.0]])],
)

dead_share = Exercise(
    "dead_share",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="shares",
            probe=Calls(
                arguments=[
                    called(1, 8, 3, 4, 2.5),
                    called(2, 5, 2, 3, 3.0),
                    called(3, 10, 4, 2, 1.0),
                    called(7, 9, 3, 3, 0.5),
                    BIAS,
                ]
            ),
            says="It is not the share of units that fire for no row of any batch.",
        ),
    ],
    visible=Calls(
        arguments=[
            WORKED,
            ONCE,
            BIAS,
            called(4, 6, 3, 3, 2.0),
            called(5, 9, 3, 2, 1.0),
            called(6, 8, 4, 2, 0.5),
        ]
    ),
    equivalent={
        "fires = any((float(np.dot(row, np.asarray(W)[:, j])) + b[j] > 0 for batch in…"
        " -> fires = any((float(np.dot(np.asarray(W)[:, j], row)) + b[j] > 0 for batch in…": (
            "The product of two vectors does not depend on their order."
        ),
    },
    uses=("activation",),
    read="Exercise 3. Dead units",
    effect="A wrong count calls resting units dead or dead ones alive, and the rate is blamed for nothing.",
)


def fires(W, b, batch):
    return batch @ W + b > 0


dead_share.table(
    {
        """dead by batch: Dead units are counted batch by batch and averaged. A unit that fires in another
        batch is not dead.

        A unit is silent in this batch. What would show that it is alive?
        """: lambda W, b, batches: float(
            np.mean([1 - fires(W, b, batch).any(axis=0).mean() for batch in batches])
        ),
        """dead in any batch: A unit counts as dead when one batch leaves it silent. It is dead when every
        batch does.
        """: lambda W, b, batches: float(
            np.mean(np.any([~fires(W, b, batch).any(axis=0) for batch in batches], axis=0))
        ),
        """only the last batch: Only the last batch is looked at; each overwrites what the one before has
        shown.
        """: lambda W, b, batches: float(1 - fires(W, b, batches[-1]).any(axis=0).mean()),
        """only the first batch: Only the first batch is looked at. Does the return stand inside the loop?
        """: lambda W, b, batches: float(1 - fires(W, b, batches[0]).any(axis=0).mean()),
        """share of silent moments: Zeros are counted, over rows and units. A healthy ReLU is silent for half
        of the rows; a dead one for all.

        Which axis must you look along before you count units?
        """: lambda W, b, batches: float(1 - fires(W, b, np.concatenate(batches)).mean()),
        """silent rows counted: Rows for which no unit fires are counted. Look along the rows, axis 0, for
        each unit.
        """: lambda W, b, batches: float(1 - fires(W, b, np.concatenate(batches)).any(axis=1).mean()),
        """dead if ever silent: A unit that is silent for one row counts as dead. It is dead if it is silent
        for all: any, not all.
        """: lambda W, b, batches: float(1 - fires(W, b, np.concatenate(batches)).all(axis=0).mean()),
        """share of the living: The share of units that fire is returned. The dead are the rest.
        """: lambda W, b, batches: float(fires(W, b, np.concatenate(batches)).any(axis=0).mean()),
        """number of dead units: The number of dead units is returned, not their share. Divide by the number
        of units.
        """: lambda W, b, batches: float((~fires(W, b, np.concatenate(batches)).any(axis=0)).sum()),
        """zero counts as firing: A unit whose input is exactly 0 counts as firing. ReLU passes nothing there:
        use > 0.

        Which units does a test of max(0, x) >= 0 find silent?
        """: lambda W, b, batches: float(1 - (np.concatenate(batches) @ W + b >= 0).any(axis=0).mean()),
        """every unit fires: No unit is ever dead here: a ReLU's output is never below 0, so >= 0 is always
        true. Use > 0.
        """: lambda W, b, batches: 0.0,
        """bias left out: The bias is not added. A large negative one is what kills a unit.
        """: lambda W, b, batches: float(1 - fires(W, 0, np.concatenate(batches)).any(axis=0).mean()),
        """mean activation below zero: A unit counts as dead if its mean input is not positive. One row that
        makes it fire is enough to live.
        """: lambda W, b, batches: float(np.mean(np.mean(np.concatenate(batches) @ W + b, axis=0) <= 0)),
    }
)


@dead_share.convention(share=0.8)
def in_per_cent(W, b, batches):
    """The share is given in per cent. Here it lies between 0 and 1."""
    return 100 * float(1 - fires(W, b, np.concatenate(batches)).any(axis=0).mean())


@dead_share.variant
def joined_first(W, b, batches):
    return np.mean(~(np.vstack(batches) @ W + b > 0).any(axis=0))


@dead_share.variant
def remembering_who_fired(W, b, batches):
    alive = np.zeros(len(b), dtype=bool)
    for X in batches:
        alive |= np.any(np.maximum(0, X @ W + b) > 0, axis=0)
    return 1 - alive.mean()


@dead_share.variant
def by_the_largest(W, b, batches):
    top = np.full(b.shape, -np.inf)
    for X in batches:
        top = np.maximum(top, (X @ W + b).max(axis=0))
    return np.count_nonzero(top <= 0) / top.size


@dead_share.variant
def adding_up_what_fires(W, b, batches):
    total = sum(np.maximum(X.dot(W) + b, 0).sum(axis=0) for X in batches)
    return (total == 0).sum() / len(total)


@dead_share.variant
def counting_rows(W, b, batches):
    counts = np.zeros(W.shape[1])
    for X in batches:
        counts += (X @ W + b > 0).sum(0)
    return float(sum(c == 0 for c in counts)) / W.shape[1]


@dead_share.variant
def with_sets(W, b, batches):
    silent = set(range(W.shape[1]))
    for X in batches:
        silent -= set(np.nonzero(np.any(X @ W + b > 0, axis=0))[0].tolist())
    return len(silent) / W.shape[1]


@dead_share.variant_as_in("PyTorch")
def with_a_forward_hook(W, b, batches):
    handles = {"alive": np.zeros(b.shape, dtype=bool)}

    def hook(module, input, output):
        handles["alive"] |= (output > 0).any(axis=0)

    class Linear:
        def forward(self, x):
            output = np.clip(x @ W + b, 0, None)
            hook(self, x, output)
            return output

    layer = Linear()
    for x in batches:
        layer.forward(x)
    return (~handles["alive"]).astype(float).mean().item()
