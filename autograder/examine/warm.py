"""The examiners' warm interpreter: our exercises imported, their known functions already run."""

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
from importlib import import_module
from operator import itemgetter
from typing import Any

from autograder.examine.inside import confine
from autograder.examine.inside.fork_server import ForkServer
from autograder.judging.records import Exercise, Known
from autograder.judging.signatures import recorded

PREPARED: set[str] = set()
"""The exercise packages whose references were run."""

LEFT: deque[Callable[[], Any]] = deque([partial(import_module, "scipy.optimize")])
"""What is still to be run: what ``judging.constants`` imports when it needs it, and checks of known functions."""


def warm(request: dict[str, Any]) -> dict[str, Any]:
    """Import what our cells import, then run known functions for so many seconds at most; return how many are left.

    A fork finds their outcomes ready.  References are run at once, for every submission is compared with them.
    Known mistakes can wait until a few submissions are graded: in one lesson they take 0.77 s, by which the first
    mark would be later.  What ``judge`` compares first, the checks that take least, is run first.
    """
    for source in request.get("imports", []):
        exec(compile(source, "<imports>", "exec"), {})
    for name, module in list(sys.modules.items()):
        if name.startswith("autograder.exercises.") and hasattr(module, "EXERCISES") and name not in PREPARED:
            PREPARED.add(name)
            found = [each for exercise in module.EXERCISES for each in prepare(exercise)]
            LEFT.extend(run for _, run in sorted(found, key=itemgetter(0)))
    begun = time.monotonic()
    while LEFT and time.monotonic() - begun < request.get("seconds", 0.0):
        LEFT.popleft()()
    gc.collect()
    gc.freeze()  # forks share what is not looked at again
    return {"left": len(LEFT)}


def prepare(exercise: Exercise) -> Iterator[tuple[float, Callable[[], Any]]]:
    """Run the reference; yield for every check of a known function what it may take, and how to run it."""
    seconds = recorded(exercise).complete().seconds
    for known in (*exercise.conventions, *exercise.mistakes):
        for used in (False, True) if known.keeps_state else (False,):
            yield from ((seconds[name], partial(run_check, exercise, known, used, name)) for name in seconds)


def run_check(exercise: Exercise, known: Known, used: bool, check: str) -> None:
    """Run one check of a known function; ``recorded`` is called as ``judge`` calls it, and keeps the outcome."""
    recorded(exercise, known, used=used)[check]


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
