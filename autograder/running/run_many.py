"""Run many submissions: hand tasks to workers, take results as they come, try what broke once more."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait

from autograder.errors import Mismatch
from autograder.running.run_one import Result, Task, gave_up, work
from autograder.running.workers import Workers, end, kill

TICK = 5.0
"""Seconds after which workers that said nothing are looked after."""


def run_all(tasks: list[Task], workers: Workers | None) -> Generator[Result, None, None]:
    """Hand out the first tasks; return a generator of results as they come, one for each task.

    workers  who runs them, None for this process

    A task that breaks is tried once more, by itself, because it may have taken its process and others along.
    """
    if workers is None:
        return one_by_one(tasks)
    rest = deque(tasks)
    return results(Batch(rest, workers), rest, workers)


def one_by_one(tasks: list[Task]) -> Generator[Result, None, None]:
    """Yield the result of each task, run in this process."""
    for task in tasks:
        for _ in range(2):
            future: Future = Future()
            try:
                future.set_result(work(task))
            except Exception as error:
                future.set_exception(error)
            found = outcome(future)
            if isinstance(found, Result):
                break
        yield found if isinstance(found, Result) else gave_up(task, found)


def results(batch: Batch, rest: deque[Task], workers: Workers) -> Generator[Result, None, None]:
    """Yield the result of each task in a batch and of the rest, in new batches as long as pools break."""
    broken = []
    while True:
        for task, found in batch:
            if isinstance(found, Result):
                yield found
            else:
                broken.append(task)
        if not rest:
            break
        batch = Batch(rest, workers)
    for task in broken:
        for _, found in Batch(deque([task]), workers):
            yield found if isinstance(found, Result) else gave_up(task, found)


class Batch:
    """Tasks in the hands of one pool, until all are done or the pool broke.

    At first there are only as many as there are workers that may start at once.  Starting takes the processor:
    half of the workers give the first result sooner than all of them.
    """

    def __init__(self, rest: deque[Task], workers: Workers):
        self.rest = rest
        self.workers = workers
        self.sent: dict[Future, Task] = {}
        self.pool = workers.pool()
        self.hand_out(workers.at_first)

    def hand_out(self, most: int) -> None:
        """Hand out tasks until there are so many."""
        while self.rest and len(self.sent) < most:
            try:
                future = self.pool.submit(work, self.rest[0])
            except BrokenExecutor:
                return
            self.sent[future] = self.rest.popleft()

    def __iter__(self) -> Iterator[tuple[Task, Result | str]]:
        heard = time.monotonic()
        with self.pool as pool:
            try:
                while self.sent:
                    ready, _ = wait(self.sent, timeout=TICK, return_when=FIRST_COMPLETED)
                    self.hand_out(self.workers.most)
                    for future in ready:
                        yield self.sent.pop(future), outcome(future)
                        heard = time.monotonic()
                    if not ready:
                        self.workers.check()
                        if time.monotonic() - heard > max(task.seconds for task in self.sent.values()) + TICK:
                            kill(pool)  # its own alarm does not reach what a worker is stuck in
            except BaseException:
                end(pool)
                raise


def outcome(future: Future) -> Result | str:
    """Return the result of a task, or in words what went wrong.  Raises ``Mismatch``."""
    try:
        return future.result()
    except BrokenExecutor:
        return "a grading process ended"
    except Mismatch:
        raise
    except (Exception, CancelledError) as error:
        return f"{type(error).__name__}: {error}"
