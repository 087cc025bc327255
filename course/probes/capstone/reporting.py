"""Watch who is chosen, how often the test set is asked, and what is reported."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.probes.answers import required
from course.probes.base import Lent, Unusable, call
from course.probes.bounded import bounded
from course.probes.wording import describe

KEYS = ("chosen", "val_accuracy", "test_accuracy")
"""What a report holds; further entries are nobody's concern."""


class Witness(Lent):
    """Stands in for the sealed test set: it answers every time and remembers whom it was asked about.

    right  name -> share of test rows each classifier labels rightly
    """

    offers = ("judge",)

    def __init__(self, right: dict[Callable, tuple[str, float]]):
        self.right = right
        self.asked: list[str] = []
        self.judge = bounded(self.judge, "`judge`")  # type: ignore[method-assign]

    def judge(self, classify: Callable) -> float:
        """Return the planned accuracy of a classifier.  Raises ``TypeError`` for a name or labels."""
        if isinstance(classify, str | int | float | list | tuple | np.ndarray):
            raise TypeError(f"judge needs the classifier, a function; it was given {describe(classify)}")
        name, accuracy = self.right.get(classify, ("somebody else", 0.0))
        self.asked.append(name)
        return accuracy


def entrant(labels: np.ndarray) -> Callable:
    """Return a classifier whose labels are planned; row k carries its number."""

    def classify(X: np.ndarray) -> np.ndarray:
        return labels[np.asarray(X)[:, 0].astype(int)]

    return bounded(classify, "a classifier")


def contest(
    report: Callable, validation: Sequence[int], test: Sequence[float], *, rows: int = 40
) -> dict[str, Any]:
    """Let a function choose between classifiers with planned accuracies, and return what it did.

    validation  how many of the validation rows each labels rightly
    test        what the test set would say of each
    """
    X = np.stack([np.arange(rows, dtype=np.float64), np.ones(rows)], axis=1)
    y = np.arange(rows) % 3
    names = [f"model {letter}" for letter in "abcdefgh"[: len(validation)]]
    entrants = {
        name: entrant(np.where(np.arange(rows) < right, y, y + 1))
        for name, right in zip(names, validation, strict=True)
    }
    witness = Witness({entrants[name]: (name, share) for name, share in zip(names, test, strict=True)})
    found = required(call(report, dict(entrants), X.copy(), y.copy(), witness))
    if not isinstance(found, dict):
        raise Unusable("wrong type", f"It must return a dict; it returned {describe(found)}.")
    missing = [key for key in KEYS if key not in found]
    if missing:
        there = ", ".join(f'"{key}"' for key in found) or "nothing"
        raise Unusable("wrong type", f'"{missing[0]}" is missing from the report; it has {there}.')
    return {
        "whom the test set was asked about": ", ".join(witness.asked) or "nobody",
        "the name under chosen": found["chosen"] if isinstance(found["chosen"], str) else "no name",
        "the validation accuracy": found["val_accuracy"],
        "the test accuracy": found["test_accuracy"],
    }


def contests(report: Callable, cases: Sequence[tuple[Sequence[int], Sequence[float]]]) -> dict[str, list]:
    """Return what a function did in several contests, each part for all of them."""
    told = [contest(report, *case) for case in cases]
    return {part: [each[part] for each in told] for part in told[0]}


def visible_report(report: Callable) -> dict[str, Any]:
    """Watch ``final_report``."""
    return contest(report, [29, 33, 26, 31], [0.81, 0.7, 0.9, 0.75])
