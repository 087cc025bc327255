"""The examiner's warm interpreter: our exercises loaded, their known functions already run."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from operator import itemgetter
from typing import Any

from autograder.examine.inside import confine
from autograder.examine.inside.fork_server import ForkServer
from autograder.judging.judge import recorded
from autograder.judging.records import Exercise, Known

SEEN: set[str] = set()
LEFT: deque[Callable[[], Any]] = deque()
"""What a fork would work out again and again, and what is still to be done."""


def warm(request: dict[str, Any]) -> dict[str, Any]:
    """Import what our cells import, then work out what our own functions do, for so many seconds at most.

    References come first and always; what known mistakes do can wait until a few submissions are graded, because
    the first mark cannot.  What judging asks for first, the checks that cost least, comes first.  Returns how much
    is left.
    """
    for source in request.get("imports", []):
        exec(compile(source, "<imports>", "exec"), {})
    for name, module in list(sys.modules.items()):
        if name.startswith("autograder.exercises.") and hasattr(module, "EXERCISES") and name not in SEEN:
            SEEN.add(name)
            found = [each for exercise in module.EXERCISES for each in prepare(exercise)]
            LEFT.extend(due for _, due in sorted(found, key=itemgetter(0)))
    begun = time.monotonic()
    while LEFT and time.monotonic() - begun < request.get("seconds", 0.0):
        LEFT.popleft()()
    gc.collect()
    gc.freeze()
    return {"left": len(LEFT)}


def work_out(exercise: Exercise, known: Known, used: bool, check: str) -> None:
    """Work out one check of a known mistake; asked for in the words of ``judge``, which keeps the answer."""
    recorded(exercise, known, used=used)[check]


def prepare(exercise: Exercise) -> Iterator[tuple[float, Callable[[], Any]]]:
    """Work out what the reference does, and yield the rest: what it may cost, and what is to be done."""
    seconds = recorded(exercise).complete().seconds
    for known in (*exercise.conventions, *exercise.mistakes):
        for used in (False, True) if known.keeps_state else (False,):
            yield from ((seconds[name], partial(work_out, exercise, known, used, name)) for name in seconds)


def born(request: dict[str, Any], descriptors: list[int]) -> None:
    """Be the examiner of one submission."""
    from autograder.examine.examiner import Examiner
    from autograder.examine.inside.frames import Channel

    wire, report = descriptors
    confine.limit_resources(request["limits"])
    channel = Channel(socket.socket(fileno=report))
    job = json.loads(channel.receive())
    Examiner(job, socket.socket(fileno=wire), channel).run()
    os._exit(0)


def main() -> None:
    """Load everything, say so, and wait."""
    control = socket.socket(fileno=int(sys.argv[1]))
    started = time.monotonic()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import autograder.examine.examiner  # noqa: F401

    server = ForkServer(control, born)
    server.warm = warm
    control.sendall(json.dumps({"ready": round(time.monotonic() - started, 3)}).encode() + b"\n")
    server.serve()


if __name__ == "__main__":
    main()
