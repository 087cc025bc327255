"""Who runs submissions: this process, or processes of this machine that start before they are needed.

Nothing heavy is imported here: `autograder grade` starts its first worker before it loads the rest of itself.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from autograder.errors import Trouble
from autograder.scratch import sweep

if TYPE_CHECKING:
    from autograder.running.tasks import Result, Task

    Work = Callable[[Task], Result]

HEAD = 4.0
"""Seconds a worker waits at most for the first result, should the first submission never end."""


class Mismatch(Trouble):
    """A worker would grade by other checks than this process; nothing is graded before that is mended."""


class Workers(Protocol):
    """Where submissions are run.

    most  how many tasks to hand over at a time; what a broken pool takes with it
    """

    most: int

    def pool(self) -> Executor:
        """Return an executor to use in a ``with`` statement; a new one after one that broke."""

    def sent(self, work: Work, task: Task) -> tuple[Callable, Any]:
        """Return what a worker is to call, and with what."""

    def under_way(self) -> None:
        """A result is there; a worker that waited for the first one may start."""

    def check(self) -> None:
        """Look after the workers while they are waited for.  Raises ``Trouble`` if nobody will answer."""

    def close(self) -> None:
        """Let them go."""


class Here(Executor):
    """Runs what is submitted at once, in this process."""

    def submit(self, fn: Callable, /, *args: Any, **kwargs: Any) -> Future:
        """Return a future that is done."""
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class ThisProcess:
    """No workers: one submission after the other, here."""

    most = 1

    def pool(self) -> Executor:
        """Return an executor that waits for nobody."""
        return Here()

    def sent(self, work: Work, task: Task) -> tuple[Callable, Any]:
        """Return the two."""
        return work, task

    def under_way(self) -> None:
        """There is nobody who waits."""

    def check(self) -> None:
        """There is nobody to look after."""

    def close(self) -> None:
        """There is nobody to let go."""


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What the examiner's interpreters load before there is a submission: the imports of one lesson."""

    lesson: str
    root: Path


def begun(ahead: Ahead, jobs: int) -> Workers:
    """Return so many processes, the first already starting; for 0 this one."""
    return Processes(jobs, ahead).start() if jobs else ThisProcess()


class Processes:
    """Processes of this machine, each with warm interpreters of its own if ``ahead`` says of what."""

    def __init__(self, width: int, ahead: Ahead | None = None):
        self.width = max(1, width)
        self.most = 3 * self.width
        self.ahead = ahead
        self.early: ProcessPoolExecutor | None = None
        self.context = multiprocessing.get_context("spawn")
        self.turns = self.context.Semaphore(max(1, (os.cpu_count() or 1) // 2))

    def start(self) -> Processes:
        """Start the first process now; the others start when there is work for them."""
        self.early = self.new()
        self.early.submit(os.getpid)
        return self

    def pool(self) -> Executor:
        """Return the processes that were started, or new ones."""
        early, self.early = self.early, None
        return early or self.new()

    def new(self) -> ProcessPoolExecutor:
        """Return a pool.  Half of the cores warm up at once, the others after the first result: it comes sooner."""
        begun = (os.getpid(), self.turns, self.ahead)
        return ProcessPoolExecutor(self.width, mp_context=self.context, initializer=begin, initargs=begun)

    def under_way(self) -> None:
        """Let one more warm up, if one waits."""
        self.turns.release()

    def close(self) -> None:
        """End what was started and never used."""
        if self.early is not None:
            for process in list(self.early._processes.values()):
                process.terminate()
            self.early.shutdown(cancel_futures=True)
            self.early = None

    def sent(self, work: Work, task: Task) -> tuple[Callable, Any]:
        """Return the two: a worker here reads the same files."""
        return work, task

    def check(self) -> None:
        """A process that ends is said by its pool."""


def end(pool: Executor) -> None:
    """End the processes of a pool now, whatever they run; one that has none of its own only drops what waits.

    A worker that ends while its interpreters start leaves their folder behind; it is taken away here.
    """
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(5)
    sweep("candidate")


def begin(parent: int, turns: Any, ahead: Ahead | None) -> None:
    """Be a worker: warm up when it is its turn, or after a while.

    What fails here fails again, and is said, with a submission.
    """
    end_with(parent)
    if ahead is None:
        return
    turns.acquire(timeout=HEAD)
    with contextlib.suppress(Exception):
        warm_up(ahead)


def warm_up(ahead: Ahead) -> None:
    """Start the warm interpreters first, then load what this process needs itself."""
    from autograder.examine.launch import sandbox
    from autograder.examine.launch.pair import Pair

    pair = Pair(sandbox.chosen())
    from autograder.examine import run
    from autograder.repair.rebuild import blank
    from autograder.running.run_one import master

    run.warm_up(pair, blank(master(ahead.lesson, ahead.root)))


def end_with(parent: int) -> None:
    """Let this worker end soon after the process that started it, however that one ends.

    Ctrl-C is for that process, which ends its workers itself.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
