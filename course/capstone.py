"""What the last lesson works on: raw digits, and a test set that answers once.

>>> desk = rehearsal()
>>> desk.X_train.shape, float(desk.X_train.max()), len(desk.y_val)
((1197, 64), 16.0, 300)
>>> desk.sealed
<300 rows, sealed>
>>> round(desk.sealed.judge(lambda X: np.zeros(len(X), dtype=int)), 2)  # everything is a nought
0.1
>>> desk.sealed
<300 rows, opened: 0.10>
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from course import cifar
from course.data import digits
from course.probes.base import Lent
from course.probes.wording import describe

Classify = Callable[[np.ndarray], np.ndarray]
"""Rows in, (N, D); labels out, (N,)."""


class Opened(RuntimeError):
    """The test set was asked a second time."""


class Sealed(Lent):
    """Test rows behind a seal.  They answer one question, the accuracy of one classifier, and keep the answer.

    looks  the accuracies that were given out, in order; later questions are counted too, as NaN
    """

    offers = ("judge", "looks")

    def __init__(self, X: np.ndarray, y: np.ndarray):
        self._X, self._y = X, y
        self.looks: list[float] = []

    def judge(self, classify: Classify) -> float:
        """Return the share of test rows that ``classify`` labels rightly.

        Raises ``Opened`` from the second time on, and ``TypeError`` for what is no function.  What raises inside
        ``classify`` breaks no seal.
        """
        if self.looks:
            first = self.looks[0]
            self.looks.append(np.nan)
            raise Opened(
                f"The test set has answered: {first:.4f}. This is look {len(self.looks)}, and a second number "
                "would tempt you to choose between the two. A new kernel seals it again: if you use one, say so "
                "in your log."
            )
        if not callable(classify):
            raise TypeError(f"judge needs the classifier, a function; it was given {describe(classify)}")
        labels = np.asarray(classify(self._X.copy()))
        if labels.shape != self._y.shape:
            raise ValueError(f"A label for each of {len(self._y)} rows is needed; got shape {labels.shape}.")
        self.looks.append(float((labels == self._y).mean()))
        return self.looks[0]

    def __repr__(self) -> str:
        if not self.looks:
            return f"<{len(self._y)} rows, sealed>"
        again = len(self.looks) - 1
        more = f", and asked {'once' if again == 1 else f'{again} times'} more" if again else ""
        return f"<{len(self._y)} rows, opened: {self.looks[0]:.2f}{more}>"


@dataclass(frozen=True, kw_only=True, eq=False)
class Bench:
    """Data to work on: training and validation rows as they come, and test rows under seal.

    X_train, X_val  (N, D) rows, unscaled
    image           shape of one row as an image
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_val: np.ndarray
    y_val: np.ndarray
    sealed: Sealed
    image: tuple[int, ...]


@cache
def bench() -> Bench:
    """Return the digits of ``course.data.digits``, the same split, with pixels from 0 to 16 as they were scanned.

    There is one bench in a process: asked for again, it still has the seal that was broken.
    """
    data = digits()
    X_train, X_val, X_test = (np.round(16 * (X + data.mean)) for X in (data.X_train, data.X_val, data.X_test))
    return Bench(
        X_train=X_train,
        y_train=data.y_train.copy(),
        X_val=X_val,
        y_val=data.y_val.copy(),
        sealed=Sealed(X_test, data.y_test),
        image=data.image,
    )


def rehearsal() -> Bench:
    """Return a fresh bench to practise on: behind its seal are the validation rows once more."""
    desk = bench()
    return replace(desk, sealed=Sealed(desk.X_val, desk.y_val))


def cifar_bench(*, train: int = 5000, validation: int = 1000) -> Bench | str:
    """Return CIFAR-10 as a bench if its archive is on this machine, else a sentence that says how to get it.

    Nothing is downloaded here.  Pixels run from 0 to 255.  Raises ``ValueError`` for a damaged archive.
    """
    if not (cifar.CACHE / cifar.OFFICIAL.name).is_file():
        return (
            "CIFAR-10 is not on this machine, so this section is skipped; nothing else needs it.\nTo have it, run "
            "this once, with an internet connection (170 MB, checked by its SHA-256):\n"
            "    from course.cifar import cifar10; cifar10()\nThen run this cell again."
        )
    data = cifar.cifar10(train=train, validation=validation)
    X_train, X_val, X_test = (255 * (X + data.mean) for X in (data.X_train, data.X_val, data.X_test))
    return Bench(
        X_train=X_train,
        y_train=data.y_train,
        X_val=X_val,
        y_val=data.y_val,
        sealed=Sealed(X_test, data.y_test),
        image=data.image,
    )
