"""Workers on a Dask cluster, behind the interface of ``concurrent.futures``.

A task carries the submission's bytes and the fingerprints of everything else its mark depends on, so nothing is
shared between the machines but the address of the scheduler.  Every worker needs this checkout, installed, at the
same state, and the sandbox; one that has another state refuses, and nothing is recorded of it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from autograder.errors import Mismatch, Trouble

if TYPE_CHECKING:
    from autograder.running.run_one import Result, Task

REACH = 5.0
"""Seconds in which a scheduler must answer."""

JOIN = 15.0
"""Seconds a scheduler may be without workers before we give up."""


@lru_cache(maxsize=64)
def parts(assignment: str, root: Path) -> dict[str, str]:
    """Return what the marks of a lesson depend on, worked out once in a process."""
    from autograder.running import run_one, versions

    return versions.parts(run_one.master(assignment, root))


def work(task: Task) -> Result:
    """Run one submission on a worker of the cluster.  Raises ``Mismatch`` if it would be graded by other checks."""
    from autograder.examine.launch.sandbox import VARIABLE, chosen, works
    from autograder.project import Project
    from autograder.running import own_process, versions

    root = Project.here().root
    try:
        here = parts(task.assignment, root)
    except Trouble as trouble:
        raise Mismatch(f"The worker on {socket.gethostname()} cannot grade: {trouble}") from None
    if here != task.parts:
        what = ", ".join(versions.changed(task.parts, here))
        raise Mismatch(
            f"The worker on {socket.gethostname()} grades by another state of this checkout ({what}). "
            "Bring it to the same commit and the same packages, and start it again."
        )
    os.environ[VARIABLE] = task.sandbox
    if why := works(chosen()):
        raise Mismatch(f"The worker on {socket.gethostname()} has no sandbox {task.sandbox!r}: {why}")
    return own_process.run(alone, replace(task, root=root), task.seconds)


def alone(task: Task) -> Result:
    """Run one submission in a process of its own, where deadlines hold: Dask runs tasks in threads."""
    from autograder.examine.launch.sandbox import VARIABLE
    from autograder.running import run_one

    os.environ[VARIABLE] = task.sandbox
    return run_one.work(task)


class Pool(Executor):
    """Dask's executor with the ``shutdown`` of ``concurrent.futures``, which sends bytes instead of folders."""

    def __init__(self, inner: Executor):
        self.inner = inner

    def submit(self, fn: Callable, task: Task, /) -> Future:  # type: ignore[override]
        """Hand a submission to the cluster."""
        from autograder.running import run_one

        found = run_one.fetch(task.folder, run_one.master(task.assignment, task.root))
        return self.inner.submit(work, replace(task, folder=Path(), root=Path(), submitted=found))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let it go; what was not begun can be cancelled."""
        self.inner.shutdown(wait=wait and not cancel_futures)


class Cluster(contextlib.AbstractContextManager):
    """The workers of a scheduler.  Raises ``Trouble`` if nobody is there."""

    def __init__(self, address: str):
        self.address = address
        self.client = connect(address)
        self.alone = 0.0
        try:
            self.client.wait_for_workers(1, timeout=JOIN)
        except Exception:
            self.close()
            raise Trouble(
                f"The scheduler at {address} has no workers. Start some: dask worker {address}"
            ) from None
        self.most = self.at_first = 3 * max(1, sum(self.client.nthreads().values()))

    def pool(self) -> Executor:
        """Return an executor; a task whose worker ends goes to another one."""
        return Pool(self.client.get_executor(pure=False))

    def check(self) -> None:
        """Raise ``Trouble`` when the scheduler or all of its workers have been gone for too long."""
        if self.client.status == "running" and self.client.nthreads():
            self.alone = 0.0
            return
        self.alone = self.alone or time.monotonic()
        if time.monotonic() - self.alone > JOIN:
            raise Trouble(
                f"The cluster at {self.address} has had no worker for {JOIN:g} s. What was graded is recorded; "
                "start workers and grade again."
            )

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster; its workers stay."""
        with contextlib.suppress(Exception):
            self.client.close(timeout=2)


def connect(address: str) -> Any:
    """Return a client of a scheduler.  Raises ``Trouble`` if Dask is not installed or nobody answers."""
    try:
        from distributed import Client
    except ImportError:
        raise Trouble(
            "--scheduler needs Dask, which is not installed: pip install -e '.[instructor,cluster]'."
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        place = urlsplit(address)
        socket.create_connection((place.hostname or "", place.port or 8786), timeout=REACH).close()
        return in_time(2 * REACH, partial(Client, address, timeout=REACH, set_as_default=False))
    except (OSError, TimeoutError, ValueError) as error:
        raise Trouble(
            f"No Dask scheduler answers at {address} ({type(error).__name__}). "
            "Is `dask scheduler` running there, and is the address as it printed it?"
        ) from None


def in_time(seconds: float, call: Callable[[], Any]) -> Any:
    """Return what a call returns.  Raises ``TimeoutError`` if it takes longer: what answers may be no scheduler."""
    future: Future = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future.result(seconds)
