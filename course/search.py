"""What a search over hyperparameters runs on: a training job, a folder for checkpoints, workers to start and kill.

>>> import tempfile
>>> store = Folder(tempfile.mkdtemp())
>>> store.write("a.tmp", "1")
>>> store.rename("a.tmp", "a.json")
>>> store.names(), store.read("a.json")
(['a.json'], '1')

Nothing here draws settings or ranks results; those are the reader's own functions.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from course.data import digits
from course.mine import plain_gradient_descent
from course.network import MLP
from course.probes.base import Rule
from course.training import Moment, Run, train

try:
    import cloudpickle
except ImportError:  # joblib, which scikit-learn needs, brings its own copy before version 1.6
    from joblib.externals import cloudpickle

Stats = dict[str, Any]
AfterEpoch = Callable[[Stats], Any]


@dataclass(frozen=True)
class Folder:
    """Files in a folder that several processes share."""

    path: str

    def write(self, name: str, text: str) -> None:
        """Write a file: open, write, flush to the disk, close.  Killed in between, it leaves half a file."""
        with open(os.path.join(self.path, name), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, old: str, new: str) -> None:
        """Rename a file in one step; a file of the new name is replaced.  Raises ``FileNotFoundError``."""
        os.replace(os.path.join(self.path, old), os.path.join(self.path, new))

    def read(self, name: str) -> str:
        """Return the text of a file, with a mark for every byte that is not text.  Raises ``FileNotFoundError``."""
        return Path(self.path, name).read_text(encoding="utf-8", errors="replace")

    def names(self) -> list[str]:
        """Return the names of all files, in no particular order."""
        return os.listdir(self.path)


@dataclass(frozen=True)
class DigitsJob:
    """Train a small network on the digits and report after every epoch.

    rule    an update rule; by default plain gradient descent
    epochs  how long to train
    rows    how many of the training rows to use; few rows make a search short and regularisation matter
    width   units in the layer between features and classes

    Settings: ``learning_rate``, ``reg`` and, if given, ``momentum``, ``dropout``, ``seed``; others change nothing.
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
            batch=50,
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


class Process:
    """A function at work in a process of its own, which can be killed.

    The function and its arguments are sent by value, so a function written in a notebook can go: a new
    interpreter cannot import it by name.
    """

    def __init__(self, function: Callable, *args: Any):
        command = "import sys; from course.search import cloudpickle; "
        command += "function, args = cloudpickle.load(sys.stdin.buffer); function(*args)"
        self.process = subprocess.Popen(
            [sys.executable, "-c", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "OMP_NUM_THREADS": "1"},
        )
        self.said = ""
        assert self.process.stdin is not None
        self.process.stdin.write(cloudpickle.dumps((function, args)))
        self.process.stdin.close()

    @property
    def state(self) -> str:
        """Return ``running``, ``finished``, ``killed`` or the last line of the error it ended with."""
        code = self.process.poll()
        if code is None:
            return "running"
        if code == 0:
            return "finished"
        if code == -signal.SIGTERM or (hasattr(signal, "SIGKILL") and code == -signal.SIGKILL):
            return "killed"
        if self.process.stderr and not self.process.stderr.closed:
            self.said += self.process.stderr.read().decode(errors="replace")
        return (self.said.strip().splitlines() or [f"ended with code {code}"])[-1]

    def kill(self) -> None:
        """End the process at once; it can neither finish its line nor clean up."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End the process if it still runs, and let go of its pipe."""
        self.kill()
        if self.process.stderr:
            self.process.stderr.close()


class Parcel:
    """A call to come, function and arguments together, that crosses to other processes by value.

    ``executor.submit(Parcel(function, *args))`` works on any executor, also with functions of a notebook.
    """

    def __init__(self, function: Callable, *args: Any):
        self.function, self.args = function, args

    def __call__(self) -> Any:
        """Return what the function returns."""
        return self.function(*self.args)

    def __reduce__(self) -> tuple:
        return opened, (cloudpickle.dumps((self.function, self.args)),)


def opened(content: bytes) -> Parcel:
    """Return the call that arrived."""
    function, args = cloudpickle.loads(content)
    return Parcel(function, *args)


@contextlib.contextmanager
def local_cluster(workers: int) -> Iterator[Executor]:
    """Start a Dask cluster of processes on this machine and give its executor; stop it at the end.

    Raises ``ImportError`` without the extra ``cluster``.
    """
    from distributed import Client, LocalCluster

    options = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
    with LocalCluster(host="127.0.0.1", **options) as cluster, Client(cluster) as client:
        yield client.get_executor()
