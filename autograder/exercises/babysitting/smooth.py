"""An exponentially decaying average of a curve."""

from functools import partial

import numpy as np
from scipy.linalg import solve_banded

from autograder.judging import Check, Exercise
from course.probes.base import Calls, call
from course.probes.histories import visible_smooth


def reference(x, beta):
    """The smoothed values as the solution of a two-band linear system: y[t] - beta y[t-1] = (1 - beta) x[t]."""
    x = np.array(x, dtype=np.float64)
    x[1:] *= 1 - beta
    return solve_banded((1, 0), [np.ones(len(x)), np.full(len(x), -beta)], x)


def curve(length, seed):
    return 2.0 + np.cumsum(np.random.default_rng(seed).standard_normal(length))


def x_afterwards(candidate):
    x = curve(9, 3)
    call(candidate, x, 0.8)
    return x


smooth = Exercise(
    "smooth",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="path",
            probe=Calls(
                arguments=[
                    (curve(60, 1), 0.9),
                    (curve(25, 2), 0.5),
                    (curve(25, 4), 0.5),
                    (curve(8, 3), 0.0),
                    (np.array([4.0]), 0.9),
                    (np.array([5, 2, 7, 4]), 0.7),
                ]
            ),
            says="Each value is beta times the smoothed one before plus (1 - beta) times the new; the first stays.",
        ),
        Check(name="arguments", probe=x_afterwards, says="After the call x is not what it was before."),
    ],
    visible=visible_smooth,
    read="Exercise 2. Smooth a curve",
    equivalent={
        "averaged = np.array(out) -> averaged = out": "A list of numbers is taken as an array.",
        "…solve_banded((1, 0), [np.ones(len(x)), np.full(len(x), -beta…"
        " -> …solve_banded((1, 0), [np.ones(len(x), dtype='float32'), np.full(len(x), -beta…": (
            "One is exact in single precision."
        ),
    },
    effect="You read the trend off a curve that is shifted or still noisy, and stop too early or too late.",
)


def average(x, beta, *, first=None, new=None):
    """Return s with s[0] given and s[t] = beta s[t-1] + new * x[t]."""
    out = [float(x[0] if first is None else first)]
    for value in x[1:]:
        out.append(beta * out[-1] + (1 - beta if new is None else new) * float(value))
    return np.array(out)


smooth.table(
    {
        """started at zero: The average starts at 0, so the curve climbs from below at first. Start at the
        first value.
        """: lambda x, beta: average(np.concatenate([[0.0], x]), beta)[1:],
        """beta on the new value: beta stands at the new value, so a larger beta smooths less. It is the share
        of the past.
        """: lambda x, beta: average(x, 1 - beta),
        """weights that do not add to one: The new value is added whole, so a constant curve grows. Give it
        the share 1 - beta.
        """: partial(average, new=1.0),
    }
)


@smooth.mistake
def looks_ahead(x, beta):
    """Every value mixes in the following one: the curve shows a fall before it happened. Use the past only."""
    later = np.append(x[1:], x[-1])
    return beta * np.asarray(x) + (1 - beta) * later


@smooth.mistake
def mixes_with_the_raw_neighbour(x, beta):
    """It mixes with the raw value before, not the smoothed one, so the memory is one step long."""
    x = np.asarray(x, dtype=np.float64)
    return np.append(x[:1], beta * x[:-1] + (1 - beta) * x[1:])


@smooth.mistake
def moving_window(x, beta):
    """It is a window that forgets all at once. The past should fade by beta at every step."""
    width = max(1, round(1 / (1 - beta)))
    return np.array([np.mean(x[max(0, t + 1 - width) : t + 1]) for t in range(len(x))])


@smooth.mistake
def one_value_short(x, beta):
    """The smoothed curve has one value less than x, so it cannot be drawn over it. Keep the first value."""
    return average(x, beta)[1:]


@smooth.mistake
def whole_numbers_kept(x, beta):
    """`zeros_like(x)` has the type of x: on a curve of whole numbers every average is cut. Use np.zeros."""
    out = np.zeros_like(x)
    out[0] = x[0]
    for t in range(1, len(x)):
        out[t] = beta * out[t - 1] + (1 - beta) * x[t]
    return out


@smooth.in_place
def x_changed_in_place(x, beta):
    """The caller's curve was smoothed in place and its raw values are gone. Write into a new array."""
    answer = average(x, beta)
    x[:] = answer
    return answer


@smooth.convention(share=0.5)
def corrected_start(x, beta):
    """It starts at 0 and divides by 1 - beta^t, as TensorBoard and Adam do: a weighted mean of what was seen.

    Here the first value counts as if it had been seen for ever.
    """
    s = average(np.concatenate([[0.0], x]), beta)[1:]
    return s / (1 - beta ** np.arange(1, len(x) + 1))


@smooth.variant_as_in("SciPy")
def as_a_filter(x, beta):
    from scipy.signal import lfilter  # slow to load, and used here alone

    return lfilter([1 - beta], [1, -beta], x, zi=[beta * x[0]])[0]


@smooth.variant
def as_a_list(x, beta):
    out = [x[0]]
    for t in range(1, len(x)):
        out.append(out[t - 1] + (1 - beta) * (x[t] - out[t - 1]))
    return out
