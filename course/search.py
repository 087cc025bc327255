"""A training job to search over, and what a search looks like from above.

Nothing here draws settings or ranks results at random; those are the reader's own functions.

>>> job = DigitsJob(epochs=1, rows=100)
>>> sorted(job({"learning_rate": 0.5, "reg": 1e-4}))
['epoch', 'train_accuracy', 'train_loss', 'val_accuracy']
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.data import digits
from course.mine import plain_gradient_descent
from course.network import MLP
from course.probes.base import Rule
from course.training import Moment, Run, train

Stats = dict[str, Any]
AfterEpoch = Callable[[Stats], Any]


@dataclass(frozen=True)
class DigitsJob:
    """Train a small network on the digits and report after every epoch.

    rule    an update rule; by default plain gradient descent
    epochs  how long to train
    rows    how many of the training rows to use; few rows make a search short and regularisation matter
    width   units in the layer between features and classes

    Settings: ``learning_rate``, ``reg`` and, if given, ``momentum``, ``dropout``, ``batch`` (else 50 rows) and
    ``seed``; others change nothing.
    The test rows are never touched.
    """

    rule: Rule = plain_gradient_descent
    epochs: int = 5
    rows: int = 300
    width: int = 32

    @property
    def network(self) -> MLP:
        """Return the network that is trained."""
        return MLP(sizes=(64, self.width, 10))

    def __call__(self, settings: Mapping[str, float], after_epoch: AfterEpoch | None = None) -> Stats:
        """Train and return the stats of the last epoch; see ``fit``."""
        told: list[Stats] = []
        self.fit(
            settings,
            told.append if after_epoch is None else lambda stats: after_both(told, after_epoch, stats),
        )
        return told[-1]

    def fit(self, settings: Mapping[str, float], after_epoch: AfterEpoch) -> Run:
        """Train, call ``after_epoch(stats)`` after every epoch, and return the run.

        stats  ``epoch``, ``train_loss``, ``train_accuracy`` and ``val_accuracy``; after a divergence the last is of
               the epoch that was not finished, and all its numbers are NaN
        """
        data = digits()

        def report(at: Moment) -> int:
            if at.step:
                loss, accuracy = at.network.evaluate(at.params, at.X, at.y)
                after_epoch(
                    {
                        "epoch": round(at.epoch),
                        "train_loss": loss,
                        "train_accuracy": accuracy,
                        "val_accuracy": at.network.accuracy(at.params, data.X_val, data.y_val),
                    }
                )
            return at.step

        run = train(
            self.network,
            data.X_train[: self.rows],
            data.y_train[: self.rows],
            self.rule,
            {key: settings[key] for key in ("learning_rate", "momentum") if key in settings},
            rng=np.random.default_rng(int(settings.get("seed", 0))),
            epochs=self.epochs,
            batch=int(settings.get("batch", 50)),
            reg=settings.get("reg", 0.0),
            dropout=settings.get("dropout", 0.0),
            each_epoch={"told": report},
        )
        if run.stopped:
            nothing = dict.fromkeys(("train_loss", "train_accuracy", "val_accuracy"), math.nan)
            after_epoch({"epoch": len(run.epochs["told"]), **nothing})
        return run


def after_both(told: list[Stats], after_epoch: AfterEpoch, stats: Stats) -> None:
    """Note stats and pass a copy on."""
    told.append(stats)
    after_epoch(dict(stats))


def table_of(job: Callable, ranges: Mapping[str, tuple[float, float]], shape: tuple[int, int]) -> np.ndarray:
    """Return validation accuracies for evenly spaced exponents of two settings, of this shape; diverged is 0."""
    (first, (lo, hi)), (second, (low, high)) = ranges.items()
    places = [(np.arange(n) + 0.5) / n for n in shape]
    return np.array([
        [float(np.nan_to_num(job({first: lo * (hi / lo) ** x, second: low * (high / low) ** y})["val_accuracy"]))
         for y in places[1]]
        for x in places[0]
    ])  # fmt: skip


def by_tpe(
    score: Callable[[dict], float], ranges: Mapping[str, tuple[float, float]], n: int, seed: int
) -> list[tuple[dict, float]]:
    """Return settings and scores of n trials that Optuna's TPE sampler chose one after the other.

    Raises ``ImportError`` without the extra ``search``.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    found = []
    for _ in range(n):
        trial = study.ask()
        settings = {name: trial.suggest_float(name, *ends, log=True) for name, ends in ranges.items()}
        found.append((settings, score(settings)))
        study.tell(trial, float(np.nan_to_num(found[-1][1])))
    return found
