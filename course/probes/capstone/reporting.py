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

    A classifier is known by its labels, so that one may be asked about through a function around it.

    X, y    the test rows and their labels
    labels  name -> what each classifier says of the rows
    """

    offers = ("judge", "looks")

    def __init__(self, X: np.ndarray, y: np.ndarray, labels: dict[str, np.ndarray]):
        self.X, self.y, self.labels = X, y, labels
        self.asked: list[str] = []
        self.looks: list[float] = []
        self.judge = bounded(self.judge, "`judge`")  # type: ignore[method-assign]

    def judge(self, classify: Callable) -> float:
        """Return the accuracy of a classifier.  Raises ``TypeError`` for a name or labels."""
        if isinstance(classify, str | int | float | list | tuple | np.ndarray):
            raise TypeError(f"judge needs the classifier, a function; it was given {describe(classify)}")
        said = np.asarray(classify(self.X.copy()))
        if said.shape != self.y.shape:
            raise ValueError(f"A label for each of {len(self.y)} rows is needed; got shape {said.shape}.")
        names = [name for name, labels in self.labels.items() if np.array_equal(labels, said)]
        self.asked.append(names[0] if names else "somebody else")
        self.looks.append(float((said == self.y).mean()))
        return self.looks[-1]

    judge.__qualname__ = "Sealed.judge"  # for Python's errors about arguments


def entrant(labels: np.ndarray) -> Callable:
    """Return a classifier whose labels are planned; row k carries its number."""

    def classify(X: np.ndarray) -> np.ndarray:
        return labels[np.asarray(X)[:, 0].astype(int)]

    return bounded(classify, "a classifier")


def planned(y: np.ndarray, right: int, first: int) -> np.ndarray:
    """Return labels of which so many are right, from one row on and round the end."""
    return np.where((np.arange(len(y)) - first) % len(y) < right, y, y + 1)


def contest(
    report: Callable, validation: Sequence[int], test: Sequence[int], rows: int = 41
) -> dict[str, Any]:
    """Let a function choose between classifiers with planned accuracies, and return what it did.

    validation  how many of the validation rows each labels rightly
    test        how many of 37 test rows; two that are alike in both numbers are told by both names
    """
    X = np.stack([np.arange(rows + 37, dtype=np.float64), np.ones(rows + 37)], axis=1)
    y = np.arange(rows + 37) % 3
    names = [f"model {letter}" for letter in "abcdefgh"[: len(validation)]]
    plan = dict(zip(names, zip(validation, test, strict=True), strict=True))
    labels = {
        name: np.concatenate([planned(y[:rows], right, 0), planned(y[rows:], later, k)])
        for k, (name, (right, later)) in enumerate(plan.items())
    }
    entrants = {name: entrant(each) for name, each in labels.items()}
    witness = Witness(X[rows:], y[rows:], {name: each[rows:] for name, each in labels.items()})
    given = dict(entrants)
    found = required(call(report, given, X[:rows].copy(), y[:rows].copy(), witness))
    if not isinstance(found, dict):
        raise Unusable("wrong type", f"It must return a dict; it returned {describe(found)}.")
    missing = [key for key in KEYS if key not in found]
    if missing:
        there = ", ".join(f'"{key}"' for key in found) or "nothing"
        raise Unusable("wrong type", f'"{missing[0]}" is missing from the report; it has {there}.')
    chosen, asked = found["chosen"] if isinstance(found["chosen"], str) else "no name", witness.asked
    if asked == [chosen] and chosen in plan:
        chosen = " or ".join(name for name in names if plan[name] == plan[chosen])
        asked = [chosen]
    right, later = plan.get(witness.asked[0] if witness.asked else names[0], (0, 0))
    accuracies = {"val_accuracy": right / rows, "test_accuracy": later / 37}
    rounded = {key for key, exact in accuracies.items() if is_rounded(found[key], exact)}
    shown = {key: exact if key in rounded else found[key] for key, exact in accuracies.items()}
    return {
        "whom the test set was asked about": ", ".join(asked) or "nobody",
        "the name under chosen": chosen,
        "the validation accuracy": shown["val_accuracy"],
        "the test accuracy": shown["test_accuracy"],
        "rounded to few digits": bool(rounded),
        "the classifiers are all still there": list(given) == names,
    }


def is_rounded(value: Any, exact: float) -> bool:
    """Whether a number is another, rounded to one to four digits, and is not that itself."""
    if np.ndim(value) or np.asarray(value).dtype.kind not in "iuf":
        return False
    return abs(value - exact) > 1e-9 and any(
        abs(value - round(exact, digits)) < 1e-9 for digits in (1, 2, 3, 4)
    )


def contests(report: Callable, cases: Sequence[Sequence]) -> dict[str, list]:
    """Return what a function did in several contests, each part for all of them."""
    told = [contest(report, *case) for case in cases]
    return {part: [each[part] for each in told] for part in told[0]}


VISIBLE = (
    ([29, 33, 26, 31], [30, 26, 33, 28]),
    ([419, 420, 419], [29, 25, 29], 441),  # all three are 0.95 to two digits
    ([24, 33, 33], [22, 27, 27]),
)


def visible_report(report: Callable) -> dict[str, Any]:
    """Watch ``final_report``: far apart, close together, and a tie."""
    return contests(report, VISIBLE)
