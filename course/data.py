"""Data sets that are always at hand: the spiral and the digits.  For CIFAR-10 see ``course.cifar``.

>>> X, y = spiral(np.random.default_rng(0))
>>> X.shape, np.bincount(y).tolist()
((300, 2), [100, 100, 100])
>>> d = digits()
>>> len(d.y_train), len(d.y_val), len(d.y_test)
(1197, 300, 300)
"""

import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """A labelled data set, split once.

    X_train, X_val, X_test  (N, D) rows of features; the mean of the training rows is subtracted from all three
    y_train, y_val, y_test  (N,) integer labels
    mean                    (D,) what was subtracted
    classes                 how many labels there are
    image                   shape of one row as an image, e.g. (8, 8)
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_val: np.ndarray
    y_val: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    mean: np.ndarray
    classes: int
    image: tuple[int, ...]

    def __post_init__(self) -> None:
        for part in ("train", "val", "test"):
            X, y = getattr(self, f"X_{part}"), getattr(self, f"y_{part}")
            if X.ndim != 2 or y.shape != (len(X),):
                raise ValueError(f"{part}: X must be (N, D) and y (N,); got {X.shape} and {y.shape}.")


def spiral(
    rng: np.random.Generator, *, points: int = 100, classes: int = 3, noise: float = 0.2
) -> tuple[np.ndarray, np.ndarray]:
    """Return interleaved spiral arms: X of shape (points * classes, 2) and labels y.

    Arm c has radius r from 0 to 1 and angle 4 (c + r) plus Gaussian noise of standard deviation ``noise``
    radians.  The toy of the CS231n notes, "Putting it together: a minimal neural network case study".
    """
    if points < 1 or classes < 1:
        raise ValueError(f"points and classes must be at least 1; got {points} and {classes}.")
    r = np.tile(np.linspace(0, 1, points), classes)
    y = np.repeat(np.arange(classes), points)
    angle = 4 * (y + r) + noise * rng.standard_normal(len(r))
    return np.stack([r * np.sin(angle), r * np.cos(angle)], axis=1), y


@lru_cache(maxsize=1)
def digits() -> Split:
    """Return scikit-learn's 1797 digits of 8 x 8 pixels as 1197 training, 300 validation and 300 test images.

    The split is one fixed shuffle, the same in every lesson, so that a test image of one lesson is never a
    training image of another.  Pixels are scaled from 0..16 to 0..1 before the mean is subtracted.  The arrays
    are shared between callers and therefore read-only.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits (UCI, 1998).
    """
    images, labels = scanned_digits()
    order = np.random.default_rng(1797).permutation(len(labels))
    return split(images[order] / 16.0, labels[order].astype(np.int64), sizes=(1197, 300), image=(8, 8))


def scanned_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return scikit-learn's digits as it has them: pixels 0..16 of shape (1797, 64), and labels.

    Its table is read without importing scikit-learn, which takes forty times longer and every process of a search
    would pay for it.  Raises ``ModuleNotFoundError`` without scikit-learn.
    """
    found = importlib.util.find_spec("sklearn")
    for place in (found.submodule_search_locations or []) if found else []:
        file = Path(place, "datasets", "data", "digits.csv.gz")
        if file.is_file():
            table = np.loadtxt(file, delimiter=",")
            return table[:, :-1], table[:, -1]
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


def split(X: np.ndarray, y: np.ndarray, *, sizes: tuple[int, int], image: tuple[int, ...]) -> Split:
    """Cut rows, in the order given, into the first ``sizes[0]``, the next ``sizes[1]`` and the rest."""
    first, second = sizes[0], sizes[0] + sizes[1]
    if not 0 < first < second <= len(y):
        raise ValueError(f"sizes {sizes} do not fit {len(y)} rows.")
    mean = X[:first].mean(axis=0)
    X = X - mean
    parts = {"train": slice(0, first), "val": slice(first, second), "test": slice(second, None)}
    arrays = {}
    for name, rows in parts.items():
        arrays[f"X_{name}"], arrays[f"y_{name}"] = X[rows].copy(), y[rows].copy()
        arrays[f"X_{name}"].setflags(write=False)
        arrays[f"y_{name}"].setflags(write=False)
    return Split(**arrays, mean=mean, classes=int(y.max()) + 1, image=image)
