"""Train with a learner's function on data of ours, ask what it returned, and put the answers in words."""

import contextlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from course.data import digits, spiral
from course.probes.answers import required
from course.probes.base import Unusable, as_floats, call
from course.probes.capstone.lending import (
    BesideABadOne,
    called_with,
    draws,
    lent_fit,
    lent_scale,
    with_what_is_lent,
)
from course.probes.ending import ended_after
from course.probes.wording import describe
from course.threads import one_thread

RELABELLED = np.array([1, 2, 0])
"""The arms of our spiral have other labels than those of the notebook."""

SPIRAL = {"chance": 0.0, "a straight line's": 0.43, "not enough": 0.62, "reached": 0.95}
DIGITS = {"chance": 0.0, "not enough": 0.25, "reached": 0.97}
ONE_ARM, ONE_DIGIT = 0.6, 0.95
"""Share of points, or of digits, with the same label from which on a classifier has given up."""

FRESH = {"chance": 0.0, "not enough": 0.25, "reached": 0.88}
"""Bands of the visible check, which trains on a third of the digits.

The slowest rate that the lesson names ends more than six deviations above the last; a network that is asked about
rows it was not scaled for stays below it (the tests of the exercise measure both).
"""

SECONDS = 20.0
"""Wall time after which the visible check of ``train_digits`` ends a function that has not ended."""

OF_VALIDATION = "of the validation rows"
BANDED = ("fresh points", "validation rows", "rows held back")

HELD_BACK = {"chance": 0.0, "not enough": 0.25, "reached": 0.95}

FAR_POINTS = 1e3 * np.array([[1.0, 1.0], [1.0, -0.5], [0.5, 1.0]])
FAR_DIGITS = np.full((10, 64), 1e8)
"""Rows so far from all others that no mean and no deviation is what it was if they enter it."""


def band(accuracy: float, bands: Mapping[str, float]) -> str:
    """Return the last band that an accuracy reaches."""
    return [name for name, least in bands.items() if accuracy >= least][-1]


def given_up(labels: np.ndarray, share: float) -> bool:
    """Whether at least this share of the rows has the same label."""
    return bool(np.unique(labels, return_counts=True)[1].max() >= share * len(labels))


def classifier(returned: Any) -> Callable:
    """Return what a training function returned if it can be asked for labels.  Raises ``Unusable``."""
    required(returned, "classify")
    if isinstance(returned, np.ndarray | np.generic | list | tuple | dict | str | bool | int | float):
        raise Unusable(
            "wrong type",
            f"It must return a function that labels rows; it returned {describe(returned)}.",
        )
    return returned


def kind(answer: Any, rows: int, trained: int, classes: int) -> str:
    """Return what a classifier gave for some rows: ``labels``, or what else it looks like."""
    try:
        array = as_floats(answer)
    except (TypeError, ValueError):
        return "text" if np.asarray(answer).dtype.kind in "US" else "no numbers"
    if array.ndim == 0:
        return "one number for all rows"
    if array.shape == (rows, classes):
        return "a row of scores for each row"
    if array.shape == (rows, 1):
        return "a column"
    if array.shape == (trained,):
        return "a label for each training row"
    if array.shape != (rows,):
        return "a number for each class" if array.shape == (classes,) else "another number of labels"
    whole = (array == np.round(array)).all() and array.min() >= 0 and array.max() < classes
    return "labels" if whole else "no labels"


class Asked:
    """A classifier that was returned, and whether it left the rows that it was asked about as they were.

    trained  rows it was trained on; a label for each of them is no answer to another question
    """

    def __init__(self, classify: Callable, *, trained: int, classes: int):
        self.classify, self.trained, self.classes = classify, trained, classes
        self.changed = False

    def kind_and_labels(self, X: np.ndarray, *, known: bool = False) -> tuple[str, np.ndarray]:
        """Return the kind of answer for some rows, and labels read from it as well as may be; -1 where none are.

        known  whether these are the rows it was trained on
        """
        given = X.copy()
        answer = call(self.classify, given)
        self.changed |= not np.array_equal(given, X)
        if answer is None:
            raise Unusable(
                "returns None", "The function it returned gave None. Is there a return statement inside?"
            )
        what = kind(answer, len(X), -1 if known else self.trained, self.classes)
        if what == "labels":
            return what, np.asarray(answer, dtype=np.float64)
        if what == "a row of scores for each row":
            return what, np.asarray(answer, dtype=np.float64).argmax(axis=1)
        return what, np.full(len(X), -1.0)

    def labels(self, X: np.ndarray, *, known: bool = False) -> np.ndarray:
        """Return the labels alone."""
        return self.kind_and_labels(X, known=known)[1]

    def alone(self, X: np.ndarray, far: np.ndarray) -> str:
        """Return what rows get one at a time, and beside rows that lie far away; a tenth may differ."""
        what, together = self.kind_and_labels(X)
        single = [self.kind_and_labels(row[None]) for row in X]
        if what == "labels" and single[0][0] != what:
            return single[0][0]
        beside = self.labels(np.concatenate([X, far]))[: len(X)]
        others = (np.array([labels[0] for _, labels in single]), beside)
        return "the same" if all((each == together).mean() >= 0.9 for each in others) else "other labels"


@one_thread()
def spiral_told(train: Callable, *, seed: int) -> dict[str, Any]:
    """Train on a spiral and return what the classifier does on its points and on 1500 fresh ones."""
    return with_what_is_lent(partial(one_spiral, seed=seed), reached, train, fit=lent_fit)


def reached(told: Mapping[str, Any]) -> bool:
    """Whether every share that is told lies in its highest band."""
    return (
        all(told.get(part, "reached") == "reached" for part in BANDED) and told["one at a time"] == "the same"
    )


def one_spiral(train: Callable, *, seed: int) -> dict[str, Any]:
    """Train on a spiral and return what the classifier does, then and after a run on a few points more."""
    X, own = spiral(np.random.default_rng([seed, 0]))
    relabelled = RELABELLED[RELABELLED] if seed % 2 else RELABELLED  # what fits one seed fits no other
    y = relabelled[own]
    fresh, arms = spiral(np.random.default_rng([seed, 1]), points=500)
    asked = Asked(
        classifier(call(train, X.copy(), y.copy(), np.random.default_rng([seed, 2]))),
        trained=len(X),
        classes=3,
    )
    what, labels = asked.kind_and_labels(fresh)
    told: dict[str, Any] = {"answer": what, "one at a time": asked.alone(fresh[::50], FAR_POINTS)}
    if what in ("labels", "a row of scores for each row"):
        if given_up(labels, ONE_ARM):
            return told | {"fresh points": "nearly all in one arm"}
        told["fresh points"] = band(float((labels == relabelled[arms]).mean()), SPIRAL)
        told["labels of another spiral"] = bool((labels == arms).mean() >= 0.6)
        told["points it was given"] = bool((asked.labels(X, known=True) == y).mean() >= 0.62)
        with contextlib.suppress(Unusable):
            call(train, X[::10].copy(), (y[::10] + 2) % 3, np.random.default_rng([seed, 3]))
        told["after the next run"] = kept(labels, asked.labels(fresh))
        told["rng"] = draws(train, X, y, seed=seed)
    return told | {"points that were asked about": "changed" if asked.changed else "left alone"}


def kept(before: np.ndarray, after: np.ndarray) -> str:
    """Return whether a classifier says what it said before."""
    return "the same labels" if (before == after).mean() >= 0.99 else "other labels"


def visible_spiral(train: Callable) -> dict[str, Any]:
    """Watch ``train_spiral`` on a spiral that the graded check does not use."""
    return spiral_told(train, seed=12)


def shuffled_digits(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return all digits with pixels 0 to 16, in an order of our own, mirrored, under other labels.

    Nothing a network does depends on either; what was memorised elsewhere is worth nothing here.
    """
    data = digits()
    X = np.concatenate([data.X_train, data.X_val, data.X_test]) + data.mean
    y = np.concatenate([data.y_train, data.y_val, data.y_test])
    order = np.random.default_rng(seed).permutation(len(y))
    mirrored = np.round(16 * X[order]).reshape(-1, 8, 8)[:, :, ::-1].reshape(-1, 64)
    return np.ascontiguousarray(mirrored), (y[order] + 3) % 10


def pair(returned: Any) -> tuple[Callable, float]:
    """Return the classifier and the accuracy that were returned.  Raises ``Unusable``."""
    if isinstance(returned, tuple | list) and len(returned) == 2:
        classify, accuracy = classifier(returned[0]), returned[1]
        if np.ndim(accuracy) == 0 and np.asarray(accuracy).dtype.kind in "iuf":
            return classify, float(accuracy)
        raise Unusable("wrong type", f"The accuracy must be a number; it is {describe(accuracy)}.")
    required(returned, "classify, accuracy")
    raise Unusable("wrong type", f"It must return (classify, accuracy); it returned {describe(returned)}.")


@one_thread()
def digits_told(train: Callable, *, seed: int) -> dict[str, Any]:
    """Train on 1197 digits with 300 to validate, and return what comes of those and of 300 held back."""
    told = partial(one_set_of_digits, seed=seed)
    return with_what_is_lent(told, reached, train, fit=lent_fit, standardise=lent_scale)


def one_set_of_digits(train: Callable, *, seed: int) -> dict[str, Any]:
    """Train once on digits and return what comes of the validation rows and of rows held back."""
    X, y = shuffled_digits(seed)
    parts = [X[:1197], y[:1197], X[1197:1497], y[1197:1497]]
    classify, _ = pair(call(train, *(each.copy() for each in parts), np.random.default_rng([seed, 2])))
    asked = Asked(classify, trained=1197, classes=10)
    what, labels = asked.kind_and_labels(X[1497:])
    told: dict[str, Any] = {"answer": what, "one at a time": asked.alone(X[1497::15], FAR_DIGITS)}
    if what in ("labels", "a row of scores for each row"):
        if given_up(labels, ONE_DIGIT):
            return told | {"rows held back": "nearly all with one label"}
        told["validation rows"] = band(float((asked.labels(parts[2]) == parts[3]).mean()), DIGITS)
        told["rows held back"] = band(float((labels == y[1497:]).mean()), HELD_BACK)
        told["labels of other digits"] = bool(((labels + 3) % 10 == y[1497:]).mean() >= 0.5)
    return told


@one_thread()
def validation_told(train: Callable, *, seed: int, given: int = 300, more: bool = False) -> dict[str, Any]:
    """Train on some digits with pictures of noise to validate, and return what became of those.

    given  rows to train on
    more   whether to tell, too, what the classifier answers with, how many of 600 further digits are right,
           whether they have the labels of the notebook's, and whether rows asked about alone keep their labels
    """
    told = partial(one_validation, seed=seed, given=given, more=more)
    return with_what_is_lent(told, sound, train, fit=lent_fit, standardise=lent_scale)


def sound(told: Mapping[str, Any]) -> bool:
    """Whether nothing that is told of a validation speaks against it."""
    fresh = (
        told.get("fresh digits", "reached") == "reached"
        and told.get("one at a time", "the same") == "the same"
    )
    return fresh and told["reported accuracy"] == OF_VALIDATION


def noise_to_validate(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return 151 pictures of noise with labels drawn at random, 15 of each and one more.

    Who does not train on them agrees with about a tenth of the labels; whoever agrees with more than 25 in a
    hundred has seen them.  No share of 151 has few digits, so a rounded one shows.
    """
    rng = np.random.default_rng([seed, 3])
    return np.floor(17 * rng.random((151, 64))), rng.permutation(np.append(np.repeat(np.arange(10), 15), 0))


def one_validation(train: Callable, *, seed: int, given: int, more: bool) -> dict[str, Any]:
    """Train on some digits with noise to validate, and twice more with validation rows of other kinds."""
    X, y = shuffled_digits(seed)
    training, fresh = (X[:given], y[:given]), (X[given : given + 600], y[given : given + 600])
    noise, drawn = noise_to_validate(seed)
    classify, reported = pair(
        call(train, *(each.copy() for each in (*training, noise, drawn)), np.random.default_rng([seed, 4]))
    )
    asked = Asked(classify, trained=-1, classes=10)
    answer, validated = asked.kind_and_labels(noise)
    right, before = float((validated == drawn).mean()), asked.labels(fresh[0])
    readings = {
        OF_VALIDATION: right,
        "of the training rows": float((asked.labels(training[0]) == training[1]).mean()),
        "in per cent": 100 * right,
        "an error rate": 1 - right,
    }
    named = [name for name, value in readings.items() if abs(value - reported) < 5e-6]
    if any(round(right, digits) == round(reported, 6) for digits in (1, 2, 3, 4)):
        named = named or [f"{OF_VALIDATION}, rounded"]
    share, learnt = float((before == fresh[1]).mean()), right > 0.25
    spoilt, of_itself = (False, True) if learnt else had_a_say(train, X, y, seed=seed, share=share)
    if named == [OF_VALIDATION] and not of_itself:
        named = []
    told: dict[str, Any] = {
        "learnt the validation rows": learnt,
        "reported accuracy": named[0] if named else "of something else",
        "validation rows had a say": spoilt,
        "kept of several networks": "a good one" if learnt else kept_of_several(train, X, y, seed=seed),
        "after the next run": kept(before, asked.labels(fresh[0])),
        "rng": draws(train, *training, noise, drawn, seed=seed),
    }
    if more:
        told |= {"answer": answer, "fresh digits": band(share, FRESH)}
        told["labels of other digits"] = bool(((before + 3) % 10 == fresh[1]).mean() >= 0.5)
        told["one at a time"] = asked.alone(fresh[0][::30], FAR_DIGITS)
        if answer == "labels" and given_up(before, ONE_DIGIT):
            told["fresh digits"] = "nearly all with one label"
    return told


def had_a_say(train: Callable, X: np.ndarray, y: np.ndarray, *, seed: int, share: float) -> tuple[bool, bool]:
    """Return whether ten validation rows that lie very far away spoil a classifier that is otherwise right, and
    whether the accuracy that comes with it is its own.

    Whoever only chooses by them chooses between networks that have learnt the digits.  A mean or a deviation that
    they entered leaves no digit different from another.

    share  of fresh digits that are right without such rows
    """
    validation = np.concatenate([X[-150:], FAR_DIGITS]), np.concatenate([y[-150:], np.arange(10)])
    try:
        classify, reported = pair(
            called_with(
                {"fit": lent_fit}, train, X[:300], y[:300], *validation, rng=np.random.default_rng([seed, 5])
            )
        )
        asked = Asked(classify, trained=-1, classes=10)
        labels, validated = asked.labels(X[300:600]), asked.labels(validation[0])
    except Unusable:
        return False, True  # which is told where it matters
    right = float((validated == validation[1]).mean())
    return bool((labels == y[300:600]).mean() < 0.6 * share), abs(right - reported) < 5e-6


def kept_of_several(train: Callable, X: np.ndarray, y: np.ndarray, *, seed: int) -> str:
    """Return which of the networks it trains it keeps: all but the first are right on the validation rows."""
    fit = BesideABadOne()
    validation = X[300:450], (y[300:450] + 1) % 10
    try:
        returned = called_with(
            {"fit": fit, "standardise": lent_scale},
            train, X[:200], y[:200], *validation, rng=np.random.default_rng([seed, 6]),
        )  # fmt: skip
        labels = Asked(pair(returned)[0], trained=-1, classes=10).labels(validation[0])
    except Unusable:
        return "a good one"
    several = fit.calls > 1
    return "a bad one" if several and (labels == validation[1]).mean() < 0.25 else "a good one"


def visible_digits(train: Callable) -> dict[str, Any]:
    """Watch ``train_digits`` on half of the digits, with noise to validate; end it if it does not end."""
    with ended_after(
        SECONDS,
        f"It had not ended after {SECONDS:g} seconds. The validation labels of this check are drawn at random, so "
        "nothing reaches 97 in 100: does a loop wait for that? Try a fixed number of rates.",
    ):
        return validation_told(train, seed=5, given=600, more=True)
