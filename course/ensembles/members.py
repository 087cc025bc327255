"""Networks for an ensemble: small ones, trained on 300 digits, and the ways in which they can differ.

>>> data = images()
>>> len(data.y_train), len(data.y_choose), len(data.y_judge)
(300, 300, 897)
>>> rule = lambda w, dw, config: (w - config["learning_rate"] * dw, config)
>>> one = member(rule, seed=0, epochs=1)
>>> one.scores(data.X_judge).shape
(897, 10)

Scores come back, never averages of them: those are the reader's part.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from course.data import digits
from course.network import MLP, Params
from course.probes.base import Rule
from course.search import DigitsJob
from course.training import train

ROWS, WIDTH, SIZE = 300, 16, 5
"""Training images; units of a member between features and classes; members of a draw."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Images:
    """The digits as this lesson uses them; test images are not among them.

    X_train, y_train    300 images that train
    X_choose, y_choose  300 images that choose: the best of a search, a rate
    X_judge, y_judge    897 images that neither train nor choose
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_choose: np.ndarray
    y_choose: np.ndarray
    X_judge: np.ndarray
    y_judge: np.ndarray


@lru_cache(maxsize=1)
def images() -> Images:
    """Return the lesson's images: most of the usual training images judge here instead."""
    data = digits()
    return Images(
        X_train=data.X_train[:ROWS],
        y_train=data.y_train[:ROWS],
        X_choose=data.X_val,
        y_choose=data.y_val,
        X_judge=data.X_train[ROWS:],
        y_judge=data.y_train[ROWS:],
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Member:
    """A trained network; ``pixels`` are those it may see, a mask of ones and zeros, or None."""

    network: MLP
    params: Params
    pixels: np.ndarray | None = None

    def scores(self, X: np.ndarray) -> np.ndarray:
        """Return scores (N, C)."""
        return self.network.scores(self.params, X if self.pixels is None else X * self.pixels)

    def masked(
        self, X: np.ndarray, count: int, *, dropout: float, rng: np.random.Generator
    ) -> list[np.ndarray]:
        """Return scores (N, C) under so many dropout masks, each drawn anew for every image."""
        return [self.network.layers(self.params, X, dropout=dropout, rng=rng)[-1] for _ in range(count)]


def member(
    rule: Rule,
    seed: int,
    *,
    width: int = WIDTH,
    rate: float = 1.0,
    epochs: int = 20,
    batch: int = 50,
    start: Params | None = None,
    rows: np.ndarray | None = None,
    pixels: np.ndarray | None = None,
    **options: Any,
) -> Member:
    """Train one network and return it.

    seed     of the first weights, unless ``start`` gives them, and of the order of the images
    rows     which of the training images to use, e.g. a bootstrap sample
    options  of ``course.training.train``, e.g. ``dropout``
    """
    data, network = images(), MLP(sizes=(64, width, 10))
    X, y = (data.X_train, data.y_train) if rows is None else (data.X_train[rows], data.y_train[rows])
    run = train(
        network,
        X if pixels is None else X * pixels,
        y,
        rule,
        {"learning_rate": rate},
        rng=np.random.default_rng(seed),
        epochs=epochs,
        batch=batch,
        params=start,
        **options,
    )
    return Member(network=network, params=run.params, pixels=pixels)


Source = Callable[[Rule, int], np.ndarray]
"""``scores = source(rule, draw)``: scores (SIZE, N, C) of the members of one draw on the images that judge."""


def judged(members: list[Member]) -> np.ndarray:
    """Return scores (M, N, C) on the images that judge."""
    return np.array([each.scores(images().X_judge) for each in members])


def louder(scores: np.ndarray, y: np.ndarray, factor: float) -> np.ndarray:
    """Return scores (M, N, C) in which those of the network with most mistakes are multiplied."""
    worst = (scores.argmax(axis=2) != y).sum(axis=1).argmax()
    return np.where(np.arange(len(scores))[:, None, None] == worst, factor * scores, scores)


def same_start(rule: Rule, draw: int) -> np.ndarray:
    """Differ in the order of images alone."""
    start = MLP(sizes=(64, WIDTH, 10)).start(np.random.default_rng(900 + draw))
    return judged([member(rule, 1000 + SIZE * draw + k, start=start) for k in range(SIZE)])


def last_epochs(rule: Rule, draw: int) -> np.ndarray:
    """Be one network after each of its last epochs."""
    kept: list[np.ndarray] = []
    X = images().X_judge
    member(rule, draw, each_epoch={"scores": lambda at: kept.append(at.network.scores(at.params, X))})
    return np.array(kept[-SIZE:])


def bootstrap(rule: Rule, draw: int) -> np.ndarray:
    """Train on images drawn with replacement, as bagging does."""
    numbers = range(SIZE * draw, SIZE * (draw + 1))
    drawn = [np.random.default_rng(500 + n).integers(0, ROWS, ROWS) for n in numbers]
    return judged([member(rule, n, rows=rows) for n, rows in zip(numbers, drawn, strict=True)])


def some_pixels(rule: Rule, draw: int) -> np.ndarray:
    """See six pixels of ten, each member others."""
    numbers = range(SIZE * draw, SIZE * (draw + 1))
    masks = [(np.random.default_rng(700 + n).random(64) < 0.6).astype(float) for n in numbers]
    return judged([member(rule, n, pixels=mask) for n, mask in zip(numbers, masks, strict=True)])


def top_of_search(rule: Rule, draw: int, *, trials: int = 12) -> np.ndarray:
    """Be the best of a random search over rate and penalty; the images that choose rank it."""
    rng, data, tried = np.random.default_rng(3000 + draw), images(), []
    for _ in range(trials):
        settings = {
            "learning_rate": 10 ** rng.uniform(-0.7, 0.7),
            "reg": 10 ** rng.uniform(-5, -2),
            "seed": int(rng.integers(2**31)),
        }
        job = DigitsJob(rule=rule, epochs=20, rows=ROWS, width=WIDTH)
        run = job.fit(settings, lambda stats: None)
        accuracy = 0.0 if run.stopped else job.network.accuracy(run.params, data.X_choose, data.y_choose)
        tried.append((accuracy, job.network.scores(run.params, data.X_judge)))
    best = sorted(range(trials), key=lambda k: -tried[k][0])[:SIZE]
    return np.array([tried[k][1] for k in best])


SOURCES: dict[str, Source] = {
    "same start, other order": same_start,
    "last epochs of one run": last_epochs,
    "bootstrap samples": bootstrap,
    "six pixels of ten": some_pixels,
    "top of a search": top_of_search,
}


def disagreement(labels: np.ndarray) -> float:
    """Return the share of images on which two members differ, (M, N) labels, averaged over all pairs."""
    count = len(labels)
    pairs = [(labels[i] != labels[k]).mean() for i in range(count) for k in range(i)]
    return float(np.mean(pairs))
