"""Train with a learner's function on data of ours, ask what it returned, and put the answers in words."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from course.data import digits, spiral
from course.probes.answers import required
from course.probes.base import Unusable, call
from course.probes.capstone.lending import lent_fit, lent_scale, with_what_is_lent
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
        array = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError):
        return "no numbers"
    if array.ndim == 0:
        return "one number for all rows"
    if array.shape == (rows, classes):
        return "a row of scores for each row"
    if array.shape == (trained,):
        return "a label for each training row"
    if array.shape != (rows,):
        return "another number of labels"
    whole = (array == np.round(array)).all() and array.min() >= 0 and array.max() < classes
    return "labels" if whole else "no labels"


def ask(classify: Callable, X: np.ndarray, trained: int, classes: int) -> tuple[str, np.ndarray]:
    """Return the kind of answer for some rows, and labels read from it as well as may be; -1 where none are."""
    answer = call(classify, X.copy())
    if answer is None:
        raise Unusable(
            "returns None", "The function it returned gave None. Is there a return statement inside?"
        )
    what = kind(answer, len(X), trained, classes)
    if what == "labels":
        return what, np.asarray(answer, dtype=np.float64)
    if what == "a row of scores for each row":
        return what, np.asarray(answer, dtype=np.float64).argmax(axis=1)
    return what, np.full(len(X), -1.0)


def alone(classify: Callable, X: np.ndarray, trained: int, classes: int) -> bool:
    """Whether rows get the same labels one at a time as together; a tenth may differ."""
    _, together = ask(classify, X, trained, classes)
    single = [ask(classify, row[None], trained, classes)[1][0] for row in X]
    return bool((np.array(single) == together).mean() >= 0.9)


@one_thread()
def spiral_told(train: Callable, *, seed: int) -> dict[str, Any]:
    """Train on a spiral and return what the classifier does on its points and on 1500 fresh ones."""
    return with_what_is_lent(partial(one_spiral, seed=seed), reached, train, fit=lent_fit)


def reached(told: Mapping[str, Any]) -> bool:
    """Whether every share that is told lies in its highest band."""
    return all(told.get(part, "reached") == "reached" for part in BANDED) and told["one at a time"]


def one_spiral(train: Callable, *, seed: int) -> dict[str, Any]:
    """Train once on a spiral and return what the classifier does."""
    X, own = spiral(np.random.default_rng([seed, 0]))
    relabelled = RELABELLED[RELABELLED] if seed % 2 else RELABELLED  # what fits one seed fits no other
    y = relabelled[own]
    fresh, arms = spiral(np.random.default_rng([seed, 1]), points=500)
    classify = classifier(call(train, X.copy(), y.copy(), np.random.default_rng([seed, 2])))
    what, labels = ask(classify, fresh, len(X), 3)
    told = {"answer": what, "one at a time": alone(classify, fresh[::50], len(X), 3)}
    if what in ("labels", "a row of scores for each row"):
        if given_up(labels, ONE_ARM):
            return told | {"fresh points": "nearly all in one arm"}
        told["fresh points"] = band(float((labels == relabelled[arms]).mean()), SPIRAL)
        told["labels of another spiral"] = bool((labels == arms).mean() >= 0.6)
        given = ask(classify, X, -1, 3)[1]
        told["points it was given"] = bool((given == y).mean() >= 0.62)
    return told


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
    what, labels = ask(classify, X[1497:], 1197, 10)
    told = {"answer": what, "one at a time": alone(classify, X[1497::15], 1197, 10)}
    if what in ("labels", "a row of scores for each row"):
        if given_up(labels, ONE_DIGIT):
            return told | {"rows held back": "nearly all with one label"}
        _, validation = ask(classify, parts[2], -1, 10)
        told["validation rows"] = band(float((validation == parts[3]).mean()), DIGITS)
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
    fresh = told.get("fresh digits", "reached") == "reached" and told.get("one at a time", True)
    return fresh and told["reported accuracy"] == OF_VALIDATION


def noise_to_validate(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return 150 pictures of noise with labels drawn at random, 15 of each.

    Who does not train on them agrees with about a tenth of the labels; whoever agrees with more than 35 in a
    hundred has seen them.
    """
    rng = np.random.default_rng([seed, 3])
    return np.floor(17 * rng.random((150, 64))), rng.permutation(np.repeat(np.arange(10), 15))


def one_validation(train: Callable, *, seed: int, given: int, more: bool) -> dict[str, Any]:
    """Train once on some digits, and once more with every validation row eight times."""
    X, y = shuffled_digits(seed)
    noise, drawn = noise_to_validate(seed)

    def trained(times: int) -> tuple[Callable, float]:
        parts = [X[:given], y[:given], np.tile(noise, (times, 1)), np.tile(drawn, times)]
        return pair(call(train, *(each.copy() for each in parts), np.random.default_rng([seed, 4])))

    classify, reported = trained(1)
    right, answers, others = {}, {}, {}
    asked = {"validation": (noise, drawn), "training": (X[:given], y[:given])}
    asked |= {"fresh": (X[given : given + 600], y[given : given + 600])} if more else {}
    for name, (rows, labels) in asked.items():
        answers[name], said = ask(classify, rows, -1, 10)
        right[name] = float((said == labels).mean())
        others[name] = bool(((said + 3) % 10 == labels).mean() >= 0.5)
    readings = {
        OF_VALIDATION: right["validation"],
        "of the training rows": right["training"],
        "in per cent": 100 * right["validation"],
        "an error rate": 1 - right["validation"],
    }
    named = [name for name, value in readings.items() if abs(value - reported) < 5e-6]
    if any(round(right["validation"], digits) == round(reported, 6) for digits in (2, 3, 4)):
        named = named or [f"{OF_VALIDATION}, rounded"]
    told: dict[str, Any] = {
        "learnt the validation rows": right["validation"] > 0.35,
        "reported accuracy": named[0] if named else "of something else",
        "validation rows had a say": had_a_say(trained, classify, np.concatenate([noise, X[-600:]])),
    }
    if more:
        fresh = ask(classify, asked["fresh"][0], -1, 10)[1]
        told |= {"answer": answers["validation"], "fresh digits": band(right["fresh"], FRESH)}
        told["labels of other digits"] = others["fresh"]
        told["one at a time"] = alone(classify, asked["fresh"][0][::30], -1, 10)
        if answers["validation"] == "labels" and given_up(fresh, ONE_DIGIT):
            told["fresh digits"] = "nearly all with one label"
    return told


def had_a_say(trained: Callable[[int], tuple[Callable, float]], classify: Callable, rows: np.ndarray) -> bool:
    """Whether the number of validation rows changes the classifier, though each comes equally often.

    An accuracy or a mean loss of the validation rows is the same eight times over, so whoever only chooses by them
    chooses the same.  A mean or a deviation that they entered moves towards theirs.  A function whose result is
    another at every call cannot be told.
    """
    first = ask(classify, rows, -1, 10)[1]
    if np.array_equal(first, ask(trained(8)[0], rows, -1, 10)[1]):
        return False
    return np.array_equal(first, ask(trained(1)[0], rows, -1, 10)[1])


def visible_digits(train: Callable) -> dict[str, Any]:
    """Watch ``train_digits`` on half of the digits, with noise to validate; end it if it does not end."""
    with ended_after(
        SECONDS,
        f"It had not ended after {SECONDS:g} seconds. The validation labels of this check are drawn at random, so "
        "nothing reaches 97 in 100: does a loop wait for that? Try a fixed number of rates.",
    ):
        return validation_told(train, seed=5, given=600, more=True)
