"""Many workers and one folder: checkpoint files, workers to start and kill, and what the files say together.

>>> import tempfile
>>> store = Folder(tempfile.mkdtemp())
>>> store.write("a.tmp", "1")
>>> store.rename("a.tmp", "a.json")
>>> store.names(), store.read("a.json")
(['a.json'], '1')
"""

import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from course.search import AfterEpoch, Stats

try:
    import cloudpickle
except ImportError:  # joblib, which scikit-learn needs, brings its own copy before version 1.6
    from joblib.externals import cloudpickle

KILLED = (-signal.SIGTERM, -getattr(signal, "SIGKILL", signal.SIGTERM))
"""Exit codes of a killed process; Windows has none, there it counts who ended it."""


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


class Process:
    """A function at work in a process of its own, which can be killed.

    The function and its arguments are sent by value, so a function written in a notebook can go: a new
    interpreter cannot import it by name.
    """

    def __init__(self, function: Callable, *args: Any):
        command = "import sys; from course.checkpoints import cloudpickle; "
        command += "function, args = cloudpickle.load(sys.stdin.buffer); function(*args)"
        self.process = subprocess.Popen(
            [sys.executable, "-c", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "OMP_NUM_THREADS": "1"},
        )
        self.said = ""
        self.killed = False
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
        if self.killed or code in KILLED:
            return "killed"
        if self.process.stderr and not self.process.stderr.closed:
            self.said += self.process.stderr.read().decode(errors="replace")
        return (self.said.strip().splitlines() or [f"ended with code {code}"])[-1]

    def kill(self) -> None:
        """End the process at once; it can neither finish its line nor clean up."""
        self.killed = self.killed or self.process.poll() is None
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End the process if it still runs, and let go of its pipe."""
        self.kill()
        if self.process.stderr:
            self.process.stderr.close()


def explore(
    save: Callable[[Any, str, dict], Any],
    store: Any,
    name: str,
    draw: Callable[[np.random.Generator], dict],
    job: Callable[[Mapping[str, float], AfterEpoch], Any],
    trials: int,
    seed: int,
) -> None:
    """Work as one of many: draw settings, train, and save a checkpoint after every epoch.

    save  the reader's own ``save(store, name, record)``
    name  of the worker; its runs are called ``w0-000``, ``w0-001`` ..., their files ``w0-000_0001.json`` ...
    draw  settings from a generator, of which every worker has its own
    """
    rng = np.random.default_rng(seed)
    for trial in range(trials):
        settings, run = draw(rng), f"{name}-{trial:03d}"

        def after_epoch(stats: Stats, settings: dict = settings, run: str = run) -> None:
            save(store, f"{run}_{stats['epoch']:04d}.json", {"run": run, "settings": settings, **stats})

        job(settings, after_epoch)


def standings(store: Any) -> list[dict]:
    """Return the best checkpoint of every run in a folder, best run first; what is not complete is passed over."""
    best: dict[str, dict] = {}
    for name in filter(lambda each: each.endswith(".json"), store.names()):
        try:
            record = json.loads(store.read(name))
        except ValueError:
            continue
        if record["run"] not in best or score(record) > score(best[record["run"]]):
            best[record["run"]] = record
    return sorted(best.values(), key=score, reverse=True)


def score(record: Mapping[str, Any]) -> float:
    """Return by what a record is ranked; a run that diverged comes last."""
    return -math.inf if math.isnan(record["val_accuracy"]) else record["val_accuracy"]
