"""Run many submissions: hand tasks to workers, take results as they come, try what broke once more."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait

from autograder.running.run_one import gave_up, work
from autograder.running.tasks import Result, Task
from autograder.running.workers import Mismatch, Processes, ThisProcess, Workers, end

TICK = 5.0
"""Seconds after which workers that said nothing are looked after."""


def run_all(tasks: list[Task], workers: Workers | int) -> Generator[Result, None, None]:
    """Yield each submission's result as it comes; each task yields once.

    workers  who runs them, or how many processes of this machine, 0 for this one

    A task that breaks is tried once more, by itself, because it may have taken its process and others along.
    """
    if isinstance(workers, int):
        workers = Processes(workers) if workers else ThisProcess()
    rest, broken = deque(tasks), []
    while rest:
        for task, outcome in finished(rest, workers):
            if isinstance(outcome, Result):
                yield outcome
            else:
                broken.append(task)
    for task in broken:
        for _, outcome in finished(deque([task]), workers):
            yield outcome if isinstance(outcome, Result) else gave_up(task, outcome)


def finished(tasks: deque[Task], workers: Workers) -> Generator[tuple[Task, Result | str], None, None]:
    """Take tasks and yield each with its result, or with what went wrong, until all are done or the pool broke."""
    sent: dict[Future, Task] = {}
    with workers.pool() as pool:
        try:
            while True:
                while tasks and len(sent) < workers.most:
                    try:
                        call, what = workers.sent(work, tasks[0])
                        future = pool.submit(call, what)
                    except BrokenExecutor:
                        break
                    sent[future] = tasks.popleft()
                if not sent:
                    return
                ready, _ = wait(sent, timeout=TICK, return_when=FIRST_COMPLETED)
                for future in ready:
                    yield sent.pop(future), outcome(future)
                    workers.under_way()
                if not ready:
                    workers.check()
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
