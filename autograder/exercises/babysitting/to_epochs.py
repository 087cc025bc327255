"""Iterations as passes over the data."""

from fractions import Fraction

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(iterations, n, batch):
    """Exact rational numbers, one iteration count at a time."""
    exact = [float(Fraction(int(each) * batch, n)) for each in np.ravel(iterations)]
    return np.reshape(exact, np.shape(iterations))


to_epochs = Exercise(
    "to_epochs",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="one number",
            probe=Calls(
                arguments=[(500, 50_000, 100), (7, 1197, 100), (1, 60, 60), (0, 10, 3), (900, 300, 32)]
            ),
            says="An epoch is n examples seen, and an iteration sees batch of them.",
        ),
        Check(
            name="arrays",
            probe=Calls(
                arguments=[(np.array([0, 3, 6, 12]), 120, 40), (np.array([[1, 2], [5, 7]]), 1197, 60)]
            ),
            says="It must also turn an array of iterations, the x axis of a plot, into epochs.",
        ),
    ],
    visible=Calls(
        arguments=[
            (100, 50_000, 128),
            (3, 10, 4),
            (7, 10, 4),
            (np.array([0, 5, 10]), 20, 4),
            (np.array([[1], [6]]), 30, 5),
        ]
    ),
    read="Exercise 1. Epochs",
    equivalent={
        "exact = [float(Fraction(int(each) * batch, n)) for each in…"
        " -> exact = [float(Fraction(each * batch, n)) for each in…": "NumPy's integers are exact, too.",
    },
    effect="Curves of runs with other batch sizes are compared at the wrong places; the better run may "
    "be the one that counted differently.",
)


to_epochs.table(
    {
        """whole epochs only: The answer is rounded down, so a curve becomes a staircase. Use / instead of //.
        """: lambda iterations, n, batch: iterations * batch // n,
        """rounded to whole epochs: The answer is rounded to the nearest epoch, so a curve becomes a staircase.
        Leave out the rounding.
        """: lambda iterations, n, batch: np.round(iterations * batch / n),
        """int around the answer: int() cuts the fraction off, and an array cannot become one whole number.
        Leave it out.
        """: lambda iterations, n, batch: int(iterations * batch / n),
        """batch below the line: The batch divides: a larger batch would give fewer epochs for the same
        iterations. Multiply by it.
        """: lambda iterations, n, batch: iterations / (n * batch),
        """upside down: Data and batch have changed places: a larger batch must give more epochs for the same
        iterations.
        """: lambda iterations, n, batch: iterations * n / batch,
        """batch ignored: An iteration sees a whole batch, not one example. Multiply by the batch.
        """: lambda iterations, n, batch: iterations / n,
        """iterations per epoch rounded down: The batches of an epoch were rounded down, which drops the last
        examples. Count the examples seen.
        """: lambda iterations, n, batch: iterations / (n // batch),
        """the number of iterations in an epoch: It answers how many iterations an epoch has. The question is
        how many epochs the iterations are.
        """: lambda iterations, n, batch: n / batch + 0 * iterations,
        """for one number only: It works for a number and fails for an array. Leave out int() and float():
        arithmetic does both.
        """: lambda iterations, n, batch: int(iterations) * batch / n,
    }
)


@to_epochs.convention(share=0.5)
def loops_that_keep_a_short_last_batch(iterations, n, batch):
    """It counts passes of a loop whose last batch is short, as Keras does. Here an epoch is n examples seen.

    The two agree when the batch divides the data.
    """
    return iterations / -(-n // batch)


@to_epochs.variant
def by_examples_seen(iterations, n, batch):
    return np.asarray(iterations) * (batch / n)


@to_epochs.variant_as_in("CS231n")
def num_train_and_batch_size(iterations, n, batch):
    num_train, batch_size = n, batch
    iterations_per_epoch = num_train / batch_size
    return iterations / iterations_per_epoch
