"""The loss of a classifier that knows nothing."""

import math

import numpy as np
from scipy.special import logsumexp

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(classes, kind, delta=1):
    """Evaluate the loss itself on equal scores, instead of its closed form."""
    scores = np.full(classes, 0.3)
    if kind == "softmax":
        return float(logsumexp(scores) - scores[0])
    if kind == "hinge":
        return float(sum(max(0.0, s - scores[0] + delta) for s in scores[1:]))
    raise ValueError(f"unknown kind {kind!r}")


ALL_EQUAL = "All scores are equal, whatever they are."

chance_loss = Exercise(
    "chance_loss",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="softmax",
            probe=Calls(arguments=[(10, "softmax"), (2, "softmax"), (1000, "softmax"), (10, "softmax", 3.0)]),
            says="For softmax every class gets the same probability; the loss is minus its natural logarithm.",
        ),
        Check(
            name="hinge",
            probe=Calls(
                arguments=[
                    (10, "hinge"),
                    (2, "hinge"),
                    (10, "hinge", 0.5),
                    (4, "hinge", 3.0),
                    (7, "hinge", 0.0),
                ]
            ),
            says="For the hinge, count the margins that equal scores violate, and by how much each is violated.",
        ),
        Check(
            name="unknown kind",
            probe=Calls(
                arguments=[(10, "l2"), (10, "SOFTMAX!"), (10, "soft"), (10, "hing")], may_be_none=True
            ),
            says="For a kind that is neither, raise a ValueError instead of returning a number.",
        ),
    ],
    visible=Calls(
        arguments=[
            (4, "softmax"),
            (100, "softmax"),
            (4, "hinge"),
            (4, "hinge", 2.0),
            (4, "hinge", 0.5),
            (4, "hinge", 0.0),
            (4, "softmax", 2.0),
            (4, "huber"),
            (4, "hing"),
        ],
        may_be_none=True,
    ),
    read="Exercise 1. The loss at chance",
    equivalent={
        "return float(sum((max(0.0, s - scores[0] + delta) for s in scores[1…"
        " -> return float(sum((max(0.0, delta) for s in scores[1…": ALL_EQUAL,
        "return float(sum((max(0.0, s - scores[0] + delta) for s in scores…"
        " -> return float(sum((max(0.0, scores[0] - s + delta) for s in scores…": ALL_EQUAL,
        "scores = np.full(classes, 0.3) -> scores = np.full(classes, 0.6)": ALL_EQUAL,
        "…logsumexp(scores) - scores[0]) -> …logsumexp(scores) - scores[-1])": ALL_EQUAL,
        "…logsumexp(scores) - scores[0]) -> …logsumexp(scores) - scores[1])": ALL_EQUAL,
        "…sum((max(0.0, s - scores[0] + delta) for s in scores…"
        " -> …sum((max(0.0, s - scores[-1] + delta) for s in scores…": ALL_EQUAL,
        "…sum((max(0.0, s - scores[0] + delta) for s in scores…"
        " -> …sum((max(0.0, s - scores[1] + delta) for s in scores…": ALL_EQUAL,
    },
    effect="Without the right number to expect, a network that starts broken looks as if it started well.",
)


def table(classes, kind, delta, softmax, hinge):
    if kind not in ("softmax", "hinge"):
        raise ValueError(kind)
    return float(softmax(classes) if kind == "softmax" else hinge(classes, delta))


def margins(classes, delta):
    return (classes - 1) * delta


@chance_loss.mistake
def margin_in_the_softmax(classes, kind, delta=1):
    """The softmax loss changes with delta. The margin belongs to the hinge alone.

    Where does delta stand in -ln(1/C)?
    """
    return table(classes, kind, delta, lambda c: delta * math.log(c), margins)


@chance_loss.mistake
def part_of_a_name_accepted(classes, kind, delta=1):
    """A part of a name, such as `soft`, is taken for the whole: `in` asks whether one text stands inside another.
    Compare with `==`.

    What is `"soft" in "softmax"`?
    """
    whole = next((name for name in ("softmax", "hinge") if kind in name), kind)
    return table(classes, whole, delta, math.log, margins)


chance_loss.table(
    {
        """logarithm to base 10: The logarithm is to base 10. Cross-entropy uses the natural one.

        What is the natural logarithm of 10?
        """: lambda classes, kind, delta=1: table(classes, kind, delta, math.log10, margins),
        """logarithm to base 2: The logarithm is to base 2, which measures bits. Cross-entropy uses the
        natural one.

        What is the natural logarithm of 2?
        """: lambda classes, kind, delta=1: table(classes, kind, delta, math.log2, margins),
        """softmax sign: The loss is negative: the logarithm of a probability is below 0 and the loss is minus
        it.

        Is a probability of 1/C above or below 1, and what is the sign of its logarithm?
        """: lambda classes, kind, delta=1: table(classes, kind, delta, lambda c: -math.log(c), margins),
        """probability instead of its logarithm: It returns the chance itself. The loss is minus its
        logarithm.

        What should a network pay that gives the label a probability of 1?
        """: lambda classes, kind, delta=1: table(classes, kind, delta, lambda c: 1 / c, margins),
        """C margins instead of C minus 1: The label's own class is counted, but no margin is asked of a class
        against itself.
        """: lambda classes, kind, delta=1: table(classes, kind, delta, math.log, lambda c, d: c * d),
        """margins averaged: The violated margins of an example were averaged over the classes. Weston and
        Watkins add them up.
        """: lambda classes, kind, delta=1: table(
            classes, kind, delta, math.log, lambda c, d: (c - 1) * d / c
        ),
        """kinds exchanged: The two kinds have changed places: softmax gives (C - 1) delta and the hinge a
        logarithm.
        """: lambda classes, kind, delta=1: table(
            classes, {"softmax": "hinge", "hinge": "softmax"}.get(kind, kind), delta, math.log, margins
        ),
        """delta ignored: A margin of 1 is assumed whatever delta says.

        By how much is each margin short, if all scores are equal?
        """: lambda classes, kind, delta=1: table(classes, kind, delta, math.log, lambda c, d: c - 1),
        """any other kind is hinge: A kind it does not know is taken for one it does, and a typing error
        becomes a wrong number.

        What does your function do with "hinge loss", or any word it does not know?
        """: lambda classes, kind, delta=1: table(
            classes, kind if kind == "softmax" else "hinge", delta, math.log, margins
        ),
        """any other kind is softmax: A kind it does not know is taken for softmax, and a typing error becomes a
        wrong number. Raise a ValueError.

        What does your function do with "hinge loss", or any word it does not know?
        """: lambda classes, kind, delta=1: table(
            classes, kind if kind == "hinge" else "softmax", delta, math.log, margins
        ),
        """another error for an unknown kind: A kind it does not know ends in a KeyError, as a dict raises it.
        Raise a ValueError, which says that a value is wrong.
        """: lambda classes, kind, delta=1: {"softmax": math.log(classes), "hinge": margins(classes, delta)}[
            kind
        ],
        """unknown kind returns zero: A kind it does not know gives a number. Raise a ValueError, so that a
        typing error is seen.

        Who would notice a 0 in a long run?
        """: lambda classes, kind, delta=1: (
            table(classes, kind, delta, math.log, margins) if kind in ("softmax", "hinge") else 0.0
        ),
    }
)


@chance_loss.variant
def closed_form(classes, kind, delta=1):
    if kind == "softmax":
        return np.log(classes)
    if kind == "hinge":
        return delta * (classes - 1)
    raise ValueError("kind must be softmax or hinge")


@chance_loss.variant
def minus_log_of_a_probability(classes, kind, delta=1):
    return (
        {"softmax": -np.log(1.0 / classes), "hinge": float(delta) * classes - delta}[kind]
        if kind
        in (
            "softmax",
            "hinge",
        )
        else (_ for _ in ()).throw(ValueError(kind))
    )


@chance_loss.variant_as_in("SciPy")
def by_a_log_softmax_of_equal_scores(classes, kind, delta=1):
    from scipy.special import log_softmax

    scores = np.zeros(classes)
    if kind == "softmax":
        return -log_softmax(scores)[0]
    if kind != "hinge":
        raise ValueError(f"kind must be 'softmax' or 'hinge', got {kind!r}")
    return np.maximum(0, np.delete(scores, 0) - scores[0] + delta).sum()
