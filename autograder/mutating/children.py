"""Run many small jobs in forked children, so that none can outlive its time, eat the memory or leave files.

A job that is killed has no result, and the jobs after it go on in a new child.  Time is processor time, so that a
busy machine kills nothing; a job that sleeps is ended by the clock.
"""

import json
import os
import resource
import selectors
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

Job = Callable[[], Any]
MEMORY = 2**30
FILE = 2**26
ASLEEP = 10
"""How many times its processor time a job may take by the clock."""


def run(jobs: Sequence[Job], *, seconds: float, processes: int = 2) -> list[Any]:
    """Return the result of each job, plain JSON data, and None for one that was killed.

    seconds  of processor time for one job
    """
    with tempfile.TemporaryDirectory() as folder:
        return results_of(jobs, seconds, processes, folder)


def results_of(jobs: Sequence[Job], seconds: float, processes: int, folder: str) -> list[Any]:
    """Return the results; each child works in a folder of its own inside ``folder``."""
    results: list[Any] = [None] * len(jobs)
    size = max(1, -(-len(jobs) // processes))
    waiting = [range(start, min(start + size, len(jobs))) for start in range(0, len(jobs), size)]
    ready = selectors.DefaultSelector()
    while waiting or ready.get_map():
        while waiting and len(ready.get_map()) < processes:
            batch = waiting.pop()
            pipe, child = started([jobs[k] for k in batch], seconds, folder)
            ready.register(pipe, selectors.EVENT_READ, (child, batch, []))
        for event, _ in ready.select():
            child, batch, read = event.data
            piece = os.read(event.fd, 2**16)
            if piece:
                read.append(piece)
                continue
            ready.unregister(event.fileobj)
            os.close(event.fd)
            os.waitpid(child, 0)
            done = [json.loads(each) for each in b"".join(read).split(b"\n")[:-1]]
            for k, result in zip(batch, done, strict=False):
                results[k] = result
            rest = batch[len(done) + 1 :]  # the one after those done was killed
            if rest:
                waiting.append(rest)
    return results


def started(jobs: Sequence[Job], seconds: float, folder: str) -> tuple[int, int]:
    """Fork a child that does the jobs one after the other; return the end of a pipe to read from, and its id."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        os.close(writing)
        return reading, child
    os.close(reading)
    try:
        confined(tempfile.mkdtemp(dir=folder))
        for job in jobs:
            signal.setitimer(signal.ITIMER_PROF, seconds)
            signal.setitimer(signal.ITIMER_REAL, ASLEEP * seconds)
            result = job()
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            os.write(writing, json.dumps(result).encode() + b"\n")
    finally:
        os._exit(0)


def confined(folder: str) -> None:
    """Limit this process: files in a folder of its own, memory, file sizes, no word on the screen."""
    os.chdir(folder)
    silent = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  as long as the process lives
    os.dup2(silent.fileno(), 1)
    os.dup2(silent.fileno(), 2)
    sys.stdout = sys.stderr = silent
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    with open("/proc/self/statm", encoding="ascii") as file:
        held = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, held + MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
