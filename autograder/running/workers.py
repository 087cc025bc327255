"""Who runs submissions: processes of this machine, or those of a cluster."""

import multiprocessing
import os
import tempfile
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from autograder.examine.launch.scratch import sweep
from autograder.running.orphans import end_with


class Workers(Protocol):
    """Where submissions are run.

    most      how many tasks to hand over at a time; what a broken pool takes with it
    at_first  how many before there is a result
    """

    most: int
    at_first: int

    def pool(self) -> Executor:
        """Return an executor to use in a ``with`` statement; a new one after one that broke."""

    def check(self) -> None:
        """Look after the workers while they are waited for.  Raises ``Trouble`` if nobody will answer."""


def started(jobs: int, scheduler: str | None = None) -> AbstractContextManager[Workers | None]:
    """Lend so many processes, the first already starting; None for 0 of them.

    scheduler  the address of a cluster to use instead
    """
    if scheduler is not None:
        from autograder.running.cluster import Cluster

        return Cluster(scheduler)
    return Processes(jobs) if jobs else nullcontext()


class Processes(AbstractContextManager):
    """Processes of this machine: the first starts at once, the others when there is work for them."""

    def __init__(self, width: int):
        self.width = width
        self.most = 3 * width
        self.at_first = max(1, (os.cpu_count() or 1) // 2)
        self.unused = True
        self.current = self.new()
        self.current.submit(os.getpid)

    def pool(self) -> Executor:
        """Return the processes that were started, or new ones."""
        if not self.unused:
            self.current = self.new()
        self.unused = False
        return self.current

    def new(self) -> ProcessPoolExecutor:
        """Return a pool."""
        context = multiprocessing.get_context("spawn")
        words = (os.getpid(), tempfile.gettempdir())
        return ProcessPoolExecutor(self.width, mp_context=context, initializer=begin, initargs=words)

    def check(self) -> None:
        """Do nothing: a process that ends breaks its pool, which says so."""

    def __exit__(self, *_: object) -> None:
        end(self.current)


def begin(parent: int, temporary: str) -> None:
    """Begin as a worker that ends with its parent and has the same folder for temporary files.

    Python looks for that folder by writing a file into it, which a worker that is ended just then leaves behind.
    """
    tempfile.tempdir = temporary
    end_with(parent)


def kill(pool: Executor) -> None:
    """End the processes of a pool and so break it; its tasks fail, and new ones are refused."""
    for process in processes_of(pool):
        process.kill()


def processes_of(pool: Executor) -> list:
    """Return the processes of a pool, none where it has none of its own."""
    return list((getattr(pool, "_processes", None) or {}).values())


def end(pool: Executor) -> None:
    """End the processes of a pool now, whatever they run; one that has none of its own only drops what waits.

    The thread that looks after the pool is waited for: Python may wake it at exit, and print a traceback if it is
    just closing its pipe.  A worker that ends while its interpreters start leaves their folder behind; it is taken
    away here.
    """
    processes = processes_of(pool)
    for process in processes:
        process.terminate()
    pool.shutdown(wait=bool(processes), cancel_futures=True)
    sweep("candidate")
