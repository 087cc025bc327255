"""What one layer's activations look like over a set of rows."""

import statistics
from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(a, kind):
    """Plain Python over lists: the standard library's mean and population deviation."""
    rows = np.asarray(a, dtype=float).tolist()
    entries = [value for row in rows for value in row]
    found = {"mean": statistics.fmean(entries), "std": statistics.pstdev(entries)}
    if kind == "tanh":
        return {**found, "saturated": sum(abs(value) > 0.97 for value in entries) / len(entries)}
    if kind == "relu":
        return {**found, "dead": statistics.fmean(not any(unit) for unit in zip(*rows, strict=True))}
    raise ValueError(kind)


RNG = np.random.default_rng(14)
TANH = np.tanh(2.5 * RNG.standard_normal((30, 8)) - 0.3)
RELU = np.maximum(0, RNG.standard_normal((25, 10)) - np.linspace(-1, 4, 10))
RELU[:, 9], RELU[4] = 0.0, 0.0
RELU[7, 8] = 1e-9

EXACTLY = "No activation is exactly 0.97."

activation_stats = Exercise(
    "activation_stats",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="tanh",
            probe=Calls(arguments=[(TANH, "tanh"), (0.5 * TANH, "tanh")]),
            says="For tanh: mean and standard deviation of all entries, and the share beyond 0.97 on either side.",
        ),
        Check(
            name="relu",
            probe=Calls(arguments=[(RELU, "relu"), (RELU[:3], "relu")]),
            says="For ReLU: mean and standard deviation, and the share of units that never fire for any row.",
        ),
        Check(
            name="unknown kind",
            probe=Calls(arguments=[(RELU, "sigmoid")], may_be_none=True),
            says="For a kind that is neither, raise a ValueError.",
        ),
    ],
    visible=Calls(
        arguments=[
            (np.array([[0.98, 0.5], [-0.99, 0.96], [0.0, 0.2]]), "tanh"),
            (
                np.array([[0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0, 0.0], [0.0, 1.0, 0.0, 1e-9, 0.0]]),
                "relu",
            ),
            (np.array([[0.5, 0.2]]), "sigmoid"),
        ],
        may_be_none=True,
    ),
    read="Exercise 4. Activation statistics",
    equivalent={
        "rows = np.asarray(a, dtype=float).tolist() -> rows = np.asarray(a).tolist()": (
            "Python's numbers come out of it either way."
        ),
        "…saturated': sum((abs(value) > 0.97 for value in entries…"
        " -> …saturated': sum((abs(value) >= 0.97 for value in entries…": EXACTLY,
        "…saturated'] = (np.abs(a) > 0.97).mean() -> …saturated'] = (np.abs(a) >= 0.97).mean()": EXACTLY,
    },
    effect="A layer that is saturated or dead does not show, and the layers below it learn nothing.",
)


def stats(a, kind, *, saturated=None, dead=None, std=np.std, mean=np.mean):
    if kind == "tanh":
        return {"mean": mean(a), "std": std(a), "saturated": float((saturated or beyond)(a))}
    if kind == "relu":
        return {"mean": mean(a), "std": std(a), "dead": float((dead or never)(a))}
    raise ValueError(kind)


def beyond(a):
    return (np.abs(a) > 0.97).mean()


def never(a):
    return (a == 0).all(axis=0).mean()


activation_stats.table(
    {
        """positive side only: Only the upper end counts as saturated; tanh has two. Take the absolute value.

        Between which two numbers do the values of tanh lie?
        """: partial(stats, saturated=lambda a: (a > 0.97).mean()),
        """unit saturated only if always: A unit counts only if it is saturated for every row. For tanh count
        entries, one row and unit at a time.

        For tanh, is the share asked of units or of entries?
        """: partial(stats, saturated=lambda a: (np.abs(a) > 0.97).all(axis=0).mean()),
        """zeros counted as dead: Every zero was counted. A ReLU that is silent for one row is doing its work;
        dead is silent for all rows.

        Is a unit that is silent for one row dead?
        """: partial(stats, dead=lambda a: (a == 0).mean()),
        """only the first row: It looks at the first row only. A unit may be silent there and fire for others:
        look at all rows.
        """: partial(
            stats, dead=lambda a: (a[0] == 0).mean(), saturated=lambda a: (np.abs(a[0]) > 0.97).mean()
        ),
        """dead on the first row: It looks at the first row only. A unit may be silent there and fire for
        others: look at all rows.
        """: partial(stats, dead=lambda a: (a[0] == 0).mean()),
        """rows instead of units: It counts rows for which no unit fires. Units are columns: look along axis
        0.
        """: partial(stats, dead=lambda a: (a == 0).all(axis=1).mean()),
        """silent for one row is dead: A unit that is silent for one row was called dead. It is dead if it
        fires for none: all, not any.
        """: partial(stats, dead=lambda a: (a == 0).any(axis=0).mean()),
        """counts instead of shares: It counts. Divide by how many there are, so that layers of different
        width compare.

        What is the largest value a share can have?
        """: partial(
            stats, saturated=lambda a: (np.abs(a) > 0.97).sum(), dead=lambda a: (a == 0).all(axis=0).sum()
        ),
        """dead units counted: It counts the dead units. Divide by how many there are, so that layers of
        different width compare.

        What is the largest value a share can have?
        """: partial(stats, dead=lambda a: (a == 0).all(axis=0).sum()),
        """one mean per unit: Mean and deviation come back once per unit. They are asked over all entries:
        leave out the axis.

        How many numbers should mean be?
        """: partial(stats, mean=lambda a: np.mean(a, axis=0), std=lambda a: np.std(a, axis=0)),
        """sample deviation: The standard deviation divides by one less than the number of entries. Leave ddof
        at 0.

        What does np.std divide by, if it is told nothing?
        """: partial(stats, std=lambda a: np.std(a, ddof=1)),
        """mean of absolute values: The mean is of absolute values, which hides that tanh activations lie on
        both sides of 0.

        What is the mean of 1 and -1?
        """: partial(stats, mean=lambda a: np.abs(a).mean()),
        """any other kind is relu: A kind it does not know is taken for ReLU. Raise a ValueError, so that a
        typing error is seen.

        What does your function do with a kind it does not know?
        """: lambda a, kind: stats(a, kind if kind == "tanh" else "relu"),
    }
)


@activation_stats.variant
def with_max(a, kind):
    out = {"mean": float(a.mean()), "std": float(a.std())}
    if kind == "tanh":
        out["saturated"] = np.count_nonzero(np.abs(a) > 0.97) / a.size
    elif kind == "relu":
        out["dead"] = np.mean(a.max(axis=0) <= 0)
    else:
        raise ValueError("kind must be tanh or relu")
    return out


@activation_stats.variant_as_in("PyTorch")
def items_of_a_hook(a, kind):
    output = a.copy()
    stats = {"mean": output.mean().item(), "std": output.std(ddof=0).item()}
    if kind == "tanh":
        stats["saturated"] = (np.abs(output) > 0.97).astype(np.float64).mean().item()
    elif kind == "relu":
        stats["dead"] = (output <= 0).all(axis=0).astype(np.float64).mean().item()
    else:
        raise ValueError(f"unknown nonlinearity {kind}")
    return stats
