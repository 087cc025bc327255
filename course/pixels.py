"""Images as a classifier is given them: raw pixels, images moved by a pixel, labels of which some are wrong.

>>> images = digit_images()
>>> images.train.shape, images.fresh.shape
((1197, 8, 8), (300, 8, 8))
>>> moved(np.array([[[1.0, 2.0], [3.0, 4.0]]]), down=0, right=1)
array([[[0., 1.],
        [0., 3.]]])
"""

from dataclasses import dataclass

import numpy as np

from course.data import digits

DIRECTIONS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}
"""Name -> (down, right): the four moves by one pixel."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Images:
    """Digits as images, pixels from 0 to 1, blank paper 0.

    train, y_train  1197 images (N, 8, 8) and their labels
    fresh, y_fresh  300 others: the course's validation images.  Its test images stay untouched until lesson 11
    """

    train: np.ndarray
    y_train: np.ndarray
    fresh: np.ndarray
    y_fresh: np.ndarray


def digit_images() -> Images:
    """Return the digits of ``course.data`` as they were scanned: multiples of 1/16, no mean subtracted."""
    data = digits()

    def scanned(X: np.ndarray) -> np.ndarray:
        return (np.round(16 * (X + data.mean)) / 16).reshape(-1, *data.image)

    return Images(
        train=scanned(data.X_train), y_train=data.y_train, fresh=scanned(data.X_val), y_fresh=data.y_val
    )


def moved(images: np.ndarray, down: int = 0, right: int = 0) -> np.ndarray:
    """Return images (N, H, W) moved by whole pixels; what leaves the frame is lost, and blank paper comes in."""
    _, height, width = np.shape(images)
    if abs(down) >= height or abs(right) >= width:
        raise ValueError(f"A move of ({down}, {right}) leaves nothing of an image of {height} by {width}.")
    margin = ((0, 0), (max(down, 0), max(-down, 0)), (max(right, 0), max(-right, 0)))
    wide = np.pad(images, margin)
    return wide[:, max(-down, 0) :, max(-right, 0) :][:, :height, :width].copy()


def somewhere(images: np.ndarray, side: int, rng: np.random.Generator) -> np.ndarray:
    """Return every image on a larger sheet (N, side, side), each at a place drawn at random."""
    count, height, width = images.shape
    sheets = np.zeros((count, side, side))
    rows, columns = rng.integers(0, side - height + 1, count), rng.integers(0, side - width + 1, count)
    for sheet, image, row, column in zip(sheets, images, rows, columns, strict=True):
        sheet[row : row + height, column : column + width] = image
    return sheets


def with_wrong_labels(y: np.ndarray, share: float, classes: int, rng: np.random.Generator) -> np.ndarray:
    """Return labels of which about ``share`` were replaced by another class, drawn at random."""
    wrong = rng.random(len(y)) < share
    return np.where(wrong, (y + rng.integers(1, classes, len(y))) % classes, y)
